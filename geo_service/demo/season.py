"""When things happen: the rhythm of the year, the week and the day, per type of incident.

The figures are chosen to look like a Danish city and are not fitted to anything. A day here
begins at six in the morning: what happens at two in the night belongs to the evening before.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

FIRST_HOUR: Final = 6
HOURS: Final = np.arange(FIRST_HOUR, FIRST_HOUR + 24)
"""Hours counted from the midnight before: 25 is one o'clock in the night after."""

BY_MONTH: Final = {
    "vold": (0.9, 0.9, 0.95, 1.0, 1.1, 1.15, 1.1, 1.1, 1.0, 0.95, 0.95, 1.1),
    "indbrud": (1.3, 1.2, 1.0, 0.9, 0.8, 0.8, 1.05, 0.85, 0.85, 1.0, 1.25, 1.35),
    "tyveri": (0.8, 0.8, 0.9, 1.0, 1.1, 1.15, 1.1, 1.15, 1.15, 1.05, 0.95, 1.0),
    "narkotika": (0.9, 0.95, 1.0, 1.0, 1.1, 1.1, 1.0, 1.05, 1.05, 1.0, 1.0, 0.85),
    "haervaerk": (1.1, 0.95, 1.0, 1.0, 1.0, 0.95, 0.9, 0.95, 1.0, 1.1, 1.1, 1.0),
    "chikane": (0.85, 0.85, 0.9, 1.0, 1.1, 1.15, 1.15, 1.15, 1.05, 1.0, 0.9, 0.85),
    "uro": (0.75, 0.75, 0.85, 1.0, 1.15, 1.25, 1.25, 1.25, 1.1, 1.0, 0.9, 0.75),
}
"""January to December."""

BY_WEEKDAY: Final = {
    "vold": (0.75, 0.75, 0.8, 0.9, 1.45, 1.6, 0.75),
    "indbrud": (1.0, 1.0, 1.0, 1.05, 1.2, 1.0, 0.75),
    "tyveri": (0.95, 0.95, 1.0, 1.05, 1.2, 1.15, 0.7),
    "narkotika": (0.8, 0.9, 1.0, 1.15, 1.3, 1.2, 0.65),
    "haervaerk": (0.85, 0.85, 0.85, 0.9, 1.25, 1.4, 0.9),
    "chikane": (0.95, 0.95, 0.95, 1.0, 1.1, 1.1, 0.95),
    "uro": (0.85, 0.85, 0.9, 1.0, 1.35, 1.3, 0.75),
}
"""Monday to Sunday."""

BY_HOUR: Final = {
    "vold": ((23.5, 3.0, 1.0), (26.5, 1.8, 0.7), (16.0, 3.0, 0.4)),
    "indbrud": ((13.0, 3.0, 1.0), (20.0, 3.0, 0.5), (27.0, 2.0, 0.25)),
    "tyveri": ((16.0, 3.0, 1.0), (24.0, 3.0, 0.35)),
    "narkotika": ((21.0, 3.0, 1.0), (15.0, 3.0, 0.45), (26.0, 2.0, 0.2)),
    "haervaerk": ((22.5, 3.0, 1.0), (26.5, 2.0, 0.4), (15.0, 3.0, 0.2)),
    "chikane": ((19.0, 3.5, 1.0), (14.0, 3.0, 0.35), (23.0, 2.0, 0.3)),
    "uro": ((21.0, 2.0, 1.0), (24.0, 2.0, 0.25), (17.0, 1.8, 0.2)),
}
"""Bumps of the day: middle, width and height."""

BY_HOUR_AT: Final = {
    "nightlife": ((25.5, 2.8, 1.0), (21.0, 2.5, 0.3)),
    "shopping": ((15.0, 2.8, 1.0),),
    "station": ((8.0, 1.2, 0.4), (17.0, 2.5, 1.0), (23.0, 2.5, 0.7)),
    "park": ((20.0, 4.0, 1.0),),
}
"""What a kind of place does to the day; kinds not named leave it as it is."""

QUIET: Final = 0.04
NIGHTLIFE_WEEKEND: Final = 1.7
HOLIDAY: Final = {"uro": 1.3, "haervaerk": 1.1, "indbrud": 1.25, "chikane": 1.05}
NEW_YEARS_EVE: Final = {"vold": 2.5, "haervaerk": 5.0, "uro": 4.0, "tyveri": 1.3}
HALLOWEEN: Final = {"haervaerk": 2.5, "uro": 2.0}
DECEMBER, JUNE, JULY = 12, 6, 7


def day_weights(days: Days, crime_type: str, kind: str) -> Floats:
    """Return how likely an incident of a type at a kind of place is on each day; sums to 1."""
    calendar: list[date] = days.astype(object).tolist()
    month = np.array([BY_MONTH[crime_type][day.month - 1] for day in calendar])
    week = np.array([BY_WEEKDAY[crime_type][day.weekday()] for day in calendar])
    weights = month * week * _special_days(calendar, crime_type)
    if kind == "nightlife":
        weekend = np.array([day.weekday() in {4, 5} for day in calendar])
        weights = np.where(weekend, weights * NIGHTLIFE_WEEKEND, weights)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def hour_weights(crime_type: str, kind: str) -> Floats:
    """Return how likely each of `HOURS` is for a type at a kind of place; sums to 1."""
    weights = _bumps(BY_HOUR[crime_type])
    if kind in BY_HOUR_AT:
        weights = weights * _bumps(BY_HOUR_AT[kind])
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def is_school_holiday(day: date) -> bool:
    """Say whether Copenhagen's schools are closed that day, by the usual rules of the year."""
    easter = _easter(day.year)
    if easter - timedelta(days=8) <= day <= easter + timedelta(days=1):
        return True
    if (day.month, day.day) >= (DECEMBER, 20) or (day.month, day.day) <= (1, 2):
        return True
    if (JUNE, 27) <= (day.month, day.day) <= (JULY + 1, 9):
        return True
    return day.isocalendar().week in {7, 42}


def _special_days(calendar: list[date], crime_type: str) -> Floats:
    factor = np.ones(len(calendar))
    for position, day in enumerate(calendar):
        if is_school_holiday(day):
            factor[position] *= HOLIDAY.get(crime_type, 1.0)
        if (day.month, day.day) == (DECEMBER, 31):
            factor[position] *= NEW_YEARS_EVE.get(crime_type, 1.0)
        if (day.month, day.day) == (10, 31):
            factor[position] *= HALLOWEEN.get(crime_type, 1.0)
    return factor


def _bumps(shape: tuple[tuple[float, float, float], ...]) -> Floats:
    middles, widths, heights = np.array(shape).T
    distance = (HOURS[:, None] - middles) / widths
    return np.asarray(QUIET + (heights * np.exp(-(distance**2) / 2)).sum(axis=1), dtype=np.float64)


def _easter(year: int) -> date:
    """Return Easter Sunday by the rule of Gauss, in Butcher's form."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap, over = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap - correction + 15) % 30
    weekday = (32 + 2 * over + 2 * (rest // 4) - moon - rest % 4) % 7
    month, day = divmod(moon + weekday - 7 * ((golden + 11 * moon + 22 * weekday) // 451) + 114, 31)
    return date(year, month, day + 1)
