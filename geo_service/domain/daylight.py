"""How much of a slot is dark, from the altitude of the sun over a place.

Dark is when the centre of the sun is more than six degrees below the horizon, the end of civil
twilight: from then on one needs lamps to see who is coming. The altitude is geometric, without
refraction.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

import shapely

from geo_service.domain.evenings import Period, elapsed_minutes, require_aware
from geo_service.domain.grid import DANISH_GRID, WEB
from geo_service.errors import InvalidInput

DARK_BELOW_DEG: Final = -6.0
"""Altitude of the sun at the end of civil twilight."""
_STEP_MINUTES: Final = (
    5.0  # darkness shorter than this, about midsummer in the north, may be missed
)
_HALVINGS: Final = 12  # to within 5 minutes / 2**12, less than a tenth of a second


def sun_altitude(place: shapely.Point, moment: datetime) -> float:
    """Return the sun's altitude in degrees over a place (EPSG:25832) at an aware moment.

    Raises
    ------
    InvalidInput
        If the place is empty, or the moment has no time zone.

    References
    ----------
    The formulas of the US National Oceanic and Atmospheric Administration's solar calculator,
    after J. Meeus (1991), Astronomical Algorithms, as `astral` has them.
    """
    from astral.sun import elevation

    observer = _observer(*_east_north(place))
    altitude: float = elevation(
        observer, require_aware(moment).astimezone(UTC), with_refraction=False
    )
    return altitude


def share_dark(
    place: shapely.Point,
    starts_at: datetime,
    ends_at: datetime,
    *,
    below_deg: float = DARK_BELOW_DEG,
) -> float:
    """Return the share, 0 … 1, of a period in which the sun is below an altitude.

    Parameters
    ----------
    place
        Where, EPSG:25832.
    starts_at, ends_at
        The period, aware; its length counts as it passes, also when the clock is changed.
    below_deg
        Altitude of the sun's centre in degrees below which it is dark.

    Raises
    ------
    InvalidInput
        If the period does not end after it begins, or a time has no time zone.
    """
    minutes = elapsed_minutes(starts_at, ends_at)
    if minutes <= 0:
        raise InvalidInput("A period must end after it begins.")
    start = starts_at.astimezone(UTC)

    def height(minute: float) -> float:
        return sun_altitude(place, start + timedelta(minutes=minute)) - below_deg

    steps = math.ceil(minutes / _STEP_MINUTES)
    marks = [minutes * step / steps for step in range(steps + 1)]
    heights = [height(mark) for mark in marks]
    dark = sum(
        _dark_minutes(height, marks[step], marks[step + 1], heights[step], heights[step + 1])
        for step in range(steps)
    )
    return dark / minutes


def dark_shares(
    place: shapely.Point, periods: Sequence[Period], *, below_deg: float = DARK_BELOW_DEG
) -> list[float]:
    """Return the dark share of each period over one place; see `share_dark`."""
    return [share_dark(place, *period, below_deg=below_deg) for period in periods]


def _dark_minutes(
    height: Callable[[float], float], first: float, last: float, at_first: float, at_last: float
) -> float:
    """Return the dark minutes of a step in which the sun crosses the limit at most once."""
    if (at_first < 0) == (at_last < 0):
        return last - first if at_first < 0 else 0.0
    low, high = first, last
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if (height(middle) < 0) == (at_first < 0):
            low = middle
        else:
            high = middle
    return low - first if at_first < 0 else last - low


def _east_north(place: shapely.Point) -> tuple[float, float]:
    if place.is_empty or not (math.isfinite(place.x) and math.isfinite(place.y)):
        raise InvalidInput("A place without coordinates has no sun.")
    return float(place.x), float(place.y)


@cache
def _to_degrees() -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(DANISH_GRID, WEB, always_xy=True)


@cache
def _observer(east: float, north: float) -> Any:
    from astral import Observer

    longitude, latitude = _to_degrees().transform(east, north)
    return Observer(latitude=latitude, longitude=longitude)
