"""Is a series rising or falling, without believing neighbouring periods to be independent."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from geo_service.errors import InvalidInput

FEWEST_PERIODS: Final = 8
SURE: Final = 1.959964


@dataclass(frozen=True)
class Trend:
    """Result of a Mann-Kendall test."""

    s: int
    """Pairs that rise less pairs that fall."""
    z: float
    p: float
    """Two-sided."""
    slope: float
    """Median rise from one period to the next (Sen)."""


def mann_kendall(series: npt.ArrayLike) -> Trend:
    """Test for a trend, with the variance corrected for autocorrelation.

    Parameters
    ----------
    series
        At least eight values at even distances, the oldest first.

    Raises
    ------
    InvalidInput
        If there are fewer, or one is missing.

    Notes
    -----
    Autocorrelation of the ranks of what is left when Sen's slope is taken away. Hamed and Rao
    count all significant lags; the correlations of a series at all lags sum to -1/2, so that
    the far ones would undo the near. Here lags count up to the first that is not significantly
    positive, and the variance is never narrowed.

    References
    ----------
    Hamed, K. H. & Rao, A. R. (1998). A modified Mann-Kendall trend test for autocorrelated
    data. Journal of Hydrology 204, 182-196.
    """
    x = np.asarray(series, dtype=float)
    n = len(x)
    if n < FEWEST_PERIODS or np.isnan(x).any():
        raise InvalidInput(f"A trend needs {FEWEST_PERIODS} periods, none missing; got {n}.")
    first, later = np.triu_indices(n, k=1)
    rise = x[later] - x[first]
    s = int(np.sign(rise).sum())
    slope = float(np.median(rise / (later - first)))
    _, tied = np.unique(x, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - np.sum(tied * (tied - 1) * (2 * tied + 5))) / 18
    variance *= _wider(_ranks(x - slope * np.arange(n)))
    z = 0.0 if s == 0 or variance <= 0 else (s - np.sign(s)) / sqrt(variance)
    return Trend(s, float(z), erfc(abs(float(z)) / sqrt(2)), slope)


def _wider(ranks: npt.NDArray[np.float64]) -> float:
    """Return how many times wider autocorrelation makes the variance, at least 1."""
    n = len(ranks)
    centred = ranks - ranks.mean()
    power = float(centred @ centred)
    if power == 0:
        return 1.0
    lags = np.arange(1, n - 2)
    correlation = np.array([centred[:-lag] @ centred[lag:] / power for lag in lags])
    counted = np.logical_and.accumulate(correlation > SURE / sqrt(n))
    weights = (n - lags) * (n - lags - 1) * (n - lags - 2)
    return 1 + 2 / (n * (n - 1) * (n - 2)) * float(np.sum((weights * correlation)[counted]))


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return ranks from 1, equal values sharing the mean of theirs."""
    _, place, number = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(number)
    return np.asarray((last - (number - 1) / 2)[place], dtype=float)
