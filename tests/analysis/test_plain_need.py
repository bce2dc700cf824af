"""Need, plainly: counts of lately with n and interval, beside three baselines."""

from __future__ import annotations

from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from geo_service.analysis.baselines import SHOWN, Baseline
from geo_service.analysis.intervals import poisson_interval
from geo_service.analysis.need import PlainNeed, plain_need
from geo_service.domain.evenings import COPENHAGEN, Slot, at_hour, slots_of
from geo_service.domain.grid import DANISH_GRID, WEB
from geo_service.errors import InvalidInput, WrongCRS

UNTIL = date(2026, 11, 27)  # a Friday
SINCE = UNTIL - timedelta(weeks=60)
PLAN = slots_of(UNTIL, 14)


def events(*rows: tuple[float, date, int, float]) -> gpd.GeoDataFrame:
    """Return events from (x, evening, hour of that evening, hours of uncertainty)."""
    starts = [
        pd.Timestamp(at_hour(evening, hour)).tz_convert("UTC") for _, evening, hour, _ in rows
    ]
    start = pd.Series(starts, dtype="datetime64[us, UTC]")
    length = pd.Series([timedelta(hours=hours) for *_, hours in rows], dtype="timedelta64[us]")
    return gpd.GeoDataFrame(
        {"occurred_from": start, "occurred_to": start + length},
        geometry=gpd.GeoSeries([Point(x, 0.5) for x, *_ in rows], crs=DANISH_GRID),
    )


def areas() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"code": ["a", "b"]}, geometry=[box(0, 0, 10, 1), box(10, 0, 20, 1)], crs=DANISH_GRID
    )


def ask(seen: gpd.GeoDataFrame, *, since: date = SINCE, **options: int) -> PlainNeed:
    return plain_need(seen, areas(), PLAN, since=since, until=UNTIL, **options)


def row(need: PlainNeed, code: str, slot: Slot) -> pd.Series:
    figures = need.figures
    return figures[(figures["area_code"] == code) & (figures["slot_id"] == slot.slot_id)].iloc[0]


def test_lately_last_year_and_the_year_are_told_apart() -> None:
    """The plan's two Fridays: each has its own evening last year, and the rest in common."""
    fridays = [UNTIL - timedelta(weeks=weeks) for weeks in (1, 2, 20, 51, 52, 53)]
    need = ask(events(*[(5, evening, 21, 0) for evening in fridays]))
    first, second = (row(need, "a", PLAN[number]) for number in (2, 37))
    assert PLAN[2].label == PLAN[37].label == "20–22"
    assert PLAN[37].evening == PLAN[2].evening + timedelta(weeks=1)
    assert first["n"] == second["n"] == 2
    assert first["expected"] == second["expected"] == pytest.approx(2 / 13)
    assert first["low"] * 13 == pytest.approx(float(poisson_interval(2)[0]))
    assert (first["same_slot_last_year"], second["same_slot_last_year"]) == (1, 1)
    assert first["last_12_months"] == pytest.approx(5 / 52)
    assert first["city_profile"] == pytest.approx(5 / 52)
    assert need.standing == {baseline: baseline for baseline in SHOWN}


def test_the_night_after_an_evening_belongs_to_it() -> None:
    """Half past midnight on a Saturday is Friday evening; the span over midnight is shared."""
    friday = UNTIL - timedelta(weeks=1)
    need = ask(events((5, friday, 23, 2)))
    found = need.figures[need.figures["expected"] > 0]
    weeks = found[found["slot_id"] < 35]
    assert [PLAN[number].label for number in weeks["slot_id"]] == ["22–24", "00–02"]
    assert (weeks["expected"] * 13).tolist() == pytest.approx([0.5, 0.5])
    assert weeks["n"].tolist() == [1, 1]


def test_without_a_year_shorter_baselines_stand_in() -> None:
    since = UNTIL - timedelta(weeks=34)
    need = ask(events((5, UNTIL - timedelta(weeks=1), 21, 0)), since=since)
    assert need.standing[Baseline.same_slot_last_year] is Baseline.last_8_weeks
    assert need.standing[Baseline.last_12_months] is Baseline.mean_so_far
    friday = row(need, "a", PLAN[2])
    assert friday["same_slot_last_year"] == pytest.approx(1 / 8)
    assert friday["last_12_months"] == pytest.approx(1 / 34)


