"""Signing in by password: who comes in, who does not and learns nothing, and what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.main import make_app
from api.security.identity import COOKIE, FORM_COOKIE
from geo_service.domain import passwords
from geo_service.settings import Settings
from geo_service.storage import accounts
from geo_service.storage.database import Database
from geo_service.workflows import sign_in as work
from geo_service.workflows.sign_in import Entrance, SignInRefused
from tests import doors, people


def test_the_right_password_opens_a_session(town: Database, client: TestClient) -> None:
    who = doors.somebody(town, "hotspot_chief")
    answer = doors.sign_in(client, who.login, naeste="/konto")
    assert (answer.status_code, answer.headers["location"]) == (303, "/konto")
    assert doors.is_in(client)
    [entry] = doors.entries(town, actor=who.actor, action="sign_in")
    assert (entry.role, entry.municipality_code) == ("hotspot_chief", "0101")
    assert entry.detail == {"by": "password", "kind": "web"}


def test_a_login_is_found_however_it_is_written(town: Database, client: TestClient) -> None:
    who = doors.somebody(town, login="aase@kommune.example")
    assert doors.sign_in(client, "  AASE@Kommune.example ").status_code == 303
    assert who.login == "aase@kommune.example"


def test_a_letter_typed_as_two_characters_is_the_same_password(
    town: Database, client: TestClient
) -> None:
    who = doors.somebody(town, password="fire blå cykler og en båd")
    typed = "fire bla\u030a cykler og en ba\u030ad"
    assert doors.sign_in(client, who.login, typed).status_code == 303


def test_cookies_are_for_this_host_over_tls_and_for_no_script(
    town: Database, client: TestClient
) -> None:
    who = doors.somebody(town)
    form = client.get("/log-ind")
    answer = doors.sign_in(client, who.login)
    for cookie in (doors.cookie(form, FORM_COOKIE), doors.cookie(answer, COOKIE)):
        assert len(cookie.pop("value")) >= 43
        assert cookie == {"httponly": "", "secure": "", "path": "/", "samesite": "lax"}


def test_the_pages_are_kept_nowhere(town: Database, client: TestClient) -> None:
    who = doors.somebody(town)
    answers = [client.get("/log-ind"), doors.sign_in(client, who.login), client.get("/konto")]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


@pytest.mark.parametrize(
    "secret", ["forkert adgangskode", "", " ", "x" * 5_000, doors.PASSWORD * 9]
)
def test_a_wrong_password_opens_nothing(town: Database, client: TestClient, secret: str) -> None:
    who = doors.somebody(town)
    answer = doors.sign_in(client, who.login, secret)
    assert answer.status_code == 422
    assert doors.cookie(answer, COOKIE) == {}
    assert not doors.is_in(client)
    [entry] = doors.entries(town, action="sign_in_failed", object_ref=who.actor)
    assert (entry.actor, entry.municipality_code) == ("nobody", "0101")
    assert entry.detail["address"] == "local"  # where the test's client has none


def test_unknown_wrong_locked_and_switched_off_look_alike(
    town: Database, client: TestClient
) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    wrong = doors.somebody(town, login="alike-a")
    doors.somebody(town, login="alike-b", locked_until=later)
    doors.somebody(town, login="alike-c", disabled_at=datetime.now(UTC))
    doors.somebody(town, login="alike-d", password=None)
    pages = {}
    for login in ("alike-a", "alike-b", "alike-c", "alike-d", "alike-e"):
        secret = "forkert adgangskode" if login == wrong.login else doors.PASSWORD
        answer = doors.sign_in(client, login, secret)
        pages[answer.status_code, answer.text.replace(login, "LOGIN")] = login
    assert len(pages) == 1


def test_the_time_tells_no_unknown_login(town: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each attempt costs one hash, whoever is asked for."""
    asked: list[bytes] = []
    hasher = passwords.HASHER
    passwords.is_right(None, "made once, before anything is counted")

    class Counting:
        def verify(self, stored: str, secret: bytes) -> bool:
            asked.append(secret)
            return hasher.verify(stored, secret)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    doors.somebody(town, login="timed-locked", locked_until=datetime.now(UTC) + timedelta(1))
    doors.somebody(town, login="timed-off", disabled_at=datetime.now(UTC))
    for login in ("timed-locked", "timed-off", "timed-unknown"):
        with pytest.raises(SignInRefused):
            work.sign_in(
                town,
                login=login,
                password=doors.PASSWORD,
                entrance=Entrance("web", datetime.now(UTC)),
            )
    assert len(asked) == 3


