"""Incident files to checked frames: every bad value of a file is reported at once.

A row is stored whole or not at all; nothing is repaired. For every file
`rows == len(incidents) + duplicates + rows with a rejection`. Columns that the mapping does
not name never leave this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo_service.domain.grid import DANISH_GRID
from geo_service.domain.person_numbers import looks_like_cpr
from geo_service.errors import InvalidInput
from geo_service.importing.csv_records import Table, sort_records, split_records
from geo_service.importing.incident_checks import (
    IncidentChecks,
    check_points,
    check_refs,
    check_times,
    check_words,
    reject_conflicts,
)
from geo_service.importing.mapping import IncidentColumns, IncidentMapping
from geo_service.importing.person_data import refuse_cpr
from geo_service.importing.report import Rejection, Unit, enumeration, rejected_rows
from geo_service.importing.sources import decode, read_source

ADD_COLUMN = (
    "Hedder den noget andet, eller er den ikke med? Skriv det i kolonnebeskrivelsen (TOML), eller "
    "tilføj den med tomme felter."
)
_FIELDS = tuple(IncidentColumns.model_fields)


@dataclass(frozen=True)
class IncidentFile:
    """What was read from one file of incidents.

    Attributes
    ----------
    incidents
        n rows, EPSG:25832, geometry POINT; columns source_ref, crime_type, setting,
        source_system (str), occurred_from, occurred_to (UTC, from <= to), row (int, in
        the file). A time without a date's hours spans the local day; an exact time has
        from == to.
    rejections
        One per bad value.
    duplicates
        Rows equal to an earlier one in everything that is read.
    rows
        Rows in the file, blank lines not counted.
    remarks
        How the file was understood, in Danish.
    sha256
        Of the file's bytes.
    names
        Field of the mapping -> column as the file spells it.
    unit
        What `row` counts.
    """

    incidents: gpd.GeoDataFrame
    rejections: list[Rejection]
    duplicates: int
    rows: int
    remarks: list[str]
    sha256: str
    names: dict[str, str]
    unit: Unit


def read_incidents(path: Path, mapping: IncidentMapping, *, now: datetime) -> IncidentFile:
    """Read and check one CSV file of incidents.

    Parameters
    ----------
    path
        A local file.
    mapping
        Its columns, words and formats; see `load_mapping`.
    now
        The moment of the import, aware: what happens after it is rejected.

    Raises
    ------
    InvalidInput
        If the file as a whole cannot be trusted: encoding, columns, quotation marks, or
        something like a CPR number anywhere in it.
    NotFound
        If there is no such file.
    """
    source = read_source(path)
    remarks: list[str] = []
    text = decode(source, remarks)
    records = split_records(text, separator=mapping.separator, file=source.name)
    table = sort_records(records, file=source.name)
    # Before any message that shows the header: a file without one starts with data.
    refuse_cpr(records[:1], file=source.name, header=table.header)
    names = _column_names(table.header, mapping, source.name)
    if looks_like_cpr(text):  # one pass over the text is quick; the cell is found if need be
        numbers = {names["east"], names["north"]}
        refuse_cpr(records, file=source.name, header=table.header, numbers=numbers)
    _remark_on_layout(table, names, remarks)

    index = pd.Index(table.rows, dtype=int)
    cells = pd.DataFrame(
        {
            name: table.column(names[name]) if name in names else [""] * len(table.rows)
            for name in _FIELDS
        },
        index=index,
        dtype="str",
    )
    checks = IncidentChecks(source.name, table, cells, names, [*table.rejections])
    frame = _checked_frame(checks, mapping, remarks, now)
    bad = rejected_rows(checks.rejections)
    good = frame[~frame["row"].isin(bad)]
    repeated = checks.text.loc[good.index].duplicated()
    stored = good[~repeated].reset_index(drop=True)
    points = gpd.points_from_xy(stored.pop("east"), stored.pop("north"), crs=DANISH_GRID)
    return IncidentFile(
        incidents=gpd.GeoDataFrame(stored, geometry=points),
        rejections=sorted(checks.rejections, key=lambda rejection: rejection.row or 0),
        duplicates=int(repeated.sum()),
        rows=len(table.rows) + len(table.rejections),
        remarks=remarks,
        sha256=source.sha256,
        names=names,
        unit=table.unit,
    )


def _column_names(header: list[str], mapping: IncidentMapping, file: str) -> dict[str, str]:
    """Return field -> column as the file spells it, for the fields that are mapped."""
    spelt = {name.casefold(): name for name in header}
    wanted = {
        name: column for name, column in mapping.columns.model_dump().items() if column is not None
    }
    absent = {name for name, column in wanted.items() if column.strip().casefold() not in spelt}
    optional = {name for name in absent if not IncidentColumns.model_fields[name].is_required()}
    only_one = " Er felterne adskilt af et andet tegn?" if len(header) == 1 else ""
    if missing := [column for name, column in wanted.items() if name in absent - optional]:
        raise InvalidInput(
            f"{file} mangler kolonnen {enumeration(missing)}. "
            f"Filen har {enumeration(header)}.{only_one}"
        )
    if unused := [column for name, column in wanted.items() if name in optional]:
        raise InvalidInput(
            f"{file} har ikke kolonnen {enumeration(unused)}, som kan stå tom, men ventes i filen. "
            f"Filen har {enumeration(header)}. {ADD_COLUMN}"
        )
    return {name: spelt[column.strip().casefold()] for name, column in wanted.items()}


def _remark_on_layout(table: Table, names: dict[str, str], remarks: list[str]) -> None:
    dropped = [name or "(uden navn)" for name in table.header if name not in names.values()]
    if dropped:
        remarks.append(f"Kolonner, der ikke læses ind: {enumeration(dropped)}.")
    if table.blank:
        remarks.append(f"Tomme linjer sprunget over: {table.blank}.")


def _checked_frame(
    checks: IncidentChecks, mapping: IncidentMapping, remarks: list[str], now: datetime
) -> pd.DataFrame:
    """Convert all columns; `east` and `north` are in EPSG:25832. Bad rows hold anything."""
    text = checks.text
    check_refs(checks)
    first, last = check_times(checks, mapping, remarks, now=now)
    east, north = check_points(checks, mapping.crs)
    reject_conflicts(checks)
    return pd.DataFrame(
        {
            "source_ref": text["source_ref"],
            "crime_type": check_words(checks, "crime_type", mapping.crime_types),
            "occurred_from": first,
            "occurred_to": last,
            "setting": check_words(checks, "setting", {"": "unknown", **mapping.settings}),
            "source_system": pd.Series(mapping.source_system, index=text.index, dtype="str"),
            "row": text.index.to_numpy(),
            "east": east,
            "north": north,
        }
    )
