"""Need with the user's severity weights, by the model or by whichever baseline is used here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_service.analysis.baselines import (
    BASELINE_WORDS,
    NOT_ENOUGH,
    RECENT_WEEKS,
    WEEKS_A_YEAR,
    Baseline,
    Rates,
    baseline_rates,
)
from geo_service.analysis.need import PlainNeed
from geo_service.analysis.need_model import LEVEL, gamma_limits, need_forecast
from geo_service.analysis.rolling_origin import MODEL
from geo_service.analysis.slot_history import Counts
from geo_service.domain.need_choice import HALF_LIFE_WEEKS
from geo_service.errors import InvalidInput

NOTHING_WEEKS: Final = 3.0
"""Where nothing was seen in so many weeks, less than three over the weeks a week: rule of three."""


@dataclass(frozen=True)
class WeightedNeed:
    """Need in weighted incidents a week, each of shape (areas, slots)."""

    need: Rates
    """Sum of weight × expected incidents."""
    variance: Rates
    """The squared uncertainty of `need`; one evening varies more."""
    unseen: Rates
    """The upper limit where `need` is 0: what was not seen may still come, and weighs most."""

    def shared(self, shares: npt.NDArray[np.float64]) -> WeightedNeed:
        """Return the need of places from that of the units they lie in, by share of ground.

        Parameters
        ----------
        shares
            Shape (places, areas), as `apportion.ground_shares` returns them.
        """
        return WeightedNeed(shares @ self.need, shares**2 @ self.variance, shares @ self.unseen)

    @property
    def limits(self) -> tuple[Rates, Rates]:
        """Limits for the need, 95 %."""
        seen = self.need > 0
        relative = np.divide(self.variance, self.need**2, out=np.zeros_like(self.need), where=seen)
        low, high = gamma_limits(self.need, relative)
        return low, np.where(seen, high, self.unseen)


def weighted_need(
    counts: Mapping[str, Counts],
    weights: Mapping[str, float],
    *,
    method: str = MODEL,
    half_life_weeks: float = HALF_LIFE_WEEKS,
    ahead: int = 0,
) -> WeightedNeed:
    """Return need with the user's severity weights: a forecast per type, weighed together.

    Parameters
    ----------
    counts
        Counts of each type, shape (weeks, areas, slots), all of the same.
    weights
        What one incident of each type weighs; 1 where all weigh the same.
    method
        Of `rolling_origin.METHODS`.
    half_life_weeks
        Of the model.
    ahead
        How many weeks after the coming one; only the same slot last year differs by it.

    Raises
    ------
    InvalidInput
        If the types differ, a weight is negative, there are too few weeks for the method, or
        as `need_forecast`.
    """
    if not counts or counts.keys() != weights.keys():
        raise InvalidInput(
            f"Need a weight for each of {', '.join(counts) or 'no types'}; "
            f"got {', '.join(weights) or 'none'}."
        )
    if min(weights.values()) < 0:
        raise InvalidInput("A severity weight cannot be negative.")
    parts = {
        kind: _expected(table, method, half_life_weeks=half_life_weeks, ahead=ahead)
        for kind, table in counts.items()
    }
    need = np.sum([weights[kind] * rates for kind, (rates, _) in parts.items()], axis=0)
    variance = np.sum([weights[kind] ** 2 * varies for kind, (_, varies) in parts.items()], axis=0)
    weeks = weeks_behind(len(next(iter(counts.values()))), method)
    unseen = np.full(need.shape, NOTHING_WEEKS / weeks * max(weights.values()))
    return WeightedNeed(need, variance, unseen)


def _expected(
    counts: Counts, method: str, *, half_life_weeks: float, ahead: int
) -> tuple[Rates, Rates]:
    """Return what a method expects, and its variance: for a baseline that of a mean of counts."""
    if method == MODEL:
        model = need_forecast(counts, half_life_weeks=half_life_weeks)
        return model.rates, model.variance
    rates = baseline_rates(counts, Baseline(method), ahead=ahead)
    if rates is None:
        raise InvalidInput(f"{BASELINE_WORDS[Baseline(method)]}: {NOT_ENOUGH}.")
    return rates, rates / weeks_behind(len(counts), method)


def weeks_behind(weeks: int, method: str) -> int:
    """Return how many weeks a method reads."""
    if method == Baseline.same_slot_last_year:
        return 1
    if method == Baseline.last_8_weeks:
        return RECENT_WEEKS
    if method in (Baseline.last_12_months, Baseline.city_profile):
        return min(weeks, WEEKS_A_YEAR)
    return weeks


def with_counted(figures: pd.DataFrame, counted: PlainNeed, weight: float) -> pd.DataFrame:
    """Return need with what was counted beside it, the two independent of each other.

    Parameters
    ----------
    figures
        Columns expected, low and high, in the rows of `counted`.
    counted
        What comes to it, in incidents a week.
    weight
        What one incident of it weighs.

    Returns
    -------
    pandas.DataFrame
        Each limit lies as far off as both parts together vary: squares are added. What was
        counted varies as a Poisson count does, so nothing counted widens nothing.

    References
    ----------
    Zou, G. Y. & Donner, A. (2008). Construction of confidence limits about effect measures.
    Statistics in Medicine 27, 1693-1702: limits of a sum from those of its parts.
    """
    more = counted.figures["expected"].to_numpy(float)
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    squared = z**2 * weight**2 * more / counted.period_weeks
    expected = figures["expected"] + weight * more
    below = np.sqrt((figures["expected"] - figures["low"]) ** 2 + squared)
    above = np.sqrt((figures["high"] - figures["expected"]) ** 2 + squared)
    return figures.assign(
        expected=expected, low=(expected - below).clip(lower=0), high=expected + above
    )
