"""The calendar that evenings are planned by: school holidays from a file, activities typed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from geo_service.domain.calendar import Activity, SchoolHoliday, overlapping_school_holidays
from geo_service.domain.danish_time import either_said
from geo_service.domain.evenings import exact_moment
from geo_service.domain.log_guard import refuse_persons
from geo_service.domain.vocabulary import ACTIVITY_KINDS
from geo_service.errors import AlreadyExists, InvalidInput, NotFound
from geo_service.importing.report import Rejection
from geo_service.importing.school_holidays import LONGEST_NAME, read_school_holidays
from geo_service.messages import _
from geo_service.storage import calendar as calendar_store
from geo_service.storage import calendar_editing as store
from geo_service.storage.areas import has_areas
from geo_service.storage.imports import FileFacts, close_batch, open_batch
from geo_service.workflows.agreement_desk import Desk

LONGEST_TEXT: Final = 120
TYPED: Final = "skrevet på siden"


@dataclass(frozen=True)
class HolidayReport:
    """What became of a file of school holidays; nothing is stored where a row was wrong."""

    rows: int
    stored: int = 0
    known: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ActivityForm:
    """What somebody typed of an activity; `everywhere`: it concerns the whole municipality."""

    kind: str
    name: str
    place: str
    day: str
    starts: str
    ends: str
    everywhere: bool = False


def import_holidays(
    session: Session, content: bytes, *, file: str, municipality: str, imported_by: str
) -> HolidayReport:
    """Store the school holidays of a file, or none of them; those that are known stay.

    Raises
    ------
    NotFound
        If there is no such municipality.
    InvalidInput
        If the file as a whole cannot be used; in Danish.
    """
    if not has_areas(session, municipality):
        raise NotFound(
            f"Der er ingen data for kommune {municipality} endnu. Indlæs dens områder først med "
            "`tryghed areas import`."
        )
    read = read_school_holidays(content, file=file, municipality=municipality)
    rows = len(read.holidays) + len({one.row for one in read.rejections})
    if read.rejections:
        return HolidayReport(rows, rejections=read.rejections, remarks=read.remarks)
    facts = FileFacts(
        municipality=municipality,
        kind="school_holidays",
        file_name=file,
        sha256=hashlib.sha256(content).hexdigest(),
        imported_by=imported_by,
    )
    batch = open_batch(session, facts, rows=rows)
    stored = store.add_holidays(session, read.holidays, source=file)
    others = [one for one in _overlaps(session, municipality) if one not in read.remarks]
    remarks = [*read.remarks, *others]
    close_batch(session, batch, stored=stored, duplicate=rows - stored, remarks=remarks)
    return HolidayReport(rows, stored, rows - stored, remarks=remarks)


def read_holidays(desk: Desk, content: bytes, *, file: str) -> HolidayReport:
    """Store the school holidays of a file that was sent, or none of them.

    Raises
    ------
    InvalidInput
        If the file as a whole cannot be used; in Danish.
    """
    read = read_school_holidays(content, file=file, municipality=desk.municipality)
    rows = len(read.holidays) + len({one.row for one in read.rejections})
    if read.rejections:
        return HolidayReport(rows, rejections=read.rejections, remarks=read.remarks)
    stored = store.add_holidays(desk.session, read.holidays, source=file)
    return HolidayReport(rows, stored, rows - stored, remarks=read.remarks)


def add_holiday(desk: Desk, name: str, first: date, last: date) -> list[str]:
    """Store a school holiday that was typed, and return what shares days with it; Danish.

    Raises
    ------
    InvalidInput
        If it is none.
    AlreadyExists
        If it is there.
    """
    said = " ".join(name.split())
    if len(said) > LONGEST_NAME:
        raise InvalidInput(
            _("Feriens navn har højst %(longest_name)s tegn.", longest_name=LONGEST_NAME)
        )
    holiday = SchoolHoliday(desk.municipality, said, first, last)
    if not store.add_holidays(desk.session, [holiday], source=TYPED):
        raise AlreadyExists(_("%(said)s fra den dag står der allerede.", said=said))
    return _overlaps(desk.session, desk.municipality)


def add_activity(desk: Desk, hotspot_area: str | None, typed: ActivityForm) -> None:
    """Store something that happens; an end at or before the start is the day after.

    Raises
    ------
    InvalidInput
        If a field cannot be used, a time does not exist that day, or a text may point at a
        person; in Danish.
    """
    name, place = (" ".join(text.split()) for text in (typed.name, typed.place))
    if typed.kind not in ACTIVITY_KINDS:
        raise InvalidInput(
            _(
                "Vælg, hvad det er: %(activity_kinds)s.",
                activity_kinds=either_said(ACTIVITY_KINDS.values()),
            )
        )
    if max(len(name), len(place)) > LONGEST_TEXT:
        raise InvalidInput(
            _("Navn og sted har højst %(longest_text)s tegn.", longest_text=LONGEST_TEXT)
        )
    refuse_persons(name, places=[place], what=_("Navnet"))
    try:
        day = date.fromisoformat(typed.day)
        starts, ends = time.fromisoformat(typed.starts), time.fromisoformat(typed.ends)
    except ValueError as error:
        raise InvalidInput(_("Vælg dag, start og slut, fx 18:00 og 22:00.")) from error
    last = day + timedelta(days=ends.replace(tzinfo=None) <= starts.replace(tzinfo=None))
    one = Activity(name, place, _moment(day, starts), _moment(last, ends))
    store.add_activity(
        desk.session,
        desk.municipality,
        hotspot_area=None if typed.everywhere else hotspot_area,
        kind=typed.kind,
        name=one.name,
        place=one.place,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        source=TYPED,
    )


def _moment(day: date, clock: time) -> datetime:
    return exact_moment(day, clock.replace(tzinfo=None))


def _overlaps(session: Session, municipality: str) -> list[str]:
    return overlapping_school_holidays(calendar_store.read_school_holidays(session, municipality))
