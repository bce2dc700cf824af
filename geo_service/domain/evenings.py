"""Evenings and their slots, in Copenhagen's time.

An evening belongs to the day it begins on: Friday's slot 00–02 lies on Saturday's date and
is still Friday evening. Slots are made from wall time, so an evening with a clock change has
its true length.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from geo_service.errors import InvalidInput

COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
SLOTS: Final = ((17, 18), (18, 20), (20, 22), (22, 24), (24, 26))
"""Hours of the slots, counted from the midnight before the evening."""

WEEKDAYS: Final = (
    "mandag",
    "tirsdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lørdag",
    "søndag",
)
HOURS_A_DAY: Final = 24


@dataclass(frozen=True)
class Slot:
    """A piece of an evening; times are aware, in Copenhagen's time zone."""

    slot_id: int
    evening: date
    starts_at: datetime
    ends_at: datetime
    label: str
    hours: tuple[int, int]

    @property
    def hours_of_week(self) -> tuple[int, ...]:
        """Hours of the week (0 = Monday 00–01) that the slot covers by the clock."""
        first = self.evening.weekday() * HOURS_A_DAY + self.hours[0]
        last = self.evening.weekday() * HOURS_A_DAY + self.hours[1]
        return tuple(hour % (7 * HOURS_A_DAY) for hour in range(first, last))


def slots_of(first_evening: date, evenings: int) -> list[Slot]:
    """Return the slots of some evenings in a row, numbered from 0.

    Raises
    ------
    InvalidInput
        If `evenings` is not positive.
    """
    if evenings < 1:
        raise InvalidInput(f"Need at least one evening, got {evenings}.")
    days = [first_evening + timedelta(days=offset) for offset in range(evenings)]
    return [
        Slot(
            slot_id=number,
            evening=day,
            starts_at=at_hour(day, hours[0]),
            ends_at=at_hour(day, hours[1]),
            label=f"{hours[0] % HOURS_A_DAY:02d}–{_end(hours[1]):02d}",
            hours=hours,
        )
        for number, (day, hours) in enumerate((day, hours) for day in days for hours in SLOTS)
    ]


def at_hour(evening: date, hour: int) -> datetime:
    """Return the time `hour` hours after the midnight before the evening, by the clock."""
    day = evening + timedelta(days=hour // HOURS_A_DAY)
    return datetime.combine(day, time(hour % HOURS_A_DAY), tzinfo=COPENHAGEN)


def overlap_minutes(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> float:
    """Return how many minutes two periods share; 0 if they do not meet."""
    # subtraction of two times in one zone would ignore a clock change between them
    start = max(first[0].timestamp(), second[0].timestamp())
    end = min(first[1].timestamp(), second[1].timestamp())
    return max(0.0, (end - start) / 60)


def _end(hour: int) -> int:
    return hour if hour <= HOURS_A_DAY else hour - HOURS_A_DAY
