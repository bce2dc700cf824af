"""Hot spots that are more than chance: the Getis-Ord statistic of a place and its neighbours.

The usual z value invents hot spots where counts are small and skewed, and a thousand shuffles
per place cannot find a p value small enough to survive a correction for thousands of places. So
all places with the same number of neighbours share one large null distribution, drawn from the
map itself, and p values are adjusted for the false discovery rate.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_service.analysis.multiplicity import fdr_adjusted
from geo_service.analysis.neighbours import Neighbours
from geo_service.errors import InvalidInput

MOST_DRAWS: Final = 1_000_000
FEWEST_DRAWS: Final = 99_999
FALSE_DISCOVERIES: Final = 0.05
VALUES_AT_ONCE: Final = 2_000_000
FEWEST_PLACES: Final = 3


def getis_ord_z(
    values: npt.ArrayLike, neighbours: Neighbours, *, star: bool = True
) -> npt.NDArray[np.float64]:
    """Return the z value of Gi* (a place counts itself) or Gi (it does not), weights 0 and 1.

    Returns shape (n,), NaN where it is not defined: without neighbours (Gi), with nothing but
    neighbours, or where all values are equal.

    Raises
    ------
    InvalidInput
        If there are fewer than three places, or not one value for each.

    References
    ----------
    Ord, J. K. & Getis, A. (1995). Local spatial autocorrelation statistics: distributional
    issues and an application. Geographical Analysis 27, 286-306, equations 14 and 15.
    """
    x = _checked(values, neighbours)
    n = len(x)
    near = neighbours.number.astype(float)
    if star:
        total, weight = neighbours.summed(x) + x, near + 1
        mean, others = np.full(n, x.mean()), n
        square = np.full(n, (x**2).mean())
    else:
        total, weight = neighbours.summed(x), near
        mean, others = (x.sum() - x) / (n - 1), n - 1
        square = ((x**2).sum() - x**2) / (n - 1)
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    scale = spread * np.sqrt(np.maximum(others * weight - weight**2, 0) / (others - 1))
    # what is left of equal values by rounding is no spread
    defined = scale > 1e-12 * np.maximum(np.abs(mean), 1)
    z = np.full(n, np.nan)
    z[defined] = (total - weight * mean)[defined] / scale[defined]
    return z


def hotspot_gistar(
    values: npt.ArrayLike,
    neighbours: Neighbours,
    *,
    rng: np.random.Generator,
    draws: int = MOST_DRAWS,
    false_discoveries: float = FALSE_DISCOVERIES,
) -> pd.DataFrame:
    """Find places whose neighbourhood has more than chance would put there.

    Parameters
    ----------
    values
        n counts or sums of shares, one per place.
    neighbours
        Of the n places.
    rng
        Where the null distribution is drawn from.
    draws
        How many neighbourhoods are drawn, once for all places: 10⁵ to 10⁶.
    false_discoveries
        Share of the places called hot that may be so by chance.

    Returns
    -------
    DataFrame
        n rows: z (Gi*), p (one-sided, more than chance), q (adjusted), hot (bool). A place
        without neighbours has no p and is not hot.

    Raises
    ------
    InvalidInput
        If there are fewer than three places, not one value for each, or `draws` is out of
        its range.

    Notes
    -----
    The place keeps its own value and its neighbours are drawn from the whole map without
    replacement, the conditional permutation of Anselin (1995), here shared by all places with
    as many neighbours. p is (b + 1) / (draws + 1), so that it is never 0.

    References
    ----------
    Caldas de Castro, M. & Singer, B. H. (2006). Controlling the false discovery rate: a new
    application to account for multiple and dependent tests in local statistics of spatial
    association. Geographical Analysis 38, 180-208.
    """
    x = _checked(values, neighbours)
    if not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        raise InvalidInput(f"Need {FEWEST_DRAWS} to {MOST_DRAWS} draws, got {draws}.")
    number, around = neighbours.number, neighbours.summed(x)
    sizes = [int(size) for size in np.unique(number) if size]
    nulls = shared_nulls(x, sizes, draws=draws, rng=rng)
    # sums of fractions that are equal may differ in the last digits
    tolerance = 1e-9 * max(float(np.abs(x).sum()), 1e-300)
    p = np.full(len(x), np.nan)
    for size, null in nulls.items():
        there = number == size
        reached = len(null) - np.searchsorted(null, around[there] - tolerance)
        p[there] = (reached + 1) / (len(null) + 1)
    q = fdr_adjusted(p)
    return pd.DataFrame(
        {"z": getis_ord_z(x, neighbours), "p": p, "q": q, "hot": q <= false_discoveries}
    )


def shared_nulls(
    values: npt.NDArray[np.float64],
    sizes: list[int],
    *,
    draws: int,
    rng: np.random.Generator,
) -> dict[int, npt.NDArray[np.float64]]:
    """Return for each size the sorted sums of that many values, drawn without replacement.

    A shuffled copy of all values is cut into stretches of the largest size; the beginnings of
    a stretch serve the smaller ones.
    """
    if not sizes:
        return {}
    longest = max(sizes)
    stretches = len(values) // longest
    shuffles = -(-draws // stretches)
    at_once = max(1, VALUES_AT_ONCE // len(values))
    sums: dict[int, list[npt.NDArray[np.float64]]] = {size: [] for size in sizes}
    for begun in range(0, shuffles, at_once):
        copies = np.tile(values, (min(at_once, shuffles - begun), 1))
        drawn = rng.permuted(copies, axis=1, out=copies)[:, : stretches * longest]
        added = np.cumsum(drawn.reshape(-1, longest), axis=1)
        for size in sizes:
            sums[size].append(added[:, size - 1].copy())
    return {size: np.sort(np.concatenate(parts)[:draws]) for size, parts in sums.items()}


def _checked(values: npt.ArrayLike, neighbours: Neighbours) -> npt.NDArray[np.float64]:
    x = np.asarray(values, dtype=float)
    if x.shape != (neighbours.places,) or len(x) < FEWEST_PLACES or np.isnan(x).any():
        raise InvalidInput(
            f"Need one value for each of {neighbours.places} places, and at least three places; "
            f"got {x.shape}, missing: {int(np.isnan(x).sum())}."
        )
    return x
