"""Counts by week, area and slot: no incident lost or counted twice, whatever the clock does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from shapely import Point, box

from geo_service.analysis.aoristic import hour_of_week_shares, shares_in_windows, span_seconds
from geo_service.analysis.slot_history import (
    WeeklySlot,
    area_of_each,
    incidents_met,
    slot_history,
    weekly_slots,
)
from geo_service.domain.evenings import COPENHAGEN, slots_of
from geo_service.domain.grid import DANISH_GRID
from geo_service.errors import InvalidInput

UNTIL = date(2026, 11, 2)  # a Monday; the weeks before it hold the night of 25 hours
EVERY_HOUR = tuple(WeeklySlot(day, (hour, hour + 1)) for day in range(7) for hour in range(24))
MIDNIGHT = WeeklySlot(4, (22, 26))

moments = st.builds(
    lambda minutes: datetime(2026, 9, 1, tzinfo=UTC) + timedelta(minutes=minutes),
    st.integers(0, 40 * 24 * 60),
)
spans = st.one_of(st.just(0), st.integers(1, 900), st.integers(1, 20 * 24 * 60))
incidents = st.lists(st.tuples(moments, spans), max_size=10)


def frame(*rows: tuple[datetime, int]) -> pd.DataFrame:
    """Return events from (start, minutes of uncertainty)."""
    starts = pd.Series([when for when, _ in rows], dtype="datetime64[us, UTC]")
    lengths = pd.Series([timedelta(minutes=more) for _, more in rows], dtype="timedelta64[us]")
    return pd.DataFrame({"occurred_from": starts, "occurred_to": starts + lengths})


def local(when: str, until: str) -> tuple[datetime, int]:
    """Return a span given in Copenhagen's time."""
    start, end = (pd.Timestamp(one, tz=COPENHAGEN).tz_convert("UTC") for one in (when, until))
    return start.to_pydatetime(), int((end - start).total_seconds() // 60)


def counted(events: pd.DataFrame, slots: tuple[WeeklySlot, ...], weeks: int) -> np.ndarray:
    """Return the counts of one area, shape (weeks, slots)."""
    area = np.zeros(len(events), dtype=np.int64)
    found = slot_history(events, area, slots, areas=1, until=UNTIL, weeks=weeks)
    assert found.weeks == weeks
    return found.counts[:, 0]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("01:00", "02:30", {1: 2 / 3, 2: 1 / 3}),
        ("01:50", "02:10", {1: 1 / 2, 2: 1 / 2}),
        ("23:30", "25:15", {23: 2 / 7, 24: 4 / 7, 25: 1 / 7}),
    ],
)
def test_known_shares(start: str, end: str, expected: dict[int, float]) -> None:
    """Known answers of the aoristic method (Ratcliffe 2000), hourly bins, across midnight too.

    2/3, 1/3; 1/2, 1/2; .2857, .5714, .1429.
    """
    day = pd.Timestamp("2026-10-27", tz=COPENHAGEN)
    span = [day + pd.Timedelta(f"{one}:00") for one in (start, end)]
    minutes = int((span[1] - span[0]).total_seconds() // 60)
    tuesday = tuple(WeeklySlot(1, (hour, hour + 1)) for hour in range(26))
    found = counted(frame((span[0].to_pydatetime(), minutes)), tuesday, weeks=1)[0]
    assert {hour: found[hour] for hour in np.flatnonzero(found)} == pytest.approx(expected)
    assert found.sum() == pytest.approx(1, abs=1e-15)


def test_a_slot_over_the_repeated_hour_is_an_hour_longer() -> None:
    """25 October 2026: 22:00 to 05:00 lasts eight hours, five of them before the second 03."""
    night = frame(local("2026-10-24 22:00", "2026-10-25 05:00"))
    slots = (WeeklySlot(5, (22, 24)), WeeklySlot(5, (24, 27)), WeeklySlot(5, (27, 29)))
    assert counted(night, slots, weeks=2)[0] == pytest.approx([2 / 8, 4 / 8, 2 / 8])


def test_a_slot_in_the_hour_that_the_clock_skips_holds_nothing() -> None:
    """29 March 2026: 22:00 to 04:00 lasts five hours, and there is no hour from two to three."""
    start, end = (
        pd.Timestamp("2026-03-28 22:00", tz=COPENHAGEN),
        pd.Timestamp("2026-03-29 04:00", tz=COPENHAGEN),
    )
    night = frame((start.to_pydatetime(), int((end - start).total_seconds() // 60)))
    slots = tuple(WeeklySlot(5, (hour, hour + 1)) for hour in range(22, 28))
    area = np.zeros(1, dtype=np.int64)
    found = slot_history(night, area, slots, areas=1, until=date(2026, 3, 30), weeks=1)
    assert found.counts[0, 0] == pytest.approx([0.2, 0.2, 0.2, 0.2, 0, 0.2])
    n = incidents_met(night, area, slots, areas=1, until=date(2026, 3, 30), weeks=1)
    assert n[0].tolist() == [1, 1, 1, 1, 0, 1]


@given(rows=incidents)
@example(rows=[local("2026-10-24 20:00", "2026-10-25 06:00")])
def test_hours_that_cover_all_time_hold_every_incident_once(
    rows: list[tuple[datetime, int]],
) -> None:
    found = counted(frame(*rows), EVERY_HOUR, weeks=12)
    assert found.sum() == pytest.approx(len(rows))
    assert (found >= 0).all()


@given(rows=incidents)
def test_short_spans_agree_with_the_hours_of_the_week(rows: list[tuple[datetime, int]]) -> None:
    """Oracle: the shares by hour of the week, which do not know of weeks."""
    short = [(when, minutes) for when, minutes in rows if minutes < 7 * 24 * 60]
    events = frame(*short)
    shares = hour_of_week_shares(events["occurred_from"], events["occurred_to"], zone=COPENHAGEN)
    expected = np.bincount(shares["hour"], shares["share"], minlength=168)
    # the repeated hour of the long night lies in the slot that ends after it
    found = counted(events, EVERY_HOUR, weeks=12).sum(axis=0)
    assert found == pytest.approx(expected, abs=1e-9)


windows = st.lists(
    st.tuples(st.integers(0, 200), st.integers(-5, 60)).map(lambda w: (w[0], w[0] + w[1])),
    max_size=8,
)
stretches = st.lists(
    st.tuples(st.integers(-20, 220), st.one_of(st.just(0), st.integers(1, 240)), st.integers(0, 2)),
    max_size=8,
)


@given(windows=windows, rows=stretches)
def test_any_windows_agree_with_walking_through_second_by_second(
    windows: list[tuple[int, int]], rows: list[tuple[int, int, int]]
) -> None:
    """Oracle: every second of every span, and every window it lies in; windows may overlap."""
    expected = np.zeros((3, len(windows)))
    for start, length, group in rows:
        for second in range(start, start + max(length, 1)):
            for number, (opens, closes) in enumerate(windows):
                expected[group, number] += (opens <= second < closes) / max(length, 1)
    start = np.array([row[0] for row in rows], dtype=np.int64)
    found = shares_in_windows(
        start,
        start + np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=np.int64),
        groups=3,
        opens=np.array([window[0] for window in windows], dtype=np.int64),
        closes=np.array([window[1] for window in windows], dtype=np.int64),
    )
    assert found == pytest.approx(expected, abs=1e-9)
    assert (found[expected == 0] == 0).all()  # no dust where nothing is


@given(rows=incidents, weeks=st.integers(1, 8))
def test_n_counts_whom_the_shares_touch_once(rows: list[tuple[datetime, int]], weeks: int) -> None:
    """Oracle: one incident at a time; a span of weeks meets a slot often and counts once."""
    slots = (*weekly_slots(slots_of(UNTIL, 7)), MIDNIGHT, WeeklySlot(0, (18, 42)))
    each = [counted(frame(row), slots, weeks).sum(axis=0) > 0 for row in rows]
    events = frame(*rows)
    area = np.zeros(len(events), dtype=np.int64)
    n = incidents_met(events, area, slots, areas=1, until=UNTIL, weeks=weeks)
    assert n[0].tolist() == np.sum(each, axis=0, dtype=int).tolist() if each else not n.any()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("20:00", "20:00", [0, 1, 0]),
        ("22:00", "22:00", [0, 0, 1]),
        ("18:00", "20:00", [1, 0, 0]),
        ("19:00", "22:00", [1, 1, 0]),
    ],
)
def test_a_time_on_the_hour_belongs_to_what_begins_and_a_span_up_to_it_does_not(
    start: str, end: str, expected: list[int]
) -> None:
    events = frame(local(f"2026-10-27 {start}", f"2026-10-27 {end}"))
    slots = tuple(WeeklySlot(1, hours) for hours in ((18, 20), (20, 22), (22, 24)))
    area = np.zeros(1, dtype=np.int64)
    n = incidents_met(events, area, slots, areas=1, until=UNTIL, weeks=1)
    assert n[0].tolist() == expected
    assert (counted(events, slots, weeks=1)[0] > 0).tolist() == [bool(one) for one in expected]


@given(rows=incidents, day=st.integers(0, 6))
def test_every_weekday_occurs_once_a_week_whenever_the_plan_begins(
    rows: list[tuple[datetime, int]], day: int
) -> None:
    """Evenings just before the plan are in, the plan's own are not; older weeks stay the same."""
    until = UNTIL + timedelta(days=day)
    events = frame(*rows)
    area = np.zeros(len(events), dtype=np.int64)
    found = slot_history(events, area, EVERY_HOUR, areas=1, until=until, weeks=12).counts[:, 0]
    assert found.sum() == pytest.approx(len(rows))
    later = frame((datetime.combine(until, datetime.min.time(), tzinfo=COPENHAGEN), 0))
    none = slot_history(
        later, np.zeros(1, dtype=np.int64), EVERY_HOUR, areas=1, until=until, weeks=12
    )
    assert none.counts.sum() == 0


def test_a_note_lies_in_the_area_it_names_and_a_report_where_its_point_is() -> None:
    areas = gpd.GeoDataFrame(
        {"code": ["a", "b"]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=DANISH_GRID
    )
    events = gpd.GeoDataFrame(
        {"area_code": [None, "b", "gone", None]},
        geometry=gpd.GeoSeries(
            [Point(0.5, 0.5), None, Point(0.5, 0.5), Point(9, 9)], crs=DANISH_GRID
        ),
    )
    assert area_of_each(events, areas).tolist() == [0, 1, -1, -1]
    assert area_of_each(events.drop(columns="area_code"), areas).tolist() == [0, -1, 0, -1]


def test_history_shorter_than_a_week_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at least one whole week"):
        counted(frame(), EVERY_HOUR, weeks=0)


def test_without_incidents_everything_is_0() -> None:
    assert span_seconds(frame()["occurred_from"], frame()["occurred_to"])[0].shape == (0,)
    assert not counted(frame(), EVERY_HOUR, weeks=3).any()
