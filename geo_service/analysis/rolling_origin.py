"""The need model against plain baselines, on weeks that neither had seen.

Week after week, each method is given what was known before the week and has to say what the
week will bring. The verdict is in words, and where the model is not better here, the best
baseline is what is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_service.analysis.baselines import (
    BASELINE_WORDS,
    RECENT_WEEKS,
    Baseline,
    Rates,
    baseline_rates,
)
from geo_service.analysis.forecast_scores import (
    Captured,
    calibration,
    calibration_error,
    captured,
    poisson_log_score,
)
from geo_service.analysis.need_model import need_forecast
from geo_service.analysis.slot_history import Counts
from geo_service.domain.need_choice import HALF_LIFE_WEEKS
from geo_service.errors import InvalidInput

FEWEST_FOLDS: Final = 12
MOST_FOLDS: Final = 40
MODEL: Final = "model"
METHODS: Final = (MODEL, *(str(baseline) for baseline in Baseline))
SHARES: Final = (0.05, 0.10, 0.20)
MAIN_SHARE: Final = 1
"""Which of the shares is told in words: a tenth."""
FROM_CITY: Final = 0.01
"""How much of each forecast is the city's mean, when it is scored: no slot is impossible."""
SURE: Final = 0.05
NUMBERS: Final = ("ingen", "den ene", "to", "tre", "fire", "fem")
"""How many baselines were tried, in Danish."""


@dataclass(frozen=True)
class Fold:
    """One method in one week."""

    log_score: float
    captured: Captured


@dataclass(frozen=True)
class Backtest:
    """All methods over all weeks; a method without enough data has no folds."""

    folds: dict[str, list[Fold]]
    table: pd.DataFrame
    """A row per method: enough (bool), n, pai_5, pai_10, pai_20, pei_10, rri_10, log_score,
    calibration; NaN where there is not enough data."""
    weeks: int
    """How many weeks were tested."""


@dataclass(frozen=True)
class Verdict:
    """Whether the model is better here, and what is used."""

    model_is_better: bool
    chosen: str
    """Of `METHODS`."""
    best_baseline: str
    sentence: str
    """In Danish."""


def forecast_of(
    method: str, counts: Counts, *, half_life_weeks: float = HALF_LIFE_WEEKS
) -> Rates | None:
    """Return what a method expects of the coming week; None where there is not enough data."""
    if method == MODEL:
        return need_forecast(counts, half_life_weeks=half_life_weeks).rates
    return baseline_rates(counts, Baseline(method))


def rolling_origin(
    counts: Counts,
    size: npt.ArrayLike,
    *,
    folds: int = FEWEST_FOLDS,
    half_life_weeks: float = HALF_LIFE_WEEKS,
) -> Backtest:
    """Test the model and all baselines on the last weeks, each from what lies before it.

    Parameters
    ----------
    counts
        Shape (weeks, areas, slots), the oldest week first.
    size
        What each area and slot takes to watch (km² or metres of street, times hours), shape
        (areas, slots).
    folds
        How many weeks, 12 to 40; at least eight must lie before them.
    half_life_weeks
        Of the model.

    Raises
    ------
    InvalidInput
        If there are too few or too many folds for it, or too few weeks.
    """
    if not FEWEST_FOLDS <= folds <= MOST_FOLDS:
        raise InvalidInput(f"Need {FEWEST_FOLDS} to {MOST_FOLDS} folds, got {folds}.")
    if len(counts) < folds + RECENT_WEEKS:
        raise InvalidInput(
            f"{folds} folds need {folds + RECENT_WEEKS} weeks of history; there are {len(counts)}."
        )
    tested: dict[str, list[Fold]] = {}
    rows = []
    for method in METHODS:
        told = [
            forecast_of(method, counts[:week], half_life_weeks=half_life_weeks)
            for week in range(len(counts) - folds, len(counts))
        ]
        rates = [one for one in told if one is not None]
        enough = len(rates) == folds
        tested[method] = _folds(counts, rates, size) if enough else []
        rows.append({"method": method, **_row(tested[method], counts[-folds:], rates)})
    return Backtest(tested, pd.DataFrame(rows).set_index("method"), folds)


def verdict(test: Backtest) -> Verdict:
    """Say whether the model beats the baselines here.

    It does if its log score is better than that of every baseline by more than chance (paired
    by week, signs flipped), and no baseline catches more incidents in its highest tenth by more
    than chance. If not, the baseline with the best log score is chosen.
    """
    baselines = [method for method in METHODS[1:] if test.folds[method]]
    best = max(baselines, key=lambda method: float(test.table["log_score"][method]))
    ours = test.folds[MODEL]
    beaten = all(
        sign_flip_p(_log_scores(ours) - _log_scores(test.folds[method])) <= SURE
        and sign_flip_p(_caught(test.folds[method]) - _caught(ours)) > SURE
        for method in baselines
    )
    return Verdict(
        model_is_better=beaten,
        chosen=MODEL if beaten else best,
        best_baseline=best,
        sentence=_sentence(test, best, beaten=beaten),
    )


