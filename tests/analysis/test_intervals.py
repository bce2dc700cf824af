"""Intervals against published numbers and against the exact limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2

from geo_service.analysis.intervals import poisson_interval, wilson_interval
from geo_service.errors import InvalidInput

levels = st.floats(0.5, 0.999)


@pytest.mark.parametrize(("answers", "low", "high"), [(3596, 8.11, 9.98), (60, 4.03, 18.91)])
def test_wilson_at_nine_per_cent(answers, low, high):
    """Known answers of Wilson (1927) at 95 %: 9 % of 3,596 answers and 9 % of 60."""
    found = wilson_interval(0.09, answers)
    assert [100 * float(limit) for limit in found] == pytest.approx([low, high], abs=0.005)


def test_a_design_effect_makes_the_sample_smaller():
    """1.5: what turns p = .042 of a plain test into the published 'not significant'."""
    assert wilson_interval(0.22, 3041, design_effect=1.5) == pytest.approx(
        wilson_interval(0.22, 3041 / 1.5)
    )
    low, high = wilson_interval(0.09, 60, design_effect=1.5)
    plain_low, plain_high = wilson_interval(0.09, 60)
    assert low < plain_low < plain_high < high
    by_hand = wilson_interval(0.09, [60, 40], design_effect=[1.5, 1.0])
    assert by_hand[0][0] == pytest.approx(by_hand[0][1])


@given(yes=st.integers(0, 200), no=st.integers(0, 200), level=levels)
def test_wilson_agrees_with_scipy(yes, no, level):
    answers = max(yes + no, 1)
    yes = min(yes, answers)
    exact = binomtest(yes, answers).proportion_ci(level, method="wilson")
    low, high = wilson_interval(yes / answers, answers, level=level)
    assert (float(low), float(high)) == pytest.approx((exact.low, exact.high), abs=1e-9)
    assert 0 <= low <= yes / answers <= high <= 1


def test_no_share_has_no_interval_and_does_not_spoil_its_neighbours():
    low, high = wilson_interval([np.nan, 0.5], [60, 60])
    assert np.isnan([low[0], high[0]]).all()
    assert 0 < low[1] < 0.5 < high[1] < 1


def test_no_shares_at_all():
    low, high = wilson_interval([], [])
    assert low.shape == high.shape == (0,)


@pytest.mark.parametrize(
    ("share", "answers", "effect"),
    [(9.0, 60, 1), (-0.1, 60, 1), (0.1, 0, 1), (0.1, -5, 1), (0.1, 60, 0), (0.1, 60, -1)],
    ids=["per cent", "negative", "nobody", "fewer than nobody", "no design", "negative design"],
)
def test_wilson_refuses_what_is_no_share_of_a_sample(share, answers, effect):
    with pytest.raises(InvalidInput, match=r"Need shares|must be positive"):
        wilson_interval(share, answers, design_effect=effect)


@pytest.mark.parametrize("level", [0, 1, 95, -0.5])
def test_a_level_lies_between_0_and_1(level):
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        poisson_interval(3, level=level)
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        wilson_interval(0.5, 60, level=level)


def test_byar_is_close_to_the_exact_poisson_limits():
    """Exact (Garwood 1936): chi2(.025, 2n) / 2 and chi2(.975, 2n + 2) / 2.

    The tolerance is what the docstring promises; 0 (3.668 for 3.689) and 2 come nearest to it.
    """
    count = np.arange(0, 2_001)
    low, high = poisson_interval(count)
    exact_low = np.where(count > 0, chi2.ppf(0.025, 2 * np.maximum(count, 1)) / 2, 0)
    assert np.abs(low - exact_low).max() < 0.021
    assert np.abs(high - chi2.ppf(0.975, 2 * count + 2) / 2).max() < 0.021


@given(count=st.floats(0, 1e6), level=levels)
def test_the_interval_holds_the_count_also_when_it_is_a_fraction(count, level):
    low, high = poisson_interval(count, level=level)
    assert 0 <= low <= count <= high
    wider = poisson_interval(count, level=(1 + level) / 2)
    assert wider[0] <= low <= high <= wider[1]


@given(counts=st.lists(st.floats(0, 1e4), min_size=2, max_size=2))
def test_more_incidents_never_lower_a_limit(counts):
    low, high = poisson_interval(sorted(counts))
    assert low[0] <= low[1]
    assert high[0] <= high[1]


def test_counts_keep_their_shape_and_nan_stays_nan():
    low, high = poisson_interval([[0.0, 1.0], [np.nan, 5e-324]])
    assert low.shape == high.shape == (2, 2)
    assert low[0, 0] == 0
    assert high[0, 0] == pytest.approx(3.67, abs=0.01)
    assert np.isnan([low[1, 0], high[1, 0]]).all()
    assert low[1, 1] == 0
    assert poisson_interval([])[0].shape == (0,)


def test_a_negative_count_is_refused():
    with pytest.raises(InvalidInput, match="cannot be negative"):
        poisson_interval([3, -1])
