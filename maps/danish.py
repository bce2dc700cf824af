"""Numbers, money, dates and times as they are written in Danish.

`1.234,5`, `12 %`, `0,3 mio. kr.`, `fre 27. nov kl. 20.00–22.00`. Units stand after a no-break
space. Times are shown in Europe/Copenhagen; a time after midnight is named by the evening it
belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

LOCALE = "da_DK"
ZONE = ZoneInfo("Europe/Copenhagen")
NBSP = "\u00a0"
MILLION = 1_000_000
TEN = 10


def number(value: float, *, decimals: int = 0) -> str:
    """Write a number with Danish separators: `1.234,5`."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = str(format_decimal(value, format=pattern, locale=LOCALE))
    return text.replace("-", "\u2212") if text.strip("-0,.") else text.lstrip("-")


def listed(words: Iterable[str]) -> str:
    """Write `a, b og c`."""
    *most, last = words
    return f"{', '.join(most)} og {last}" if most else last


def counted(count: int, one: str, several: str) -> str:
    """Write a whole number with its noun: `1 svar`, `2 områder`."""
    return f"{number(count)} {one if count == 1 else several}"


def estimate(value: float) -> str:
    """Write an expected count with the precision it deserves: one decimal under ten."""
    tenths = round(value, 1)
    return number(tenths, decimals=0 if tenths >= TEN or tenths == round(tenths) else 1)


def percent(value: float) -> str:
    """Write whole per cent: `19 %`."""
    return f"{number(value)}{NBSP}%"


def percent_range(low: float, high: float) -> str:
    """Write an interval of whole per cent: `15–23 %`."""
    return f"{number(low)}–{number(high)}{NBSP}%"


def kroner(value: float, *, signed: bool = False) -> str:
    """Write money: whole kroner, from 100.000 on in millions (`0,3 mio. kr.`)."""
    sign = "+" if signed and value > 0 else ""
    if abs(value) >= MILLION / 10:
        millions = value / MILLION
        decimals = 0 if abs(millions - round(millions)) < 0.05 else 1  # noqa: PLR2004
        return f"{sign}{number(millions, decimals=decimals)}{NBSP}mio.{NBSP}kr."
    return f"{sign}{number(value)}{NBSP}kr."


def days(value: int) -> str:
    """Write a slip with its sign: `+41 dage`."""
    sign = "+" if value > 0 else ""
    return f"{sign}{number(value)}{NBSP}{'dag' if abs(value) == 1 else 'dage'}"


def day(value: date, *, year: bool = False) -> str:
    """Write a date without its weekday: `27. nov` or `27. nov 2026`."""
    text = str(format_date(value, "d. MMM y" if year else "d. MMM", locale=LOCALE))
    head, dot, tail = text.partition(". ")
    return head + dot + tail.replace(".", "")


def weekday(value: date) -> str:
    """Write a date with its short weekday: `fre 27. nov`."""
    return f"{format_date(value, 'EEE', locale=LOCALE).rstrip('.')} {day(value)}"


def long_day(value: date) -> str:
    """Write a date in full: `23. november 2026`."""
    return str(format_date(value, "d. MMMM y", locale=LOCALE))


def clock(value: datetime) -> str:
    """Write a time of day in Denmark: `20.00`."""
    return f"{value.astimezone(ZONE):%H.%M}"


def moment(value: datetime) -> str:
    """Write a date and time in full: `23. november 2026 kl. 10.12`."""
    return f"{long_day(value.astimezone(ZONE).date())} kl. {clock(value)}"


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """Write a piece of an evening: `kl. 22.00–24.00`; midnight as an end is 24.00."""
    until = clock(ends_at)
    return f"kl. {clock(starts_at)}–{'24.00' if until == '00.00' else until}"


def slot(evening: date, starts_at: datetime, ends_at: datetime) -> str:
    """Write a slot by the evening it belongs to: `fre 27. nov kl. 20.00–22.00`.

    A slot that starts after midnight says so: `fre 27. nov kl. 00.00–02.00 (natten til lør)`.
    """
    text = f"{weekday(evening)} {hours(starts_at, ends_at)}"
    begins_on = starts_at.astimezone(ZONE).date()
    if begins_on == evening:
        return text
    return f"{text} (natten til {format_date(begins_on, 'EEE', locale=LOCALE).rstrip('.')})"
