"""The hours of the week as the database reckons them, against the analysis."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo_service.analysis.aoristic import hour_of_week_shares
from geo_service.domain.incident_question import Slot
from geo_service.storage import incidents_seen as seen
from geo_service.storage.database import Database
from tests import people
from tests.storage import seen_town as town
from tests.storage.seen_town import Seen

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
INSIDE = (town.WEST + 900, town.SOUTH + 900)


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_hours")
    town.build(database)
    return database


def weights(database: Database, incidents: list[Seen]) -> tuple[np.ndarray, int]:
    with database.working(people.EVERYWHERE) as session:
        town.plant(session, town.WORLDS[0], incidents)
    with database.acting(town.caller("police")) as session:
        return seen.read_hours(session, town.question(), roder=None)


def by_analysis(incidents: list[Seen]) -> np.ndarray:
    begin = [pd.Timestamp(town.START + timedelta(minutes=one.minutes)) for one in incidents]
    end = [t + timedelta(minutes=one.lasts) for t, one in zip(begin, incidents, strict=True)]
    shares = hour_of_week_shares(pd.Series(begin), pd.Series(end), zone=COPENHAGEN)
    return np.bincount(shares["hour"], shares["share"], minlength=168)


def known(first: tuple[int, int], last: tuple[int, int], *, days: int = 0) -> Seen:
    begin = first[0] * 60 + first[1]
    return Seen(INSIDE, minutes=begin, lasts=days * 1_440 + last[0] * 60 + last[1] - begin)


@pytest.mark.parametrize(
    ("incident", "expected"),
    [
        (known((1, 0), (2, 30)), {1: 2 / 3, 2: 1 / 3}),
        (known((1, 50), (2, 10)), {1: 1 / 2, 2: 1 / 2}),
        (known((23, 30), (1, 15), days=1), {23: 0.285714, 24: 0.571429, 25: 0.142857}),
        (known((20, 0), (20, 0)), {20: 1.0}),
        (known((20, 0), (21, 0)), {20: 1.0}),
    ],
)
def test_known_answers(own: Database, incident: Seen, expected: dict[int, float]) -> None:
    """Hours across full hours, and across midnight: Ratcliffe's shares, published examples."""
    found, number = weights(own, [incident])
    assert number == 1
    told = {hour: round(float(found[hour]), 6) for hour in np.flatnonzero(found > 1e-9)}
    assert told == pytest.approx(expected, abs=1e-6)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 27 * 1_440), st.sampled_from([0, 1, 59, 60, 61, 540, 4_320])
                  | st.integers(0, 15_000)),
        min_size=1,
        max_size=20,
    )
)  # fmt: skip
def test_the_database_reckons_like_the_analysis(
    own: Database, spans: list[tuple[int, int]]
) -> None:
    """The period holds the end of summer time: 25 October has an hour twice."""
    incidents = [Seen(INSIDE, minutes=begin, lasts=lasts) for begin, lasts in spans]
    found, number = weights(own, incidents)
    assert number == len(incidents)
    np.testing.assert_allclose(found, by_analysis(incidents), atol=1e-7)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    begin=st.integers(0, 27 * 1_440),
    lasts=st.sampled_from([0, 1, 59, 60, 61, 119, 120, 121, 240]) | st.integers(0, 12_000),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    since=st.integers(0, 23),
    length=st.integers(1, 24),
)
def test_an_incident_belongs_to_the_hours_that_hold_half_of_it(
    own: Database, begin: int, lasts: int, weekdays: set[int], since: int, length: int
) -> None:
    hours = Slot(tuple(weekdays), since, since + length).hours_of_week
    share = by_analysis([Seen(INSIDE, minutes=begin, lasts=lasts)])[list(hours)].sum()
    first = town.START + timedelta(minutes=begin)
    last = (pd.Timestamp(first) + timedelta(minutes=lasts)).to_pydatetime()
    query = text("""
        SELECT raw.hours_held(:first, :last, s.base, s.before, s.wide)
        FROM raw.slot_hours(:since, :until, :hours) AS s
    """)
    asked = town.question()
    period = {"since": asked.begin(), "until": asked.before, "hours": list(hours)}
    with own.as_owner() as connection:
        held = connection.scalar(query, {"first": first, "last": last} | period)
    if abs(share - 0.5) > 1e-6:  # a tie may fall either way by a rounding of the last digit
        assert held is bool(share > 0.5)


def test_after_midnight_belongs_to_the_evening_before(own: Database) -> None:
    friday_night = Seen(INSIDE, minutes=5 * 1_440 + 60)  # Saturday 01:00
    friday = Seen(INSIDE, minutes=4 * 1_440 + 23 * 60)
    saturday = Seen(INSIDE, minutes=5 * 1_440 + 23 * 60)
    with own.working(people.EVERYWHERE) as session:
        town.plant(session, town.WORLDS[0], [friday_night, friday, saturday])
    with own.acting(town.caller("police")) as session:
        rows, _ = seen.read_page(
            session, town.question(slot=Slot((4,), 17, 26)), roder=None, most=10
        )
    told = {row["occurred_from"].astimezone(COPENHAGEN) for row in rows}
    assert told == {
        datetime(2026, 10, 9, 23, tzinfo=COPENHAGEN),
        datetime(2026, 10, 10, 1, tzinfo=COPENHAGEN),
    }
