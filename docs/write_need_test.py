"""Writes the table of the need model and its baselines in `docs/methods.md`, from real data.

The tests compare the page with what `render` returns. From the project's folder, with
`TRYGHED_SHARED_DATA` set:

    .venv/bin/python -m docs.write_need_test
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from geo_service.analysis.baselines import YEARLY, Baseline
from geo_service.analysis.rolling_origin import MODEL, Backtest, verdict
from geo_service.settings import get_settings
from tests.real_need import CASES, Case, backtest

PAGE = Path(__file__).with_name("methods.md")
BEGIN: Final = "<!-- written by docs/write_need_test.py: {} -->"
END: Final = "<!-- end -->"
WORDS: Final = {
    MODEL: "need model",
    Baseline.same_slot_last_year: "same slot last year",
    Baseline.last_12_months: "mean of the last 12 months",
    Baseline.city_profile: "city profile × area total",
    Baseline.last_8_weeks: "same slot, last 8 weeks",
    Baseline.mean_so_far: "mean so far",
}
HEAD: Final = (
    "method",
    "PAI 5 %",
    "PAI 10 %",
    "PAI 20 %",
    "PEI 10 %",
    "RRI 10 %",
    "log score",
    "calibration",
)


def render(case: Case, test: Backtest) -> str:
    """Return the part of the page about one case, between its marks."""
    n = float(test.table["n"][MODEL])
    said = f"**{case.name}**: {test.weeks} folds of a week, {n:,.0f} incidents in them."
    return "\n".join([BEGIN.format(case.name), said, "", *_table(test), "", _in_words(test), END])


def _table(test: Backtest) -> Iterator[str]:
    yield f"| {' | '.join(HEAD)} |"
    yield "|---" * len(HEAD) + "|"
    for method, row in test.table.iterrows():
        word = WORDS[str(method)]
        if not row["enough"]:
            instead = WORDS[YEARLY[Baseline(str(method))]]
            yield f"| {word} | *ikke nok data* (not enough data); instead: {instead} |" + " |" * 6
            continue
        accuracy = (row[name] for name in ("pai_5", "pai_10", "pai_20", "pei_10", "rri_10"))
        figures = [f"{figure:.2f}" for figure in accuracy]
        figures += [f"{row['log_score']:.4f}", f"{row['calibration']:.2f}"]
        yield f"| {word} | {' | '.join(figures)} |"


def _in_words(test: Backtest) -> str:
    return f"What the page says: *{verdict(test).sentence}*"


def write() -> None:
    """Put every case in its place on the page."""
    page = PAGE.read_text(encoding="utf-8")
    for case in CASES:
        before, rest = page.split(BEGIN.format(case.name))
        after = rest.split(END, maxsplit=1)[1]
        page = before + render(case, backtest(case, case.read(get_settings().shared_data))) + after
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write()
