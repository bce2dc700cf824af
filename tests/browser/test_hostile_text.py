"""Hostile text in every text field, every page opened in Chromium: it is read, and never runs.

Each round gives every field of every row another payload. A seeded part of the rounds runs each
time; with --full every payload has stood in every field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from playwright.sync_api import Browser
from sqlalchemy import CursorResult, text
from sqlalchemy.dialects.postgresql import JSONB

from api.main import make_app
from api.security.rates import Rates
from geo_service.domain.access import SIGNED_IN, Role
from geo_service.domain.kinds import KINDS
from geo_service.settings import Settings
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.storage.tables import Base
from tests import people
from tests.access import house
from tests.access import planted as plants
from tests.access.planted import HOME, Canary, Planted, Variant
from tests.browser.hostile_payloads import PAYLOADS
from tests.browser.serving import served
from tests.browser.test_every_page import MANY, Reader, Town, pages_of, seeded, token_in
from tests.volumes import volume

pytestmark = pytest.mark.browser

PARTS = volume(1, 20)
ROUNDS_A_PART = volume(2, len(PAYLOADS) // 20)
LEAST_MET = 20


class Fields:
    """The text fields of planted rows, and what stands in each now."""

    def __init__(self, database: Database, planted: Planted) -> None:
        self._database = database
        fields = [one for one in planted.canaries if one.variant.municipality == HOME]
        self.now: dict[Canary, str] = {one: one.text for one in fields}

    def fill(self, first: int) -> None:
        """Give each field the payload that follows, beginning with number `first`."""
        with self._database.working(people.EVERYWHERE) as session:
            for place, (field, old) in enumerate(list(self.now.items())):
                # the number keeps keys apart that must not be equal
                new = f"{PAYLOADS[(first + place) % len(PAYLOADS)]} {place}"
                changed = session.execute(text(_put(field)), {"new": new, "old": old})
                assert cast("CursorResult[Any]", changed).rowcount == 1, f"{field} kept {old!r}"
                self.now[field] = new
        with self._database.session("web_auth") as session:
            session.execute(
                text("UPDATE adm.user_account SET name = :name || id"),
                {"name": PAYLOADS[first % len(PAYLOADS)]},
            )


def _put(field: Canary) -> str:
    """Return the statement that puts a text in the place of another; in JSON, where it stands."""
    table, column = KINDS[field.kind].table, field.column
    kind = Base.metadata.tables[str(table)].c[column].type
    if isinstance(kind, JSONB):
        old, new = (f"to_jsonb(CAST(:{name} AS text))::text" for name in ("old", "new"))
        put = f"replace({column}::text, {old}, {new})::jsonb"
        return f"UPDATE {table} SET {column} = {put} WHERE strpos({column}::text, {old}) > 0"  # noqa: S608
    return f"UPDATE {table} SET {column} = :new WHERE {column} = :old"  # noqa: S608


@pytest.fixture(scope="module")
def hostile(
    own_database: Callable[[str], Database],
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Town, Fields]]:
    database = own_database("tryghed_hostile")
    with database.working(people.EVERYWHERE) as session:
        planted = plants.plant(session)
    variant: Variant = plants.VARIANTS[0]
    assert variant.municipality == HOME
    house.plant_accounts(database, planted)
    tokens = {role: token_in(database, role) for role in SIGNED_IN}
    settings = Settings(state=tmp_path_factory.mktemp("state"), secrets_dir=cluster.secrets)
    app = make_app(settings, database, rates=Rates(requests_per_minute=MANY))
    pages = pages_of(app, planted, tokens, seeded())
    with served(app) as address:
        yield Town(address, pages, tokens, filled=True), Fields(database, planted)


def test_there_are_two_hundred_of_them() -> None:
    assert len(set(PAYLOADS)) == 200


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_that_was_typed_runs(
    chromium: Browser, hostile: tuple[Town, Fields], part: int
) -> None:
    town, fields = hostile
    order = seeded().sample(range(len(PAYLOADS)), len(PAYLOADS))
    rounds = order[part * ROUNDS_A_PART : (part + 1) * ROUNDS_A_PART]
    readers: dict[Role, Reader] = {}
    wrong: list[str] = []
    met: set[str] = set()
    for first in rounds:
        fields.fill(first)
        for one in town.pages:
            if one.role not in readers:
                readers[one.role] = Reader(chromium, town, one.role)
            reader = readers[one.role]
            reader.page.goto(town.address + one.path, wait_until="load")
            for choice in reader.page.locator(".map-list button").all()[:1]:
                choice.click()
            wrong += [f"round {first}, {one.path}: {odd}" for odd in reader.odd]
            reader.odd.clear()
            if reader.page.evaluate("window.pwned") is not None:
                wrong.append(f"round {first}, {one.path}: something ran")
            shown = reader.page.locator("body").inner_text()
            met |= {now for now in fields.now.values() if now.strip() in shown}
    for reader in readers.values():
        reader.context.close()
    assert not wrong, "\n".join(wrong)
    assert len(met) >= LEAST_MET, "hardly any text was on the pages: the search is blind"
