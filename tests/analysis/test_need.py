"""Expected need: no incident is lost or counted twice, and every figure has its interval."""

from datetime import UTC, date, datetime, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from geo_service.analysis.intervals import poisson_interval
from geo_service.analysis.need import density, expected_need
from geo_service.domain.evenings import COPENHAGEN, Slot, at_hour, slots_of
from geo_service.domain.grid import DANISH_GRID, WEB
from geo_service.errors import InvalidInput, WrongCRS

MONDAY = date(2026, 5, 4)
COLUMNS = ["area_code", "slot_id", "n", "expected", "low", "high"]


def incidents(*rows: tuple[float, str, int]) -> gpd.GeoDataFrame:
    """Return incidents from (x, start in Copenhagen's time, minutes of uncertainty)."""
    start = [pd.Timestamp(when, tz=COPENHAGEN) for _, when, _ in rows]
    length = [pd.Timedelta(minutes=minutes) for _, _, minutes in rows]
    return gpd.GeoDataFrame(
        {
            "occurred_from": pd.Series(start, dtype=f"datetime64[us, {COPENHAGEN}]"),
            "occurred_to": pd.Series(
                [when + more for when, more in zip(start, length, strict=True)],
                dtype=f"datetime64[us, {COPENHAGEN}]",
            ),
        },
        geometry=gpd.GeoSeries([Point(x, 0.5) for x, _, _ in rows], crs=DANISH_GRID),
    )


def whole_days() -> list[Slot]:
    """Return slots of four hours that cover each of the 168 hours once."""
    spans = [(day, hour) for day in range(7) for hour in range(0, 24, 4)]
    return [
        Slot(
            slot_id=number,
            evening=MONDAY + timedelta(days=day),
            starts_at=at_hour(MONDAY + timedelta(days=day), hour),
            ends_at=at_hour(MONDAY + timedelta(days=day), hour + 4),
            label="",
            hours=(hour, hour + 4),
        )
        for number, (day, hour) in enumerate(spans)
    ]


@pytest.fixture
def areas() -> gpd.GeoDataFrame:
    return make_areas()


def make_areas() -> gpd.GeoDataFrame:
    """Return a strip of two areas, with a third one inside the second."""
    shapes = [box(0, 0, 10, 1), box(10, 0, 30, 1), box(12, 0, 14, 1)]
    return gpd.GeoDataFrame({"code": ["a", "b", "c"]}, geometry=shapes, crs=DANISH_GRID)


def figures(need: pd.DataFrame, code: str, slot: Slot) -> pd.Series:
    (row,) = need[(need["area_code"] == code) & (need["slot_id"] == slot.slot_id)].iterrows()
    return row[1]


def test_one_known_and_one_uncertain_incident(areas):
    """Friday 21:00 is one whole in 20–22; Friday 21:00–23:00 is a half in it and in 22–24."""
    friday = slots_of(date(2026, 5, 8), 1)
    seen = incidents((5, "2026-04-10 21:00", 0), (5, "2026-04-17 21:00", 120))
    need = expected_need(seen, areas, friday, weeks=4)
    assert list(need.columns) == COLUMNS
    assert len(need) == len(areas) * len(friday)
    early, late = figures(need, "a", friday[2]), figures(need, "a", friday[3])
    assert (early["n"], early["expected"]) == (2, 1.5 / 4)
    assert (late["n"], late["expected"]) == (1, 0.5 / 4)
    low, high = poisson_interval(1.5)
    assert (early["low"], early["high"]) == (low / 4, high / 4)


def test_an_incident_counts_once_where_areas_overlap_or_meet(areas):
    slots = slots_of(date(2026, 5, 8), 1)
    seen = incidents(
        (13, "2026-04-10 21:00", 0), (10, "2026-04-10 21:00", 0), (99, "2026-04-10 21:00", 0)
    )
    found = expected_need(seen, areas, slots, weeks=1).groupby("area_code")["expected"].sum()
    assert found.to_dict() == {"a": 1, "b": 0, "c": 1}


def test_friday_night_counts_in_fridays_evening_and_sundays_in_mondays_hours(areas):
    slots = slots_of(date(2026, 5, 8), 3)
    seen = incidents((5, "2026-04-11 00:30", 0), (5, "2026-04-13 01:59", 0))
    need = expected_need(seen, areas, slots, weeks=1)
    hit = need[need["expected"] > 0]
    evenings = {slot.slot_id: (slot.evening.strftime("%a"), slot.label) for slot in slots}
    assert [evenings[slot] for slot in hit["slot_id"]] == [("Fri", "00–02"), ("Sun", "00–02")]


moments = st.builds(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes),
    st.integers(0, 365 * 24 * 60),
)
spans = st.one_of(st.just(0), st.integers(0, 900), st.integers(0, 30 * 24 * 60))


