"""A connection that goes back to its pool takes nothing of its caller along.

Requests of many roles through the real dependency and few connections, with errors, statements
that the server cancels, requests that the client abandons, and commits in mid-request.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from api.access import Visit, needs
from api.security.rates import Rates
from api.security.whole import Whole
from geo_service.domain.access import POOL_OF, Role
from geo_service.storage.database import Database
from tests import people
from tests.access import planted as plants
from tests.access.planted import AWAY, HOME, OWN_HOTSPOT, OWN_TEAM
from tests.volumes import volume

REQUESTS = volume(1_000, 10_000)
AT_ONCE = 12
WAYS = ("ok", "commit", "error", "cancel", "abandon", "savepoint")
NAMES = ("role", "municipality", "hotspot_areas", "organisation", "team", "actor")
SEEN = text(
    "SELECT "  # noqa: S608
    + ", ".join(f"current_setting('tryghed.{name}', true) AS {name}" for name in NAMES)
    + ", (SELECT count(*) FROM work.improvement_project) AS projects,"
    " (SELECT min(municipality_code) FROM work.improvement_project) AS place"
)


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_context")
    with database.working(people.EVERYWHERE) as session:
        plants.plant(session)
    return database


def probing(database: Database) -> FastAPI:
    """An application with one route that tells what its session sees, by several ways."""
    app = FastAPI()
    app.add_middleware(Whole)
    app.state.database = database
    app.state.public = False
    app.state.rates = Rates(requests_per_minute=100 * REQUESTS)

    @app.get("/probe")
    def probe(way: str, visit: Annotated[Visit, needs("project.read")]) -> dict[str, Any]:
        session = visit.session
        if way == "error":
            session.execute(text("SELECT 1 / 0"))
        if way == "cancel":
            session.execute(text("SET LOCAL statement_timeout = '20ms'"))
            session.execute(text("SELECT pg_sleep(5)"))
        if way == "abandon":
            session.execute(text("SELECT pg_sleep(0.05)"))
        if way == "savepoint":
            nested = session.begin_nested()
            session.execute(text("SELECT set_config('tryghed.role', 'police', true)"))
            nested.rollback()
        before = dict(session.execute(SEEN).mappings().one())
        if way == "commit":
            session.commit()
            return dict(session.execute(SEEN).mappings().one()) | {"same": before}
        return before

    return app


async def one(app: FastAPI, token: str, way: str) -> dict[str, Any] | None:
    """Send one request; None where it failed or was given up, as its way says."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(transport=transport, base_url=people.ORIGIN) as client:
        asking = client.get("/probe", params={"way": way}, headers=headers)
        try:
            answer = await asyncio.wait_for(asking, timeout=0.01 if way == "abandon" else None)
        except TimeoutError:
            return None
    if way in {"error", "cancel"}:
        assert answer.status_code == 500
        return None
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_no_request_sees_what_another_callers_request_left(own: Database) -> None:
    people_of = {
        (role, place): people.token_of(
            own,
            role,
            municipality=place,
            kind="token",
            hotspot_areas=[OWN_HOTSPOT] if role is Role.hotspot_chief else None,
            team_code=OWN_TEAM if role is Role.street_team else None,
        )
        for role in (Role.police, Role.hotspot_chief, Role.street_team, Role.tmf, Role.partner)
        for place in (HOME, AWAY)
    }
    app = probing(own)
    chance = random.Random(int(os.environ.get("TRYGHED_TEST_SEED", "1")))  # noqa: S311
    work = [(chance.choice(list(people_of)), chance.choice(WAYS)) for _ in range(REQUESTS)]
    ways: Counter[str] = Counter()

    async def run() -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def ask(who: tuple[Role, str], way: str) -> None:
            async with gate:
                found = await one(app, people_of[who], way)
            # on a busy machine an answer may be there before it can be given up
            ways["ok" if way == "abandon" and found else way] += 1
            if found is None:
                return
            role, place = who
            assert (found["role"], found["municipality"], found["place"]) == (role, place, place)
            assert found["projects"] == (1 if role is Role.partner else 2)
            assert found["hotspot_areas"] == (OWN_HOTSPOT if role is Role.hotspot_chief else "*")
            assert found["team"] == (OWN_TEAM if role is Role.street_team else "")
            if "same" in found:
                assert {name: found[name] for name in found["same"]} == found["same"]

        await asyncio.gather(*(ask(*piece) for piece in work))

    with ThreadPoolExecutor(1) as thread:  # a browser's loop may run in this one
        thread.submit(asyncio.run, run()).result()
    assert sum(ways.values()) == REQUESTS
    assert all(ways[way] > REQUESTS // (2 * len(WAYS)) for way in WAYS)
    for pool in {POOL_OF[role] for role, _ in people_of}:
        assert own.engine(pool).pool.checkedout() == 0  # type: ignore[attr-defined]
        with own.engine(pool).connect() as connection:
            left = connection.execute(SEEN).mappings().one()
            assert (left["role"] or "", left["projects"]) == ("", 0)
