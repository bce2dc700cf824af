"""What happened in each area in each slot of the week, week by week.

The table under need, baselines, forecasts and their test. Weeks are blocks of seven evenings
that end with the last evening before a given date, so each weekday occurs once in a block,
whatever day the plan begins on. Slots are made from wall time and measured in elapsed time:
a slot over the hour that the clock skips is shorter, one over the hour it repeats is longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_service.analysis.aoristic import shares_in_windows, span_seconds
from geo_service.analysis.assignment import assign_areas
from geo_service.domain.evenings import Slot, at_hour
from geo_service.domain.grid import require_crs
from geo_service.errors import InvalidInput

DAYS_A_WEEK: Final = 7

Counts = npt.NDArray[np.float64]
"""Sums of aoristic shares, shape (weeks, areas, slots of the week), the oldest week first."""


@dataclass(frozen=True, order=True)
class WeeklySlot:
    """A slot that comes back every week: weekday of its evening, hours from that midnight."""

    weekday: int
    hours: tuple[int, int]


@dataclass(frozen=True)
class SlotHistory:
    """Counts per week, area and slot of the week."""

    counts: Counts
    weekly: tuple[WeeklySlot, ...]
    until: date
    """The first evening that is not counted."""

    @property
    def weeks(self) -> int:
        """How many weeks there are."""
        return len(self.counts)


def weekly_slots(slots: Sequence[Slot]) -> tuple[WeeklySlot, ...]:
    """Return the different slots of the week among dated slots, in order."""
    return tuple(sorted({weekly_slot(slot) for slot in slots}))


def weekly_slot(slot: Slot) -> WeeklySlot:
    """Return the slot of the week that a dated slot is one of."""
    return WeeklySlot(slot.evening.weekday(), slot.hours)


def area_of_each(events: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> npt.NDArray[np.int64]:
    """Return the position of the area of each event, -1 for none.

    An event with an `area_code`, such as a note of the evening log, lies in the area of that
    code; the others in the smallest area that their point (EPSG:25832) lies in.

    Raises
    ------
    WrongCRS
        If events or areas are not in EPSG:25832.
    """
    require_crs(events, "events")
    require_crs(areas, "areas")
    if "area_code" not in events:
        return assign_areas(events.geometry, areas)
    position = np.full(len(events), -1, dtype=np.int64)
    named = events["area_code"].notna().to_numpy()
    codes = pd.Index(areas["code"])
    position[named] = codes.get_indexer(events["area_code"].to_numpy()[named])
    position[~named] = assign_areas(events.geometry[~named], areas)
    return position


def slot_history(
    events: pd.DataFrame,
    area: npt.NDArray[np.int64],
    weekly: Sequence[WeeklySlot],
    *,
    areas: int,
    until: date,
    weeks: int,
) -> SlotHistory:
    """Count events per week, area and slot of the week.

    Parameters
    ----------
    events
        n rows with aware times occurred_from <= occurred_to.
    area
        Position of the area of each event, -1 for none; such events count nowhere.
    weekly
        The slots of the week.
    areas
        How many areas there are.
    until
        The first evening that is not counted.
    weeks
        How many weeks before that are.

    Raises
    ------
    InvalidInput
        If there is not a whole week, or a time is missing, without a time zone or ends
        before it begins.
    """
    start, end, group = _located(events, area, weeks)
    opens, closes = _windows(weekly, until, weeks)
    held = shares_in_windows(
        start, end, group, groups=areas, opens=opens.ravel(), closes=closes.ravel()
    )
    counts = held.reshape(areas, weeks, len(weekly)).transpose(1, 0, 2)
    return SlotHistory(np.ascontiguousarray(counts), tuple(weekly), until)


def incidents_met(
    events: pd.DataFrame,
    area: npt.NDArray[np.int64],
    weekly: Sequence[WeeklySlot],
    *,
    areas: int,
    until: date,
    weeks: int,
) -> npt.NDArray[np.int64]:
    """Count the events that may have happened in each slot of the week, each once.

    Parameters, and errors, as for `slot_history`; returns shape (areas, slots).
    """
    start, end, group = _located(events, area, weeks)
    opens, closes = _windows(weekly, until, weeks)
    met = np.zeros((areas, len(weekly)), dtype=np.int64)
    recent = np.flatnonzero(end >= opens.min(initial=0))
    recent = recent[np.argsort(start[recent])]  # searching for times in order is far quicker
    start, group = start[recent], group[recent]
    end = np.maximum(end[recent], start + 1)
    for number in range(len(weekly)):
        real = closes[:, number] > opens[:, number]
        # the first week in which the slot had not closed when the span began
        week = np.searchsorted(closes[real, number], start, side="right")
        opening = np.append(opens[real, number], np.iinfo(np.int64).max)
        hit = opening[week] < end
        met[:, number] = np.bincount(group[hit], minlength=areas)
    return met


def _located(
    events: pd.DataFrame, area: npt.NDArray[np.int64], weeks: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return start, end and area of the events that lie in one."""
    if weeks < 1:
        raise InvalidInput(f"Need at least one whole week of history, got {weeks}.")
    start, end = span_seconds(events["occurred_from"], events["occurred_to"])
    known = area >= 0
    return start[known], end[known], area[known]


def _windows(
    weekly: Sequence[WeeklySlot], until: date, weeks: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return when each slot opens and closes in each week, seconds, shape (weeks, slots)."""
    opens = np.empty((weeks, len(weekly)), dtype=np.int64)
    closes = np.empty_like(opens)
    for week in range(weeks):
        first = until - timedelta(days=DAYS_A_WEEK * (weeks - week))
        for number, slot in enumerate(weekly):
            evening = first + timedelta(days=(slot.weekday - first.weekday()) % DAYS_A_WEEK)
            opens[week, number] = at_hour(evening, slot.hours[0]).timestamp()
            closes[week, number] = at_hour(evening, slot.hours[1]).timestamp()
    return opens, closes
