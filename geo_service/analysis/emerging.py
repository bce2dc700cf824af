"""Hot spots over time: new, persistent, intensifying, diminishing or now and then."""

from __future__ import annotations

from enum import StrEnum
from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_service.analysis.hotspot_gistar import FALSE_DISCOVERIES, MOST_DRAWS, hotspot_gistar
from geo_service.analysis.neighbours import Neighbours
from geo_service.analysis.trend import FEWEST_PERIODS, mann_kendall
from geo_service.errors import InvalidInput

OFTEN: Final = 0.8
SELDOM: Final = 0.1
RECENT: Final = 0.2
SURE_OF_TREND: Final = 0.05


class Emerging(StrEnum):
    """What a place has been over the periods."""

    new = "new"
    persistent = "persistent"
    intensifying = "intensifying"
    diminishing = "diminishing"
    sporadic = "sporadic"
    none = "none"
    unknown = "unknown"


EMERGING_WORDS: Final = {
    Emerging.new: "Nyt: stikker ud nu og ikke før.",
    Emerging.persistent: "Vedvarende: stikker ud næsten hele tiden.",
    Emerging.intensifying: "Tiltagende: stikker ud næsten hele tiden og mere og mere.",
    Emerging.diminishing: "Aftagende: har stukket ud næsten hele tiden, men mindre nu.",
    Emerging.sporadic: "Af og til: stikker ud i nogle perioder.",
    Emerging.none: "Stikker ikke ud.",
    Emerging.unknown: f"Kan ikke siges: der skal mindst {FEWEST_PERIODS} perioder til.",
}


def emerging_hotspots(
    counts: npt.ArrayLike,
    neighbours: Neighbours,
    *,
    rng: np.random.Generator,
    draws: int = MOST_DRAWS,
    false_discoveries: float = FALSE_DISCOVERIES,
) -> pd.DataFrame:
    """Find the hot spots of each period and say what each place has been over time.

    Parameters
    ----------
    counts
        Shape (periods, places), the oldest period first; periods of the same length.
    neighbours, rng, draws, false_discoveries
        As for `hotspot_gistar`, which is run once per period.

    Returns
    -------
    DataFrame
        A row per place: kind (`Emerging`), hot_periods, hot_now (bool), trend_z and trend_p
        (Mann-Kendall on the z values; NaN where the place is hot too seldom to ask).

    Raises
    ------
    InvalidInput
        If there is not a row per period and a column per place.
    """
    table = np.asarray(counts, dtype=float)
    if table.ndim != 2 or table.shape[1] != neighbours.places:  # noqa: PLR2004
        raise InvalidInput(f"Need a column for each of {neighbours.places} places.")
    found = [
        hotspot_gistar(row, neighbours, rng=rng, draws=draws, false_discoveries=false_discoveries)
        for row in table
    ]
    hot = np.array([one["hot"] for one in found], dtype=bool).reshape(table.shape)
    z = np.array([one["z"] for one in found], dtype=float).reshape(table.shape)
    return emerging_kinds(hot, np.nan_to_num(z))


def emerging_kinds(hot: npt.NDArray[np.bool_], z: npt.NDArray[np.float64]) -> pd.DataFrame:
    """Return what each place has been, from when it was hot and how much; as above.

    Notes
    -----
    The thresholds are those of sfhotspot: persistent from 80 % of the periods, seldom below
    10 %, recent the last 20 %. The 17 classes that GIS programs know are drawn together to
    five that a meeting can talk about.
    """
    periods, places = hot.shape
    recent = max(1, ceil(RECENT * periods))
    number = hot.sum(axis=0)
    trend_z, trend_p = np.full(places, np.nan), np.full(places, np.nan)
    kinds = np.full(places, Emerging.unknown, dtype=object)
    for place in range(places) if periods >= FEWEST_PERIODS else ():
        often = number[place] >= OFTEN * periods
        if often:
            trend = mann_kendall(z[:, place])
            trend_z[place], trend_p[place] = trend.z, trend.p
        kinds[place] = _kind(hot[:, place], recent, trend_z[place], trend_p[place])
    return pd.DataFrame(
        {
            "kind": kinds,
            "hot_periods": number,
            "hot_now": hot[-1] if periods else np.zeros(places, dtype=bool),
            "trend_z": trend_z,
            "trend_p": trend_p,
        }
    )


def _kind(hot: npt.NDArray[np.bool_], recent: int, trend_z: float, trend_p: float) -> Emerging:
    """Return the kind of one place; `trend_z` is NaN where it is not hot often."""
    if not np.isnan(trend_z):
        if not hot[-recent:].any():
            return Emerging.diminishing
        if trend_p >= SURE_OF_TREND:
            return Emerging.persistent
        return Emerging.intensifying if trend_z > 0 else Emerging.diminishing
    if hot[-1] and not hot[:-recent].any():
        return Emerging.new
    return Emerging.sporadic if hot.mean() >= SELDOM else Emerging.none
