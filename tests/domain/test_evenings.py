"""Evenings cross midnight, and twice a year the clock is changed in the night."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.evenings import (
    COPENHAGEN,
    SLOTS,
    Period,
    at_hour,
    clock_change_minutes,
    day_minutes,
    elapsed_minutes,
    evening_of,
    exact_moment,
    on_the_wall,
    overlap_minutes,
    period_from,
    slots_of,
)
from geo_service.errors import InvalidInput

FRIDAY = date(2026, 5, 1)
SUNDAY = date(2026, 5, 3)
days = st.dates(date(2000, 1, 1), date(2040, 12, 31))


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=COPENHAGEN)


def test_the_evening_and_the_night_shift_share_ninety_minutes():
    """18:00–23:00 against 21:30–02:00: known answer of the coverage methods."""
    first = local(FRIDAY, 18), local(FRIDAY, 23)
    second = local(FRIDAY, 21, 30), local(FRIDAY + timedelta(days=1), 2)
    assert overlap_minutes(first, second) == 90
    assert overlap_minutes(second, first) == 90


@pytest.mark.parametrize(
    ("night", "minutes"),
    [(date(2026, 3, 28), 8 * 60), (date(2026, 5, 2), 9 * 60), (date(2026, 10, 24), 10 * 60)],
    ids=["clock goes forward", "ordinary", "clock goes back"],
)
def test_a_night_from_20_to_05_has_its_true_length(night, minutes):
    """29 March 2026 has 23 hours and 25 October 2026 has 25 in Copenhagen (2000/84/EC)."""
    whole = at_hour(night, 20), at_hour(night, 29)
    assert overlap_minutes(whole, whole) == minutes


def test_times_of_two_zones_are_compared_as_instants():
    copenhagen = local(FRIDAY, 20), local(FRIDAY, 22)
    utc = datetime(2026, 5, 1, 19, tzinfo=UTC), datetime(2026, 5, 1, 23, tzinfo=UTC)
    new_york = tuple(instant.astimezone(ZoneInfo("America/New_York")) for instant in utc)
    assert overlap_minutes(copenhagen, utc) == overlap_minutes(copenhagen, new_york) == 60


def test_periods_that_touch_or_miss_each_other_share_nothing():
    first = local(FRIDAY, 18), local(FRIDAY, 20)
    assert overlap_minutes(first, (local(FRIDAY, 20), local(FRIDAY, 22))) == 0
    assert overlap_minutes(first, (local(FRIDAY, 21), local(FRIDAY, 22))) == 0


@given(day=days, lengths=st.lists(st.integers(0, 60 * 24 * 9), min_size=4, max_size=4))
def test_overlap_is_never_longer_than_the_shorter_period(day, lengths):
    start = local(day, 12).astimezone(UTC)
    first = start, start + timedelta(minutes=lengths[0])
    begins = start + timedelta(minutes=lengths[1])
    second = begins, begins + timedelta(minutes=lengths[2])
    shared = overlap_minutes(first, second)
    assert 0 <= shared <= min(lengths[0], lengths[2])
    assert shared == max(0, min(lengths[0], lengths[1] + lengths[2]) - lengths[1])


def test_a_slot_past_midnight_belongs_to_the_evening_it_began():
    last = slots_of(FRIDAY, 1)[-1]
    assert last.evening == FRIDAY
    assert (last.starts_at, last.ends_at) == (
        local(date(2026, 5, 2), 0),
        local(date(2026, 5, 2), 2),
    )
    assert last.label == "00–02"
    assert last.hours_of_week == (5 * 24, 5 * 24 + 1)  # by the clock it is Saturday


def test_the_slots_of_an_evening_are_labelled_by_the_clock():
    labels = [slot.label for slot in slots_of(FRIDAY, 1)]
    assert labels == ["17–18", "18–20", "20–22", "22–24", "00–02"]


def test_sunday_after_midnight_wraps_to_mondays_first_hours():
    *_, before, last = slots_of(SUNDAY, 1)
    assert before.hours_of_week == (6 * 24 + 22, 6 * 24 + 23)
    assert last.hours_of_week == (0, 1)


@given(first=days, evenings=st.integers(1, 20))
def test_slots_follow_each_other_and_have_the_length_of_the_clock(first, evenings):
    """The clock changes at 02 (29 March 2026: to 03), just after the last slot, so none is cut."""
    slots = slots_of(first, evenings)
    assert [slot.slot_id for slot in slots] == list(range(evenings * len(SLOTS)))
    for slot in slots:
        seconds = slot.ends_at.timestamp() - slot.starts_at.timestamp()
        assert seconds == 3600 * len(slot.hours_of_week)
    for before, after in pairwise(slots):
        if before.evening == after.evening:
            assert before.ends_at == after.starts_at
        else:
            assert after.evening - before.evening == timedelta(days=1)
            assert before.ends_at.timestamp() < after.starts_at.timestamp()


@given(first=days)
def test_a_week_of_evenings_meets_no_hour_of_the_week_twice(first):
    hours = [hour for slot in slots_of(first, 7) for hour in slot.hours_of_week]
    assert len(hours) == len(set(hours)) == 7 * 9
    assert set(hours) <= set(range(168))


@pytest.mark.parametrize("evenings", [0, -1])
def test_no_evenings_are_refused(evenings):
    with pytest.raises(InvalidInput, match="at least one evening"):
        slots_of(FRIDAY, evenings)


@pytest.mark.parametrize(
    "hours", [(), ((18, 18),), ((20, 18),), ((18, 21), (20, 22)), ((5, 7),), ((28, 31),)]
)
def test_slots_that_are_no_slots_are_refused(hours):
    with pytest.raises(InvalidInput):
        slots_of(FRIDAY, 1, hours_of_slots=hours)


@pytest.mark.parametrize(
    ("evening", "minutes"),
    [(date(2026, 3, 28), 60), (date(2026, 5, 2), 120), (date(2026, 10, 24), 180)],
)
def test_a_slot_across_the_clock_change_has_its_true_length(evening, minutes):
    (slot,) = slots_of(evening, 1, hours_of_slots=((25, 27),))
    assert slot.label == "01–03"
    assert slot.period.minutes == minutes


@pytest.mark.parametrize(
    ("day", "minutes"),
    [(date(2026, 3, 29), 1380), (date(2026, 5, 2), 1440), (date(2026, 10, 25), 1500)],
)
def test_days_have_23_24_or_25_hours(day, minutes):
    assert day_minutes(day) == minutes


@given(first=days)
def test_a_year_of_days_leaves_no_minute_out(first):
    following = [first + timedelta(days=n) for n in range(366)]
    start, end = on_the_wall(first, time()), on_the_wall(following[-1], time())
    assert sum(map(day_minutes, following[:-1])) == elapsed_minutes(start, end)


@given(minutes=st.integers(0, 60 * 24 * 366 * 20))
def test_a_moment_belongs_to_the_evening_before_until_six(minutes):
    moment = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    evening = evening_of(moment)
    assert on_the_wall(evening, time(6)) <= moment
    assert moment < on_the_wall(evening + timedelta(days=1), time(6))


def test_half_past_one_on_saturday_is_friday_evening():
    assert evening_of(local(date(2026, 5, 2), 1, 30)) == FRIDAY
    assert evening_of(datetime(2026, 5, 2, 3, 59, tzinfo=UTC)) == FRIDAY  # 05.59 in Copenhagen
    assert evening_of(datetime(2026, 5, 2, 4, tzinfo=UTC)) == date(2026, 5, 2)


def test_the_clock_on_the_wall_that_jumps_and_comes_twice():
    """2000/84/EC: at 01:00 UTC on the last Sundays of March and October."""
    jumped, doubled = date(2026, 3, 29), date(2026, 10, 25)
    for day, instant in ((jumped, time(1, 30)), (doubled, time(0, 30))):
        shown = on_the_wall(day, time(2, 30))
        assert shown.astimezone(UTC) == datetime.combine(day, instant, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [
        (date(2026, 3, 29), time(2), "02.00 den 29.3.2026 findes ikke"),
        (date(2026, 3, 29), time(2, 59), "findes ikke"),
        (date(2026, 10, 25), time(2), "02.00 den 25.10.2026 kommer to gange"),
        (date(2026, 10, 25), time(2, 59), "kommer to gange"),
    ],
)
def test_a_time_that_is_no_single_moment_is_refused_in_words(day, clock, words):
    with pytest.raises(InvalidInput, match=words):
        exact_moment(day, clock)


@given(day=days, clock=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)))
def test_an_exact_moment_shows_the_clock_it_was_made_from(day, clock):
    try:
        moment = exact_moment(day, clock)
    except InvalidInput:
        assert day.month in (3, 10)
        assert day.weekday() == 6
        assert clock.hour == 2
    else:
        shown = moment.astimezone(UTC).astimezone(COPENHAGEN)
        assert (shown.date(), shown.time()) == (day, clock)


def test_a_period_may_cross_midnight():
    period = period_from(FRIDAY, time(21, 30), time(2))
    assert period == (local(FRIDAY, 21, 30), local(date(2026, 5, 2), 2))
    assert period.minutes == 270
    assert period_from(FRIDAY, time(18), time(18)).minutes == 24 * 60


def test_the_clock_change_inside_a_period_is_told():
    night = at_hour(date(2026, 3, 28), 20), at_hour(date(2026, 3, 28), 29)
    assert clock_change_minutes(*night) == 60
    assert Period(*night).minutes == 8 * 60
    back = at_hour(date(2026, 10, 24), 20), at_hour(date(2026, 10, 24), 29)
    assert clock_change_minutes(*back) == -60
    assert clock_change_minutes(local(FRIDAY, 20), local(FRIDAY, 22)) == 0


def test_a_time_without_a_zone_is_no_moment():
    naive = datetime(2026, 5, 1, 20)  # noqa: DTZ001
    for ask in (evening_of, lambda moment: elapsed_minutes(moment, moment)):
        with pytest.raises(InvalidInput, match="time zone"):
            ask(naive)
