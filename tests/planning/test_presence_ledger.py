"""The ledger of presence: what was agreed, what is logged, and what nobody logged."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from geo_service.planning.presence_ledger import presence_ledger

FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
NAMES = {"torv": "Torvet", "park": "Parken", "havn": "Havnen"}
COLUMNS = ["agency", "area_code", "evening", "starts_at", "ends_at"]


def visit(agency: str, area: str, day: date, hour: float, minutes: float) -> tuple[object, ...]:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)
    return agency, area, day, start, start + timedelta(minutes=minutes)


def frame(*rows: tuple[object, ...]) -> pd.DataFrame:
    made = pd.DataFrame(list(rows), columns=COLUMNS)
    return made.astype({"starts_at": "datetime64[us, UTC]", "ends_at": "datetime64[us, UTC]"})


def ledger(promised: pd.DataFrame, logged: pd.DataFrame):
    return presence_ledger(promised, logged, names=NAMES, evenings=[FRIDAY, SATURDAY])


def test_what_nobody_logged_is_not_known_and_never_zero():
    made = ledger(frame(visit("police", "torv", FRIDAY, 20, 120)), frame())
    police, team = made.agencies
    assert (police.planned_visits, police.planned_minutes, police.found_visits) == (1, 120, 0)
    assert (police.visits, police.minutes, police.longest_gap_minutes) == (None, None, None)
    assert (team.planned_visits, team.visits) == (0, None)
    assert [(one.area_name, one.account.agency) for one in made.places] == [("Torvet", "police")]
    assert made.untouched == ("Havnen", "Parken")


def test_each_agency_is_held_against_its_own_promises():
    made = ledger(
        frame(
            visit("police", "torv", FRIDAY, 20, 120),
            visit("street_team", "torv", FRIDAY, 18, 120),
            visit("street_team", "torv", SATURDAY, 18, 120),
        ),
        frame(
            visit("street_team", "torv", FRIDAY, 18.5, 45),
            visit("street_team", "park", FRIDAY, 20, 30),
        ),
    )
    police, team = made.agencies
    assert police.visits is None
    assert (team.planned_visits, team.found_visits, team.visits) == (2, 1, 2)
    assert (team.planned_minutes, team.minutes) == (240, 75)
    by_place = {(one.area_code, one.account.agency): one.account for one in made.places}
    assert by_place["torv", "street_team"].minutes == 45
    assert by_place["park", "street_team"].planned_visits == 0


def test_the_longest_gap_is_that_of_the_promised_time_on_evenings_that_are_logged():
    made = ledger(
        frame(
            visit("police", "torv", FRIDAY, 20, 120),
            visit("police", "torv", SATURDAY, 20, 240),  # nothing is logged
        ),
        frame(visit("police", "torv", FRIDAY, 20.5, 15)),
    )
    assert made.agencies[0].longest_gap_minutes == pytest.approx(75)


def test_places_and_evenings_that_are_not_counted_are_left_out():
    made = ledger(
        frame(visit("police", "elsewhere", FRIDAY, 20, 60)),
        frame(visit("police", "torv", FRIDAY + timedelta(days=9), 20, 60)),
    )
    assert made.places == ()
    assert made.agencies[0].planned_visits == 0
