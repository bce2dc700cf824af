"""Role x changing operation x ownership: a row out of reach is as if it were not there.

Every route that changes a row is sent a form that works on a row of the caller's own; with a row
that the caller may not know of, it answers byte for byte as with a number that nobody has, and
nothing in the database is another thing afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import RouteContext
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from api.access import policies_of
from geo_service.domain.access import RIGHTS, SIGNED_IN, Role
from geo_service.domain.kinds import KINDS
from geo_service.storage.database import Database
from tests import people
from tests.access import house
from tests.access import planted as plants
from tests.access.owners import OWNERS, may_read, reached
from tests.access.planted import EVENING, NEIGHBOURS, VARIANTS, Planted, Variant
from tests.access.test_matrix import (
    CHANGING,
    KEYS,
    KIND_READ,
    OWN,
    REMOVALS,
    address_of,
    admitted,
    routes,
    rows_named,
)

NOBODYS = 2**31 - 2
DAYS_ON = (datetime.now(UTC).date() - EVENING).days + 40
"""How far the planted agreements are moved on: one that is over takes no more lines."""

MOMENTS = ("evening", "starts_at", "ends_at")

TABLES = sorted(
    {
        one.table
        for one in KINDS.values()
        if one.table and not one.table.startswith(("adm.", "pub."))
    }
    | {"adm.user_account", "adm.user_right", "adm.invitation", "adm.retention_rule"}
)


@dataclass
class Sent:
    """What a form is made of: the rows of its owner, and the versions that stand now."""

    planted: Planted
    owner: Variant
    versions: Mapping[tuple[str, int], int]

    def id(self, kind: str) -> int:
        return int(self.planted.keys[kind][self.owner]["id"])

    def version(self, kind: str) -> dict[str, Any]:
        return {"version": self.versions.get((kind, self.id(kind)), 0)}

    @property
    def place(self) -> str:
        return str(self.planted.keys["coverage"][self.owner]["code"])

    @property
    def evening(self) -> str:
        return (self.owner.evening + plants.timedelta(days=DAYS_ON)).isoformat()


Filled = Callable[[Sent], dict[str, Any]]


def line(sent: Sent) -> dict[str, Any]:
    agency = {"hvem": "street_team", "hvordan": "on_foot", "hvorfor": "Prøve", "grund": "Prøve"}
    where = {"hvor": sent.place, "aften": sent.evening, "tidsrum": "17–18"}
    return sent.version("plan") | agency | where


def with_version(kind: str, **fields: Any) -> Filled:
    return lambda sent: sent.version(kind) | fields


def drawn(sent: Sent) -> dict[str, Any]:
    west = int(plants.WEST + plants.SIDE * (sent.owner.number - 1))
    corners = [(0, 0), (300, 0), (300, 300)]
    return sent.version("coverage") | {
        "navn": "Nyt navn",
        "art": "dækningsområde",
        "hvem": "gadeteam",
        "hold": "1",
        "nat": "",
        "niveau": "green",
        "hjoerner": "\n".join(f"{west + x} {int(plants.SOUTH) + y}" for x, y in corners),
        "hvad": "gem",
    }


def offer(sent: Sent) -> dict[str, Any]:
    words = {"navn": "Nyt navn", "art": "club", "drives_af": "kommunen", "tider": "ma 15–18"}
    where = {"sted": f"{int(plants.WEST) + 250} {int(plants.SOUTH) + 250}"}
    return sent.version("offer") | words | where | {"fra_alder": "13", "til_alder": "17"}


def staffed(sent: Sent) -> dict[str, Any]:
    words = {"art": "container", "navn": "Nyt navn", "hvor": sent.place, "tider": "ma 15–18"}
    return sent.version("staffed") | words


def user(**fields: Any) -> Filled:
    return with_version("user", **fields)


def nothing(_sent: Sent) -> dict[str, Any]:
    return {}


PLAN, BOARD = "/aften/aftaler/{plan_id}", "/aften/aftaler/{plan_id}/tavle"
USER, USER_API = "/administration/brugere/{number}", "/api/v1/users/{user_id}"
FORMS: Mapping[str, Filled] = {
    f"{PLAN}/tilsagn": line,
    f"{BOARD}/tilsagn": lambda sent: line(sent) | {"tidsrum": "18–19"},
    f"{BOARD}/flyt/{{line_id}}": lambda sent: line(sent) | {"tidsrum": "19–20"},
    f"{BOARD}/fjern/{{line_id}}": with_version("plan", grund="Prøve"),
    f"{PLAN}/tilsagn/{{line_id}}/fjern": with_version("plan", grund="Prøve"),
    f"{PLAN}/referat": with_version("plan", referat="Nyt referat", grund="Prøve"),
    f"{PLAN}/forslag": nothing,
    f"{PLAN}/forslag/{{proposal_id}}/tag": with_version("plan", linje=["0"]),
    f"{PLAN}/forslag/{{proposal_id}}/drop": nothing,
    f"{PLAN}/forslag/arbejde/{{job_id}}/afbryd": nothing,
    f"{PLAN}/trin": with_version("plan", trin="send"),
    f"{PLAN}/holdt/{{last_id}}": lambda sent: (
        sent.version("plan") | {"holdt": [f"{sent.id('commitment')}:held"]}
    ),
    "/aften/log/{note_id}/opfoelgning": lambda _: {"opfoelgning": "discussed", "stod": "seen"},
    "/aften/steder/{area_id}/niveau": with_version("coverage", niveau="yellow"),
    "/aften/bemanding/{staffed_id}": staffed,
    "/aften/omraader/{area_id}/nedlaeg": with_version("coverage"),
    "/aften/omraader/{area_id}/genaabn": with_version("coverage"),
    "/aften/omraader/{area_id}": drawn,
    "/aften/vagter/{shift_id}/fjern": nothing,
    "/aften/vagter/fravaer/{absence_id}/fjern": nothing,
    "/aften/tilbud/{offer_id}": offer,
    "/aften/kalender/begivenhed/{activity_id}/fjern": nothing,
    "/aften/kalender/ferie/{holiday_id}/fjern": nothing,
    USER: user(navn="Nyt navn", sprog="en", foer_navn="", foer_sprog=""),
    f"{USER}/rettigheder": user(rolle="council", kommune=plants.HOME),
    f"{USER}/rettigheder/{{right_number}}/afslut": user(),
    f"{USER}/rettigheder/{{right_number}}/giv-igen": user(),
    f"{USER}/invitation": user(),
    f"{USER}/spaer": user(),
    f"{USER}/aabn": user(),
    f"{USER}/log-ud": nothing,
    USER_API: user(name="Andet navn", language="da"),
    f"{USER_API}/rights": user(role="police", municipality=plants.HOME),
    f"{USER_API}/rights/{{right_id}}/end": user(),
    f"{USER_API}/invitation": user(),
    f"{USER_API}/disable": user(),
    f"{USER_API}/enable": user(),
    f"{USER_API}/sign-out": nothing,
    "/api/v1/retention/{municipality}/{kind}": lambda _: {"keep_days": 400, "version": 0},
}
"""A form for every route that changes a row, in an order in which each still has its row."""

PREPARED = {
    f"{PLAN}/tilsagn/{{line_id}}/fjern": "UPDATE raw.commitment SET removed_at = NULL",
    f"{PLAN}/holdt/{{last_id}}": (
        "UPDATE raw.commitment SET evening = now()::date - 3, removed_at = NULL;"
        "UPDATE raw.evening_plan SET state = 'agreed', agreed_police_by = 'os:test',"
        " agreed_chief_by = 'os:test', agreed_police_at = now(), agreed_chief_at = now()"
    ),
    f"{USER_API}/rights/{{right_id}}/end": (
        "DELETE FROM adm.user_right WHERE granted_by <> 'os:test';"
        "UPDATE adm.user_right SET ended_at = NULL"
    ),
}
"""What is to be so before a form can do anything."""
AT_FIRST = (
    "UPDATE raw.evening_plan SET state = 'draft', agreed_police_by = NULL, agreed_chief_by = NULL,"
    " agreed_police_at = NULL, agreed_chief_at = NULL;"
    "UPDATE raw.commitment c SET removed_at = NULL, evening ="
    " (SELECT first_evening FROM raw.evening_plan p WHERE p.id = c.evening_plan_id)"
)
"""How every agreement stands when a test begins: a draft of evenings to come."""
STORES_NOTHING = {
    f"{PLAN}/forslag": "starts a computation",
    f"{PLAN}/forslag/arbejde/{{job_id}}/afbryd": "there is no computation",
    f"{PLAN}/forslag/{{proposal_id}}/tag": "the planted proposal has no line",
    f"{USER}/log-ud": "ends sessions",
    f"{USER_API}/sign-out": "ends sessions",
}


@pytest.fixture(scope="module")
def planted(own: Database) -> Planted:
    with own.working(people.EVERYWHERE) as session:
        made = plants.plant(session, variants=[*VARIANTS, *NEIGHBOURS])
        later = {"days": DAYS_ON}
        for table in ("raw.evening_plan", "raw.plan_proposal"):
            moved = "first_evening = first_evening + :days, last_evening = last_evening + :days"
            session.execute(text(f"UPDATE {table} SET {moved}"), later)  # noqa: S608
        on = ", ".join(f"{name} = {name} + :days * interval '1 day'" for name in MOMENTS)
        session.execute(text(f"UPDATE raw.commitment SET {on}"), later)  # noqa: S608
        for table in ("work.offer", "raw.staffed_presence"):  # a form is held to what a code is
            session.execute(text(f"UPDATE {table} SET code = lower(code)"))  # noqa: S608
    house.plant_hotspots(own)
    house.plant_accounts(own, made)
    return made


def changing(app: FastAPI) -> list[tuple[RouteContext, str]]:
    """Return the routes that change something and name a row of somebody's."""
    found = [
        (route, method)
        for route, method in routes(app)
        if method in CHANGING and "{" in str(route.path) and rows_named(str(route.path))
    ]
    order = list(FORMS)
    return sorted(found, key=lambda one: order.index(str(one[0].path)))


