"""The 14-day agreement as its two sides make it: draft, sent, agreed, amended, reviewed, copied."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from geo_service.domain.access import Role
from geo_service.storage.database import Database
from geo_service.storage.tables import Activity, SchoolHoliday
from tests import agreed, people
from tests.api.agreements.deeds import (
    HERE,
    add,
    agreement,
    moved_back,
    started,
    step,
    today,
    unchanged,
    version,
)


def test_two_agreements_in_a_row(own: Database, chief: TestClient, police: TestClient) -> None:
    plan = agreement(chief, police)
    page = chief.get(plan).text
    assert "i kraft" in page
    assert "Mange unge samles her" in page
    moved_back(own, 14)
    following = started(chief, kopi="1")
    copied = chief.get(following).text
    assert "kladde" in copied
    assert copied.count("Mange unge samles her") == 2
    meeting = chief.get(f"{following}/moede").text
    numbers = re.findall(r'<select id="k-(\d+)" name="holdt">', meeting)
    assert "Afslut gennemgangen" not in meeting
    assert len(numbers) == 2
    said = {
        "version": re.findall(r'name="version" value="(\d+)"', meeting)[0],
        "holdt": [f"{numbers[0]}:partly", f"{numbers[1]}:"],
        "resten": "held",
    }
    last = plan.rsplit("/", 1)[-1]
    assert chief.post(f"{following}/holdt/{last}", data=said).status_code == 303
    assert "Holdt: 1,5 af 2" in chief.get(f"{following}/moede").text
    reviewed = chief.get(f"{following}/moede").text
    assert f'action="{plan}/trin"' in reviewed  # from the meeting itself
    assert step(chief, plan, "review").status_code == 303
    assert "Gennemgangen er afsluttet." in chief.get(f"{following}/moede").text
    assert "gennemgået" in chief.get(plan).text
    assert step(chief, following, "send").status_code == 303
    assert step(police, following, "agree").status_code == 303
    assert "i kraft" in police.get(following).text


def test_the_next_is_a_copy_of_what_both_agreed_on_and_not_of_a_draft(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    agreement(chief, police)
    later = today() + timedelta(days=14)
    draft = started(chief, later)
    add(chief, draft, aften=later.isoformat(), hvorfor="Kun en kladde")
    moved_back(own, 28)
    copied = chief.get(started(chief, kopi="1")).text
    assert copied.count("Mange unge samles her") == 2
    assert "Kun en kladde" not in copied


def test_a_draft_is_copied_where_nothing_was_agreed(own: Database, chief: TestClient) -> None:
    draft = started(chief)
    add(chief, draft, hvorfor="Kun en kladde")
    moved_back(own, 14)
    assert "Kun en kladde" in chief.get(started(chief, kopi="1")).text


def test_it_is_agreed_by_both_and_by_nobody_twice(chief: TestClient, police: TestClient) -> None:
    plan = started(chief)
    empty = step(chief, plan, "send")
    assert empty.status_code == 422
    assert "Aftalen er tom" in empty.text
    add(chief, plan)
    assert step(police, plan, "agree").status_code == 404  # nothing is sent yet
    assert step(chief, plan, "send").status_code == 303
    assert "afventer politiet" in chief.get(plan).text
    assert step(chief, plan, "agree").status_code == 404  # one's own yes is said by sending
    assert step(police, plan, "take_back").status_code == 303
    assert "kladde" in chief.get(plan).text


def test_a_change_after_sending_asks_for_a_new_yes(chief: TestClient, police: TestClient) -> None:
    plan = started(chief)
    add(chief, plan)
    step(chief, plan, "send")
    assert add(police, plan, hvem="police", hvor="parken").status_code == 303
    assert "kladde" in chief.get(plan).text
    assert step(police, plan, "agree").status_code == 404


def test_an_agreed_plan_is_amended_in_sight_of_both(chief: TestClient, police: TestClient) -> None:
    plan = agreement(chief, police)
    without = add(chief, plan, tidsrum="22–24")
    assert without.status_code == 422
    assert "hvorfor aftalen ændres" in without.text
    assert add(chief, plan, tidsrum="22–24", grund="Klubben lukker tidligt").status_code == 303
    seen = police.get(plan).text
    assert "Klubben lukker tidligt" in seen
    assert "Tilføjet: Torvet, G1, gående" in seen
    assert "i kraft" in seen
    with unchanged(chief, plan):  # the police's promise is the police's
        assert add(chief, plan, hvem="police", tidsrum="17–18", grund="x").status_code == 404


def test_the_police_change_their_own_lines_only(chief: TestClient, police: TestClient) -> None:
    plan = started(chief)
    add(chief, plan)
    page = police.get(plan).text
    assert "/fjern" not in page
    assert add(police, plan, hvem="street_team:G1", tidsrum="18–20").status_code == 404


def test_the_second_of_two_editors_is_told_and_loses_nothing(
    chief: TestClient, police: TestClient
) -> None:
    plan = started(chief)
    seen = version(chief, plan)
    assert add(police, plan, hvem="police").status_code == 303
    late = add(chief, plan, version=str(seen), hvorfor="Det her må ikke gå tabt")
    assert late.status_code == 409
    assert "Lokalpolitiet" in late.text
    assert "Det her må ikke gå tabt" in late.text
    assert "Torvet" in late.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"tidsrum": "25–27"}, "Tidsrummet kan ikke læses"),
        ({"aften": "2020-01-01"}, "ligger ikke i aftalens aftener"),
        ({"hvor": "havnen"}, "nævner et dækningsområde, der ikke findes"),
        ({"hvorfor": "Spørg Mohammed Hansen, tlf. 20 30 40 50"}, "er ikke gemt"),
        ({"hvem": "street_team:G9"}, "Holdet findes ikke"),
        ({"hvordan": "flying"}, "form skal være"),
    ],
)
def test_bad_lines_are_refused_in_words(
    chief: TestClient, typed: dict[str, str], said: str
) -> None:
    plan = started(chief)
    with unchanged(chief, plan):
        answer = add(chief, plan, **typed)
        assert answer.status_code == 422
        assert said in answer.text


def test_the_same_line_twice_and_overlapping_agreements_are_refused(chief: TestClient) -> None:
    plan = started(chief)
    add(chief, plan)
    assert add(chief, plan).status_code == 422
    again = chief.post(HERE, data={"foerste": today().isoformat(), "aftener": "3"})
    assert again.status_code == 422
    assert "Der er allerede en aftale" in again.text


def test_a_warning_stops_nobody_and_a_double_promise_does(
    chief: TestClient, police: TestClient
) -> None:
    plan = started(chief)
    add(chief, plan, hvor="parken", tidsrum="22–02", hvorfor="")
    page = chief.get(plan).text
    assert "dækkes ikke efter midnat" in page
    assert "har ingen begrundelse" in page
    add(police, plan, hvem="police", tidsrum="20–22")
    add(police, plan, hvem="police", tidsrum="21–23")
    refused = step(police, plan, "send")
    assert refused.status_code == 422
    assert "gælder samme sted på samme tid" in refused.text


@pytest.mark.parametrize(
    "role", [Role.tmf, Role.partner, Role.agency, Role.council, Role.admin, Role.street_team]
)
def test_nobody_else_finds_an_agreement(
    own: Database, app: FastAPI, chief: TestClient, police: TestClient, role: Role
) -> None:
    plan = agreement(chief, police)
    more = {"team_code": "G2"} if role is Role.street_team else {}
    client = people.browser(app, people.token_of(own, role, **more), follow_redirects=False)
    missing = client.get(f"{HERE}/999999")
    for path in (
        plan,
        *(f"{plan}/{page}" for page in ("moede", "tavle", "kort", "ark", "ark.pdf")),
    ):
        found = client.get(path)
        assert (found.status_code, found.content) == (404, missing.content), path
    assert "Torvet" not in client.get("/aften/i-aften").text


def test_a_chief_of_another_area_finds_nothing(
    own: Database, app: FastAPI, chief: TestClient, police: TestClient
) -> None:
    plan = agreement(chief, police)
    token = people.token_of(own, Role.hotspot_chief, hotspot_areas=[agreed.OTHER])
    other = people.browser(app, token, follow_redirects=False)
    missing = other.get(f"{HERE}/999999")
    assert other.get(plan).content == missing.content
    assert plan.rsplit("/", 1)[-1] not in re.findall(r"aftaler/(\d+)", other.get(HERE).text)


def test_the_meeting_says_what_is_coming_and_what_it_does_not_know(
    own: Database, chief: TestClient
) -> None:
    plan = started(chief)
    assert "ferier for perioden er ikke indlæst" in chief.get(f"{plan}/moede").text
    soon = datetime.now(UTC) + timedelta(days=2)
    with own.working(people.EVERYWHERE) as session:
        holiday = {"name": "Prøveferie", "source": "test", "municipality_code": "0101"}
        days = {"first_day": today(), "last_day": today() + timedelta(days=1)}
        session.add(SchoolHoliday(**holiday, **days))
        for name, area in (("Byfest", agreed.HOTSPOT), ("Havnefest", agreed.OTHER)):
            session.add(
                Activity(
                    municipality_code="0101",
                    hotspot_area_code=area,
                    kind="event",
                    name=name,
                    place="Torvet",
                    starts_at=soon,
                    ends_at=soon + timedelta(hours=2),
                    source="test",
                )
            )
    page = chief.get(f"{plan}/moede").text
    assert page.count("Prøveferie") == 2
    assert "Byfest" in page
    assert "Havnefest" not in page
    assert "ikke indlæst" not in page


def test_whoever_has_several_areas_chooses_and_is_not_guessed_for(
    own: Database, app: FastAPI
) -> None:
    client = people.browser(app, people.token_of(own, Role.police), follow_redirects=False)
    for path in (HERE, "/aften/i-aften", "/aften/log"):
        assert "Vælg et hotspotområde" in client.get(path).text, path
    assert client.post(HERE, data={"foerste": today().isoformat()}).status_code == 404
