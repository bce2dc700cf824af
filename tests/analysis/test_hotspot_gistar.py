"""Hot spots: known z values, hardly anything found where nothing is, and a cluster found."""

from __future__ import annotations

from itertools import combinations

import geopandas as gpd
import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from geo_service.analysis.hotspot_gistar import (
    FEWEST_DRAWS,
    getis_ord_z,
    hotspot_gistar,
    shared_nulls,
)
from geo_service.analysis.multiplicity import fdr_adjusted
from geo_service.analysis.neighbours import Neighbours, adjacent, within_distance
from geo_service.domain.grid import DANISH_GRID, WEB
from geo_service.errors import InvalidInput, WrongCRS
from tests.analysis.grids import queen, squares
from tests.volumes import volume

PLACES = [(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)]
VALUES = [2, 3, 3.2, 5, 8, 7]


def within_15() -> Neighbours:
    points = gpd.GeoSeries([Point(place) for place in PLACES], crs=DANISH_GRID)
    return within_distance(points, metres=15)


def skewed(rng: np.random.Generator, cells: int) -> np.ndarray:
    """Return counts as skewed as those of a real map, with nothing behind them."""
    return rng.negative_binomial(0.5, 0.5 / 1.5, cells).astype(float)


def test_known_z_values() -> None:
    """Getis-Ord's example as esda has it: G_Local of six points within 15.

    Gi* (binary) z[0] = -1.39727626; Gi (without self) z[0] = -1.0136729.
    """
    assert getis_ord_z(VALUES, within_15())[0] == pytest.approx(-1.39727626, abs=1e-8)
    assert getis_ord_z(VALUES, within_15(), star=False)[0] == pytest.approx(-1.0136729, abs=1e-7)


@given(
    values=st.lists(st.integers(0, 9), min_size=4, max_size=12),
    data=st.data(),
)
def test_z_is_the_standardised_sum_over_all_ways_to_lay_the_values_out(
    values: list[int], data: st.DataObject
) -> None:
    """Oracle: mean and spread of the sum of as many values over every choice of places."""
    n = len(values)
    chosen = data.draw(st.sets(st.integers(1, n - 1), min_size=1, max_size=n - 2))
    both_ways = [(0, other) for other in chosen] + [(other, 0) for other in chosen]
    place, neighbour = np.array(sorted(both_ways), dtype=np.int64).T
    found = getis_ord_z(values, Neighbours(place, neighbour, n))[0]
    sums = [sum(choice) for choice in combinations(values, len(chosen) + 1)]
    spread = np.std(sums)
    if spread == 0:
        assert np.isnan(found)
    else:
        own = values[0] + sum(values[other] for other in chosen)
        assert found == pytest.approx((own - np.mean(sums)) / spread)


def test_the_shared_null_is_what_drawing_neighbours_gives(seed: int) -> None:
    """Oracle: every choice of three of nine values, told up."""
    values = np.array([0, 0, 0, 1, 1, 2, 3, 5, 9], dtype=float)
    (null,) = shared_nulls(values, [3], draws=200_000, rng=np.random.default_rng(seed)).values()
    every = np.array([sum(choice) for choice in combinations(values, 3)])
    assert len(null) == 200_000
    for level in range(18):
        assert np.mean(null >= level) == pytest.approx(np.mean(every >= level), abs=0.005)


def test_p_agrees_with_shuffling_one_place_at_a_time(seed: int) -> None:
    """Oracle: the conditional permutation of each place, 20,000 shuffles of its own.

    Only that leaves the place itself out of what its neighbours are drawn from, so on a small
    map the two are not quite the same.
    """
    rng = np.random.default_rng(seed)
    near = queen(20, 20)
    values = skewed(rng, 400)
    found = hotspot_gistar(values, near, rng=rng, draws=200_000)
    around = near.summed(values)
    places = rng.choice(400, volume(25, 100), replace=False)
    own = []
    for place in places:
        others = np.delete(values, place)
        picks = rng.random((20_000, 399)).argpartition(near.number[place], axis=1)
        sums = others[picks[:, : near.number[place]]].sum(axis=1)
        own.append(np.mean(sums >= around[place]))
    shared = found["p"].to_numpy()[places]
    assert shared == pytest.approx(np.array(own), abs=0.05)
    assert np.corrcoef(shared, own)[0, 1] > 0.995


