"""What counts in need beside reports from public space: released notes, burglary and theft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.domain.evenings import at_hour
from geo_service.storage.database import Database
from geo_service.workflows.plan_inputs import gather
from geo_service.workflows.plan_request import Asked
from tests import agreed
from tests.api.agreements.deeds import started, today
from tests.api.agreements.test_need import EVEN, inputs, nothing_known, version

__all__ = ["nothing_known"]  # a fixture that clears what is known after each test

PERIOD_WEEKS = 13
RODE_M2, PLACE_M2 = 500.0**2, 100.0**2
RULES = "/aften/regler"


@pytest.fixture(autouse=True)
def weeks_known(own: Database) -> Iterator[None]:
    agreed.known(own, today(), weeks=40)
    yield
    with own.as_owner() as owner:
        owner.execute(text("TRUNCATE raw.level_choice"))
        owner.commit()


def note(own: Database, team: str, *, seen: str | None, released: bool = True) -> None:
    """Store a stay of an hour in Parken three evenings ago."""
    evening = today() - timedelta(days=3)
    with own.as_owner() as owner:
        owner.execute(
            text(
                "INSERT INTO raw.evening_log (municipality_code, team_id, coverage_area_id,"
                " evening, arrived_at, minutes, trend, seen, written_by, released_at)"
                " SELECT '0101', t.id, c.id, :evening, :at, 60, 'more', :seen, 'os:test',"
                " CASE WHEN :released THEN now() END"
                " FROM raw.team t, raw.coverage_area c WHERE t.code = :team AND c.code = 'parken'"
            ),
            {
                "evening": evening,
                "at": at_hour(evening, 20),
                "team": team,
                "seen": seen,
                "released": released,
            },
        )
        owner.commit()


@pytest.mark.parametrize(
    ("team", "seen", "released", "counts"),
    [
        ("G1", "uro", True, 1),
        ("G1", "uro", False, 0),
        ("G1", None, True, 0),
        ("P1", "uro", True, 0),
    ],
)
def test_a_released_note_of_the_street_team_counts_and_no_other(
    own: Database, team: str, seen: str | None, released: bool, counts: int
) -> None:
    before = inputs(own)[0]
    note(own, team, seen=seen, released=released)
    after = inputs(own)[0]
    more = after["parken"] - before["parken"]
    assert more == pytest.approx(counts / PERIOD_WEEKS, abs=1e-9)
    assert after["torvet"] == pytest.approx(before["torvet"])


def test_a_note_weighs_what_its_type_weighs(own: Database, chief: TestClient) -> None:
    before = inputs(own)[0]["parken"]
    note(own, "G1", seen="narkotika")
    weighed = chief.post("/aften/behov", data=EVEN | {"narkotika": "4", "version": version(chief)})
    assert weighed.status_code == 303, weighed.text
    assert inputs(own)[0]["parken"] - before == pytest.approx(4 / PERIOD_WEEKS, abs=1e-6)


def limits(own: Database) -> pd.DataFrame:
    """Return what a proposal for the next evenings says of each place and slot."""
    caller = Caller(actor="os:test", role=Role.police, municipality="0101")
    need = gather(own, caller, Asked(agreed.HOTSPOT, today(), 7)).problem.need
    return need.set_index(["area_code", "slot_id"])[["expected", "low", "high"]]


def test_a_note_widens_the_interval_of_its_own_slot_a_little_and_no_other(own: Database) -> None:
    before = limits(own)
    note(own, "G1", seen="uro")
    after = limits(own)
    more = after["expected"] - before["expected"] > 1e-9
    assert more.sum() == 1
    pd.testing.assert_frame_equal(after[~more], before[~more])
    wider = (after["high"] - after["low"])[more] - (before["high"] - before["low"])[more]
    assert 0 < wider.iloc[0] < 0.35  # one event in 13 weeks: 1.96 × 1/13 on either side, at most
    assert after["high"][more].iloc[0] > before["high"][more].iloc[0]


def test_the_board_says_how_many_notes_it_counts(own: Database, chief: TestClient) -> None:
    plan = started(chief)
    assert "der er ingen i perioden" in chief.get(f"{plan}/tavle").text
    note(own, "G1", seen="uro")
    assert "aftenlog tæller med: 1 i perioden" in chief.get(f"{plan}/tavle").text


def test_what_was_seen_is_written_by_the_team_and_read_by_the_police_when_released(
    chief: TestClient, police: TestClient, team: TestClient
) -> None:
    typed = {
        "hvor": "torvet", "aften": (today() - timedelta(days=1)).isoformat(), "kl": "20.15",
        "minutter": "45", "tendens": "more", "saa": "haervaerk", "note": "",
    }  # fmt: skip
    assert team.post("/aften/log", data=typed | {"saa": "larm"}).status_code == 422
    assert team.post("/aften/log", data=typed).status_code == 303
    assert "mere end plejer, hærværk" in team.get("/aften/log").text
    assert "hærværk</li>" not in police.get("/aften/log").text
    assert chief.post("/aften/log/frigiv", data={"uden_tekst": "ja"}).status_code == 303
    assert "mere end plejer, hærværk</li>" in police.get("/aften/log").text


def reported(own: Database, kind: str, setting: str) -> None:
    """Store another incident in the rode, in Parken, three evenings ago at 20.30."""
    with own.as_owner() as owner:
        owner.execute(
            text(
                "INSERT INTO raw.incident (municipality_code, source_system, source_ref,"
                " crime_type, setting, found_by, occurred_from, occurred_to, rode_id, geom)"
                " SELECT municipality_code, 'test', 'B-1', :kind, :setting, 'citizen', :at, :at,"
                " rode_id, geom FROM raw.incident LIMIT 1"
            ),
            {
                "kind": kind,
                "setting": setting,
                "at": at_hour(today() - timedelta(days=3), 20) + timedelta(minutes=30),
            },
        )
        owner.commit()


def police_version(client: TestClient) -> str:
    form = client.get(RULES).text.partition(f'action="{RULES}/politi"')[2]
    return form.partition('name="version" value="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("kind", "setting", "counts"),
    [
        ("indbrud", "indoor", 1),
        ("tyveri", "public_space", 1),
        ("tyveri", "indoor", 0),
    ],
)
def test_burglary_and_theft_count_by_rode_once_the_police_say_so(
    own: Database, police: TestClient, chief: TestClient, kind: str, setting: str, counts: int
) -> None:
    reported(own, kind, setting)
    before = inputs(own)[0]
    plan = started(chief)
    assert "Politiet har valgt, at indbrud eller tyveri" not in chief.get(f"{plan}/tavle").text
    other = "tyveri" if kind == "indbrud" else "indbrud"
    for ticked, expected in ((other, 0), (kind, counts)):
        chosen = {"version": police_version(police), ticked: "1"}
        assert chief.post(f"{RULES}/politi", data=chosen).status_code == 404
        assert police.post(f"{RULES}/politi", data=chosen).status_code == 303
        after = inputs(own)[0]
        for place in ("torvet", "parken"):  # shared by ground: where in the rode, nobody is told
            share = expected * PLACE_M2 / RODE_M2
            more = after[place] - before[place]
            assert more == pytest.approx(share / PERIOD_WEEKS, abs=1e-9), (ticked, place)
    page = chief.get(f"{plan}/tavle").text
    assert ("Politiet har valgt, at indbrud eller tyveri" in page) == bool(counts)
    assert "tæller med i behovet, fra roden" in chief.get(RULES).text


def level_version(client: TestClient) -> str:
    form = client.get("/aften/steder").text.partition('action="/aften/steder/niveauer"')[2]
    return form.partition('name="version" value="')[2].partition('"')[0]


def test_both_sides_say_how_many_visits_a_level_is_due(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    due = {"green": "2", "yellow": "4", "red": "6"}
    was = level_version(police)
    for wrong in ({"yellow": "1"}, {"red": "36"}, {"green": "0"}, {"red": "mange"}):
        sent = chief.post("/aften/steder/niveauer", data=due | wrong | {"version": was})
        assert sent.status_code == 422, wrong
    assert chief.post("/aften/steder/niveauer", data=due | {"version": was}).status_code == 303
    page = police.get("/aften/steder").text
    assert "Grøn er 2 besøg om ugen, gul 4 og rød 6" in page
    late = police.post("/aften/steder/niveauer", data=due | {"version": was})
    assert late.status_code == 409
    assert "Chefen" in late.text
