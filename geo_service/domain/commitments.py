"""Commitments (tilsagn): what an agency promises for a part of the area and an evening.

The police promise presence, not units: part of the area × evening or part of it × form. Names
of units, rosters and check-in are there only where the police have switched them on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from geo_service.domain.danish_time import (
    Day,
    either_said,
    period_said,
    period_words,
)
from geo_service.domain.evenings import (
    HOURS_A_DAY,
    LONGEST_EVENING,
    NIGHT_ENDS,
    Period,
    as_utc,
    at_hour,
    evening_of,
    exact_moment,
)
from geo_service.domain.vocabulary import AGENCIES, PRESENCE_FORMS
from geo_service.errors import InvalidInput
from geo_service.messages import _

WHOLE_EVENING: Final = (17, 26)
"""Hours of an evening, counted from the midnight before: 17.00 to 02.00."""
PARTS_OF_EVENING: Final = {
    "hele aftenen": WHOLE_EVENING,
    "tidlig aften": (17, 20),
    "aften": (20, 24),
    "sen aften": (22, 26),
}
"""Parts of an evening that have a name, and their hours."""
_STRETCH: Final = re.compile(
    r"(?:kl\.? ?)?([0-9]{1,2})(?:[.:]([0-5][0-9]))? ?[-–] ?([0-9]{1,2})(?:[.:]([0-5][0-9]))?"
)
_FORMS_WITHOUT_A_PLACE: Final = ("on_call",)


@dataclass(frozen=True)
class PoliceDetail:
    """What the police have switched on beyond commitments; nothing, unless they say so."""

    unit_names: bool = False
    rosters: bool = False
    types_in_need: tuple[str, ...] = ()
    """Of `vocabulary.TYPES_BY_RODE`, those that count in the need of evenings."""


@dataclass(frozen=True, order=True)
class Commitment:
    """One agency's promise.

    Attributes
    ----------
    starts_at, ends_at
        Aware; the whole evening or a part of it.
    area_code
        The coverage area.
    evening
        The evening it belongs to, also for hours after midnight.
    form
        A key of `vocabulary.PRESENCE_FORMS`.
    agency
        A key of `vocabulary.AGENCIES`.
    unit
        The street team's team, by code; of the police the name of the unit, only where they have
        switched unit names on.

    Raises
    ------
    InvalidInput
        If form or agency is unknown, it does not end after it begins, or it lies outside the
        evening (six in the morning to six in the next); in Danish.
    """

    starts_at: datetime
    ends_at: datetime
    area_code: str
    evening: date
    form: str
    agency: str = "police"
    unit: str | None = None

    def __post_init__(self) -> None:
        if self.form not in PRESENCE_FORMS:
            raise InvalidInput(
                _(
                    "Et tilsagns form skal være %(presence_forms)s.",
                    presence_forms=either_said(PRESENCE_FORMS.values()),
                )
            )
        if self.agency not in AGENCIES:
            raise InvalidInput(
                _("Et tilsagn gives af %(agencies)s.", agencies=either_said(AGENCIES.values()))
            )
        object.__setattr__(self, "starts_at", as_utc(self.starts_at))
        object.__setattr__(self, "ends_at", as_utc(self.ends_at))
        if self.starts_at >= self.ends_at:
            raise InvalidInput(_("Et tilsagn skal slutte efter, at det begynder."))
        morning = at_hour(self.evening, LONGEST_EVENING)
        if evening_of(self.starts_at) != self.evening or self.ends_at > morning:
            raise InvalidInput(
                _(
                    "Tilsagnet %(period)s ligger ikke på aftenen %(evening)s: en aften går "
                    "fra kl. 06.00 til kl. 06.00 dagen efter.",
                    period=period_said(self.starts_at, self.ends_at),
                    evening=Day(self.evening),
                )
            )

    @property
    def period(self) -> Period:
        """From when to when."""
        return Period(self.starts_at, self.ends_at)

    @property
    def gives_presence(self) -> bool:
        """Whether somebody is at the place; one who is on call is not."""
        return self.form not in _FORMS_WITHOUT_A_PLACE

    @property
    def words(self) -> str:
        """Return `politi, gående, fre 27. nov kl. 20.00–22.00`."""
        when = period_words(self.starts_at, self.ends_at)
        return f"{AGENCIES[self.agency]}, {PRESENCE_FORMS[self.form]}, {when}"


def part_of_evening(evening: date, text: str) -> Period:
    """Return the part of an evening that a text names: `20–24`, `22.30–02.00`, `hele aftenen`.

    An hour before six lies after midnight, and 24 is midnight.

    Raises
    ------
    InvalidInput
        If the text is no part of an evening, or a time of it does not exist that night.
    """
    words = " ".join(text.casefold().split())
    if words in PARTS_OF_EVENING:
        first, last = PARTS_OF_EVENING[words]
        return Period(at_hour(evening, first), at_hour(evening, last))
    if found := _STRETCH.fullmatch(words):
        starts = _minutes(found[1], found[2], past_midnight_until=NIGHT_ENDS * 60 - 1)
        ends = _minutes(found[3], found[4], past_midnight_until=NIGHT_ENDS * 60)
        if starts < ends <= LONGEST_EVENING * 60:
            return Period(_moment(evening, starts), _moment(evening, ends))
    raise InvalidInput(
        _(
            "Tidsrummet kan ikke læses. Skriv fx 20–24, 22.30–02.00 eller %(words)s; efter midnat "
            "højst til kl. 06.00.",
            words=", ".join(f"»{word}«" for word in PARTS_OF_EVENING),
        )
    )


def _minutes(hour: str, minute: str | None, *, past_midnight_until: int) -> int:
    """Return minutes from the midnight before the evening; too many for a time that is none."""
    minutes = int(hour) * 60 + int(minute or 0)
    if minutes > HOURS_A_DAY * 60:
        return 2 * HOURS_A_DAY * 60
    if minutes <= past_midnight_until:
        return minutes + HOURS_A_DAY * 60
    return minutes


def _moment(evening: date, minutes: int) -> datetime:
    days, rest = divmod(minutes, HOURS_A_DAY * 60)
    return exact_moment(evening + timedelta(days=days), time(rest // 60, rest % 60))
