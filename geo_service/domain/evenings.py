"""Evenings and their slots, in Copenhagen's time.

An evening belongs to the day it begins on: Friday's slot 00–02 lies on Saturday's date and
is still Friday evening. Slots are made from wall time, so an evening with a clock change has
its true length. Two times are only ever subtracted as instants: Python subtracts two times
of one zone by the clock on the wall, which is an hour wrong twice a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from geo_service.errors import InvalidInput
from geo_service.messages import _

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
NIGHT_ENDS: Final = 6
"""Hour of the clock before which a moment belongs to the evening of the day before."""
LONGEST_EVENING: Final = HOURS_A_DAY + NIGHT_ENDS


class Period(NamedTuple):
    """From when to when; both aware."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> float:
        """True length in minutes, also in a night with a clock change."""
        return elapsed_minutes(self.starts_at, self.ends_at)


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

    @property
    def period(self) -> Period:
        """From when to when."""
        return Period(self.starts_at, self.ends_at)


def slots_of(
    first_evening: date, evenings: int, *, hours_of_slots: Sequence[tuple[int, int]] = SLOTS
) -> list[Slot]:
    """Return the slots of some evenings in a row, numbered from 0.

    Parameters
    ----------
    first_evening
        The day the first evening begins on.
    evenings
        How many evenings.
    hours_of_slots
        First and last hour of each slot, counted from the midnight before the evening.

    Raises
    ------
    InvalidInput
        If `evenings` is not positive, or the slots are empty, overlap, are out of order or
        reach past six in the morning.
    """
    if evenings < 1:
        raise InvalidInput(f"Need at least one evening, got {evenings}.")
    bounds = [hour for hours in hours_of_slots for hour in hours]
    is_empty = any(first >= last for first, last in hours_of_slots)
    if not bounds or is_empty or bounds != sorted(bounds):
        raise InvalidInput("Slots must follow each other, and each must end after it begins.")
    if bounds[0] < NIGHT_ENDS or bounds[-1] > LONGEST_EVENING:
        raise InvalidInput("An evening lies between six in the morning and six the day after.")
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
        for number, (day, hours) in enumerate(
            (day, hours) for day in days for hours in hours_of_slots
        )
    ]


def at_hour(evening: date, hour: int) -> datetime:
    """Return the time `hour` hours after the midnight before the evening, by the clock."""
    day = evening + timedelta(days=hour // HOURS_A_DAY)
    return datetime.combine(day, time(hour % HOURS_A_DAY), tzinfo=COPENHAGEN)


def evening_of(moment: datetime) -> date:
    """Return the evening that a moment belongs to: before six in the night, the day before.

    Raises
    ------
    InvalidInput
        If the moment has no time zone.
    """
    local = require_aware(moment).astimezone(COPENHAGEN)
    return local.date() - timedelta(days=local.hour < NIGHT_ENDS)


def on_the_wall(day: date, clock: time) -> datetime:
    """Return the time the clock shows on a day.

    A time that the clock jumps over is an hour later; of one that comes twice, the first.
    """
    return datetime.combine(day, clock, tzinfo=COPENHAGEN).astimezone(UTC).astimezone(COPENHAGEN)


def exact_moment(day: date, clock: time) -> datetime:
    """Return the time the clock shows on a day, if it shows it once.

    Raises
    ------
    InvalidInput
        If the clock jumps over that time, or shows it twice; in Danish.
    """
    wall = datetime.combine(day, clock, tzinfo=COPENHAGEN)
    moment = on_the_wall(day, clock)
    when = f"{clock:%H.%M} den {day.day}.{day.month}.{day.year}"
    if moment.replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise InvalidInput(
            _(
                "Klokken %(when)s findes ikke: uret stilles frem den nat. Brug et andet tidspunkt.",
                when=when,
            )
        )
    if wall.utcoffset() != wall.replace(fold=1).utcoffset():
        raise InvalidInput(
            _(
                "Klokken %(when)s kommer to gange: uret stilles tilbage den nat. Brug et "
                "tidspunkt før kl. 02.00 eller efter kl. 03.00.",
                when=when,
            )
        )
    return moment


def period_from(day: date, starts: time, ends: time) -> Period:
    """Return the period from one time of a day to another, past midnight if need be.

    `day` is the date on which the period starts by the calendar; an end at or before the
    start lies on the day after.

    Raises
    ------
    InvalidInput
        If one of the times does not exist or comes twice; in Danish.
    """
    end_day = day + timedelta(days=ends <= starts)
    return Period(exact_moment(day, starts), exact_moment(end_day, ends))


def elapsed_minutes(start: datetime, end: datetime) -> float:
    """Return the minutes that pass from start to end; negative if the end comes first.

    Raises
    ------
    InvalidInput
        If a time has no time zone.
    """
    return (require_aware(end).timestamp() - require_aware(start).timestamp()) / 60


def clock_change_minutes(start: datetime, end: datetime) -> int:
    """Return how far the clock is put forward between two times: 60, -60 (back), mostly 0."""
    before = require_aware(start).astimezone(COPENHAGEN).utcoffset()
    after = require_aware(end).astimezone(COPENHAGEN).utcoffset()
    assert before is not None  # noqa: S101 - an aware time has an offset
    assert after is not None  # noqa: S101
    return int((after - before) / timedelta(minutes=1))


def day_minutes(day: date) -> int:
    """Return how long a day is in Copenhagen: 1380, 1440 or 1500 minutes."""
    return int(elapsed_minutes(on_the_wall(day, time()), at_hour(day, HOURS_A_DAY)))


def as_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC, in which times compare as they follow each other.

    Raises
    ------
    InvalidInput
        If it has no time zone.
    """
    return require_aware(moment).astimezone(UTC)


def require_aware(moment: datetime) -> datetime:
    """Return the moment if it has a time zone.

    Raises
    ------
    InvalidInput
        If it has none: nobody knows when that is.
    """
    if moment.utcoffset() is None:
        raise InvalidInput("A time without a time zone is no moment. Give it one.")
    return moment


def overlap_minutes(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> float:
    """Return how many minutes two periods share; 0 if they do not meet."""
    # subtraction of two times in one zone would ignore a clock change between them
    start = max(first[0].timestamp(), second[0].timestamp())
    end = min(first[1].timestamp(), second[1].timestamp())
    return max(0.0, (end - start) / 60)


def _end(hour: int) -> int:
    return hour if hour <= HOURS_A_DAY else hour - HOURS_A_DAY
