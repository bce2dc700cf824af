"""Offers (tilbud) for young people: operator, place, ages, and hours in and out of holidays.

In a school holiday and on a public holiday nobody knows whether an offer keeps its weekly hours
until its operator has said so. Until then it is neither open nor closed: its hours are not told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import shapely

from geo_service.domain.danish_time import either_said
from geo_service.domain.evenings import Period
from geo_service.domain.opening_hours import (
    DatedHours,
    WeeklyHours,
    dated_hours_on,
    evening_openings,
)
from geo_service.domain.vocabulary import OFFER_KINDS
from geo_service.errors import InvalidInput
from geo_service.messages import _

OLDEST: Final = 120


@dataclass(frozen=True, order=True)
class AgeGroup:
    """A target group (målgruppe): years of age, both ends included.

    Raises
    ------
    InvalidInput
        If the ages are not in order; in Danish.
    """

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last <= OLDEST:
            raise InvalidInput(
                _("En aldersgruppe går fra en lavere til en højere alder i hele år.")
            )

    @property
    def ages(self) -> range:
        """Every year of age in it."""
        return range(self.first, self.last + 1)

    def __str__(self) -> str:
        return f"{self.first}–{self.last} år"


AGE_GROUPS: Final = (AgeGroup(10, 13), AgeGroup(14, 17), AgeGroup(18, 25))
"""Target groups; a setting. 14–17 and 18–25 are those of the framework programme's goals."""


@dataclass(frozen=True)
class Offer:
    """A place and hours where young people can be.

    Attributes
    ----------
    code, name, operator
        What it is called and who runs it: an organisation, no person.
    kind
        A key of `vocabulary.OFFER_KINDS`.
    ages
        Whom it is for.
    at
        EPSG:25832; None where it has no fixed place.
    hours
        Weekly hours outside holidays.
    dated
        What the operator has said of single days and holidays.
    same_in_holidays
        Whether the operator has said that the weekly hours hold in holidays as well.

    Raises
    ------
    InvalidInput
        If the kind is unknown, or name or operator is missing; in Danish.
    """

    code: str
    name: str
    kind: str
    operator: str
    ages: AgeGroup
    at: shapely.Point | None = None
    hours: tuple[WeeklyHours, ...] = ()
    dated: tuple[DatedHours, ...] = ()
    same_in_holidays: bool = False

    def __post_init__(self) -> None:
        if self.kind not in OFFER_KINDS:
            raise InvalidInput(
                _(
                    "Et tilbuds art skal være %(offer_kinds)s.",
                    offer_kinds=either_said(OFFER_KINDS.values()),
                )
            )
        if not self.name.strip() or not self.operator.strip():
            raise InvalidInput(_("Et tilbud skal have et navn og en, der driver det."))

    def told(self, day: date, *, is_holiday: bool) -> bool:
        """Tell whether its hours on a day are known."""
        return (
            not is_holiday or self.same_in_holidays or dated_hours_on(day, self.dated) is not None
        )

    def openings(self, evening: date, *, is_holiday: bool) -> list[Period]:
        """Return its openings on the day of an evening and the night after; none if not told.

        `is_holiday` says whether the day is a public or a school holiday.
        """

        def hours_on(day: date) -> tuple[WeeklyHours, ...]:
            exception = dated_hours_on(day, self.dated)
            if exception is not None:
                return exception.hours
            return self.hours if self.told(day, is_holiday=is_holiday) else ()

        return evening_openings(evening, hours_on)
