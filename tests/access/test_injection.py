"""What is typed into a filter is looked for and never run: every parameter of every reading.

Each is given SQL, templates and wildcards, by roles of much and of little. Nobody may get a fault,
a row that is not theirs, or a word of the database; and what is stored stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import text

from api.access import declared_routes, parameters_of
from geo_service.domain.access import Role
from geo_service.storage.database import Database
from tests import people
from tests.access import house
from tests.access import planted as plants
from tests.access.planted import Planted
from tests.access.test_matrix import address_of
from tests.volumes import volume

HOSTILE: Final = (
    "' OR '1'='1",
    "'; DROP TABLE raw.incident; --",
    "x' UNION SELECT usename, passwd FROM pg_shadow --",
    "%",
    "_%",
    "\\",
    "$$ || pg_sleep(9) || $$",
    "%(place)s :place {0} ${7*7} {{7*7}}",
    "1) OR (1=1",
    "rode:' OR '1'='1",
    "2026-01-01' OR '1'='1",
    "raw.incident",
)
EACH: Final = volume(1, len(HOSTILE))
"""How many of them each parameter is given."""
FIRST_FAULT: Final = 500
TELLING: Final = (
    "[SQL: ",
    "FROM raw.",
    "psycopg",
    "sqlalchemy",
    "syntax error",
    "pg_catalog",
    "Traceback",
)


@pytest.fixture(scope="module")
def planted(own: Database) -> Planted:
    with own.working(people.EVERYWHERE) as session:
        made = plants.plant(session)
    house.plant_accounts(own, made)
    return made


def filters(app: FastAPI, planted: Planted) -> Iterator[tuple[str, list[str]]]:
    """Yield every reading that has parameters in its address, and their names."""
    for route in declared_routes(app):
        if "GET" not in (route.methods or ()) or not isinstance(route.original_route, APIRoute):
            continue
        names = list(parameters_of(route.dependant))
        path = str(route.path)
        names += PAGE_PARAMETERS if not path.startswith("/api/") else []
        if names and not path.startswith(("/static/", "/livez", "/readyz", "/oidc/")):
            yield address_of(path, planted), names


PAGE_PARAMETERS: Final = ["omraade", "sorter", "side", "sprog", "fra", "til", "type", "sted", "kl"]
"""Read by pages from the address itself, some of them by each page."""


def counts(database: Database) -> dict[str, int]:
    """Return how many rows there are of what an attack would take away."""
    tables = ("raw.incident", "adm.user_account", "work.area", "raw.evening_plan")
    with database.as_administrator() as connection:
        return {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
            for table in tables
        }


@pytest.mark.parametrize("role", [Role.police, Role.street_team, Role.admin])
def test_what_is_typed_into_a_filter_is_never_run(
    own: Database, app: FastAPI, planted: Planted, role: Role
) -> None:
    hotspots = house.scope_of(role)
    client = people.browser(app, house.sign_in(own, role), follow_redirects=False)
    before = counts(own)
    known, asked = house.told(planted), 0
    for path, names in filters(app, planted):
        for place, name in enumerate(names):
            for number in range(EACH):
                value = HOSTILE[(place + asked + number) % len(HOSTILE)]
                answer = client.get(path, params={name: value})
                asked += 1
                what = f"{path}?{name}={value}"
                assert answer.status_code < FIRST_FAULT, what
                for canary in (one for mark, one in known.items() if mark in answer.content):
                    assert house.may_see(canary, role, hotspots), f"{canary} at {what}"
                if answer.status_code >= 400:
                    assert not [word for word in TELLING if word in answer.text], what
    assert asked > 100
    assert counts(own) == before
