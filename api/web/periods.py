"""Periods to choose in the top bar: the usual ones, up to the newest day that there is."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from api.web.formats import FILTERS
from api.web.frame import Choice
from api.web.translations import Message, _, shown

WEEKS: Final = ((_("14 dage"), 2), (_("4 uger"), 4), (_("8 uger"), 8))
MONTHS: Final = ((_("3 måneder"), 3), (_("12 måneder"), 12))


def usual_periods(
    until: date, now: tuple[date, date], address: Callable[[date, date], str], *, language: str
) -> tuple[Choice, ...]:
    """Return the periods that end before `until`, that of `now` marked.

    Both are [first, until); `address` returns where a period is shown.
    """
    begins: list[tuple[Message, date]] = [
        *((label, until - timedelta(weeks=weeks)) for label, weeks in WEEKS),
        *((label, months_before(until, months)) for label, months in MONTHS),
    ]
    return tuple(
        Choice(str(shown(label, language)), address(first, until), (first, until) == now)
        for label, first in begins
    )


def months_before(day: date, months: int) -> date:
    """Return the same day some months earlier, or the last of a month that is too short."""
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def in_words(first: date, last: date, *, language: str) -> str:
    """Return a period as the top bar says it: `28. sep – 22. nov 2026`."""
    day = FILTERS[language]["day"]
    begins = day(first) if first.year == last.year else f"{day(first)} {first.year}"
    return f"{begins} – {day(last)} {last.year}"
