"""Need for presence: incidents expected per coverage area and slot, with what is behind it.

Plain counts, no forecast: what was reported in the same hours of the same weekday over a
period, divided by how many such evenings there were. Uncertain times are spread by aoristic
shares; every figure carries its number of incidents and an interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_service.analysis.aoristic import hour_of_week_shares
from geo_service.analysis.assignment import assign_areas
from geo_service.analysis.intervals import poisson_interval
from geo_service.domain.evenings import COPENHAGEN, Slot
from geo_service.domain.grid import require_crs
from geo_service.errors import InvalidInput

M2_A_KM2: Final = 1_000_000
COLUMNS: Final = ("area_code", "slot_id", "n", "expected", "low", "high")


def expected_need(
    incidents: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    slots: Sequence[Slot],
    *,
    weeks: float,
) -> pd.DataFrame:
    """Return the need of each area in each slot.

    Parameters
    ----------
    incidents
        n points, EPSG:25832, with aware times occurred_from and occurred_to, all from a
        period of `weeks` weeks.
    areas
        m polygons, EPSG:25832, with column code. Areas may overlap: an incident counts in
        the smallest it lies in.
    slots
        The slots wanted; only their weekday and hours matter.
    weeks
        Length of the period behind the incidents; positive.

    Returns
    -------
    DataFrame
        m × len(slots) rows: area_code, slot_id, n (incidents that may have happened in
        these hours), expected, low, high (incidents in that slot; 95 %).

    Raises
    ------
    WrongCRS
        If incidents or areas are not in EPSG:25832.
    InvalidInput
        If `weeks` is not positive, or a time is missing or without a time zone.
    """
    require_crs(incidents, "incidents")
    if not weeks > 0:
        raise InvalidInput(f"Need a period of more than 0 weeks, got {weeks}.")
    position = assign_areas(incidents.geometry, areas)
    inside = incidents[position >= 0]
    shares = hour_of_week_shares(inside["occurred_from"], inside["occurred_to"], zone=COPENHAGEN)
    shares["area"] = position[position >= 0][shares["row"].to_numpy()]
    if not slots:
        return pd.DataFrame(columns=list(COLUMNS))
    frames = []
    for hours, members in _slots_by_hours(slots).items():
        there = shares[shares["hour"].isin(hours)]
        weight = np.bincount(there["area"], there["share"], minlength=len(areas))
        once = there.drop_duplicates(["row"])
        n = np.bincount(once["area"], minlength=len(areas))
        low, high = poisson_interval(weight)
        frames += [
            pd.DataFrame(
                {
                    "area_code": areas["code"].to_numpy(),
                    "slot_id": slot.slot_id,
                    "n": n,
                    "expected": weight / weeks,
                    "low": low / weeks,
                    "high": high / weeks,
                }
            )
            for slot in members
        ]
    return pd.concat(frames, ignore_index=True)


def density(need: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return expected incidents per km² and slot: columns code, slot_id, expected."""
    km2 = pd.Series(areas.geometry.area.to_numpy() / M2_A_KM2, index=areas["code"].to_numpy())
    per_km2 = need["expected"] / need["area_code"].map(km2)
    return pd.DataFrame(
        {"code": need["area_code"], "slot_id": need["slot_id"], "expected": per_km2}
    )


def _slots_by_hours(slots: Sequence[Slot]) -> dict[tuple[int, ...], list[Slot]]:
    """Group slots that cover the same hours of the week, so that each is counted once."""
    grouped: dict[tuple[int, ...], list[Slot]] = {}
    for slot in slots:
        grouped.setdefault(slot.hours_of_week, []).append(slot)
    return grouped
