"""Write the evening log, release its notes to the meeting, and say what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError

from geo_service.domain.evenings import NIGHT_ENDS, exact_moment
from geo_service.domain.log_guard import refuse_persons
from geo_service.domain.vocabulary import FOLLOW_UPS, PUBLIC_SPACE_TYPES
from geo_service.errors import AlreadyExists, InvalidInput, NotFound
from geo_service.messages import _
from geo_service.storage import coverage as coverage_store
from geo_service.storage import evening_log as store
from geo_service.workflows.agreement_desk import Desk

TRENDS: Final = {"less": "mindre end plejer", "as_usual": "som plejer", "more": "mere end plejer"}
LONGEST_STAY: Final = 600
"""Minutes; a longer one is a slip of the pen."""
LATE_DAYS: Final = 14
"""For how long after an evening its log may be written."""


@dataclass(frozen=True)
class LogForm:
    """What the team typed about one stay."""

    area_code: str
    evening: date
    arrived: str
    minutes: str
    trend: str
    seen: str = ""
    """The type of incident that was seen, "" for none."""
    note: str = ""
    team: str = ""
    """Whose stay it is, where the coordinator writes it; a team writes its own."""


def write_note(desk: Desk, hotspot_area: str, typed: LogForm) -> None:
    """Store one stay of the caller's team, or of the one that the coordinator writes for.

    Raises
    ------
    InvalidInput
        If a field cannot be read, or the text may point at a person; the text is not echoed.
    NotFound
        If the caller belongs to no team that is known.
    AlreadyExists
        If this stay is written already.
    """
    teams = coverage_store.team_ids(desk.session)
    writes_for_others = desk.caller.may("log.release")
    team = teams.get(typed.team if writes_for_others else desk.caller.team or "")
    if team is None and writes_for_others:
        raise InvalidInput(_("Vælg på listen, hvis besøg det er."))
    if team is None:
        raise NotFound(_("Du er ikke knyttet til et hold. En administrator kan give dig et."))
    if not timedelta() <= desk.today - typed.evening <= timedelta(days=LATE_DAYS):
        raise InvalidInput(
            _(
                "Loggen skrives for i aften og højst %(late_days)s dage tilbage.",
                late_days=LATE_DAYS,
            )
        )
    areas = {
        one.area.code: one
        for one in coverage_store.read_coverage(
            desk.session, desk.municipality, hotspot_area, typed.evening
        )
    }
    if typed.area_code not in areas:
        raise InvalidInput(_("Vælg et sted på listen."))
    if typed.trend not in TRENDS:
        raise InvalidInput(_("Vælg mindre, som plejer eller mere."))
    if typed.seen and typed.seen not in PUBLIC_SPACE_TYPES:
        raise InvalidInput(_("Vælg på listen, hvad I så, eller intet særligt."))
    places = [one.area.name for one in areas.values()]
    refuse_persons(typed.note, places=places)
    arrived = _arrived(typed)
    if arrived > desk.now:
        raise InvalidInput(_("Tidspunktet er ikke kommet endnu. Loggen skrives efter besøget."))
    try:
        with desk.session.begin_nested():
            store.add_note(
                desk.session,
                desk.municipality,
                team_id=team,
                coverage_area_id=areas[typed.area_code].id,
                evening=typed.evening,
                arrived_at=arrived,
                minutes=_minutes(typed.minutes),
                trend=typed.trend,
                seen=typed.seen or None,
                note=typed.note.strip(),
                written_by=desk.caller.actor,
            )
    except IntegrityError as error:
        raise AlreadyExists(_("Det besøg står i loggen allerede.")) from error


def _arrived(typed: LogForm) -> datetime:
    hour, _dot, minute = typed.arrived.replace(":", ".").partition(".")
    try:
        clock = time(int(hour) % 24, int(minute or 0))
    except ValueError as error:
        raise InvalidInput(_("Skriv klokkeslættet som 20.15.")) from error
    day = typed.evening + timedelta(days=clock.hour < NIGHT_ENDS)
    return exact_moment(day, clock)


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= LONGEST_STAY):
        raise InvalidInput(
            _(
                "Skriv, hvor mange minutter I var der: 1 til %(longest_stay)s.",
                longest_stay=LONGEST_STAY,
            )
        )
    return int(text)


def release(desk: Desk, note_ids: list[int]) -> int:
    """Release notes to the meeting; return how many were not yet."""
    return store.set_released(desk.session, note_ids, now=desk.now)


def follow_up(desk: Desk, note_id: int, said: str, *, seen: str) -> str | None:
    """Say how far the meeting has come with a note; `seen` is what stood there, "" for nothing.

    Returns None when it is saved, else what somebody else has said meanwhile: nothing is saved
    then. Whoever says the same as somebody else is not stopped.

    Raises
    ------
    InvalidInput
        If it is none of set, drøftet, aftalt, gjort.
    NotFound
        If the caller reaches no such note.
    """
    if said not in FOLLOW_UPS or (seen and seen not in FOLLOW_UPS):
        raise InvalidInput(_("En note er set, drøftet, aftalt eller gjort."))
    if store.set_follow_up(desk.session, note_id, said, seen=seen or None):
        return None
    found = store.read_follow_up(desk.session, note_id)
    if found is None:
        raise NotFound(_("Noten findes ikke."))
    return found
