"""The made-up incidents look like a city's: where, when, and how well their time is known."""

from __future__ import annotations

from datetime import UTC, date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo_service.demo.season import is_school_holiday
from geo_service.demo.wall_time import moment, to_utc
from geo_service.demo.year import DemoYear, generate
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.vocabulary import CRIME_TYPES


@pytest.fixture(scope="module")
def incidents(year: DemoYear) -> gpd.GeoDataFrame:
    local = year.incidents["occurred_from"].dt.tz_convert(COPENHAGEN)
    took = year.incidents["occurred_to"] - year.incidents["occurred_from"]
    return year.incidents.assign(local=local, took=took)


def share(picked: pd.Series) -> float:
    return float(picked.mean())


def test_as_many_as_asked_in_the_year_before(incidents: gpd.GeoDataFrame):
    assert len(incidents) == 60_000
    assert incidents["source_ref"].iloc[[0, -1]].tolist() == ["D-000001", "D-060000"]
    assert set(incidents["crime_type"]) == set(CRIME_TYPES)
    first = pd.Timestamp("2025-11-23", tz=COPENHAGEN)
    last = pd.Timestamp("2026-11-23", tz=COPENHAGEN)
    assert incidents["occurred_from"].min() >= first
    assert incidents["occurred_to"].max() < last
    assert incidents["local"].dt.date.nunique() == 365


def test_intervals_are_in_order_and_utc(incidents: gpd.GeoDataFrame):
    assert (incidents["occurred_from"] <= incidents["occurred_to"]).all()
    assert str(incidents["occurred_from"].dtype) == "datetime64[us, UTC]"
    assert str(incidents["occurred_to"].dtype) == "datetime64[us, UTC]"


def test_points_lie_in_the_rode_they_name(incidents: gpd.GeoDataFrame, roder: gpd.GeoDataFrame):
    outline = roder.set_index("code").geometry
    assert incidents.covered_by(outline.loc[incidents["rode_code"]], align=False).all()
    assert incidents.geometry.to_wkb().duplicated().mean() < 0.05


def test_every_rode_where_people_live_has_some(
    incidents: gpd.GeoDataFrame, year: DemoYear, roder: gpd.GeoDataFrame
):
    people = year.population.query("area_kind == 'rode' and year == 2026 and residents > 500")
    assert len(people) > 300
    assert set(people["area_code"]) <= set(incidents["rode_code"])


@pytest.mark.parametrize(
    ("crime_type", "least", "most"),
    [("tyveri", 0.35, 0.5), ("uro", 0.1, 0.2), ("vold", 0.06, 0.12), ("indbrud", 0.06, 0.12)],
)
def test_shares_of_types(crime_type: str, least: float, most: float, incidents: gpd.GeoDataFrame):
    assert least < share(incidents["crime_type"] == crime_type) < most


def test_unrest_peaks_in_the_evening_and_in_summer(incidents: gpd.GeoDataFrame):
    uro = incidents[incidents["crime_type"] == "uro"]["local"]
    by_hour = uro.dt.hour.value_counts()
    assert by_hour.idxmax() in range(18, 24)
    assert share(uro.dt.hour >= 18) > 0.55
    assert share(uro.dt.month.isin([6, 7, 8])) > 1.5 * share(uro.dt.month.isin([12, 1, 2]))
    on_new_years_eve = (uro.dt.date == date(2025, 12, 31)).sum()
    assert on_new_years_eve > 2 * len(uro) / 365


def test_burglary_is_a_winter_matter_that_is_found_late(incidents: gpd.GeoDataFrame):
    burglary = incidents[incidents["crime_type"] == "indbrud"]
    hours = burglary["took"] / pd.Timedelta(hours=1)
    assert hours.median() > 5
    assert (hours > 48).mean() > 0.05
    assert share(burglary["setting"] == "indoor") > 0.9
    month = burglary["local"].dt.month
    assert share(month.isin([11, 12, 1])) > 1.3 * share(month.isin([4, 5, 6]))


