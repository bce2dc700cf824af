"""School holidays of a municipality from a CSV: bytes in, checked holidays and rejections out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from geo_service.domain.calendar import SchoolHoliday, overlapping_school_holidays
from geo_service.errors import InvalidInput
from geo_service.importing.csv_records import sort_records, split_records
from geo_service.importing.danish import TimeFormat
from geo_service.importing.person_data import refuse_cpr
from geo_service.importing.report import Rejection, Unit, echo, enumeration
from geo_service.importing.sources import Source, decode

COLUMNS: Final = ("ferie", "første dag", "sidste dag")
LONGEST_NAME: Final = 60
LONGEST_DAYS: Final = 70
"""A summer holiday is six or seven weeks; more is a wrong year."""
_DAY: Final = TimeFormat("%d-%m-%Y")


@dataclass(frozen=True)
class SchoolHolidayFile:
    """What a file holds.

    Attributes
    ----------
    holidays
        In order of time.
    rejections
        One per bad value.
    remarks
        How the file was understood, and holidays that share days; Danish.
    unit
        What the rejections' `row` counts.
    """

    holidays: list[SchoolHoliday]
    rejections: list[Rejection]
    remarks: list[str]
    unit: Unit


def read_school_holidays(content: bytes, *, file: str, municipality: str) -> SchoolHolidayFile:
    """Read a CSV with semicolons and the columns `ferie;første dag;sidste dag`.

    Days are written `dd-mm-åååå`, and the last day is the last on which the schools are closed.

    Raises
    ------
    InvalidInput
        If the file as a whole cannot be used, or the municipality is unknown; in Danish.
    """
    if not content.strip():
        raise InvalidInput(f"{file} er tom.")
    remarks: list[str] = []
    text = decode(Source(file, content, hashlib.sha256(content).hexdigest()), remarks)
    records = split_records(text, separator=";", file=file)
    refuse_cpr(records, file=file, header=records[0] if records else [])
    table = sort_records(records, file=file)
    spelt = {name.casefold(): name for name in table.header}
    if missing := [name for name in COLUMNS if name not in spelt]:
        raise InvalidInput(
            f"{file} mangler kolonnen {enumeration(missing)}. Første række skal være "
            f"{';'.join(COLUMNS)}."
        )
    rejections = [*table.rejections]
    holidays = []
    columns = (table.column(spelt[name]) for name in COLUMNS)
    for row, *cells in zip(table.rows, *columns, strict=True):
        faults = _faults(cells)
        rejections += [
            Rejection(file, row, None, column, found, expected, cure, problem, table.unit)
            for column, found, problem, expected, cure in faults
        ]
        first, last = _day(cells[1]), _day(cells[2])
        if not faults and first is not None and last is not None:
            holidays.append(SchoolHoliday(municipality, cells[0], first, last))
    holidays.sort(key=lambda one: (one.first, one.name))
    return SchoolHolidayFile(
        holidays, rejections, [*remarks, *overlapping_school_holidays(holidays)], table.unit
    )


def _faults(cells: list[str]) -> list[tuple[str, str, str, str, str]]:
    """Return column, what was found, the problem, what was expected and the cure per bad value."""
    name, *days = cells
    faults = []
    if not 0 < len(name) <= LONGEST_NAME:
        faults.append(
            (COLUMNS[0], echo(name), "kan ikke være et navn", f"1 til {LONGEST_NAME} tegn", "")
        )
    faults += [
        (column, echo(text), "er ikke en dato", _DAY.shown, "Skriv fx 10-10-2026.")
        for column, text in zip(COLUMNS[1:], days, strict=True)
        if _day(text) is None
    ]
    first, last = map(_day, days)
    if first is not None and last is not None and not 0 <= (last - first).days < LONGEST_DAYS:
        faults.append(
            (
                COLUMNS[2],
                echo(days[1]),
                "passer ikke til den første dag",
                f"den første dag eller op til {LONGEST_DAYS} dage efter",
                "Ret årstallet, eller byt dagene om.",
            )
        )
    return faults


def _day(text: str) -> date | None:
    try:
        # only the date is kept, so no zone is needed
        return datetime.strptime(text, _DAY.strptime).date()  # noqa: DTZ007
    except ValueError:
        return None