def test_what_was_typed_as_a_login_is_nowhere(town: Database, client: TestClient) -> None:
    """It may be a password in the wrong field."""
    secret = "min hemmelige adgangskode 77"
    doors.sign_in(client, secret, "x")
    found = [
        one
        for one in doors.entries(town, action="sign_in_failed")
        if not one.object_ref.startswith("user")
    ]
    assert {len(one.object_ref) for one in found} == {len("sha256:abcd")}
    with town.session("web_auth") as session:
        kept = session.connection().exec_driver_sql("SELECT a::text FROM adm.audit_entry a")
        assert not [row for (row,) in kept if "hemmelige" in row]


def test_after_five_wrong_ones_the_account_waits(town: Database, client: TestClient) -> None:
    who = doors.somebody(town)
    for _ in range(accounts.FREE_ATTEMPTS):
        assert doors.sign_in(client, who.login, "forkert adgangskode").status_code == 422
    assert doors.sign_in(client, who.login).status_code == 422
    stored = doors.read(town, who)
    assert stored.failed_sign_ins == accounts.FREE_ATTEMPTS  # waiting is not made longer
    assert stored.locked_until is not None
    doors.change(town, who, locked_until=datetime.now(UTC) - timedelta(seconds=1))
    assert doors.sign_in(client, who.login).status_code == 303
    assert doors.read(town, who).failed_sign_ins == 0


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [accounts.lock_after(failed).total_seconds() for failed in (5, 6, 7, 9, 10, 500)]
    assert waits == [30, 60, 120, 480, 900, 900]


def test_many_at_once_are_all_counted(town: Database) -> None:
    """An attempt counts before it is checked: a hundred at once are no hundred guesses."""
    who = doors.somebody(town)
    tried: list[str | None] = []

    def check(stored: str | None, _secret: str) -> bool:
        tried.append(stored)
        if len(tried) < 12:  # the next comes before this one is answered
            with pytest.raises(SignInRefused):
                attempt()
        return False

    def attempt() -> None:
        entrance = Entrance("web", datetime.now(UTC))
        work.sign_in(town, login=who.login, password="x", entrance=entrance, check=check)

    with pytest.raises(SignInRefused):
        attempt()
    assert len([stored for stored in tried if stored]) == accounts.FREE_ATTEMPTS


def test_a_hash_of_older_parameters_is_renewed(town: Database, client: TestClient) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(doors.PASSWORD)
    who = doors.somebody(town, password=None, password_hash=old)
    assert doors.sign_in(client, who.login).status_code == 303
    renewed = doors.read(town, who).password_hash
    assert renewed is not None
    assert renewed.startswith("$argon2id$")
    assert not passwords.is_outdated(renewed)
    assert passwords.is_right(renewed, doors.PASSWORD)


def test_a_session_planted_before_is_not_the_one_after(town: Database, app: FastAPI) -> None:
    """Fixation: the attacker's own session, or any value, in the victim's browser."""
    attacker, victim, who = doors.browser(app), doors.browser(app), doors.somebody(town)
    doors.sign_in(attacker, doors.somebody(town).login)
    planted = attacker.cookies[COOKIE]
    victim.cookies.set(COOKIE, planted)
    form = {"_token": doors.token_in(attacker.get("/konto"))}
    sent = {**form, "login": who.login, "password": doors.PASSWORD}
    fresh = doors.cookie(victim.post("/log-ind", data=sent), COOKIE)["value"]
    assert fresh != planted
    assert not doors.is_in(attacker)
    victim.cookies.clear()
    victim.cookies.set(FORM_COOKIE, "planted-" * 6)
    fresh = doors.cookie(doors.sign_in(victim, who.login), COOKIE)["value"]
    assert fresh not in (planted, "planted-" * 6)


