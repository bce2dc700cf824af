"""A year of incidents: where, when, of which type, and how uncertain the time is.

Some incidents gather at places (stations, nightlife, estates), the rest happen at addresses
where people live. Each has a true time, which is then forgotten as far as people do not know
it: a burglary is found in the evening or after the holiday, a fight has a known minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo_service.demo import season
from geo_service.demo.ground import Floats, Ground, Ints
from geo_service.demo.places import KINDS, PULL, SHARE_AT_PLACES, Place
from geo_service.demo.wall_time import as_moments, to_utc
from geo_service.domain.grid import DANISH_GRID

Times = npt.NDArray[np.datetime64]


class Manner(NamedTuple):
    """How a type is met: its share of all, how its time is known, where and by whom."""

    share: float
    known: float  # share with a known time
    median_minutes: float  # of the interval of the rest
    spread: float  # of its logarithm
    longest_minutes: int
    setting: tuple[float, float, float]  # public space, indoor, unknown
    found_by: tuple[float, float, float]  # citizen, patrol, unknown


MANNERS: Final = {
    "vold": Manner(0.085, 0.9, 30, 0.7, 180, (0.57, 0.32, 0.11), (0.85, 0.11, 0.04)),
    "indbrud": Manner(0.09, 0.03, 600, 1.3, 21 * 1440, (0.0, 0.97, 0.03), (0.95, 0.02, 0.03)),
    "tyveri": Manner(0.42, 0.15, 180, 1.1, 4 * 1440, (0.5, 0.37, 0.13), (0.95, 0.01, 0.04)),
    "narkotika": Manner(0.075, 0.95, 40, 0.6, 240, (0.78, 0.14, 0.08), (0.1, 0.83, 0.07)),
    "haervaerk": Manner(0.12, 0.12, 540, 0.9, 5 * 1440, (0.73, 0.17, 0.1), (0.88, 0.07, 0.05)),
    "chikane": Manner(0.06, 0.7, 90, 1.0, 1440, (0.46, 0.4, 0.14), (0.94, 0.02, 0.04)),
    "uro": Manner(0.15, 0.75, 50, 0.6, 180, (0.87, 0.04, 0.09), (0.58, 0.34, 0.08)),
}
SETTINGS: Final = ("public_space", "indoor", "unknown")
FOUND_BY: Final = ("citizen", "patrol", "unknown")

WHERE_PEOPLE_LIVE: Final = {
    "nørrebro": 1.25,
    "bispebjerg": 1.15,
    "brønshøj-husum": 1.0,
    "indre by": 1.7,
    "vesterbro/kgs eng": 1.25,
    "østerbro": 0.75,
    "valby": 0.9,
    "vanløse": 0.7,
    "amager øst": 0.9,
    "amager vest": 0.95,
}
"""Incidents per resident against the city's mean, away from the places."""
ADDRESSES_A_HECTARE: Final = 2.5
AT_ADDRESS_M: Final = 14.0

AT_ITS_HOUR: Final = 0.6
"""Share of a lively place's public incidents that keep to its evening and hour."""
HOUR_WIDTH: Final = 1.1
LATELY_DAYS: Final = 14
LATELY: Final = {"Haraldsgade": 0.2}
"""Share of a place's lively incidents that fall in the last days: something has begun there."""
NO_MORE: Final = ("Nørrebrohallen",)
"""Places whose lively incidents of the last days fell a month earlier: it has become quiet."""
KEEPS_TO_HOURS: Final = ("vold", "narkotika", "haervaerk", "chikane", "uro")
QUARTER, FIVE = 15, 5  # people give times in quarters, patrols in five minutes