@pytest.mark.parametrize("side", [20, volume(70, 220)])
def test_on_empty_maps_hardly_anything_is_hot(side: int, seed: int) -> None:
    """Maps without a pattern: at most one of ten has any hot cell; plain p < .05 has plenty."""
    rng = np.random.default_rng(seed)
    near = queen(side, side)
    maps = volume(10, 40)
    with_any, plain = 0, 0
    for _ in range(maps):
        found = hotspot_gistar(skewed(rng, side * side), near, rng=rng)
        with_any += bool(found["hot"].any())
        plain += int((found["p"] < 0.05).sum())
    assert with_any <= max(2, maps // 10)
    assert plain > 0.02 * maps * side * side


@pytest.mark.parametrize("side", [20, volume(70, 220)])
def test_a_cluster_of_three_by_three_is_found(side: int, seed: int) -> None:
    """A dozen more in each of nine cells: most of them are hot, and hardly any other is."""
    rng = np.random.default_rng(seed)
    near = queen(side, side)
    inside, outside = [], []
    for _ in range(volume(5, 20)):
        grid = skewed(rng, side * side).reshape(side, side)
        grid[5:8, 5:8] += rng.poisson(12, (3, 3))
        hot = hotspot_gistar(grid.ravel(), near, rng=rng)["hot"].to_numpy(copy=True)
        hot = hot.reshape(side, side)
        inside.append(hot[5:8, 5:8].sum())
        hot[4:9, 4:9] = False  # the cells around it have it among their neighbours
        outside.append(hot.sum())
    assert np.mean(inside) >= 5
    assert np.mean(outside) <= 0.5


def test_places_without_neighbours_and_equal_values_are_never_hot(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lonely = Neighbours(np.array([0, 1]), np.array([1, 0]), 4)
    found = hotspot_gistar([5, 5, 0, 900], lonely, rng=rng, draws=FEWEST_DRAWS)
    assert found["p"].isna().tolist() == [False, False, True, True]
    assert not found["hot"].any()
    flat = hotspot_gistar([0.1] * 25, queen(5, 5), rng=rng, draws=FEWEST_DRAWS)
    assert (flat["p"] == 1).all()
    assert flat["z"].isna().all()
    assert not flat["hot"].any()


def test_the_same_seed_gives_the_same_answer() -> None:
    values = skewed(np.random.default_rng(1), 100)
    once, again = (
        hotspot_gistar(values, queen(10, 10), rng=np.random.default_rng(5), draws=FEWEST_DRAWS)
        for _ in range(2)
    )
    assert once.equals(again)


@settings(max_examples=50)
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_p_is_that_of_scipy(p: list[float]) -> None:
    assert fdr_adjusted(p) == pytest.approx(scipy.stats.false_discovery_control(p))
    with_missing = fdr_adjusted([*p, float("nan")])
    assert np.isnan(with_missing[-1])
    assert with_missing[:-1] == pytest.approx(fdr_adjusted(p))


def test_squares_touch_their_corners_too() -> None:
    found, expected = adjacent(squares(4, 5)), queen(4, 5)
    values = np.arange(20, dtype=float) ** 2
    assert found.number.tolist() == expected.number.tolist()
    assert found.summed(values).tolist() == expected.summed(values).tolist()


@pytest.mark.parametrize("values", [[1, 2], [1, 2, 3, float("nan"), 5, 6], [1, 2, 3]])
def test_values_that_do_not_fit_are_refused(values: list[float]) -> None:
    with pytest.raises(InvalidInput, match="one value for each"):
        getis_ord_z(values, within_15())


def test_too_few_draws_a_distance_of_nothing_and_degrees_are_refused(seed: int) -> None:
    """999 shuffles cannot find anything among more than a few cells."""
    with pytest.raises(InvalidInput, match="draws, got 999"):
        hotspot_gistar(VALUES, within_15(), rng=np.random.default_rng(seed), draws=999)
    points = gpd.GeoSeries([Point(0, 0)], crs=DANISH_GRID)
    with pytest.raises(InvalidInput, match="more than 0 m"):
        within_distance(points, metres=0)
    with pytest.raises(WrongCRS, match="`areas`"):
        adjacent(squares(2, 2).set_crs(WEB, allow_override=True))
