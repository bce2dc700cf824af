"""Counts per rode: a table and a file for those who may read counts, and for nobody else."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.main import make_app
from geo_service.domain.access import RIGHTS, SIGNED_IN, Role
from geo_service.domain.vocabulary import CRIME_TYPES
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import people
from tests.access import planted as plants
from tests.access.planted import AWAY, HOME

HERE = "/data/antal"
COUNTS = (
    (HOME, "1", "2026-01-01", "uro", 3),
    (HOME, "1", "2026-02-01", "uro", 4),
    (HOME, "1", "2026-02-01", "vold", 1),
    (HOME, "2", "2026-02-01", "uro", 20),
    (HOME, "10", "2024-02-01", "uro", 500),
    (AWAY, "9", "2026-02-01", "uro", 7777),
)


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_totals")
    with database.working(people.EVERYWHERE) as session:
        plants.plant(session)
    with database.as_owner() as owner:
        owner.execute(text("TRUNCATE work.incident_count"))
        for place, rode, month, kind, incidents in COUNTS:
            owner.execute(
                text("INSERT INTO work.incident_count VALUES (:a, :b, :c, :d, :e)"),
                {"a": place, "b": rode, "c": month, "d": kind, "e": incidents},
            )
        owner.commit()
    return database


@pytest.fixture
def app(own: Database, settings: Settings) -> FastAPI:
    return make_app(settings, own)


@pytest.fixture
def tmf(own: Database, app: FastAPI) -> TestClient:
    return people.browser(app, people.token_of(own, Role.tmf))


def read(client: TestClient, asked: str = "") -> list[list[str]]:
    answer = client.get(f"{HERE}/csv{asked}")
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))


@pytest.mark.parametrize("role", SIGNED_IN)
def test_who_may_read_counts_finds_the_page_from_data(
    own: Database, app: FastAPI, role: Role
) -> None:
    right = {"team_code": plants.OWN_TEAM} if role is Role.street_team else {}
    client = people.browser(app, people.token_of(own, role, **right))
    may = role in RIGHTS["incident_count.read"]
    for path in (HERE, f"{HERE}/csv"):
        assert client.get(path).status_code == (200 if may else 404)
    if may:
        assert f'href="{HERE}"' in client.get("/data").text


def test_the_newest_year_is_added_up_and_small_counts_stand_there(tmf: TestClient) -> None:
    page = tmf.get(HERE).text
    assert "28 hændelser efter rode og type" in page
    assert '<td class="number">7</td>' in page  # 3 and 4 of two months
    assert '<td class="number">1</td>' in page
    assert "7.777" not in page
    assert "500" not in page


@pytest.mark.parametrize(
    ("asked", "total"),
    [
        ("?rode=1", 8),
        ("?type=vold", 1),
        ("?fra=2026-01&til=2026-01", 3),
        ("?fra=2024-01&til=2026-12", 528),
        ("?fra=2026-02&til=2026-01", 28),
        ("?fra=nej&til=9999-99&type=x", 28),
    ],
)
def test_the_choice_narrows_page_and_file_alike(tmf: TestClient, asked: str, total: int) -> None:
    assert f"{total} hændelser efter rode og type" in tmf.get(HERE + asked).text
    assert sum(int(row[-1]) for row in read(tmf, asked)[1:]) == total


def test_rode_10_comes_after_rode_2(tmf: TestClient) -> None:
    rows = read(tmf, "?fra=2024-01&til=2026-12")[1:]
    assert list(dict.fromkeys(row[0] for row in rows)) == ["1", "2", "10"]


def test_the_file_has_each_month_and_is_written_down(own: Database, tmf: TestClient) -> None:
    assert read(tmf, "?rode=1") == [
        ["rode", "rodenavn", "måned", "type", "antal"],
        ["1", "", "2026-01", CRIME_TYPES["uro"], "3"],
        ["1", "", "2026-02", CRIME_TYPES["uro"], "4"],
        ["1", "", "2026-02", CRIME_TYPES["vold"], "1"],
    ]
    with own.as_owner() as owner:
        asked = text("SELECT * FROM adm.audit_entry ORDER BY id DESC LIMIT 1")
        entry = owner.execute(asked).mappings().one()
    assert (entry["action"], entry["object_kind"]) == ("export", "incident_count")
    assert entry["detail"]["rows"] == 3
    assert entry["detail"]["criterion"]["rode"] == "1"
