"""What kind of evening it is: weekday or weekend, holidays of the country and of the schools.

Public holidays are those of the Danish calendar; special days (1 May, Constitution Day,
Christmas Eve, New Year's Eve) are no public holidays, but no ordinary evenings either. School
holidays differ between municipalities and are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

import shapely

from geo_service.domain.danish_time import days_words
from geo_service.domain.evenings import (
    Period,
    Slot,
    as_utc,
    day_minutes,
    overlap_minutes,
    slots_of,
)
from geo_service.domain.municipalities import MUNICIPALITIES
from geo_service.errors import InvalidInput
from geo_service.messages import _

FRIDAY: Final = 4
SATURDAY: Final = 5
SUNDAY: Final = 6


@dataclass(frozen=True)
class SchoolHoliday:
    """Days on which the schools of a municipality are closed; `last` is the last such day.

    Raises
    ------
    InvalidInput
        If the municipality is unknown, the name is empty, or the last day comes before the
        first; in Danish.
    """

    municipality: str
    name: str
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.municipality not in MUNICIPALITIES:
            raise InvalidInput(_("En skoleferie hører til en kommune; angiv dens kode, fx 0101."))
        if not self.name.strip():
            raise InvalidInput(_("En skoleferie skal have et navn, fx Efterårsferie."))
        if self.last < self.first:
            raise InvalidInput(_("%(name)s: den sidste dag ligger før den første.", name=self.name))

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=offset) for offset in range(count)]


@dataclass(frozen=True)
class Activity:
    """Something that happens at a place and a time: a match, a market, a street party.

    `at` is in EPSG:25832, None where only the words are known. `area_code` is the coverage
    area it lies in, where somebody has said so.

    Raises
    ------
    InvalidInput
        If it has no name or place, or does not end after it begins; in Danish.
    """

    name: str
    place: str
    starts_at: datetime
    ends_at: datetime
    at: shapely.Point | None = None
    area_code: str | None = None

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.place.strip():
            raise InvalidInput(_("En aktivitet skal have et navn og et sted."))
        object.__setattr__(self, "starts_at", as_utc(self.starts_at))
        object.__setattr__(self, "ends_at", as_utc(self.ends_at))
        if self.starts_at >= self.ends_at:
            raise InvalidInput(
                _("%(name)s: sluttidspunktet skal ligge efter starten.", name=self.name)
            )

    @property
    def period(self) -> Period:
        """From when to when."""
        return Period(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class EveningFacts:
    """What the calendar says of one evening.

    Attributes
    ----------
    evening
        The day it begins on.
    kind
        One of `vocabulary.EVENING_KINDS`.
    holiday, holiday_tomorrow
        Danish name of the public holiday or special day, today and tomorrow.
    is_off, is_off_tomorrow
        Whether the day, and the day after, is a Saturday, a Sunday or a public holiday.
    school_holiday
        Name of the school holiday the day lies in.
    school_tomorrow
        Whether the schools are open the day after.
    minutes
        1380, 1440 or 1500: from noon of the day to noon of the next.
    """

    evening: date
    kind: str
    holiday: str | None
    holiday_tomorrow: str | None
    is_off: bool
    is_off_tomorrow: bool
    school_holiday: str | None
    school_tomorrow: bool
    minutes: int


def holiday_name(day: date) -> str | None:
    """Return the Danish name of a public holiday or special day; several joined by "; "."""
    return _named_days(day.year).get(day)


def is_public_holiday(day: date) -> bool:
    """Tell whether a day is a public holiday in Denmark."""
    return day in _public_days(day.year)


def is_off(day: date) -> bool:
    """Tell whether most people are off: Saturdays, Sundays and public holidays."""
    return day.weekday() >= SATURDAY or is_public_holiday(day)


def evening_kind(evening: date) -> str:
    """Return the kind of an evening, a key of `vocabulary.EVENING_KINDS`.

    The first that holds: a special day, the evening before a public holiday, a public
    holiday, a Friday or Saturday, a Sunday, a weekday.
    """
    if holiday_name(evening) is not None and not is_public_holiday(evening):
        return "special_day"
    if is_public_holiday(evening + timedelta(days=1)):
        return "before_holiday"
    if is_public_holiday(evening):
        return "holiday"
    if evening.weekday() in (FRIDAY, SATURDAY):
        return "weekend"
    return "sunday" if evening.weekday() == SUNDAY else "weekday"


def school_holiday_on(
    day: date, school_holidays: Iterable[SchoolHoliday], *, municipality: str
) -> SchoolHoliday | None:
    """Return the school holiday of a municipality that a day lies in, the earliest of several."""
    there = [
        one
        for one in school_holidays
        if one.municipality == municipality and one.first <= day <= one.last
    ]
    return min(there, key=lambda one: (one.first, one.name), default=None)


def evening_facts(
    evening: date, school_holidays: Iterable[SchoolHoliday] = (), *, municipality: str
) -> EveningFacts:
    """Return what the calendar says of an evening in a municipality."""
    given = list(school_holidays)
    tomorrow = evening + timedelta(days=1)
    off_school = school_holiday_on(evening, given, municipality=municipality)
    closed = school_holiday_on(tomorrow, given, municipality=municipality)
    return EveningFacts(
        evening=evening,
        kind=evening_kind(evening),
        holiday=holiday_name(evening),
        holiday_tomorrow=holiday_name(tomorrow),
        is_off=is_off(evening),
        is_off_tomorrow=is_off(tomorrow),
        school_holiday=off_school.name if off_school else None,
        school_tomorrow=closed is None and not is_off(tomorrow),
        minutes=day_minutes(tomorrow),  # the clock changes after midnight
    )


def calendar_of(
    first_evening: date,
    evenings: int,
    school_holidays: Iterable[SchoolHoliday] = (),
    *,
    municipality: str,
) -> list[EveningFacts]:
    """Return what the calendar says of some evenings in a row.

    Raises
    ------
    InvalidInput
        If `evenings` is not positive.
    """
    given = list(school_holidays)
    days = dict.fromkeys(slot.evening for slot in slots_of(first_evening, evenings))
    return [evening_facts(day, given, municipality=municipality) for day in days]


def activities_in(
    slot: Slot, activities: Iterable[Activity], *, least_minutes: float = 1
) -> list[Activity]:
    """Return the activities that share at least some minutes with a slot, in order of time."""
    there = [one for one in activities if overlap_minutes(one.period, slot.period) >= least_minutes]
    return sorted(there, key=lambda one: (one.starts_at, one.name))


def overlapping_school_holidays(school_holidays: Sequence[SchoolHoliday]) -> list[str]:
    """Return a Danish sentence per pair of holidays of one municipality that share days."""
    ordered = sorted(school_holidays, key=lambda one: (one.municipality, one.first, one.last))
    return [
        f"{first.name} ({days_words(first.first, first.last)}) og {second.name} "
        f"({days_words(second.first, second.last)}) overlapper hinanden. Ret den ene."
        for position, first in enumerate(ordered)
        for second in ordered[position + 1 :]
        if first.municipality == second.municipality and second.first <= first.last
    ]


@cache
def _named_days(year: int) -> dict[date, str]:
    from holidays import country_holidays

    found = country_holidays("DK", years=year, language="da", categories=("public", "optional"))
    return dict(found.items())


@cache
def _public_days(year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays("DK", years=year, language="da", categories=("public",)))
