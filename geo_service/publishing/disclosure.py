"""The first rule of what may be shown: small numbers are hidden, and so is their giveaway.

Counts of 1 to 4 are missing from the answer, not rounded; a share is shown from 50 answers
on. Where totals are shown beside the parts, hiding one part is not enough: a second one is
hidden, so that nobody gets the first back by subtraction.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

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
        that line that is not 0 is missing too; repeated until no line has a single gap.
    """
    table = counts.pivot_table(
        index="area_code", columns="crime_type", values="count", aggfunc="sum"
    ).astype("Int64")
    hidden = (table > 0) & (table < SMALLEST_COUNT)
    while True:
        before = int(hidden.to_numpy().sum())
        for lines in (hidden, hidden.T):
            values = table if lines is hidden else table.T
            for line in lines.index[lines.sum(axis=1) == 1]:
                others = values.loc[line][~lines.loc[line] & (values.loc[line] > 0)]
                if not others.empty:
                    place = (line, others.idxmin())
                    row, column = place if lines is hidden else place[::-1]
                    hidden.loc[row, column] = True
        if int(hidden.to_numpy().sum()) == before:
            break
    shown = table.mask(hidden).reset_index().melt(id_vars="area_code", value_name="count")
    return shown.astype({"count": "Int64"})


def hide_small_samples(shares: pd.DataFrame) -> pd.DataFrame:
    """Return survey shares with those of fewer than 50 answers taken out.

    `shares` has n_answers, share_pct, low_pct, high_pct; the result also `hidden`, and the
    three figures are missing where it is true.
    """
    hidden = shares["n_answers"] < FEWEST_ANSWERS
    figures = ["share_pct", "low_pct", "high_pct"]
    return shares.assign(hidden=hidden, **{name: shares[name].mask(hidden) for name in figures})
