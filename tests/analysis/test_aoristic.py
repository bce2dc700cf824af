"""Aoristic shares: known answers, and one whole incident whatever the clock does."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo_service.analysis.aoristic import hour_of_week_shares
from geo_service.domain.evenings import COPENHAGEN
from geo_service.errors import InvalidInput

MINUTES_A_WEEK = 7 * 24 * 60
CHANGE_2026 = {  # the instants of the clock changes of 29 March and 25 October 2026
    "forward": datetime(2026, 3, 29, 1, tzinfo=UTC),
    "back": datetime(2026, 10, 25, 1, tzinfo=UTC),
}
moments = st.one_of(
    st.builds(
        lambda minutes: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes),
        st.integers(0, 40 * 366 * 24 * 60),
    ),
    st.builds(
        lambda change, minutes: CHANGE_2026[change] + timedelta(minutes=minutes),
        st.sampled_from(sorted(CHANGE_2026)),
        st.integers(-600, 600),
    ),
)
spans = st.one_of(st.just(0), st.integers(0, 600), st.integers(0, 4 * MINUTES_A_WEEK))


def shares(*incidents: tuple[str, str]) -> pd.DataFrame:
    """Return the shares of incidents that are given in Copenhagen's wall time."""
    start, end = (
        pd.Series([pd.Timestamp(times[side], tz=COPENHAGEN) for times in incidents])
        for side in (0, 1)
    )
    return hour_of_week_shares(start, end, zone=COPENHAGEN)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-05-05 01:00", "2026-05-05 02:30", {25: 2 / 3, 26: 1 / 3}),
        ("2026-05-05 01:50", "2026-05-05 02:10", {25: 1 / 2, 26: 1 / 2}),
        ("2026-05-05 23:30", "2026-05-06 01:15", {47: 0.2857, 48: 0.5714, 49: 0.1429}),
        ("2026-05-05 08:00", "2026-05-05 17:00", {24 + hour: 1 / 9 for hour in range(8, 17)}),
        ("2026-05-05 08:59", "2026-05-05 08:59", {32: 1}),
        ("2026-05-05 09:00", "2026-05-05 09:00", {33: 1}),
        ("2026-05-05 08:59", "2026-05-05 09:00", {32: 1}),
        ("2026-05-10 23:30", "2026-05-11 00:30", {167: 1 / 2, 0: 1 / 2}),
    ],
    ids=[
        "two thirds and one third",
        "half and half",
        "across midnight",
        "a working day",
        "known time",
        "known time on the hour",
        "up to the hour",
        "from Sunday to Monday",
    ],
)
def test_known_shares(start, end, expected):
    """Hourly bins; the first three are known answers for Ratcliffe's (2000) method.

    01:00–02:30 → 2/3, 1/3; 01:50–02:10 → 1/2, 1/2; 23:30–01:15 → .2857, .5714, .1429.
    """
    found = shares((start, end)).set_index("hour")["share"]
    assert found.to_dict() == pytest.approx(expected, abs=5e-5)


def test_the_night_with_25_hours_counts_its_second_02_too():
    """25 October 2026: 01:00–04:00 lasts four hours, of which two are called 02."""
    found = shares(("2026-10-25 01:00", "2026-10-25 04:00"))
    sunday = 6 * 24
    assert list(found["hour"]) == [sunday + hour for hour in (1, 2, 2, 3)]
    assert list(found["share"]) == [1 / 4] * 4


def test_the_night_with_23_hours_has_no_02():
    """29 March 2026: 01:00–04:00 lasts two hours, 01 and 03."""
    found = shares(("2026-03-29 01:00", "2026-03-29 04:00"))
    sunday = 6 * 24
    assert list(found["hour"]) == [sunday + 1, sunday + 3]
    assert list(found["share"]) == [1 / 2] * 2


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-05-04 00:00", "2026-05-11 00:00"),
        ("2026-05-06 13:20", "2026-06-24 09:10"),
        ("2026-10-22 13:20", "2026-10-29 13:20"),
        ("2026-03-26 13:20", "2026-04-03 13:20"),
    ],
    ids=["a week", "seven weeks", "a week of 169 hours", "over the week of 167 hours"],
)
def test_a_week_or_more_is_spread_evenly_over_all_hours_of_the_week(start, end):
    found = shares((start, end))
    assert sorted(found["hour"]) == list(range(168))
    assert found["share"].to_numpy() == pytest.approx(1 / 168)