def test_violence_has_a_known_time_and_a_weekend(incidents: gpd.GeoDataFrame):
    vold = incidents[incidents["crime_type"] == "vold"]
    assert share(vold["took"] == pd.Timedelta(0)) > 0.8
    evening = (vold["local"] - pd.Timedelta(hours=6)).dt.day_of_week
    assert share(evening.isin([4, 5])) > 0.4


def test_drugs_are_found_by_patrols(incidents: gpd.GeoDataFrame):
    drugs = incidents[incidents["crime_type"] == "narkotika"]
    assert share(drugs["found_by"] == "patrol") > 0.7


def test_hothers_plads_is_liveliest_on_friday_evenings(incidents: gpd.GeoDataFrame, year: DemoYear):
    square = year.coverage_areas.set_index("code").geometry["yn-hothers-plads"]
    there = incidents[incidents.covered_by(square) & incidents["crime_type"].eq("uro")]
    friday = there["local"].dt.day_of_week == 4
    at_nine = there["local"].dt.hour.isin([20, 21])
    assert (friday & at_nine).sum() > 3 * (~friday & at_nine).sum() / 6


@pytest.mark.parametrize("area", ["ydre-norrebro", "akacieparken-sjaelor"])
def test_hotspot_areas_have_enough_for_a_pattern(
    area: str, incidents: gpd.GeoDataFrame, year: DemoYear
):
    mine = year.coverage_areas[year.coverage_areas["hotspot_area_code"] == area]
    there = incidents[incidents.covered_by(mine.union_all())]
    assert 1_000 < len(there) < 5_000
    evening = there["local"].dt.hour.isin([17, 18, 19, 20, 21, 22, 23, 0, 1])
    assert evening.sum() > 500


@pytest.mark.parametrize(
    "as_of",
    [
        date(2026, 3, 28),
        date(2026, 3, 29),
        date(2026, 3, 30),
        date(2026, 10, 24),
        date(2026, 10, 25),
        date(2026, 10, 26),
        date(2028, 2, 29),
    ],
)
def test_nights_when_the_clock_changes(
    as_of: date, roder: gpd.GeoDataFrame, stations: gpd.GeoDataFrame
):
    made = generate(roder=roder, stations=stations, seed=3, as_of=as_of, incidents=3_000)
    until = pd.Timestamp(as_of, tz=COPENHAGEN)
    assert (made.incidents["occurred_from"] <= made.incidents["occurred_to"]).all()
    assert made.incidents["occurred_to"].max() < until
    assert made.incidents["occurred_from"].min() >= until - pd.Timedelta(days=366)
    for frame in (made.shifts, made.commitments):
        length = frame["ends_at"] - frame["starts_at"]
        assert length.min() >= pd.Timedelta(hours=1)
        assert length.max() <= pd.Timedelta(hours=7)


@given(st.integers(min_value=0, max_value=3 * 365 * 24 * 60))
@example(minutes=(date(2026, 3, 29) - date(2025, 1, 1)).days * 1440 + 150)  # does not exist
@example(minutes=(date(2026, 10, 25) - date(2025, 1, 1)).days * 1440 + 150)  # comes twice
def test_columns_and_single_moments_agree(minutes: int):
    wall = np.datetime64("2025-01-01T00:00", "m") + minutes
    column = to_utc(np.array([wall]))[0].astype(object)
    assert moment(date(2025, 1, 1), minutes) == column.replace(tzinfo=UTC)


def test_an_evening_that_ends_after_midnight_keeps_its_day():
    assert moment(date(2026, 11, 27), 26 * 60).isoformat() == "2026-11-28T01:00:00+00:00"
    assert moment(date(2026, 10, 24), 26 * 60).isoformat() == "2026-10-25T00:00:00+00:00"
    assert moment(date(2026, 3, 28), 26 * 60).isoformat() == "2026-03-29T01:00:00+00:00"


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2026, 7, 15), True),
        (date(2026, 4, 3), True),  # Good Friday: Easter 2026 is 5 April
        (date(2027, 3, 29), True),  # Easter Monday
        (date(2026, 10, 14), True),
        (date(2026, 12, 24), True),
        (date(2026, 9, 15), False),
        (date(2026, 11, 23), False),
    ],
)
def test_school_holidays(day: date, holiday: bool):
    assert is_school_holiday(day) is holiday