def sign_flip_p(differences: npt.ArrayLike) -> float:
    """Return the chance of a sum so large if each difference might as well have had the other sign.

    Exact, one-sided, for up to 40 differences: all sums of one half beside all of the other.
    """
    d = np.asarray(differences, dtype=float)
    middle = len(d) // 2
    one, other = (_signed_sums(half) for half in (d[:middle], d[middle:]))
    slack = 1e-12 * max(float(np.abs(d).sum()), 1e-300)
    short = np.searchsorted(np.sort(other), d.sum() - slack - one, side="left")
    return float(1 - short.mean() / len(other))


def _signed_sums(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums + value, sums - value])
    return sums


def _folds(counts: Counts, rates: list[Rates], size: npt.ArrayLike) -> list[Fold]:
    found = []
    for number, told in enumerate(rates):
        week = len(counts) - len(rates) + number
        city = max(float(counts[:week].mean()), 1e-9)
        mixed = (1 - FROM_CITY) * told + FROM_CITY * city
        found.append(
            Fold(
                poisson_log_score(counts[week], mixed),
                captured(counts[week], told, size, SHARES),
            )
        )
    return found


def _row(folds: list[Fold], observed: Counts, rates: list[Rates]) -> dict[str, float | bool]:
    """Return a method's row of the table, pooled over the weeks."""
    names = ("n", "pai_5", "pai_10", "pai_20", "pei_10", "rri_10", "log_score", "calibration")
    if not folds:
        return {"enough": False} | dict.fromkeys(names, float("nan"))
    pooled = folds[0].captured
    for fold in folds[1:]:
        pooled += fold.captured
    groups = calibration(observed, np.stack(rates))
    figures = (
        pooled.total,
        *pooled.pai,
        pooled.pei[MAIN_SHARE],
        pooled.rri[MAIN_SHARE],
        _log_scores(folds).mean(),
        calibration_error(groups),
    )
    return {"enough": True} | dict(zip(names, map(float, figures), strict=True))


def _log_scores(folds: list[Fold]) -> npt.NDArray[np.float64]:
    return np.array([fold.log_score for fold in folds])


def _caught(folds: list[Fold]) -> npt.NDArray[np.float64]:
    return np.array([fold.captured.observed[MAIN_SHARE] for fold in folds])


def _sentence(test: Backtest, best: str, *, beaten: bool) -> str:
    word = BASELINE_WORDS[Baseline(best)]
    if not test.table["n"][best]:
        return (
            f"Der skete intet i de {test.weeks} uger, der er prøvet på, så modellen kan ikke "
            f"siges at være bedre. Derfor bruges »{word}«."
        )
    ours, theirs = (_caught_share(test, method) for method in (MODEL, best))
    caught = (
        f"I en prøve over {test.weeks} uger lå {ours} af hændelserne i den tiendedel af tid og "
        f"sted, som modellen satte højest; for »{word}« var det "
        f"{'også ' if ours == theirs else ''}{theirs}."
    )
    scores = f"{_log_score(test, MODEL)} mod {_log_score(test, best)} for »{word}«"
    number, left_out = _tried(test)
    if beaten:
        who = f"de {number} sammenligninger, der kunne prøves her" if left_out else (
            f"alle {number} sammenligninger her"
        )  # fmt: skip
        return (
            f"Modellen er bedre end {who} (log-score {scores}; højere er bedre): dens tal passede "
            f"bedre på uger, som den ikke kendte. {left_out}{caught}"
        )
    return (
        "Modellen er ikke bedre end de enkle sammenligninger her. Log-score (højere er bedre): "
        f"{scores}, {_decided(test, best)}. {left_out}{caught} Derfor bruges »{word}«."
    )


def _tried(test: Backtest) -> tuple[str, str]:
    """Say how many baselines were tried, and in a sentence which could not be."""
    left_out = [Baseline(method) for method in METHODS[1:] if not test.folds[method]]
    number = NUMBERS[len(METHODS) - 1 - len(left_out)]
    if not left_out:
        return number, ""
    names = " og ".join(f"»{BASELINE_WORDS[one]}«" for one in left_out)
    return number, f"Ikke prøvet er {names}: det kræver et år før de prøvede uger. "


def _decided(test: Backtest, best: str) -> str:
    """Say why the model is not called better than the best baseline."""
    ours, theirs = (_log_scores(test.folds[method]) for method in (MODEL, best))
    if ours.mean() <= theirs.mean():
        return "så modellen passede ikke bedre"
    if sign_flip_p(ours - theirs) > SURE:
        return "en forskel, som tilfældet kan give"
    for method in METHODS[1:]:
        folds = test.folds[method]
        if folds and sign_flip_p(_caught(folds) - _caught(test.folds[MODEL])) <= SURE:
            return (
                f"men »{BASELINE_WORDS[Baseline(method)]}« fangede flere hændelser i den højeste "
                "tiendedel, end tilfældet forklarer"
            )
    return "men den er ikke sikkert bedre end alle de andre"


def _caught_share(test: Backtest, method: str) -> str:
    return f"{100 * SHARES[MAIN_SHARE] * float(test.table['pai_10'][method]):.0f} %"


def _log_score(test: Backtest, method: str) -> str:
    return f"{float(test.table['log_score'][method]):.4f}".replace("-", "−").replace(".", ",")
