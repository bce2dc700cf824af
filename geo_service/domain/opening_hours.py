"""Weekly hours of a place, and the days on which other hours hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from geo_service.domain.danish_time import days_said
from geo_service.domain.evenings import Period, evening_of, on_the_wall
from geo_service.errors import InvalidInput
from geo_service.messages import _

MONDAY, SUNDAY = 1, 7


@dataclass(frozen=True, order=True)
class WeeklyHours:
    """One opening a week, by the clock; closing at or before opening means after midnight.

    `weekday` is 1 for Monday … 7 for Sunday, the day it opens on.

    Raises
    ------
    InvalidInput
        If there is no such weekday; in Danish.
    """

    weekday: int
    opens: time
    closes: time

    def __post_init__(self) -> None:
        if not MONDAY <= self.weekday <= SUNDAY:
            raise InvalidInput(_("En ugedag er et tal fra 1 (mandag) til 7 (søndag)."))

    def on(self, day: date) -> Period:
        """Return the opening that begins on a day, whatever its weekday.

        A time that the clock jumps over is an hour later; of one that comes twice, the first.
        """
        closing_day = day + timedelta(days=self.closes <= self.opens)
        return Period(on_the_wall(day, self.opens), on_the_wall(closing_day, self.closes))


@dataclass(frozen=True)
class DatedHours:
    """Hours that hold from a first to a last day instead of the weekly ones; none: closed.

    Raises
    ------
    InvalidInput
        If the last day comes before the first; in Danish.
    """

    first: date
    last: date
    hours: tuple[WeeklyHours, ...] = ()

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInput(
                _(
                    "Perioden %(days)s slutter, før den begynder.",
                    days=days_said(self.first, self.last),
                )
            )

    def holds_on(self, day: date) -> bool:
        """Tell whether a day lies in the period."""
        return self.first <= day <= self.last


def openings_on(day: date, hours: Iterable[WeeklyHours]) -> list[Period]:
    """Return the openings that begin on a day, in order."""
    return sorted(one.on(day) for one in hours if one.weekday == day.isoweekday())


def dated_hours_on(day: date, dated: Iterable[DatedHours]) -> DatedHours | None:
    """Return the dated hours that hold on a day; of several the shortest period, then the latest.

    A single day within a holiday is a more exact statement than the holiday.
    """
    holding = [one for one in dated if one.holds_on(day)]
    return min(
        holding, key=lambda one: (one.last - one.first, -one.first.toordinal()), default=None
    )


def evening_openings(
    evening: date, hours_on: Callable[[date], Iterable[WeeklyHours]]
) -> list[Period]:
    """Return the openings that belong to an evening, those after midnight included.

    `hours_on` gives the weekly hours that hold on a day of the calendar.
    """
    days = (evening, evening + timedelta(days=1))
    return [
        period
        for day in days
        for period in openings_on(day, hours_on(day))
        if evening_of(period.starts_at) == evening
    ]
