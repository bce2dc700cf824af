"""The audit claims a change only where something was changed, whatever was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import RouteContext
from sqlalchemy import text

from api.access import policies_of
from geo_service.domain.access import SIGNED_IN, UNRECORDED, Role
from geo_service.domain.deeds import Deed
from geo_service.storage.database import Database
from tests import people
from tests.access import house
from tests.access.planted import Planted
from tests.access.test_changes import FORMS, Sent, send, versions
from tests.access.test_matrix import CHANGING, OWN, address_of, admitted, routes

CLAIM_NO_CHANGE = {
    Deed.read,
    Deed.search,
    Deed.export,
    Deed.disclose,
    Deed.compute,
    Deed.refuse,
    Deed.verify,
    Deed.sign_in,
    Deed.sign_in_failed,
    Deed.sign_out,
}
VALID_WHEN_EMPTY = {"/aften/aftaler/{plan_id}/forslag": "starts a computation with what is usual"}
NONSENSE = "§"


def recorded(route: RouteContext) -> bool:
    return not set(policies_of(route)) <= UNRECORDED


def claims(own: Database, after: int) -> tuple[int, list[str]]:
    """Return the number of the newest entry, and what those after `after` say was changed."""
    with own.as_administrator() as connection:
        rows = connection.execute(
            text(
                "SELECT id, action, object_kind, object_ref FROM adm.audit_entry"
                " WHERE id > :after ORDER BY id"
            ),
            {"after": after},
        ).all()
    changing = [f"{row.action} {row.object_kind} {row.object_ref}" for row in rows
                if Deed(row.action) not in CLAIM_NO_CHANGE]  # fmt: skip
    return max([after, *(row.id for row in rows)]), changing


def stored(own: Database) -> set[str]:
    """Return every row that somebody could change, as text; not the audit, not the sessions."""
    with own.as_administrator() as connection:
        names = connection.scalars(
            text(
                "SELECT schemaname || '.' || tablename FROM pg_tables"
                " WHERE schemaname IN ('raw', 'work', 'adm')"
                " AND tablename NOT LIKE 'audit%' AND tablename <> 'web_session'"
            )
        ).all()
        rows = (f"SELECT '{one}: ' || to_jsonb(t)::text FROM {one} t" for one in names)  # noqa: S608
        return set(connection.scalars(text(" UNION ALL ".join(rows))))


def faulty(
    own: Database, planted: Planted, route: RouteContext, path: str
) -> Iterator[dict[str, Any]]:
    """Yield forms of which most can do nothing: empty, all nonsense, of a version that is none."""
    if path not in VALID_WHEN_EMPTY:
        yield {}
    fields = [one.alias for one in _fields(route.dependant)]
    yield dict.fromkeys(fields, NONSENSE)
    stale = FORMS[path](Sent(planted, OWN, versions(own))) if path in FORMS else {}
    if "version" in stale:
        yield stale | {"version": 99_999}


def _fields(dependant: Any) -> Iterator[Any]:
    yield from dependant.body_params
    for part in dependant.dependencies:
        yield from _fields(part)


@pytest.mark.parametrize("role", SIGNED_IN)
def test_reading_a_page_is_never_a_change(
    own: Database, app: FastAPI, planted: Planted, role: Role
) -> None:
    client = people.browser(app, house.sign_in(own, role), follow_redirects=False)
    newest, _ = claims(own, 0)
    asked = 0
    for route, method in routes(app):
        if method in CHANGING or not admitted(route, role):
            continue
        client.request(method, address_of(str(route.path), planted))
        asked += 1
    newest, changed = claims(own, newest)
    assert not changed
    assert asked


@pytest.mark.parametrize("role", SIGNED_IN)
def test_a_form_that_changes_nothing_is_never_a_change(
    own: Database, app: FastAPI, planted: Planted, role: Role
) -> None:
    client = people.browser(app, house.sign_in(own, role), follow_redirects=False)
    newest, _ = claims(own, 0)
    wrong, before = [], stored(own)
    for route, method in routes(app):
        path = str(route.path)
        if method not in CHANGING or not admitted(route, role) or not recorded(route):
            continue
        for form in faulty(own, planted, route, path):
            answer = send(client, method, address_of(path, planted), form)
            newest, changed = claims(own, newest)
            after = stored(own)
            if changed and after == before:
                wrong.append(f"{method} {path} {form}: {answer.status_code}, {changed}")
            before = after
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("step", ["send", "agree", "review"])
def test_a_step_that_cannot_be_taken_is_written_down_as_refused(
    own: Database, app: FastAPI, planted: Planted, step: str
) -> None:
    client = people.browser(app, house.sign_in(own, Role.police), follow_redirects=False)
    newest, _ = claims(own, 0)
    number = planted.keys["plan"][OWN]["id"]
    form = {"version": 99_999, "trin": step}
    answer = client.post(f"/aften/aftaler/{number}/trin", data=form)
    assert answer.status_code in {409, 422}
    assert not claims(own, newest)[1]
    with own.as_administrator() as connection:
        last = connection.execute(
            text("SELECT action, detail->>'outcome' FROM adm.audit_entry ORDER BY id DESC LIMIT 1")
        ).one()
    assert tuple(last) == ("refuse", "refused")
