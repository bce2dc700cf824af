"""A duty roster as a calendar file (iCalendar): bytes in, checked shifts and rejections out.

Of an event only its times are kept, and the code of the member: the one whose calendar it is, or
the one known code that its title holds. Titles, places, descriptions and participants are not
kept and never shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from geo_service.domain.evenings import COPENHAGEN, exact_moment
from geo_service.domain.person_numbers import looks_like_cpr
from geo_service.domain.staffing import require_member_code
from geo_service.errors import InvalidInput
from geo_service.importing.duty_rows import DutyChecks, DutyFile
from geo_service.importing.sources import Source, decode

MAX_CALENDAR_BYTES: Final = 5_000_000
MOST_EVENTS: Final = 5_000
BEGINS: Final = b"BEGIN:VCALENDAR"
_TEXTS: Final = (
    "SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "ATTENDEE", "ORGANIZER",
    "CATEGORIES",
)  # fmt: skip
_REPEATS: Final = ("RRULE", "RDATE")
_WORD: Final = re.compile(r"[^\W_]+")


def is_calendar(content: bytes) -> bool:
    """Tell whether bytes are a calendar, by how they begin."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[: len(BEGINS)].upper() == BEGINS


def read_duty_calendar(
    content: bytes,
    *,
    file: str,
    members: Collection[str] | None = None,
    member: str | None = None,
) -> DutyFile:
    """Read a duty roster from a calendar.

    Parameters
    ----------
    content
        The bytes of the file.
    file
        Its name, for messages.
    members
        The codes that are known, looked for in the titles of events.
    member
        Whose calendar it is; then titles are not looked at.

    Raises
    ------
    InvalidInput
        If it is no calendar, too large, holds something like a CPR number, or nobody says whose
        duties they are; in Danish.
    """
    if member is not None:
        require_member_code(member)
    elif not members:
        raise InvalidInput(
            f"{file}: angiv, hvis kalender det er, eller opret medlemmernes betegnelser først."
        )
    remarks: list[str] = []
    events = _events(content, file, remarks)
    checks = DutyChecks(file, "post", members)
    cancelled = 0
    for row, event in enumerate(events, start=1):
        _refuse_cpr(event, row, file)
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            cancelled += 1
            continue
        code = _member(checks, row, event, member)
        times = _times(checks, row, event)
        if code is not None and times is not None:
            checks.add(row, "DTSTART og DTEND", code, None, times)
    if cancelled:
        remarks.append(f"{cancelled} aflyste vagter er sprunget over.")
    return checks.done(len(events) - cancelled, remarks)


def _events(content: bytes, file: str, remarks: list[str]) -> list[Any]:
    from icalendar import Calendar

    if len(content) > MAX_CALENDAR_BYTES:
        raise InvalidInput(
            f"{file} fylder over {MAX_CALENDAR_BYTES // 1_000_000} MB. Eksportér kun de kommende "
            "måneder."
        )
    if not is_calendar(content):
        raise InvalidInput(f"{file} er ikke en kalenderfil. Eksportér vagtplanen som .ics.")
    text = decode(Source(file, content, ""), remarks)
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise InvalidInput(
            f"{file} kunne ikke læses som kalender. Eksportér den igen fra vagtplansystemet."
        ) from error
    if not events:
        raise InvalidInput(f"{file} har ingen vagter.")
    if len(events) > MOST_EVENTS:
        raise InvalidInput(f"{file} har over {MOST_EVENTS} vagter. Eksportér en kortere periode.")
    return events


def _refuse_cpr(event: Any, row: int, file: str) -> None:
    for name in _TEXTS:
        value = event.get(name)
        for one in value if isinstance(value, list) else [value]:
            if one is not None and looks_like_cpr(_text(one)):
                raise InvalidInput(
                    f"{file} er ikke læst: post {row}, felt {name} ligner et CPR-nummer. Fjern "
                    "personnumre fra filen."
                )


def _text(value: Any) -> str:
    parameters = getattr(value, "params", {})
    return " ".join([str(value), *map(str, parameters.values())])


def _member(checks: DutyChecks, row: int, event: Any, member: str | None) -> str | None:
    if member is not None:
        return member
    words = set(_WORD.findall(str(event.get("SUMMARY", ""))))
    known: list[str] = sorted(words & set(checks.members or ()))
    if len(known) == 1:
        return known[0]
    checks.reject(
        row,
        "SUMMARY",
        "ingen kendt betegnelse" if not known else f"{len(known)} betegnelser",
        "siger ikke, hvis vagten er",
        expected="én betegnelse som G1 i titlen",
        cure="Skriv medlemmets betegnelse i vagtens titel, eller indlæs én kalender pr. medlem.",
    )
    return None


def _times(checks: DutyChecks, row: int, event: Any) -> tuple[datetime, datetime] | None:
    """Return start and end of an event; None, and a rejection, if it has none that can be used."""
    if any(event.get(name) is not None for name in _REPEATS):
        checks.reject(
            row,
            "RRULE",
            "en vagt, der gentages,",
            "kan ikke læses",
            expected="én post pr. vagt",
            cure="Eksportér vagterne enkeltvis.",
        )
        return None
    starts_at = _moment(checks, row, event, "DTSTART")
    if starts_at is None:
        return None
    if event.get("DTEND") is not None:
        ends_at = _moment(checks, row, event, "DTEND")
        return None if ends_at is None else (starts_at, ends_at)
    length = getattr(event.get("DURATION"), "dt", None)
    if not isinstance(length, timedelta):
        checks.reject(
            row, "DTEND", "tomt felt", "siger ikke, hvornår vagten slutter", expected="DTEND"
        )
        return None
    return starts_at, starts_at + length


def _moment(checks: DutyChecks, row: int, event: Any, name: str) -> datetime | None:
    value = event.get(name)
    moment = getattr(value, "dt", None)
    if not isinstance(moment, datetime):
        found = "en hel dag" if isinstance(moment, date) else "intet tidspunkt"
        checks.reject(row, name, found, "kan ikke være en vagt", expected="dato og klokkeslæt")
        return None
    named_zone = getattr(value, "params", {}).get("TZID")
    if moment.tzinfo is None and named_zone is not None:
        checks.reject(
            row,
            name,
            "en tidszone",
            "er ikke kendt",
            expected="Europe/Copenhagen eller UTC",
        )
        return None
    if moment.tzinfo is not None and str(moment.tzinfo) != str(COPENHAGEN):
        return moment.astimezone(UTC)
    try:
        return exact_moment(moment.date(), moment.time()).astimezone(UTC)
    except InvalidInput as error:
        checks.reject(
            row,
            name,
            f"'{moment:%d-%m-%Y %H:%M}'",
            "kan ikke bruges den nat",
            expected="et tidspunkt, der findes én gang",
            cure=str(error),
        )
        return None