def everything(own: Database) -> set[str]:
    """Return every row of every protected table, as text."""
    rows = (f"SELECT '{table}: ' || to_jsonb(t)::text FROM {table} t" for table in TABLES)  # noqa: S608
    with own.as_administrator() as connection:
        return set(connection.scalars(text(" UNION ALL ".join(rows))))


def versions(own: Database) -> dict[tuple[str, int], int]:
    with own.as_administrator() as connection:
        return {
            (kind, number): version
            for kind in ("plan", "coverage", "offer", "staffed", "user")
            for number, version in connection.execute(
                text(f"SELECT id, version FROM {KINDS[kind].table}")  # noqa: S608
            )
        }


def prepare(own: Database, statements: str) -> None:
    with own.as_administrator() as connection:
        for statement in statements.split(";"):
            if statement:
                connection.execute(text(statement))
        connection.commit()


def send(client: TestClient, method: str, address: str, form: dict[str, Any]) -> Response:
    kind = "json" if address.startswith("/api/") else "data"
    asked: Response = client.request(method, address, **{kind: form})  # type: ignore[arg-type]
    return asked


def told(answer: Response) -> tuple[int, str, str]:
    """Return what an answer says, without what is another one in every answer."""
    where = answer.headers.get("location", "")
    return answer.status_code, where, re.sub(r'nonce="[^"]*"', "", answer.text)


