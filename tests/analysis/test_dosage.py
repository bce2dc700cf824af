"""Dosage: visits, minutes and gaps as they were, and known figures of a log given back."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.analysis.dosage import (
    dosage,
    hours_since_presence,
    planned_against_delivered,
    visit_frame,
)
from geo_service.domain.evenings import at_hour
from geo_service.domain.presence_rules import Visit
from geo_service.errors import InvalidInput

FRIDAY = date(2026, 11, 27)
SIX = at_hour(FRIDAY, 18).astimezone(UTC)


def at(minutes: float) -> datetime:
    return SIX + timedelta(minutes=minutes)


def visit(first: float, minutes: float, area: str = "a", kind: str = "patrol") -> Visit:
    return Visit(at(first), at(first + minutes), area, kind)


def window(minutes: float = 300, area: str = "a", kind: str = "patrol") -> pd.DataFrame:
    return visit_frame([Visit(at(0), at(minutes), area, kind)])


def measured(*visits: Visit, **other) -> dict:
    return dosage(visit_frame(visits), window(**other)).iloc[0].to_dict()


def test_visits_every_two_hours_are_the_whole_dosage():
    """Koper: 10–16 minutes, at least every two hours."""
    got = measured(visit(60, 12), visit(180, 15))
    assert (got["visits"], got["long_visits"], got["minutes"]) == (2, 2, 27)
    assert got["longest_gap_minutes"] == 108
    assert got["verdict"] == "full"


@pytest.mark.parametrize(
    ("visits", "gap", "verdict"),
    [
        ([], 300, "none"),
        ([(60, 9), (180, 9)], 111, "partly"),  # too short
        ([(0, 12)], 288, "partly"),  # then nothing
        ([(119, 10), (249, 10)], 120, "full"),  # exactly two hours
        ([(121, 10), (251, 10)], 121, "partly"),
    ],
)
def test_the_verdict_of_a_patrol(visits, gap, verdict):
    got = measured(*(visit(*one) for one in visits))
    assert got["longest_gap_minutes"] == gap
    assert got["verdict"] == verdict


def test_a_drive_through_ends_no_gap_between_long_visits():
    got = measured(visit(0, 12), visit(100, 2), visit(200, 12))
    assert got["longest_gap_minutes"] == 98
    assert got["longest_gap_long_minutes"] == 188
    assert got["verdict"] == "partly"


def test_the_street_team_is_measured_by_its_longest_stay():
    assert measured(visit(60, 45, kind="street_team"), kind="street_team")["verdict"] == "full"
    short = [visit(first, 30, kind="street_team") for first in (0, 60, 120)]
    assert measured(*short, kind="street_team")["verdict"] == "partly"


def test_visits_that_touch_or_overlap_are_one_stay():
    got = measured(visit(0, 6), visit(6, 6), visit(8, 4))
    assert (got["visits"], got["long_visits"], got["minutes"]) == (1, 1, 12)


def test_only_what_lies_in_the_window_gives_minutes():
    got = measured(visit(-10, 15), visit(295, 15), visit(-60, 10), visit(300, 10))
    assert (got["visits"], got["long_visits"], got["minutes"]) == (2, 2, 10)
    assert got["longest_gap_minutes"] == 290


def test_areas_and_kinds_are_apart():
    got = measured(visit(60, 12, "b"), visit(60, 60, "a", "street_team"))
    assert got["verdict"] == "none"


def test_an_evening_with_25_hours_has_its_true_gaps():
    start, end = at_hour(date(2026, 10, 24), 24), at_hour(date(2026, 10, 24), 28)
    (row,) = dosage(visit_frame([]), visit_frame([Visit(start, end, "a")])).to_dict("records")
    assert row["longest_gap_minutes"] == 300


spans = st.lists(st.tuples(st.integers(-60, 320), st.integers(1, 60)), max_size=8)


@given(spans=spans, length=st.integers(1, 300))
def test_measures_agree_with_counting_minute_by_minute(spans, length):
    got = measured(*(visit(*one) for one in spans), minutes=length)
    there = {minute for first, long in spans for minute in range(first, first + long)}
    inside = [minute in there for minute in range(length)]
    assert got["minutes"] == sum(inside)
    gap = run = 0
    for present in inside:
        run = 0 if present else run + 1
        gap = max(gap, run)
    assert got["longest_gap_minutes"] == gap
    assert got["longest_gap_long_minutes"] >= gap
    assert (got["verdict"] == "none") == (not any(inside))


@given(spans=spans, more=st.tuples(st.integers(0, 280), st.integers(10, 20)))
def test_one_more_visit_never_makes_it_worse(spans, more):
    before = measured(*(visit(*one) for one in spans))
    after = measured(*(visit(*one) for one in spans), visit(*more))
    assert after["minutes"] >= before["minutes"]
    assert after["longest_gap_minutes"] <= before["longest_gap_minutes"]
    ranks = ["none", "partly", "full"]
    assert ranks.index(after["verdict"]) >= ranks.index(before["verdict"])


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(InvalidInput, match="no presence rule"):
        dosage(visit_frame([]), window().assign(kind="drone"))
    backwards = window().rename(columns={"starts_at": "ends_at", "ends_at": "starts_at"})
    with pytest.raises(InvalidInput, match="end after"):
        dosage(visit_frame([]), backwards)


def test_hours_since_presence():
    visits = visit_frame([visit(0, 30), visit(60, 30), visit(0, 600, "b"), visit(900, 30)])
    found = hours_since_presence(visits, ["a", "b", "c"], now=at(240))
    assert found["hours"].tolist()[:2] == [2.5, 0.0]
    assert found["last_at"].iloc[0] == at(90)
    assert found["hours"].isna().tolist() == [False, False, True]
    assert found["last_at"].isna().tolist() == [False, False, True]
    nobody = hours_since_presence(visit_frame([]), ["a"], now=at(0))
    assert nobody["hours"].isna().all()


def test_a_log_gives_back_its_place_days_and_its_share():
    """720 of 1,800 place-days treated and 98 % of the planned visits delivered."""
    areas = [f"a{n}" for n in range(60)]
    evenings = [FRIDAY + timedelta(days=n) for n in range(30)]
    places = [(area, evening) for evening in evenings for area in areas]
    planned = _visits(places[:750] * 2)  # two a place-evening
    delivered = _visits(places[:720] * 2 + places[:30])
    # 1,440 of 1,500 are 96 %; thirty more, beyond what was planned there, change nothing
    (row,) = planned_against_delivered(
        planned, delivered, area_codes=areas, evenings=evenings
    ).to_dict("records")
    assert row["place_evenings"] == 1_800
    assert row["treated_place_evenings"] == 720
    assert row["share_treated"] == pytest.approx(0.4)
    assert row["share_delivered"] == pytest.approx(0.96)
    assert row["unplanned_visits"] == 30
    assert row["planned_minutes"] == 1_500 * 12

    planned = _visits(places[:720] * 2 + places[:60])  # 1,500, of which 30 are not kept
    delivered = _visits(places[:720] * 2 + places[:30])
    (row,) = planned_against_delivered(
        planned, delivered, area_codes=areas, evenings=evenings
    ).to_dict("records")
    assert row["treated_place_evenings"] == 720
    assert row["share_delivered"] == pytest.approx(0.98)


def test_agencies_are_counted_apart_and_other_places_not_at_all():
    planned = _visits([("a", FRIDAY)], agency="police")
    delivered = pd.concat(
        [_visits([("a", FRIDAY)], agency="street_team"), _visits([("z", FRIDAY)], agency="police")]
    )
    rows = planned_against_delivered(planned, delivered, area_codes=["a"], evenings=[FRIDAY])
    assert rows["agency"].tolist() == ["police", "street_team"]
    assert rows["planned_delivered"].tolist() == [0, 0]
    assert rows["delivered_visits"].tolist() == [0, 1]
    assert rows["share_delivered"].isna().tolist() == [False, True]


def test_nothing_planned_and_nothing_done_is_an_empty_table():
    rows = planned_against_delivered(_visits([]), _visits([]), area_codes=["a"], evenings=[FRIDAY])
    assert rows.empty
    assert "share_treated" in rows


def _visits(places: list[tuple[str, date]], agency: str = "police") -> pd.DataFrame:
    frame = pd.DataFrame(places, columns=["area_code", "evening"])
    return frame.assign(agency=agency, minutes=12.0)
