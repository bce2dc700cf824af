"""The need model: what to expect in each area and slot, from little data, without overreacting.

Recent weeks count more than old ones, by a half-life. Each area is drawn towards the mean of
the city, and each slot in it towards the city's profile over the hours of the week, the more
the less there is to go by: a single bad Friday does not make a bad place. The model reads
counts by week, area and slot, and nothing else; it cannot know anything about a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from geo_service.analysis.baselines import Rates
from geo_service.analysis.intervals import poisson_interval
from geo_service.analysis.slot_history import Counts
from geo_service.domain.need_choice import HALF_LIFE_WEEKS
from geo_service.errors import InvalidInput

LEVEL: Final = 0.95
UNLIKE: Final = np.geomspace(0.005, 20, 40)
"""How unlike the slots of areas may be: variance over mean² beyond chance."""
SIDES: Final = 3
BELIEVED: Final = 0.999
"""No rate is drawn out of this interval of what was seen there itself."""
STEPS: Final = 8
"""So far from 0, Stirling's series is right to ten digits."""


@dataclass(frozen=True)
class NeedForecast:
    """What to expect in a slot of the coming week; each of shape (areas, slots)."""

    rates: Rates
    """Incidents expected."""
    low: Rates
    high: Rates
    """Limits for the rate, 95 %; one evening varies more."""
    half_life_weeks: float

    @property
    def variance(self) -> Rates:
        """The squared uncertainty of each rate, as wide as its limits."""
        z = NormalDist().inv_cdf((1 + LEVEL) / 2)
        return np.asarray(((self.high - self.low) / (2 * z)) ** 2)


def need_forecast(counts: Counts, *, half_life_weeks: float = HALF_LIFE_WEEKS) -> NeedForecast:
    """Return what to expect in the coming week.

    Parameters
    ----------
    counts
        Shape (weeks, areas, slots), the oldest week first; sums of aoristic shares.
    half_life_weeks
        After how many weeks an incident counts half; infinite for never.

    Raises
    ------
    InvalidInput
        If counts are not by week, area and slot, there is no week, or the half-life is not
        positive.

    Notes
    -----
    Decayed counts are scaled to their effective number of weeks (Kish), so that their variance
    is about their mean. Areas: gamma prior with the city's mean and the variance between areas
    by moments. Slots: gamma prior with mean area × profile and one shape for the whole city,
    the most likely one; where slots differ no more than chance makes them, the profile is all.
    A slot that is clearly different is not drawn further than its own 99.9 % interval.

    References
    ----------
    Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes
    estimators. Applied Statistics 40, 283-294. Efron, B. & Morris, C. (1972). Limiting the risk
    of Bayes and empirical Bayes estimators, part II. Journal of the American Statistical
    Association 67, 130-139.
    """
    if counts.ndim != SIDES:
        raise InvalidInput(f"Need counts by week, area and slot, and no more; got {counts.shape}.")
    if not len(counts) or not half_life_weeks > 0:
        raise InvalidInput(
            f"Need at least one week and a half-life of more than 0 weeks; got {len(counts)} "
            f"and {half_life_weeks}."
        )
    age = np.arange(len(counts))[::-1]
    weight = 0.5 ** (age / half_life_weeks)
    scale = weight.sum() / (weight**2).sum()
    seen = np.tensordot(weight * scale, counts, axes=1)
    weeks = float(weight.sum() * scale)
    total = seen.sum()
    if not total:
        nothing = np.zeros(seen.shape)
        return NeedForecast(nothing, nothing, _upper(nothing, 1 / weeks), half_life_weeks)
    profile = seen.sum(axis=0) / total
    area, area_variance = _area_rates(seen.sum(axis=1), weeks)
    middle = np.outer(area, profile)
    unlike = _unlike(seen, middle * weeks)
    own = 1 + unlike * middle * weeks
    rates = middle * (1 + unlike * seen) / own
    # a slot's own surprises, and what is not known of its area and of the profile
    of_slot = unlike / (1 + unlike * seen)
    of_profile = 1 / np.maximum(seen.sum(axis=0), 1)
    relative = of_slot + (area_variance[:, None] + of_profile) / own**2
    least, most = poisson_interval(seen, level=BELIEVED)
    clear = (rates < least / weeks) | (rates > most / weeks)
    rates = np.clip(rates, least / weeks, most / weeks)
    relative = np.where(clear, 1 / np.maximum(seen, 1), relative)
    low, high = gamma_limits(rates, relative)
    return NeedForecast(rates, low, high, half_life_weeks)


def _area_rates(
    seen: npt.NDArray[np.float64], weeks: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return each area's weekly rate, drawn towards the mean, and its relative variance."""
    raw = seen / weeks
    mean = float(raw.mean())
    spread = float(raw.var(ddof=1)) if len(raw) > 1 else np.inf
    between = max(spread - mean / weeks, 0.0)
    if not between:
        return np.full(len(raw), mean), np.full(len(raw), 1 / seen.sum())
    shape = mean**2 / between
    rate = mean / between
    return (seen + shape) / (weeks + rate), 1 / np.maximum(seen + shape, 1e-9)


def _unlike(seen: npt.NDArray[np.float64], middle: npt.NDArray[np.float64]) -> float:
    """Return how far slots differ from area × profile beyond chance: variance over mean².

    The most likely of some values, where counts are negative binomial around the middle; 0
    where they are most likely Poisson.
    """
    possible = middle > 0
    x, mean = seen[possible], middle[possible]
    best, found = float(np.sum(x * np.log(mean) - mean)), 0.0
    for unlike in UNLIKE:
        shape = 1 / unlike
        likely = _log_gamma(x + shape) - _log_gamma(np.array([shape]))
        likely += shape * np.log(shape / (shape + mean)) + x * np.log(mean / (shape + mean))
        if likely.sum() > best:
            best, found = float(likely.sum()), float(unlike)
    return found


def _log_gamma(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the logarithm of the gamma function of positive values (Stirling's series)."""
    moved = x + STEPS
    series = 1 / (12 * moved) - 1 / (360 * moved**3) + 1 / (1260 * moved**5)
    found = (moved - 0.5) * np.log(moved) - moved + np.log(2 * np.pi) / 2 + series
    for step in range(STEPS):
        found -= np.log(x + step)
    return np.asarray(found)


def gamma_limits(
    mean: npt.NDArray[np.float64], relative_variance: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return limits of a gamma distribution, 95 % (Wilson and Hilferty 1931).

    Parameters
    ----------
    mean
        Any shape.
    relative_variance
        Variance over mean², of the same shape.
    """
    ninth = relative_variance / 9
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    low = mean * np.maximum(1 - ninth - z * np.sqrt(ninth), 0) ** 3
    high = mean * (1 - ninth + z * np.sqrt(ninth)) ** 3
    return np.minimum(low, mean), np.maximum(high, mean)


def _upper(nothing: npt.NDArray[np.float64], week: float) -> npt.NDArray[np.float64]:
    """Return the upper limit where nothing has happened anywhere: the rule of three."""
    return nothing + 3 * week
