"""Foreslå: made, followed, ended; each side takes its own, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.jobs import Job
from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.domain.evenings import at_hour
from geo_service.storage.bulk import insert_frame
from geo_service.storage.database import Database
from geo_service.storage.plan_proposals import add_proposal
from geo_service.storage.tables import Membership, PoliceChoice, Shift, StreetTeamChoice, Team
from geo_service.workflows.plan_inputs import gather
from geo_service.workflows.plan_request import Asked
from tests import agreed, people
from tests.access.planted import proposal_result
from tests.api.agreements.deeds import HERE, add, started, step, today, version
from tests.sending import LONG_S

PLANS = "/api/v1/plans"
PATIENCE_S = 4 * LONG_S


@pytest.fixture(autouse=True)
def rosters(own: Database) -> Iterator[None]:
    """One team and one patrol, every evening from 18 to 24."""
    rows = [
        {
            "team_code": team,
            "evening": day,
            "starts_at": at_hour(day, 18),
            "ends_at": at_hour(day, 24),
        }
        for day in (today() + timedelta(days=number) for number in range(14))
        for team in ("G1", "P1")
    ]
    member = {
        "member_kind": "rode",
        "member_code": "1",
        "group_kind": "hotspot_area",
        "group_code": agreed.HOTSPOT,
        "valid_from": date(2020, 1, 1),
        "source": "test",
    }
    with own.working(people.EVERYWHERE) as session:
        insert_frame(session, Membership, pd.DataFrame([member]), municipality="0101")
        session.add(shown(rosters=True))
        insert_frame(
            session,
            Shift,
            pd.DataFrame(rows),
            municipality="0101",
            references={"team_code": ("team_id", Team, "code")},
        )
    yield
    with own.as_owner() as owner:
        owner.execute(text("TRUNCATE raw.shift, raw.plan_proposal, work.membership CASCADE"))
        owner.commit()


def shown(*, rosters: bool, unit_names: bool = False) -> PoliceChoice:
    """Return what the police show beyond their commitments."""
    return PoliceChoice(
        municipality_code="0101", rosters=rosters, unit_names=unit_names, set_by="os:test"
    )


def ended(app: FastAPI, answer: Any) -> Job:
    assert answer.status_code in {202, 303}, answer.text
    job: Job = app.state.plan_jobs._jobs[answer.headers["location"].rsplit("/", 1)[1]]
    assert job.over.wait(PATIENCE_S), "the proposal does not end"
    return job


def proposed(app: FastAPI, client: TestClient, plan: str, **fields: str) -> Job:
    return ended(app, client.post(f"{plan}/forslag", data={"faelles": "2", **fields}))


def lines(client: TestClient, plan: str) -> list[str]:
    return re.findall(r'name="linje" value="(\d+)"', client.get(f"{plan}/forslag").text)


def joint_asked(client: TestClient, plan: str) -> str:
    """Return how many joint visits the form asks for by itself."""
    field = re.search(r'<input[^>]*name="faelles"[^>]*>', client.get(f"{plan}/forslag").text)
    assert field is not None
    found = re.search(r'value="(\d+)"', field[0])
    assert found is not None
    return found[1]


def take(client: TestClient, plan: str, chosen: list[str], at: int | None = None) -> Any:
    page = client.get(f"{plan}/forslag").text
    found = re.search(r'action="([^"]+)/tag"', page)
    assert found is not None
    return client.post(
        f"{found[1]}/tag",
        data={"version": str(at or version(client, plan)), "linje": chosen},
    )


def test_a_proposal_is_made_and_each_side_takes_its_own(
    app: FastAPI, chief: TestClient, police: TestClient
) -> None:
    plan = started(chief)
    assert "Fælles besøg i alt" in chief.get(plan).text
    assert add(chief, plan, tidsrum="18–20").status_code == 303
    job = proposed(app, chief, plan)
    assert (job.state, job.text) == ("done", ""), job
    page = chief.get(f"{plan}/forslag").text
    assert "Ingen plan med de hold og regler dækker mere." in page
    assert "foreslået til politiet" in page
    assert "bevist bedst" in page
    own = lines(chief, plan)
    assert own
    assert not set(own) & set(lines(police, plan))
    before = chief.get(plan).text.count('class="line ')
    assert take(chief, plan, own).status_code == 200
    board = chief.get(plan).text
    assert board.count('class="line ') == before + len(own)
    assert "Mange unge samles her" in board  # what was typed stands
    assert 'class="line police"' not in board  # until the police take theirs
    again = take(chief, plan, own)
    assert f"{len(own)} blev udeladt" in again.text
    assert take(police, plan, lines(police, plan)).status_code == 200
    assert 'class="line police"' in chief.get(plan).text
    assert step(chief, plan, "send").status_code == 303


def police_out(client: TestClient, job: Job) -> list[dict[str, Any]]:
    """Return where a proposal puts patrols on the first evening, promises left out."""
    rows = client.get(f"{PLANS}/{job.batch}").json()["assignments"]
    return [row for row in rows if (row["evening"], row["agency"], row["promised"])
            == (today().isoformat(), "police", False)]  # fmt: skip


def test_a_patrol_that_is_on_call_is_sent_nowhere_else(
    app: FastAPI, chief: TestClient, police: TestClient
) -> None:
    plan = started(chief)
    job = proposed(app, chief, plan, faelles="20")
    theirs = lines(police, plan)
    assert police_out(chief, job)
    on_call = {"hvem": "police", "hvordan": "on_call", "tidsrum": "hele aftenen"}
    assert add(police, plan, hvor="parken", **on_call).status_code == 303
    assert take(police, plan, theirs).status_code == 200
    page = chief.get(plan).text
    first = page[: page.index(f'id="a-{today() + timedelta(days=1)}"')]
    assert first.count('class="line police"') == 1  # the one on call
    assert page.count('class="line police"') > 1
    assert not police_out(chief, proposed(app, chief, plan))


def test_a_proposal_whose_ground_has_changed_is_told_of_when_it_is_taken(
    app: FastAPI, own: Database, chief: TestClient, police: TestClient
) -> None:
    plan, changed = started(chief), "er ændret, siden forslaget blev regnet ud"
    proposed(app, chief, plan)
    own_lines = lines(chief, plan)
    assert changed not in take(chief, plan, own_lines[:1]).text  # a line taken is no other ground
    assert changed not in take(police, plan, lines(police, plan)[:1]).text
    with own.as_owner() as owner:
        owner.execute(text("UPDATE raw.coverage_area SET level = 'red' WHERE code = 'torvet'"))
        owner.commit()
    try:
        assert changed in take(chief, plan, own_lines[1:2]).text
    finally:
        with own.as_owner() as owner:
            owner.execute(text("UPDATE raw.coverage_area SET level = 'green'"))
            owner.commit()


def test_a_refused_form_shows_what_was_typed(chief: TestClient) -> None:
    plan = started(chief)
    typed = {"faelles": "3", "loft": "mange", "mindst": "2", "adskilt": "1"}
    answer = chief.post(f"{plan}/forslag", data=typed)
    assert answer.status_code == 422
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*?value="([^"]*)"', answer.text))
    assert {name: fields[name] for name in ("faelles", "loft", "mindst")} == {
        name: typed[name] for name in ("faelles", "loft", "mindst")
    }
    assert re.search(r'name="adskilt"[^>]*checked', answer.text)


def test_two_who_take_at_once_and_a_side_that_takes_the_other_sides(
    app: FastAPI, chief: TestClient, police: TestClient
) -> None:
    plan = started(chief)
    proposed(app, chief, plan)
    stale = version(chief, plan)
    add(chief, plan, tidsrum="22–23")
    assert take(chief, plan, lines(chief, plan), at=stale).status_code == 409
    refused = take(chief, plan, lines(police, plan))
    assert refused.status_code == 422
    assert "Vælg mindst én linje" in refused.text


def test_what_is_not_possible_says_what_is(app: FastAPI, chief: TestClient) -> None:
    plan = started(chief)
    job = proposed(app, chief, plan, faelles="200")
    assert job.state == "failed"
    assert job.text.startswith("Ikke muligt med 1 hold og 1 patrulje og 200 fælles besøg; ")
    assert " går" in job.text
    answer = chief.post(f"{plan}/forslag", data={"faelles": "mange"})
    assert answer.status_code == 422
    assert "helt tal" in answer.text


def test_one_that_is_under_way_can_be_ended(app: FastAPI, chief: TestClient) -> None:
    plan = started(chief)
    answer = chief.post(f"{plan}/forslag", data={"faelles": "0"})
    page = answer.headers["location"]
    busy = chief.post(f"{plan}/forslag", data={"faelles": "0"})
    assert busy.status_code == 429
    assert "Den bedste plan regnes ud" in chief.get(page).text
    assert chief.post(f"{page}/afbryd").status_code == 303
    assert ended(app, answer).state == "cancelled"
    assert "Forslaget blev afbrudt. Intet er gemt." in chief.get(page).text
    assert "plans" in chief.get(PLANS).json()
    assert chief.get(PLANS).json()["plans"] == []


def test_a_dropped_proposal_is_not_offered_any_more(app: FastAPI, chief: TestClient) -> None:
    plan = started(chief)
    proposed(app, chief, plan)
    found = re.search(r'action="([^"]+)/drop"', chief.get(f"{plan}/forslag").text)
    assert found is not None
    done = chief.post(f"{found[1]}/drop")
    assert done.headers["location"] == f"{plan}?gjort=droppet"
    assert "Se forslaget" not in chief.get(plan).text
    assert chief.get(PLANS).json()["plans"][0]["dropped"] is True


def test_a_program_asks_and_reads(app: FastAPI, own: Database, chief: TestClient) -> None:
    token = people.token_of(own, Role.police, kind="token", name="Program")
    program = people.program(app, token)
    order = {"hotspot_area": agreed.HOTSPOT, "from": today().isoformat(), "days": 3}
    answer = program.post(PLANS, json=order)
    assert answer.status_code == 202, answer.text
    job = ended(app, answer)
    told = program.get(answer.headers["location"]).json()
    assert (told["state"], told["plan_id"]) == ("done", job.batch)
    plan = program.get(f"{PLANS}/{job.batch}").json()
    assert plan["objective"] <= plan["bound"]
    assert plan["objective"] == plan["bound"]
    assert {one["name"] for one in plan["baselines"]} >= {"forslaget", "grådig plan"}
    assert all(1 <= len(one["reasons"]) <= 3 for one in plan["assignments"])
    assert plan["gaps"] == []  # no incidents, so nothing is left open
    assert date.fromisoformat(plan["last_evening"]) == today() + timedelta(days=2)
    same = ended(app, program.post(PLANS, json=order))
    again = program.get(f"{PLANS}/{same.batch}").json()
    changes = ("id", "made_at")
    assert {k: v for k, v in plan.items() if k not in changes} == {
        k: v for k, v in again.items() if k not in changes
    }
    assert program.post(PLANS, json=order | {"days": 0}).status_code == 422
    assert chief.get(f"{PLANS}/999999").status_code == 404
    other = chief.post(PLANS, json=order | {"hotspot_area": agreed.OTHER})
    assert other.status_code == 404


def test_the_rules_that_are_set_decide_who_is_on_duty(own: Database) -> None:
    caller = Caller(actor="os:test", role=Role.police, municipality="0101")
    asked = Asked(agreed.HOTSPOT, today(), 1)
    assert len(gather(own, caller, asked).problem.duties) == 6
    with own.working(people.EVERYWHERE) as session:
        rule = {"members": 4, "least_together": 2, "rest_minutes": 660, "least_minutes": 121}
        session.add(StreetTeamChoice(municipality_code="0101", set_by="os:test", **rule))
    assert gather(own, caller, asked).problem.duties == ()


def test_the_police_count_by_what_they_wrote_while_they_show_no_roster(
    app: FastAPI, own: Database, chief: TestClient, police: TestClient
) -> None:
    plan = started(chief)
    assert joint_asked(chief, plan) == "4"
    with own.working(people.EVERYWHERE) as session:
        session.add(shown(rosters=False))
    form = chief.get(f"{plan}/forslag").text
    assert "Politiet viser ingen vagter" in form
    assert joint_asked(chief, plan) == "0"
    add(police, plan, hvem="police", hvor="parken", tidsrum="20–22")
    job = proposed(app, chief, plan, faelles="0")
    told = chief.get(f"{PLANS}/{job.batch}").json()
    theirs = [one for one in told["assignments"] if one["agency"] == "police"]
    assert [(one["place"], one["promised"]) for one in theirs] == [("parken", True)]
    assert any("Politiet viser ingen vagter" in one for one in told["remarks"])


def test_no_place_takes_more_and_none_less_than_was_asked_for(
    app: FastAPI, chief: TestClient
) -> None:
    plan = started(chief)
    asked = {"faelles": "0", "loft": "60", "mindst": "15"}
    answer = chief.post(f"{plan}/forslag", data=asked)
    assert answer.status_code == 422
    assert "fra 0 til 14" in answer.text
    for field, wrong in (("loft", "0"), ("loft", "halvdelen"), ("mindst", "-1")):
        refused = chief.post(f"{plan}/forslag", data={"faelles": "0", field: wrong})
        assert refused.status_code == 422, (field, wrong)
    job = proposed(app, chief, plan, **asked | {"mindst": "3"})
    assert job.state == "done", job
    made = chief.get(f"{PLANS}/{job.batch}").json()
    assert made["counted"]["weights"]["uro"] == 1
    assert made["counted"]["half_life_weeks"] > 0
    assert made["counted"]["method"]
    for first in (0, 7):
        days = {(today() + timedelta(days=first + day)).isoformat() for day in range(7)}
        visits = [one["place"] for one in made["assignments"] if one["evening"] in days]
        assert min(visits.count(place) for place in ("torvet", "parken")) >= 3
        assert max(visits.count(place) for place in ("torvet", "parken")) <= 0.6 * 7 * 6 + 1
    page = chief.get(f"{plan}/forslag").text
    assert re.search(r'name="loft"[^>]*value="60"|value="60"[^>]*name="loft"', page)
    many = proposed(app, chief, plan, faelles="0", loft="5")
    assert many.state == "done", many


def test_weighted_need_is_called_so_on_the_page(own: Database, chief: TestClient) -> None:
    plan = started(chief)
    evenings = (today(), today() + timedelta(days=13))
    for weight, column in ((1.0, "Ventede hændelser dækket"), (2.0, "Vægtet behov dækket")):
        result = proposal_result("") | {"counted": {"weights": {"uro": weight, "vold": 1.0}}}
        with own.working(people.EVERYWHERE) as session:
            add_proposal(session, "0101", agreed.HOTSPOT, evenings, result=result, actor="os:test")
        page = chief.get(f"{plan}/forslag").text
        assert column in page
        assert ("ventede" in page.lower()) == (weight == 1)


def test_units_of_the_police_are_numbered_unless_they_show_them(
    own: Database, chief: TestClient
) -> None:
    line = {
        "evening": today().isoformat(),
        "starts_at": at_hour(today(), 20).isoformat(),
        "ends_at": at_hour(today(), 22).isoformat(),
        "place": "torvet",
        "place_name": "Torvet",
        "form": "on_foot",
        "joint": False,
        "promised": False,
        "reasons": ["Mange hændelser."],
    }
    lines = [line | {"agency": "police", "team": "LP7"}, line | {"agency": "police", "team": ""},
             line | {"agency": "street_team", "team": "G1"}]  # fmt: skip
    with own.working(people.EVERYWHERE) as session:
        number = add_proposal(
            session, "0101", agreed.HOTSPOT, (today(), today()),
            result=proposal_result("") | {"assignments": lines}, actor="os:test",
        )  # fmt: skip

    def teams() -> list[str]:
        told = chief.get(f"{PLANS}/{number}").json()
        return [one["team"] for one in told["assignments"]]

    assert teams() == ["P1", "", "G1"]
    with own.working(people.EVERYWHERE) as session:
        session.add(shown(rosters=True, unit_names=True))
    assert teams() == ["LP7", "", "G1"]


def test_nobody_else_reaches_a_proposal(app: FastAPI, own: Database, chief: TestClient) -> None:
    plan = started(chief)
    job = proposed(app, chief, plan)
    for role in Role:
        if role in (Role.police, Role.hotspot_chief, Role.public):
            continue
        more: dict[str, Any] = {}
        if role is Role.street_team:
            more = {"hotspot_areas": [agreed.HOTSPOT], "team_code": "G1"}
        if role in (Role.partner, Role.agency):
            more = {"organisation": "DSB"}
        someone = people.browser(app, people.token_of(own, role, **more))
        for path in (PLANS, f"{PLANS}/{job.batch}", f"{plan}/forslag"):
            assert someone.get(path).status_code == 404, (role, path)
    far = people.token_of(own, Role.hotspot_chief, hotspot_areas=[agreed.OTHER], name="En anden")
    other = people.browser(app, far)
    assert other.get(f"{PLANS}/{job.batch}").status_code == 404
    assert other.get(PLANS).json()["plans"] == []
    assert other.get(f"{HERE}/{plan.rsplit('/', 1)[-1]}/forslag").status_code == 404
