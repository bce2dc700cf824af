"""More, less, or as usual: a count beside the counts of earlier periods of the same length.

A street is never quite the same two months in a row. So a difference is only called one when
it is larger than chance and the ordinary unrest between earlier periods would make it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist
from typing import Final

from geo_service.errors import InvalidInput

FEWEST_PERIODS: Final = 2
ANSCOMBE: Final = 3 / 8


class Level(StrEnum):
    """How a count stands to what is usual."""

    more = "more"
    as_usual = "as_usual"
    less = "less"
    unknown = "unknown"


@dataclass(frozen=True)
class Comparison:
    """A count, the mean of the earlier ones, and the range in which it would be as usual."""

    level: Level
    now: int
    periods: int
    """How many earlier periods there were."""
    mean: float
    low: float
    high: float


def compare(now: int, earlier: Sequence[int], *, level: float = 0.95) -> Comparison:
    """Compare a count with the counts of earlier periods of the same length.

    The range is that of one further count, on the scale of Anscombe's square root, where
    counts have the same variance whatever their mean; widened by how much more the earlier
    counts vary than chance alone would have them, and by how few they are. Seasons are not
    allowed for.

    Raises
    ------
    InvalidInput
        If a count is negative or `level` is not between 0 and 1.

    References
    ----------
    Anscombe, F. J. (1948). The transformation of Poisson, binomial and negative-binomial
    data. Biometrika 35, 246-254.
    """
    if min([now, *earlier], default=0) < 0:
        raise InvalidInput("A count cannot be negative.")
    if not 0 < level < 1:
        raise InvalidInput(f"A level of confidence lies between 0 and 1, got {level}.")
    periods = len(earlier)
    if periods < FEWEST_PERIODS:
        mean = float(earlier[0]) if earlier else float("nan")
        return Comparison(Level.unknown, now, periods, mean, float("nan"), float("nan"))
    mean = sum(earlier) / periods
    variance = sum((count - mean) ** 2 for count in earlier) / (periods - 1)
    unrest = max(1.0, variance / mean) if mean else 1.0
    reach = NormalDist().inv_cdf((1 + level) / 2) * sqrt(unrest * (1 + 1 / periods)) / 2
    middle = sqrt(mean + ANSCOMBE)
    low = max(max(middle - reach, 0.0) ** 2 - ANSCOMBE, 0.0)
    high = (middle + reach) ** 2 - ANSCOMBE
    found = Level.more if now > high else Level.less if now < low else Level.as_usual
    return Comparison(found, now, periods, mean, low, high)
