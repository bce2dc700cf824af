"""The scan statistic: how surprising a busy stretch is to somebody who keeps looking.

Who looks at a place every fortnight for two years will sooner or later see a busy fortnight
by chance. The scan statistic is the chance that *any* stretch of that length would be so busy.
"""

from __future__ import annotations

from math import ceil, exp, lgamma, log, log1p
from typing import Final

import numpy as np
import numpy.typing as npt

from geo_service.errors import InvalidInput

FEWEST_WINDOWS: Final = 2


def naus_scan_p(n: int, *, mean_a_window: float, windows: float) -> float:
    """Return the chance that some stretch as long as a window holds at least `n` incidents.

    Parameters
    ----------
    n
        Incidents in the busiest stretch.
    mean_a_window
        The known mean of a Poisson count over a window.
    windows
        Length of the whole time in windows, at least 2.

    Raises
    ------
    InvalidInput
        If `n` or the mean is negative, or there are fewer than two windows.

    References
    ----------
    Naus, J. I. (1982). Approximations for distributions of scan statistics. Journal of the
    American Statistical Association 77, 177-183: 1 - Q2 (Q3 / Q2) ** (windows - 2).
    Spiegelhalter's cyclists, six deaths in a fortnight at 0.6 a fortnight over 208 fortnights,
    give 0.03902.
    """
    if n < 0 or mean_a_window < 0 or windows < FEWEST_WINDOWS:
        raise InvalidInput(
            f"Need a count and a mean that are not negative and at least {FEWEST_WINDOWS} "
            f"windows; got {n}, {mean_a_window} and {windows}."
        )
    if n <= mean_a_window:
        return 1.0
    if mean_a_window == 0:
        return 0.0
    q2, q3 = _q2_q3(n, mean_a_window)
    if not 0 < q3 <= q2:  # so busy is nothing unusual, where the approximation ends
        return 1.0
    return float(min(max(0.0, 1 - q2 * (q3 / q2) ** (windows - 2)), 1.0))


def conditional_scan_p(n: int, total: int, *, windows: float) -> float:
    """Return the chance that some window holds at least `n` of `total` incidents.

    The mean need not be known: given how many there were in all, each may have happened at
    any time alike. An upper limit, and close to the truth where it is small.

    Raises
    ------
    InvalidInput
        If not 0 <= n <= total, or there are fewer than two windows.

    References
    ----------
    Wallenstein, S. & Naus, J. (2004). Scan statistics for temporal surveillance for biologic
    terrorism. MMWR 53 (Suppl), 74-78.
    """
    if not 0 <= n <= total or windows < FEWEST_WINDOWS:
        raise InvalidInput(
            f"Need 0 <= n <= total and at least {FEWEST_WINDOWS} windows; got {n}, {total} and "
            f"{windows}."
        )
    if n <= ceil(total / windows):
        return 1.0
    pmf = _binomial(total, 1 / windows)
    return min(1.0, (n * windows - total - 1) * float(pmf[n]) + 2 * float(pmf[n:].sum()))


def few_p(n: int, total: int, *, windows: float, looks: int) -> float:
    """Return a limit for the chance that one of some windows looked at holds at most `n`.

    The chance of one window out of `windows`, given `total`, times the looks.

    Raises
    ------
    InvalidInput
        As `conditional_scan_p`.
    """
    if not 0 <= n <= total or windows < FEWEST_WINDOWS:
        raise InvalidInput(f"Need 0 <= n <= total and two windows; got {n}, {total}, {windows}.")
    return min(1.0, looks * float(_binomial(total, 1 / windows)[: n + 1].sum()))


def _binomial(total: int, share: float) -> npt.NDArray[np.float64]:
    """Return the chances of 0 … total."""
    k = np.arange(total + 1)
    ways = np.array([lgamma(total + 1) - lgamma(i + 1) - lgamma(total - i + 1) for i in k])
    return np.asarray(np.exp(ways + k * log(share) + (total - k) * log1p(-share)))


def _q2_q3(n: int, mean: float) -> tuple[float, float]:
    """Return the chances that two, and three, windows in a row hold no stretch of n."""
    p = [exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(2 * n)]
    up_to = np.cumsum(p)

    def cdf(k: int) -> float:
        return float(up_to[k]) if k >= 0 else 0.0

    def pmf(k: int) -> float:
        return p[k] if k >= 0 else 0.0

    below, at = cdf(n - 1), pmf(n)
    q2 = below**2 - (n - 1) * at * pmf(n - 2) - (n - 1 - mean) * at * cdf(n - 3)
    a1 = 2 * at * below * ((n - 1) * cdf(n - 2) - mean * cdf(n - 3))
    a2 = (at**2 / 2) * (
        (n - 1) * (n - 2) * cdf(n - 3) - 2 * (n - 2) * mean * cdf(n - 4) + mean**2 * cdf(n - 5)
    )
    a3 = sum(pmf(2 * n - r) * cdf(r - 1) ** 2 for r in range(1, n))
    a4 = sum(
        pmf(2 * n - r) * pmf(r) * ((r - 1) * cdf(r - 2) - mean * cdf(r - 3)) for r in range(2, n)
    )
    return q2, below**3 - a1 + a2 + a3 - a4
