"""Need of 500 areas in 28 slots from a million incidents, against a plain loop of groups."""

from __future__ import annotations

import time
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

from geo_service.analysis.need import plain_need
from geo_service.domain.evenings import COPENHAGEN, slots_of
from geo_service.domain.grid import DANISH_GRID

INCIDENTS = 1_000_000
AREAS = 500
WEEKS = 52
UNTIL = date(2026, 11, 23)
SINCE = UNTIL - timedelta(weeks=WEEKS)
CITY = (715_500.0, 6_168_000.0, 729_500.0, 6_181_500.0)
LEAST_TIMES_AS_FAST = 3.0


def town(rng: np.random.Generator) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return areas that fill the city and incidents around its middle, half of known time."""
    west, south, east, north = CITY
    seeds = np.column_stack([rng.uniform(west, east, AREAS), rng.uniform(south, north, AREAS)])
    cells = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=box(*CITY))
    outlines = shapely.segmentize(shapely.get_parts(cells), 30)
    areas = gpd.GeoDataFrame(
        {"code": [str(number) for number in range(AREAS)]}, geometry=outlines, crs=DANISH_GRID
    )
    seconds = rng.integers(0, (WEEKS * 7 - 1) * 86_400, INCIDENTS)
    start = pd.Timestamp(SINCE, tz=COPENHAGEN).tz_convert("UTC") + pd.to_timedelta(
        seconds, unit="s"
    )
    length = np.where(rng.random(INCIDENTS) < 0.5, 0, rng.integers(0, 12 * 3_600, INCIDENTS))
    x = rng.normal((west + east) / 2, 2_500, INCIDENTS).clip(west, east)
    y = rng.normal((south + north) / 2, 2_500, INCIDENTS).clip(south, north)
    events = gpd.GeoDataFrame(
        {"occurred_from": start, "occurred_to": start + pd.to_timedelta(length, unit="s")},
        geometry=gpd.points_from_xy(x, y),
        crs=DANISH_GRID,
    )
    return areas, events


def plain_loop(events: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.Series:
    """Do less of the same job as one does it with pandas: the start alone, one group at a time."""
    joined = gpd.sjoin(events, areas, predicate="within")
    wall = joined["occurred_from"].dt.tz_convert(COPENHAGEN)
    labelled = joined.assign(hour=wall.dt.day_of_week * 24 + wall.dt.hour)
    rows = {}
    for code, group in labelled.groupby("code"):
        by_hour = group.groupby("hour").size()
        for slot in SLOTS:
            rows[code, slot.slot_id] = by_hour.reindex(slot.hours_of_week, fill_value=0).sum()
    return pd.Series(rows)


SLOTS = [slot for slot in slots_of(UNTIL, 7) if slot.hours != (17, 18)]


@pytest.mark.benchmark
def test_need_is_at_least_three_times_as_fast_as_a_plain_loop(seed: int) -> None:
    """Spans, n, intervals and baselines included, which the loop has none of."""
    areas, events = town(np.random.default_rng(seed))
    assert len(SLOTS) == 28
    times = []
    for _ in range(2):
        began = time.perf_counter()
        need = plain_need(events, areas, SLOTS, since=SINCE, until=UNTIL)
        between = time.perf_counter()
        loop = plain_loop(events, areas)
        times.append((between - began, time.perf_counter() - between))
    ours, theirs = (min(column) for column in zip(*times, strict=True))
    figures = need.figures.set_index(["area_code", "slot_id"])["last_12_months"] * WEEKS
    # known starts alone count otherwise than spans, but a city's worth of them comes close
    assert figures.sum() == pytest.approx(loop.sum(), rel=0.02)
    print(f"need {ours:.2f} s, plain loop {theirs:.2f} s")  # noqa: T201
    assert theirs / ours >= LEAST_TIMES_AS_FAST, f"need {ours:.2f} s, loop {theirs:.2f} s"
