"""What the residents' map shades: the share of answers, or one kind of report after the other.

A shade is a class and a label for each area, with its legend. Class 0 is hatched (hidden), and
`PLAIN` is an area that nothing is known about.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from maps import danish, palette

PLAIN = -1
BREAKS = (10.0, 20.0, 30.0)
"""Limits of the four classes in per cent; the same every year, so that maps can be compared."""
LIMITS = ("under 10 %", "10–19 %", "20–29 %", "30 % eller flere")
WORDS = ("få", "nogle", "en del", "mange")
TOO_FEW = "for få svar til at vise"
HIDDEN = "skjult"
HIDDEN_COUNT = "skjult: 1–4, eller det kunne regnes ud"


def of_answers(told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the shade of the shares, from the areas as `maps.residents` tells them."""
    return {
        "name": "",
        "levels": [area["level"] for area in told],
        "labels": [area["label"] for area in told],
        "legend": [
            {"number": i, "word": word, "limits": limits}
            for i, (word, limits) in enumerate(zip(WORDS, LIMITS, strict=True), start=1)
        ],
        "hatched": TOO_FEW if any(area["hidden"] for area in told) else "",
    }


def of_counts(counts: pd.DataFrame, codes: Sequence[str], types: Sequence[str]) -> list[Any]:
    """Return one shade per kind of report; each kind has classes of its own."""
    shades = []
    for kind in types:
        rows = counts[counts["crime_type"] == kind]
        found = rows.set_index(rows["area_code"].astype(str))["count"].reindex(list(codes))
        numbers = found.astype(float).to_numpy()  # a hidden count is NaN
        breaks = palette.nice_breaks(numbers)
        levels = [int(level) for level in palette.classes(numbers, breaks)]
        shades.append(
            {
                "name": kind,
                "levels": levels,
                "labels": [
                    danish.number(float(number)) if level else ""
                    for number, level in zip(numbers, levels, strict=True)
                ],
                "legend": palette.legend(breaks),
                "hatched": "" if all(levels) else HIDDEN_COUNT,
            }
        )
    return shades


def of_nothing(areas: int) -> dict[str, Any]:
    """Return the shade of a map that has no figures at all."""
    return {
        "name": "",
        "levels": [PLAIN] * areas,
        "labels": [""] * areas,
        "legend": [],
        "hatched": "",
    }


def css(level: int) -> str:
    """Return the class that an area of this level wears."""
    return "plain" if level == PLAIN else f"k{level}" if level else "hatched"
