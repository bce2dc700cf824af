"""A page elsewhere cannot make a browser of ours do anything: sign-in, account, or program."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access import declared_routes, policies_of
from api.main import make_app
from api.security.csrf import OUR_FORM, SAFE_METHODS
from api.security.identity import COOKIE, FORM_COOKIE, csrf_of
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import doors, people

PATHS = ("/konto", "/konto/adgangskode", "/konto/rolle", "/konto/omraade", "/konto/sessioner",
         "/log-ud")  # fmt: skip
ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},  # another name of the municipality's
    {"Sec-Fetch-Site": "nonsense"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:3000"},  # another service on the same machine
    {"Origin": "https://127.0.0.1.evil.example"},
    {"Origin": ""},
]


@pytest.fixture
def inside(town: Database, app: FastAPI) -> TestClient:
    client = doors.browser(app)
    doors.sign_in(client, doors.somebody(town).login)
    return client


def kept(town: Database) -> tuple[object, ...]:
    """What a forged request could have changed."""
    with town.session("web_auth") as session:
        rows = session.connection().exec_driver_sql(
            "SELECT (SELECT count(*) FROM adm.web_session WHERE ended_at IS NULL),"
            " (SELECT sum(version) FROM adm.user_account),"
            " (SELECT sum(right_id) FROM adm.web_session)"
        )
        return tuple(rows.one())


@pytest.mark.parametrize("path", PATHS)
def test_a_form_without_the_token_or_with_a_wrong_one_changes_nothing(
    town: Database, app: FastAPI, inside: TestClient, path: str
) -> None:
    other = doors.browser(app)
    doors.sign_in(other, doors.somebody(town).login)
    theirs = doors.token_in(other.get("/konto"))
    form_token = csrf_of(inside.cookies[FORM_COOKIE])
    before = kept(town)
    for forged in ({}, {"_token": ""}, {"_token": "x" * 43}, {"_token": theirs},
                   {"_token": form_token}, {"_token": "æ"}):  # fmt: skip
        answer = inside.post(path, data=forged)
        assert answer.status_code == 403, forged
        assert "Formularen er for gammel" in answer.text
        assert inside.post(path, headers={"X-CSRF-Token": "x"}, data=forged).status_code == 403
    assert kept(town) == before
    assert doors.is_in(inside)


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_even_the_right_token_is_not_taken_from_elsewhere(
    town: Database, inside: TestClient, headers: dict[str, str]
) -> None:
    token = doors.token_in(inside.get("/konto"))
    before = kept(town)
    for path in PATHS:
        answer = inside.post(path, data={"_token": token}, headers=headers)
        assert answer.status_code == 403
    assert kept(town) == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": people.ORIGIN},
        {"Sec-Fetch-Site": "none"},
        {"Origin": people.ORIGIN.upper()},
    ],
    ids=str,
)
def test_our_own_page_is_taken(inside: TestClient, headers: dict[str, str]) -> None:
    token = doors.token_in(inside.get("/konto"))
    sent = {"_token": token, "omraade": ""}
    assert inside.post("/konto/omraade", data=sent, headers=headers).status_code == 303
    headers = headers | {"X-CSRF-Token": token}  # as htmx sends it
    assert inside.post("/konto/omraade", data={"omraade": ""}, headers=headers).status_code == 303


def test_behind_a_proxy_the_public_address_is_ours(town: Database, settings: Settings) -> None:
    public = settings.model_copy(update={"origin": "https://tryghed.example"})
    client = doors.browser(make_app(public, town))
    client.headers["Host"] = "tryghed.example"
    who = doors.somebody(town)
    page = client.get("/log-ind")
    sent = {"_token": doors.token_in(page), "login": who.login, "password": doors.PASSWORD}
    for origin, status in (
        ("https://evil.example", 403),
        ("http://tryghed.example", 403),
        ("https://tryghed.example:8443", 403),
        ("https://tryghed.example", 303),
    ):
        assert client.post("/log-ind", data=sent, headers={"Origin": origin}).status_code == status


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_nobody_is_signed_in_by_a_page_elsewhere(
    town: Database, app: FastAPI, headers: dict[str, str]
) -> None:
    """Sign-in forgery: the victim would work in the attacker's account."""
    client, who = doors.browser(app), doors.somebody(town)
    sent = {
        "_token": doors.token_in(client.get("/log-ind")),
        "login": who.login,
        "password": doors.PASSWORD,
    }
    answer = client.post("/log-ind", data=sent, headers=headers)
    assert (answer.status_code, doors.cookie(answer, COOKIE)) == (403, {})


def test_the_token_of_one_browser_is_nothing_in_another(town: Database, app: FastAPI) -> None:
    attacker, victim, who = doors.browser(app), doors.browser(app), doors.somebody(town)
    token = doors.token_in(attacker.get("/log-ind"))
    victim.get("/log-ind")
    sent = {"_token": token, "login": who.login, "password": doors.PASSWORD}
    assert victim.post("/log-ind", data=sent).status_code == 403
    assert doors.browser(app).post("/log-ind", data=sent).status_code == 403
    assert attacker.post("/log-ind", data=sent).status_code == 303


def test_a_bearer_token_is_not_a_way_past_the_form(town: Database, app: FastAPI) -> None:
    client, who = doors.browser(app), doors.somebody(town)
    sent = {"login": who.login, "password": doors.PASSWORD}
    answer = client.post("/log-ind", data=sent, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 403


def test_every_changing_route_open_to_all_asks_for_our_form(app: FastAPI) -> None:
    changing = [
        route
        for route in declared_routes(app)
        if set(route.methods or ()) - set(SAFE_METHODS)
        and set(policies_of(route)) & {"open", "open_page"}
    ]
    assert {str(route.path) for route in changing} == {
        "/log-ind",
        "/log-ind/demo",
        "/invitation/{token}",
    }
    for route in changing:
        asked = [part.call for part in route.dependant.dependencies]
        assert OUR_FORM.dependency in asked, route.path
