"""The first page says on each door, in one line, what stands behind it now."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from api.main import make_app
from geo_service.domain.access import Role
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import people
from tests.access import planted as plants


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_start")
    with database.working(people.EVERYWHERE) as session:
        plants.plant(session)
    return database


@pytest.fixture
def app(own: Database, settings: Settings) -> FastAPI:
    return make_app(settings, own)


def state(app: FastAPI, own: Database, role: Role, door: str) -> str:
    right = {"organisation": plants.OWN_ORGANISATION} if role is Role.agency else {}
    page = people.browser(app, people.token_of(own, role, **right)).get("/").text
    (shown,) = re.findall(rf'<li class="door to-{door}">.*?</li>', page, re.DOTALL)
    found = re.search(r'door-state">(.*?)</p>', shown)
    return unescape(found[1]) if found else ""


def change(own: Database, statement: str) -> None:
    with own.as_owner() as owner:
        owner.execute(text(statement))
        owner.commit()


def test_an_agency_is_told_which_goals_lack_a_value(own: Database, app: FastAPI) -> None:
    year = datetime.now(UTC).year
    change(own, "UPDATE work.effect_goal_value SET year = 2001")
    lacking = state(app, own, Role.agency, "omraade")
    found = re.fullmatch(rf"(\d+) af (\d+) effektmål mangler en værdi for {year}\.", lacking)
    assert found is not None, lacking
    assert found[1] == found[2] != "0"
    change(own, f"UPDATE work.effect_goal_value SET year = {year}")  # noqa: S608
    assert state(app, own, Role.agency, "omraade").startswith("0 af ")


def test_a_council_is_told_when_something_was_published(
    own: Database, app: FastAPI, settings: Settings
) -> None:
    assert state(app, own, Role.council, "beboere") == "Der er endnu ikke offentliggjort et kort."
    settings.public_maps_dir.mkdir(parents=True, exist_ok=True)
    (settings.public_maps_dir / "beboere.html").write_text("<!doctype html>")
    said = state(app, own, Role.council, "beboere")
    assert re.fullmatch(r"Senest offentliggjort \d\d-\d\d-\d{4}\.", said)


def test_an_administrator_is_told_of_users_and_deletion(own: Database, app: FastAPI) -> None:
    said = state(app, own, Role.admin, "administration")
    found = re.fullmatch(
        r"(\d+) inviteret, 0 spærret for en tid. Sletningen har aldrig kørt.", said
    )
    assert found is not None, said
    change(own, "UPDATE adm.user_account SET locked_until = now() + interval '1 hour'")
    locked = re.search(r"(\d+) spærret", state(app, own, Role.admin, "administration"))
    assert locked is not None
    assert int(locked[1]) > 0
    change(
        own,
        "INSERT INTO adm.retention_run"
        " (municipality_code, kind, as_of, cut_off, deleted, remaining_older, actor)"
        " VALUES ('0101', 'audit', current_date - 9, now(), 0, 0, 'os:x')",
    )
    said = state(app, own, Role.admin, "administration")
    assert "Sletningen er forsinket: sidst kørt til" in said


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.hotspot_chief, "Senest læst ind "), (Role.tmf, "Tal til og med måned ")],
)
def test_data_is_dated(own: Database, app: FastAPI, role: Role, words: str) -> None:
    said = state(app, own, role, "data")
    assert said.startswith(words), said
