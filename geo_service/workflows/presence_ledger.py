"""The presence of both sides: what was agreed and logged, and where nobody has been lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pandas as pd

from geo_service.domain.evenings import evening_of
from geo_service.domain.findings import Finding
from geo_service.domain.frames import rows_of
from geo_service.domain.presence_rules import PresenceRule, Visit
from geo_service.domain.vocabulary import AREA_LEVELS
from geo_service.errors import InvalidInput, NotFound
from geo_service.messages import _
from geo_service.planning.presence_checks import (
    Lengths,
    check_visits,
    counted_lengths,
    long_gaps,
)
from geo_service.planning.presence_ledger import KIND_OF, Ledger, presence_ledger
from geo_service.planning.weekly_visits import weekly_visits
from geo_service.storage import agreements as agreement_store
from geo_service.storage import choices, suspensions
from geo_service.storage import coverage as coverage_store
from geo_service.storage import presence as store
from geo_service.storage.agreements import Agreement, Line
from geo_service.storage.coverage import KeptArea
from geo_service.workflows.agreement_desk import Desk

LAST_EVENINGS: Final = 14
LOOK_BACK: Final = timedelta(weeks=8)
"""How far back somebody's last presence is looked for."""


@dataclass(frozen=True)
class Span:
    """Evenings [first, last] and, where they are those of an agreement, its number."""

    first: date
    last: date
    agreement_id: int | None = None

    @property
    def evenings(self) -> list[date]:
        """Each evening."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def last_evenings(desk: Desk) -> Span:
    """Return the evenings that are over: the last fourteen."""
    yesterday = evening_of(desk.now) - timedelta(days=1)
    return Span(yesterday - timedelta(days=LAST_EVENINGS - 1), yesterday)


def agreement_spans(desk: Desk, hotspot_area: str) -> list[Span]:
    """Return the agreements that both have said yes to and that have begun, the newest first."""
    return [
        span
        for one in agreement_store.read_agreements(desk.session, hotspot_area)
        if (span := span_of(desk, one))
    ]


def span_of(desk: Desk, agreement: Agreement) -> Span | None:
    """Return the evenings of an agreement that are over; None where it is none of both, or new."""
    yesterday = evening_of(desk.now) - timedelta(days=1)
    last = min(agreement.last_evening, yesterday)
    if agreement.state.value not in store.AGREED or last < agreement.first_evening:
        return None
    return Span(agreement.first_evening, last, agreement.id)


@dataclass(frozen=True)
class Delivered:
    """What was agreed and what is logged over some evenings, and what the rules find in it."""

    ledger: Ledger
    lengths: tuple[Lengths, ...]
    """How long the logged visits of each kind were, beside its rule."""
    findings: tuple[Finding, ...]
    """What else the rules find in them; nothing where nobody logged."""
    suspended: tuple[date, ...]
    """Evenings on which the plan was suspended: what was agreed for them is not counted."""


def read_delivered(desk: Desk, hotspot_area: str, span: Span) -> Delivered:
    """Return what was agreed and what is logged over some evenings, as far as the caller sees."""
    names = {
        one.area.code: one.area.name
        for day in (span.first, span.last)
        for one in _areas(desk, hotspot_area, day)
    }
    promised = store.read_promised(desk.session, hotspot_area, span.first, span.last)
    given = logged(desk, hotspot_area, span.first, span.last)
    chosen = choices.presence_rules(desk.session, desk.municipality)
    rules = {kind: rule for kind, (rule, _who) in chosen.items()}
    return Delivered(
        presence_ledger(promised, given, names=names, evenings=span.evenings),
        tuple(counted_lengths(_as_visits(given), rules=rules)),
        tuple(_against_rules(promised, given, names, rules)),
        suspensions.suspended_evenings(desk.session, hotspot_area, span.first, span.last),
    )


def _against_rules(
    promised: pd.DataFrame,
    given: pd.DataFrame,
    names: Mapping[str, str],
    rules: Mapping[str, PresenceRule],
) -> list[Finding]:
    """Hold the logged visits against the rules; a gap only where that evening is logged there."""
    keys = ["agency", "area_code", "evening"]
    due = promised.merge(given[keys].drop_duplicates(), on=keys)
    visits, windows = (_as_visits(frame) for frame in (given, due))
    lengths = "visit_length"  # counted, not told one by one
    found = check_visits(visits, names=names, rules=rules)
    return [
        *(one for one in found if one.rule != lengths),
        *long_gaps(visits, windows, names=names, rules=rules),
    ]


def _as_visits(frame: pd.DataFrame) -> list[Visit]:
    return [
        Visit(
            row.starts_at.to_pydatetime(),
            row.ends_at.to_pydatetime(),
            row.area_code,
            KIND_OF[row.agency],
        )
        for row in rows_of(frame)
        if row.starts_at < row.ends_at
    ]


def sees_released_only(desk: Desk) -> bool:
    """Tell whether only presence that was released to the meeting is shown to the caller."""
    return not desk.caller.sees("log.read", "minutes")


def logged(desk: Desk, hotspot_area: str, first: date, last: date) -> pd.DataFrame:
    """Return the stays that stand in the log, as far as the caller sees them."""
    return store.read_logged(
        desk.session, hotspot_area, first, last, released_only=sees_released_only(desk)
    )


def logged_lines(desk: Desk, hotspot_area: str, lines: Sequence[Line]) -> set[int]:
    """Return the commitments for which the log has a visit of the same side, place and evening."""
    evenings = [line.evening for line in lines]
    if not evenings:
        return set()
    given = logged(desk, hotspot_area, min(evenings), max(evenings))
    found = set(zip(given["agency"], given["area_code"], given["evening"], strict=True))
    return {line.id for line in lines if (line.agency, line.area_code, line.evening) in found}


def week_of_places(desk: Desk, hotspot_area: str) -> tuple[list[KeptArea], pd.DataFrame]:
    """Return the coverage areas in force, and of each what the week owes it.

    The frame is that of `weekly_visits`, over the log of the last eight weeks.
    """
    tonight = evening_of(desk.now)
    areas = _areas(desk, hotspot_area, tonight)
    levels: Mapping[str, str] = {one.area.code: one.level for one in areas}
    monday = tonight - timedelta(days=tonight.weekday())
    visits = logged(desk, hotspot_area, tonight - LOOK_BACK, tonight)
    due, _who = choices.visits_due(desk.session, desk.municipality)
    return areas, weekly_visits(levels, visits, monday=monday, now=desk.now, due=due)


def set_level(desk: Desk, area_id: int, version: int, level: str) -> None:
    """Change how many visits a week a place is due.

    Raises
    ------
    NotFound
        If the caller reaches no such place.
    InvalidInput
        If the level is none.
    Conflict
        If somebody else has changed the place meanwhile.
    """
    if not coverage_store.name_of(desk.session, area_id):
        raise NotFound("Stedet findes ikke.")
    if level not in AREA_LEVELS:
        raise InvalidInput(_("Vælg grøn, gul eller rød."))
    coverage_store.save_level(
        desk.session, area_id, level, version=version, actor=desk.caller.actor, now=desk.now
    )


def _areas(desk: Desk, hotspot_area: str, on: date) -> list[KeptArea]:
    return coverage_store.read_coverage(desk.session, desk.municipality, hotspot_area, on)
