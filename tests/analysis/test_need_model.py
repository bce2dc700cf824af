"""The need model: drawn towards the city where little is known, and limits that hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from geo_service.analysis.baselines import city_profile
from geo_service.analysis.need_model import (
    _log_gamma,
    gamma_limits,
    need_forecast,
)
from geo_service.errors import InvalidInput
from tests.volumes import volume

NEVER = float("inf")

tables = st.tuples(st.integers(0, 2**32), st.integers(1, 30), st.floats(0.01, 3)).map(
    lambda drawn: np.random.default_rng(drawn[0]).poisson(drawn[2], (drawn[1], 5, 7)).astype(float)
)


@given(counts=tables, half_life=st.sampled_from([2.0, 26.0, NEVER]))
def test_rates_lie_within_their_limits_and_between_own_and_city(
    counts: np.ndarray, half_life: float
) -> None:
    found = need_forecast(counts, half_life_weeks=half_life)
    assert (found.low >= 0).all()
    assert (found.low <= found.rates).all()
    assert (found.rates <= found.high).all()
    if half_life == NEVER and counts.sum():
        own = counts.mean(axis=0)
        area = counts.mean(axis=0).sum(axis=1)
        total = found.rates.sum(axis=1)
        # an area's own mean, the city's, and slots drawn either way in between
        assert total.min() >= min(area.min(), own.mean()) * 0.5 - 1e-9
        assert total.max() <= area.max() * 1.5 + 1e-9


def test_areas_that_differ_by_chance_alone_get_the_mean_of_the_city(seed: int) -> None:
    counts = np.random.default_rng(seed).poisson(0.2, (30, 200, 4)).astype(float)
    rates = need_forecast(counts).rates
    assert np.abs(rates / 0.2 - 1).max() < 0.3
    assert np.abs(counts.mean(axis=0) / 0.2 - 1).max() > 1


def test_a_single_bad_friday_does_not_make_a_bad_place() -> None:
    """One area of fifty has three incidents in one slot of ten weeks, all others have some."""
    counts = np.zeros((10, 50, 35))
    rng = np.random.default_rng(4)
    counts += rng.poisson(0.05, counts.shape)
    counts[:, 0] = 0
    counts[9, 0, 22] = 3
    rates = need_forecast(counts).rates
    assert rates[0, 22] < 0.15
    assert rates[0, 22] > rates[0].mean()


def test_a_place_that_is_bad_every_week_is_believed() -> None:
    """One slot out of 1,750 is not drawn to what the others are like; nor is one without any."""
    counts = np.random.default_rng(4).poisson(0.05, (50, 50, 35)).astype(float)
    counts[:, 0, 22] = 2
    found = need_forecast(counts)
    assert found.rates[0, 22] > 1.2
    assert found.high[0, 22] > 1.5
    counts[:, :, 10] += 1
    counts[:, 7, 10] = 0
    quiet = need_forecast(counts).rates
    assert quiet[7, 10] < 0.25
    assert quiet[8, 10] == pytest.approx(1.05, rel=0.25)


def test_without_differences_between_slots_it_is_area_by_profile(seed: int) -> None:
    """Much data of the product form: the model says what the city's profile says."""
    rng = np.random.default_rng(seed)
    area, profile = rng.gamma(2, 10, 20), rng.dirichlet(np.ones(14) * 5)
    counts = rng.poisson(np.outer(area, profile), (200, 20, 14)).astype(float)
    found = need_forecast(counts, half_life_weeks=NEVER).rates
    assert found == pytest.approx(city_profile(counts), rel=0.05)


@given(old=st.integers(1, 20))
def test_after_a_half_life_an_incident_counts_half(old: int) -> None:
    """Two areas with as much each, one of it long ago: their decayed counts are as one to two."""
    counts = np.zeros((60, 2, 1))
    counts[59, 0] = counts[59 - old, 1] = 1_000
    found = need_forecast(counts, half_life_weeks=float(old)).rates[:, 0]
    assert found[0] / found[1] == pytest.approx(2, rel=0.02)


def test_the_limits_cover_the_true_rate_about_as_often_as_they_say(seed: int) -> None:
    """Areas and slots that differ as the model believes: 95 % limits miss few true rates."""
    rng = np.random.default_rng(seed)
    caught = []
    for _ in range(volume(10, 60)):
        area = rng.gamma(1.5, 2.0, 60)
        profile = rng.dirichlet(np.ones(28) * 4)
        truth = np.outer(area, profile) * rng.gamma(3.0, 1 / 3.0, (60, 28))
        counts = rng.poisson(truth, (52, 60, 28)).astype(float)
        found = need_forecast(counts, half_life_weeks=NEVER)
        caught.append(((found.low <= truth) & (truth <= found.high)).mean())
    assert 0.92 <= np.mean(caught) <= 0.98


@pytest.mark.parametrize(("shape", "off"), [(1.0, 0.1), (4.0, 0.02), (50.0, 0.002)])
def test_limits_are_those_of_a_gamma_distribution(shape: float, off: float) -> None:
    low, high = gamma_limits(np.array([2.0]), np.array([1 / shape]))
    exact = scipy.stats.gamma.ppf([0.025, 0.975], shape, scale=2 / shape)
    assert [low[0], high[0]] == pytest.approx(exact, rel=off, abs=off)


def test_log_gamma_is_that_of_scipy() -> None:
    x = np.geomspace(1e-3, 1e5, 500)
    assert _log_gamma(x) == pytest.approx(scipy.special.gammaln(x), rel=1e-9, abs=1e-9)


def test_a_city_where_nothing_happens_expects_nothing_and_is_not_sure() -> None:
    found = need_forecast(np.zeros((30, 3, 4)), half_life_weeks=NEVER)
    assert not found.rates.any()
    assert found.high == pytest.approx(np.full((3, 4), 0.1))


def test_one_area_and_one_week() -> None:
    one = need_forecast(np.array([[[2.0, 0.0]]]))
    assert one.rates.sum() == pytest.approx(2)
    alone = need_forecast(np.random.default_rng(1).poisson(1.0, (20, 1, 5)).astype(float))
    assert np.isfinite(alone.high).all()


def test_no_person_can_be_given_to_it() -> None:
    """What it reads is weeks, areas and slots: a fourth side, such as an age, does not fit."""
    with pytest.raises(InvalidInput, match="by week, area and slot, and no more"):
        need_forecast(np.ones((4, 3, 2, 5)))


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(InvalidInput, match="half-life of more than 0"):
        need_forecast(np.zeros((4, 3, 2)), half_life_weeks=0)
    with pytest.raises(InvalidInput, match="at least one week"):
        need_forecast(np.zeros((0, 3, 2)))
