"""Who takes which place: the exact search and the search by HiGHS agree, and promises stand."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from geo_service.errors import InvalidInput
from geo_service.planning.solver import Limits
from geo_service.planning.walks import Round, _by_highs, least_walking, metres_between
from tests.volumes import volume

POINTS = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (1000.0, 0.0), "d": (1000.0, 300.0)}


def test_two_teams_do_not_cross_each_other() -> None:
    rounds = [Round(("a", "c"), ("G1", "G2"), {}), Round(("b", "d"), ("G1", "G2"), {})]
    walked = least_walking(rounds, POINTS, limits=Limits())
    assert walked.metres == walked.least_metres == 400
    assert all(slot["G1"] in "ab" for slot in walked.place_of) or all(
        slot["G1"] in "cd" for slot in walked.place_of
    )


def test_a_promised_place_is_its_teams() -> None:
    rounds = [
        Round(("a", "c"), ("G1", "G2"), {"G1": "c"}),
        Round(("a", "d"), ("G1", "G2"), {"G1": "a"}),
    ]
    walked = least_walking(rounds, POINTS, limits=Limits())
    assert [slot["G1"] for slot in walked.place_of] == ["c", "a"]
    assert walked.metres == 1000 + metres_between(POINTS, "a", "d")


def test_both_searches_find_what_trying_everything_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(volume(12, 80)):
        points = {code: tuple(map(float, rng.integers(0, 999, 2))) for code in "abcde"}
        rounds = []
        for _slot in range(3):
            teams = tuple(f"G{number}" for number in range(rng.integers(1, 4)))
            places = rng.choice(list("abcde"), rng.integers(0, len(teams) + 1), replace=False)
            rounds.append(Round(tuple(map(str, places)), teams, {}))
        best = min(
            walked(way, points)
            for way in product(
                *[
                    [dict(zip(some, one.places, strict=True))
                     for some in permutations(one.teams, len(one.places))]
                    for one in rounds
                ]
            )
        )  # fmt: skip
        exact = least_walking(rounds, points, limits=Limits())
        assert exact.metres == best
        assert walked(exact.place_of, points) == best
        if any(one.places for one in rounds):
            searched = _by_highs(rounds, points, Limits())
            assert searched.metres == searched.least_metres == best
            assert walked(searched.place_of, points) == best


def walked(way, points) -> int:
    last: dict[str, str] = {}
    metres = 0
    for slot in way:
        for team, place in slot.items():
            metres += metres_between(points, last[team], place) if team in last else 0
            last[team] = place
    return metres


def test_many_stops_are_shared_out_by_highs() -> None:
    points = {f"p{n}": (float(n * 100), 0.0) for n in range(6)}
    rounds = [Round(tuple(points), tuple(f"G{n}" for n in range(6)), {})] * 2
    assert least_walking(rounds, points, limits=Limits()).metres == 0


def test_more_places_than_teams_are_refused() -> None:
    with pytest.raises(InvalidInput, match="flere steder"):
        Round(("a", "b"), ("G1",), {})
