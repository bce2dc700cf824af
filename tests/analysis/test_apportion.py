"""Need shared out over parts of what incidents are shown by: nothing lost, nothing invented."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from geo_service.analysis.apportion import apportioned, ground_shares
from geo_service.analysis.intervals import poisson_interval
from geo_service.analysis.need import PlainNeed, plain_need
from geo_service.domain.evenings import at_hour, slots_of
from geo_service.domain.grid import DANISH_GRID, WEB
from geo_service.errors import WrongCRS

UNTIL = date(2026, 11, 27)  # a Friday
SLOTS = slots_of(UNTIL, 2)
FRIDAY = SLOTS[2]  # 20–22


def frame(**shapes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Return areas by code from west, south, east, north."""
    return gpd.GeoDataFrame(
        {"code": list(shapes)}, geometry=[box(*sides) for sides in shapes.values()], crs=DANISH_GRID
    )


def need_of(units: gpd.GeoDataFrame, *where: str) -> PlainNeed:
    """Return the need of units in which an incident was reported on earlier Fridays at 21."""
    when = [at_hour(UNTIL - timedelta(weeks=1 + n % 10), 21) for n in range(len(where))]
    times = pd.to_datetime(pd.Series(when, dtype=object), utc=True)
    events = gpd.GeoDataFrame(
        {"area_code": list(where), "occurred_from": times, "occurred_to": times},
        geometry=gpd.GeoSeries([None] * len(where), crs=DANISH_GRID),
    )
    return plain_need(events, units, SLOTS, since=UNTIL - timedelta(weeks=60), until=UNTIL)


def figures(need: PlainNeed, code: str) -> pd.Series:
    rows = need.figures
    return rows[(rows["area_code"] == code) & (rows["slot_id"] == FRIDAY.slot_id)].iloc[0]


def test_a_quarter_of_the_ground_has_a_quarter_of_the_need_and_all_the_incidents_behind() -> None:
    units = frame(rode=(0, 0, 40, 10), other=(40, 0, 50, 10))
    areas = frame(a=(0, 0, 10, 10), b=(10, 0, 45, 10))
    need = apportioned(
        need_of(units, *["rode"] * 8, "other", "other"),
        units,
        areas,
        SLOTS,
    )
    a, b = figures(need, "a"), figures(need, "b")
    assert (a["n"], a["expected"]) == (8, pytest.approx(2 / 13))
    assert (b["n"], b["expected"]) == (10, pytest.approx((6 + 1) / 13))
    low, high = poisson_interval(2.0)
    assert np.allclose([a["low"] * 13, a["high"] * 13], [low, high])
    assert a["last_12_months"] == pytest.approx(2 / 52)


def test_ground_in_two_areas_is_the_smaller_ones() -> None:
    units = frame(rode=(0, 0, 10, 10))
    shares = ground_shares(units, frame(large=(0, 0, 10, 10), small=(0, 0, 4, 10)))
    assert shares[:, 0] == pytest.approx([0.6, 0.4])


def test_a_border_drawn_twice_makes_nobody_a_witness() -> None:
    """A sliver of another rode adds its ground, and not the number of its incidents."""
    units = frame(rode=(0, 0, 10, 10), next=(10, 0, 20, 10))
    areas = frame(a=(0, 0, 10.9, 10))  # 8 % of the area, 9 % of the rode
    need = apportioned(need_of(units, "rode", "next"), units, areas, SLOTS)
    assert figures(need, "a")["n"] == 1


def test_a_square_within_a_large_area_counts_however_small_a_part_of_it_is() -> None:
    units = frame(square=(40, 40, 50, 50), rode=(0, 0, 100, 100))
    need = apportioned(need_of(units, "square"), units, frame(a=(0, 0, 100, 100)), SLOTS)
    assert figures(need, "a")["n"] == 1


@given(
    cuts=st.lists(st.integers(1, 99), unique=True, max_size=6),
    where=st.lists(st.sampled_from(["west", "east"]), max_size=12),
)
def test_areas_that_fill_the_units_share_all_of_their_need(
    cuts: list[int], where: list[str]
) -> None:
    units = frame(west=(0, 0, 50, 10), east=(50, 0, 100, 10))
    edges = [0, *sorted(cuts), 100]
    pieces = {f"a{n}": sides for n, sides in enumerate(pairwise(edges))}
    areas = frame(**{code: (west, 0, east, 10) for code, (west, east) in pieces.items()})
    whole = need_of(units, *where)
    parts = apportioned(whole, units, areas, SLOTS)
    for column in ("expected", "last_12_months", "city_profile"):
        both = [one.figures.groupby("slot_id")[column].sum() for one in (whole, parts)]
        assert np.allclose(*both)
    assert (parts.figures["low"] <= parts.figures["expected"] + 1e-12).all()
    assert (parts.figures["expected"] <= parts.figures["high"]).all()


def test_degrees_are_refused() -> None:
    units = frame(rode=(0, 0, 1, 1))
    with pytest.raises(WrongCRS):
        ground_shares(units, units.set_crs(WEB, allow_override=True))