@given(rows=st.lists(st.tuples(st.integers(-2, 32), moments, spans), max_size=12))
def test_areas_and_hours_together_hold_every_incident_once(rows):
    """Summed over all 168 hours, the need is the number of incidents inside, and no more."""
    seen = gpd.GeoDataFrame(
        {
            "occurred_from": pd.Series([when for _, when, _ in rows], dtype="datetime64[us, UTC]"),
            "occurred_to": pd.Series(
                [when + timedelta(minutes=more) for _, when, more in rows],
                dtype="datetime64[us, UTC]",
            ),
        },
        geometry=gpd.GeoSeries([Point(x, 0.5) for x, _, _ in rows], crs=DANISH_GRID),
    )
    need = expected_need(seen, make_areas(), whole_days(), weeks=13)
    inside = sum(0 <= x <= 30 for x, _, _ in rows)
    assert need["expected"].sum() * 13 == pytest.approx(inside)
    assert inside <= need["n"].sum() <= inside * len(whole_days())
    assert (need["expected"] * 13 <= need["n"] + 1e-9).all()  # a share is never above one whole
    assert (need["low"] <= need["expected"] + 1e-12).all()
    assert (need["expected"] <= need["high"]).all()
    assert (need["low"] >= 0).all()


def test_twice_the_weeks_are_half_the_need(areas):
    seen = incidents((5, "2026-04-10 21:00", 90), (13, "2026-04-11 00:30", 0))
    slots = slots_of(MONDAY, 7)
    once = expected_need(seen, areas, slots, weeks=26)
    twice = expected_need(seen, areas, slots, weeks=52)
    for column in ("expected", "low", "high"):
        assert np.allclose(once[column], 2 * twice[column])
    assert (once["n"] == twice["n"]).all()


def test_the_same_slot_of_two_weeks_has_the_same_need(areas):
    seen = incidents((5, "2026-04-10 21:00", 0))
    need = expected_need(seen, areas, slots_of(MONDAY, 14), weeks=1)
    one, other = (need[need["slot_id"].between(35 * week, 35 * week + 34)] for week in (0, 1))
    keys = ["area_code", "slot_id"]
    again = other.assign(slot_id=other["slot_id"] - 35).sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(one.sort_values(keys, ignore_index=True), again)
    assert one["expected"].sum() == 1


def test_without_incidents_the_need_is_0_with_an_upper_limit(areas):
    slots = slots_of(MONDAY, 1)
    need = expected_need(incidents(), areas, slots, weeks=52)
    assert len(need) == len(areas) * len(slots)
    assert (need[["n", "expected", "low"]] == 0).all(axis=None)
    assert need["high"].to_numpy() == pytest.approx(3.668 / 52, abs=1e-4)


def test_without_areas_or_slots_there_are_no_rows(areas):
    seen = incidents((5, "2026-04-10 21:00", 0))
    for none in (
        expected_need(seen, areas.iloc[:0], slots_of(MONDAY, 1), weeks=52),
        expected_need(seen, areas, [], weeks=52),
    ):
        assert list(none.columns) == COLUMNS
        assert none.empty
        assert density(none, areas).empty


def test_one_area(areas):
    seen = incidents((5, "2026-04-10 21:00", 0))
    need = expected_need(seen, areas.iloc[:1], slots_of(date(2026, 5, 8), 1), weeks=1)
    assert list(need["expected"]) == [0, 0, 1, 0, 0]


@pytest.mark.parametrize("weeks", [0, -1, float("nan")])
def test_a_period_without_length_is_refused(areas, weeks):
    with pytest.raises(InvalidInput, match="more than 0 weeks"):
        expected_need(incidents(), areas, slots_of(MONDAY, 1), weeks=weeks)


def test_degrees_are_refused(areas):
    seen = incidents((5, "2026-04-10 21:00", 0))
    with pytest.raises(WrongCRS, match="`incidents`"):
        expected_need(seen.set_crs(WEB, allow_override=True), areas, slots_of(MONDAY, 1), weeks=1)


def test_density_is_per_square_kilometre():
    areas = gpd.GeoDataFrame(
        {"code": ["big", "small"]},
        geometry=[box(0, 0, 2_000, 1_000), box(2_000, 0, 2_500, 1_000)],
        crs=DANISH_GRID,
    )
    seen = incidents((100, "2026-04-10 21:00", 0), (2_100, "2026-04-10 21:00", 0))
    need = expected_need(seen, areas, slots_of(date(2026, 5, 8), 1), weeks=1)
    found = density(need, areas)
    assert list(found.columns) == ["code", "slot_id", "expected"]
    assert found.groupby("code")["expected"].sum().to_dict() == {"big": 0.5, "small": 2.0}
