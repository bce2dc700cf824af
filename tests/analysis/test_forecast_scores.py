"""Scores of forecasts: the known answer, the best forecast, and none at all."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from geo_service.analysis.forecast_scores import (
    accuracy_curve,
    calibration,
    calibration_error,
    captured,
    poisson_log_score,
)
from geo_service.errors import InvalidInput

SHARES = (0.05, 0.1, 0.2, 1.0)


def test_pai_pei_and_rri_of_the_known_answer() -> None:
    """Equal areas, observed 6, 3, 0, predicted 3, 2, 1 (Wheeler's ptools): each cumulated.

    PAI 2, 1.5, 1; PEI 1, 1, 1; RRI, predicted over observed, 0.5, 5/9, 2/3.
    """
    found = accuracy_curve([6, 3, 0], [3, 2, 1], [1, 1, 1])
    assert found["pai"].tolist() == pytest.approx([2, 1.5, 1])
    assert found["pei"].tolist() == pytest.approx([1, 1, 1])
    assert found["rri"].tolist() == pytest.approx([0.5, 5 / 9, 2 / 3])


maps = st.integers(0, 2**32).map(np.random.default_rng)


@given(rng=maps)
def test_no_forecast_is_better_than_the_best_and_all_of_it_is_1(rng: np.random.Generator) -> None:
    observed = rng.poisson(0.8, 40)
    observed[0] += 1
    size = rng.uniform(0.5, 3, 40)
    found = captured(observed, rng.gamma(1, 1, 40), size, SHARES)
    assert (found.observed <= found.best + 1e-9).all()
    assert (found.pei[np.isfinite(found.pei)] <= 1 + 1e-9).all()
    assert found.pai[-1] == pytest.approx(1)
    assert found.pei[-1] == pytest.approx(1)
    perfect = captured(observed, observed.astype(float), size, SHARES)
    assert perfect.observed == pytest.approx(perfect.best)
    assert perfect.rri == pytest.approx(np.ones(4))


@given(rng=maps)
def test_a_forecast_that_says_the_same_everywhere_is_no_better_than_chance(
    rng: np.random.Generator,
) -> None:
    """Whatever the order of the cells: those predicted alike are taken in part."""
    observed = rng.poisson(0.8, 40)
    observed[:5] += 7
    size = rng.uniform(0.5, 3, 40)
    found = captured(observed, 0.3 * size, size, SHARES)
    assert found.pai == pytest.approx(np.ones(4))


@given(rng=maps)
def test_the_order_of_the_cells_changes_nothing(rng: np.random.Generator) -> None:
    observed, predicted = rng.poisson(0.8, 30), rng.integers(0, 3, 30)
    size = rng.choice([1.0, 2.0], 30)
    order = rng.permutation(30)
    once = captured(observed, predicted, size, SHARES)
    again = captured(observed[order], predicted[order], size[order], SHARES)
    assert once.observed == pytest.approx(again.observed)
    assert once.best == pytest.approx(again.best)


def test_weeks_are_pooled_by_adding_what_was_caught() -> None:
    one = captured([4, 0], [2, 1], [1, 1], (0.5,))
    other = captured([0, 6], [2, 1], [1, 1], (0.5,))
    both = one + other
    assert (both.observed[0], both.best[0], both.total) == (4, 10, 10)
    assert both.pai[0] == pytest.approx(0.8)
    assert both.rri[0] == pytest.approx(1)


def test_without_incidents_there_is_no_accuracy() -> None:
    none = captured([0, 0], [2, 1], [1, 1], (0.5,))
    assert np.isnan([none.pai[0], none.pei[0], none.rri[0]]).all()


@given(rng=maps)
def test_the_log_score_is_that_of_scipy_and_best_at_the_truth(rng: np.random.Generator) -> None:
    rates = rng.gamma(2, 1, 200) + 0.1
    observed = rng.poisson(rates)
    found = poisson_log_score(observed, rates)
    assert found == pytest.approx(scipy.stats.poisson.logpmf(observed, rates).mean())
    assert found > poisson_log_score(observed, 3 * rates)
    assert found > poisson_log_score(observed, rates / 3)


def test_a_calibrated_forecast_misses_little_and_a_doubled_one_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rates = rng.gamma(1, 1, 20_000)
    observed = rng.poisson(rates)
    groups = calibration(observed, rates)
    assert groups["predicted"].sum() == pytest.approx(rates.sum())
    assert groups["observed"].sum() == observed.sum()
    assert len(groups) == 10
    assert calibration_error(groups) < 0.03
    assert calibration_error(calibration(observed, 2 * rates)) == pytest.approx(1, abs=0.03)
    assert np.isnan(calibration_error(calibration([0, 0], [0, 0])))


def test_what_cannot_be_scored_is_refused() -> None:
    with pytest.raises(InvalidInput, match="impossible"):
        poisson_log_score([1, 0], [0.5, 0])
    with pytest.raises(InvalidInput, match="positive sizes"):
        captured([1], [1], [0], (0.1,))
    with pytest.raises(InvalidInput, match="shares above 0"):
        captured([1], [1], [1], (1.2,))
