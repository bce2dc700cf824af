"""What changed in each coverage area since the last agreement, beyond chance, for the meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo_service.analysis.change import LATEST_WEEKS, PlaceChange, place_changes
from geo_service.analysis.emerging import Emerging, emerging_hotspots
from geo_service.analysis.evening_weeks import (
    Ground,
    GroundWeeks,
    evening_weeks,
    evening_weeks_of_grounds,
    ground_in,
)
from geo_service.analysis.hotspot_gistar import FEWEST_DRAWS, FEWEST_PLACES
from geo_service.analysis.neighbours import adjacent
from geo_service.analysis.slot_history import DAYS_A_WEEK, area_of_each
from geo_service.analysis.usual import Level
from geo_service.domain.frames import rows_of
from geo_service.workflows.evening_need import KnownIncidents

MOST_LATEST_WEEKS: Final = 8
WEEKS_A_PERIOD: Final = 4
"""Of the emerging classes: a year is thirteen periods."""
SEED: Final = 20100301
"""Of the shared null distribution: who asks again, or from the other side, is told the same."""
ORDER: Final = (Level.more, Level.less, Level.unknown, Level.as_usual)

MOVED: Final = {Level.more: "steget", Level.less: "faldet"}


@dataclass(frozen=True)
class PlaceNews:
    """One coverage area: how it stands to what is usual there, and whether its rode sticks out."""

    code: str
    name: str
    change: PlaceChange
    counted_in: tuple[str, ...]
    """What its incidents are counted in, in words, and whether that has changed; nothing where
    that is the area itself."""
    rode: str
    """The rode that has changed, of those it is counted in; else the one that most of it lies in.
    In words; empty for none."""
    kind: Emerging
    """What that rode has been over the year, beside the other roder of the hotspot area."""


@dataclass(frozen=True)
class Move:
    """A count that is more or less than usual: told once, however many places are counted in it."""

    ground: str
    """The rode or square, in words; empty where that is the place itself."""
    places: tuple[str, ...]
    change: PlaceChange


@dataclass(frozen=True)
class News:
    """All coverage areas, those that have changed first, and what the figures rest on."""

    places: tuple[PlaceNews, ...]
    moves: tuple[Move, ...]
    """What has changed, the clearest first."""
    latest: tuple[date, date]
    """First and last evening of the weeks that are new."""
    earlier: tuple[date, date] | None
    """First and last evening of the weeks they are compared with."""
    latest_weeks: int
    earlier_weeks: int
    time_unknown: int
    """Incidents of the year that may have been in an evening or not, so are not counted."""
    reaches_back: bool
    """Whether the latest weeks are those since the last agreement; else only the newest known."""
    is_empty: bool
    """Whether no incident is known at all."""


def place_news(
    known: KnownIncidents,
    coverage: gpd.GeoDataFrame,
    roder: gpd.GeoDataFrame,
    *,
    last_met: date | None,
) -> News:
    """Compare each coverage area with itself, and each rode with its neighbours.

    Parameters
    ----------
    known
        What a Hotspot chief is shown.
    coverage, roder
        As for `evening_need.evening_need`, with names.
    last_met
        First evening of the last agreement: what came after is new; None where there is none.
    """
    weeks = (known.until - known.since).days // DAYS_A_WEEK
    latest_weeks, reaches_back = _latest_weeks(known.until, last_met)
    latest_weeks = min(latest_weeks, weeks)
    counted = evening_weeks_of_grounds(
        known.events, coverage, known.units, until=known.until, weeks=weeks
    )
    found = place_changes(counted.counts, latest_weeks=latest_weeks) if len(coverage) else []
    changes = dict(zip(counted.grounds, found, strict=True))
    kinds = _kinds(known, roder, weeks)
    most = ground_in(coverage, roder)
    places = []
    for number, area in enumerate(rows_of(coverage[["code", "name"]])):
        ground = counted.of_area[number]
        rode = _rode_told(known, ground, changes, most[number])
        places.append(
            PlaceNews(
                code=str(area.code),
                name=str(area.name),
                change=changes[ground],
                counted_in=_ground_words(known, roder, ground, changes),
                rode="" if rode is None else _rode(roder, rode),
                kind=Emerging.unknown if rode is None else kinds[rode],
            )
        )
    begins = known.until - timedelta(weeks=latest_weeks)
    first = known.until - timedelta(weeks=weeks)
    return News(
        places=tuple(
            sorted(
                places,
                key=lambda one: (
                    ORDER.index(one.change.level),
                    np.nan_to_num(one.change.q, nan=2.0),
                    one.name,
                ),
            )
        ),
        moves=_moves(known, coverage, roder, counted, changes),
        latest=(begins, known.until - timedelta(days=1)),
        earlier=(first, begins - timedelta(days=1)) if first < begins else None,
        latest_weeks=latest_weeks,
        earlier_weeks=weeks - latest_weeks,
        time_unknown=counted.time_unknown,
        reaches_back=reaches_back,
        is_empty=known.is_empty,
    )


def _latest_weeks(until: date, last_met: date | None) -> tuple[int, bool]:
    """Return how many whole weeks are new, and whether they are those since the last agreement."""
    if last_met is None:
        return LATEST_WEEKS, False
    since = round((until - last_met).days / DAYS_A_WEEK)
    if not 1 <= since <= MOST_LATEST_WEEKS:
        return LATEST_WEEKS, False
    return since, True


def _moves(
    known: KnownIncidents,
    coverage: gpd.GeoDataFrame,
    roder: gpd.GeoDataFrame,
    counted: GroundWeeks,
    changes: dict[Ground, PlaceChange],
) -> tuple[Move, ...]:
    """Return each count that has changed: of several units only where none of them has alone."""
    names = [str(name) for name in coverage["name"]]
    moves = []
    for ground, change in changes.items():
        parts = [changes[(unit,)].level for unit in ground] if len(ground) > 1 else []
        if change.level not in MOVED or change.level in parts:
            continue
        units = [] if known.units is None else [_unit(known, roder, unit) for unit in ground]
        told = tuple(
            name
            for name, own in zip(names, counted.of_area, strict=True)
            if set(ground) <= set(own)
        )
        moves.append(Move(" og ".join(units), told, change))
    return tuple(sorted(moves, key=lambda one: (one.change.q, one.ground, one.places)))


def _rode_told(
    known: KnownIncidents,
    ground: Ground,
    changes: dict[Ground, PlaceChange],
    most: npt.NDArray[np.float64],
) -> int | None:
    """Return the rode to tell of: the one that has changed most clearly, else the widest part."""
    roder = range(0) if known.units is None else range(len(most))
    moved = [at for at in ground if at in roder and changes[(at,)].level in MOVED]
    if moved:
        own = changes[ground].level
        return min(moved, key=lambda at: (changes[(at,)].level != own, changes[(at,)].q))
    return int(most.argmax()) if most.any() else None


def _ground_words(
    known: KnownIncidents,
    roder: gpd.GeoDataFrame,
    ground: Ground,
    changes: dict[Ground, PlaceChange],
) -> tuple[str, ...]:
    """Return in words what an area is counted in, where that is not the area itself."""
    if known.units is None:
        return ()

    def said(at: int) -> str:
        level = changes[(at,)].level
        return _unit(known, roder, at) + (f" ({MOVED[level]})" if level in MOVED else "")

    squares = [at for at in ground if at >= len(roder)]
    told = [said(at) for at in ground if at < len(roder) or changes[(at,)].level in MOVED]
    if squares:
        told.append(f"{len(squares)} {'felt' if len(squares) == 1 else 'felter'} på 250 m")
    return tuple(told)


def _unit(known: KnownIncidents, roder: gpd.GeoDataFrame, at: int) -> str:
    """Return a rode or square in words: of the units, the roder come first."""
    if at < len(roder) or known.units is None:
        return _rode(roder, at)
    return f"{known.units['code'].iloc[at]} (250 m)"


def _rode(roder: gpd.GeoDataFrame, at: int) -> str:
    row = roder.iloc[at]
    return f"rode {row['code']} {row['name']}".strip()


def _kinds(known: KnownIncidents, roder: gpd.GeoDataFrame, weeks: int) -> list[Emerging]:
    """Return what each rode has been over the four-week periods of the year."""
    periods = weeks // WEEKS_A_PERIOD
    if len(roder) < FEWEST_PLACES or not periods:
        return [Emerging.unknown] * len(roder)
    by_rode = evening_weeks(
        known.by_rode,
        area_of_each(known.by_rode, roder),
        places=len(roder),
        until=known.until,
        weeks=periods * WEEKS_A_PERIOD,
    )
    table = by_rode.counts.reshape(periods, WEEKS_A_PERIOD, len(roder)).sum(axis=1)
    found = emerging_hotspots(
        table, adjacent(roder), rng=np.random.default_rng(SEED), draws=FEWEST_DRAWS
    )
    return [Emerging(kind) for kind in found["kind"]]
