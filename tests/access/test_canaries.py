"""A thousand canaries in protected fields: none is among the bytes of a role that may not see it.

Every page, answer and file that a role can reach is fetched: the routes themselves with the keys
of planted rows, everything their pages link to, exports, and what errors say.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.access import declared_routes
from geo_service.domain.access import SIGNED_IN, Role
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import people
from tests.access import house
from tests.access import planted as plants
from tests.access.owners import OWNERS
from tests.access.planted import HOME, NEIGHBOURS, OWN_HOTSPOT, VARIANTS, Planted
from tests.access.test_matrix import address_of

CANARIES = 1_000
MOST_PAGES = 400


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    return own_database("tryghed_canaries")


@pytest.fixture(scope="module")
def planted(own: Database) -> Planted:
    with own.working(people.EVERYWHERE) as session:
        made = plants.plant(session, copies=9, variants=[*VARIANTS, *NEIGHBOURS])
    house.plant_accounts(own, made)
    return made


@pytest.fixture(scope="module")
def names(own: Database) -> dict[str, str]:
    return house.account_canaries(own)


@pytest.fixture(scope="module")
def state(own: Database, planted: Planted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder in which every map is drawn."""
    state = tmp_path_factory.mktemp("state")
    house.draw_maps(own, state / "maps")
    return state


@pytest.fixture
def app(own: Database, settings: Settings, state: Path) -> FastAPI:
    return house.application(own, settings.model_copy(update={"state": state}))


def starts(app: FastAPI, planted: Planted) -> list[str]:
    """Every GET route with the keys of own and foreign rows, and some that are nonsense."""
    paths = [
        address_of(str(route.path), planted, owner)
        for route in declared_routes(app)
        if "GET" in (route.methods or ())
        for owner in OWNERS.values()
    ]
    errors = ["/aften?omraade=%27%3B--", "/api/v1/areas?kind=%00", "/api/v1/incidents?bbox=1,2,3"]
    maps = [f"/kort/{name}.html" for name in (*house.EVENING_MAPS.values(), "byrum", "beboere")]
    return list(dict.fromkeys([*paths, *maps, *errors]))


def test_there_are_a_thousand_of_them(planted: Planted) -> None:
    assert len(planted.canaries) >= CANARIES
    assert len({one.text for one in planted.canaries}) == len(planted.canaries)


@pytest.mark.parametrize("role", SIGNED_IN)
def test_no_canary_reaches_a_role_that_may_not_see_it(
    own: Database,
    planted: Planted,
    names: dict[str, str],
    app: FastAPI,
    role: Role,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    hotspots = house.scope_of(role)
    client = people.browser(app, house.sign_in(own, role), raise_server_exceptions=False)
    known, met, pages, drawn, paper = house.told(planted), set(), 0, set(), set()
    for path, said in house.crawl(client, starts(app, planted), most=MOST_PAGES):
        pages += 1
        for text, canary in known.items():
            if text in said:
                met.add(canary)
                drawn |= {path} if canary.kind == "coverage" else set()
                if b"%PDF-" in said and canary.kind in ("plan", "commitment"):
                    paper.add(path)
                assert house.may_see(canary, role, hotspots), f"{canary} at {path}"
        for name, place in names.items():
            if name.encode() in said:
                assert role is Role.admin, f"{name} at {path}"
                assert place == HOME, f"{name} at {path}"
    assert pages > 20
    if role in (Role.police, Role.hotspot_chief, Role.tmf):
        assert met, "a role with rights met none of its own: the search is blind"
    assert bool(paper) is (role in (Role.police, Role.hotspot_chief)), "papers are not read"
    evening = f"/kort/{house.EVENING_MAPS[HOME, OWN_HOTSPOT]}.html"
    assert (evening in drawn) is (role in (Role.police, Role.hotspot_chief)), drawn
    logged = caplog.text
    assert not [one for one in planted.canaries if one.text in logged]


def test_nobody_at_all_meets_a_canary(
    own: Database, planted: Planted, names: dict[str, str], app: FastAPI, settings: Settings
) -> None:
    from api.main import make_app

    known = [one.text.encode() for one in planted.canaries] + [name.encode() for name in names]
    for shape in (app, make_app(settings, own, public=True)):
        client = people.browser(shape, raise_server_exceptions=False)
        for path, said in house.crawl(client, starts(app, planted), most=MOST_PAGES):
            found = list(itertools.islice((text for text in known if text in said), 1))
            assert not found, f"{found} at {path}"