def test_with_hardly_any_history_there_is_need_but_no_baseline() -> None:
    need = ask(events((5, UNTIL - timedelta(weeks=1), 21, 0)), since=UNTIL - timedelta(weeks=2))
    assert set(need.standing.values()) == {None}
    assert need.period_weeks == 2
    assert row(need, "a", PLAN[2])["expected"] == 1 / 2
    assert need.figures[[str(one) for one in SHOWN]].isna().all(axis=None)


def test_what_happened_before_everything_was_known_is_not_counted() -> None:
    """An import that reaches further back for one type must not make a year of the rest."""
    since = UNTIL - timedelta(weeks=10)
    need = ask(events((5, since - timedelta(weeks=1), 21, 0)), since=since)
    assert need.figures["expected"].sum() == 0


moments = st.tuples(
    st.sampled_from([5.0, 15.0, 99.0]),
    st.integers(1, 90).map(lambda days: UNTIL - timedelta(days=days)),
    st.integers(17, 25),
    st.sampled_from([0, 0.5, 3, 30, 200, 500]),
)


@given(rows=st.lists(moments, max_size=10), period=st.integers(1, 60))
def test_intervals_hold_the_need_and_nothing_is_counted_twice(
    rows: list[tuple[float, date, int, float]], period: int
) -> None:
    need = ask(events(*rows), period_weeks=period)
    figures = need.figures
    assert len(figures) == 2 * len(PLAN)
    assert (figures["low"] <= figures["expected"] + 1e-12).all()
    assert (figures["expected"] <= figures["high"]).all()
    assert (figures["expected"] * period <= figures["n"] + 1e-9).all()
    inside = sum(x < 20 for x, *_ in rows)
    one_week = figures[figures["slot_id"] < 35]
    assert one_week["expected"].sum() * period <= inside + 1e-9
    assert need.outside == len(rows) - inside
    assert need.time_unknown == sum(hours >= 168 and x < 20 for x, *_, hours in rows)


def test_the_interval_covers_the_true_rate_about_as_often_as_it_says(seed: int) -> None:
    """Poisson incidents at a known rate: 95 % limits miss it in no more than about 5 %."""
    rng = np.random.default_rng(seed)
    rate, weeks = 0.3, 13
    caught = []
    for _ in range(40):
        rows = [
            (float(x), UNTIL - timedelta(days=int(days)), 21, 0)
            for x in (5, 15)
            for days in range(1, 7 * weeks + 1)
            for _ in range(rng.poisson(rate))
        ]
        figures = ask(events(*rows), since=UNTIL - timedelta(weeks=weeks)).figures
        late = figures[figures["slot_id"] % 5 == 2]
        caught += ((late["low"] <= rate) & (rate <= late["high"])).tolist()
    assert 0.93 <= np.mean(caught) <= 0.995


def test_no_incidents_no_areas_or_no_slots() -> None:
    assert (ask(events()).figures[["n", "expected", "low"]] == 0).all(axis=None)
    assert (ask(events()).figures["high"] > 0).all()
    none = plain_need(events(), areas().iloc[:0], PLAN, since=SINCE, until=UNTIL)
    assert none.figures.empty
    empty = plain_need(events(), areas(), [], since=SINCE, until=UNTIL)
    assert empty.figures.empty


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(InvalidInput, match="A slot lies before"):
        plain_need(events(), areas(), PLAN, since=SINCE, until=UNTIL + timedelta(days=1))
    with pytest.raises(InvalidInput, match="whole week"):
        ask(events(), since=UNTIL - timedelta(days=6))
    with pytest.raises(InvalidInput, match="at least one week"):
        ask(events(), period_weeks=0)
    with pytest.raises(WrongCRS, match="`events`"):
        ask(events().set_crs(WEB, allow_override=True))
    naive = events((5, UNTIL - timedelta(weeks=1), 21, 0))
    naive["occurred_from"] = naive["occurred_from"].dt.tz_convert(COPENHAGEN).dt.tz_localize(None)
    with pytest.raises(InvalidInput, match="no time zone"):
        ask(naive)
