"""A town with a hotspot area, coverage areas and teams, to make agreements in."""

from __future__ import annotations

from datetime import date

import pandas as pd
import shapely

from geo_service.analysis.groups import as_multi
from geo_service.storage import areas as store
from geo_service.storage.bulk import insert_frame
from geo_service.storage.database import Database
from geo_service.storage.tables import CoverageArea, Team
from tests import make, people

HOTSPOT, OTHER = "yn", "va"
PLACES = (("torvet", "Torvet", HOTSPOT), ("parken", "Parken", HOTSPOT), ("havnen", "Havnen", OTHER))
TEAMS = (("G1", "street_team"), ("G2", "street_team"), ("P1", "police"))


def town(database: Database) -> None:
    """Store two hotspot areas, three coverage areas and three teams in municipality 0101."""
    with database.working(people.EVERYWHERE) as session:
        make.stored_squares(session)
        whole = make.squares(2).assign(code=[HOTSPOT, OTHER], name=["Ydre Nørrebro", "Valby"])
        store.store_areas(session, whole, make.edition("hotspot_area"))
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
