"""Store a file of areas as an edition, with the memberships it states and the groups they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

import geopandas as gpd
import pandas as pd
from sqlalchemy.orm import Session

from geo_service.analysis.groups import dissolve
from geo_service.domain.danish_time import day_figures
from geo_service.domain.editions import EARLIEST, is_plausible_start, latest_start
from geo_service.domain.municipalities import MUNICIPALITIES
from geo_service.domain.vocabulary import AREA_KINDS
from geo_service.errors import InvalidInput
from geo_service.importing.areas import AreaFile, read_areas
from geo_service.importing.memberships import read_fixes
from geo_service.importing.report import Rejection
from geo_service.storage import areas as store
from geo_service.storage import editions
from geo_service.storage import memberships as membership_store
from geo_service.storage.imports import FileFacts, close_batch, open_batch
from geo_service.workflows.group_spelling import known_spelling
from geo_service.workflows.missing_areas import Missing, settle_missing
from geo_service.workflows.progress import Progress, silent

STEPS = 2
Invalid = Literal["reject", "repair"]
Overlap = Literal["reject", "accept"]


@dataclass(frozen=True)
class AreaChoices:
    """What the user said about a file of areas; None: nothing, so faults stop the import."""

    municipality: str
    kind: str
    code: str
    name: str | None
    within: Mapping[str, str]
    valid_from: date
    crs: str | None = None
    on_invalid: Invalid | None = None
    on_overlap: Overlap | None = None
    on_missing: Missing | None = None
    fix: Path | None = None
    source: str | None = None
    group_names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    outline: str = "official"


@dataclass(frozen=True)
class AreaReport:
    """What became of the areas of a file."""

    batch_id: int
    rows: int
    stored: int
    known: int
    groups: dict[str, int]
    memberships: int
    rejections: list[Rejection]
    held_back: list[Rejection]
    remarks: list[str]


class FaultyAreas(InvalidInput):
    """A file has faults and the user has not said what to do about them; nothing is stored."""

    def __init__(self, path: Path, rows: int, rejections: list[Rejection]) -> None:
        self.rows = rows
        self.rejections = rejections
        super().__init__(
            f"{path.name}: {len(rejections)} fejl i filen; intet er gemt. "
            "Vælg: --on-invalid repair (ret dem i en særskilt proces) eller --on-invalid reject "
            "(lad dem ude); og for overlap --on-overlap accept eller --on-overlap reject."
        )


def import_areas(
    session: Session,
    path: Path,
    choices: AreaChoices,
    *,
    imported_by: str,
    today: date,
    progress: Progress = silent,
) -> AreaReport:
    """Read, check and store one file of areas in the session's transaction.

    Raises
    ------
    InvalidInput
        If the file cannot be used, or has faults or lacks areas and no choice was made about
        them, or its edition would begin on a day that must be a typing error.
    AlreadyExists
        If the edition holds one of the areas with another outline.
    """
    _require_plausible_day(path.name, choices.valid_from, today)
    progress("Læser og kontrollerer omrids", 0, STEPS)
    file = read_areas(
        path,
        kind=choices.kind,
        code=choices.code,
        name=choices.name,
        within=choices.within,
        crs=choices.crs,
        on_invalid=choices.on_invalid or "reject",
        on_overlap=choices.on_overlap or "reject",
        fixes=read_fixes(choices.fix) if choices.fix else (),
    )
    if file.rejections and choices.on_invalid is None and choices.on_overlap is None:
        raise FaultyAreas(path, file.rows, file.rejections)
    progress("Gemmer udgaven og det, den er en del af", 1, STEPS)
    return _store(session, path, file, choices, imported_by)


def store_groups(
    session: Session,
    areas: gpd.GeoDataFrame,
    memberships: pd.DataFrame,
    edition: store.Edition,
    names: Mapping[tuple[str, str], str],
) -> dict[str, int]:
    """Dissolve the areas into the groups they belong to, and store those as derived areas."""
    dissolved = dissolve(areas, memberships)
    made: dict[str, int] = {}
    for kind, groups in dissolved.groupby("kind"):
        named = groups.assign(
            name=[_group_name(str(kind), str(code), names) for code in groups["code"]]
        )
        group_edition = replace(
            edition,
            kind=str(kind),
            outline="schematic" if edition.outline == "schematic" else "derived",
        )
        store.drop_derived(session, group_edition)
        frame = gpd.GeoDataFrame(named, geometry="geometry", crs=areas.crs)
        made[str(kind)] = store.store_areas(session, frame, group_edition)
    return made


def _store(
    session: Session, path: Path, file: AreaFile, choices: AreaChoices, imported_by: str
) -> AreaReport:
    municipality = choices.municipality
    store.ensure_municipality(
        session, municipality, MUNICIPALITIES.get(municipality, f"Kommune {municipality}")
    )
    edition = store.Edition(
        municipality=municipality,
        kind=choices.kind,
        valid_from=choices.valid_from,
        outline=choices.outline,
        source=choices.source or path.name,
    )
    missing = settle_missing(
        session,
        file,
        edition,
        name=path.name,
        choice=choices.on_missing,
        accept_overlap=choices.on_overlap == "accept",
    )
    facts = FileFacts(
        municipality=municipality,
        kind=f"areas:{choices.kind}",
        file_name=path.name,
        sha256=file.sha256,
        imported_by=imported_by,
    )
    batch = open_batch(session, facts, rows=file.rows)
    edition = replace(edition, batch_id=batch.id)
    known_groups, spelling = known_spelling(session, municipality, file.memberships)
    remarks = [*file.remarks, *missing.remarks, *spelling]
    stored = store.store_areas(session, file.areas, edition)
    if missing.kept:
        editions.carry_on(session, missing.kept, edition)
    memberships = known_groups.assign(member_kind=choices.kind)
    added = membership_store.store_memberships(
        session,
        memberships,
        municipality=municipality,
        valid_from=choices.valid_from,
        source=edition.source,
        batch_id=batch.id,
    )
    groups: dict[str, int] = {}
    if stored and not file.held_back:
        whole = store.read_edition(session, municipality, choices.kind, choices.valid_from)
        now = membership_store.read_memberships(session, municipality, on=choices.valid_from)
        mine = now[(now["member_kind"] == choices.kind) & (now["group_kind"] != "hotspot_area")]
        if known_groups.empty:  # a few outlines mended: what was made of them is made anew
            kinds = editions.dissolved_kinds(session, edition) if missing.kept else set()
            mine = mine[mine["group_kind"].isin(kinds)]
        names = _names_in_force(session, edition, set(mine["group_kind"]))
        made_of = replace(edition, outline="schematic") if missing.schematic else edition
        groups = store_groups(session, whole, mine, made_of, names | dict(choices.group_names))
    close_batch(
        session,
        batch,
        stored=stored,
        duplicate=len(file.areas) - stored,
        remarks=remarks,
    )
    return AreaReport(
        batch_id=batch.id,
        rows=file.rows,
        stored=stored,
        known=len(file.areas) - stored,
        groups=groups,
        memberships=added,
        rejections=file.rejections,
        held_back=file.held_back,
        remarks=remarks,
    )


def _require_plausible_day(file: str, day: date, today: date) -> None:
    if not is_plausible_start(day, today=today):
        raise InvalidInput(
            f"{file}: udgaven skulle begynde {day_figures(day)}; det må være en skrivefejl. "
            f"Intet er gemt. En udgave begynder tidligst {day_figures(EARLIEST)} og senest "
            f"{day_figures(latest_start(today))}."
        )


def _names_in_force(
    session: Session, edition: store.Edition, kinds: set[str]
) -> dict[tuple[str, str], str]:
    return {
        (kind, code): name
        for kind in kinds
        for code, name in store.read_names(session, edition.municipality, kind, edition.valid_from)
    }


def _group_name(kind: str, code: str, names: Mapping[tuple[str, str], str]) -> str:
    """Return a group's known name; else its code, with the kind before a bare number."""
    plain = f"{AREA_KINDS[kind].capitalize()} {code}" if code.isdigit() else code
    return names.get((kind, code), plain)
