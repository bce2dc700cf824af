"""What the two sides do in their browsers, in the order of the meeting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from geo_service.domain.evenings import evening_of
from geo_service.storage.database import Database

HERE = "/aften/aftaler"


def today() -> date:
    """Return the evening that runs: in the night that of the day before."""
    return evening_of(datetime.now(UTC))


def started(client: TestClient, first: date | None = None, **more: str) -> str:
    fields = {"foerste": (first or today()).isoformat(), "aftener": "14", **more}
    answer = client.post(HERE, data=fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def version(client: TestClient, plan: str) -> int:
    found = re.search(r'name="version" value="(\d+)"', client.get(plan).text)
    assert found is not None
    return int(found[1])


def add(client: TestClient, plan: str, **typed: str) -> Response:
    fields = {
        "version": str(version(client, plan)),
        "hvem": "street_team:G1",
        "hvor": "torvet",
        "aften": today().isoformat(),
        "tidsrum": "20–22",
        "hvordan": "on_foot",
        "hvorfor": "Mange unge samles her",
        **typed,
    }
    return client.post(f"{plan}/tilsagn", data=fields)


def step(client: TestClient, plan: str, which: str) -> Response:
    return client.post(f"{plan}/trin", data={"version": version(client, plan), "trin": which})


def agreement(chief: TestClient, police: TestClient) -> str:
    """Make an agreement from today on with a line of each side, and agree on it."""
    plan = started(chief)
    assert add(chief, plan).status_code == 303
    assert add(police, plan, hvem="police", hvor="parken").status_code == 303
    assert step(chief, plan, "send").status_code == 303
    assert step(police, plan, "agree").status_code == 303
    return plan


def moved_back(own: Database, days: int) -> None:
    """Let some days pass: everything that was agreed lies that much earlier."""
    with own.as_owner() as owner:
        for statement in (
            """UPDATE raw.evening_plan
               SET first_evening = first_evening - :days, last_evening = last_evening - :days""",
            """UPDATE raw.commitment
               SET evening = evening - :days, starts_at = starts_at - make_interval(days => :days),
                   ends_at = ends_at - make_interval(days => :days)""",
        ):
            owner.execute(text(statement), {"days": days})
        owner.commit()


@contextmanager
def unchanged(client: TestClient, plan: str) -> Iterator[None]:
    before = version(client, plan)
    yield
    assert version(client, plan) == before
