"""Role x operation x field: what the answers and files of the API hold, against the declaration.

The operations and the fields of their answers come from OpenAPI. A field that is not declared
fails, and so does one that somebody is shown who does not see it.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

import pytest
from fastapi import FastAPI

from api.access import declared_routes, policies_of
from api.answer_fields import ANSWERS, FILES, Answer
from geo_service.domain.access import RIGHTS, SIGNED_IN, Role, fields_of
from geo_service.domain.kinds import KINDS
from geo_service.storage.database import Database
from tests import people
from tests.access.owners import OWNERS
from tests.access.planted import Planted
from tests.access.test_matrix import address_of

DAYS = "since=2026-11-01&until=2026-12-01"
QUESTIONS = ("", f"{DAYS}&form=incidents", f"{DAYS}&form=counts")


def named_in(node: Any) -> Iterator[str]:
    """Yield the names of the schemas that a part of OpenAPI refers to."""
    if isinstance(node, Mapping):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        for part in node.values():
            yield from named_in(part)
    elif isinstance(node, list):
        for part in node:
            yield from named_in(part)


def answered(described: Mapping[str, Any]) -> set[str]:
    """Return the names of every schema that an answer of 2xx is made of."""
    schemas = described["components"]["schemas"]
    waiting = [
        name
        for operations in described["paths"].values()
        for operation in operations.values()
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for name in named_in(answer)
    ]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += named_in(schemas[name])
    return {name for name in found if "properties" in schemas[name]}


def test_every_field_of_every_answer_is_declared(app: FastAPI) -> None:
    described = app.openapi()
    assert answered(described) == set(ANSWERS)
    for name, answer in ANSWERS.items():
        fields = set(described["components"]["schemas"][name]["properties"])
        assert set(answer.fields) | set(answer.words) == fields, name
        assert not set(answer.fields) & set(answer.words), name


@pytest.mark.parametrize("answer", [*ANSWERS.values(), *FILES.values()])
def test_every_declared_field_is_one_of_its_kind(answer: Answer) -> None:
    if answer.fields:
        assert set(answer.fields.values()) <= set(KINDS[answer.kind].fields)
        assert not set(answer.fields.values()) & set(KINDS[answer.kind].withheld)


def seen_by(role: Role, kind: str) -> set[str]:
    """Return the fields of a kind that a role reads, under any policy."""
    return {
        field
        for policy in RIGHTS
        if policy.split(".")[0] == kind and policy.split(".")[1:] in (["read"], ["name"])
        for field in fields_of(role, policy)
    }


def shown(described: Mapping[str, Any], schema: Any, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the schema and name of every field of an answer that holds something."""
    schemas = described["components"]["schemas"]
    if value is None:
        return
    if "anyOf" in schema:
        fitting = [one for one in schema["anyOf"] if fits(schemas, one, value)]
        yield from shown(described, fitting[0], value)
    elif "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        for field, part in schemas[name].get("properties", {}).items():
            if value.get(field) is not None:
                yield name, field
                yield from shown(described, part, value[field])
    elif schema.get("type") == "array":
        for one in value:
            yield from shown(described, schema["items"], one)


def fits(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value has no field that a schema lacks."""
    if "$ref" not in schema:
        return schema.get("type") != "null" or value is None
    properties = schemas[schema["$ref"].rpartition("/")[2]].get("properties", {})
    return set(value) <= set(properties) and all(
        fits(schemas, properties[name], one)
        for name, one in value.items()
        if isinstance(one, dict) and "$ref" in properties[name]
    )


@pytest.mark.parametrize("role", SIGNED_IN)
def test_nobody_is_answered_a_field_that_they_do_not_see(
    own: Database, app: FastAPI, planted: Planted, role: Role
) -> None:
    described, met = app.openapi(), Counter[tuple[str, str]]()
    client = people.program(app, people.token_of(own, role, kind="token"))
    for path, operations in described["paths"].items():
        if "get" not in operations:
            continue
        asked = [(question, OWNERS["own"]) for question in QUESTIONS]
        asked += [("", owner) for owner in OWNERS.values() if "{" in path]
        for question, owner in asked:
            answer = client.get(address_of(path, planted, owner), params=question)
            if answer.status_code != 200:
                continue
            (schema,) = [
                one["schema"]
                for status, said in operations["get"]["responses"].items()
                if status == "200"
                for one in said["content"].values()
            ]
            met.update(shown(described, schema, answer.json()))
    for name, field in met:
        declared = ANSWERS[name]
        if field in declared.fields:
            assert declared.fields[field] in seen_by(role, declared.kind), (name, field)
    if role in (Role.police, Role.hotspot_chief):
        assert met["Incident", "crime_type"]
    assert bool(met["Incident", "source_ref"]) == (role is Role.police)
    assert bool(met["UserOut", "login"]) == (role is Role.admin)


@pytest.mark.parametrize("role", SIGNED_IN)
def test_nobody_takes_a_column_away_that_they_do_not_see(
    own: Database, app: FastAPI, planted: Planted, role: Role
) -> None:
    client = people.browser(app, people.token_of(own, role))
    for path, declared in FILES.items():
        (route,) = [one for one in declared_routes(app) if str(one.path) == path]
        may = any(role in RIGHTS[policy] for policy in policies_of(route))
        for form in ("csv", "json") if declared.kind == "audit" else ("csv",):
            answer = client.get(path, params=ASKED.get(path, {}) | {"format": form})
            assert (answer.status_code == 200) == may, answer.text
            if may:
                heads = {head.replace(" ", "_") for head in heads_of(answer.text, form)}
                sees = seen_by(role, declared.kind)
                assert heads == {head for head, one in declared.fields.items() if one in sees}


ASKED = {"/administration/revision/indsigt": {"genstand": "audit:search"}}
"""What has to be asked for to be given the file: something the audit has an entry of."""


def heads_of(body: str, form: str) -> list[str]:
    if form == "json":
        return list(json.loads(body)[0])
    (heads, *_) = csv.reader(StringIO(body.lstrip("\ufeff")), delimiter=";")
    return heads


def test_every_table_that_is_taken_away_is_declared(
    own: Database, app: FastAPI, planted: Planted
) -> None:
    given = set()
    for role in (Role.police, Role.hotspot_chief, Role.admin):
        client = people.browser(app, people.token_of(own, role))
        for route in declared_routes(app):
            path = str(route.path)
            if "GET" not in (route.methods or ()) or path.startswith(("/static/", "/api/")):
                continue
            asked = ASKED.get(path, {})
            answer = client.get(address_of(path, planted), params=asked)
            sort = answer.headers.get("content-type", "")
            taken = "attachment" in answer.headers.get("content-disposition", "")
            if taken and sort.startswith(("text/csv", "application/json")):
                given.add(path)
    assert given == set(FILES)
