"""States of an agreement, whose step it is, and how the next one begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.access import SIGNED_IN, Role
from geo_service.domain.agreements import (
    ENDED,
    Signatures,
    State,
    Step,
    copied_evening,
    copied_reason,
    evenings_of,
    is_settled,
    kept_share,
    moved,
    next_first_evening,
    state_on,
    steps_for,
)

FIRST, LAST = date(2026, 11, 23), date(2026, 12, 6)
NOBODY = Signatures()


@pytest.mark.parametrize(
    ("today", "seen"),
    [
        (FIRST - timedelta(days=1), State.agreed),
        (FIRST, State.in_force),
        (LAST, State.in_force),
        (LAST + timedelta(days=1), ENDED),
    ],
)
def test_what_is_agreed_is_in_force_on_its_evenings(today: date, seen: str) -> None:
    assert state_on(State.agreed, FIRST, LAST, today) == seen
    assert state_on(State.sent, FIRST, LAST, today) is State.sent
    assert state_on(State.reviewed, FIRST, LAST, today) is State.reviewed


@pytest.mark.parametrize(
    ("state", "role", "signed", "today", "steps"),
    [
        (State.draft, Role.hotspot_chief, NOBODY, FIRST, (Step.send,)),
        (State.draft, Role.police, NOBODY, FIRST, (Step.send,)),
        (State.sent, Role.hotspot_chief, Signatures(chief=True), FIRST, (Step.take_back,)),
        (State.sent, Role.police, Signatures(chief=True), FIRST, (Step.agree, Step.take_back)),
        (State.agreed, Role.police, Signatures(police=True, chief=True), LAST, ()),
        (
            State.agreed,
            Role.hotspot_chief,
            Signatures(police=True, chief=True),
            LAST + timedelta(days=1),
            (Step.review,),
        ),
        (State.reviewed, Role.police, Signatures(police=True, chief=True), LAST, ()),
    ],
)
def test_whose_step_it_is(
    state: State, role: Role, signed: Signatures, today: date, steps: tuple[Step, ...]
) -> None:
    assert steps_for(state, role, signed=signed, last=LAST, today=today) == steps


@pytest.mark.parametrize("state", list(State))
def test_nobody_else_has_a_step(state: State) -> None:
    for role in set(SIGNED_IN) - {Role.police, Role.hotspot_chief}:
        assert steps_for(state, role, signed=NOBODY, last=LAST, today=FIRST) == ()


def test_only_what_both_agreed_on_is_amended() -> None:
    assert [state for state in State if is_settled(state)] == [State.agreed, State.in_force]
    assert Signatures(police=True, chief=True).both
    assert not Signatures(police=True).both


@given(
    length=st.integers(1, 31),
    offset=st.integers(0, 60),
    new_length=st.integers(1, 31),
)
def test_a_copy_keeps_weekdays_and_makes_no_two_evenings_one(
    length: int, offset: int, new_length: int
) -> None:
    old = (FIRST, FIRST + timedelta(days=length - 1))
    start = old[1] + timedelta(days=1 + offset)
    new = (start, start + timedelta(days=new_length - 1))
    placed = {
        evening: copied
        for evening in evenings_of(*old)
        if (copied := copied_evening(evening, old=old, new=new))
    }
    assert all(new[0] <= copied <= new[1] for copied in placed.values())
    assert all(evening.weekday() == copied.weekday() for evening, copied in placed.items())
    if length <= new_length:
        assert len(set(placed.values())) == len(placed)


def test_the_usual_copy_is_two_weeks_later() -> None:
    new = (LAST + timedelta(days=1), LAST + timedelta(days=14))
    copied = [copied_evening(one, old=(FIRST, LAST), new=new) for one in evenings_of(FIRST, LAST)]
    assert copied == evenings_of(*new)


def test_a_time_that_moves_across_the_clock_change_keeps_its_hour() -> None:
    before = datetime(2026, 10, 24, 18, 0, tzinfo=UTC)  # 20.00 in summer
    after = moved(before, timedelta(days=7))
    assert after == datetime(2026, 10, 31, 19, 0, tzinfo=UTC)  # 20.00 in winter


def test_the_next_begins_when_the_last_ends_and_never_in_the_past() -> None:
    assert next_first_evening(LAST, FIRST) == LAST + timedelta(days=1)
    assert next_first_evening(date(2020, 1, 1), FIRST) == FIRST
    assert next_first_evening(None, FIRST) == FIRST


def test_figures_in_a_copied_reason_are_said_to_be_older() -> None:
    made = "Ventet 0,70 hændelser fredage kl. 20–22 (0,50–0,90), nr. 1 af 10 steder."
    copied = copied_reason(made, FIRST)
    assert copied == f"{made} (Talt før 23-11-2026.)"
    assert copied_reason(copied, LAST) == copied
    assert copied_reason("Mange unge samles her", FIRST) == "Mange unge samles her"


def test_half_a_promise_is_half() -> None:
    assert kept_share(["held", "partly", "not", None]) == (3, 6)
    assert kept_share([None]) == (0, 0)
