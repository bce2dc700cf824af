"""The first rule of what may be shown: small numbers are hidden, and so is their giveaway.

Counts of 1 to 4 are missing from the answer, not rounded; a share is shown from 50 answers
on. A total known from elsewhere gives a single gap in its line back, so a line is left with
no gap or with two.

This is enough where no totals are shown, and for that alone. Beside printed totals two gaps
may still be solved: hidden counts are at least 1, so two that make 2 are 1 and 1, and a cell
that alone joins two groups of gaps follows from the totals of one group. Whoever prints totals
needs the attack by linear programming first.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_service.errors import InvalidInput

SMALLEST_COUNT: Final = 5
FEWEST_ANSWERS: Final = 50


def hide_small_counts(counts: pd.DataFrame) -> pd.DataFrame:
    """Return counts per area and type with small ones hidden.

    Parameters
    ----------
    counts
        One row per area and type, all combinations present: area_code, crime_type, count.

    Returns
    -------
    DataFrame
        A copy whose `count` is nullable (Int64) and missing for 1–4. Wherever exactly one
        cell of an area's row or of a type's column is missing, the smallest other cell of
        that line that is not 0 is missing too; repeated until no line has a single gap, or
        only 0 beside it. A count of 0 is always shown. What is hidden does not depend on the
        order of the rows.

    Raises
    ------
    InvalidInput
        If a combination is lacking or stands twice, or a count is missing, negative or not
        whole: a gap that we did not make cannot be told from one that we did.
    """
    keys = ["area_code", "crime_type"]
    if counts.duplicated(keys).any():
        raise InvalidInput("An area has two counts of one type: add them up first.")
    table = counts.pivot(index=keys[0], columns=keys[1], values="count").astype(float)
    if not ((table >= 0) & (table % 1 == 0)).all(axis=None):
        raise InvalidInput("Every area needs a whole count of every type, 0 where there is none.")
    values = table.to_numpy()
    hidden = (values > 0) & (values < SMALLEST_COUNT)
    while _fill_single_gaps(values, hidden):
        pass
    row = table.index.get_indexer(pd.Index(counts[keys[0]]))
    column = table.columns.get_indexer(pd.Index(counts[keys[1]]))
    return counts.assign(count=counts["count"].astype("Int64").mask(hidden[row, column]))


def _fill_single_gaps(values: npt.NDArray[np.float64], hidden: npt.NDArray[np.bool_]) -> bool:
    """Hide a second cell, in place, where a line has one gap; return whether there was any."""
    before = hidden.sum()
    for gaps, numbers in ((hidden, values), (hidden.T, values.T)):  # views: both see each change
        for line in np.flatnonzero(gaps.sum(axis=1) == 1):
            others = np.flatnonzero(~gaps[line] & (numbers[line] > 0))
            if others.size:
                gaps[line, others[numbers[line, others].argmin()]] = True
    return bool(hidden.sum() > before)


def hide_small_samples(shares: pd.DataFrame) -> pd.DataFrame:
    """Return survey shares with those of fewer than 50 answers taken out.

    `shares` has n_answers, share_pct, low_pct, high_pct; the result also `hidden`, and the
    three figures are missing where it is true. An unknown number of answers is too few.
    """
    hidden = ~(shares["n_answers"].fillna(0) >= FEWEST_ANSWERS).astype(bool)
    figures = ["share_pct", "low_pct", "high_pct"]
    return shares.assign(hidden=hidden, **{name: shares[name].mask(hidden) for name in figures})
