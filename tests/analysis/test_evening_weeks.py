"""Whole incidents per evening week and place."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_service.analysis.evening_weeks import (
    counted_in,
    evening_weeks,
    evening_weeks_of_grounds,
)
from geo_service.domain.grid import DANISH_GRID
from geo_service.errors import InvalidInput

UNTIL = date(2026, 11, 29)


def events(*spans: tuple[str, float], **columns: object) -> gpd.GeoDataFrame:
    """Incidents from a time by the clock, for some hours; all at one point."""
    starts = pd.Series([pd.Timestamp(begin, tz="Europe/Copenhagen") for begin, _ in spans])
    hours = pd.to_timedelta([length for _, length in spans], unit="h")
    frame = {
        "occurred_from": starts.dt.tz_convert("UTC"),
        "occurred_to": (starts + hours).dt.tz_convert("UTC"),
    }
    points = [shapely.Point(50, 50)] * len(spans)
    return gpd.GeoDataFrame(frame | columns, geometry=points, crs=DANISH_GRID)


def counted(*spans: tuple[str, float], weeks: int = 2) -> list[int]:
    found = evening_weeks(
        events(*spans), np.zeros(len(spans), dtype=np.int64), places=1, until=UNTIL, weeks=weeks
    )
    return [*found.counts[:, 0].tolist(), found.time_unknown]


@pytest.mark.parametrize(
    ("begin", "expected"),
    [
        ("2026-11-28 20:30", [0, 1, 0]),  # the last evening that is counted
        ("2026-11-29 01:30", [0, 1, 0]),  # the night after it belongs to it
        ("2026-11-29 17:30", [0, 0, 0]),  # the first that is not
        ("2026-11-22 17:00", [0, 1, 0]),
        ("2026-11-21 23:00", [1, 0, 0]),  # the week before
        ("2026-11-14 23:00", [0, 0, 0]),  # before them all
        ("2026-11-25 12:00", [0, 0, 0]),  # by day
        ("2026-11-25 03:00", [0, 0, 0]),  # after the evening
    ],
)
def test_each_evening_lies_in_its_week(begin: str, expected: list[int]) -> None:
    assert counted((begin, 0)) == expected


def test_an_incident_counts_once_by_its_middle_and_not_at_all_if_it_is_too_vague() -> None:
    assert counted(("2026-11-25 15:00", 6)) == [0, 1, 0]
    assert counted(("2026-11-25 08:00", 6)) == [0, 0, 0]
    assert counted(("2026-11-25 08:00", 24)) == [0, 0, 1]


def test_the_clock_change_moves_no_evening() -> None:
    found = evening_weeks(
        events(("2026-10-25 23:30", 0), ("2026-10-24 23:30", 0)),
        np.zeros(2, dtype=np.int64),
        places=1,
        until=date(2026, 10, 26),
        weeks=1,
    )
    assert found.counts.tolist() == [[2]]


def test_one_place_per_event_is_wanted() -> None:
    with pytest.raises(InvalidInput, match="1 events, got 2"):
        evening_weeks(
            events(("2026-11-25 20:00", 0)),
            np.zeros(2, dtype=np.int64),
            places=1,
            until=UNTIL,
            weeks=1,
        )


def polygons(*boxes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    codes = [chr(ord("a") + number) for number in range(len(boxes))]
    return gpd.GeoDataFrame(
        {"code": codes}, geometry=[shapely.box(*one) for one in boxes], crs=DANISH_GRID
    )


def test_an_area_is_counted_in_the_units_that_hold_a_good_part_of_it() -> None:
    areas = polygons((0, 0, 100, 100), (0, 0, 205, 100))
    units = polygons((0, 0, 200, 200), (200, 0, 400, 200))
    assert counted_in(areas, units).tolist() == [[True, False], [True, False]]
    assert counted_in(polygons((0, 0, 300, 100)), units).tolist() == [[True, True]]


def test_areas_of_one_unit_share_its_whole_number_counted_once() -> None:
    areas = polygons((0, 0, 100, 100), (100, 0, 200, 100), (150, 0, 250, 100))
    units = polygons((0, 0, 200, 200), (200, 0, 400, 200))
    seen = events(("2026-11-25 20:00", 0), ("2026-11-26 20:00", 0), area_code=["a", "b"])
    by_unit = evening_weeks_of_grounds(seen, areas, units, until=UNTIL, weeks=1)
    assert by_unit.of_area == ((0,), (0,), (0, 1))
    assert by_unit.grounds == ((0,), (1,), (0, 1))
    assert by_unit.counts.tolist() == [[1, 1, 2]]
    by_point = evening_weeks_of_grounds(
        seen.assign(area_code=None), areas, None, until=UNTIL, weeks=1
    )
    assert by_point.of_area == by_point.grounds == ((0,), (1,), (2,))
    assert by_point.counts.tolist() == [[2, 0, 0]]
