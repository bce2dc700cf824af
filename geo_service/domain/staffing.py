"""Who can be out: the street team's shifts and absences, and other staffed presence.

Members are known by a code such as G1 and never by a name, and why somebody is absent is
nobody's business here. The sizes are settings: the source has four members who take turns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from geo_service.domain.danish_time import either_said, period_said
from geo_service.domain.evenings import Period, as_utc, elapsed_minutes, evening_of
from geo_service.domain.opening_hours import (
    DatedHours,
    WeeklyHours,
    dated_hours_on,
    evening_openings,
)
from geo_service.domain.vocabulary import STAFFED_KINDS
from geo_service.errors import InvalidInput
from geo_service.messages import _

MEMBER_CODE: Final = re.compile(r"[A-ZÆØÅ]{1,3}[0-9]{1,3}")
"""Letters and a number, such as G1 or GA12: a name or initials do not fit."""
LONGEST_SHIFT_HOURS: Final = 16.0


@dataclass(frozen=True)
class StreetTeamRules:
    """Settings of the street team.

    Attributes
    ----------
    members
        How many there are.
    least_together
        Fewest who go out together.
    rest_hours
        Unbroken rest in every 24 hours (hviletid).
    least_minutes
        Fewest minutes of a slot that somebody must be on duty to count in it.
    """

    members: int = 4
    least_together: int = 2
    rest_hours: float = 11.0
    least_minutes: float = 30.0

    def __post_init__(self) -> None:
        if not 1 <= self.least_together <= self.members:
            raise InvalidInput(
                _(
                    "Antallet, der går sammen, skal være mindst 1 og højst hele gadeteamet "
                    "(%(members)s).",
                    members=self.members,
                )
            )
        if not 0 <= self.rest_hours < 24:  # noqa: PLR2004 - hours of a day
            raise InvalidInput(_("Hviletiden skal være fra 0 til under 24 timer."))


@dataclass(frozen=True, order=True)
class Shift:
    """When a member is on duty; it belongs to the evening it begins in.

    `member` is a code, or the code of a team that is planned as one.

    Raises
    ------
    InvalidInput
        If the member is no code, a time has no zone, or the shift does not end after it begins
        or is longer than 16 hours; in Danish where a user can have caused it.
    """

    starts_at: datetime
    ends_at: datetime
    member: str
    team: str | None = None

    def __post_init__(self) -> None:
        require_member_code(self.member)
        _keep_in_utc(self, "starts_at", "ends_at")
        minutes = elapsed_minutes(self.starts_at, self.ends_at)
        if not 0 < minutes <= LONGEST_SHIFT_HOURS * 60:
            raise InvalidInput(
                _(
                    "Vagten %(period)s for %(member)s skal slutte efter, at den begynder, og "
                    "højst vare %(longest_shift_hours)s timer.",
                    period=period_said(self.starts_at, self.ends_at),
                    member=self.member,
                    longest_shift_hours=round(LONGEST_SHIFT_HOURS),
                )
            )

    @property
    def evening(self) -> date:
        """The evening it belongs to."""
        return evening_of(self.starts_at)

    @property
    def period(self) -> Period:
        """From when to when."""
        return Period(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class Absence:
    """When a member is not there; the reason is not kept.

    Raises
    ------
    InvalidInput
        If the member is no code, a time has no zone, or it does not end after it begins.
    """

    member: str
    starts_at: datetime
    ends_at: datetime
    reported_at: datetime

    def __post_init__(self) -> None:
        require_member_code(self.member)
        _keep_in_utc(self, "starts_at", "ends_at", "reported_at")
        if elapsed_minutes(self.starts_at, self.ends_at) <= 0:
            raise InvalidInput(
                _("Fraværet for %(member)s skal slutte efter, at det begynder.", member=self.member)
            )

    @property
    def period(self) -> Period:
        """From when to when."""
        return Period(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class StaffedPresence:
    """Somebody else who is there on purpose: a staffed container, an outreach club worker.

    Attributes
    ----------
    kind
        A key of `vocabulary.STAFFED_KINDS`.
    code, name
        The container, or the team of club workers; no person.
    area_code
        The coverage area it lies in.
    hours
        Its weekly hours.
    dated
        Days with other hours.

    Raises
    ------
    InvalidInput
        If the kind is unknown.
    """

    kind: str
    code: str
    name: str
    area_code: str
    hours: tuple[WeeklyHours, ...] = ()
    dated: tuple[DatedHours, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in STAFFED_KINDS:
            raise InvalidInput(
                _(
                    "Bemandingen skal være %(staffed_kinds)s.",
                    staffed_kinds=either_said(STAFFED_KINDS.values()),
                )
            )

    def periods(self, evening: date) -> list[Period]:
        """Return when somebody is there on the day of an evening and the night after it."""
        return evening_openings(evening, self._hours_on)

    def _hours_on(self, day: date) -> tuple[WeeklyHours, ...]:
        exception = dated_hours_on(day, self.dated)
        return exception.hours if exception else self.hours


def _keep_in_utc(of: object, *names: str) -> None:
    """Keep moments in UTC: two of one zone would be compared by the clock on the wall."""
    for name in names:
        object.__setattr__(of, name, as_utc(getattr(of, name)))


def require_member_code(code: str) -> str:
    """Return the code of a member if it is one.

    Raises
    ------
    InvalidInput
        If it is not: the text is not echoed, since it may be a name.
    """
    if not MEMBER_CODE.fullmatch(code):
        raise InvalidInput(
            _(
                "Et medlem angives med en kort betegnelse af bogstaver og tal, fx G1, aldrig med "
                "navn."
            )
        )
    return code


def crew_of(
    period: Period, shifts: Iterable[Shift], absences: Iterable[Absence], *, least_minutes: float
) -> list[str]:
    """Return the members who are there for at least some minutes of a period, by code.

    Several shifts of one member add up, and overlapping ones count once; absences are taken off.
    """
    away: dict[str, list[Period]] = {}
    for absence in absences:
        away.setdefault(absence.member, []).append(absence.period)
    on_duty: dict[str, list[Period]] = {}
    for shift in shifts:
        on_duty.setdefault(shift.member, []).append(shift.period)
    return sorted(
        member
        for member, periods in on_duty.items()
        if _minutes_there(period, periods, away.get(member, [])) >= least_minutes
    )


def teams_in(
    period: Period,
    shifts: Iterable[Shift],
    absences: Iterable[Absence] = (),
    *,
    rules: StreetTeamRules,
) -> int:
    """Return how many teams of the least size those on duty in a period make up."""
    crew = crew_of(period, shifts, absences, least_minutes=rules.least_minutes)
    return len(crew) // rules.least_together


def _minutes_there(within: Period, duty: list[Period], away: list[Period]) -> float:
    """Return the minutes of `within` that are on duty and not away."""
    first, last = within.starts_at.timestamp(), within.ends_at.timestamp()
    marks = {first, last}
    spans = [[(one.starts_at.timestamp(), one.ends_at.timestamp()) for one in kind]
             for kind in (duty, away)]  # fmt: skip
    for span in (*spans[0], *spans[1]):
        marks.update(mark for mark in span if first < mark < last)
    ordered = sorted(marks)
    seconds = 0.0
    for start, end in pairwise(ordered):
        on_duty, is_away = (any(a <= start and end <= b for a, b in kind) for kind in spans)
        seconds += (end - start) * (on_duty and not is_away)
    return seconds / 60
