"""A town with a hotspot area, coverage areas and teams, to make agreements in."""

from __future__ import annotations

from datetime import date, timedelta

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import delete

from geo_service.analysis.groups import as_multi
from geo_service.domain.evenings import at_hour
from geo_service.domain.grid import DANISH_GRID
from geo_service.storage import areas as store
from geo_service.storage import incidents as incident_store
from geo_service.storage.bulk import insert_frame
from geo_service.storage.database import Database
from geo_service.storage.tables import (
    CoverageArea,
    Incident,
    IncidentPrecision,
    Membership,
    Team,
)
from tests import make, people

HOTSPOT, OTHER = "yn", "va"
PLACES = (("torvet", "Torvet", HOTSPOT), ("parken", "Parken", HOTSPOT), ("havnen", "Havnen", OTHER))
LATEST = 2
"""The newest weeks, which may differ from those before."""
TEAMS = (("G1", "street_team"), ("G2", "street_team"), ("P1", "police"))


def town(database: Database) -> None:
    """Store two hotspot areas of a rode each, three coverage areas and three teams, in 0101."""
    with database.working(people.EVERYWHERE) as session:
        make.stored_squares(session)
        whole = make.squares(2).assign(code=[HOTSPOT, OTHER], name=["Ydre Nørrebro", "Valby"])
        store.store_areas(session, whole, make.edition("hotspot_area"))
        session.add_all(
            Membership(
                municipality_code="0101",
                member_kind="rode",
                member_code=rode,
                group_kind="hotspot_area",
                group_code=hotspot,
                valid_from=date(2014, 9, 1),
                source="test",
            )
            for rode, hotspot in (("1", HOTSPOT), ("2", OTHER))
        )
    people_and_places(database)


def people_and_places(database: Database) -> None:
    """Store the teams and the coverage areas."""
    with database.working(people.EVERYWHERE) as session:
        insert_frame(
            session,
            Team,
            pd.DataFrame(
                [(code, f"Hold {code}", agency, 2) for code, agency in TEAMS],
                columns=["code", "name", "agency", "members"],
            ),
            municipality="0101",
        )
        insert_frame(
            session,
            CoverageArea,
            pd.DataFrame(
                [
                    {
                        "code": code,
                        "name": name,
                        "hotspot_area_code": hotspot,
                        "agency": "street_team",
                        "capacity": 2,
                        "not_at_night_reason": "Ingen lys" if code == "parken" else None,
                        "valid_from": date(2020, 1, 1),
                        "geometry": _square(number),
                    }
                    for number, (code, name, hotspot) in enumerate(PLACES)
                ]
            ),
            municipality="0101",
        )


def _square(number: int) -> shapely.MultiPolygon:
    west = make.WEST + number * 100
    return as_multi(shapely.box(west, make.SOUTH, west + 100, make.SOUTH + 100))


def known(
    database: Database, today: date, *, usual: int = 2, latest: int = 2, weeks: int = 40
) -> None:
    """Let the hotspot area hold incidents of each of its evenings of one weekday, up to yesterday.

    `usual` a week, and `latest` in each of the two newest weeks; all on Torvet at 20.30, and
    beside each a patrol's own and one indoors. The police show others points.
    """
    with database.working(people.EVERYWHERE) as session:
        session.execute(delete(Incident))
        session.execute(delete(IncidentPrecision))
        session.add(
            IncidentPrecision(municipality_code="0101", precision="point", set_by="os:test")
        )
        rows = [
            (today - timedelta(days=2 + 7 * week), setting, found_by)
            for week in range(weeks)
            for _ in range(latest if week < LATEST else usual)
            for setting, found_by in (
                ("public_space", "citizen"),
                ("public_space", "patrol"),
                ("indoor", "citizen"),
            )
        ]
        rows.append((today - timedelta(days=1), "public_space", "citizen"))
        at = [
            pd.Timestamp(at_hour(day, 20) + timedelta(minutes=30)).tz_convert("UTC")
            for day, _, _ in rows
        ]
        rode = store.read_areas(session, "0101", "rode", today)["id"].iloc[0]
        frame = gpd.GeoDataFrame(
            {
                "source_system": "test",
                "source_ref": [f"K-{number}" for number in range(len(rows))],
                "crime_type": "uro",
                "setting": [setting for _, setting, _ in rows],
                "found_by": [found_by for _, _, found_by in rows],
                "occurred_from": pd.Series(at),
                "occurred_to": pd.Series(at),
                "rode_id": pd.array([rode] * len(rows), dtype="Int64"),
            },
            geometry=[shapely.Point(make.WEST + 50, make.SOUTH + 50)] * len(rows),
            crs=DANISH_GRID,
        )
        incident_store.store_incidents(session, frame, municipality="0101", batch_id=None)
