"""Who takes which place, so that the teams walk least in an evening.

The places of each slot are given; teams of one agency are alike until somebody has to walk. Up
to ten stops are searched exactly, more are handed to HiGHS. Distances are straight lines between
the points one walks to, in whole metres: streets make them longer for all alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from math import hypot
from typing import Final

import numpy as np

from geo_service.errors import InvalidInput
from geo_service.planning.solver import Aim, Columns, Limits, Rows

EXACT_STOPS: Final = 10
MOST_ORDERS: Final = 5_040
"""Ways to share out the places of one slot that are still tried one by one."""
Points = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Round:
    """The places of one slot of an evening, and who may take them.

    `fixed` are places that a team has promised; every other place goes to any other team.
    """

    places: tuple[str, ...]
    teams: tuple[str, ...]
    fixed: Mapping[str, str]
    """Place by team."""

    def __post_init__(self) -> None:
        if len(self.places) > len(self.teams):
            raise InvalidInput("Der er flere steder end hold i et tidsrum.")


@dataclass(frozen=True)
class Walked:
    """The place of each team in each slot, the metres walked, and the least that is possible."""

    place_of: tuple[Mapping[str, str], ...]
    metres: int
    least_metres: int


def least_walking(rounds: Sequence[Round], points: Points, *, limits: Limits) -> Walked:
    """Return who takes which place in the slots of one evening.

    Parameters
    ----------
    rounds
        In order of time; places in a slot are different.
    points
        East and north of each place (EPSG:25832, metres).
    limits
        For HiGHS, when there are many stops.
    """
    orders = [_orders(one) for one in rounds]
    stops = sum(len(one.places) for one in rounds)
    if stops <= EXACT_STOPS and max(map(len, orders), default=0) <= MOST_ORDERS:
        return _exact(orders, points)
    return _by_highs(rounds, points, limits)


def metres_between(points: Points, one: str, other: str) -> int:
    """Return the straight distance between two places in whole metres."""
    (east, north), (east2, north2) = points[one], points[other]
    return round(hypot(east - east2, north - north2))


def _orders(one: Round) -> list[dict[str, str]]:
    """Return every way to share out the places of a slot; none twice, always in one order."""
    given = {team: place for team, place in one.fixed.items() if place in one.places}
    places = [place for place in one.places if place not in given.values()]
    teams = sorted(set(one.teams) - given.keys())
    if len(places) > EXACT_STOPS:
        return [given] * (MOST_ORDERS + 1)  # too many to write down
    return [
        given | dict(zip(chosen, places, strict=True))
        for chosen in permutations(teams, len(places))
    ]


def _exact(orders: Sequence[Sequence[Mapping[str, str]]], points: Points) -> Walked:
    """Search slot by slot; what matters of the past is where each team was last."""
    best: dict[tuple[tuple[str, str], ...], tuple[int, tuple[Mapping[str, str], ...]]] = {
        (): (0, ())
    }
    for ways in orders:
        further: dict[tuple[tuple[str, str], ...], tuple[int, tuple[Mapping[str, str], ...]]] = {}
        for last, (metres, chosen) in best.items():
            was = dict(last)
            for way in ways:
                walked = metres + sum(
                    metres_between(points, was[team], place)
                    for team, place in way.items()
                    if team in was
                )
                state = tuple(sorted((was | dict(way)).items()))
                if state not in further or walked < further[state][0]:
                    further[state] = walked, (*chosen, way)
        best = further
    metres, chosen = min(best.values(), key=lambda one: one[0])
    return Walked(chosen, metres, metres)


def _by_highs(rounds: Sequence[Round], points: Points, limits: Limits) -> Walked:
    """Lead paths through the stops in order of time; every stop lies on one path.

    Teams that may take the same stops are alike: a group of them has so many paths, and only then
    is it said which path is whose. One group alone is a flow, and solved without a search.
    """
    stops = [(slot, place) for slot, one in enumerate(rounds) for place in one.places]
    alike: dict[tuple[bool, ...], list[str]] = {}
    for team in sorted({team for one in rounds for team in one.teams}):
        may = tuple(_may_take(rounds[slot], team, place) for slot, place in stops)
        alike.setdefault(may, []).append(team)
    rows = Rows()
    takes = rows.columns(0, np.ones((len(alike), len(stops))), whole=True)
    walks: dict[int, int] = {}
    steps: list[dict[tuple[int, int], int]] = []
    for number, (may, teams) in enumerate(alike.items()):
        step = _add_paths(rows, takes[number], stops, may, len(teams))
        steps.append(step)
        walks |= {
            column: metres_between(points, stops[one][1], stops[other][1])
            for (one, other), column in step.items()
        }
    for stop in range(len(stops)):
        rows.row(takes[:, stop], 1, least=1, most=1)
    columns, metres = (np.array(list(of), dtype=np.int64) for of in (walks, walks.values()))
    found = rows.solve(Aim("walking", columns, metres, most=False), limits=limits)
    if not len(found.columns):
        raise InvalidInput("Stederne kan ikke deles ud på holdene inden for grænserne.")
    place_of: list[dict[str, str]] = [{} for _ in rounds]
    for number, teams in enumerate(alike.values()):
        after = {one: other for (one, other), column in steps[number].items()
                 if found.columns[column] > 1 / 2}  # fmt: skip
        taken = np.flatnonzero(found.columns[takes[number]] > 1 / 2).tolist()
        first = [stop for stop in taken if stop not in after.values()]
        for team, stop in zip(teams, first, strict=False):
            on_path: int | None = stop
            while on_path is not None:
                slot, place = stops[on_path]
                place_of[slot][team] = place
                on_path = after.get(on_path)
    return Walked(tuple(place_of), found.value, max(0, found.bound))


def _add_paths(
    rows: Rows,
    takes: Columns,
    stops: Sequence[tuple[int, str]],
    may: Sequence[bool],
    count: int,
) -> dict[tuple[int, int], int]:
    """Add at most `count` paths through what is taken; return the column of each step."""
    into: list[list[int]] = [[] for _ in stops]
    out: list[list[int]] = [[] for _ in stops]
    step: dict[tuple[int, int], int] = {}
    possible = [stop for stop in range(len(stops)) if may[stop]]
    begins = rows.columns(0, np.ones(len(possible))).tolist()
    for column, stop in zip(begins, possible, strict=True):
        into[stop].append(column)
    for one, other in combinations(possible, 2):
        if stops[one][0] < stops[other][0]:
            column = int(rows.columns(0, [1.0], whole=True)[0])
            out[one].append(column)
            into[other].append(column)
            step[one, other] = column
    for stop, taken in enumerate(takes.tolist()):  # nobody comes to a stop that is not theirs
        rows.row([taken, *into[stop]], [1.0, *[-1.0] * len(into[stop])], least=0, most=0)
        rows.row([taken, *out[stop]], [-1.0, *[1.0] * len(out[stop])], most=0)
    if possible:
        rows.row(begins, [1.0], most=count)
    return step


def _may_take(one: Round, team: str, place: str) -> bool:
    if team in one.fixed:
        return one.fixed[team] == place
    return team in one.teams and place not in one.fixed.values()
