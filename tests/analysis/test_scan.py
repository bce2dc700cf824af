"""Scan statistics: the published number, exact cases, and simulation as oracle."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from geo_service.analysis.scan import conditional_scan_p, few_p, naus_scan_p
from geo_service.errors import InvalidInput
from tests.volumes import volume


def busiest(times: np.ndarray) -> int:
    """Return how many of some times the busiest stretch of length 1 holds."""
    ordered = np.sort(times)
    if not len(ordered):
        return 0
    return int((np.searchsorted(ordered, ordered + 1) - np.arange(len(ordered))).max())


def test_the_cyclists_of_london() -> None:
    """Aberdein & Spiegelhalter (2013): six deaths in a fortnight, 0.6 a fortnight, 208 of them.

    0.03902238 is the number in ptools, whose last sum is one term short of Naus's; with all of
    them it is 0.03902311.
    """
    found = naus_scan_p(6, mean_a_window=0.6, windows=208)
    assert found == pytest.approx(0.03902238, abs=1e-6)
    assert found == pytest.approx(0.03902311, abs=1e-8)


@pytest.mark.parametrize("mean", [0.05, 0.6, 2.0])
@pytest.mark.parametrize("windows", [2, 10, 208.5])
def test_one_incident_anywhere_is_exact(mean: float, windows: float) -> None:
    if mean < 1:
        expected = 1 - exp(-mean * windows)
        assert naus_scan_p(1, mean_a_window=mean, windows=windows) == pytest.approx(expected)


@pytest.mark.parametrize("mean", [0.2, 0.7, 1.5])
def test_two_close_together_in_three_windows_are_exact(mean: float) -> None:
    """Points that keep a distance of 1 in [0, 3]: their volume in closed form."""
    none = exp(-3 * mean) * (1 + 3 * mean + 2**2 * mean**2 / 2 + mean**3 / 6)
    assert naus_scan_p(2, mean_a_window=mean, windows=3) == pytest.approx(1 - none)


@pytest.mark.parametrize(
    ("n", "mean", "windows"), [(3, 1, 3), (5, 3, 3), (4, 0.6, 26), (10, 3, 26), (23, 10, 26)]
)
def test_both_agree_with_simulation(n: int, mean: float, windows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    runs = volume(3_000, 30_000)
    total = round(mean * windows)
    free = [busiest(rng.uniform(0, windows, rng.poisson(mean * windows))) for _ in range(runs)]
    fixed = [busiest(rng.uniform(0, windows, total)) for _ in range(runs)]
    known = naus_scan_p(n, mean_a_window=mean, windows=windows)
    unknown = conditional_scan_p(n, total, windows=windows)
    assert known == pytest.approx(np.mean(np.array(free) >= n), abs=0.03)
    # an upper limit, close where it is small
    truth = float(np.mean(np.array(fixed) >= n))
    assert truth - 0.03 <= unknown
    if truth < 0.2:
        assert unknown <= truth + 0.03


@given(mean=st.floats(0.05, 40), windows=st.floats(2, 300), data=st.data())
def test_more_is_never_more_likely_and_longer_is_never_less(
    mean: float, windows: float, data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, 90))
    p = naus_scan_p(n, mean_a_window=mean, windows=windows)
    assert 0 <= p <= 1
    assert naus_scan_p(n + 1, mean_a_window=mean, windows=windows) <= p + 1e-9
    assert naus_scan_p(n, mean_a_window=mean, windows=windows + 10) >= p - 1e-9
    one_window = scipy.stats.poisson.sf(n - 1, mean)
    assert p >= one_window - 1e-9  # the multiplicity can only cost


@given(total=st.integers(0, 200), windows=st.floats(2, 60), data=st.data())
def test_given_the_total_the_chances_are_chances(
    total: int, windows: float, data: st.DataObject
) -> None:
    n = data.draw(st.integers(0, total))
    p = conditional_scan_p(n, total, windows=windows)
    assert 0 <= p <= 1
    assert p >= min(1.0, scipy.stats.binom.sf(n - 1, total, 1 / windows)) - 1e-9
    expected = min(1.0, 7 * scipy.stats.binom.cdf(n, total, 1 / windows))
    assert few_p(n, total, windows=windows, looks=7) == pytest.approx(expected, abs=1e-9)


def test_very_unlikely_counts_have_small_chances_and_none_below_0() -> None:
    assert 0 <= naus_scan_p(40, mean_a_window=3, windows=26) < 1e-12
    assert 0 < conditional_scan_p(40, 78, windows=26) < 1e-25
    assert naus_scan_p(3, mean_a_window=0, windows=26) == 0
    assert naus_scan_p(0, mean_a_window=0, windows=26) == 1


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at least 2 windows"):
        naus_scan_p(3, mean_a_window=1, windows=1)
    with pytest.raises(InvalidInput, match="not negative"):
        naus_scan_p(-1, mean_a_window=1, windows=9)
    with pytest.raises(InvalidInput, match="n <= total"):
        conditional_scan_p(5, 4, windows=9)
    with pytest.raises(InvalidInput, match="n <= total"):
        few_p(5, 4, windows=9, looks=3)
