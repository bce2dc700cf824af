"""The evening board: need per slot, who is out, and a first plan; from the database to HTML.

Made in the session of a Hotspot chief, limited to one hotspot area: the database decides what
that shows, and nothing from outside the area is on the page but the ground it lies on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from geo_service.domain import vocabulary as words
from geo_service.domain.evenings import Slot, overlap_minutes, slots_of
from geo_service.domain.frames import rows_of
from geo_service.errors import NotFound
from geo_service.planning.greedy import Presence, greedy_plan, with_joint_visits
from geo_service.storage import areas as area_store
from geo_service.storage import incident_precision, incidents_seen, programme
from geo_service.storage import presence as presence_store
from geo_service.workflows.base_layers import ground_of
from geo_service.workflows.evening_need import EveningNeed, evening_need
from maps import danish
from maps.evening import evening_page
from maps.facts import PageFacts

EVENINGS: Final = 7
LEAST_MINUTES: Final = 30
"""A shift that covers less of a slot than this does not count in it."""
GAP_FROM: Final = 0.5
"""Expected incidents in a slot from which an area without anybody is called a gap."""
AROUND_M: Final = 500.0
"""Stations this near are shown, as part of the ground."""
COUNTED_IN: Final = {
    "rode": ", talt i hele roden",
    "250m": ", talt i felter på 250 m",
    "point": "",
}
"""What is counted behind a coverage area's need, where that is not the area itself."""
WEEKDAY_LETTERS: Final = ("ma", "ti", "on", "to", "fr", "lø", "sø")


@dataclass(frozen=True)
class EveningBoard:
    """Everything the board shows, as frames."""

    slots: list[Slot]
    coverage: gpd.GeoDataFrame
    need: EveningNeed
    plan: pd.DataFrame
    roder: gpd.GeoDataFrame
    precision: str
    """How precisely the places of incidents were shown, a code of `PRECISIONS`."""


def evening_board(
    session: Session, municipality: str, hotspot_area: str, first_evening: date
) -> EveningBoard:
    """Count the need of a week's evenings and place the teams that are out.

    Raises
    ------
    NotFound
        If the hotspot area has no coverage areas, or no roder.
    """
    slots = slots_of(first_evening, EVENINGS)
    coverage = presence_store.read_coverage_areas(
        session, municipality, hotspot_area, first_evening
    )
    if coverage.empty:
        raise NotFound(f"The hotspot area {hotspot_area} has no coverage areas on {first_evening}.")
    members = incidents_seen.roder_of(session, municipality, ("hotspot_area", hotspot_area))
    roder = area_store.read_areas(session, municipality, "rode", first_evening)
    roder = roder[roder["id"].isin(members or ())].reset_index(drop=True)
    if roder.empty:
        raise NotFound(f"The hotspot area {hotspot_area} has no roder on {first_evening}.")
    precision = incident_precision.in_force(session, municipality).precision
    need = evening_need(session, coverage, roder, slots, precision=precision)
    last = slots[-1].evening
    shifts = presence_store.read_shifts(session, municipality, first_evening, last)
    commitments = presence_store.read_commitments(
        session, municipality, hotspot_area, first_evening, last
    )
    capacity = {row.code: row.capacity for row in rows_of(coverage) if row.agency == "street_team"}
    presences = _presences(commitments, shifts, slots)
    plan = greedy_plan(
        need.figures,
        with_joint_visits(presences, need.figures, slots, may_join=capacity.keys()),
        slots,
        capacity=capacity,
        period=period_of(need, first_evening) + COUNTED_IN[precision],
    )
    return EveningBoard(slots, coverage, need, plan, roder, precision)


def draw_evening(
    session: Session,
    board: EveningBoard,
    *,
    municipality: str,
    stations: gpd.GeoDataFrame,
    facts: PageFacts,
) -> str:
    """Return the board as an HTML page."""
    inside = board.roder.union_all()
    return evening_page(
        slots=pd.DataFrame(
            [
                (slot.slot_id, slot.evening, slot.label, slot.starts_at, slot.ends_at)
                for slot in board.slots
            ],
            columns=["slot_id", "evening", "label", "starts_at", "ends_at"],
        ),
        density=board.roder[["code", "name", "geometry"]],
        density_values=board.need.density,
        base_layers=ground_of(session, municipality, board.roder),
        coverage=board.coverage.assign(
            kind=board.coverage["agency"].map({"police": "politi", "street_team": "gadeteam"})
        )[["code", "name", "kind", "geometry"]],
        need=board.need.figures,
        plan=board.plan.assign(
            agency=board.plan["agency"].map({"police": "politi", "street_team": "gadeteam"}),
            form=board.plan["form"].map(words.PRESENCE_FORMS),
        ),
        offers=_offers(session, municipality, inside),
        stations=stations[stations.intersects(inside.buffer(AROUND_M))],
        bydele=area_store.read_areas(session, municipality, "bydel", board.slots[0].evening)[
            ["name", "geometry"]
        ],
        facts=facts,
        gap_from=GAP_FROM,
    )


def period_of(need: EveningNeed, first_evening: date) -> str:
    """Say which weeks were counted: lately, or before the newest incident that is known."""
    if first_evening - need.until <= timedelta(days=7):
        return f"de seneste {need.weeks} uger"
    return f"i {need.weeks} uger til {danish.day(need.until, year=True)}"


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
            teams = on_duty.setdefault(slot.slot_id, [])
            if row.team not in teams:  # its members may have shifts of their own
                teams.append(row.team)
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


def _offers(session: Session, municipality: str, inside: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return the offers of the hotspot area, with their opening hours in words."""
    offers = programme.read_offers(session, municipality)
    hours = programme.read_offer_hours(session, municipality)
    text = hours.groupby("offer_id")[["weekday", "opens", "closes"]].apply(_hours_in_words)
    return offers[offers.intersects(inside)].assign(
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
