"""The API against its own description, as every role: examples made from the schema.

Each operation is asked with many examples by everybody who is signed in, and with what breaks its
description by nobody, too; every check of schemathesis holds, none is left out, and each operation
has an example that it grants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.openapi.loaders import from_asgi

from api.access import declared_routes, policies_of
from api.main import make_app
from api.security.rates import Rates
from geo_service.domain.access import RIGHTS, SIGNED_IN, Role
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import people
from tests.access import house
from tests.access import planted as plants
from tests.access.planted import HOME
from tests.volumes import volume

EXAMPLES = volume(6, 50)
MANY = 10_000_000


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_schema")
    with database.working(people.EVERYWHERE) as session:
        plants.plant(session)
    return database


@pytest.fixture
def app(own: Database, settings: Settings) -> Iterator[FastAPI]:
    app = make_app(settings, own, rates=Rates(requests_per_minute=MANY))
    yield app
    app.state.jobs.close()
    app.state.plan_jobs.close()


def operations(app: FastAPI, token: str) -> list[Any]:
    headers = {"Authorization": f"Bearer {token}", "Host": "127.0.0.1"}
    schema = from_asgi("/api/v1/openapi.json", app, headers=headers)
    return [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]


@pytest.mark.parametrize("role", SIGNED_IN)
def test_the_api_keeps_what_it_promises(own: Database, app: FastAPI, role: Role) -> None:
    token = people.token_of(own, role, kind="token", **house.rights_of(role, house.scope_of(role)))
    found = operations(app, token)
    assert len(found) >= 10
    for operation in found:
        ask(operation, {"Authorization": f"Bearer {token}", "Host": "127.0.0.1"})


NOBODY: Final = "nobody"
FIRST_ERROR: Final = 400


@pytest.mark.parametrize("who", [*SIGNED_IN, NOBODY])
def test_what_breaks_the_description_is_refused_and_never_a_fault_of_ours(
    own: Database, app: FastAPI, who: Role | str
) -> None:
    role = who if isinstance(who, Role) else Role.police  # nobody may read the description
    token = people.token_of(own, role, kind="token", **house.rights_of(role, house.scope_of(role)))
    headers = {"Host": "127.0.0.1"}
    if who != NOBODY:
        headers["Authorization"] = f"Bearer {token}"
    asked = 0
    for operation in operations(app, token):
        if any(len(part) for part in (operation.path_parameters, operation.query, operation.body)):
            ask(operation, headers, mode=GenerationMode.NEGATIVE)
            asked += 1
    assert asked >= 10


def ask(
    operation: Any, headers: dict[str, str], mode: GenerationMode = GenerationMode.POSITIVE
) -> None:
    """Ask one operation with examples made from, or against, its schema; every check holds."""

    @seed(20261125)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def examples(case: schemathesis.Case) -> None:
        answer = case.call_and_validate(headers=headers)
        assert "Authorization" in headers or answer.status_code >= FIRST_ERROR, "nobody was let in"

    examples()


def granted(
    client: Any, role: Role, method: str, path: str, number: int
) -> tuple[str, dict[str, Any]]:
    """Return the address and the body that an operation is granted with."""
    body: dict[str, Any] = {}
    if "/users" in path and (method != "GET" or "{" in path):
        return granted_user(client, path, number)
    if "/imports" in path and method != "GET":
        areas = {"kind": "rode", "code": "rode_nr", "valid_from": "2020-01-01"}
        fields = areas if role is Role.hotspot_chief else {}
        body = {"files": {"file": ("a.csv", b"x")}, "data": fields}
    if "/plans" in path:
        return granted_plan(client, path)
    if method == "PUT" and path.endswith("/incident-precision"):
        version = client.get(path).json()["version"]
        body = {"json": {"precision": "rode", "version": version}}
    if method == "PUT" and "/retention/" in path:
        rules = client.get("/api/v1/retention").json()
        version = next(rule["version"] for rule in rules if rule["kind"] == "incidents")
        body = {"json": {"keep_days": 400, "version": version}}
    path = path.replace("{job_id}", next(iter(client.app.state.jobs._jobs), ""))  # sent before
    return path.replace("{municipality}", HOME).replace("{kind}", "incidents"), body


def granted_plan(client: Any, path: str) -> tuple[str, dict[str, Any]]:
    """Return an operation on a proposal: the newest that is stored, or the one sent before."""
    path = path.replace("{job_id}", next(iter(client.app.state.plan_jobs._jobs), ""))
    if "{plan_id}" in path:
        stored = client.get("/api/v1/plans").json()["plans"]
        return path.replace("{plan_id}", str(stored[0]["id"])), {}
    return path, {"json": {"hotspot_area": plants.VARIANTS[0].hotspot, "from": "2026-11-27"}}


def granted_user(client: Any, path: str, number: int) -> tuple[str, dict[str, Any]]:
    """Return an operation on a user of its own, made for it."""
    right = {"role": "tmf", "municipality": HOME}
    new = {"login": f"prove{number}", "name": "Prøve", "right": right}
    if "{" not in path:
        return path, {"json": new}
    made = client.post("/api/v1/users", json=new).json()
    seen: dict[str, Any] = {"version": made["version"]}
    if path.endswith("{user_id}"):
        seen |= {"name": "Anden", "language": "da"}
    if path.endswith("/rights"):
        seen |= {"role": "hotspot_chief", "municipality": HOME}
    address = path.replace("{user_id}", str(made["id"]))
    return address.replace("{right_id}", str(made["rights"][0]["id"])), {"json": seen}


@pytest.mark.parametrize("role", SIGNED_IN)
def test_each_operation_that_a_role_may_has_an_example_that_is_granted(
    own: Database, app: FastAPI, role: Role
) -> None:
    client = people.program(app, people.token_of(own, role, kind="token"))
    asked = [
        (method, str(route.path))
        for route in declared_routes(app)
        for method in sorted(route.methods or ())
        if str(route.path).startswith("/api/v1/")
        and any(role in RIGHTS[policy] for policy in policies_of(route))
    ]
    for number, (method, path) in enumerate(asked):
        address, sent = granted(client, role, method, path, number)
        answer = client.request(method, address, **({} if method == "GET" else sent))
        assert answer.status_code < 300, f"{method} {address} as {role}: {answer.text}"