def addresses(path: str, planted: Planted, owner: Variant) -> Iterator[tuple[set[str], str, str]]:
    """Yield which keys are the owner's (all, or one of several), the address, and nobody's."""
    names = rows_named(path)
    for some in [set(names), *({name} for name in names if len(names) > 1)]:
        theirs = {name: KEYS[path][name].value(planted, owner) for name in some}
        none = {name: "9999" if names[name] == "retention" else NOBODYS for name in some}
        yield some, address_of(path, planted, **theirs), address_of(path, planted, **none)


def knows(path: str, names: set[str], role: Role, owner: Variant) -> bool:
    kinds = [rows_named(path)[name] for name in names]
    reach = house.scope_of(role)
    return all(may_read(KIND_READ.get(one, one), role, owner, reach) for one in kinds)


def may_change(route: RouteContext, role: Role, owner: Variant) -> bool:
    """Whether the right of a route reaches the rows of an owner that its path names."""
    path, reach = str(route.path), house.scope_of(role)
    kinds = {KIND_READ.get(one, one) for one in rows_named(path).values()}
    return all(
        reached(kind, role, RIGHTS[policy][role].limit, owner, reach)
        for policy in policies_of(route)
        for kind in kinds & {policy.split(".")[0]}
    )


def test_there_is_a_form_for_every_route_that_changes_a_row(app: FastAPI) -> None:
    found = {
        str(route.path)
        for route, method in routes(app)
        if method in CHANGING and "{" in str(route.path) and rows_named(str(route.path))
    }
    assert found == set(FORMS)


