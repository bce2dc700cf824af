"""Holes, teams in two places, meetings by accident, and too little rest."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from geo_service.domain.commitments import Commitment, part_of_evening
from geo_service.domain.evenings import Period, at_hour, slots_of
from geo_service.domain.findings import Finding
from geo_service.domain.staffing import StreetTeamRules
from geo_service.planning.board_checks import (
    Promise,
    free_teams,
    holes,
    joint_alone,
    says_joint,
    team_overlaps,
    team_rests,
    unagreed_doubles,
)
from geo_service.planning.plan_problem import Duty

FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)
NAMES = {"torvet": "Torvet", "parken": "Parken"}
SLOTS = slots_of(FRIDAY, 1)


def promise(
    where: str,
    part: str,
    *,
    evening: date = FRIDAY,
    who: str | None = "G1",
    form: str = "on_foot",
    reason: str = "",
) -> Promise:
    starts_at, ends_at = part_of_evening(evening, part)
    agency = "street_team" if who else "police"
    return Promise(Commitment(starts_at, ends_at, where, evening, form, agency, who), reason)


def need(**expected: float) -> pd.DataFrame:
    """The same in each of the five slots of the evening."""
    return pd.DataFrame(
        [(code, slot.slot_id, value) for code, value in expected.items() for slot in SLOTS],
        columns=["area_code", "slot_id", "expected"],
    )


def open_holes(promises: list[Promise], figures: pd.DataFrame) -> list[Finding]:
    given = [one.commitment for one in promises]
    return holes(given, figures, SLOTS, names=NAMES, gap_from=0.5, least_minutes=30)


def test_slots_in_a_row_are_one_hole_and_the_greatest_comes_first() -> None:
    found = open_holes([promise("torvet", "20–22")], need(torvet=0.4, parken=0.3))
    assert [str(one) for one in found] == [
        (
            "Hul: Parken, fre 27. nov kl. 17.00–02.00: ventet 1,5 hændelser, og ingen har lovet at "
            "være der."
        ),
        (
            "Hul: Torvet, fre 27. nov kl. 17.00–20.00: ventet 0,8 hændelser, og ingen har lovet at "
            "være der."
        ),
        (
            "Hul: Torvet, fre 27. nov kl. 22.00–02.00: ventet 0,8 hændelser, og ingen har lovet at "
            "være der."
        ),
    ]
    assert {(one.about, one.evening, one.blocks) for one in found[:1]} == {
        (("parken",), FRIDAY, False)
    }


@pytest.mark.parametrize(
    ("promised", "is_open"),
    [
        (promise("torvet", "hele aftenen"), False),
        (promise("torvet", "hele aftenen", form="on_call"), True),  # on call is nowhere
        (promise("parken", "hele aftenen"), True),
    ],
)
def test_only_who_is_there_closes_a_hole(promised: Promise, is_open: bool) -> None:
    assert bool(open_holes([promised], need(torvet=0.4))) == is_open


def test_less_need_than_the_limit_is_no_hole() -> None:
    assert not open_holes([], need(torvet=0.05))


def test_a_team_cannot_be_in_two_places() -> None:
    promises = [promise("torvet", "20–22"), promise("parken", "21–23"), promise("torvet", "23–24")]
    (found,) = team_overlaps(promises, names=NAMES)
    assert str(found).startswith("Overlap: G1 er lovet til Torvet og Parken på samme tid")
    assert found.about == ("torvet", "parken")
    assert not team_overlaps(
        [promise("torvet", "20–22"), promise("parken", "20–22", who="G2")], names=NAMES
    )


def test_two_in_one_place_are_told_unless_a_reason_says_joint() -> None:
    police = promise("torvet", "21–23", who=None)
    (found,) = unagreed_doubles([promise("torvet", "20–22"), police], names=NAMES, least_minutes=30)
    assert "fre 27. nov kl. 21.00–22.00: G1 og politi er der samtidig" in str(found)
    joint = promise("torvet", "20–22", reason="Fælles med politiet")
    assert not unagreed_doubles([joint, police], names=NAMES, least_minutes=30)
    later = promise("torvet", "23–24", who=None)
    assert not unagreed_doubles([promise("torvet", "20–22"), later], names=NAMES, least_minutes=30)
    on_call = promise("torvet", "20–22", who=None, form="on_call")
    assert not unagreed_doubles(
        [promise("torvet", "20–22"), on_call], names=NAMES, least_minutes=30
    )


@pytest.mark.parametrize(
    ("reason", "is_joint"),
    [
        ("Fælles med politiet", True),
        ("Aftalt: fælles.", True),
        ("Fælleshuset er lukket", False),
        ("Uro ved fælles-vaskeriet", False),
        ("Beboernes fællesskab har bedt om det", False),
    ],
)
def test_joint_is_a_word_of_its_own(reason: str, is_joint: bool) -> None:
    assert says_joint(reason) == is_joint
    closed = [promise("torvet", "20–22", reason=reason), promise("torvet", "20–22", who=None)]
    found = unagreed_doubles(closed, names=NAMES, least_minutes=30)
    assert bool(found) != is_joint


def test_a_joint_visit_that_the_others_have_not_promised_is_told() -> None:
    mine = promise("torvet", "20–22", reason="Fælles med politiet")
    (found,) = joint_alone([mine, promise("torvet", "22–24", who=None)], names=NAMES)
    assert str(found).startswith(
        "Fælles uden den anden part: Torvet, fre 27. nov kl. 20.00–22.00: begrundelsen for G1"
    )
    assert (found.about, found.evening, found.blocks) == (("torvet",), FRIDAY, False)
    assert not joint_alone([mine, promise("torvet", "21–23", who=None)], names=NAMES)
    assert joint_alone([mine, promise("parken", "20–22", who=None)], names=NAMES)
    assert joint_alone([mine, promise("torvet", "20–22", who=None, form="on_call")], names=NAMES)
    assert joint_alone([mine, promise("torvet", "20–22", who="G2")], names=NAMES)
    theirs = promise("torvet", "20–22", who=None, reason="Fælles med gadeteamet")
    assert len(joint_alone([mine, theirs], names=NAMES)) == 0
    among_us = promise("torvet", "20–22", reason="Fælles tur")
    assert not joint_alone([among_us, promise("torvet", "20–22", who="G2")], names=NAMES)


def test_a_team_on_duty_is_free_where_it_has_promised_nothing() -> None:
    duties = [
        Duty(slot.slot_id, agency, team)
        for slot in SLOTS
        for agency, team in (("street_team", "G1"), ("street_team", "G2"), ("police", "P1"))
    ]
    mine = [promise("torvet", "20–22"), promise("parken", "22–24", form="on_call")]
    found = free_teams(duties, SLOTS, [one.commitment for one in mine])
    assert [(one.evening, one.team, one.period) for one in found] == [
        (FRIDAY, "G1", Period(at_hour(FRIDAY, 17), at_hour(FRIDAY, 20))),
        # on call from 22 to 24 is not free for anything else
        (FRIDAY, "G1", Period(at_hour(FRIDAY, 24), at_hour(FRIDAY, 26))),
        (FRIDAY, "G2", Period(at_hour(FRIDAY, 17), at_hour(FRIDAY, 26))),
    ]


def test_a_team_has_its_rest() -> None:
    late = promise("torvet", "22–06")
    early = promise("parken", "15–17", evening=SATURDAY)
    rules = StreetTeamRules()
    (found,) = team_rests([late, early], {}, rules=rules)
    assert "Hviletid: G1 har 9 timer" in str(found)
    assert (found.about, found.evening) == (("torvet",), FRIDAY)
    rested = promise("parken", "17–19", evening=SATURDAY)
    assert not team_rests([late, rested], {}, rules=rules)
    duty = {"G1": [Period(at_hour(SATURDAY, 15), at_hour(SATURDAY, 23))]}
    assert team_rests([late, rested], duty, rules=rules)  # the shift begins before the promise