def incidents(
    rng: np.random.Generator,
    ground: Ground,
    places: Sequence[Place],
    residents: Floats,
    *,
    as_of: date,
    count: int,
) -> gpd.GeoDataFrame:
    """Return `count` incidents in the twelve months before `as_of`, in order of time.

    Returns
    -------
    GeoDataFrame
        Columns source_system, source_ref, crime_type, setting, found_by, occurred_from,
        occurred_to (aware UTC; equal where the time is known), rode_code, and geom
        (points inside the roder, EPSG:25832).
    """
    start = _year_before(as_of)
    types = tuple(MANNERS)
    shares = np.array([MANNERS[crime_type].share for crime_type in types])
    kind_of = np.repeat(np.arange(len(types)), rng.multinomial(count, shares / shares.sum()))
    at_place = _choose_places(rng, types, kind_of, places)
    points = _where(rng, ground, places, residents, at_place)
    wall = _when(rng, types, kind_of, at_place, places, (start, as_of))
    known, earliest, latest = _as_known(rng, types, kind_of, wall, (start, as_of))
    frame = pd.DataFrame(
        {
            "crime_type": np.array(types, dtype=object)[kind_of],
            "setting": _pick(rng, SETTINGS, [MANNERS[t].setting for t in types], kind_of),
            "found_by": _pick(rng, FOUND_BY, [MANNERS[t].found_by for t in types], kind_of),
            "occurred_from": as_moments(earliest),
            "occurred_to": as_moments(np.where(known, earliest, latest)),
            "rode_code": np.array(ground.codes, dtype=object)[ground.rode_at(points)],
        }
    )
    frame["geom"] = shapely.points(points)
    frame = frame.sort_values("occurred_from", kind="stable", ignore_index=True)
    frame.insert(0, "source_system", "demo")
    frame.insert(1, "source_ref", [f"D-{number:06d}" for number in range(1, count + 1)])
    return gpd.GeoDataFrame(frame, geometry="geom", crs=DANISH_GRID)


def _choose_places(
    rng: np.random.Generator, types: Sequence[str], kind_of: Ints, places: Sequence[Place]
) -> Ints:
    """Return the place of each incident, or -1 for those at an address."""
    chosen = np.full(len(kind_of), -1, dtype=np.int64)
    if not places:
        return chosen
    kinds = np.array([KINDS.index(place.kind) for place in places])
    weight = np.array([place.weight for place in places])
    for number, crime_type in enumerate(types):
        mine = np.flatnonzero(kind_of == number)
        drawn = mine[rng.random(len(mine)) < SHARE_AT_PLACES[crime_type]]
        pull = weight * np.array(PULL[crime_type])[kinds]
        if pull.sum() > 0:
            chosen[drawn] = rng.choice(len(places), size=len(drawn), p=pull / pull.sum())
    return chosen


def _where(
    rng: np.random.Generator,
    ground: Ground,
    places: Sequence[Place],
    residents: Floats,
    at_place: Ints,
) -> Floats:
    home = np.flatnonzero(at_place < 0)
    points = np.empty((len(at_place), 2))
    spread = np.full(len(at_place), AT_ADDRESS_M)
    points[home] = _addresses(rng, ground, residents, len(home))
    if len(home) < len(at_place):
        there = at_place >= 0
        points[there] = np.array([(p.east, p.north) for p in places])[at_place[there]]
        spread[there] = np.array([p.spread_m for p in places])[at_place[there]]
    return ground.jitter(rng, points, spread)


def _addresses(rng: np.random.Generator, ground: Ground, residents: Floats, count: int) -> Floats:
    """Return addresses for incidents away from the places; some addresses come often."""
    bydele = ground.roder["bydel"].astype(str).str.casefold()
    weight = residents * bydele.map(WHERE_PEOPLE_LIVE).fillna(1.0).to_numpy()
    rode = rng.choice(len(weight), size=count, p=weight / weight.sum())
    hectares = shapely.area(ground.shapes) / 10_000
    addresses = np.clip(hectares * ADDRESSES_A_HECTARE, 8, 120).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(addresses)[:-1]])
    known = ground.scatter(rng, np.repeat(np.arange(len(addresses)), addresses))
    # squaring makes the first addresses of a rode the busy ones
    which = first[rode] + (addresses[rode] * rng.random(count) ** 2).astype(np.int64)
    points: Floats = known[which]
    return points


