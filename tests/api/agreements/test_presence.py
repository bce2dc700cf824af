"""Planned and delivered, and the places: what each side sees, and what is never called zero."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from geo_service.storage.database import Database
from tests.api.agreements.deeds import agreement, moved_back, started, today
from tests.api.agreements.test_evening import log

LEDGER, PLACES = "/aften/gennemfoert", "/aften/steder"
DAYS_AGO = 2
"""So that the evening is over, also where the test runs after midnight."""


def logged(team: TestClient, **typed: str) -> Response:
    evening = (today() - timedelta(days=DAYS_AGO)).isoformat()
    return log(team, aften=evening, kl="20.30", note="", **typed)


def cells(page: str, place: str) -> list[list[str]]:
    """Return the words of each row of a place in the table of the ledger."""
    table = page.partition('id="opgoerelse"')[2].partition("</table>")[0]
    rows = re.findall(rf'<tr><th scope="row">{place}</th>(.*?)</tr>', table, re.DOTALL)
    found = [re.findall(r"<td.*?</td>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub("<[^>]+>", " ", one).split()) for one in row] for row in found]


def test_what_was_agreed_is_held_against_the_log(
    chief: TestClient, police: TestClient, team: TestClient, own: Database
) -> None:
    agreement(chief, police)
    moved_back(own, DAYS_AGO)
    unlogged = cells(chief.get(LEDGER).text, "Torvet")
    assert unlogged == [
        ["gadeteam", "1 120 min.", "ikke logget", "ikke logget", "ikke logget", "ikke logget"]
    ]
    assert logged(team, minutter="45").status_code == 303
    page = chief.get(LEDGER).text
    assert cells(page, "Torvet") == [["gadeteam", "1 120 min.", "1", "1", "45", "45 min."]]
    assert cells(page, "Parken") == [
        ["politi", "1 120 min.", "ikke logget", "ikke logget", "ikke logget", "ikke logget"]
    ]
    assert ">0<" not in page


def test_what_was_agreed_for_a_suspended_evening_is_not_counted(
    chief: TestClient, police: TestClient, own: Database
) -> None:
    agreement(chief, police)
    assert police.post("/aften/i-aften/urolig", data={"urolig": "ja"}).status_code == 303
    moved_back(own, DAYS_AGO)
    assert "SSP-beredskabsplanen gjaldt" not in chief.get(LEDGER).text
    with own.as_owner() as owner:
        owner.execute(text("UPDATE raw.suspension SET evening = evening - :n"), {"n": DAYS_AGO})
        owner.commit()
    page = chief.get(LEDGER).text
    assert "SSP-beredskabsplanen gjaldt 1 aften" in page
    assert cells(page, "Torvet") == cells(page, "Parken") == []
    with own.as_owner() as owner:
        owner.execute(text("UPDATE raw.suspension SET lifted_at = now(), lifted_by = 'os:test'"))
        owner.commit()
    page = chief.get(LEDGER).text
    assert "SSP-beredskabsplanen gjaldt" not in page
    assert len(cells(page, "Torvet")) == 1


def test_the_meeting_says_what_stands_in_the_log_and_takes_that_as_held(
    chief: TestClient, police: TestClient, team: TestClient, own: Database
) -> None:
    last = agreement(chief, police).rsplit("/", 1)[-1]
    moved_back(own, 14)
    evening = (today() - timedelta(days=14)).isoformat()
    assert log(team, aften=evening, kl="20.30", note="").status_code == 303
    plan = started(chief)
    page = chief.get(f"{plan}/moede").text
    items = re.findall(r"<strong>(Torvet|Parken)</strong>.*?</li>", page, re.DOTALL)
    lines = re.findall(r'<li><label for="k-.*?</li>', page, re.DOTALL)
    assert len(items) >= len(lines) == 2
    by_place = {("Torvet" if "Torvet" in one else "Parken"): one for one in lines}
    assert "i loggen" in by_place["Torvet"]
    assert "ikke logget" in by_place["Parken"]
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    said = {"version": version, "resten": "logged"}
    assert chief.post(f"{plan}/holdt/{last}", data=said).status_code == 303
    assert "Holdt: 1 af 1" in chief.get(f"{plan}/moede").text


def test_what_is_logged_is_held_against_the_rules(
    chief: TestClient, police: TestClient, team: TestClient, own: Database
) -> None:
    agreement(chief, police)
    moved_back(own, DAYS_AGO)
    assert "Intet er logget" in chief.get(LEDGER).text
    assert logged(team, minutter="20").status_code == 303
    assert "1 besøg i loggen, 1 under 45 minutter." in chief.get(LEDGER).text
    with own.as_owner() as owner:  # the police had promised Parken for five hours
        owner.execute(text("UPDATE raw.commitment SET ends_at = starts_at + interval '5 hours'"
                           " WHERE agency = 'police'"))  # fmt: skip
        owner.commit()
    # the coordinator writes down what the police tell
    assert logged(chief, hold="P1", hvor="parken", minutter="20").status_code == 303
    found = chief.get(LEDGER).text
    assert "uden et besøg på mindst 10 minutter; reglen er højst 2 timer" in found
    assert "1 over 16 minutter; længere giver ikke mere." in found
    assert cells(found, "Parken")[0][2:5] == ["1", "1", "20"]


def test_the_police_see_only_what_is_released(
    chief: TestClient, police: TestClient, team: TestClient, own: Database
) -> None:
    agreement(chief, police)
    moved_back(own, DAYS_AGO)
    assert logged(team, minutter="47").status_code == 303
    before = police.get(LEDGER).text
    assert "47" not in str(cells(before, "Torvet"))
    assert "frigivet til mødet" in before
    assert chief.post("/aften/log/frigiv", data={"uden_tekst": "ja"}).status_code == 303
    assert "47" in str(cells(police.get(LEDGER).text, "Torvet"))


def test_an_agreement_is_a_period_and_the_meeting_leads_to_it(
    chief: TestClient, police: TestClient, own: Database
) -> None:
    plan = agreement(chief, police)
    moved_back(own, 14)
    number = plan.rpartition("/")[2]
    upcoming = started(chief)
    meeting = chief.get(f"{upcoming}/moede").text
    assert f'href="{LEDGER}?aftale={number}"' in meeting
    assert "aftalte besøg er ikke logget" in meeting
    assert cells(chief.get(f"{LEDGER}?aftale={number}").text, "Torvet")
    for unknown in (upcoming.rpartition("/")[2], "999999"):
        assert chief.get(f"{LEDGER}?aftale={unknown}").status_code == 404


@pytest.mark.parametrize("path", [LEDGER, PLACES])
def test_the_street_team_has_no_ledger(team: TestClient, path: str) -> None:
    assert team.get(path).status_code == 404


def level_form(page: str, place: str) -> tuple[str, str]:
    """Return the address and the version of the form of a place's level."""
    found = re.search(
        rf'action="([^"]+/niveau)">(?:(?!</form>).)*?name="version" value="(\d+)"'
        rf"(?:(?!</form>).)*?Niveau for {place}",
        page,
        re.DOTALL,
    )
    assert found is not None
    return found[1], found[2]


