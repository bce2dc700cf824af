"""The need model on real incidents, moved to Copenhagen: what the page on methods says of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from docs.write_need_test import PAGE, render
from geo_service.analysis.baselines import SHOWN, Baseline
from geo_service.analysis.change import place_changes
from geo_service.analysis.need import plain_need
from geo_service.analysis.need_events import need_events
from geo_service.analysis.rolling_origin import FEWEST_FOLDS, rolling_origin
from geo_service.analysis.slot_history import area_of_each
from geo_service.analysis.usual import Level
from geo_service.domain.evenings import COPENHAGEN, slots_of
from geo_service.settings import get_settings
from tests import real_need, relocate
from tests.volumes import volume

pytestmark = pytest.mark.shared_data

YEARLY = ("same_slot_last_year", "last_12_months")


@pytest.fixture(scope="module")
def houston() -> gpd.GeoDataFrame:
    return relocate.houston(get_settings().shared_data, last_day=real_need.LAST)


@pytest.fixture(scope="module")
def new_york() -> gpd.GeoDataFrame:
    return relocate.new_york(get_settings().shared_data, last_day=real_need.LAST)


@pytest.mark.parametrize(
    "case", real_need.CASES[: volume(2, 3)], ids=lambda case: case.name.split(",")[0]
)
def test_the_table_on_the_page_is_what_comes_out(case: real_need.Case, shared_data: Path) -> None:
    test = real_need.backtest(case, case.read(shared_data))
    assert test.weeks >= FEWEST_FOLDS
    assert render(case, test) in PAGE.read_text(encoding="utf-8"), (
        "docs/methods.md has fallen behind. Write it anew, from the project's folder: "
        ".venv/bin/python -m docs.write_need_test"
    )


def test_eight_months_are_not_enough_for_yearly_baselines(houston: gpd.GeoDataFrame) -> None:
    """Houston, January to August: the two are out, and what is shown in their place is short."""
    history = real_need.history(real_need.CASES[0], houston)
    assert 30 <= history.weeks < 40
    table = rolling_origin(history.counts, np.ones(history.counts.shape[1:])).table
    assert not table["enough"][list(YEARLY)].any()
    assert table["enough"].drop(list(YEARLY)).all()
    areas, events = real_need.areas(), need_events(houston, crime_types=["vold", "tyveri"]).events
    need = plain_need(
        events,
        areas,
        slots_of(history.until, 14),
        since=history.until - timedelta(weeks=history.weeks),
        until=history.until,
    )
    assert [need.standing[one] for one in SHOWN] == [
        Baseline.last_8_weeks,
        Baseline.mean_so_far,
        Baseline.city_profile,
    ]
    assert need.figures[[str(one) for one in SHOWN]].notna().all(axis=None)


def test_three_years_are_enough_and_last_year_is_last_year(new_york: gpd.GeoDataFrame) -> None:
    """New York: each square's evenings 52 weeks ago, counted by hand for those of known time."""
    case = real_need.CASES[2]
    history = real_need.history(case, new_york)
    assert history.weeks > 150
    areas = real_need.areas()
    span = new_york["occurred_to"] - new_york["occurred_from"]
    known = new_york[span <= pd.Timedelta(0)]
    events = need_events(known, crime_types=case.crime_types).events
    slots = slots_of(history.until, 7)
    need = plain_need(
        events,
        areas,
        slots,
        since=history.until - timedelta(weeks=history.weeks),
        until=history.until,
    )
    assert all(need.standing[one] is one for one in SHOWN)
    begun = events["occurred_from"].dt.tz_convert(COPENHAGEN)
    area = area_of_each(events, areas)
    for slot in slots:
        opens, closes = (
            (time - timedelta(weeks=52)).replace(tzinfo=None).isoformat()
            for time in (slot.starts_at, slot.ends_at)
        )
        wall = begun.dt.tz_localize(None)
        then = ((wall >= opens) & (wall < closes)).to_numpy()
        rows = need.figures[need.figures["slot_id"] == slot.slot_id]
        expected = np.bincount(area[then & (area >= 0)], minlength=len(areas))
        assert rows["same_slot_last_year"].tolist() == expected.tolist()
    table = rolling_origin(history.counts, np.ones(history.counts.shape[1:])).table
    assert table["enough"].all()


def test_every_theft_within_the_weeks_is_counted_once(new_york: gpd.GeoDataFrame) -> None:
    """Intervals from minutes to years: hours that cover the week hold what lies in the weeks."""
    case = real_need.CASES[2]
    history = real_need.history(case, new_york)
    within = new_york["occurred_from"].dt.tz_convert(COPENHAGEN)
    assert 0.2 < history.counts.sum() / len(within) < 0.6  # the evenings' share of all hours
    assert (history.counts >= 0).all()


def test_on_real_streets_few_fortnights_are_called_different(houston: gpd.GeoDataFrame) -> None:
    """Meeting after meeting: most squares are as usual, and the sentences have both figures."""
    history = real_need.history(real_need.CASES[0], houston)
    counts = np.round(history.counts.sum(axis=2))
    called, places = 0, 0
    for week in range(20, history.weeks + 1, 2):
        changes = place_changes(counts[:week])
        called += sum(change.level is not Level.as_usual for change in changes)
        places += len(changes)
        assert all("det plejer at være" in change.sentence for change in changes)
    assert called <= 0.01 * places