def test_signing_in_again_ends_the_session_before(town: Database, app: FastAPI) -> None:
    client, old = doors.browser(app), doors.browser(app)
    doors.sign_in(client, doors.somebody(town).login)
    old.cookies.set(COOKIE, client.cookies[COOKIE])
    assert doors.is_in(old)
    fresh = doors.browser(app)
    form = doors.token_in(fresh.get("/log-ind"))
    fresh.cookies.set(COOKIE, client.cookies[COOKIE])
    who = doors.somebody(town)
    answer = fresh.post(
        "/log-ind", data={"_token": form, "login": who.login, "password": doors.PASSWORD}
    )
    assert answer.status_code == 303
    assert not doors.is_in(old)


def test_who_is_signed_in_need_not_again(town: Database, client: TestClient) -> None:
    doors.sign_in(client, doors.somebody(town).login)
    answer = client.get("/log-ind?naeste=/konto")
    assert (answer.status_code, answer.headers["location"]) == (303, "/konto")


def test_an_account_without_a_right_is_told_so(town: Database, client: TestClient) -> None:
    who = doors.somebody(town, "tmf")
    doors.end_right(town, who.rights[0])
    answer = doors.sign_in(client, who.login)
    assert answer.status_code == 422
    assert "ingen rettigheder" in answer.text
    assert "ingen rettigheder" not in doors.sign_in(client, who.login, "forkert adgangskode").text


@pytest.mark.parametrize(
    "asked",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://evil.example",
        "HTTPS:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "%2F%2Fevil.example",
        "/%0d%0aSet-Cookie:%20a=b\r\nx: y",
        "evil.example",
        "/a\\@evil.example",
        "/" + "a" * 3000,
        "/log-ind?naeste=/log-ind",
        "/log-ud",
    ],
)
def test_nobody_is_led_elsewhere(town: Database, client: TestClient, asked: str) -> None:
    who = doors.somebody(town)
    page = client.get("/log-ind", params={"naeste": asked})
    assert 'name="naeste" value="/"' in page.text
    answer = doors.sign_in(client, who.login, naeste=asked)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("asked", ["/konto", "/data/omraader?kind=rode&on=2026-01-01", "/område"])
def test_a_page_of_ours_is_where_one_goes_on(
    town: Database, client: TestClient, asked: str
) -> None:
    answer = doors.sign_in(client, doors.somebody(town).login, naeste=asked)
    assert answer.headers["location"].replace("%C3%A5", "å") == asked


