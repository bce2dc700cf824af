"""Offers: typed, compared by age and day, planned for a holiday; dates they are planned by."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from geo_service.domain.access import Role
from geo_service.storage.database import Database
from tests import agreed, make, people
from tests.api.agreements import deeds

HERE = "/aften/tilbud"
CALENDAR = "/aften/kalender"
IN_AREA = f"{make.WEST + 50:.0f} {make.SOUTH + 50:.0f}"


def say(answer: Response) -> str:
    return re.sub(r"\s+", " ", answer.text)


def count(own: Database, table: str) -> int:
    with own.as_owner() as owner:
        return int(owner.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608


def typed(**fields: str) -> dict[str, str]:
    return {
        "kode": "klub",
        "navn": "Klubben",
        "art": "club",
        "drives_af": "Klubberne i området",
        "fra_alder": "14",
        "til_alder": "17",
        "sted": IN_AREA,
        "tider": "ma–sø 18–22",
        **fields,
    }


def holiday(chief: TestClient, days: int = 3) -> str:
    first = deeds.today() + timedelta(days=10)
    last = first + timedelta(days=days - 1)
    fields = {"navn": "Vinterferie", "fra": first.isoformat(), "til": last.isoformat()}
    assert chief.post(f"{CALENDAR}/ferie", data=fields).status_code in {200, 303}
    return first.isoformat()


def test_an_offer_fills_a_hole_and_a_second_one_overlaps(own: Database, chief: TestClient) -> None:
    assert chief.post(f"{HERE}/nyt", data=typed()).status_code == 303
    page = say(chief.get(HERE))
    assert "Klubben" in page
    assert page.count("cover-open") == 7
    assert page.count("cover-gap") == 14  # nothing for 10-13 and 18-25
    assert "10–13 år: Intet åbent." in page
    second = typed(kode="klub-2", navn="Den anden", tider="fr 19–23")
    assert chief.post(f"{HERE}/nyt", data=second).status_code == 303
    page = say(chief.get(HERE))
    assert page.count("cover-overlap") == 1
    assert "3 timer er der mindst to på én gang" in page
    parts = say(chief.get(f"{HERE}?omraade=alle"))
    assert parts.count("cover-overlap") == 3  # the whole, and the two coverage areas in reach
    assert chief.post(f"{HERE}/nyt", data=typed()).status_code == 422


def test_what_cannot_be_an_offer_is_said_in_words(own: Database, chief: TestClient) -> None:
    for wrong, words in (
        ({"tider": "hver dag"}, "skriv fx ma–to 18–22"),
        ({"tider": "fr–ma 18–22"}, "forkerte rækkefølge"),
        ({"andre_tider": "uge 7: lukket"}, "Dage med andre tider kan ikke læses"),
        ({"andre_tider": "31-02-2026: lukket"}, "er ikke en dato"),
        ({"fra_alder": "17", "til_alder": "14"}, "fra en lavere til en højere alder"),
        ({"sted": "6178400 722400"}, "ombyttet?"),
        ({"navn": " "}, "et navn og en, der driver det"),
        ({"navn": "Klub hos Peter Hansen"}, "Navnet er ikke gemt"),
        ({"drives_af": "Peter Hansen, 22 33 44 55"}, "Feltet Drives af er ikke gemt"),
        ({"kode": "Klub 1"}, "små bogstaver"),
    ):
        answer = chief.post(f"{HERE}/nyt", data=typed(**wrong))
        assert answer.status_code == 422
        assert words in say(answer)
    assert count(own, "work.offer") == 0


def test_an_offer_is_changed_once_and_ended(own: Database, chief: TestClient) -> None:
    chief.post(f"{HERE}/nyt", data=typed())
    found = re.search(rf'href="({HERE}/\d+)"', chief.get(HERE).text)
    assert found
    change = typed(version="1", tider="lø 12–16", andre_tider="24-12-2030: lukket", kode="andet")
    assert chief.post(found[1], data=change).status_code == 303
    assert count(own, "work.offer_hours") == 1
    assert count(own, "work.offer_dated_hours") == 1
    assert "24-12-2030: lukket" in chief.get(found[1]).text
    assert chief.post(found[1], data=change).status_code == 409
    assert chief.post(found[1], data=typed(version="2", slut="1")).status_code == 303
    assert "cover-open" not in chief.get(HERE).text


def test_a_holiday_plan_says_what_is_missing_and_whom_to_ask(
    own: Database, chief: TestClient
) -> None:
    chief.post(f"{HERE}/nyt", data=typed())
    first = holiday(chief)
    plan = say(chief.get(f"/aften/ferieplan?fra={first}"))
    assert "14–17 år: intet åbent tilbud for hele gruppen" in plan
    assert "(3 af 3 dage i Vinterferie)" in plan
    assert "Spørg Klubberne i området, hvornår der er åbent" in plan
    found = re.search(rf'href="({HERE}/\d+)"', chief.get(HERE).text)
    assert found
    told = typed(version="1", ens="1", fra_alder="10", til_alder="25")
    assert chief.post(found[1], data=told).status_code == 303
    plan = say(chief.get("/aften/ferieplan"))
    assert "Hver aldersgruppe har et åbent tilbud på hver dag" in plan
    assert "Spørg" not in plan


def test_offers_are_fixed_presence_of_the_evening(chief: TestClient, police: TestClient) -> None:
    chief.post(f"{HERE}/nyt", data=typed(ens="1"))
    chief.post(f"{HERE}/nyt", data=typed(kode="langt", navn="Langt væk", sted="700000 6170000"))
    page = police.get("/aften/i-aften").text
    assert "18.00–22.00 Klubben" in page
    assert "Langt væk" not in page


def test_holidays_come_from_a_file_whole_or_not_at_all(own: Database, chief: TestClient) -> None:
    head = "ferie;første dag;sidste dag\n"
    bad = (head + "Jul;19-12-2030;03-01-2031\nPåske;1/4;05-04-2031\n").encode()
    answer = chief.post(f"{CALENDAR}/ferie/fil", files={"fil": ("f.csv", bad)})
    assert answer.status_code == 422
    assert "er ikke en dato" in answer.text
    assert count(own, "work.school_holiday") == 0
    good = (head + "Jul;19-12-2030;03-01-2031\n").encode()
    first = chief.post(f"{CALENDAR}/ferie/fil", files={"fil": ("f.csv", good)})
    assert "Nye ferier: 1. Stod her allerede: 0." in say(first)
    again = chief.post(f"{CALENDAR}/ferie/fil", files={"fil": ("f.csv", good)})
    assert "Nye ferier: 0. Stod her allerede: 1." in say(again)
    found = re.search(rf'action="({CALENDAR}/ferie/\d+/fjern)"', chief.get(CALENDAR).text)
    assert found
    assert chief.post(found[1]).status_code == 303
    assert count(own, "work.school_holiday") == 0


def test_an_activity_is_typed_and_no_person_is(own: Database, chief: TestClient) -> None:
    day = (deeds.today() + timedelta(days=2)).isoformat()
    fields = {"art": "match", "navn": "Fodboldkamp", "sted": "Parken", "dag": day,
              "start": "22:00", "slut": "01:00"}  # fmt: skip
    assert chief.post(CALENDAR, data=fields).status_code == 303
    assert "Fodboldkamp" in chief.get(CALENDAR).text
    person = chief.post(CALENDAR, data={**fields, "navn": "Fest hos Peter Hansen"})
    assert person.status_code == 422
    assert chief.post(CALENDAR, data={**fields, "start": "aften"}).status_code == 422
    assert count(own, "work.activity") == 1
    found = re.search(rf'action="({CALENDAR}/begivenhed/\d+/fjern)"', chief.get(CALENDAR).text)
    assert found
    assert chief.post(found[1]).status_code == 303
    assert count(own, "work.activity") == 0


def test_who_reads_offers_and_who_writes_them(own: Database, app: Any, police: TestClient) -> None:
    for role in (Role.partner, Role.agency, Role.council, Role.admin):
        client = people.browser(app, people.token_of(own, role), follow_redirects=False)
        for path in (HERE, "/aften/ferieplan", CALENDAR):
            assert client.get(path).status_code == 404
    tmf = people.browser(app, people.token_of(own, Role.tmf), follow_redirects=False)
    page = tmf.get(HERE)
    assert page.status_code == 200
    assert "Torvet" not in page.text  # no coverage area, which a plan speaks of
    assert tmf.get(CALENDAR).status_code == 404
    assert police.get(HERE).status_code == 200
    for path in (f"{HERE}/nyt",):
        assert police.get(path).status_code == 404
        assert tmf.get(path).status_code == 404
    assert police.post(CALENDAR, data={"navn": "x"}).status_code == 404


def test_whoever_sees_no_coverage_areas_sees_the_week_of_the_whole(
    own: Database, app: FastAPI, chief: TestClient
) -> None:
    assert chief.post(f"{HERE}/nyt", data=typed()).status_code == 303
    tmf = people.browser(app, people.token_of(own, Role.tmf))
    tmf.post("/konto/omraade", data={"omraade": agreed.HOTSPOT, "naeste": "/"})
    page = tmf.get(HERE)
    assert page.status_code == 200
    assert "Ydre Nørrebro" in say(page)
    assert "Torvet" not in page.text
    assert tmf.get("/aften/ferieplan").status_code == 200
