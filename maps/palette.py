"""Classes for shaded maps: few, in words, one scheme for the whole house.

The colours themselves stand in `assets/page.css` (a light and a dark set, both from pale to
strong in lightness, so that they can be told apart by any eye). Here values become class
numbers 1 to 5 and the words that a legend gives them. No class is red.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from maps import danish

NOTHING = 1e-4
"""Expected counts up to this are no reason for a class of their own."""

WORDS: dict[int, tuple[str, ...]] = {
    1: ("overalt",),
    2: ("lav", "høj"),
    3: ("lav", "middel", "høj"),
    4: ("meget lav", "lav", "høj", "meget høj"),
    5: ("meget lav", "lav", "middel", "høj", "meget høj"),
}
"""Words for the classes, pale to strong, by the number of classes."""

_SHARES = (0.10, 0.30, 0.60, 0.90)
"""Of all that is expected, how much lies below each limit."""
_ROUND = np.array([1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0])


def nice_breaks(values: Iterable[float]) -> tuple[float, ...]:
    """Return at most four rising class limits, rounded to numbers that people use.

    Incidents pile up in few places and hours, so limits by the number of values would put all
    of a busy evening into the top class. Here each value weighs as much as it is: the top class
    holds the few high ones that make up a tenth of all, and quiet evenings stay pale. Values
    that are missing or practically zero do not count. Without values: no limits, and so one
    class.
    """
    given = np.asarray(list(values), dtype=float)
    given = given[np.isfinite(given) & (given > NOTHING)]
    if given.size == 0:
        return ()
    limits: list[float] = []
    rising = np.sort(given)
    below = np.cumsum(rising) / rising.sum()
    for wanted in rising[np.searchsorted(below, _SHARES)]:
        power = 10.0 ** np.floor(np.log10(wanted))
        # rounded before it is compared: 6 * 0.1 is a hair more than 0.6
        limit = round(float(power * _ROUND[np.abs(_ROUND - wanted / power).argmin()]), 6)
        if limit <= given.max() and (not limits or limit > limits[-1]):
            limits.append(limit)
    return tuple(limits)


def classes(values: npt.ArrayLike, breaks: Sequence[float]) -> npt.NDArray[np.int64]:
    """Return the class (1 = lowest) of each value; a value on a limit is in the upper class.

    Missing values get class 0.
    """
    given = np.asarray(values, dtype=float)
    found = np.searchsorted(np.asarray(breaks, dtype=float), given, side="right") + 1
    return np.where(np.isnan(given), 0, found).astype(np.int64)


def legend(breaks: Sequence[float], *, unit: str = "") -> list[dict[str, str | int]]:
    """Return one entry per class: its number, its word and its limits in words."""
    limits = [danish.number(b, decimals=0 if b == round(b) else _decimals(b)) for b in breaks]
    if not limits:
        texts = ["alle værdier"]
    else:
        texts = [f"under {limits[0]}"]
        texts += [f"{low} til {high}" for low, high in pairwise(limits)]
        texts.append(f"{limits[-1]} og derover")
    words = WORDS[len(texts)]
    return [
        {"number": i, "word": word, "limits": f"{text}{unit}"}
        for i, (word, text) in enumerate(zip(words, texts, strict=True), start=1)
    ]


def _decimals(value: float) -> int:
    """Return how many decimals it takes to write a rounded limit."""
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])
