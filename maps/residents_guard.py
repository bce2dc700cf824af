"""The last line of defence of the residents' page: what could point at somebody is refused.

Disclosure control happens before, in `publishing`. This page does not trust it: a figure that
breaks a rule of publication stops the page, whatever produced it.
"""

from __future__ import annotations

from typing import Any, NoReturn

import geopandas as gpd
import pandas as pd
import shapely

from geo_service.errors import InvalidInput, UnsafeToPublish
from maps.checks import given

FEWEST_ANSWERS = 50
"""Nothing is shown of a share with fewer answers behind it."""
SMALLEST_COUNT = 5
"""Counts from 1 up to this are hidden."""
SMALLEST_AREA_M2 = 10_000.0
"""An area under a hectare is a building, not a neighbourhood."""
NEVER_BELOW_MUNICIPALITY = (
    "seksual",
    "seksuel",
    "voldtægt",
    "blufærdighed",
    "samleje",
    "partnervold",
    "vold i hjemmet",
    "vold i familien",
    "hustruvold",
)
"""Parts of words for what is never told of a part of the municipality."""
SHARES = ("share_pct", "low_pct", "high_pct", "previous_share_pct")


def _refuse(where: object, why: str) -> NoReturn:
    raise UnsafeToPublish(f"The residents' page was not drawn: {where} {why}")


def guard_layer(frame: gpd.GeoDataFrame, name: str) -> None:
    """Refuse anything but areas: no points, no lines, nothing under a hectare.

    Raises
    ------
    UnsafeToPublish
        If one geometry is not a polygon or is too small.
    """
    shapes = frame.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    for kind, size in zip(kinds, shapely.area(shapes), strict=True):
        if kind not in (3, 6):
            _refuse(f"`{name}`", "holds something that is not an area. Only areas are published.")
        if size < SMALLEST_AREA_M2:
            _refuse(f"`{name}`", "holds an area under a hectare. Join it with a neighbour.")


def guard_areas(areas: gpd.GeoDataFrame) -> None:
    """Refuse shares without enough answers or interval, and figures in hidden rows.

    Raises
    ------
    UnsafeToPublish
        If a share is given where `n_answers` < 50, where the row is hidden or without its
        interval.
    InvalidInput
        If a share is not a percentage within its interval.
    """
    for row in areas.to_dict("records"):
        code = f"area {row['code']!r}"
        shown = [column for column in SHARES if given(row[column])]
        if not given(row["hidden"]):
            _refuse(code, "does not say whether it is hidden.")
        if bool(row["hidden"]) and (shown or given(row["change"])):
            _refuse(code, "is hidden, but has figures. Remove them before publishing.")
        if not shown:
            continue
        if not given(row["n_answers"]) or row["n_answers"] < FEWEST_ANSWERS:
            _refuse(code, f"has a share on fewer than {FEWEST_ANSWERS} answers. Hide it.")
        if not all(given(row[column]) for column in SHARES[:3]):
            _refuse(code, "has a share without its interval. Give `low_pct` and `high_pct`.")
        if not 0 <= row["low_pct"] <= row["share_pct"] <= row["high_pct"] <= 100:  # noqa: PLR2004
            raise InvalidInput(f"In {code}, the share must lie in its interval, within 0 to 100.")


def guard_counts(counts: pd.DataFrame) -> None:
    """Refuse small counts and kinds of offence that are never told of a part of the city.

    Raises
    ------
    UnsafeToPublish
        If a count is 1 to 4, or its type may not be shown below the municipality.
    InvalidInput
        If a count is negative or not whole.
    """
    for row in counts.to_dict("records"):
        where = f"{row['crime_type']!r} in area {row['area_code']!r}"
        spoken = str(row["crime_type"]).casefold()
        if any(part in spoken for part in NEVER_BELOW_MUNICIPALITY):
            _refuse(where, "may not be shown below the municipality.")
        if not given(row["count"]):
            continue
        count: Any = row["count"]
        if 0 < count < SMALLEST_COUNT:
            _refuse(where, "is a count from 1 to 4. Hide it, and one more so that sums stay shut.")
        if count < 0 or count != int(count):
            raise InvalidInput(f"The count of {where} must be a whole number, not {count!r}.")