def _when(
    rng: np.random.Generator,
    types: Sequence[str],
    kind_of: Ints,
    at_place: Ints,
    places: Sequence[Place],
    period: tuple[date, date],
) -> Times:
    """Return the true wall time of each incident, datetime64[m], inside the period."""
    days = np.arange(np.datetime64(period[0], "D"), np.datetime64(period[1], "D"))
    day = np.empty(len(kind_of), dtype=np.int64)
    hour = np.empty(len(kind_of))
    place_kind = np.array([*(place.kind for place in places), "home"], dtype=object)[at_place]
    for number, crime_type in enumerate(types):
        for kind in (*KINDS, "home"):
            mine = np.flatnonzero((kind_of == number) & (place_kind == kind))
            by_day = season.day_weights(days, crime_type, kind)
            by_hour = season.hour_weights(crime_type, kind)
            day[mine] = rng.choice(len(days), size=len(mine), p=by_day)
            hour[mine] = rng.choice(season.HOURS, size=len(mine), p=by_hour)
    hour += rng.random(len(hour))
    lively = np.isin(kind_of, [types.index(name) for name in KEEPS_TO_HOURS])
    for position, place in enumerate(places):
        if place.hour is not None:
            mine = np.flatnonzero(lively & (at_place == position))
            mine = mine[rng.random(len(mine)) < AT_ITS_HOUR]
            day[mine] = _nearest_evening(rng, days, day[mine], place.weekdays)
            hour[mine] = rng.normal(place.hour, HOUR_WIDTH, len(mine))
    day = _lately(rng, day, len(days), places, np.where(lively, at_place, -1))
    minutes = day * 1440 + (hour * 60).astype(np.int64)
    # the night after the last day is the night before the first
    wall: Times = days[0].astype("datetime64[m]") + minutes % (len(days) * 1440)
    return wall


def _lately(
    rng: np.random.Generator, day: Ints, days: int, places: Sequence[Place], at_place: Ints
) -> Ints:
    """Return the days with what has changed at some places lately, by whole weeks."""
    moved = day.copy()
    last_fortnight = days - LATELY_DAYS
    for position, place in enumerate(places):
        mine = np.flatnonzero(at_place == position)
        if place.name in LATELY:
            mine = mine[rng.random(len(mine)) < LATELY[place.name]]
            # the same weekday, in one of the last two weeks
            moved[mine] = last_fortnight + (day[mine] - last_fortnight) % LATELY_DAYS
        if place.name in NO_MORE:
            late = mine[day[mine] >= last_fortnight]
            moved[late] = day[late] - 2 * LATELY_DAYS
    return moved


def _nearest_evening(
    rng: np.random.Generator, days: Times, day: Ints, weekdays: Sequence[int]
) -> Ints:
    """Move each day to one of the weekdays in the seven days from it, or the week before."""
    wanted = rng.choice(np.array(weekdays), size=len(day))
    weekday = (days[day].astype("datetime64[D]").astype(np.int64) + 3) % 7  # 1970 began a Thursday
    moved = day + (wanted - weekday) % 7
    return np.where(moved < len(days), moved, moved - 7)


def _as_known(
    rng: np.random.Generator,
    types: Sequence[str],
    kind_of: Ints,
    wall: Times,
    period: tuple[date, date],
) -> tuple[npt.NDArray[np.bool_], Times, Times]:
    """Return whether the time is known, and the earliest and latest it may have been (UTC)."""
    manners = [MANNERS[crime_type] for crime_type in types]
    known = rng.random(len(wall)) < np.array([m.known for m in manners])[kind_of]
    median = np.array([m.median_minutes for m in manners])[kind_of]
    longest = np.array([m.longest_minutes for m in manners])[kind_of]
    spread = np.array([m.spread for m in manners])[kind_of]
    length = np.minimum(median * np.exp(spread * rng.normal(size=len(wall))), longest)
    before = (length * rng.random(len(wall))).astype(np.int64)
    true = to_utc(wall).astype(np.int64)
    first, last = to_utc(np.array(period, dtype="datetime64[m]")).astype(np.int64)
    step = np.where(known, FIVE, QUARTER)
    earliest = np.where(known, true, true - before) // step * step
    latest = -(-(true + length.astype(np.int64) - before) // QUARTER) * QUARTER
    earliest = np.maximum(earliest, first)
    latest = np.clip(np.maximum(latest, earliest + QUARTER), None, last - 1)
    return known, earliest.astype("datetime64[m]"), latest.astype("datetime64[m]")


def _pick(
    rng: np.random.Generator,
    codes: Sequence[str],
    shares: Sequence[tuple[float, ...]],
    kind_of: Ints,
) -> npt.NDArray[Any]:
    """Return one of the codes per incident, by the shares of its type."""
    limits = np.cumsum(np.array(shares), axis=1)[kind_of]
    drawn = (rng.random(len(kind_of))[:, None] >= limits[:, :-1]).sum(axis=1)
    picked: npt.NDArray[Any] = np.array(codes, dtype=object)[drawn]
    return picked


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
