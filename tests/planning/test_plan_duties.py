"""Who can be out: shifts, absences, other hotspot areas, and promises that somebody keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from geo_service.domain.evenings import at_hour, slots_of
from geo_service.planning.optimise import optimise
from geo_service.planning.plan_duties import duties_of, promises_of, without_on_call
from geo_service.planning.plan_problem import POLICE, STREET_TEAM, Duty, Promise
from tests.planning.plans import problem_of

DAY = date(2026, 11, 27)
SLOTS = slots_of(DAY, 1)  # 17-18, 18-20, 20-22, 22-24, 00-02
SHIFT = ["agency", "team", "member", "starts_at", "ends_at"]
PROMISE = ["agency", "area_code", "team", "starts_at", "ends_at", "form"]


def frame(columns: list[str], *rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns, dtype=object)


def during(first: int, last: int) -> tuple[Any, Any]:
    return at_hour(DAY, first), at_hour(DAY, last)


def out(shifts: pd.DataFrame, absences: Any = None, elsewhere: Any = None) -> list[tuple[int, str]]:
    duties = duties_of(
        shifts,
        frame(SHIFT) if absences is None else absences,
        SLOTS,
        elsewhere=frame(PROMISE) if elsewhere is None else elsewhere,
    )
    return [(one.slot_id, one.team) for one in duties]


def test_a_team_is_out_where_it_is_on_duty_for_long_enough() -> None:
    shifts = frame(SHIFT, (STREET_TEAM, "G1", None, *during(18, 23)))
    assert out(shifts) == [(1, "G1"), (2, "G1"), (3, "G1")]
    late = frame(SHIFT, (STREET_TEAM, "G1", None, at_hour(DAY, 17), at_hour(DAY, 18)))
    assert out(late) == [(0, "G1")]


def test_members_go_two_together_and_whoever_is_absent_does_not() -> None:
    pair = frame(
        SHIFT,
        (STREET_TEAM, "G1", "G10", *during(18, 24)),
        (STREET_TEAM, "G1", "G11", *during(20, 24)),
    )
    assert out(pair) == [(2, "G1"), (3, "G1")]
    one_gone = frame(SHIFT, (STREET_TEAM, "G1", "G11", *during(22, 24)))
    assert out(pair, one_gone) == [(2, "G1")]
    all_gone = frame(SHIFT, (STREET_TEAM, "G1", None, *during(17, 26)))
    assert out(pair, all_gone) == []


def test_a_team_that_is_promised_elsewhere_is_not_here() -> None:
    shifts = frame(SHIFT, (STREET_TEAM, "G1", None, *during(18, 24)))
    away = frame(PROMISE, (STREET_TEAM, "x", "G1", *during(20, 22), "on_foot"))
    assert out(shifts, elsewhere=away) == [(1, "G1"), (3, "G1")]


def test_promises_count_where_somebody_keeps_them() -> None:
    duties = [Duty(2, STREET_TEAM, "G1")]
    commitments = frame(
        PROMISE,
        (POLICE, "a", None, *during(20, 24), "driving"),
        (POLICE, "a", None, *during(18, 20), "on_call"),
        (STREET_TEAM, "b", None, *during(20, 22), "on_foot"),
        (STREET_TEAM, "a", "G2", *during(20, 22), "on_foot"),
        (STREET_TEAM, "gone", "G1", *during(20, 22), "on_foot"),
    )
    promises, remarks = promises_of(commitments, SLOTS, places=["a", "b"], duties=duties)
    assert sorted((one.slot_id, one.agency, one.place, one.form) for one in promises) == [
        (2, POLICE, "a", "driving"),
        (2, STREET_TEAM, "b", "on_foot"),
        (3, POLICE, "a", "driving"),
    ]
    assert any("G2 er ikke på vagt" in one for one in remarks)
    assert any("gone er ikke med" in one for one in remarks)


def test_a_team_keeps_several_promises_one_after_another_in_a_slot() -> None:
    duties = [Duty(2, STREET_TEAM, "G1"), Duty(2, STREET_TEAM, "G2")]
    commitments = frame(
        PROMISE,
        (STREET_TEAM, "a", "G1", *during(20, 21), "on_foot"),
        (STREET_TEAM, "b", "G1", *during(21, 22), "on_foot"),
        (STREET_TEAM, "c", "G1", *during(20, 22), "on_foot"),
    )
    places = ["a", "b", "c"]
    promises, remarks = promises_of(commitments, SLOTS, places=places, duties=duties)
    assert [(one.place, one.team) for one in promises] == [("a", "G1"), ("b", "G1")]
    assert len(remarks) == 1
    assert "G1 er lovet til et andet sted på samme tid" in remarks[0]
    problem = problem_of(
        [[3.0, 2.0, 1.0]],
        street=2,
        promises=tuple(Promise(0, STREET_TEAM, place, "S1") for place in "bc"),
    )
    plan = sorted(optimise(problem).assignments, key=lambda one: one.place)
    assert [(one.place, one.team, one.promised) for one in plan] == [
        ("a", "S2", False),
        ("b", "S1", True),
        ("c", "S1", True),
    ]


def test_a_team_that_goes_as_one_counts_as_each_of_its_members() -> None:
    shifts = frame(SHIFT, (STREET_TEAM, "G1", None, *during(18, 24)))
    gone = frame(SHIFT, (STREET_TEAM, "G1", "G11", *during(20, 22)))
    codes = {"G1": ("G10", "G11")}
    found = duties_of(shifts, gone, SLOTS, elsewhere=frame(PROMISE), members=codes)
    assert [one.slot_id for one in found] == [1, 3]
    three = {"G1": ("G10", "G11", "G12")}
    found = duties_of(shifts, gone, SLOTS, elsewhere=frame(PROMISE), members=three)
    assert [one.slot_id for one in found] == [1, 2, 3]


def test_who_is_on_call_is_sent_nowhere_else() -> None:
    duties = [
        Duty(slot, agency, team)
        for slot in (1, 2, 3)
        for agency, team in ((POLICE, "P1"), (POLICE, "P2"), (STREET_TEAM, "G1"))
    ]
    commitments = frame(
        PROMISE,
        (POLICE, "a", None, *during(20, 22), "on_call"),  # which patrol is not said
        (STREET_TEAM, "a", "G1", *during(21, 23), "on_call"),
        (STREET_TEAM, "b", "G1", *during(20, 22), "on_foot"),
        (STREET_TEAM, "b", "G2", *during(18, 20), "on_call"),  # is not on duty
    )
    left = without_on_call(duties, commitments, SLOTS)
    assert [(one.slot_id, one.team) for one in left] == [
        (1, "P1"), (1, "P2"), (1, "G1"), (2, "P2"), (3, "P1"), (3, "P2"),
    ]  # fmt: skip
    promises, remarks = promises_of(commitments, SLOTS, places=["a", "b"], duties=left)
    assert not promises
    assert remarks == [
        "Tilsagnet b den 27.11. kl. 20–22 kan ikke holdes: G1 er til rådighed på samme tid."
    ]


def test_a_patrol_that_is_promised_somewhere_is_not_the_one_on_call() -> None:
    duties = [Duty(2, STREET_TEAM, "G1"), Duty(2, STREET_TEAM, "G2")]
    commitments = frame(
        PROMISE,
        (STREET_TEAM, "a", None, *during(20, 22), "on_call"),
        (STREET_TEAM, "b", "G1", *during(20, 22), "on_foot"),
    )
    assert without_on_call(duties, commitments, SLOTS) == [Duty(2, STREET_TEAM, "G1")]
    both = [*duties, Duty(2, POLICE, "P1")]
    twice = pd.concat([commitments, commitments.iloc[:1]])
    assert without_on_call(both, twice, SLOTS) == [Duty(2, POLICE, "P1")]


def test_a_clock_change_makes_no_slot_longer_than_it_is() -> None:
    night = date(2026, 10, 24)
    slots = slots_of(night, 1)
    shifts = frame(SHIFT, (STREET_TEAM, "G1", None, at_hour(night, 24), at_hour(night, 26)))
    found = duties_of(shifts, frame(SHIFT), slots, elsewhere=frame(PROMISE))
    assert [one.slot_id for one in found] == [4]
