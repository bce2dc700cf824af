"""`/api/v1/users`: every role, own and other municipality, fields nobody may set, two at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.main import make_app
from geo_service.domain.access import SIGNED_IN, Role
from geo_service.domain.rights import Wanted
from geo_service.settings import Settings
from geo_service.storage.database import Database
from geo_service.storage.rights import User
from tests import doors, people
from tests.offices import AWAY, HOME, Office, make_office

USERS = "/api/v1/users"
RIGHT = {"role": "police", "municipality": HOME}
NEW = {"login": "ny-bruger", "name": "Prøve Bruger", "right": RIGHT}


@pytest.fixture(scope="module")
def office(own_database: Callable[[str], Database]) -> Office:
    return make_office(own_database("tryghed_users_api"))


@dataclass(frozen=True)
class House:
    """The application, and somebody of each role with a token."""

    app: FastAPI
    office: Office

    def of(self, role: Role | str, municipality: str | None = HOME) -> TestClient:
        token = people.token_of(self.office.database, role, kind="token", municipality=municipality)
        return people.program(self.app, token)


@pytest.fixture
def house(office: Office, settings: Settings) -> House:
    return House(make_app(settings, office.database), office)


@pytest.fixture
def admin(house: House) -> Iterator[TestClient]:
    with house.of("admin") as client:
        yield client


_numbers = iter(range(1, 10_000))


@pytest.fixture
def user(office: Office) -> User:
    return office.add(office.home, f"bruger-{next(_numbers)}")


@pytest.fixture
def stranger(office: Office) -> User:
    return office.add(office.away, f"fremmed-{next(_numbers)}", Wanted("police", AWAY))


def deeds(user: User) -> list[tuple[str, str, Any]]:
    """Every request that is about one user: method, path, body."""
    one, right = f"{USERS}/{user.id}", user.rights[0].id
    seen = {"version": user.version}
    return [
        ("GET", one, None),
        ("PATCH", one, {**seen, "name": "Andet navn", "language": "en"}),
        ("POST", f"{one}/rights", {**seen, "role": "tmf", "municipality": HOME}),
        ("POST", f"{one}/rights/{right}/end", seen),
        ("POST", f"{one}/invitation", seen),
        ("POST", f"{one}/disable", seen),
        ("POST", f"{one}/enable", seen),
        ("POST", f"{one}/sign-out", None),
    ]


# --- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in SIGNED_IN if role is not Role.admin])
def test_nobody_but_an_administrator_knows_of_users(house: House, user: User, role: Role) -> None:
    client = house.of(role)
    missing = client.get("/api/v1/no/such/thing")
    requests = [("GET", USERS, None), ("POST", USERS, NEW), *deeds(user)]
    for method, path, body in requests:
        answer = client.request(method, path, json=body)
        assert (answer.status_code, answer.content) == (404, missing.content), f"{method} {path}"
    assert house.office.read(user.id) == user


def test_without_a_token_nothing_is_answered(house: House, user: User) -> None:
    client = TestClient(house.app, base_url=people.ORIGIN)
    for method, path, body in [("GET", USERS, None), ("POST", USERS, NEW), *deeds(user)]:
        assert client.request(method, path, json=body).status_code == 401, path


def test_a_user_of_another_municipality_is_like_none(
    house: House, admin: TestClient, stranger: User
) -> None:
    nobody = admin.get(f"{USERS}/{2**62}")
    assert nobody.status_code == 404
    assert nobody.content == admin.get("/api/v1/no/such/thing").content
    for method, path, body in deeds(stranger):
        answer = admin.request(method, path, json=body)
        assert (answer.status_code, answer.content) == (404, nobody.content), f"{method} {path}"
        assert answer.headers.items() >= {("cache-control", "no-store")}
    assert house.office.read(stranger.id) == stranger
    listed = admin.get(USERS, params={"limit": 1000}).json()
    assert stranger.login not in {one["login"] for one in listed["users"]}
    assert admin.get(USERS, params={"search": stranger.login}).json() == {"total": 0, "users": []}
    assert admin.get(USERS, params={"municipality": AWAY}).json()["total"] == 0


@pytest.mark.parametrize("municipality", [HOME, None], ids=["own", "whole service"])
def test_an_administrator_does_it_all(house: House, user: User, municipality: str | None) -> None:
    client = house.of("admin", municipality)
    version = user.version
    for method, path, body in deeds(user):
        sent = None if body is None else {**body, "version": version}
        answer = client.request(method, path, json=sent)
        assert answer.status_code in {200, 201}, answer.text
        found = answer.json()
        assert found["id"] == user.id
        version = found["version"]
        if path.endswith("/invitation"):
            assert found["invitation"].startswith("/invitation/")
            page = doors.browser(house.app).get(found["invitation"])
            assert page.status_code == 200
    kept = house.office.read(user.id)
    assert (kept.name, kept.language) == ("Andet navn", "en")
    assert [right.role for right in kept.in_force] == ["tmf"]


def test_a_right_of_another_user_is_not_ended_through_this_one(
    house: House, admin: TestClient, user: User, stranger: User
) -> None:
    other = house.office.add(house.office.home, f"anden-{next(_numbers)}")
    missing = admin.get("/api/v1/no/such/thing")
    for right in (other.rights[0].id, stranger.rights[0].id, 2**62):
        answer = admin.post(f"{USERS}/{user.id}/rights/{right}/end", json={"version": user.version})
        assert (answer.status_code, answer.content) == (404, missing.content)
    assert house.office.read(other.id) == other
    assert house.office.read(stranger.id) == stranger


def test_nobody_lifts_themselves(house: House) -> None:
    token = people.token_of(house.office.database, "admin", kind="token", login="selv")
    client = people.program(house.app, token)
    (me,) = client.get(USERS, params={"search": "selv"}).json()["users"]
    for right in (
        {"role": "admin"},
        {"role": "admin", "municipality": AWAY},
        {"role": "police", "municipality": HOME},
    ):
        answer = client.post(f"{USERS}/{me['id']}/rights", json={**right, "version": me["version"]})
        assert answer.status_code == 409, answer.text
    other = house.office.add(house.office.home, f"hjaelper-{next(_numbers)}")
    for right in ({"role": "admin"}, {"role": "admin", "municipality": AWAY}):
        answer = client.post(f"{USERS}/{other.id}/rights", json={**right, "version": other.version})
        assert answer.status_code == 409, answer.text
    assert len(house.office.read(me["id"]).rights) == 1
    assert house.office.read(other.id) == other


def test_the_last_administrator_cannot_be_taken_out_of_use(
    own_database: Callable[[str], Database], settings: Settings
) -> None:
    database = own_database("tryghed_users_last")
    office = make_office(database)
    second = people.token_of(database, "admin", kind="token", municipality=None)
    client = people.program(make_app(settings, database), second)
    last = office.read(office.everywhere.user_id or 0)
    for path in (f"rights/{last.rights[0].id}/end", "disable"):
        answer = client.post(f"{USERS}/{last.id}/{path}", json={"version": last.version})
        assert answer.status_code == 409, answer.text
        assert answer.json()["fields"] == [{"at": "", "code": "last_admin"}]
    assert office.read(last.id) == last


# --- what is sent -------------------------------------------------------------------------------

SMUGGLED = [
    {"password_hash": "x"},
    {"is_demo": True},
    {"id": 1},
    {"version": 7},
    {"created_by": "os:root"},
    {"disabled_at": None},
    {"rights": [{"role": "admin"}]},
]


@pytest.mark.parametrize("more", SMUGGLED, ids=lambda more: next(iter(more)))
def test_a_field_that_is_not_declared_is_refused(
    house: House, admin: TestClient, user: User, more: dict[str, Any]
) -> None:
    login = f"smugler-{next(_numbers)}"
    assert admin.post(USERS, json={**NEW, "login": login, **more}).status_code == 422
    inner = {**NEW, "login": login, "right": {**RIGHT, **more}}
    assert admin.post(USERS, json=inner).status_code == 422
    for method, path, body in deeds(user):
        if body is None or "version" in more:
            continue
        answer = admin.request(method, path, json={**body, **more})
        assert answer.status_code == 422, f"{method} {path}"
    assert house.office.read(user.id) == user
    assert admin.get(USERS, params={"search": login}).json()["total"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"login": "Æ"},
        {"login": ""},
        {"name": ""},
        {"name": "nul\x00"},
        {"name": "a" * 121},
        {"language": "xx"},
        {"right": {"role": "public", "municipality": HOME}},
        {"right": {"role": "police", "municipality": "101"}},
        {"right": {"role": "police", "municipality": HOME, "hotspot_areas": []}},
        {"right": {"role": "agency", "municipality": HOME}},
        {"right": {"role": "agency", "municipality": HOME, "organisation": "  "}},
        {"right": {"role": "tmf", "municipality": HOME, "team": "G1"}},
        {"right": {"role": "council", "municipality": HOME, "hotspot_areas": ["nej"]}},
        {"right": {"role": "police"}},
        {"name": " \u2003 "},
        {"right": None},
        {"right": {}},
    ],
)
def test_what_makes_no_sense_is_said_and_not_stored(
    admin: TestClient, change: dict[str, Any]
) -> None:
    login = f"vroevl-{next(_numbers)}"
    answer = admin.post(USERS, json={**NEW, "login": login, **change})
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)
    assert admin.get(USERS, params={"search": login}).json()["total"] == 0


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "9" * 30, "%00"])
def test_a_number_that_is_none_leads_nowhere(admin: TestClient, number: str) -> None:
    assert admin.get(f"{USERS}/{number}").status_code in {404, 422}


def test_a_taken_login_is_said(admin: TestClient) -> None:
    login = f"dobbelt-{next(_numbers)}"
    assert admin.post(USERS, json={**NEW, "login": login}).status_code == 201
    answer = admin.post(USERS, json={**NEW, "login": login})
    assert answer.status_code == 409
    assert answer.json()["fields"] == [{"at": "login", "code": "login_taken"}]


@pytest.mark.parametrize(
    ("change", "at", "code"),
    [
        (
            {"right": {"role": "police", "municipality": AWAY}},
            "municipality",
            "municipality_unknown",
        ),
        ({"right": {"role": "admin"}}, "municipality", "service_unreached"),
        ({"right": RIGHT | {"hotspot_areas": ["nej"]}}, "hotspot_areas", "hotspot_unknown"),
        ({"login": f"vroevl@{AWAY}"}, "login", "login_elsewhere"),
    ],
)
def test_what_is_well_said_and_cannot_be_now_is_a_conflict(
    admin: TestClient, change: dict[str, Any], at: str, code: str
) -> None:
    answer = admin.post(USERS, json={**NEW, "login": f"ikke-nu-{next(_numbers)}", **change})
    assert answer.status_code == 409
    assert answer.json()["fields"] == [{"at": at, "code": code}]


@pytest.mark.parametrize("none", ["hotspot_areas", "organisation", "team"])
def test_a_field_of_another_role_may_be_null(admin: TestClient, none: str) -> None:
    body = {**NEW, "login": f"nul-{next(_numbers)}", "right": {**RIGHT, none: None}}
    assert admin.post(USERS, json=body).status_code == 201


# --- lists, the audit, and two at once ----------------------------------------------------------


def test_a_list_is_read_piece_by_piece(house: House, admin: TestClient) -> None:
    for number in range(5):
        house.office.add(house.office.home, f"side-{number}")
    pieces = [
        admin.get(USERS, params={"search": "side-", "limit": 2, "offset": offset}).json()
        for offset in (0, 2, 4, 6)
    ]
    assert [len(piece["users"]) for piece in pieces] == [2, 2, 1, 0]
    assert {piece["total"] for piece in pieces} == {5}
    logins = [one["login"] for piece in pieces for one in piece["users"]]
    assert sorted(logins) == sorted(set(logins))


def test_what_is_done_and_what_is_refused_are_in_the_audit(
    house: House, admin: TestClient, user: User, stranger: User
) -> None:
    admin.post(f"{USERS}/{user.id}/disable", json={"version": user.version})
    done = doors.entries(house.office.database, object_ref=f"user:{user.id}", action="disable")
    assert [entry.municipality_code for entry in done] == [HOME]
    chief = house.of("hotspot_chief")
    chief.get(f"{USERS}/{user.id}")
    refused = doors.entries(house.office.database, action="refuse", object_kind="user")
    assert refused[-1].object_ref == f"{USERS}/{user.id}"


def test_a_version_that_is_not_in_force_is_a_conflict(admin: TestClient, user: User) -> None:
    for method, path, body in deeds(user)[1:7]:
        answer = admin.request(method, path, json={**body, "version": user.version + 1})
        assert answer.status_code == 409, f"{method} {path}"
        assert "ændret af" in answer.json()["detail"]


def test_of_ten_at_once_one_gets_through(house: House, user: User) -> None:
    clients = [house.of("admin") for _ in range(10)]

    def give(client: TestClient) -> int:
        right = {"role": "tmf", "municipality": HOME, "version": user.version}
        return client.post(f"{USERS}/{user.id}/rights", json=right).status_code

    with ThreadPoolExecutor(10) as pool:
        outcome = sorted(pool.map(give, clients))
    assert outcome == [201] + [409] * 9
    assert len(house.office.read(user.id).in_force) == 2