@given(incidents=st.lists(st.tuples(moments, spans), max_size=6))
@example(incidents=[(CHANGE_2026["forward"] - timedelta(minutes=90), 180)])
@example(
    incidents=[
        (CHANGE_2026["back"] - timedelta(minutes=90), 240),
        (datetime(2026, 1, 1, tzinfo=UTC), 0),
    ]
)
@example(incidents=[(CHANGE_2026["back"] - timedelta(minutes=90), MINUTES_A_WEEK)])
def test_every_incident_is_one_whole(incidents):
    start = pd.Series([when for when, _ in incidents], dtype=object)
    end = pd.Series([when + timedelta(minutes=span) for when, span in incidents], dtype=object)
    found = hour_of_week_shares(start, end, zone=COPENHAGEN)
    sums = found.groupby("row")["share"].sum()
    assert list(sums.index) == list(range(len(incidents)))
    assert sums.to_numpy() == pytest.approx(np.ones(len(incidents)))
    assert (found["share"] > 0).all()
    assert found["hour"].between(0, 167).all()


@given(when=moments, minutes=st.integers(1, 700))
def test_shares_are_the_minutes_that_the_clock_showed_each_hour(when, minutes):
    """Oracle: walk through the span minute by minute and read the clock."""
    walked = pd.Series(
        [(when + timedelta(minutes=step)).astimezone(COPENHAGEN) for step in range(minutes)]
    )
    counted = walked.map(lambda time: time.weekday() * 24 + time.hour).value_counts() / minutes
    found = hour_of_week_shares(
        pd.Series([when]), pd.Series([when + timedelta(minutes=minutes)]), zone=COPENHAGEN
    )
    assert found.groupby("hour")["share"].sum().to_dict() == pytest.approx(counted.to_dict())


def test_rows_are_positions_and_not_labels():
    times = pd.Series(
        pd.to_datetime(["2026-05-05 10:15", "2026-05-05 11:15"]).tz_localize(COPENHAGEN),
        index=[9, 9],
    )
    assert list(hour_of_week_shares(times, times, zone=COPENHAGEN)["row"]) == [0, 1]


@pytest.mark.parametrize("dtype", [object, "datetime64[us, UTC]", "datetime64[ns]"])
def test_no_incidents_have_no_shares(dtype):
    none = pd.Series([], dtype=dtype)
    found = hour_of_week_shares(none, none, zone=COPENHAGEN)
    assert list(found.columns) == ["row", "hour", "share"]
    assert found.empty


def test_a_missing_time_is_refused_and_not_dropped():
    known = pd.Series([pd.Timestamp("2026-05-05 10:00", tz=COPENHAGEN)])
    missing = pd.Series([pd.NaT], dtype=known.dtype)
    for start, end in ((known, missing), (missing, known)):
        with pytest.raises(InvalidInput, match="has no time"):
            hour_of_week_shares(start, end, zone=COPENHAGEN)


@pytest.mark.parametrize("dtype", [object, "datetime64[us]"])
def test_a_time_without_a_zone_is_refused(dtype):
    """Read as UTC it would be an hour or two wrong, in silence."""
    naive = pd.Series([pd.Timestamp("2026-05-05 10:00")], dtype=dtype)
    with pytest.raises(InvalidInput, match="no time zone"):
        hour_of_week_shares(naive, naive, zone=COPENHAGEN)


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(InvalidInput, match="ends before it begins"):
        shares(("2026-05-05 10:00", "2026-05-05 09:59"))
