"""School holidays and activities: what evenings and offers are planned by."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Refused, Visit, needs
from api.import_requests import sent_with
from api.pages.evening_desk import desk_of, hotspot_of
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import Message, _
from geo_service.domain.vocabulary import ACTIVITY_KINDS
from geo_service.errors import AlreadyExists, InvalidInput, NotFound
from geo_service.storage import calendar_editing as store
from geo_service.workflows import calendar_dates as work
from geo_service.workflows.calendar_dates import ActivityForm

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/kalender"
DONE: Final[dict[str, Message]] = {
    "gemt": _("Gemt."),
    "fjernet": _("Fjernet."),
    "var-fjernet": _("Den var allerede fjernet."),
}

Reader = Annotated[Visit, needs("activity.read")]
ActivityWriter = Annotated[Visit, needs("activity.write")]
HolidayWriter = Annotated[Visit, needs("school_holiday.write")]
Text = Annotated[str, Form(max_length=200)]
Tick = Annotated[str, Form(max_length=4)]


@router.get(HERE)
def calendar(
    request: Request, visit: Reader, gjort: Annotated[str, Query(max_length=20)] = ""
) -> HTMLResponse:
    """Return the coming holidays and activities, and the forms of whoever may add to them."""
    return _page(request, visit, notices=(Notice(DONE[gjort]),) if gjort in DONE else ())


def _activity(
    art: Text = "",
    navn: Text = "",
    sted: Text = "",
    dag: Text = "",
    start: Text = "",
    slut: Text = "",
    alle: Tick = "",
) -> ActivityForm:
    """Return an activity as it was typed."""
    return ActivityForm(art, navn, sted, dag, start, slut, alle == "1")


@router.post(HERE)
def add_activity(
    request: Request, visit: ActivityWriter, typed: Annotated[ActivityForm, Depends(_activity)]
) -> Response:
    """Store something that happens."""
    hotspot = hotspot_of(visit)
    try:
        work.add_activity(desk_of(visit), hotspot[0] if hotspot else None, typed)
    except InvalidInput as fault:
        return _page(request, visit, error=("f-navn", fault.words), typed=typed)
    visit.audit("create", ref="activity", kind=typed.kind)
    return RedirectResponse(f"{HERE}?gjort=gemt", status_code=303)


@router.post(HERE + "/begivenhed/{activity_id}/fjern")
def remove_activity(visit: ActivityWriter, activity_id: int) -> Response:
    """Take an activity away."""
    try:
        removed = store.remove_activity(visit.session, activity_id)
    except NotFound as nothing:
        raise Refused from nothing
    return _removed(visit, activity_id, removed=removed)


@router.post(HERE + "/ferie")
def add_holiday(
    request: Request, visit: HolidayWriter, navn: Text = "", fra: Text = "", til: Text = ""
) -> Response:
    """Store a school holiday that was typed."""
    try:
        first, last = date.fromisoformat(fra), date.fromisoformat(til)
        with visit.session.begin_nested():
            told = work.add_holiday(desk_of(visit), navn, first, last)
    except ValueError as fault:
        text = fault.words if isinstance(fault, InvalidInput) else _("Vælg første og sidste dag.")
        return _page(request, visit, error=("f-ferie", text))
    except (InvalidInput, AlreadyExists) as fault:
        return _page(request, visit, error=("f-ferie", fault.words))
    visit.audit("create", ref="school_holiday", first=fra)
    if told:
        return _page(request, visit, told=told, notices=(Notice(DONE["gemt"]),))
    return RedirectResponse(f"{HERE}?gjort=gemt", status_code=303)


@router.post(HERE + "/ferie/fil")
async def send(request: Request, visit: HolidayWriter) -> Response:
    """Read the holidays of a file in, all or none."""
    async with sent_with(request, file_field="fil") as sent:
        if sent.fault or sent.file is None:
            fault = sent.fault or _("Vælg en fil, der ikke er tom.")
            return await run_in_threadpool(_page, request, visit, error=("f-fil", fault))
        name = sent.upload.name
        await sent.file.seek(0)  # its length was asked for
        content = await sent.file.read()
    return await run_in_threadpool(_read_in, request, visit, content, name)


@router.post(HERE + "/ferie/{holiday_id}/fjern")
def remove_holiday(visit: HolidayWriter, holiday_id: int) -> Response:
    """Take a school holiday away."""
    try:
        removed = store.remove_holiday(visit.session, holiday_id)
    except NotFound as nothing:
        raise Refused from nothing
    return _removed(visit, holiday_id, removed=removed)


def _removed(visit: Visit, number: int, *, removed: bool) -> Response:
    """Lead back; whoever came second, or asks for what nobody has, is told that it is gone."""
    if removed:
        visit.audit("end", ref=str(number))
    return RedirectResponse(f"{HERE}?gjort={'' if removed else 'var-'}fjernet", status_code=303)


def _read_in(request: Request, visit: Visit, content: bytes, name: str) -> Response:
    try:
        report = work.read_holidays(desk_of(visit), content, file=name)
    except InvalidInput as fault:
        return _page(request, visit, error=("f-fil", fault.words))
    if report.stored:
        visit.audit("import", ref="", rows=report.rows, added=report.stored)
    return _page(request, visit, report=report)


def _page(request: Request, visit: Visit, **context: Any) -> HTMLResponse:
    desk, hotspot = desk_of(visit), hotspot_of(visit)
    known: dict[str, Any] = {"error": None, "typed": None, "told": [], "report": None}
    report = context.get("report")
    failed = context.get("error") or (report is not None and report.rejections)
    return render(
        request,
        "pages/calendar.html",
        title=_("Skoleferier og begivenheder"),
        workspace="aften",
        status=422 if failed else 200,
        crumbs=((_("Aften"), "/aften"),),
        here=HERE,
        holidays=store.read_holidays(visit.session, desk.municipality, desk.today),
        activities=store.read_coming(
            visit.session, hotspot[0] if hotspot else None, datetime.now(UTC)
        ),
        kinds=ACTIVITY_KINDS,
        area_name=hotspot[1] if hotspot else None,
        may_write=visit.caller.may("activity.write"),
        today=desk.today,
        **(known | context),
    )
