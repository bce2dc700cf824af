"""Numbers, money, dates and times as the language of the page writes them.

Danish is what `maps.danish` writes, so that a map and the page around it agree. English keeps
Danish facts (kroner, the 24-hour clock, ISO weeks) and writes them the British way. Times are
shown in Europe/Copenhagen; a slot is named by the evening it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal

from maps import danish
from maps.danish import MILLION, NBSP, ZONE

ENGLISH: Final = "en_GB"


def _number(value: float, decimals: int = 0) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = str(format_decimal(value, format=pattern, locale=ENGLISH))
    return text.replace("-", "\u2212") if text.strip("-0,.") else text.lstrip("-")


def _kroner(value: float) -> str:
    if abs(value) >= MILLION / 10:
        return f"DKK{NBSP}{_number(value / MILLION, 1)}{NBSP}million"
    return f"DKK{NBSP}{_number(value)}"


def _clock(value: datetime) -> str:
    return f"{value.astimezone(ZONE):%H:%M}"


def _date(value: date, pattern: str) -> str:
    return str(format_date(value, pattern, locale=ENGLISH))


def _hours(starts_at: datetime, ends_at: datetime) -> str:
    until = _clock(ends_at)
    return f"{_clock(starts_at)}–{'24:00' if until == '00:00' else until}"


def _slot(evening: date, starts_at: datetime, ends_at: datetime) -> str:
    text = f"{_date(evening, 'EEE d MMM')}, {_hours(starts_at, ends_at)}"
    begins_on = starts_at.astimezone(ZONE).date()
    if begins_on == evening:
        return text
    return f"{text} (night before {_date(begins_on, 'EEE')})"


def _moment(value: datetime) -> str:
    return f"{_date(value.astimezone(ZONE).date(), 'd MMMM y')} at {_clock(value)}"


def weeks(first: date, last: date, word: str) -> str:
    """Write the ISO weeks from `first` to `last`: `uge 48–49 2026`, `uge 53 2026 – uge 1 2027`."""
    (year, week, _), (end_year, end_week, _) = first.isocalendar(), last.isocalendar()
    if (year, week) == (end_year, end_week):
        return f"{word} {week} {year}"
    if year == end_year:
        return f"{word} {week}–{end_week} {year}"
    return f"{word} {week} {year} – {word} {end_week} {end_year}"


def _danish_number(value: float, decimals: int = 0) -> str:
    return danish.number(value, decimals=decimals)


FILTERS: Final[dict[str, dict[str, Callable[..., str]]]] = {
    "da": {
        "number": _danish_number,
        "percent": lambda value, decimals=0: f"{_danish_number(value, decimals)}{NBSP}%",
        "kroner": danish.kroner,
        "day": danish.day,
        "weekday": danish.weekday,
        "long_day": danish.long_day,
        "month": lambda value: str(format_date(value, "MMMM y", locale=danish.LOCALE)),
        "clock": danish.clock,
        "moment": danish.moment,
        "week": lambda value: f"uge {value.isocalendar().week}",
        "weeks": lambda span: weeks(span[0], span[1], "uge"),
        "hours": danish.hours,
        "slot": danish.slot,
    },
    "en": {
        "number": _number,
        "percent": lambda value, decimals=0: f"{_number(value, decimals)}%",
        "kroner": _kroner,
        "day": lambda value: _date(value, "d MMM"),
        "weekday": lambda value: _date(value, "EEE d MMM"),
        "long_day": lambda value: _date(value, "d MMMM y"),
        "month": lambda value: _date(value, "MMMM y"),
        "clock": _clock,
        "moment": _moment,
        "week": lambda value: f"week {value.isocalendar().week}",
        "weeks": lambda span: weeks(span[0], span[1], "week"),
        "hours": _hours,
        "slot": _slot,
    },
}
"""By language: the filters that every template may use."""
