"""Whole incidents per evening week and place: what a change from one fortnight to the next is of.

An incident counts once, on the evening that the middle of its time lies in. One whose time is
not known to within half a day may have been by day: it is left out and counted. Where incidents
are shown by rode or square, a place has those of every unit that it has a good part of its
ground in: whole numbers of a wider ground, rather than shares that no chance is known of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo_service.analysis.slot_history import DAYS_A_WEEK, area_of_each
from geo_service.domain.commitments import WHOLE_EVENING
from geo_service.domain.evenings import COPENHAGEN, NIGHT_ENDS
from geo_service.domain.grid import require_crs
from geo_service.errors import InvalidInput

LONGEST_SPAN_HOURS: Final = 12
GOOD_PART: Final = 0.1
"""Least share of a place's ground in a unit, or of a unit's in a place, for the unit to count."""

Counts = npt.NDArray[np.int64]
"""Shape (weeks, places), the oldest week first."""


@dataclass(frozen=True)
class EveningWeeks:
    """Counts, and what could not be counted."""

    counts: Counts
    time_unknown: int
    """Incidents that may have been in an evening or not."""


Ground = tuple[int, ...]
"""Positions of the units that something is counted in, together."""


@dataclass(frozen=True)
class GroundWeeks(EveningWeeks):
    """Counts of grounds: a column for each."""

    grounds: tuple[Ground, ...]
    """Every unit that an area is counted in, and what areas of several are counted in."""
    of_area: tuple[Ground, ...]
    """Which of them each area is counted in: areas of one rode share one count."""


def evening_weeks(
    events: gpd.GeoDataFrame, place: npt.NDArray[np.int64], *, places: int, until: date, weeks: int
) -> EveningWeeks:
    """Count incidents of the evenings (17–02) per week back from `until`, and per place.

    Parameters
    ----------
    events
        Aware occurred_from and occurred_to.
    place
        Which place each event is in; -1 for none.
    places
        How many there are.
    until
        The first evening that is not counted; a week is the seven evenings before it, and so on.
    weeks
        How many weeks.

    Raises
    ------
    InvalidInput
        If there is not one place per event.
    """
    if len(place) != len(events):
        raise InvalidInput(f"Need a place for each of {len(events)} events, got {len(place)}.")
    span = events["occurred_to"] - events["occurred_from"]
    middle = (events["occurred_from"] + span / 2).dt.tz_convert(COPENHAGEN).dt.tz_localize(None)
    evening = (middle - pd.Timedelta(hours=NIGHT_ENDS)).dt.normalize()
    hour = (middle - evening) / pd.Timedelta(hours=1)
    days = ((pd.Timestamp(until) - evening) / pd.Timedelta(days=1)).to_numpy(dtype=int)
    ago = (days - 1) // DAYS_A_WEEK
    counted = (place >= 0) & (days >= 1) & (ago < weeks)
    vague = (span > pd.Timedelta(hours=LONGEST_SPAN_HOURS)).to_numpy(dtype=bool)
    first, last = WHOLE_EVENING
    in_evening = ((hour >= first) & (hour < last)).to_numpy(dtype=bool)
    table = np.zeros((weeks, places), dtype=np.int64)
    chosen = counted & in_evening & ~vague
    np.add.at(table, (weeks - 1 - ago[chosen], place[chosen]), 1)
    return EveningWeeks(table, int((counted & vague).sum()))


def evening_weeks_of_grounds(
    events: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame | None,
    *,
    until: date,
    weeks: int,
) -> GroundWeeks:
    """Count what areas are counted in, each ground once: by the point, or by the units.

    `events` have an area_code of `units`, or points where there are none; areas and units are
    polygons (EPSG:25832) with column code. Without units each area is its own ground.

    Raises
    ------
    WrongCRS
        If one of them is not in EPSG:25832.
    """
    counted = areas if units is None else units
    place = area_of_each(events, counted)
    each = evening_weeks(events, place, places=len(counted), until=until, weeks=weeks)
    part_of = np.eye(len(areas), dtype=bool) if units is None else counted_in(areas, units)
    of_area = [tuple(int(at) for at in np.flatnonzero(row)) for row in part_of]
    alone = sorted({(at,) for ground in of_area for at in ground})
    grounds = list(dict.fromkeys([*alone, *of_area]))
    table = np.zeros((weeks, len(grounds)), dtype=np.int64)
    for column, ground in enumerate(grounds):
        table[:, column] = each.counts[:, list(ground)].sum(axis=1)
    return GroundWeeks(table, each.time_unknown, tuple(grounds), tuple(of_area))


def counted_in(areas: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Tell which units each area is counted in, shape (areas, units).

    Those that hold a good part of its ground, or have a good part of theirs in it: a rode that a
    border runs a little into is not meant, a square within a large area is. Units of different
    kinds may lie on each other.

    Raises
    ------
    WrongCRS
        If either is not in EPSG:25832.
    """
    of_units = ground_in(units, areas).T
    return (ground_in(areas, units) >= GOOD_PART) | (of_units >= GOOD_PART)


def ground_in(areas: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    """Return how much of each area's ground lies in each unit, 0 … 1, shape (areas, units).

    Raises
    ------
    WrongCRS
        If either is not in EPSG:25832.
    """
    require_crs(areas, "areas")
    require_crs(units, "units")
    outlines = areas.geometry.to_numpy()[:, np.newaxis]
    shared = shapely.area(shapely.intersection(outlines, units.geometry.to_numpy()))
    whole = shapely.area(outlines)
    return np.asarray(np.divide(shared, whole, out=np.zeros_like(shared), where=whole > 0))
