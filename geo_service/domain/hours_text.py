"""Opening hours as people type them: `ma–to 18–22, fr 18–23.30`, and days with other hours.

Weekly hours stand apart by commas or lines: days of the week, then from and to. Days with other
hours are a line each: the day, or first and last day, a colon, and hours or `lukket`.

    12-10-2026 – 16-10-2026: ma–fr 12–17
    24-12-2026: lukket
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from itertools import groupby
from typing import Final

from geo_service.domain.danish_time import day_figures
from geo_service.domain.opening_hours import DatedHours, WeeklyHours
from geo_service.errors import InvalidInput
from geo_service.messages import _

LETTERS: Final = ("ma", "ti", "on", "to", "fr", "lø", "sø")
CLOSED: Final = "lukket"
MOST_LINES: Final = 100
_DAYS: Final = re.compile(r"([a-zø]{2})[a-zæø]*(?: ?[-–] ?([a-zø]{2})[a-zæø]*)?")
_OPENING: Final = re.compile(
    r"(?P<days>[a-zæø][a-zæø –-]*?) (?P<h1>[0-9]{1,2})(?:[.:](?P<m1>[0-5][0-9]))? ?[-–] ?"
    r"(?P<h2>[0-9]{1,2})(?:[.:](?P<m2>[0-5][0-9]))?"
)
_DATED: Final = re.compile(
    r"([0-9]{1,2}-[0-9]{1,2}-[0-9]{4})(?: ?[-–] ?([0-9]{1,2}-[0-9]{1,2}-[0-9]{4}))? ?: ?(.+)"
)
_DAY_HOURS: Final = 24


def read_hours(text: str) -> tuple[WeeklyHours, ...]:
    """Return the weekly hours that a text says; none for an empty one.

    Raises
    ------
    InvalidInput
        If a part of it cannot be read, or stands twice; in Danish.
    """
    parts = [" ".join(one.split()) for one in re.split(r"[,\n]", text.casefold())]
    parts = [one for one in parts if one]
    if len(parts) > MOST_LINES:
        raise InvalidInput(
            _("Der er for mange åbningstider; højst %(most_lines)s.", most_lines=MOST_LINES)
        )
    found = [hours for part in parts for hours in _opening(part)]
    if len({(one.weekday, one.opens) for one in found}) < len(found):
        raise InvalidInput(
            _("En ugedag har to åbningstider, der begynder på samme tid. Ret den ene.")
        )
    return tuple(sorted(found))


def read_dated(text: str) -> tuple[DatedHours, ...]:
    """Return the days with other hours that a text says.

    Raises
    ------
    InvalidInput
        If a line of it cannot be read; in Danish.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > MOST_LINES:
        raise InvalidInput(
            _("Der er for mange dage med andre tider; højst %(most_lines)s.", most_lines=MOST_LINES)
        )
    return tuple(_dated(line) for line in lines)


def hours_text(hours: Iterable[WeeklyHours]) -> str:
    """Return weekly hours as `read_hours` reads them."""
    by_time: dict[tuple[time, time], list[int]] = {}
    for one in sorted(hours):
        by_time.setdefault((one.opens, one.closes), []).append(one.weekday)
    parts = sorted((days, times) for times, days in by_time.items())
    return ", ".join(
        f"{_days_text(days)} {_clock(opens)}–{_clock(closes)}" for days, (opens, closes) in parts
    )


def dated_text(dated: Iterable[DatedHours]) -> str:
    """Return days with other hours as `read_dated` reads them."""
    return "\n".join(
        f"{day_figures(one.first)}"
        f"{'' if one.first == one.last else f' – {day_figures(one.last)}'}: "
        f"{hours_text(one.hours) or CLOSED}"
        for one in sorted(dated, key=lambda one: (one.first, one.last))
    )


def _opening(part: str) -> list[WeeklyHours]:
    found = _OPENING.fullmatch(part)
    hours = (int(found["h1"]), int(found["h2"])) if found else (99, 99)
    if found is None or max(hours) > _DAY_HOURS:
        raise InvalidInput(_("Åbningstiden kan ikke læses: skriv fx ma–to 18–22, fr 18–23.30."))
    opens = time(hours[0] % _DAY_HOURS, int(found["m1"] or 0))
    closes = time(hours[1] % _DAY_HOURS, int(found["m2"] or 0))
    return [WeeklyHours(day, opens, closes) for day in _days(found["days"])]


def _days(text: str) -> list[int]:
    words = re.sub(r" og |, ", " ", text)
    words = re.sub(r" ?[-–] ?", "–", words)
    days: list[int] = []
    for word in words.split():
        found = _DAYS.fullmatch(word)
        ends = [found[1], found[2] or found[1]] if found else ["?"]
        if any(end not in LETTERS for end in ends):
            raise InvalidInput(
                _("Ugedage skrives ma, ti, on, to, fr, lø og sø, fx ma–fr eller lø sø.")
            )
        first, last = (LETTERS.index(end) + 1 for end in ends)
        if last < first:
            raise InvalidInput(_("Ugedagene står i den forkerte rækkefølge: skriv fx ma–fr."))
        days += range(first, last + 1)
    return days


def _dated(line: str) -> DatedHours:
    found = _DATED.fullmatch(line)
    if found is None:
        raise InvalidInput(
            _(
                "Dage med andre tider kan ikke læses: skriv fx 12-10-2026 – 16-10-2026: "
                "ma–fr 12–17, eller 24-12-2026: lukket."
            )
        )
    first = _date(found[1])
    said = found[3].casefold()
    hours = () if said == CLOSED else read_hours(said)
    return DatedHours(first, _date(found[2]) if found[2] else first, hours)


def _date(text: str) -> date:
    day, month, year = map(int, text.split("-"))
    try:
        return date(year, month, day)
    except ValueError as error:
        raise InvalidInput(
            _("%(text)s er ikke en dato. Skriv fx 12-10-2026.", text=text)
        ) from error


def _days_text(days: list[int]) -> str:
    runs = []
    for _key, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        numbers = [day for _place, day in run]
        first, last = LETTERS[numbers[0] - 1], LETTERS[numbers[-1] - 1]
        runs.append(first if first == last else f"{first}–{last}")
    return " ".join(runs)


def _clock(value: time) -> str:
    return f"{value:%H.%M}" if value.minute else f"{value:%H}"
