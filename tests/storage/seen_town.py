"""A small town to look at incidents in: crooked roder, a hotspot area, and who asks.

The roder do not keep to the fields of 250 m, so that borders cut fields into pieces of every
size. The same town stands in two municipalities: two worlds that may differ in what nobody is
to find out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import delete
from sqlalchemy.orm import Session

from geo_service.analysis.groups import as_multi
from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.grid import DANISH_GRID
from geo_service.domain.incident_question import Question
from geo_service.storage import areas as area_store
from geo_service.storage import incidents as store
from geo_service.storage.database import Database
from geo_service.storage.tables import Incident, IncidentPrecision, Membership
from tests import people

WORLDS = ("0101", "0851")
WEST, SOUTH, SIDE, ACROSS = 720_090.0, 6_175_170.0, 430.0, 4
HOTSPOT, OTHER_HOTSPOT = "h-own", "h-other"
IN_HOTSPOT = ("6", "7", "10")
IN_OTHER = ("11", "12")
FIRST, UNTIL = date(2026, 10, 5), date(2026, 11, 2)
START = datetime(2026, 10, 5, tzinfo=COPENHAGEN)


@cache
def roder() -> gpd.GeoDataFrame:
    """Sixteen roder with crooked, shared borders, codes 1 … 16 from the south-west."""
    rng = np.random.default_rng(4)
    steps = np.arange(ACROSS + 1) * SIDE
    corners = np.stack(np.meshgrid(WEST + steps, SOUTH + steps), axis=-1)
    corners[1:-1, 1:-1] += rng.uniform(-110, 110, size=(ACROSS - 1, ACROSS - 1, 2))
    shapes = [
        as_multi(
            shapely.Polygon(
                [corners[y, x], corners[y, x + 1], corners[y + 1, x + 1], corners[y + 1, x]]
            )
        )
        for y in range(ACROSS)
        for x in range(ACROSS)
    ]
    codes = [str(number + 1) for number in range(len(shapes))]
    return gpd.GeoDataFrame(
        {"code": codes, "name": [f"Rode {code}" for code in codes]},
        geometry=shapes,
        crs=DANISH_GRID,
    )


@dataclass(frozen=True)
class Seen:
    """An incident to plant: a point, the rode it lies in, and what else matters."""

    point: tuple[float, float]
    crime_type: str = "uro"
    setting: str = "public_space"
    minutes: int = 1_200
    """After the first midnight of the period."""
    lasts: int = 0
    found_by: str = "citizen"


def build(database: Database) -> None:
    """Make both worlds: roder, and which of them the hotspot areas hold."""
    with database.working(people.EVERYWHERE) as session:
        for place in WORLDS:
            area_store.ensure_municipality(session, place, place)
            edition = area_store.Edition(place, "rode", date(2014, 9, 1), "official", "test")
            area_store.store_areas(session, roder(), edition)
            session.add_all(
                Membership(
                    municipality_code=place,
                    member_kind="rode",
                    member_code=code,
                    group_kind="hotspot_area",
                    group_code=group,
                    valid_from=date(2014, 9, 1),
                    source="test",
                )
                for group, codes in ((HOTSPOT, IN_HOTSPOT), (OTHER_HOTSPOT, IN_OTHER))
                for code in codes
            )


def plant(session: Session, place: str, incidents: Sequence[Seen]) -> None:
    """Let a world hold exactly these incidents."""
    session.execute(delete(Incident).where(Incident.municipality_code == place))
    if not incidents:
        return
    held = area_store.read_areas(session, place, "rode", FIRST)
    points = shapely.points([one.point for one in incidents])
    at, which = shapely.STRtree(held.geometry.to_numpy()).query(points, predicate="intersects")
    rode = pd.array([pd.NA] * len(incidents), dtype="Int64")
    rode[at[::-1]] = held["id"].to_numpy()[which[::-1]]
    begin = [pd.Timestamp(START + timedelta(minutes=one.minutes)) for one in incidents]
    end = [t + timedelta(minutes=one.lasts) for t, one in zip(begin, incidents, strict=True)]
    frame = gpd.GeoDataFrame(
        {
            "source_system": "test",
            "source_ref": [f"T-{n}" for n in range(len(incidents))],
            "crime_type": [one.crime_type for one in incidents],
            "setting": [one.setting for one in incidents],
            "found_by": [one.found_by for one in incidents],
            "occurred_from": pd.Series(begin).dt.tz_convert("UTC"),
            "occurred_to": pd.Series(end).dt.tz_convert("UTC"),
            "rode_id": rode,
        },
        geometry=points,
        crs=DANISH_GRID,
    )
    store.store_incidents(session, frame, municipality=place, batch_id=None)


def set_precision(session: Session, precision: str | None) -> None:
    """Let the police of both worlds have set a precision, or none."""
    session.execute(delete(IncidentPrecision))
    if precision is not None:
        session.add_all(
            IncidentPrecision(municipality_code=place, precision=precision, set_by="os:test")
            for place in WORLDS
        )


def caller(
    role: Role | str, place: str = WORLDS[0], hotspots: tuple[str, ...] | None = None
) -> Caller:
    return Caller(actor="user:1", role=Role(role), municipality=place, hotspot_areas=hotspots)


def question(**changes: Any) -> Question:
    return Question(**({"first": FIRST, "until": UNTIL} | changes))
