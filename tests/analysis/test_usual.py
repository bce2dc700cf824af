"""More, less or as usual: right about as often as it says, and never sure of too little."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.analysis.usual import Level, compare
from geo_service.errors import InvalidInput

counts = st.lists(st.integers(0, 5_000), min_size=2, max_size=12)


@pytest.mark.parametrize("mean", [2, 10, 60, 900])
def test_chance_alone_is_called_a_difference_in_about_one_of_twenty(mean: float) -> None:
    rng = np.random.default_rng(11)
    drawn = rng.poisson(mean, size=(4_000, 7))
    called = [compare(int(row[0]), row[1:].tolist()).level is not Level.as_usual for row in drawn]
    assert 0.01 <= np.mean(called) <= 0.07


def test_restless_places_need_a_larger_difference() -> None:
    calm, restless = [50, 51, 49, 50], [20, 80, 35, 65]
    assert compare(75, calm).level is Level.more
    assert compare(75, restless).level is Level.as_usual
    assert compare(25, calm).level is Level.less


@given(counts, st.integers(0, 5_000))
def test_the_mean_itself_is_as_usual_and_the_range_holds_it(earlier: list[int], now: int) -> None:
    found = compare(now, earlier)
    assert found.low <= found.mean <= found.high
    assert found.mean == pytest.approx(np.mean(earlier))
    assert compare(round(found.mean), earlier).level is Level.as_usual
    assert compare(now + 1, earlier).low == found.low


@given(counts)
def test_a_larger_count_is_never_called_less(earlier: list[int]) -> None:
    order = {Level.less: 0, Level.as_usual: 1, Level.more: 2}
    levels = [order[compare(now, earlier).level] for now in range(0, 6_000, 250)]
    assert levels == sorted(levels)


@pytest.mark.parametrize("earlier", [[], [7]])
def test_too_few_periods_are_no_measure(earlier: list[int]) -> None:
    found = compare(400, earlier)
    assert found.level is Level.unknown
    assert math.isnan(found.high)


def test_what_is_no_count_is_refused() -> None:
    with pytest.raises(InvalidInput, match="negative"):
        compare(3, [4, -1])
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        compare(3, [4, 4], level=1.0)
