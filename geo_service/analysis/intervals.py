"""How sure a count or a share is: intervals in closed form, without a statistics library."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from geo_service.errors import InvalidInput


def poisson_interval(
    count: npt.ArrayLike, *, level: float = 0.95
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return lower and upper limits for the mean of a Poisson count.

    `count` may have any shape and hold fractions (sums of aoristic shares); both limits of NaN
    are NaN. The lower limit of 0 is 0. At 95 % no limit of a whole count is more than 0.021 from
    the exact one.

    Raises
    ------
    InvalidInput
        If a count is negative, or `level` is not between 0 and 1.

    References
    ----------
    Byar's approximation to the exact limits: Breslow, N. E. & Day, N. E. (1987).
    Statistical Methods in Cancer Research II, p. 69.
    """
    z = _z(level)
    counts = np.asarray(count, dtype=float)
    if np.any(counts < 0):
        raise InvalidInput("A count cannot be negative.")
    some = np.maximum(counts, 0.1)  # below 1/9 the limit is 0, and smaller ones overflow
    low = some * np.maximum(1 - 1 / (9 * some) - z / (3 * np.sqrt(some)), 0) ** 3
    more = counts + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return low, high


def wilson_interval(
    share: npt.ArrayLike,
    answers: npt.ArrayLike,
    *,
    design_effect: npt.ArrayLike = 1.0,
    level: float = 0.95,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return Wilson's limits for a share of 0 … 1 among `answers`.

    The number of answers is divided by `design_effect` first: weights and clusters make a
    sample worth less than its size. A share of NaN has limits of NaN.

    Raises
    ------
    InvalidInput
        If a share is not between 0 and 1 (per cent, perhaps?), or answers or design effect are
        not positive, or `level` is not between 0 and 1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
    inference. Journal of the American Statistical Association 22, 209-212.
    """
    z = _z(level)
    p = np.asarray(share, dtype=float)
    effect = np.asarray(design_effect, dtype=float)
    if np.any(effect <= 0):
        raise InvalidInput("A design effect must be positive; 1 is a simple random sample.")
    n = np.asarray(answers, dtype=float) / effect
    if np.any((p < 0) | (p > 1)) or np.any(n <= 0):
        raise InvalidInput("Need shares between 0 and 1 and at least one answer.")
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    # rounding may put a limit of 0 % or 100 % some 1e-17 on the wrong side
    return np.clip(middle - half, 0, p), np.clip(middle + half, p, 1)


def _z(level: float) -> float:
    if not 0 < level < 1:
        raise InvalidInput(f"A level of confidence lies between 0 and 1, got {level}.")
    return NormalDist().inv_cdf((1 + level) / 2)
