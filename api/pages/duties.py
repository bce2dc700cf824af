"""Shifts and absences: what there is, what the rules say, and what is added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Refused, Visit, needs
from api.import_requests import sent_with
from api.pages.evening_desk import desk_of
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import Message, _
from geo_service.domain import vocabulary as words
from geo_service.domain.commitments import PARTS_OF_EVENING
from geo_service.domain.evenings import on_the_wall
from geo_service.domain.findings import Finding
from geo_service.errors import AlreadyExists, InvalidInput, NotFound
from geo_service.importing.duty_calendar import is_calendar
from geo_service.storage import choices
from geo_service.storage import staffing as store
from geo_service.storage.staffing import KeptAbsence, KeptShift
from geo_service.workflows import staffing as work
from geo_service.workflows.staffing import RosterReport

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/vagter"
DAYS: Final = 14
DONE: Final[dict[str, Message]] = {
    "vagt": _("Vagten er tilføjet."),
    "fjernet": _("Vagten er fjernet."),
    "var-fjernet": _("Den var allerede fjernet."),
    "fravaer": _("Fraværet er meldt. Er aftenen aftalt, står det nu på aftalen."),
    "tilbage": _("Fraværet er taget tilbage."),
}

Reader = Annotated[Visit, needs("shift.read")]
Planner = Annotated[Visit, needs("shift.write")]
Teller = Annotated[Visit, needs("absence.write")]
Text = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True)
class Evening:
    """One evening: who is on duty, and who is not there."""

    day: date
    shifts: tuple[KeptShift, ...]
    away: tuple[KeptAbsence, ...]


@router.get(HERE)
def duties(
    request: Request,
    visit: Reader,
    gjort: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Return the shifts of two weeks, and the forms of whoever may add to them."""
    notices = (Notice(DONE[gjort]),) if gjort in DONE else ()
    return _page(request, visit, notices=notices)


@router.post(HERE)
def add(
    request: Request, visit: Planner, hvem: Text = "", aften: Text = "", tidsrum: Text = ""
) -> Response:
    """Store one shift."""
    typed = {"hvem": hvem, "aften": aften, "tidsrum": tidsrum}
    try:
        with visit.session.begin_nested():
            told = work.add_shift(desk_of(visit), hvem, _day(aften), tidsrum)
    except (InvalidInput, AlreadyExists) as fault:
        return _page(request, visit, typed=typed, error=("f-hvem", fault.words))
    visit.audit("create", ref=hvem, evening=aften)
    if told:
        return _page(request, visit, notices=(Notice(DONE["vagt"]),), told=told)
    return RedirectResponse(f"{HERE}?gjort=vagt&fra={aften}", status_code=303)


@router.post(HERE + "/fil")
async def send(request: Request, visit: Planner) -> Response:
    """Read a roster in, whole or not at all."""
    async with sent_with(request, file_field="fil") as sent:
        member = sent.fields.get("medlem", "").strip()[:20]
        if sent.fault or sent.file is None:
            fault = sent.fault or _("Vælg en fil, der ikke er tom.")
            return await run_in_threadpool(_page, request, visit, error=("f-fil", fault))
        name = sent.upload.name
        await sent.file.seek(0)  # its length was asked for
        content = await sent.file.read()
    return await run_in_threadpool(_read_in, request, visit, content, name, member)


@router.post(HERE + "/{shift_id}/fjern")
def remove(visit: Planner, shift_id: int) -> Response:
    """Take one shift away."""
    try:
        removed = work.remove_shift(desk_of(visit), shift_id)
    except NotFound as nothing:
        raise Refused from nothing
    if not removed:
        return RedirectResponse(f"{HERE}?gjort=var-fjernet", status_code=303)
    visit.audit("end", ref=str(shift_id))
    return RedirectResponse(f"{HERE}?gjort=fjernet", status_code=303)


@router.post(HERE + "/fravaer")
def report(
    request: Request,
    visit: Teller,
    hvem: Text = "",
    fra: Text = "",
    til: Text = "",
    tidsrum: Text = "",
) -> Response:
    """Store that somebody is not there; why is asked of nobody."""
    typed = {"f_hvem": hvem, "f_fra": fra, "f_til": til, "f_tidsrum": tidsrum}
    try:
        first = _day(fra)
        work.report_absence(desk_of(visit), hvem, first, _day(til) if til else first, tidsrum)
    except InvalidInput as fault:
        return _page(request, visit, typed=typed, error=("f-f_hvem", fault.words))
    visit.audit("create", ref=hvem, first=fra)
    return RedirectResponse(f"{HERE}?gjort=fravaer&fra={fra}#fravaer", status_code=303)


