"""Trends that believe no series too easily, and what a hot spot has been over time."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from geo_service.analysis.emerging import (
    EMERGING_WORDS,
    Emerging,
    emerging_hotspots,
    emerging_kinds,
)
from geo_service.analysis.trend import mann_kendall
from geo_service.errors import InvalidInput
from tests.analysis.grids import queen
from tests.volumes import volume


@given(series=st.lists(st.integers(-5, 5), min_size=8, max_size=30))
def test_s_and_slope_are_those_of_scipy(series: list[int]) -> None:
    found = mann_kendall(series)
    time = np.arange(len(series))
    rises = sum(
        np.sign(later - earlier)
        for place, earlier in enumerate(series)
        for later in series[place + 1 :]
    )
    assert found.s == rises
    assert found.slope == pytest.approx(scipy.stats.theilslopes(series, time).slope)
    assert 0 <= found.p <= 1
    mirrored = mann_kendall([-value for value in series])
    assert (mirrored.s, mirrored.z) == (-found.s, pytest.approx(-found.z))


def test_a_series_without_autocorrelation_has_the_plain_variance() -> None:
    """Ten values without ties: variance 10 · 9 · 25 / 18 = 125."""
    series = [1, 3, 2, 4, 7, 5, 6, 9, 8, 5.5]
    found = mann_kendall(series)
    assert found.s == round(scipy.stats.kendalltau(range(10), series).statistic * 45)
    assert found.z == pytest.approx((found.s - 1) / np.sqrt(125))


def test_a_series_that_goes_with_its_neighbours_is_less_sure_than_its_ranks_say() -> None:
    """Ten values held for four periods each are not forty values."""
    steps = np.repeat([0, 3, 1, 2, 5, 4, 3, 6, 7, 5], 4) + 0.001 * np.arange(40)
    plain = np.sqrt(40 * 39 * 85 / 18)
    found = mann_kendall(steps)
    assert 0 < found.z < 0.8 * (found.s - 1) / plain


def test_level_series_rarely_have_a_trend(seed: int) -> None:
    """Independent, and each carrying half of the one before: the correction is what helps."""
    rng = np.random.default_rng(seed)
    runs = volume(400, 4_000)
    noise = rng.normal(size=(runs, 40))
    carried = noise.copy()
    for period in range(1, 40):
        carried[:, period] += 0.5 * carried[:, period - 1]
    plain = np.sqrt(40 * 39 * 85 / 18)
    independent = [mann_kendall(row) for row in noise]
    dependent = [mann_kendall(row) for row in carried]
    assert np.mean([trend.p < 0.05 for trend in independent]) <= 0.08
    naive = np.mean([abs(trend.s) > 1.96 * plain for trend in dependent])
    assert naive > 0.17
    assert np.mean([trend.p < 0.05 for trend in dependent]) < 0.75 * naive


def hot(pattern: str) -> np.ndarray:
    return np.array([[mark == "#"] for mark in pattern])


@pytest.mark.parametrize(
    ("pattern", "rise", "kind"),
    [
        ("..........", 0, Emerging.none),
        (".........#", 0, Emerging.new),
        ("........##", 0, Emerging.new),
        (".......###", 0, Emerging.sporadic),
        ("#.........", 0, Emerging.sporadic),
        ("#.#..#....", 0, Emerging.sporadic),
        ("....#....#", 0, Emerging.sporadic),
        ("##########", 0, Emerging.persistent),
        (".#######.#", 0, Emerging.persistent),
        ("##########", 1, Emerging.intensifying),
        ("##########", -1, Emerging.diminishing),
        ("########..", 0, Emerging.diminishing),
        ("#######", 0, Emerging.unknown),
        ("#...................", 0, Emerging.none),
    ],
)
def test_what_a_place_has_been(pattern: str, rise: int, kind: Emerging) -> None:
    level = np.array([3, 4, 3, 4, 3, 4, 3, 4, 3, 4], dtype=float)
    z = np.resize(level, len(pattern)) + 2 * rise * np.arange(len(pattern))
    found = emerging_kinds(hot(pattern), z[:, None])
    assert found["kind"].tolist() == [kind]
    assert found["hot_periods"].tolist() == [pattern.count("#")]
    assert found["hot_now"].tolist() == [pattern.endswith("#")]


def test_every_kind_has_its_sentence() -> None:
    assert set(EMERGING_WORDS) == set(Emerging)


def test_on_maps_a_new_and_a_lasting_cluster_are_told_apart(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(1.0, (10, 15, 15)).astype(float)
    counts[:, 2:5, 2:5] += rng.poisson(12, (10, 3, 3))
    counts[-1, 10:13, 10:13] += rng.poisson(12, (3, 3))
    found = emerging_hotspots(counts.reshape(10, 225), queen(15, 15), rng=rng, draws=200_000)
    kinds = found["kind"].to_numpy().reshape(15, 15)
    assert kinds[3, 3] in {Emerging.persistent, Emerging.intensifying}
    assert kinds[11, 11] is Emerging.new
    assert kinds[13, 2] is Emerging.none
    around = np.ones((15, 15), dtype=bool)
    around[1:6, 1:6] = around[9:14, 9:14] = False
    assert np.mean(kinds[around] == Emerging.none) > 0.97


def test_no_periods_and_wrong_widths() -> None:
    rng = np.random.default_rng(1)
    none = emerging_hotspots(np.zeros((0, 9)), queen(3, 3), rng=rng)
    assert set(none["kind"]) == {Emerging.unknown}
    with pytest.raises(InvalidInput, match="column for each of 9"):
        emerging_hotspots(np.zeros((10, 8)), queen(3, 3), rng=rng)
    with pytest.raises(InvalidInput, match="needs 8 periods"):
        mann_kendall([1, 2, 3])
