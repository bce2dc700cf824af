"""Shifts and absences: typed, read from a roster, checked by the rules, told on the agreement."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from geo_service.domain.access import Role
from geo_service.storage.database import Database
from tests import people
from tests.api.agreements import deeds

HERE = "/aften/vagter"
RULES = "/aften/regler"


def count(own: Database, table: str) -> int:
    with own.as_owner() as owner:
        return int(owner.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608


def say(answer: Response) -> str:
    return re.sub(r"\s+", " ", answer.text)


def seen_teams(client: TestClient) -> str:
    return re.findall(r'name="udgaver" value="([^"]*)"', client.get(RULES).text)[0]


def with_members(chief: TestClient) -> None:
    team = {"kode": "G1", "navn": "Gadeteam 1", "medlemmer": "GA1, GA2"}
    team["udgaver"] = seen_teams(chief)
    assert chief.post(f"{RULES}/hold", data=team).status_code == 303


def shift(chief: TestClient, **typed: str) -> Response:
    fields = {"hvem": "GA1", "aften": deeds.today().isoformat(), "tidsrum": "18–23", **typed}
    return chief.post(HERE, data=fields)


def roster(*rows: str) -> dict[str, Any]:
    content = "\n".join(["betegnelse;dato;fra;til", *rows]).encode()
    return {"fil": ("vagter.csv", content)}


def duty(code: str = "GA1", days: int = 1, hours: str = "18:00;23:00") -> str:
    return f"{code};{deeds.today() + timedelta(days=days):%d-%m-%Y};{hours}"


def test_a_shift_is_typed_shown_and_taken_away(own: Database, chief: TestClient) -> None:
    with_members(chief)
    assert shift(chief).status_code in {200, 303}
    page = chief.get(HERE).text
    assert "GA1" in page
    assert count(own, "raw.shift") == 1
    assert "står der allerede" in say(shift(chief))
    found = re.search(rf'action="({HERE}/\d+/fjern)"', page)
    assert found
    assert chief.post(found[1]).status_code == 303
    assert count(own, "raw.shift") == 0
    again = chief.post(found[1])
    assert again.headers["location"] == f"{HERE}?gjort=var-fjernet"


def test_two_shifts_at_once_are_refused_by_the_name_of_the_rule(
    own: Database, chief: TestClient
) -> None:
    with_members(chief)
    shift(chief)
    twice = shift(chief, tidsrum="20–24")
    assert twice.status_code == 422
    assert "Overlappende vagter: GA1 har to vagter på én gang" in say(twice)
    # a team that goes as one is each of its members
    whole = shift(chief, hvem="G1", tidsrum="20–24")
    assert whole.status_code == 422
    assert count(own, "raw.shift") == 1


def test_too_little_rest_and_a_clock_change_are_told_and_stored(
    own: Database, chief: TestClient
) -> None:
    with_members(chief)
    year = deeds.today().year + 1
    last_of_march = max(
        day
        for day in (date(year, 3, 25) + timedelta(days=n) for n in range(7))
        if day.weekday() == 6
    )
    evening = last_of_march - timedelta(days=1)
    told = shift(chief, hvem="G1", aften=evening.isoformat(), tidsrum="22–05")
    assert told.status_code == 200
    assert "Uret stilles" in told.text
    assert "varer 6 timer, ikke 7 timer" in say(told)
    missing = shift(chief, hvem="GA2", aften=evening.isoformat(), tidsrum="20–02.30")
    assert missing.status_code == 422
    assert "findes ikke: uret stilles frem" in say(missing)
    morning = (evening + timedelta(days=1)).isoformat()
    rest = shift(chief, hvem="GA1", aften=morning, tidsrum="10–14")
    assert "Hviletid: GA1" in say(rest)
    assert count(own, "raw.shift") == 2


def test_a_roster_is_stored_whole_or_not_at_all_and_once(own: Database, chief: TestClient) -> None:
    with_members(chief)
    bad = chief.post(f"{HERE}/fil", files=roster(duty(), duty("Peter"), duty(hours="25:00;26:00")))
    assert bad.status_code == 422
    assert "række 3" in bad.text
    assert "Peter" not in bad.text
    assert count(own, "raw.shift") == 0
    good = roster(duty(), duty("GA2"), duty(days=2))
    first = chief.post(f"{HERE}/fil", files=good)
    assert "Nye vagter: 3. Stod her allerede: 0." in say(first)
    again = chief.post(f"{HERE}/fil", files=good)
    assert "Nye vagter: 0. Stod her allerede: 3." in say(again)
    overlap = chief.post(f"{HERE}/fil", files=roster(duty(hours="20:00;24:00"), duty(days=5)))
    assert overlap.status_code == 422
    assert "Overlappende vagter" in overlap.text
    assert count(own, "raw.shift") == 3
    cpr = chief.post(f"{HERE}/fil", files=roster("010190-1234;01-12-2026;18:00;23:00"))
    assert cpr.status_code == 422
    assert "010190" not in cpr.text


def test_an_absence_after_the_agreement_is_told_on_it(
    own: Database, chief: TestClient, police: TestClient, team: TestClient
) -> None:
    with_members(chief)
    shift(chief, hvem="G1")
    plan = deeds.agreement(chief, police)
    assert "fraværende" not in chief.get(plan).text
    told = team.post(
        f"{HERE}/fravaer", data={"hvem": "GA2", "fra": deeds.today().isoformat(), "til": ""}
    )
    assert told.status_code == 303
    for side in (chief, police):
        page = say(side.get(plan))
        assert "Fravær efter aftalen: GA2 er meldt fraværende" in page
        assert "Kun 1 er tilbage, og man går mindst 2 sammen." in page
    found = re.search(rf'action="({HERE}/fravaer/\d+/fjern)"', team.get(HERE).text)
    assert found
    assert team.post(found[1]).status_code == 303
    assert "Fravær efter aftalen" not in chief.get(plan).text
    assert count(own, "raw.absence") == 0


def test_a_team_whose_code_no_rule_knows_does_not_take_the_page_away(
    own: Database, chief: TestClient
) -> None:
    with own.as_owner() as owner:
        owner.execute(text("UPDATE raw.team SET code = 'hold-et' WHERE code = 'G2'"))
        owner.execute(
            text(
                "INSERT INTO raw.shift (municipality_code, team_id, evening, starts_at, ends_at)"
                " SELECT '0101', id, :day, now(), now() + interval '3 hours' FROM raw.team"
                " WHERE code = 'hold-et'"
            ),
            {"day": deeds.today()},
        )
        owner.commit()
    page = chief.get(HERE)
    assert page.status_code == 200
    assert "<strong>hold-et</strong>" in page.text


def test_the_team_sees_its_own_and_plans_none(
    own: Database, chief: TestClient, team: TestClient
) -> None:
    with_members(chief)
    shift(chief, hvem="G2")
    page = team.get(HERE).text
    assert "GA1" in page
    assert "<strong>G2</strong>" not in page
    assert team.post(HERE, data={"hvem": "G1"}).status_code == 404
    other = team.post(f"{HERE}/fravaer", data={"hvem": "G2", "fra": deeds.today().isoformat()})
    assert other.status_code == 422
    assert team.get(RULES).status_code == 404


def test_patrols_are_shown_once_the_police_say_so(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    with own.as_owner() as owner:
        owner.execute(
            text(
                "INSERT INTO raw.shift (municipality_code, team_id, evening, starts_at, ends_at)"
                " SELECT '0101', id, :day, now(), now() + interval '3 hours' FROM raw.team"
                " WHERE code = 'P1'"
            ),
            {"day": deeds.today()},
        )
        owner.commit()
    plan = deeds.started(chief)
    unit = {"hvem": "police", "hvor": "parken", "enhed": "P1"}
    assert "Hold P1" not in chief.get("/aften").text
    assert "<strong>P1</strong>" not in chief.get(HERE).text
    assert deeds.add(police, plan, **unit).status_code == 422
    assert chief.post(f"{RULES}/politi", data={"version": "0", "vagter": "1"}).status_code == 404
    on = {"version": "0", "vagter": "1", "enheder": "1"}
    assert police.post(f"{RULES}/politi", data=on).status_code == 303
    assert "Hold P1" in chief.get("/aften").text
    assert "<strong>P1</strong>" in chief.get(HERE).text
    assert deeds.add(police, plan, **unit).status_code == 303
    assert police.post(f"{RULES}/politi", data={"version": "0"}).status_code == 409


def test_the_police_keep_rosters_of_their_own_once_they_show_them(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    with_members(chief)
    shift(chief)
    assert "Politiets vagter er slået fra" in police.get(HERE).text
    off = shift(police, hvem="P1")
    assert off.status_code == 422
    assert "Politiets vagter er slået fra" in say(off)
    assert police.post(f"{RULES}/hold", data={"kode": "P7", "navn": "Enhed 7"}).status_code == 422
    assert police.post(f"{RULES}/politi", data={"version": "0", "vagter": "1"}).status_code == 303
    unit = {"kode": "P7", "navn": "Enhed 7", "medlemmer": ""}
    assert police.post(f"{RULES}/hold", data=unit).status_code == 303
    taken = police.post(f"{RULES}/hold", data={**unit, "kode": "GA1"})
    assert "GA1 er i brug" in say(taken)
    assert shift(police, hvem="P7").status_code == 303
    assert "GA1 er ikke oprettet" in say(shift(police, hvem="GA1"))
    sent = police.post(f"{HERE}/fil", files=roster(duty("P7"), duty("P7", 2)))
    assert "Nye vagter: 2" in say(sent)
    both = chief.get(HERE).text
    assert both.count("<strong>P7</strong>") == 3
    theirs = re.findall(rf'action="({HERE}/\d+/fjern)"', police.get(HERE).text)
    assert len(theirs) == 3
    (mine,) = re.findall(rf'action="({HERE}/\d+/fjern)"', both)
    assert police.post(mine).status_code == 404
    assert chief.post(theirs[0]).status_code == 404
    assert police.post(theirs[0]).status_code == 303
    assert count(own, "raw.shift") == 3


def test_the_rules_are_set_by_either_side_and_a_second_meets_the_first(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    rule = {"version": "0", "mindst": "12", "hoejst": "20", "hver": "90", "skiftende": "1"}
    address = f"{RULES}/tilstedevaerelse/patrol"
    assert police.post(address, data=rule).status_code == 303
    second = chief.post(address, data={**rule, "mindst": "5"})
    assert second.status_code == 409
    assert "Lokalpolitiet" in second.text
    both = {**rule, "faste_dage": "1", "version": "1"}
    wrong = chief.post(address, data=both)
    assert wrong.status_code == 422
    assert "Faste dage og tider går ikke sammen" in say(wrong)
    assert count(own, "raw.presence_rule") == 1
    size = {"version": "0", "medlemmer": "4", "sammen": "5", "hvile": "11", "minutter": "30"}
    assert chief.post(f"{RULES}/gadeteam", data=size).status_code == 422
    assert chief.post(f"{RULES}/gadeteam", data={**size, "sammen": "2"}).status_code == 303
    many = {"kode": "G1", "navn": "Et", "medlemmer": "GA1 GA2 GA3 GA4 GA5"}
    assert "Gadeteamet har 4 medlemmer" in say(chief.post(f"{RULES}/hold", data=many))
    name = {"kode": "G1", "navn": "Et", "medlemmer": "Peter"}
    refused = chief.post(f"{RULES}/hold", data=name)
    assert refused.status_code == 422
    assert "aldrig med navn" in refused.text


def test_the_second_of_two_who_change_a_team_is_told_of_the_first(
    own: Database, chief: TestClient
) -> None:
    none = seen_teams(chief)
    with_members(chief)
    made = {"kode": "G1", "navn": "Anden", "medlemmer": "GA9", "udgaver": none}
    twice = chief.post(f"{RULES}/hold", data=made)
    assert twice.status_code == 409
    assert 'value="Anden"' in twice.text
    new = {"kode": "G8", "navn": "Nyt hold", "medlemmer": "", "udgaver": none}
    assert [chief.post(f"{RULES}/hold", data=new).status_code for _ in "ab"] == [303, 409]
    stood = seen_teams(chief)
    first = {"kode": "G1", "navn": "Hold Et", "medlemmer": "GA1", "udgaver": stood}
    assert chief.post(f"{RULES}/hold", data=first).status_code == 303
    second = {**first, "navn": "Hold To"}
    assert chief.post(f"{RULES}/hold", data=second).status_code == 409
    with own.as_owner() as owner:
        assert owner.scalar(text("SELECT name FROM raw.team WHERE code = 'G1'")) == "Hold Et"
    assert chief.post(f"{RULES}/hold", data={**second, "udgaver": seen_teams(chief)}).is_redirect


@pytest.mark.parametrize(
    ("form", "typed", "shown"),
    [
        ("tilstedevaerelse/patrol", {"mindst": "fem", "hver": "7"}, ['value="fem"', 'value="7"']),
        ("gadeteam", {"medlemmer": "mange", "sammen": "9"}, ['value="mange"', 'value="9"']),
        ("hold", {"kode": "G1", "navn": "", "medlemmer": "GA7"}, ['value="G1"', 'value="GA7"']),
    ],
)
def test_after_a_fault_a_form_of_the_rules_shows_what_was_typed(
    chief: TestClient, form: str, typed: dict[str, str], shown: list[str]
) -> None:
    answer = chief.post(f"{RULES}/{form}", data={"version": "0", **typed})
    assert answer.status_code == 422
    for value in shown:
        assert value in answer.text


def test_after_a_fault_the_ticks_of_the_police_are_those_that_were_set(
    police: TestClient,
) -> None:
    ticked = police.post(f"{RULES}/politi", data={"version": "99", "indbrud": "1"})
    assert ticked.status_code in {409, 422}
    boxes = re.findall(r'<input[^>]*name="(enheder|vagter|indbrud|tyveri)"[^>]*>', ticked.text)
    set_ = [
        one
        for one in re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", ticked.text)
        if " checked" in one and re.search(r'name="(enheder|vagter|indbrud|tyveri)"', one)
    ]
    assert len(boxes) == 4
    assert [re.findall(r'name="(\w+)"', one)[0] for one in set_] == ["indbrud"]


def test_who_removes_what_a_colleague_has_just_removed_is_told_so(
    own: Database, chief: TestClient
) -> None:
    with_members(chief)
    shift(chief)
    away = {"hvem": "GA1", "fra": deeds.today().isoformat()}
    assert chief.post(f"{HERE}/fravaer", data=away).status_code == 303
    for address in re.findall(rf'action="({HERE}/(?:fravaer/)?\d+/fjern)"', chief.get(HERE).text):
        first, second = chief.post(address), chief.post(address)
        assert (first.status_code, second.status_code) == (303, 303)
        assert "Den var allerede fjernet." not in chief.get(first.headers["location"]).text
        assert "Den var allerede fjernet." in chief.get(second.headers["location"]).text
    assert (count(own, "raw.shift"), count(own, "raw.absence")) == (0, 0)


def test_a_choice_by_the_owner_of_the_server_is_said_in_words(
    own: Database, chief: TestClient
) -> None:
    size = {"version": "0", "medlemmer": "4", "sammen": "2", "hvile": "11", "minutter": "30"}
    assert chief.post(f"{RULES}/gadeteam", data=size).status_code == 303
    with own.as_owner() as owner:
        owner.execute(text("UPDATE raw.street_team_choice SET set_by = 'os:drift'"))
        owner.commit()
    assert "Sat af serverens ejer (drift)" in say(chief.get(RULES))


def test_a_stay_is_measured_by_the_rule_that_is_set(chief: TestClient) -> None:
    plan = deeds.started(chief)
    assert deeds.add(chief, plan, tidsrum="20–20.50").status_code == 303
    assert "besøget er på" not in chief.get(plan).text
    rule = {"version": "0", "mindst": "60", "faste_dage": "1"}
    assert chief.post(f"{RULES}/tilstedevaerelse/street_team", data=rule).status_code == 303
    assert "besøget er på 50 minutter; reglen er mindst 1 time." in say(chief.get(plan))


def test_a_container_has_hours_and_an_end(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    here = "/aften/bemanding"
    typed = {"kode": "it", "navn": "IT-containeren", "art": "container", "hvor": "torvet"}
    assert chief.post(here, data={**typed, "tider": "hver dag"}).status_code == 422
    person = chief.post(here, data={**typed, "navn": "Mads Petersen", "tider": "ma–sø 18–22"})
    assert person.status_code == 422
    assert "Navnet er ikke gemt" in person.text
    at = {"navn": "Klubben, Mimersgade 12", "kode": "klub", "tider": "ma–sø 18–22"}
    assert chief.post(here, data={**typed, **at}).status_code == 303  # a public place has one
    assert chief.post(here, data={**typed, "tider": "ma–sø 18–22"}).status_code == 303
    assert "ma–sø 18–22" in police.get(here).text
    assert "IT-containeren" in police.get("/aften/i-aften").text
    assert chief.post(here, data={**typed, "tider": ""}).status_code == 422  # the code is in use
    assert police.post(here, data=typed).status_code == 404
    found = re.search(r"IT-containeren.*?\?ret=(\d+)", chief.get(here).text, re.DOTALL)
    assert found
    change = {**typed, "version": "1", "tider": "fr 20–2", "slut": "1"}
    assert chief.post(f"{here}/{found[1]}", data=change).status_code == 303
    assert chief.post(f"{here}/{found[1]}", data=change).status_code == 409
    assert "IT-containeren" not in police.get("/aften/i-aften").text


def test_containers_are_held_against_their_rule_and_their_hours(
    chief: TestClient, police: TestClient
) -> None:
    here, plan = "/aften/bemanding", deeds.started(chief)
    visit = {"hvem": "police", "hvor": "torvet", "hvordan": "container_visit", "tidsrum": "20–22"}
    assert deeds.add(police, plan, **visit).status_code == 303
    assert "Den er ikke bemandet den aften." in say(chief.get(plan))
    typed = {"kode": "kort", "navn": "Kort åben", "art": "container", "hvor": "torvet"}
    assert chief.post(here, data={**typed, "tider": ""}).status_code == 303
    assert "Kort åben har ingen faste tider" in chief.get(here).text
    assert "Den er ikke bemandet den aften." in say(chief.get(f"{plan}/tavle"))
    more = {**typed, "kode": "it", "navn": "IT", "tider": "ma–sø 21.15–22"}
    assert chief.post(here, data=more).status_code == 303
    page = say(chief.get(here))
    assert page.count("åben i 45 minutter; reglen er mindst 1 time.") == 7
    assert "besøg i en container, der ikke er bemandet" not in say(chief.get(plan))
    assert "besøg i en container, der ikke er bemandet" not in say(chief.get(f"{plan}/tavle"))


def test_nobody_else_finds_the_pages(own: Database, app: Any) -> None:
    for role in (Role.tmf, Role.partner, Role.agency, Role.council, Role.admin):
        client = people.browser(app, people.token_of(own, role), follow_redirects=False)
        for path in (HERE, RULES, "/aften/bemanding"):
            assert client.get(path).status_code == 404