def test_a_page_leads_to_the_form_and_a_program_gets_a_sentence(client: TestClient) -> None:
    page = client.get("/konto?ok=gemt")
    assert (page.status_code, page.headers["location"]) == (
        303,
        "/log-ind?naeste=%2Fkonto%3Fok%3Dgemt",
    )
    assert client.post("/konto/rolle", data={"ret": 1}).headers["location"] == "/log-ind"
    part = client.get("/konto", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"][:8]) == (200, "/log-ind")
    api = client.get("/api/v1/areas")
    assert (api.status_code, list(api.json())) == (401, ["detail", "code"])
    assert api.headers["www-authenticate"] == "Bearer"


# --- being signed in, and no longer -------------------------------------------------------------


def test_a_cookie_is_worth_nothing_after_sign_out(town: Database, app: FastAPI) -> None:
    client, thief = doors.browser(app), doors.browser(app)
    who = doors.somebody(town)
    doors.sign_in(client, who.login)
    thief.cookies.set(COOKIE, client.cookies[COOKIE])
    answer = doors.send(client, "/log-ud", page="/konto")
    assert (answer.status_code, answer.headers["location"]) == (303, "/log-ind")
    assert "max-age=0" in ";".join(answer.headers.get_list("set-cookie")).lower()
    assert not doors.is_in(client)
    assert not doors.is_in(thief)
    assert [one.action for one in doors.entries(town, actor=who.actor)] == ["sign_in", "sign_out"]


def test_a_token_of_a_program_is_no_cookie_and_the_other_way_round(
    town: Database, app: FastAPI
) -> None:
    program = people.token_of(town, "police", kind="token")
    web = people.token_of(town, "police")
    client = doors.browser(app)
    client.cookies.set(COOKIE, program)
    assert not doors.is_in(client)
    with people.program(app, web, follow_redirects=False) as wrong:
        assert wrong.get("/api/v1/areas").status_code == 401
    with people.program(app, program) as right:
        assert right.get("/api/v1/areas").status_code == 200


def test_a_right_that_ends_and_an_account_switched_off_count_at_once(
    town: Database, app: FastAPI
) -> None:
    for harm in (
        lambda who: doors.end_right(town, who.rights[0]),
        lambda who: doors.change(town, who, disabled_at=datetime.now(UTC)),
    ):
        client, who = doors.browser(app), doors.somebody(town, "admin")
        doors.sign_in(client, who.login)
        assert doors.is_in(client)
        harm(who)
        assert not doors.is_in(client)


def test_a_session_that_is_old_or_idle_is_over(town: Database, app: FastAPI) -> None:
    for column, hours in (("expires_at", 13), ("seen_at", 3)):
        client, who = doors.browser(app), doors.somebody(town)
        doors.sign_in(client, who.login)
        with town.session("web_auth") as session:
            session.connection().exec_driver_sql(
                f"UPDATE adm.web_session SET {column} = {column} - interval '{hours} hours'"  # noqa: S608
                f" WHERE user_id = {who.id}"
            )
        assert not doors.is_in(client)


# --- the demo's doors ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo_town(own_database) -> Database:  # type: ignore[no-untyped-def]
    database: Database = own_database("tryghed_demo_town")
    with database.working(people.EVERYWHERE) as session:
        from geo_service.storage import areas as store

        store.ensure_municipality(session, "0101", "København", is_demo=True)
    return database


def test_the_demo_is_entered_without_a_password(demo_town: Database, settings: Settings) -> None:
    police = doors.somebody(demo_town, "police", name="Politi", password=None, is_demo=True)
    real = doors.somebody(demo_town, "admin", name="Rigtig administrator")
    client = doors.browser(make_app(settings, demo_town))
    page = client.get("/log-ind?naeste=/konto").text
    assert "Gå ind som Politi" in page
    assert "Rigtig" not in page
    assert doors.send(client, "/log-ind/demo", page="/log-ind", konto=real.id).status_code == 404
    bare = client.post("/log-ind/demo", data={"konto": police.id})
    assert bare.status_code == 403
    answer = doors.send(client, "/log-ind/demo", page="/log-ind", konto=police.id, naeste="/konto")
    assert (answer.status_code, answer.headers["location"]) == (303, "/konto")
    assert doors.is_in(client)
    [entry] = doors.entries(demo_town, actor=police.actor, action="sign_in")
    assert entry.detail["by"] == "demo"


@pytest.mark.parametrize(
    ("changed", "headers"),
    [
        ({"origin": "https://tryghed.example"}, {}),
        ({"host": "192.168.1.7"}, {}),
        ({}, {"X-Forwarded-For": "192.168.1.9"}),
        ({}, {"Forwarded": "for=192.168.1.9"}),
    ],
)
def test_the_demo_has_no_doors_for_others_than_this_machine(
    demo_town: Database, settings: Settings, changed: dict[str, str], headers: dict[str, str]
) -> None:
    who = doors.somebody(demo_town, "tmf", name="Byens drift", password=None, is_demo=True)
    client = doors.browser(make_app(settings.model_copy(update=changed), demo_town))
    client.headers.update(headers)
    assert "Gå ind som" not in client.get("/log-ind").text
    assert doors.send(client, "/log-ind/demo", page="/log-ind", konto=who.id).status_code == 404


def test_with_one_real_municipality_there_is_no_demo(town: Database, client: TestClient) -> None:
    who = doors.somebody(town, "police", name="Politi", password=None, is_demo=True)
    assert "Gå ind som" not in client.get("/log-ind").text
    assert doors.send(client, "/log-ind/demo", page="/log-ind", konto=who.id).status_code == 404


def test_a_demo_account_cannot_be_guessed_into(town: Database, client: TestClient) -> None:
    who = doors.somebody(town, "police", password=None, is_demo=True)
    for secret in ("", "demo", "None"):
        assert doors.sign_in(client, who.login, secret).status_code == 422
