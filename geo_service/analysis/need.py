"""Need for presence: incidents expected per coverage area and slot, with what is behind it.

Plain counts, no forecast: what was reported in the same hours of the same weekday over a
period, divided by how many such evenings there were. Uncertain times are spread by aoristic
shares; every figure carries its number of incidents and an interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_service.analysis.aoristic import HOURS_OF_WEEK, SECONDS_AN_HOUR
from geo_service.analysis.baselines import (
    SHOWN,
    WEEKS_A_YEAR,
    Baseline,
    baseline_rates,
    standing_in,
)
from geo_service.analysis.intervals import poisson_interval
from geo_service.analysis.slot_history import (
    DAYS_A_WEEK,
    Counts,
    area_of_each,
    incidents_met,
    slot_history,
    weekly_slot,
    weekly_slots,
)
from geo_service.domain.evenings import Slot
from geo_service.errors import InvalidInput

M2_A_KM2: Final = 1_000_000
PERIOD_WEEKS: Final = 13


@dataclass(frozen=True)
class PlainNeed:
    """Counts per area and slot beside what would be expected, and what they rest on."""

    figures: pd.DataFrame
    """Area_code, slot_id, n, expected, low, high, and a column per baseline shown."""
    weeks: int
    """How many weeks of history there are; decides which baselines can be shown."""
    period_weeks: int
    """How many of them n, expected, low and high are counted over."""
    standing: dict[Baseline, Baseline | None]
    """Whose figures stand in each baseline's column; None where there is not enough data."""
    outside: int
    """Events in none of the areas."""
    time_unknown: int
    """Events within the areas known to a week or worse: spread evenly, so of little help."""


def plain_need(
    events: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    slots: Sequence[Slot],
    *,
    since: date,
    until: date,
    period_weeks: int = PERIOD_WEEKS,
) -> PlainNeed:
    """Return the need of each area in each slot, counted lately, beside three baselines.

    Parameters
    ----------
    events
        n rows as `need_events` chooses them: points (EPSG:25832) or an area_code, and aware
        times occurred_from and occurred_to.
    areas
        m polygons, EPSG:25832, with column code. Areas may overlap: a point counts in the
        smallest it lies in.
    slots
        The slots wanted, none of an evening before `until`.
    since, until
        The first evening of which everything is known, and the first that is not counted.
    period_weeks
        How far back the need itself is counted; all there is, where that is less.

    Raises
    ------
    WrongCRS
        If events or areas are not in EPSG:25832.
    InvalidInput
        If there is not a week of history, a slot lies in it, or a time is missing, without
        a time zone or ends before it begins.
    """
    weeks = (until - since).days // DAYS_A_WEEK
    if min([slot.evening for slot in slots], default=until) < until:
        raise InvalidInput(f"A slot lies before {until}, where the counted evenings end.")
    if period_weeks < 1:
        raise InvalidInput(f"Need a period of at least one week, got {period_weeks}.")
    area = area_of_each(events, areas)
    weekly = weekly_slots(slots)
    period = min(period_weeks, weeks)
    counts = slot_history(
        events, area, weekly, areas=len(areas), until=until, weeks=min(weeks, WEEKS_A_YEAR)
    ).counts
    n = incidents_met(events, area, weekly, areas=len(areas), until=until, weeks=period)
    total = counts[-period:].sum(axis=0)
    low, high = poisson_interval(total)
    column = [weekly.index(weekly_slot(slot)) for slot in slots]
    standing = {baseline: standing_in(baseline, weeks) for baseline in SHOWN}
    figures = pd.DataFrame(
        {
            "area_code": np.tile(areas["code"].to_numpy(), len(slots)),
            "slot_id": np.repeat([slot.slot_id for slot in slots], len(areas)),
            "n": n[:, column].T.ravel(),
            "expected": total[:, column].T.ravel() / period,
            "low": low[:, column].T.ravel() / period,
            "high": high[:, column].T.ravel() / period,
        }
        | {
            str(baseline): _baseline_column(counts, shown, slots, column, until)
            for baseline, shown in standing.items()
        }
    )
    length = (events["occurred_to"] - events["occurred_from"]).dt.total_seconds().to_numpy()
    vague = length >= HOURS_OF_WEEK * SECONDS_AN_HOUR
    return PlainNeed(
        figures=figures,
        weeks=weeks,
        period_weeks=period,
        standing=standing,
        outside=int((area < 0).sum()),
        time_unknown=int((vague & (area >= 0)).sum()),
    )


def together(one: PlainNeed, other: PlainNeed) -> PlainNeed:
    """Return the need of two kinds of events in the same areas and slots, counted together.

    Parameters
    ----------
    one, other
        As `plain_need` returns them for the same areas, slots and period.

    Returns
    -------
    PlainNeed
        Sums; the interval is that of the summed count. A baseline that one lacks is lacking.
    """
    keys = ["area_code", "slot_id"]
    if not one.figures[keys].equals(other.figures[keys]) or one.period_weeks != other.period_weeks:
        raise InvalidInput("Only the need of the same areas, slots and weeks can be added.")
    summed = ["n", "expected", *map(str, one.standing)]
    figures = one.figures.assign(
        **{name: one.figures[name] + other.figures[name] for name in summed}
    )
    low, high = poisson_interval(figures["expected"].to_numpy() * one.period_weeks)
    return replace(
        one,
        figures=figures.assign(low=low / one.period_weeks, high=high / one.period_weeks),
        outside=one.outside + other.outside,
        time_unknown=one.time_unknown + other.time_unknown,
    )


def _baseline_column(
    counts: Counts,
    baseline: Baseline | None,
    slots: Sequence[Slot],
    column: Sequence[int],
    until: date,
) -> npt.NDArray[np.float64]:
    """Return a baseline's rates per slot and area, NaN where it has none."""
    rates = np.full((len(slots), counts.shape[1]), np.nan)
    if baseline is None:
        return rates.ravel()
    ahead = [(slot.evening - until).days // DAYS_A_WEEK for slot in slots]
    of_week = {week: baseline_rates(counts, baseline, ahead=week) for week in set(ahead)}
    for number, week in enumerate(ahead):
        found = of_week[week]
        if found is not None:
            rates[number] = found[:, column[number]]
    return rates.ravel()


def density(need: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return expected incidents per km² and slot: columns code, slot_id, expected."""
    km2 = pd.Series(areas.geometry.area.to_numpy() / M2_A_KM2, index=areas["code"].to_numpy())
    per_km2 = need["expected"] / need["area_code"].map(km2)
    return pd.DataFrame(
        {"code": need["area_code"], "slot_id": need["slot_id"], "expected": per_km2}
    )
