"""How good a forecast was: what it caught, against the best possible, and how sure it was.

PAI alone is gamed by tiny areas, so it is told for several shares of area and time, with the
number of incidents. RRI has two meanings; here it is predicted over observed where the
forecast is highest (as in the R package ptools), not Levine's recapture rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_service.errors import InvalidInput

BINS: Final = 10

Cells = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Captured:
    """What lies in the part that a forecast puts highest, one value per share of the size."""

    shares: Cells
    observed: Cells
    """Incidents that were there."""
    best: Cells
    """Incidents that the best possible choice of the same size would have had."""
    predicted: Cells
    total: float
    """Incidents everywhere."""

    @property
    def pai(self) -> Cells:
        """Predictive accuracy index: share of incidents over share of size; NaN without any."""
        return _over(self.observed, self.total) / self.shares

    @property
    def pei(self) -> Cells:
        """Predictive efficiency index: PAI over the best possible PAI; NaN without incidents."""
        return _over(self.observed, self.best)

    @property
    def rri(self) -> Cells:
        """Predicted over observed incidents; above 1 is too much; NaN without incidents."""
        return _over(self.predicted, self.observed)

    def __add__(self, other: Captured) -> Captured:
        """Return two forecasts' captures as one, for the same shares."""
        return Captured(
            self.shares,
            self.observed + other.observed,
            self.best + other.best,
            self.predicted + other.predicted,
            self.total + other.total,
        )


def captured(
    observed: npt.ArrayLike, predicted: npt.ArrayLike, size: npt.ArrayLike, shares: Sequence[float]
) -> Captured:
    """Return what a forecast catches in its highest cells.

    Parameters
    ----------
    observed, predicted
        Incidents per cell, any one shape.
    size
        What a cell takes to watch: km² or metres of street, times hours; positive.
    shares
        Parts of the whole size, above 0 and up to 1.

    Raises
    ------
    InvalidInput
        If a size or a share is out of its range.

    Notes
    -----
    Cells are taken by what is predicted per size; a cell, or cells that are predicted alike,
    are taken in part where the share ends within them. So is the best possible choice.

    References
    ----------
    Chainey, S., Tompson, L. & Uhlig, S. (2008). The utility of hotspot mapping for predicting
    spatial patterns of crime. Security Journal 21, 4-28 (PAI). Hunt, J. M. (2016), NIJ Crime
    Forecasting Challenge (PEI).
    """
    seen, said, sizes = (
        np.asarray(one, dtype=float).ravel() for one in (observed, predicted, size)
    )
    parts = np.asarray(shares, dtype=float)
    if np.any(sizes <= 0) or np.any((parts <= 0) | (parts > 1)):
        raise InvalidInput("Need positive sizes and shares above 0 and up to 1.")
    end = parts * sizes.sum()
    return Captured(
        parts,
        _highest(said / sizes, sizes, seen, end),
        _highest(seen / sizes, sizes, seen, end),
        _highest(said / sizes, sizes, said, end),
        float(seen.sum()),
    )


def accuracy_curve(
    observed: npt.ArrayLike, predicted: npt.ArrayLike, size: npt.ArrayLike
) -> pd.DataFrame:
    """Return PAI, PEI and RRI as one cell after the other is added, the highest first.

    Columns size_share, observed, pai, pei, rri; a row per cell.
    """
    said, sizes = (np.asarray(one, dtype=float).ravel() for one in (predicted, size))
    order = np.argsort(-said / sizes, kind="stable")
    shares = np.minimum(np.cumsum(sizes[order]) / sizes.sum(), 1.0)
    found = captured(observed, said, sizes, shares)
    return pd.DataFrame(
        {
            "size_share": shares,
            "observed": found.observed,
            "pai": found.pai,
            "pei": found.pei,
            "rri": found.rri,
        }
    )


def poisson_log_score(observed: npt.ArrayLike, rates: npt.ArrayLike) -> float:
    """Return the mean log probability of what was observed; higher is better.

    `observed` may hold fractions (sums of aoristic shares), which factorials are drawn through.

    Raises
    ------
    InvalidInput
        If a rate is not positive: what is called impossible may not happen.
    """
    seen, expected = (np.asarray(one, dtype=float).ravel() for one in (observed, rates))
    if np.any(expected <= 0):
        raise InvalidInput("A rate of 0 calls an incident impossible; mix it with a little more.")
    different, place = np.unique(seen, return_inverse=True)
    factorial = np.array([lgamma(one + 1) for one in different])[place]
    return float(np.mean(seen * np.log(expected) - expected - factorial))


def calibration(observed: npt.ArrayLike, predicted: npt.ArrayLike) -> pd.DataFrame:
    """Return what was predicted and what happened, in groups of alike predicted cells.

    Columns predicted, observed: sums in up to ten groups that hold as much predicted each, the
    lowest first.
    """
    seen, said = (np.asarray(one, dtype=float).ravel() for one in (observed, predicted))
    order = np.argsort(said, kind="stable")
    before = np.cumsum(said[order]) - said[order] / 2
    group = np.minimum((before / max(said.sum(), 1e-300) * BINS).astype(int), BINS - 1)
    sums = [np.bincount(group, one[order], minlength=BINS) for one in (said, seen)]
    used = np.bincount(group, minlength=BINS) > 0
    return pd.DataFrame({"predicted": sums[0][used], "observed": sums[1][used]})


def calibration_error(groups: pd.DataFrame) -> float:
    """Return by what part of all incidents the groups' sums were missed; NaN without any."""
    missed = float((groups["predicted"] - groups["observed"]).abs().sum())
    total = float(groups["observed"].sum())
    return missed / total if total else float("nan")


def _highest(density: Cells, sizes: Cells, amounts: Cells, end: Cells) -> Cells:
    """Return the amounts within the first `end` of the size, by falling density."""
    # cells that are alike but for the last digits are one group
    relative = np.round(density / max(float(density.max(initial=0)), 1e-300), 12)
    _, group = np.unique(-relative, return_inverse=True)
    size = np.concatenate([[0], np.cumsum(np.bincount(group, sizes))])
    amount = np.concatenate([[0], np.cumsum(np.bincount(group, amounts))])
    return np.asarray(np.interp(end, size, amount))


def _over(part: npt.ArrayLike, whole: npt.ArrayLike) -> Cells:
    above, below = np.broadcast_arrays(
        np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    )
    ratio = np.full(above.shape, np.nan)
    ratio[below > 0] = above[below > 0] / below[below > 0]
    return ratio
