"""An edit of the board, every check and the new board included: four times the places, how much?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date, timedelta

import pandas as pd
import pytest
import shapely
from fastapi.testclient import TestClient

from api.main import make_app
from geo_service.analysis.groups import as_multi
from geo_service.domain.access import Role
from geo_service.settings import Settings
from geo_service.storage.bulk import insert_frame
from geo_service.storage.database import Database
from geo_service.storage.tables import CoverageArea
from tests import agreed, make, people
from tests.api.agreements.deeds import add, started, today, version

FEW, MANY = 10, 40
MOST_TIMES = 4.0
EDITS = 9
SIDE_M = 50.0


def with_places(database: Database, places: int) -> None:
    """Store a town whose hotspot area has so many coverage areas, and incidents of forty weeks."""
    agreed.town(database)
    agreed.known(database, today())
    have = sum(hotspot == agreed.HOTSPOT for _, _, hotspot in agreed.PLACES)
    rows = [
        {
            "code": f"sted-{number}",
            "name": f"Sted {number}",
            "hotspot_area_code": agreed.HOTSPOT,
            "agency": "street_team",
            "valid_from": date(2020, 1, 1),
            "geometry": as_multi(
                shapely.box(west := make.WEST + number % 10 * SIDE_M,
                            south := make.SOUTH + 200 + number // 10 * SIDE_M,
                            west + SIDE_M, south + SIDE_M)
            ),
        }
        for number in range(places - have)
    ]  # fmt: skip
    with database.working(people.EVERYWHERE) as session:
        insert_frame(session, CoverageArea, pd.DataFrame(rows), municipality="0101")


def edit_seconds(client: TestClient, places: int) -> float:
    """Return the least work of moving a commitment to and fro on a board of so many places."""
    plan = started(client)
    for number in range(places - len(agreed.PLACES)):
        evening = today() + timedelta(days=number % 14)
        assert add(client, plan, hvor=f"sted-{number}", aften=str(evening)).status_code == 303
    page = client.get(f"{plan}/tavle").text
    found = re.search(r'data-line="(\d+)"', page)
    assert found is not None
    took = []
    for number in range(EDITS + 1):
        to = {"hvor": ("torvet", "parken")[number % 2], "aften": str(today()), "tidsrum": "17–18"}
        fields = {"version": str(version(client, plan)), **to}
        began = time.process_time()
        moved = client.post(
            f"{plan}/tavle/flyt/{found[1]}", data=fields, headers={"HX-Request": "true"}
        )
        took.append(time.process_time() - began)
        assert moved.status_code == 200, moved.text
        assert moved.text.count('class="cell') == places * 14
    return min(took[1:])


@pytest.mark.benchmark
def test_four_times_the_places_cost_no_more_than_four_times_an_edit(
    own_database: Callable[[str], Database], settings: Settings
) -> None:
    took = {}
    for places in (FEW, MANY):
        database = own_database(f"tryghed_board_{places}")
        with_places(database, places)
        token = people.token_of(database, Role.hotspot_chief, hotspot_areas=[agreed.HOTSPOT])
        client = people.browser(make_app(settings, database), token, follow_redirects=False)
        took[places] = edit_seconds(client, places)
    assert took[MANY] <= MOST_TIMES * took[FEW], took
