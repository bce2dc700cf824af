"""The meeting, part A: what became of the last agreement, what is new, and what is coming up."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Refused, Visit
from api.pages.agreement_news import last_agreement, need_of, news_of
from api.pages.agreements import CRUMBS, HERE, Reader, Signer, agreement_of
from api.pages.evening_desk import Version, desk_of
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import _
from geo_service.domain import vocabulary as words
from geo_service.domain.agreements import State, Step, is_settled, kept_share, steps_for
from geo_service.domain.calendar import calendar_of
from geo_service.domain.evenings import LONGEST_EVENING, at_hour
from geo_service.errors import Conflict, InvalidInput, NotFound
from geo_service.storage import agreements as store
from geo_service.storage import calendar as calendar_store
from geo_service.storage import evening_log as log_store
from geo_service.storage.agreements import Agreement
from geo_service.workflows import agreements as work
from geo_service.workflows import presence_ledger
from geo_service.workflows.evening_log import TRENDS

router = APIRouter(include_in_schema=False)


@router.get(HERE + "/{plan_id}/moede")
def meeting(
    request: Request,
    visit: Reader,
    plan_id: int,
    gjort: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Return the meeting's page for an agreement that is to be made."""
    notices = (Notice(_("Gemt.")),) if gjort == "holdt" else ()
    return _page(request, visit, plan_id, notices=notices)


@router.post(HERE + "/{plan_id}/holdt/{last_id}")
def keep(
    request: Request,
    visit: Signer,
    plan_id: int,
    last_id: int,
    version: Version,
    holdt: Annotated[list[str] | None, Form()] = None,
    resten: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Store what became of the last agreement's commitments; `holdt` has NUMBER:WORD of each."""
    agreement_of(visit, plan_id)
    said = {}
    for one in holdt or []:
        number, _mark, word = one.partition(":")
        if not (number.isascii() and number.isdigit()):
            raise Refused
        said[int(number)] = word
    desk = desk_of(visit)
    if resten in ("held", "logged"):
        past = [
            one for one in store.read_lines(visit.session, last_id) if one.evening <= desk.today
        ]
        area = desk.agreement(last_id).hotspot_area
        held = (
            presence_ledger.logged_lines(desk, area, past)
            if resten == "logged"
            else {one.id for one in past}
        )
        said |= {one.id: said.get(one.id) or one.kept or "held" for one in past if one.id in held}
    try:
        with visit.session.begin_nested():
            work.keep(desk, last_id, version, said)
    except Conflict as conflict:
        return _page(request, visit, plan_id, conflict=conflict, status=409)
    except NotFound as nothing:
        raise Refused from nothing
    except InvalidInput as fault:
        return _page(request, visit, plan_id, error=fault.words, status=422)
    visit.audit("change", ref=str(last_id), what="kept", count=len(said))
    return RedirectResponse(f"{HERE}/{plan_id}/moede?gjort=holdt#sidst", status_code=303)


def _page(
    request: Request,
    visit: Visit,
    plan_id: int,
    *,
    status: int = 200,
    notices: tuple[Notice, ...] = (),
    error: str | None = None,
    conflict: Conflict | None = None,
) -> HTMLResponse:
    desk = desk_of(visit)
    agreement = agreement_of(visit, plan_id)
    last = last_agreement(visit, agreement)
    lines = store.read_lines(visit.session, last.id) if last else []
    since = last.first_evening if last else agreement.first_evening - timedelta(days=14)
    sees_notes = visit.caller.sees("log.read", "minutes")
    area = agreement.hotspot_area
    over = presence_ledger.span_of(desk, last) if last else None
    until = min(desk.today, agreement.last_evening)
    notes = (
        log_store.read_notes(visit.session, since, until, hotspot_area=area) if sees_notes else []
    )
    return render(
        request,
        "pages/meeting.html",
        title=_("Mødet, del A: området"),
        workspace="aften",
        notices=notices,
        status=status,
        crumbs=(*CRUMBS, (_("Aftalen"), f"{HERE}/{plan_id}")),
        here=f"{HERE}/{plan_id}",
        agreement=agreement,
        last=last,
        lines=[line for line in lines if line.evening <= desk.today],
        logged=presence_ledger.logged_lines(desk, area, lines),
        share=kept_share(line.kept for line in lines),
        ledger=presence_ledger.read_delivered(desk, area, over).ledger if over else None,
        may_keep=last is not None and is_settled(last.state),
        is_reviewed=last is not None and last.state is State.reviewed,
        may_review=last is not None
        and all(line.kept for line in lines)
        and Step.review
        in steps_for(
            last.state,
            visit.caller.role,
            signed=last.signed,
            last=last.last_evening,
            today=desk.today,
        ),
        last_here=f"{HERE}/{last.id}" if last else "",
        released=(
            [one for one in notes if one.released_at is not None]
            if sees_notes
            else log_store.read_released(visit.session, since, until, hotspot_area=area)
        ),
        **news_of(need_of(request, visit, agreement), last, visit.identity.signed_in.is_demo),
        unreleased=sum(one.released_at is None for one in notes),
        **_coming(visit, agreement),
        trends=TRENDS,
        types=words.CRIME_TYPES,
        kept=words.KEPT,
        agencies=words.AGENCIES,
        forms=words.PRESENCE_FORMS,
        error=error,
        conflict=conflict,
    )


def _coming(visit: Visit, agreement: Agreement) -> dict[str, Any]:
    """Return what the calendar knows of the agreement's evenings, and whether it knows holidays."""
    place = visit.caller.municipality or ""
    holidays = calendar_store.read_school_holidays(visit.session, place)
    first, last = agreement.first_evening, agreement.last_evening
    facts = calendar_of(first, (last - first).days + 1, holidays, municipality=place)
    return {
        "evenings": [one for one in facts if one.holiday or one.school_holiday],
        "knows_holidays": any(one.last >= first for one in holidays),
        "activities": calendar_store.read_activities(
            visit.session, agreement.hotspot_area, at_hour(first, 0), at_hour(last, LONGEST_EVENING)
        ),
    }
