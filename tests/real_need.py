"""The need model and its baselines on real incidents of elsewhere, moved to Copenhagen.

Squares of one kilometre stand for coverage areas; the slots are those of the evening plan.
`docs/write_need_test.py` writes the table in `docs/methods.md` from this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
from shapely import box

from geo_service.analysis.need_events import need_events
from geo_service.analysis.rolling_origin import Backtest, rolling_origin
from geo_service.analysis.slot_history import SlotHistory, area_of_each, slot_history, weekly_slots
from geo_service.domain.evenings import COPENHAGEN, slots_of
from geo_service.domain.grid import DANISH_GRID
from tests import relocate

LAST: Final = date(2026, 11, 23)
SIDE_M: Final = 1_000.0
HALF_LIFE_WEEKS: Final = 26.0


@dataclass(frozen=True)
class Case:
    """Real incidents to test on: whose, which types, over how many folds."""

    name: str
    city: str
    crime_types: tuple[str, ...]
    folds: int

    def read(self, folder: Path) -> gpd.GeoDataFrame:
        """Return the incidents, moved."""
        return CITIES[self.city](folder, last_day=LAST)


CITIES: Final = {"Houston": relocate.houston, "New York": relocate.new_york}
CASES: Final = (
    Case("Houston 2010, violence and theft out of doors", "Houston", ("vold", "tyveri"), 20),
    Case("Houston 2010, violence out of doors", "Houston", ("vold",), 20),
    Case("New York 2014–2017, thefts of vehicles", "New York", ("tyveri",), 26),
)


def areas() -> gpd.GeoDataFrame:
    """Return squares over the city."""
    west, south, east, north = relocate.CITY
    shapes = [
        box(x, y, x + SIDE_M, y + SIDE_M)
        for y in np.arange(south, north, SIDE_M)
        for x in np.arange(west, east, SIDE_M)
    ]
    codes = [str(number) for number in range(len(shapes))]
    return gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=DANISH_GRID)


def history(case: Case, incidents: gpd.GeoDataFrame) -> SlotHistory:
    """Return the counts of all whole weeks; the evenings at either end are left out."""
    events = need_events(incidents, crime_types=case.crime_types).events
    squares = areas()
    begun = events["occurred_from"].dt.tz_convert(COPENHAGEN)
    first, until = begun.min().date() + timedelta(days=1), begun.max().date()
    return slot_history(
        events,
        area_of_each(events, squares),
        weekly_slots(slots_of(LAST, 7)),
        areas=len(squares),
        until=until,
        weeks=(until - first).days // 7,
    )


def backtest(case: Case, incidents: gpd.GeoDataFrame) -> Backtest:
    """Run the test of a case."""
    found = history(case, incidents)
    hours = [slot.hours[1] - slot.hours[0] for slot in found.weekly]
    size = np.outer(np.full(found.counts.shape[1], (SIDE_M / 1_000) ** 2), hours)
    return rolling_origin(found.counts, size, folds=case.folds, half_life_weeks=HALF_LIFE_WEEKS)
