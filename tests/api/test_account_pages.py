"""One's own account: password, name, language, rights, areas, sessions; and invitations."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.security.identity import COOKIE
from geo_service.domain.passwords import is_right
from geo_service.storage.database import Database
from tests import doors, people

WEAK = {
    "for få tegn": "for kort",
    "x" * 300: "for lang",
    "aaaaaaaaaaaaaa": "alle prøver først",
    "123456789012": "alle prøver først",
    "Sommer2026!!": "alle prøver først",
    "Pa55word1234": "alle prøver først",
    "tryghedskort-2026": "alle prøver først",
    "jeg hedder nordlys": "navn eller brugernavn",
}


def change_password(client: TestClient, present: str, new: str, again: str | None = None):  # type: ignore[no-untyped-def]
    return doors.send(
        client, "/konto/adgangskode", page="/konto", present=present, new=new, again=again or new
    )


def sessions_of(page: str) -> list[str]:
    return re.findall(r'name="session" value="(\d+)"', page)


def test_a_new_password_ends_every_other_session(town: Database, app: FastAPI) -> None:
    here, there, who = doors.browser(app), doors.browser(app), doors.somebody(town)
    doors.sign_in(here, who.login)
    doors.sign_in(there, who.login)
    before = here.cookies[COOKIE]
    answer = change_password(here, doors.PASSWORD, doors.ANOTHER)
    assert answer.headers["location"] == "/konto?ok=adgangskode"
    assert not doors.is_in(there)
    page = here.get("/konto?ok=adgangskode")
    assert "Adgangskoden er skiftet" in page.text
    assert here.cookies[COOKIE] != before
    there.cookies.set(COOKIE, before)
    assert not doors.is_in(there)
    assert doors.sign_in(doors.browser(app), who.login).status_code == 422
    assert doors.sign_in(doors.browser(app), who.login, doors.ANOTHER).status_code == 303
    [entry] = doors.entries(town, actor=who.actor, action="change")
    assert entry.detail == {"fields": ["password"], "sessions_ended": 1}


def test_who_does_not_know_the_present_password_changes_nothing(
    town: Database, client: TestClient
) -> None:
    """An open browser is no proof; guessing here locks as it does at the door."""
    who = doors.somebody(town)
    doors.sign_in(client, who.login)
    for _ in range(5):
        answer = change_password(client, "forkert adgangskode", doors.ANOTHER)
        assert answer.status_code == 422
        assert "nuværende adgangskode er forkert" in answer.text
    assert change_password(client, doors.PASSWORD, doors.ANOTHER).status_code == 422
    assert is_right(doors.read(town, who).password_hash, doors.PASSWORD)
    assert len(doors.entries(town, actor=who.actor, action="sign_in_failed")) == 6


@pytest.mark.parametrize(("new", "said"), WEAK.items(), ids=range(len(WEAK)))
def test_a_weak_password_is_refused_with_a_reason(
    town: Database, client: TestClient, new: str, said: str
) -> None:
    who = doors.somebody(town, name="Nordlys Prøve")
    doors.sign_in(client, who.login)
    answer = change_password(client, doors.PASSWORD, new)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert new not in answer.text
    assert is_right(doors.read(town, who).password_hash, doors.PASSWORD)


def test_the_new_password_is_typed_twice(town: Database, client: TestClient) -> None:
    doors.sign_in(client, doors.somebody(town).login)
    answer = change_password(client, doors.PASSWORD, doors.ANOTHER, doors.ANOTHER + "x")
    assert (answer.status_code, "ikke ens" in answer.text) == (422, True)


def test_name_and_language_are_ones_own_to_change(town: Database, client: TestClient) -> None:
    who = doors.somebody(town)
    doors.sign_in(client, who.login)
    form = {"navn": "  Nyt   navn ", "sprog": "en", "version": 1}
    assert doors.send(client, "/konto", **form).headers["location"] == "/konto?ok=gemt"
    page = client.get("/konto")
    assert '<html lang="en">' in page.text
    assert 'value="Nyt navn"' in page.text
    assert doors.read(town, who).version == 2
    for wrong in ({"navn": " "}, {"navn": "x" * 101}, {"sprog": "de"}):
        answer = doors.send(client, "/konto", **(form | {"version": 2} | wrong))
        assert answer.status_code == 422


def test_what_two_people_change_at_once_is_a_conflict_with_words(
    town: Database, client: TestClient
) -> None:
    who = doors.somebody(town)
    doors.sign_in(client, who.login)
    doors.change(town, who, name="Rettet af en anden", version=2, changed_by="os:admin")
    answer = doors.send(client, "/konto", navn="Mit navn", sprog="da", version=1)
    assert answer.status_code == 409
    assert "Ændret af systemet" in answer.text
    assert 'value="Mit navn"' in answer.text  # what was typed is not lost
    assert doors.read(town, who).name == "Rettet af en anden"


def test_acting_under_another_right_gives_another_token(town: Database, app: FastAPI) -> None:
    client, old = doors.browser(app), doors.browser(app)
    who = doors.somebody(town, "hotspot_chief", "admin")
    doors.sign_in(client, who.login)
    assert client.get("/api/v1/areas").status_code == 200
    old.cookies.set(COOKIE, client.cookies[COOKIE])
    answer = doors.send(client, "/konto/rolle", page="/konto", ret=who.rights[1])
    assert answer.headers["location"] == "/konto?ok=rolle"
    assert not doors.is_in(old)
    assert client.get("/kort/byrum.html").status_code == 404  # an administrator sees no map
    [entry] = doors.entries(town, actor=who.actor, action="change")
    assert (entry.role, entry.detail["was"]) == ("admin", "hotspot_chief")
    again = doors.browser(app)
    doors.sign_in(again, who.login)
    page = again.get("/konto").text
    assert re.search(r"Administrator</th>.*?gælder nu", page, re.DOTALL)  # the last one used


def test_nobody_acts_under_a_right_that_is_not_theirs(town: Database, app: FastAPI) -> None:
    client, who, other = doors.browser(app), doors.somebody(town), doors.somebody(town, "admin")
    doors.sign_in(client, who.login)
    missing = doors.send(client, "/konto/rolle", page="/konto", ret=2**60)
    answer = doors.send(client, "/konto/rolle", page="/konto", ret=other.rights[0])
    assert (answer.status_code, answer.text) == (404, missing.text)
    doors.send(client, "/log-ud", page="/konto")
    both = doors.somebody(town, "tmf", "admin")
    doors.sign_in(client, both.login)
    doors.end_right(town, both.rights[1])
    ended = doors.send(client, "/konto/rolle", page="/konto", ret=both.rights[1])
    assert ended.status_code == 404
    for nonsense in ("x", "0", "-1", "1e3", str(2**70)):
        answer = doors.send(client, "/konto/rolle", page="/konto", ret=nonsense)
        assert answer.status_code == 422


def test_the_hotspot_area_is_remembered_and_must_be_ones_own(
    town: Database, client: TestClient
) -> None:
    who = doors.somebody(town, "street_team", hotspots=["1"])
    doors.sign_in(client, who.login)
    assert "Valby" not in client.get("/konto").text
    answer = doors.send(client, "/konto/omraade", page="/konto", omraade="1", naeste="//evil")
    assert answer.headers["location"] == "/"
    assert '<option value="1" selected>Ydre Nørrebro' in client.get("/konto").text
    for code in ("2", "9", "x" * 40):
        answer = doors.send(client, "/konto/omraade", page="/konto", omraade=code)
        assert answer.status_code == 404
    doors.send(client, "/konto/omraade", page="/konto", omraade="")
    assert '<option value="" selected>' in client.get("/konto").text


def test_who_sees_nothing_of_an_area_is_offered_none(town: Database, client: TestClient) -> None:
    who = doors.somebody(town, "admin")
    doors.sign_in(client, who.login)
    page = client.get("/konto")
    assert page.status_code == 200
    assert 'name="omraade"' not in page.text


def test_sessions_are_seen_and_ended_one_by_one_or_all(town: Database, app: FastAPI) -> None:
    who = doors.somebody(town)
    here, phone, third = doors.browser(app), doors.browser(app), doors.browser(app)
    phone.headers["User-Agent"] = "Mozilla/5.0 (Android 16; <script>) Firefox/149.0"
    for client in (third, phone, here):
        doors.sign_in(client, who.login)
    page = here.get("/konto").text
    assert "Firefox, Android" in page
    assert "<script>)" not in page
    mine, telephone, _ = sessions_of(page)
    doors.send(here, "/konto/sessioner", page="/konto", session=telephone)
    assert (doors.is_in(here), doors.is_in(phone), doors.is_in(third)) == (True, False, True)
    doors.send(here, "/konto/sessioner", page="/konto", session="alle")
    assert (doors.is_in(here), doors.is_in(third)) == (False, False)
    doors.sign_in(here, who.login)
    [mine] = sessions_of(here.get("/konto").text)
    answer = doors.send(here, "/konto/sessioner", page="/konto", session=mine)
    assert answer.headers["location"] == "/log-ind"
    assert not doors.is_in(here)


def test_nobody_ends_the_session_of_somebody_else(town: Database, app: FastAPI) -> None:
    client, other = doors.browser(app), doors.browser(app)
    doors.sign_in(client, doors.somebody(town).login)
    doors.sign_in(other, doors.somebody(town).login)
    [theirs] = sessions_of(other.get("/konto").text)
    missing = doors.send(client, "/konto/sessioner", page="/konto", session=10**17)
    answer = doors.send(client, "/konto/sessioner", page="/konto", session=theirs)
    assert (answer.status_code, answer.text) == (404, missing.text)
    assert doors.is_in(other)


def test_a_program_with_a_token_sees_the_account_too(town: Database, app: FastAPI) -> None:
    token = people.token_of(town, "tmf", kind="token")
    with people.program(app, token) as program:
        page = program.get("/konto")
        assert (page.status_code, "Program" in page.text) == (200, True)


# --- invitations --------------------------------------------------------------------------------


def test_an_invitation_gives_a_password_and_lets_in(town: Database, client: TestClient) -> None:
    who = doors.somebody(town, password=None)
    path = f"/invitation/{doors.invite(town, who)}"
    page = client.get(path)
    assert who.login in page.text
    assert page.headers["cache-control"] == "no-store"
    answer = doors.send(client, path, new=doors.ANOTHER, again=doors.ANOTHER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert doors.is_in(client)
    actions = [(one.action, one.detail.get("by")) for one in doors.entries(town, actor=who.actor)]
    assert actions == [("sign_in", "invitation"), ("change", None)]


def test_an_invitation_is_used_once(town: Database, app: FastAPI) -> None:
    first, second, who = doors.browser(app), doors.browser(app), doors.somebody(town, password=None)
    path = f"/invitation/{doors.invite(town, who)}"
    token = doors.token_in(second.get(path))
    assert doors.send(first, path, new=doors.ANOTHER, again=doors.ANOTHER).status_code == 303
    late = second.post(path, data={"_token": token, "new": doors.PASSWORD, "again": doors.PASSWORD})
    assert late.status_code == 404
    assert is_right(doors.read(town, who).password_hash, doors.ANOTHER)
    assert doors.is_in(first)


def test_old_used_unknown_and_switched_off_links_look_alike(
    town: Database, client: TestClient
) -> None:
    now = datetime.now(UTC)
    late, off, twice = (doors.somebody(town, password=None) for _ in range(3))
    links = [
        doors.invite(town, late, now=now - timedelta(days=8)),
        doors.invite(town, off),
        doors.invite(town, twice),  # a newer one ends it
        "unknown",
        "x" * 2_000,
        "a b",
    ]
    doors.invite(town, twice)
    doors.change(town, off, disabled_at=now)
    pages = {(answer.status_code, answer.text.replace(link, "")) for link in links
             for answer in [client.get(f"/invitation/{link}")]}  # fmt: skip
    assert len(pages) == 1
    assert next(iter(pages))[0] == 404


def test_a_weak_password_leaves_the_invitation_as_it_was(
    town: Database, client: TestClient
) -> None:
    who = doors.somebody(town, password=None)
    path = f"/invitation/{doors.invite(town, who)}"
    assert doors.send(client, path, new="kort", again="kort").status_code == 422
    assert doors.send(client, path, new=doors.ANOTHER, again="x").status_code == 422
    assert doors.send(client, path, new=doors.ANOTHER, again=doors.ANOTHER).status_code == 303


def test_an_invitation_taken_up_ends_the_sessions_before(town: Database, app: FastAPI) -> None:
    """It is also the way back for somebody whose password was stolen."""
    thief, client, who = doors.browser(app), doors.browser(app), doors.somebody(town)
    doors.sign_in(thief, who.login)
    path = f"/invitation/{doors.invite(town, who)}"
    doors.send(client, path, new=doors.ANOTHER, again=doors.ANOTHER)
    assert (doors.is_in(thief), doors.is_in(client)) == (False, True)


def test_a_token_of_an_invitation_is_not_in_the_database(town: Database) -> None:
    token = doors.invite(town, doors.somebody(town))
    with town.session("web_auth") as session:
        kept = session.connection().exec_driver_sql("SELECT i::text FROM adm.invitation i")
        assert not [row for (row,) in kept if token in row]
