"""Tonight for each side, and the evening log from the team to the meeting."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from geo_service.domain.evenings import evening_of
from geo_service.domain.vocabulary import FOLLOW_UPS
from geo_service.storage.database import Database
from tests.api.agreements.deeds import add, agreement, moved_back, started, step, today


def test_tonight_for_each_side(
    chief: TestClient, police: TestClient, team: TestClient, own: Database
) -> None:
    agreement(chief, police)
    moved_back(own, (today() - evening_of(datetime.now(UTC))).days)  # after midnight: last evening
    mine = team.get("/aften/i-aften").text
    shown = mine.partition('<ol class="tonight">')[2].partition("</ol>")[0]
    assert "Torvet" in shown
    assert "Parken" not in shown
    found = re.search(r'id="i-aften-data">(.*?)</script>', mine, re.DOTALL)
    assert found is not None
    kept = json.loads(found[1])
    assert [one["code"] for one in kept["stops"]] == ["torvet"]
    assert {one["number"] for one in kept["contacts"]} == {"112", "114"}
    assert "Parken" in police.get("/aften/i-aften").text
    assert team.get("/aften/i-aften.pdf").content.startswith(b"%PDF-")
    assert team.post("/aften/i-aften/urolig", data={"urolig": "ja"}).status_code == 404
    assert police.post("/aften/i-aften/urolig", data={"urolig": "ja"}).status_code == 303
    assert "SSP-beredskabsplanen gælder" in team.get("/aften/i-aften").text
    assert switch(chief, "nej").status_code == 303
    assert "SSP-beredskabsplanen gælder" not in team.get("/aften/i-aften").text


def seen(client: TestClient) -> str:
    """Return which suspension the form of the switch stands on."""
    return re.findall(r'name="stod" value="(\d+)"', client.get("/aften/i-aften").text)[0]


def switch(client: TestClient, unquiet: str, stood: str | None = None) -> Response:
    typed = {"urolig": unquiet, "stod": seen(client) if stood is None else stood}
    return client.post("/aften/i-aften/urolig", data=typed)


def test_of_two_who_switch_at_once_the_second_is_told_and_undoes_nothing(
    chief: TestClient, police: TestClient
) -> None:
    stood = seen(police)
    assert switch(chief, "ja").headers["location"] == "/aften/i-aften"
    again = police.post("/aften/i-aften/urolig", data={"urolig": "ja", "stod": stood})
    assert "allerede meldt urolig" in police.get(again.headers["location"]).text
    first = seen(police)
    assert switch(police, "nej", first).headers["location"] == "/aften/i-aften"
    late = switch(chief, "nej", first)
    assert "allerede meldt rolig" in chief.get(late.headers["location"]).text
    switch(police, "ja")
    unseen = switch(chief, "nej", first)  # of the suspension before: not the one that holds now
    assert unseen.status_code == 409
    assert "Lokalpolitiet" in unseen.text
    assert "SSP-beredskabsplanen gælder" in chief.get("/aften/i-aften").text
    assert chief.post("/aften/i-aften/urolig", data={"urolig": ""}).status_code == 404


def log(client: TestClient, **typed: str) -> Response:
    fields = {
        "hvor": "torvet",
        "aften": (today() - timedelta(days=1)).isoformat(),
        "kl": "20.15",
        "minutter": "45",
        "tendens": "more",
        "note": "Mange unge på torvet, god stemning",
        **typed,
    }
    return client.post("/aften/log", data=fields)


def test_a_joint_visit_says_that_the_police_are_there_and_nothing_else_of_theirs(
    chief: TestClient, police: TestClient, team: TestClient, own: Database
) -> None:
    plan = started(chief)
    add(chief, plan)
    both = {"hvem": "police", "tidsrum": "20.30–21.30", "hvorfor": "Fælles med gadeteamet"}
    assert add(police, plan, hvor="torvet", **both).status_code == 303
    later = {"hvem": "police", "tidsrum": "23–24"}
    assert add(police, plan, hvor="torvet", **later).status_code == 303
    assert add(police, plan, hvor="parken", **both).status_code == 303
    assert "politi" not in stops(team)  # nothing is agreed yet
    for client, what in ((chief, "send"), (police, "agree")):
        assert step(client, plan, what).status_code == 303
    moved_back(own, (today() - evening_of(datetime.now(UTC))).days)
    shown = stops(team)
    assert "Samtidig: politi kl. 20.30–21.30" in " ".join(re.sub("<[^>]+>", " ", shown).split())
    assert "23.00" not in shown
    assert "Parken" not in shown
    assert "Fælles med gadeteamet" not in shown


def test_the_coordinator_writes_a_visit_down_for_a_team_or_the_police(
    chief: TestClient, police: TestClient, team: TestClient
) -> None:
    page = chief.get("/aften/log").text
    assert 'name="hold"' in page
    assert 'name="hold"' not in team.get("/aften/log").text
    assert log(chief, note="").status_code == 422  # of nobody
    assert log(chief, note="", hold="P1", minutter="12").status_code == 303
    assert "12 minutter, P1:" in chief.get("/aften/log").text
    assert "12 minutter" not in team.get("/aften/log").text
    assert (
        log(team, note="", hold="P1").status_code == 303
    )  # a team writes its own, whatever it says
    assert "45 minutter, G1:" in chief.get("/aften/log").text
    assert police.post("/aften/log", data={"hold": "P1"}).status_code == 404


def stops(team: TestClient) -> str:
    page = team.get("/aften/i-aften").text
    return page.partition('<ol class="tonight">')[2].partition("</ol>")[0]


def test_the_log_says_where_offences_go_and_what_became_of_a_note(
    chief: TestClient, team: TestClient
) -> None:
    assert "Lovovertrædelser: skriv det ikke her. Ring 114/112" in team.get("/aften/log").text
    assert log(team, note="").status_code == 303
    assert "ikke frigivet den til mødet endnu" in team.get("/aften/log").text
    assert chief.post("/aften/log/frigiv", data={"uden_tekst": "ja"}).status_code == 303
    stood = "seen"
    for code, word in FOLLOW_UPS.items():
        page = chief.get("/aften/log").text
        (number,) = re.findall(r'action="/aften/log/(\d+)/opfoelgning"', page)
        follow = f"/aften/log/{number}/opfoelgning"
        said = {"opfoelgning": code, "stod": stood}
        assert chief.post(follow, data=said).status_code == 303
        stood = code
        seen = (
            team.get("/aften/log").text.partition('<span class="follow">')[2].partition("</li>")[0]
        )
        order = [seen.index(one) for one in FOLLOW_UPS.values()]
        assert order == sorted(order)
        assert re.search(rf'badge good">.*?{word}', seen)
        assert seen.count("badge good") == 1


def test_a_note_goes_from_the_team_by_the_coordinator_to_the_police(
    chief: TestClient, police: TestClient, team: TestClient
) -> None:
    assert log(team).status_code == 303
    assert log(team, kl="22.00", note="", tendens="less").status_code == 303
    assert chief.post("/aften/log/frigiv", data={"uden_tekst": "ja"}).status_code == 303
    assert "mindre end plejer" in police.get("/aften/log").text
    assert "mere end plejer" not in police.get("/aften/log").text
    page = chief.get("/aften/log").text
    assert "god stemning" in page
    (number,) = re.findall(r'name="noter" value="(\d+)"', page)
    assert team.post("/aften/log/frigiv", data={"noter": number}).status_code == 404
    assert chief.post("/aften/log/frigiv", data={"noter": number}).status_code == 303
    seen = police.get("/aften/log").text
    assert "Torvet" in seen
    assert "god stemning" not in seen
    follow = f"/aften/log/{number}/opfoelgning"
    said = {"opfoelgning": "agreed", "stod": "seen"}
    assert chief.post(follow, data=said).status_code == 303
    assert re.search(r'badge good">.*aftalt', team.get("/aften/log").text)


def test_the_second_of_two_coordinators_is_told_what_the_first_said(
    chief: TestClient, team: TestClient
) -> None:
    assert log(team, note="").status_code == 303
    assert chief.post("/aften/log/frigiv", data={"uden_tekst": "ja"}).status_code == 303
    page = chief.get("/aften/log").text
    (number,) = re.findall(r'action="/aften/log/(\d+)/opfoelgning"', page)
    (stood,) = re.findall(r'name="stod" value="(\w*)"', page)
    follow = f"/aften/log/{number}/opfoelgning"
    first, second = ({"opfoelgning": code, "stod": stood} for code in ("agreed", "done"))
    assert chief.post(follow, data=first).status_code == 303
    told = chief.post(follow, data=second)
    assert told.status_code == 409
    assert "En anden satte noten til »aftalt« imens. Dit valg, »gjort«" in told.text
    assert 'value="done" selected' in told.text
    assert re.search(r'badge good">.*aftalt', team.get("/aften/log").text), "nothing is saved"
    assert chief.post(follow, data=first).status_code == 303, "the same said twice is no conflict"
    (now,) = re.findall(r'name="stod" value="(\w*)"', told.text)
    assert chief.post(follow, data={**second, "stod": now}).status_code == 303
    assert re.search(r'badge good">.*gjort', team.get("/aften/log").text)
    assert chief.post(follow, data={**second, "stod": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"note": "Vi talte med Ahmed Jensen"}, "er ikke gemt"),
        ({"note": "Hans nummer er 20304050"}, "er ikke gemt"),
        ({"kl": "halv ni"}, "klokkeslættet"),
        ({"minutter": "0"}, "hvor mange minutter"),
        ({"aften": "2020-01-01"}, "højst 14 dage tilbage"),
        ({"hvor": "havnen"}, "Vælg et sted"),
    ],
)
def test_a_bad_note_is_refused_and_a_person_is_not_shown_again(
    team: TestClient, typed: dict[str, str], said: str
) -> None:
    answer = log(team, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    for name in ("Ahmed", "20304050"):
        assert name not in answer.text
