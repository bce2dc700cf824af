"""The periods of the top bar: how far back each reaches, and how one is said."""

from __future__ import annotations

from datetime import date

import pytest

from api.web.periods import in_words, months_before, usual_periods


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 11, 25), 3, date(2026, 8, 25)),
        (date(2026, 2, 10), 3, date(2025, 11, 10)),
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, first: date) -> None:
    assert months_before(day, months) == first


def test_the_period_that_is_shown_is_marked() -> None:
    until = date(2026, 11, 25)
    given = usual_periods(
        until, (date(2026, 10, 28), until), lambda a, b: f"?{a}/{b}", language="en"
    )
    assert [one.label for one in given if one.current] == ["4 weeks"]
    assert given[0].href == "?2026-11-11/2026-11-25"


def test_a_period_over_new_year_names_both_years() -> None:
    assert in_words(date(2025, 12, 20), date(2026, 1, 4), language="da") == (
        "20. dec 2025 – 4. jan 2026"
    )
    assert in_words(date(2026, 10, 5), date(2026, 11, 1), language="en") == "5 Oct – 1 Nov 2026"