@pytest.mark.parametrize("role", SIGNED_IN)
def test_what_is_out_of_reach_is_not_changed_and_not_told_of(
    own: Database, app: FastAPI, planted: Planted, role: Role
) -> None:
    client = people.browser(app, house.sign_in(own, role), follow_redirects=False)
    prepare(own, AT_FIRST)
    wrong, asked, before = [], 0, everything(own)
    for route, method in changing(app):
        path, may = str(route.path), admitted(route, role)
        if may and path in PREPARED:
            wrong += before ^ everything(own)
            prepare(own, PREPARED[path])
            before = everything(own)
        stand, missing = versions(own) if may else {}, {}
        for owner_name, owner in OWNERS.items():
            form = FORMS[path](Sent(planted, owner, stand))
            for names, theirs, nobodys in addresses(path, planted, owner):
                known = may and knows(path, names, role, owner)
                if known and (may_change(route, role, owner) or owner is OWN):
                    continue
                answer = send(client, method, theirs, form)
                asked += 1
                what = f"{method} {theirs}, {owner_name}: {answer.status_code}"
                # what is not there is removed already; what is known is still refused
                gone = answer.headers.get("location") == REMOVALS.get(path, "none") and not known
                if not 400 <= answer.status_code < 500 and not gone:
                    wrong.append(what)
                if not known:
                    said = missing.get(nobodys) or told(send(client, method, nobodys, form))
                    if not may:  # the form is not read
                        missing[nobodys] = said
                    if told(answer) != said:
                        wrong.append(f"{what}, and {said[0]} of nobody's")
    wrong += before ^ everything(own)
    assert not wrong, "\n".join(wrong)
    assert asked >= len(FORMS)


def test_the_forms_change_a_row_of_ones_own(own: Database, app: FastAPI, planted: Planted) -> None:
    """Otherwise the test above could send what no row would have taken up. The last of the file."""
    clients = {
        role: people.browser(app, house.sign_in(own, role), follow_redirects=False)
        for role in SIGNED_IN
    }
    prepare(own, AT_FIRST)
    dead = {}
    for route, method in changing(app):
        path = str(route.path)
        prepare(own, PREPARED.get(path, ""))
        before, answers = everything(own), []
        for role in SIGNED_IN:
            if not admitted(route, role):
                continue
            form = FORMS[path](Sent(planted, OWN, versions(own)))
            answer = send(clients[role], method, address_of(path, planted), form)
            answers.append((role.value, answer.status_code))
            if before != everything(own):
                break
        else:
            dead[path] = answers
    assert set(dead) == set(STORES_NOTHING), dead
