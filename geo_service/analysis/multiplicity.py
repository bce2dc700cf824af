"""Many places looked at together: how many of those called different are so by chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def fdr_adjusted(p: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return p values adjusted for the false discovery rate; those of NaN stay NaN.

    Of all places with an adjusted p up to 0.05, at most one of twenty is expected to be called
    so by chance alone.

    References
    ----------
    Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate: a practical and
    powerful approach to multiple testing. Journal of the Royal Statistical Society B 57,
    289-300.
    """
    given = np.asarray(p, dtype=float)
    adjusted = np.full(given.shape, np.nan)
    known = np.flatnonzero(~np.isnan(given))
    if not len(known):
        return adjusted
    ascending = known[np.argsort(given[known])]
    scaled = given[ascending] * len(known) / np.arange(1, len(known) + 1)
    # a smaller p never ends with a larger adjusted one
    adjusted[ascending] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
