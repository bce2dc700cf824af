"""The evening board: need per slot, who is out, and a first plan; from the database to HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import geopandas as gpd
import pandas as pd
from sqlalchemy.orm import Session

from geo_service.analysis.need import density, expected_need
from geo_service.domain import vocabulary as words
from geo_service.domain.evenings import Slot, at_hour, overlap_minutes, slots_of
from geo_service.domain.frames import rows_of
from geo_service.errors import NotFound
from geo_service.planning.greedy import Presence, greedy_plan, with_joint_visits
from geo_service.storage import areas as area_store
from geo_service.storage import incidents as incident_store
from geo_service.storage import presence as presence_store
from geo_service.storage import programme
from maps.evening import evening_page
from maps.facts import PageFacts

WEEKS: Final = 52
EVENINGS: Final = 7
LEAST_MINUTES: Final = 30
"""A shift that covers less of a slot than this does not count in it."""
GAP_FROM: Final = 0.5
"""Expected incidents in a slot from which an area without anybody is called a gap."""
PERIOD: Final = "det seneste år"
WEEKDAY_LETTERS: Final = ("ma", "ti", "on", "to", "fr", "lø", "sø")


@dataclass(frozen=True)
class EveningBoard:
    """Everything the board shows, as frames."""

    slots: list[Slot]
    coverage: gpd.GeoDataFrame
    need: pd.DataFrame
    plan: pd.DataFrame
    roder: gpd.GeoDataFrame
    density: pd.DataFrame
    incidents: int


def evening_board(
    session: Session, municipality: str, hotspot_area: str, first_evening: date
) -> EveningBoard:
    """Count the need of a week's evenings and place the teams that are out.

    Raises
    ------
    NotFound
        If the hotspot area has no coverage areas.
    """
    slots = slots_of(first_evening, EVENINGS)
    coverage = presence_store.read_coverage_areas(
        session, municipality, hotspot_area, first_evening
    )
    if coverage.empty:
        raise NotFound(
            f"Hotspotområdet {hotspot_area} har ingen dækningsområder den {first_evening}."
        )
    until = at_hour(first_evening, 0)
    incidents = incident_store.read_incidents(
        session,
        municipality,
        since=until - timedelta(weeks=WEEKS),
        until=until,
        crime_types=words.PUBLIC_SPACE_TYPES,
    )
    roder = area_store.read_areas(session, municipality, "rode", first_evening)
    need = expected_need(incidents, coverage, slots, weeks=WEEKS)
    by_rode = expected_need(incidents, roder, slots, weeks=WEEKS)
    last = slots[-1].evening
    shifts = presence_store.read_shifts(session, municipality, first_evening, last)
    commitments = presence_store.read_commitments(
        session, municipality, hotspot_area, first_evening, last
    )
    capacity = {row.code: row.capacity for row in rows_of(coverage) if row.agency == "street_team"}
    presences = _presences(commitments, shifts, slots)
    plan = greedy_plan(
        need,
        with_joint_visits(presences, need, slots, may_join=capacity.keys()),
        slots,
        capacity=capacity,
        period=PERIOD,
    )
    return EveningBoard(
        slots=slots,
        coverage=coverage,
        need=need,
        plan=plan,
        roder=roder,
        density=density(by_rode, roder),
        incidents=len(incidents),
    )


def draw_evening(
    session: Session,
    board: EveningBoard,
    *,
    municipality: str,
    stations: gpd.GeoDataFrame,
    facts: PageFacts,
) -> str:
    """Return the board as an HTML page."""
    near = board.coverage.union_all().buffer(1_500)
    return evening_page(
        slots=pd.DataFrame(
            [
                (slot.slot_id, slot.evening, slot.label, slot.starts_at, slot.ends_at)
                for slot in board.slots
            ],
            columns=["slot_id", "evening", "label", "starts_at", "ends_at"],
        ),
        density=board.roder[board.roder.intersects(near)][["code", "name", "geometry"]],
        density_values=_only(board.density, board.roder[board.roder.intersects(near)]["code"]),
        coverage=board.coverage.assign(
            kind=board.coverage["agency"].map({"police": "politi", "street_team": "gadeteam"})
        )[["code", "name", "kind", "geometry"]],
        need=board.need,
        plan=board.plan.assign(
            agency=board.plan["agency"].map({"police": "politi", "street_team": "gadeteam"}),
            form=board.plan["form"].map(words.PRESENCE_FORMS),
        ),
        offers=_offers(session, municipality, near),
        stations=stations[stations.intersects(near)],
        bydele=area_store.read_areas(session, municipality, "bydel", board.slots[0].evening)[
            ["name", "geometry"]
        ],
        facts=facts,
        gap_from=GAP_FROM,
    )


def _only(frame: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    return frame[frame["code"].isin(codes)]


def _covering(start: datetime, end: datetime, slots: list[Slot]) -> list[Slot]:
    """Return the slots that a period covers for long enough."""
    return [
        slot
        for slot in slots
        if overlap_minutes((start, end), (slot.starts_at, slot.ends_at)) >= LEAST_MINUTES
    ]


def _presences(
    commitments: pd.DataFrame, shifts: pd.DataFrame, slots: list[Slot]
) -> list[Presence]:
    """Return who is out in each slot: the police where they promised, the street team free.

    Patrols are numbered, not named. A promise of the street team is kept by the first of
    its teams that is on duty.
    """
    promised = [
        (slot.slot_id, row)
        for row in rows_of(commitments)
        for slot in _covering(row.starts_at, row.ends_at, slots)
    ]
    on_duty: dict[int, list[str]] = {}
    for row in rows_of(shifts[shifts["agency"] == "street_team"]):
        for slot in _covering(row.starts_at, row.ends_at, slots):
            on_duty.setdefault(slot.slot_id, []).append(row.team)
    presences = []
    patrols: dict[int, int] = {}
    for slot_id, row in promised:
        if row.agency == "police":
            patrols[slot_id] = patrols.get(slot_id, 0) + 1
            team = f"P{patrols[slot_id]}"
        elif on_duty.get(slot_id):
            team = on_duty[slot_id].pop(0)
        else:
            continue  # nobody is on duty to keep it
        presences.append(Presence(slot_id, team, row.agency, row.form, row.area_code))
    return presences + [
        Presence(slot_id, team, "street_team", "on_foot")
        for slot_id, teams in on_duty.items()
        for team in teams
    ]


def _offers(session: Session, municipality: str, near: object) -> gpd.GeoDataFrame:
    """Return offers near by, with their opening hours in words."""
    offers = programme.read_offers(session, municipality)
    hours = programme.read_offer_hours(session, municipality)
    text = hours.groupby("offer_id")[["weekday", "opens", "closes"]].apply(_hours_in_words)
    return offers[offers.intersects(near)].assign(
        kind=lambda rows: rows["kind"].map(words.OFFER_KINDS),
        hours=lambda rows: [text.get(offer, "åbner senere") for offer in rows["id"]],
    )[["name", "kind", "operator", "hours", "geometry"]]


def _hours_in_words(hours: pd.DataFrame) -> str:
    """Say 'ma ti on 15.00–21.00, fr 15.00–23.00'."""
    parts = []
    for (opens, closes), days in hours.groupby(["opens", "closes"], sort=False):
        names = " ".join(WEEKDAY_LETTERS[day - 1] for day in sorted(days["weekday"]))
        parts.append(f"{names} {opens:%H.%M}–{closes:%H.%M}")
    return ", ".join(parts)
