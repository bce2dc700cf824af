"""Load the made-up year into a database: areas first, then everything that lies in them.

One transaction: the demo is there whole or not at all. It never touches a municipality that
holds real data, and never replaces a year that is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_service.analysis.groups import dissolve
from geo_service.demo.presence import police_choice
from geo_service.demo.year import DemoYear, generate
from geo_service.domain.frames import rows_of
from geo_service.errors import AlreadyExists
from geo_service.importing.places import (
    DISTRICTS,
    read_dated_memberships,
    read_district_names,
    read_stations,
)
from geo_service.storage import areas as area_store
from geo_service.storage import incidents as incident_store
from geo_service.storage import memberships as membership_store
from geo_service.storage import tables
from geo_service.storage.bulk import References, insert_frame
from geo_service.storage.imports import FileFacts, close_batch, open_batch
from geo_service.workflows.import_areas import AreaChoices, AreaReport, import_areas
from geo_service.workflows.import_incidents import with_rode

COPENHAGEN_CODE: Final = "0101"
AALBORG_CODE: Final = "0851"
SCHEMATIC: Final = DISTRICTS / "roder_schematic.geojson"
EDITION_FROM: Final = date(2014, 9, 1)
SEED: Final = "frø "
BATCH_KIND: Final = "demo"
SOURCE: Final = "demo: opdigtet af et frø"


@dataclass(frozen=True)
class DemoChoices:
    """Which year: the seed, the day it ends (exclusive), and the outlines it is drawn on."""

    seed: int
    as_of: date
    outlines: Path = SCHEMATIC
    outline_source: str = "skematiske roder efter Københavns Kommunes tal"

    @property
    def is_schematic(self) -> bool:
        """Whether the outlines are the ones that come with the project."""
        return self.outlines == SCHEMATIC


@dataclass(frozen=True)
class Loaded:
    """The demo that is there: the day its year ends, its seed, and what it is drawn on."""

    as_of: date
    seed: int
    outline_source: str
    outlines_sha256: str


def loaded_demo(session: Session) -> Loaded | None:
    """Return the demo that is loaded, None if there is none.

    Raises
    ------
    AlreadyExists
        If the municipality holds data that are not the demo's.
    """
    municipality = session.get(tables.Municipality, COPENHAGEN_CODE)
    if municipality is None:
        return None
    if not municipality.is_demo:
        raise AlreadyExists(
            "This state folder holds data of your own for København; the demo does not touch "
            "them. Put it elsewhere: `tryghed --state .tryghed-demo demo`."
        )
    batch = tables.ImportBatch
    day, seed, source = session.scalars(select(batch.remarks).where(batch.kind == BATCH_KIND)).one()
    first = select(batch.sha256).where(batch.kind == "areas:rode").order_by(batch.id).limit(1)
    return Loaded(
        as_of=date.fromisoformat(str(day)),
        seed=int(str(seed).removeprefix(SEED)),
        outline_source=str(source),
        outlines_sha256=session.scalars(first).one(),
    )


def load_demo(
    session: Session,
    choices: DemoChoices,
    *,
    loaded_by: str,
    progress: Callable[[str], None],
) -> AreaReport:
    """Load areas and the made-up year; return what became of the areas.

    Raises
    ------
    InvalidInput
        If the outlines cannot be used.
    """
    area_store.ensure_municipality(session, COPENHAGEN_CODE, "København", is_demo=True)
    area_store.ensure_municipality(session, AALBORG_CODE, "Aalborg", is_demo=True)
    progress("Loading roder …")
    report = _load_areas(session, choices, loaded_by)
    progress("Making up a year …")
    year = generate(
        roder=_roder(session), stations=read_stations(), seed=choices.seed, as_of=choices.as_of
    )
    progress("Storing incidents …")
    _store_hotspot_areas(session, year)
    _store_incidents(session, year, choices, loaded_by)
    progress("Storing projects, plans and goals …")
    _store_rest(session, year)
    return report


def _load_areas(session: Session, choices: DemoChoices, loaded_by: str) -> AreaReport:
    report = import_areas(
        session,
        choices.outlines,
        AreaChoices(
            municipality=COPENHAGEN_CODE,
            kind="rode",
            code="rode_nr",
            name="rodenavn",
            within={"district": "distrikt_nr", "bydel": "bydel"},
            valid_from=EDITION_FROM,
            on_invalid="repair",
            on_overlap="accept",
            source=choices.outline_source,
            outline="schematic" if choices.is_schematic else "official",
            group_names=read_district_names(),
        ),
        imported_by=loaded_by,
        today=max(choices.as_of, EDITION_FROM),
    )
    for row in rows_of(read_dated_memberships()):
        starts = date.fromisoformat(row.valid_from)
        if starts < EDITION_FROM:
            membership_store.add_membership(
                session,
                municipality=COPENHAGEN_CODE,
                member=("rode", row.rode),
                group=("district", row.district),
                valid_from=starts,
                valid_to=date.fromisoformat(row.valid_to) if row.valid_to else EDITION_FROM,
                source=row.note,
            )
    return report


def _roder(session: Session) -> gpd.GeoDataFrame:
    """Return the roder with their district and bydel, as the generator wants them."""
    roder = area_store.read_areas(session, COPENHAGEN_CODE, "rode", EDITION_FROM)
    held = membership_store.read_memberships(session, COPENHAGEN_CODE, on=EDITION_FROM)
    for kind in ("district", "bydel"):
        mine = held[(held["member_kind"] == "rode") & (held["group_kind"] == kind)]
        group = dict(zip(mine["member_code"], mine["group_code"], strict=True))
        roder[kind] = [group.get(code) for code in roder["code"]]
    return roder[["code", "name", "district", "bydel", "geometry"]]


def _store_hotspot_areas(session: Session, year: DemoYear) -> None:
    """Store the sets that are hotspot areas, and their outlines as they are today."""
    insert_frame(session, tables.Membership, year.memberships, municipality=COPENHAGEN_CODE)
    held = membership_store.read_memberships(session, COPENHAGEN_CODE)
    current = held[held["valid_to"].isna()]
    in_area = current[current["group_kind"] == "hotspot_area"]
    of_district = current[current["group_kind"] == "district"]
    through = in_area[in_area["member_kind"] == "district"].merge(
        of_district[["member_code", "group_code"]],
        left_on="member_code",
        right_on="group_code",
        suffixes=("_district", ""),
    )
    whole = pd.concat(
        [
            in_area.loc[in_area["member_kind"] == "rode", ["member_code", "group_code"]],
            through[["member_code", "group_code_district"]].rename(
                columns={"group_code_district": "group_code"}
            ),
        ]
    ).drop_duplicates()
    roder = area_store.read_areas(session, COPENHAGEN_CODE, "rode", EDITION_FROM)
    outlines = dissolve(roder, whole.assign(group_kind="hotspot_area"))
    insert_frame(
        session,
        tables.Area,
        year.hotspot_areas.merge(outlines[["code", "geometry"]], on="code").assign(
            kind="hotspot_area",
            outline="schematic" if (roder["outline"] == "schematic").any() else "derived",
            source=SOURCE,
        ),
        municipality=COPENHAGEN_CODE,
    )


def _store_incidents(
    session: Session, year: DemoYear, choices: DemoChoices, loaded_by: str
) -> None:
    facts = FileFacts(
        municipality=COPENHAGEN_CODE,
        kind=BATCH_KIND,
        file_name=f"demo, frø {choices.seed}",
        sha256="0" * 64,
        imported_by=loaded_by,
    )
    batch = open_batch(session, facts, rows=len(year.incidents))
    assigned = with_rode(session, year.incidents, COPENHAGEN_CODE)
    stored = incident_store.store_incidents(
        session, assigned, municipality=COPENHAGEN_CODE, batch_id=batch.id
    )
    incident_store.count_by_rode(session, COPENHAGEN_CODE)
    remarks = [choices.as_of.isoformat(), f"{SEED}{choices.seed}", choices.outline_source]
    close_batch(session, batch, stored=stored.new, duplicate=0, remarks=remarks)


def _store_rest(session: Session, year: DemoYear) -> None:
    team: References = {"team_code": ("team_id", tables.Team, "code")}
    place: References = {"coverage_area_code": ("coverage_area_id", tables.CoverageArea, "code")}
    project: References = {
        "project_code": ("improvement_project_id", tables.ImprovementProject, "code")
    }
    offer: References = {"offer_code": ("offer_id", tables.Offer, "code")}
    staffed: References = {"staffed_code": ("staffed_presence_id", tables.StaffedPresence, "code")}
    goal: References = {"goal_code": ("effect_goal_id", tables.EffectGoal, "code")}
    steps: list[tuple[type[tables.Base], pd.DataFrame, References]] = [
        (tables.Population, year.population, {}),
        (tables.SurveyResult, year.survey_results, {}),
        (tables.PublishedIndexResult, year.published_index_results, {}),
        (tables.ImprovementProject, year.improvement_projects, {}),
        (tables.FundingLine, year.funding_lines, project),
        (tables.Action, year.actions, project),
        (tables.Offer, year.offers, {}),
        (tables.OfferHours, year.offer_hours, offer),
        (tables.EffectGoal, year.effect_goals, {}),
        (tables.EffectGoalValue, year.effect_goal_values, goal),
        (tables.Team, year.teams, {}),
        (tables.CoverageArea, year.coverage_areas, {}),
        (tables.PoliceChoice, police_choice(), {}),
        (tables.Shift, year.shifts, team),
        (tables.Absence, year.absences, team),
        (tables.StaffedPresence, year.staffed, place),
        (tables.StaffedHours, year.staffed_hours, staffed),
        (tables.SchoolHoliday, year.school_holidays, {}),
        (tables.Activity, year.activities, {}),
        (tables.EveningPlan, year.agreements, {}),
        (tables.EveningLog, year.evening_logs, {**team, **place}),
    ]
    for model, frame, references in steps:
        insert_frame(session, model, frame, municipality=COPENHAGEN_CODE, references=references)
    lines = _in_agreements(session, year.commitments)
    insert_frame(
        session,
        tables.Commitment,
        lines,
        municipality=COPENHAGEN_CODE,
        references={**team, **place},
    )


def _in_agreements(session: Session, lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with the key of their agreement instead of its area and first evening."""
    plan = tables.EveningPlan
    stored = session.execute(select(plan.hotspot_area_code, plan.first_evening, plan.id))
    keys = {(row.hotspot_area_code, row.first_evening): row.id for row in stored}
    named = zip(lines["hotspot_area_code"], lines["first_evening"], strict=True)
    return lines.assign(evening_plan_id=[keys[pair] for pair in named]).drop(
        columns=["hotspot_area_code", "first_evening"]
    )
