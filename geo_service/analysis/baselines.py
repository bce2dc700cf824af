"""Plain expectations that any forecast has to beat before anybody trusts it.

Each reads the counts per week, area and slot of the week, and says how many incidents to
expect in the coming week. Those that need a year say so when there is none, and a shorter one
takes their place.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from geo_service.analysis.slot_history import Counts

WEEKS_A_YEAR: Final = 52
RECENT_WEEKS: Final = 8
FEWEST_WEEKS: Final = 4
"""Below this even a mean so far, or a profile of the city, is not worth showing."""
NOT_ENOUGH: Final = "ikke nok data"

Rates = npt.NDArray[np.float64]
"""Incidents expected in a slot, shape (areas, slots of the week)."""


class Baseline(StrEnum):
    """What the coming week is expected to be like."""

    same_slot_last_year = "same_slot_last_year"
    last_12_months = "last_12_months"
    city_profile = "city_profile"
    last_8_weeks = "last_8_weeks"
    mean_so_far = "mean_so_far"


BASELINE_WORDS: Final = {
    Baseline.same_slot_last_year: "samme tidsrum sidste år",
    Baseline.last_12_months: "gennemsnit af de seneste 12 måneder",
    Baseline.city_profile: "byens profil gange områdets sum",
    Baseline.last_8_weeks: "samme tidsrum, seneste 8 uger",
    Baseline.mean_so_far: "gennemsnit indtil nu",
}
YEARLY: Final = {
    Baseline.same_slot_last_year: Baseline.last_8_weeks,
    Baseline.last_12_months: Baseline.mean_so_far,
}
"""Baselines that need a year, and what takes their place without one."""
FEWEST: Final = {
    Baseline.same_slot_last_year: WEEKS_A_YEAR,
    Baseline.last_12_months: WEEKS_A_YEAR,
    Baseline.city_profile: FEWEST_WEEKS,
    Baseline.last_8_weeks: RECENT_WEEKS,
    Baseline.mean_so_far: FEWEST_WEEKS,
}
"""How many weeks of history each needs."""
SHOWN: Final = (Baseline.same_slot_last_year, Baseline.last_12_months, Baseline.city_profile)
"""The three that stand beside every need."""


def baseline_rates(counts: Counts, baseline: Baseline, *, ahead: int = 0) -> Rates | None:
    """Return what a baseline expects; None where there is not enough data.

    Parameters
    ----------
    counts
        Shape (weeks, areas, slots), the oldest week first.
    baseline
        Which one.
    ahead
        How many weeks after the coming one: 0 is the week that follows the last one counted.
        Only the same slot last year differs between weeks: it is 52 weeks, so 364 days,
        earlier, which keeps the weekday.
    """
    if len(counts) < FEWEST[baseline]:
        return None
    match baseline:
        case Baseline.same_slot_last_year:
            return counts[ahead - WEEKS_A_YEAR] if ahead < WEEKS_A_YEAR else None
        case Baseline.last_12_months:
            return mean_week(counts[-WEEKS_A_YEAR:])
        case Baseline.last_8_weeks:
            return mean_week(counts[-RECENT_WEEKS:])
        case Baseline.mean_so_far:
            return mean_week(counts)
        case Baseline.city_profile:
            return city_profile(counts[-WEEKS_A_YEAR:])


def mean_week(counts: Counts) -> Rates:
    """Return the mean of the weeks."""
    return np.asarray(counts.mean(axis=0), dtype=float)


def city_profile(counts: Counts) -> Rates:
    """Return each area's weekly total, spread over the slots as in the whole city."""
    mean = mean_week(counts)
    total = mean.sum()
    profile = mean.sum(axis=0) / total if total else np.zeros(mean.shape[1])
    return np.outer(mean.sum(axis=1), profile)


def standing_in(baseline: Baseline, weeks: int) -> Baseline | None:
    """Return whose figures stand where a baseline is shown, with so many weeks of history.

    That is the baseline itself with enough weeks, its replacement with fewer, None with
    hardly any.
    """
    if weeks >= FEWEST[baseline]:
        return baseline
    shorter = YEARLY.get(baseline)
    return standing_in(shorter, weeks) if shorter else None


def caption(baseline: Baseline, weeks: int) -> str:
    """Say in Danish what stands where a baseline is shown."""
    standing = standing_in(baseline, weeks)
    word = BASELINE_WORDS[baseline]
    if standing is baseline:
        return word
    instead = f"; i stedet: {BASELINE_WORDS[standing]}" if standing else ""
    return f"{word}: {NOT_ENOUGH}{instead}"
