"""What has changed since last time, place by place: more, as usual, or less than usual.

For the meeting every fortnight. A place is only called different when chance and its ordinary
unrest would hardly ever make it so, to somebody who looks at all the places, every week.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt

from geo_service.analysis.multiplicity import fdr_adjusted
from geo_service.analysis.scan import conditional_scan_p, few_p
from geo_service.analysis.usual import Level
from geo_service.errors import InvalidInput

FALSE_DISCOVERIES: Final = 0.05
LATEST_WEEKS: Final = 2
FEWEST_EARLIER_WEEKS: Final = 8
LEVEL_WORDS: Final = {
    Level.more: "Mere end plejer",
    Level.as_usual: "Som plejer",
    Level.less: "Mindre end plejer",
    Level.unknown: "Kan ikke siges",
}
NEXT_TO_NONE: Final = 0.05
TENTHS_BELOW: Final = 10


@dataclass(frozen=True)
class PlaceChange:
    """How a place stands to what is usual there."""

    level: Level
    now: int
    """Incidents in the latest weeks."""
    usual: float
    """Mean of earlier stretches of the same length; NaN where there are too few weeks."""
    p: float
    """Chance of anything so unusual in any week that one might have looked."""
    q: float
    """The same, adjusted for looking at all places."""
    sentence: str
    """Both figures in Danish."""


def place_changes(
    counts: npt.ArrayLike,
    *,
    latest_weeks: int = LATEST_WEEKS,
    false_discoveries: float = FALSE_DISCOVERIES,
) -> list[PlaceChange]:
    """Say for each place whether the latest weeks are more or less than usual.

    Parameters
    ----------
    counts
        Whole incidents, shape (weeks, places), the oldest week first.
    latest_weeks
        How many weeks are new since last time.
    false_discoveries
        Share of the places called different that may be so by chance.

    Raises
    ------
    InvalidInput
        If a count is negative or no whole number, or there are fewer weeks than new ones.

    Notes
    -----
    More: the conditional scan statistic over all weeks, which does not need to know the mean.
    Less: the chance of so few in one stretch, times the stretches there are. Where incidents
    come in bursts, counts are divided by how much more than chance they vary from week to week
    (`unrest_of`). Places are adjusted together. Seasons are not allowed for: more in May than
    in April may be spring.
    """
    table = np.asarray(counts, dtype=float)
    if table.ndim != 2 or (table < 0).any() or (table != np.floor(table)).any():  # noqa: PLR2004
        raise InvalidInput("Need whole counts that are not negative, a row a week.")
    weeks, places = table.shape
    if not 1 <= latest_weeks <= weeks:
        raise InvalidInput(f"Need at least {latest_weeks} weeks and one of them new, got {weeks}.")
    now = table[-latest_weeks:].sum(axis=0).astype(int)
    earlier = table[:-latest_weeks]
    if len(earlier) < max(FEWEST_EARLIER_WEEKS, latest_weeks):
        return [_unknown(int(n), len(earlier), latest_weeks) for n in now]
    usual = earlier.mean(axis=0) * latest_weeks
    total = table.sum(axis=0).astype(int)
    unrest = unrest_of(earlier)
    p = np.array(
        [
            _two_sided(
                int(now[place]), int(total[place]), float(unrest[place]), weeks, latest_weeks
            )
            for place in range(places)
        ]
    )
    q = fdr_adjusted(p)
    found = []
    for place in range(places):
        if q[place] > false_discoveries:
            level = Level.as_usual
        else:
            level = Level.more if now[place] > usual[place] else Level.less
        said = sentence(level, int(now[place]), float(usual[place]), latest_weeks)
        found.append(
            PlaceChange(
                level, int(now[place]), float(usual[place]), float(p[place]), float(q[place]), said
            )
        )
    return found


def unrest_of(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how many times more than chance each place varies from week to week, at least 1.

    Variance over mean, shape (places,). Bursts make busy places vary more, so 1 + mean × d is
    expected, with one d for all places (negative binomial). A place's own is drawn towards that
    as far as the differences are no larger than those of few weeks and few incidents.

    References
    ----------
    DerSimonian, R. & Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical
    Trials 7, 177-188: the moment estimate of true differences between places.
    """
    mean = counts.mean(axis=0)
    some = np.flatnonzero(mean > 0)
    unrest = np.ones(counts.shape[1])
    if len(some) < 2:  # noqa: PLR2004
        unrest[some] = np.maximum(counts[:, some].var(axis=0, ddof=1) / mean[some], 1.0)
        return unrest
    variance = counts[:, some].var(axis=0, ddof=1)
    bursts = max(float((variance - mean[some]).sum() / (mean[some] ** 2).sum()), 0.0)
    expected = 1 + bursts * mean[some]
    ratio = variance / mean[some] / expected
    by_chance = 2 / (len(counts) - 1) + 1 / counts[:, some].sum(axis=0)
    weight = 1 / by_chance
    excess = float(weight @ (ratio - 1) ** 2) - len(some)
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    between = max(excess, 0.0) / scale
    trust = between / (between + by_chance)
    unrest[some] = np.maximum(expected * (1 + trust * (ratio - 1)), 1.0)
    return unrest


def sentence(level: Level, now: int, usual: float, latest_weeks: int) -> str:
    """Say in Danish how many there were and how many there use to be."""
    counted = f"{now} hændelse{'' if now == 1 else 'r'}" if now else "ingen hændelser"
    time = "den seneste uge" if latest_weeks == 1 else f"de seneste {latest_weeks} uger"
    return f"{LEVEL_WORDS[level]}: {counted} {time}; det plejer at være {_about(usual)}."


def _unknown(now: int, earlier: int, latest_weeks: int) -> PlaceChange:
    needed = max(FEWEST_EARLIER_WEEKS, latest_weeks)
    said = (
        f"{LEVEL_WORDS[Level.unknown]}: der er tal for {earlier} tidligere "
        f"uge{'' if earlier == 1 else 'r'}, og der skal {needed} til."
    )
    nothing = float("nan")
    return PlaceChange(Level.unknown, now, nothing, nothing, nothing, said)


def _about(usual: float) -> str:
    if usual < NEXT_TO_NONE:
        return "næsten ingen"
    return f"omkring {usual:.{1 if usual < TENTHS_BELOW else 0}f}".replace(".", ",")


def _two_sided(now: int, total: int, unrest: float, weeks: int, latest_weeks: int) -> float:
    """Return the chance of so many or so few, in counts that are as calm as chance."""
    windows = weeks / latest_weeks
    calm, calm_total = round(now / unrest), round(total / unrest)
    if not calm_total:
        return 1.0
    many = conditional_scan_p(calm, calm_total, windows=windows)
    few = few_p(calm, calm_total, windows=windows, looks=ceil(windows))
    return min(1.0, 2 * min(many, few))


def level_words(changes: Sequence[PlaceChange], names: Sequence[str]) -> list[str]:
    """Return a line per place that is not as usual, the clearest first."""
    pairs = zip(changes, names, strict=True)
    different = [
        (change.q, name, change.sentence)
        for change, name in pairs
        if change.level in {Level.more, Level.less}
    ]
    return [f"{name}: {said}" for _, name, said in sorted(different)]
