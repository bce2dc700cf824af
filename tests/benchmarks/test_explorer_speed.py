"""The incidents explorer beside the start page: one frame, and all that it counts and draws."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.main import make_app
from api.security.rates import Rates
from geo_service.domain.vocabulary import CRIME_TYPES
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import people
from tests.storage import seen_town as town
from tests.storage.seen_town import Seen

ROUNDS = 7
INCIDENTS = 6_000
MOST_TIMES_AS_LONG = 4.0
MANY = 10_000_000


def a_month() -> list[Seen]:
    rng = np.random.default_rng(3)
    types = list(CRIME_TYPES)
    return [
        Seen(
            (town.WEST + rng.uniform(0, 1_700), town.SOUTH + rng.uniform(0, 1_700)),
            types[n % len(types)],
            minutes=int(rng.integers(0, 28 * 1_440)),
        )
        for n in range(INCIDENTS)
    ]


def work_s(client: TestClient, path: str) -> float:
    began = time.process_time()
    answer = client.get(path)
    taken = time.process_time() - began
    assert answer.status_code == 200
    return taken


@pytest.mark.benchmark
def test_the_explorer_is_answered_within_a_few_times_of_the_start_page(
    own_database: Callable[[str], Database], settings: Settings
) -> None:
    """The least of some rounds, taken in turn, after one that draws the map.

    What is timed is the work of this process: a busy machine or database does not count.
    """
    database = own_database("tryghed_explorer_speed")
    town.build(database)
    with database.working(people.EVERYWHERE) as session:
        town.plant(session, town.WORLDS[0], a_month())
    app = make_app(settings, database, rates=Rates(requests_per_minute=MANY))
    with people.browser(app, people.token_of(database, "police")) as client:
        paths = ("/data/haendelser", "/")
        for path in paths:
            work_s(client, path)
        pairs = [tuple(work_s(client, path) for path in paths) for _ in range(ROUNDS)]
    ratio = min(one for one, _ in pairs) / min(other for _, other in pairs)
    assert ratio <= MOST_TIMES_AS_LONG, f"the explorer took {ratio:.1f} times as long"