@router.post(HERE + "/fravaer/{absence_id}/fjern")
def take_back(visit: Teller, absence_id: int) -> Response:
    """Take an absence back."""
    try:
        removed = store.remove_absence(visit.session, absence_id)
    except NotFound as nothing:
        raise Refused from nothing
    if not removed:
        return RedirectResponse(f"{HERE}?gjort=var-fjernet#fravaer", status_code=303)
    visit.audit("end", ref=str(absence_id))
    return RedirectResponse(f"{HERE}?gjort=tilbage#fravaer", status_code=303)


def _read_in(request: Request, visit: Visit, content: bytes, name: str, member: str) -> Response:
    try:
        whose = member if member and is_calendar(content) else None
        with visit.session.begin_nested():
            report = work.import_roster(desk_of(visit), content, file=name, member=whose)
    except InvalidInput as fault:
        return _page(request, visit, error=("f-fil", fault.words))
    if report.added:
        visit.audit("import", ref="", rows=report.rows, added=report.added)
    return _page(request, visit, report=report)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(_("Vælg en dag.")) from error


def _first(request: Request, today: date) -> date:
    try:
        asked = date.fromisoformat(request.query_params.get("fra", ""))
    except ValueError:
        return today
    return asked if abs((asked - today).days) < 10 * 366 else today


def _page(
    request: Request,
    visit: Visit,
    *,
    typed: dict[str, str] | None = None,
    error: tuple[str, str | Message] | None = None,
    report: RosterReport | None = None,
    told: list[Finding] | None = None,
    notices: tuple[Notice, ...] = (),
) -> HTMLResponse:
    desk = desk_of(visit)
    first = _first(request, desk.today)
    last = first + timedelta(days=DAYS - 1)
    detail = choices.police_detail(visit.session, desk.municipality)[0] if visit.caller.may(
        "police_choice.read"
    ) else None  # fmt: skip
    agencies = (*work.STREET_TEAM, *(("police",) if detail and detail.rosters else ()))
    kept = store.read_shifts(visit.session, first, last, agencies=agencies)
    ends = on_the_wall(last + timedelta(days=2), time(0))
    away = store.read_absences(visit.session, on_the_wall(first, time(0)), ends)
    own = work.own_agency(desk)
    teams = store.read_teams(visit.session, agency=own)
    failed = error or (report is not None and not report.is_stored)
    return render(
        request,
        "pages/duties.html",
        title=_("Vagter og fravær"),
        workspace="aften",
        wide=True,
        status=422 if failed else 200,
        crumbs=((_("Aften"), "/aften"),),
        notices=notices,
        here=HERE,
        first=first,
        earlier=first - timedelta(days=DAYS),
        later=first + timedelta(days=DAYS),
        evenings=[_evening(first + timedelta(days=n), kept, away) for n in range(DAYS)],
        today=desk.today,
        findings=work.findings(desk, first, last),
        told=told or [],
        absences=store.read_absences(
            visit.session, datetime.now(UTC), datetime.now(UTC) + timedelta(days=366)
        ),
        who=[
            (code, f"{code} ({team.name})" if code == team.code else code)
            for team in teams
            for code in (team.code, *team.member_codes)
        ],
        agencies=words.AGENCIES,
        parts=list(PARTS_OF_EVENING),
        own=own,
        may_plan=work.may_plan(desk),
        may_tell=visit.caller.may("absence.write"),
        may_set=visit.caller.may("police_choice.read"),  # as the page itself asks
        typed=typed or {},
        error=error,
        report=report,
    )


def _evening(day: date, kept: list[KeptShift], away: list[KeptAbsence]) -> Evening:
    shifts = tuple(one for one in kept if one.evening == day)
    starts, ends = on_the_wall(day, time(12)), on_the_wall(day + timedelta(days=1), time(6))
    return Evening(
        day, shifts, tuple(one for one in away if one.starts_at < ends and one.ends_at > starts)
    )
