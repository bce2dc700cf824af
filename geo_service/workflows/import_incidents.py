"""Store a file of incidents whole, each with the rode it lies in; or nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
from sqlalchemy.orm import Session

from geo_service.analysis.assignment import assign_areas
from geo_service.domain.evenings import COPENHAGEN
from geo_service.errors import InvalidInput
from geo_service.importing.incidents import IncidentFile, read_incidents
from geo_service.importing.mapping import IncidentMapping
from geo_service.importing.report import Change, Rejection, enumeration
from geo_service.storage import areas as area_store
from geo_service.storage import incidents as store
from geo_service.storage.imports import FileFacts, close_batch, open_batch, refuse_known_file
from geo_service.workflows.progress import Progress, silent

STEPS = 4


@dataclass(frozen=True)
class IncidentReport:
    """What became of the rows: rows = stored + rejected rows + duplicates, always.

    `changes` are those of the duplicates that say something else than what is stored.
    """

    batch_id: int
    rows: int
    stored: int
    duplicates: int
    rejected_rows: int
    outside: int
    rejections: list[Rejection]
    changes: list[Change]
    remarks: list[str]


class NoRoder(InvalidInput):
    """The municipality has no roder that incidents could be assigned to."""


class FaultyRows(InvalidInput):
    """A file has bad rows and the user has not accepted a part of it; nothing is stored."""

    def __init__(self, path: Path, rows: int, rejected_rows: int, found: list[Rejection]) -> None:
        self.rows = rows
        self.rejections = found
        super().__init__(
            f"{path.name}: {rejected_rows} af {rows} rækker kan ikke bruges; intet er gemt. "
            "Ret dem og prøv igen, eller gem resten med --accept-partial."
        )


def import_incidents(
    session: Session,
    path: Path,
    *,
    mapping: IncidentMapping,
    municipality: str,
    accept_partial: bool,
    imported_by: str,
    now: datetime,
    progress: Progress = silent,
) -> IncidentReport:
    """Read, check and store one file of incidents in the session's transaction.

    `now` (aware) is the moment of the import: nothing in the file may lie after it.

    Raises
    ------
    AlreadyExists
        If the very same file was stored before.
    FaultyRows
        If rows cannot be used and `accept_partial` was not said.
    InvalidInput
        If the file as a whole cannot be used, or no roder are there to assign to.
    """
    progress("Læser og kontrollerer filen", 0, STEPS)
    file = read_incidents(path, mapping, now=now)
    facts = FileFacts(
        municipality=municipality,
        kind="incidents",
        file_name=path.name,
        sha256=file.sha256,
        imported_by=imported_by,
    )
    refuse_known_file(session, facts)
    _editions_of_roder(session, municipality)
    rejected_rows = file.rows - len(file.incidents) - file.duplicates
    if rejected_rows and not accept_partial:
        raise FaultyRows(path, file.rows, rejected_rows, file.rejections)
    progress("Finder roden til hver hændelse", 1, STEPS)
    batch = open_batch(session, facts, rows=file.rows)
    assigned = with_rode(session, file.incidents.assign(found_by="unknown"), municipality)
    progress("Gemmer hændelserne", 2, STEPS)
    stored = store.store_incidents(session, assigned, municipality=municipality, batch_id=batch.id)
    progress("Tæller op pr. rode og måned", 3, STEPS)
    store.count_by_rode(session, municipality)
    duplicates = file.duplicates + len(assigned) - stored.new
    changes = _changes(file, stored.changed)
    remarks = file.remarks + _remark_on_changes(changes)
    close_batch(session, batch, stored=stored.new, duplicate=duplicates, remarks=remarks)
    return IncidentReport(
        batch_id=batch.id,
        rows=file.rows,
        stored=stored.new,
        duplicates=duplicates,
        rejected_rows=rejected_rows,
        outside=int(assigned["rode_id"].isna().sum()),
        rejections=file.rejections,
        changes=changes,
        remarks=remarks,
    )


def _changes(file: IncidentFile, changed: dict[int, list[str]]) -> list[Change]:
    """Return the changed incidents by their rows and columns in the file."""
    rows = file.incidents["row"]
    return [
        Change(
            row=int(rows[label]),
            unit=file.unit,
            columns=tuple(file.names.get(field, field) for field in fields),
        )
        for label, fields in changed.items()
    ]


def _remark_on_changes(changes: list[Change]) -> list[str]:
    """Return what the import's own record says: it must not need the file to be understood."""
    if not changes:
        return []
    rows = enumeration([str(change.row) for change in changes])
    return [f"Ændret i kilden, siden de blev gemt, og ikke rørt: {changes[0].unit} {rows}."]


def with_rode(session: Session, incidents: gpd.GeoDataFrame, municipality: str) -> gpd.GeoDataFrame:
    """Return the incidents with `rode_id`: the rode, of the edition in force when they began.

    Raises
    ------
    NoRoder
        If the municipality has no roder.
    """
    days = pd.DatetimeIndex(incidents["occurred_from"]).tz_convert(COPENHAGEN).date
    rode_id = pd.Series(pd.NA, index=incidents.index, dtype="Int64")
    starts = _editions_of_roder(session, municipality)
    edition = pd.Series([_in_force(starts, day) for day in days], index=incidents.index)
    for start, members in incidents.groupby(edition):
        roder = area_store.read_areas(session, municipality, "rode", start)
        position = assign_areas(members.geometry, roder)
        found = position >= 0
        rode_id.loc[members.index[found]] = roder["id"].to_numpy()[position[found]]
    return incidents.assign(rode_id=rode_id)


def _editions_of_roder(session: Session, municipality: str) -> list[date]:
    """Return the days on which editions of roder begin; refuse a municipality without any."""
    starts = sorted(
        row["valid_from"]
        for row in area_store.editions(session)
        if row["municipality"] == municipality and row["kind"] == "rode"
    )
    if not starts:
        raise NoRoder(
            f"Kommune {municipality} har ingen roder endnu. Indlæs dem først: "
            "tryghed areas import FIL --kind rode …"
        )
    return starts


def _in_force(starts: list[date], day: date) -> date:
    """Return the newest start that is not after the day; the first one for days before it."""
    return max((start for start in starts if start <= day), default=starts[0])
