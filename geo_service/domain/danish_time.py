"""Days, times and lists as Danes write them: `fre 27. nov kl. 20.00–22.00`.

A period is written under the evening it belongs to; a single moment after midnight says which
night it lies in, so that nobody turns up a day late.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from geo_service.domain.evenings import COPENHAGEN, WEEKDAYS, evening_of, require_aware
from geo_service.messages import Message, _

MONTHS: Final = (
    "jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
)  # fmt: skip
_SHORT: Final = 3


def day_words(day: date, *, year: bool = False) -> str:
    """Return `fre 27. nov`, with the year if asked."""
    words = f"{WEEKDAYS[day.weekday()][:_SHORT]} {day.day}. {MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if year else words


def day_figures(day: date) -> str:
    """Return `01-09-2014`, as in the files that Danes send."""
    return f"{day:%d-%m-%Y}"


def days_words(first: date, last: date) -> str:
    """Return `man 21. dec – lør 2. jan`, or one day where both are the same."""
    return day_words(first) if first == last else f"{day_words(first)} – {day_words(last)}"


def clock_words(moment: datetime) -> str:
    """Return `20.00`, by Copenhagen's clock."""
    return f"{require_aware(moment).astimezone(COPENHAGEN):%H.%M}"


def period_words(starts_at: datetime, ends_at: datetime) -> str:
    """Return `fre 27. nov kl. 22.00–02.00`, under the evening that the period begins in."""
    evening = day_words(evening_of(starts_at))
    return f"{evening} kl. {clock_words(starts_at)}–{clock_words(ends_at)}"


def moment_words(moment: datetime) -> str:
    """Return `fre 27. nov kl. 23.00`, or `natten til lør 28. nov kl. 01.00`."""
    day = require_aware(moment).astimezone(COPENHAGEN).date()
    night = "natten til " if evening_of(moment) == day - timedelta(days=1) else ""
    return f"{night}{day_words(day)} kl. {clock_words(moment)}"


def length_words(minutes: float) -> str:
    """Return `45 minutter`, `1 time`, `10 timer og 30 minutter`; rounded to whole minutes."""
    hours, rest = divmod(round(minutes), 60)
    parts = [_counted(hours, "time", "timer")] if hours else []
    if rest or not hours:
        parts.append(_counted(rest, "minut", "minutter"))
    return " og ".join(parts)


def either(words: Iterable[str]) -> str:
    """Return `a, b eller c`."""
    *first, last = words
    return f"{', '.join(first)} eller {last}" if first else last


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


# --- in a message: the same, in the language it will be read in ----------------------------------


@dataclass(frozen=True)
class Day:
    """A day in a message: `fre 27. nov`, on an English page `Fri 27 Nov`."""

    day: date

    def __str__(self) -> str:
        return day_words(self.day)


@dataclass(frozen=True)
class Clock:
    """A time of day in a message: `20.00`, on an English page `20:00`."""

    at: datetime

    def __str__(self) -> str:
        return clock_words(self.at)


def period_said(starts_at: datetime, ends_at: datetime) -> Message:
    """Return `period_words` for a message."""
    return _(
        "%(evening)s kl. %(start)s–%(end)s",
        evening=Day(evening_of(starts_at)),
        start=Clock(starts_at),
        end=Clock(ends_at),
    )


def days_said(first: date, last: date) -> Message:
    """Return `days_words` for a message."""
    if first == last:
        return _("%(day)s", day=Day(first))
    return _("%(first)s – %(last)s", first=Day(first), last=Day(last))


def either_said(words: Iterable[str]) -> Message:
    """Return `either` for a message; each of the words is looked up."""
    *first, last = map(_, words)
    if not first:
        return last
    others = first[0]
    for one in first[1:]:
        others = _("%(one)s, %(other)s", one=others, other=one)
    return _("%(first)s eller %(last)s", first=others, last=last)