def test_hours_since_presence_stand_on_map_list_and_table(
    chief: TestClient, police: TestClient, team: TestClient
) -> None:
    assert log(team, note="").status_code == 303
    page = chief.get(PLACES)
    assert page.status_code == 200
    table = page.text.partition('id="kort-tabel"')[2].partition("</table>")[0]
    assert re.search(r"Torvet</th><td[^>]*>\d+ timer siden", table)
    assert re.search(r"Parken</th><td[^>]*>ikke logget i otte uger", table)
    assert re.search(r"Torvet</th><td[^>]*>ikke logget i otte uger", police.get(PLACES).text)


def test_both_sides_set_the_level_and_the_second_of_two_is_told(
    chief: TestClient, police: TestClient, own: Database
) -> None:
    address, version = level_form(chief.get(PLACES).text, "Torvet")
    first = police.post(address, data={"version": version, "niveau": "red"})
    assert first.status_code == 303
    second = chief.post(address, data={"version": version, "niveau": "yellow"})
    assert second.status_code == 409
    assert "Lokalpolitiet" in second.text
    page = chief.get(PLACES).text
    assert re.search(r"Torvet</strong>: ikke logget i otte uger\. Ikke logget i denne uge; "
                     r"niveauet er 5 besøg", page)  # fmt: skip
    address, version = level_form(page, "Torvet")
    assert chief.post(address, data={"version": version, "niveau": "blue"}).status_code == 422
    assert chief.post(address, data={"version": version, "niveau": "green"}).status_code == 303
    with own.as_owner() as owner:
        levels = owner.scalars(text("SELECT level FROM raw.coverage_area WHERE code = 'torvet'"))
        assert levels.all() == ["green"]


def test_a_place_of_another_hotspot_area_has_no_level_to_set(
    chief: TestClient, team: TestClient, own: Database
) -> None:
    with own.as_owner() as owner:
        rows = owner.execute(text("SELECT code, id FROM raw.coverage_area")).all()
    known = {row.code: row.id for row in rows}
    fields = {"version": "1", "niveau": "red"}
    assert chief.post(f"{PLACES}/{known['havnen']}/niveau", data=fields).status_code == 404
    assert team.post(f"{PLACES}/{known['torvet']}/niveau", data=fields).status_code == 404
