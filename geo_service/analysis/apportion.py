"""Need of places that are smaller than what incidents are shown by.

Whoever is shown incidents by rode or by square knows no more than that: what is expected in a
rode is shared out over the parts of it by how much ground each has. That claims nothing about
where in the rode it happens, and two parts of one rode differ by their size alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo_service.analysis.baselines import SHOWN
from geo_service.analysis.evening_weeks import counted_in
from geo_service.analysis.intervals import poisson_interval
from geo_service.analysis.need import PlainNeed
from geo_service.domain.evenings import Slot
from geo_service.domain.grid import require_crs

Shares = npt.NDArray[np.float64]
"""Shape (areas, units): how much of the ground of each unit lies in each area; 0 … 1."""


def ground_shares(units: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> Shares:
    """Return how much of the ground of each unit lies in each area.

    Parameters
    ----------
    units
        What incidents are shown by: polygons, EPSG:25832.
    areas
        Polygons, EPSG:25832, with column code. Ground in several belongs to the smallest of
        them, then to the lower code, as a point does.

    Raises
    ------
    WrongCRS
        If either is not in EPSG:25832.
    """
    require_crs(units, "units")
    require_crs(areas, "areas")
    outlines, whole = areas.geometry.to_numpy(), units.geometry.to_numpy()
    shares = np.zeros((len(areas), len(units)))
    taken: shapely.Geometry = shapely.Polygon()
    order = np.lexsort((areas["code"].astype(str), areas.geometry.area.round(3).to_numpy()))
    for area in order:
        ground = shapely.difference(outlines[area], taken)
        shares[area] = shapely.area(shapely.intersection(whole, ground))
        taken = shapely.union(taken, outlines[area])
    size = shapely.area(whole)
    return np.where(size > 0, shares / np.where(size > 0, size, 1), 0)


def apportioned(
    need: PlainNeed, units: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, slots: Sequence[Slot]
) -> PlainNeed:
    """Return the need of areas from the need of the units that incidents are shown by.

    Parameters
    ----------
    need
        As `plain_need` returns it for units and `slots`.
    units, areas
        As for `ground_shares`.

    Returns
    -------
    PlainNeed
        `n` counts the incidents of every unit that an area is counted in, as at the meeting
        (`evening_weeks.counted_in`): each may have been there. The interval is of chance alone,
        and does not tell where in a unit it happened.
    """
    shares = ground_shares(units, areas)
    codes = areas["code"].to_numpy(dtype=object)

    def shared(column: str, weights: Shares) -> npt.NDArray[np.float64]:
        of_units = need.figures[column].to_numpy(float).reshape(len(slots), len(units))
        return np.asarray(of_units @ weights.T, dtype=float).ravel()

    expected = shared("expected", shares)
    low, high = poisson_interval(expected * need.period_weeks)
    figures = pd.DataFrame(
        {
            "area_code": np.tile(codes, len(slots)),
            "slot_id": np.repeat([slot.slot_id for slot in slots], len(codes)),
            "n": shared("n", counted_in(areas, units).astype(float)).astype(int),
            "expected": expected,
            "low": low / need.period_weeks,
            "high": high / need.period_weeks,
        }
        | {str(baseline): shared(str(baseline), shares) for baseline in SHOWN}
    )
    return replace(need, figures=figures)
