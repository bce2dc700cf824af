"""Foreslå: a proposal for an agreement's evenings; each side takes up its own lines."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse

from api.access import Visit, needs
from api.job_course import course_of
from api.pages.agreements import CRUMBS, HERE, agreement_of, board
from api.pages.evening_desk import Text, Version, desk_of
from api.plan_jobs import PlanJobs
from api.routes.plans import plan_jobs_of
from api.web.formats import weeks
from api.web.frame import frame_of
from api.web.listing import Column
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import Message, _
from geo_service.domain import vocabulary as words
from geo_service.domain.agreements import is_settled
from geo_service.errors import Conflict, InvalidInput
from geo_service.planning.plan_told import is_weighted, lines_of
from geo_service.storage import choices
from geo_service.workflows import take_proposal as work
from geo_service.workflows.agreement_desk import OWN_AGENCY
from geo_service.workflows.plan_inputs import NO_POLICE_ROSTERS
from geo_service.workflows.plan_request import Asked

router = APIRouter(include_in_schema=False)

Reader = Annotated[Visit, needs("proposal.read")]
Writer = Annotated[Visit, needs("proposal.write")]
PAGE: Final = HERE + "/{plan_id}/forslag"
MOST_GAPS: Final = 12
JOINT_AT_FIRST: Final = 4
SHARE: Final = Column("share", _("Behov dækket"), numeric=True)
COVERED: Final = Column("covered", _("Ventede hændelser dækket"), numeric=True)
WEIGHTED: Final = Column("covered", _("Vægtet behov dækket"), numeric=True)
STAGE_COLUMNS: Final = (
    Column("what", _("Formål")),
    Column("value", _("Nået"), numeric=True),
    Column("bound", _("Bedste mulige"), numeric=True),
    Column("says", _("Sikkerhed")),
)


@router.get(PAGE)
def proposal(request: Request, visit: Reader, plan_id: int) -> HTMLResponse:
    """Return the newest proposal for an agreement, and the form that makes another."""
    return _page(request, visit, plan_id)


def _page(
    request: Request,
    visit: Visit,
    plan_id: int,
    *,
    error: str | None = None,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    agreement = agreement_of(visit, plan_id)
    desk = desk_of(visit)
    found = work.for_agreement(desk, agreement)
    told = found.result if found else {}
    lines = lines_of(told) if told else []
    days = groupby(map(_with_times, lines), key=lambda one: one["evening"])
    covered = WEIGHTED if is_weighted(told) else COVERED
    shows_rosters = choices.police_detail(visit.session, desk.municipality)[0].rosters
    span = weeks(agreement.first_evening, agreement.last_evening, "").strip()
    return render(
        request,
        "pages/proposal.html",
        title=_("Forslag til aftalen uge %(weeks)s", weeks=span),
        workspace="aften",
        wide=True,
        status=422 if error else 200,
        crumbs=(*CRUMBS, (_("Aftalen uge %(weeks)s", weeks=span), f"{HERE}/{plan_id}")),
        here=f"{HERE}/{plan_id}/forslag",
        agreement=agreement,
        proposal=found,
        told=told,
        lines=lines,
        days=[(day, list(of_day)) for day, of_day in days],
        gaps=[_with_times(one) for one in told.get("gaps", [])[:MOST_GAPS]],
        typed=_as_typed(told, typed, shows_rosters=shows_rosters),
        weighted=is_weighted(told),
        price_columns=(Column("joint", _("Fælles besøg")), SHARE, covered),
        other_columns=(
            Column("plan", _("Plan")),
            SHARE,
            covered,
            Column("joint", _("Fælles besøg"), numeric=True),
        ),
        stage_columns=STAGE_COLUMNS,
        no_rosters=None if shows_rosters else NO_POLICE_ROSTERS,
        own=OWN_AGENCY.get(visit.caller.role),
        may_take=not is_settled(agreement.state) and agreement.state.value != "reviewed",
        agencies=words.AGENCIES,
        forms=words.PRESENCE_FORMS,
        error=error,
    )


def _as_typed(
    told: dict[str, Any], typed: dict[str, str] | None, *, shows_rosters: bool
) -> dict[str, str]:
    """Return what the form shows: what was just typed, or what the last proposal was asked for."""
    if typed is not None:
        return typed
    asked = told.get("asked", {})
    return {
        "faelles": str(told["joint_visits"] if told else JOINT_AT_FIRST if shows_rosters else 0),
        "loft": str(round(asked.get("most_share", 1) * 100)),
        "mindst": str(asked.get("least_visits", 0)),
        "adskilt": "1" if asked.get("forbid_overlap") else "",
    }


def _with_times(one: dict[str, Any]) -> dict[str, Any]:
    """Return a line or a gap with its day and times as such."""
    return one | {
        "evening": date.fromisoformat(one["evening"]),
        "starts_at": datetime.fromisoformat(one["starts_at"]),
        "ends_at": datetime.fromisoformat(one["ends_at"]),
    }


@router.post(PAGE)
def propose(
    request: Request,
    visit: Writer,
    plan_id: int,
    faelles: Text = "0",
    adskilt: Text = "",
    loft: Text = "100",
    mindst: Text = "0",
) -> Response:
    """Start a proposal for the agreement's evenings; the browser goes on to follow it."""
    agreement = agreement_of(visit, plan_id)
    evenings = (agreement.last_evening - agreement.first_evening).days + 1
    try:
        asked = Asked(
            agreement.hotspot_area,
            agreement.first_evening,
            evenings,
            joint_visits=_whole(faelles, _("Antallet af fælles besøg er et helt tal fra 0.")),
            forbid_overlap=adskilt == "1",
            most_share=_whole(loft, _("Loftet for ét sted er hele procent fra 1 til 100.")) / 100,
            least_visits=_whole(mindst, _("Mindste antal besøg om ugen er et helt tal fra 0.")),
        )
    except InvalidInput as fault:
        typed = {"faelles": faelles, "loft": loft, "mindst": mindst, "adskilt": adskilt}
        return _page(request, visit, plan_id, error=fault.words, typed=typed)
    job = plan_jobs_of(request).propose(visit.caller, asked.as_json())
    visit.audit("create", ref=job.id, hotspot_area=agreement.hotspot_area)
    return RedirectResponse(f"{HERE}/{plan_id}/forslag/arbejde/{job.id}", status_code=303)


def _whole(typed: str, otherwise: str) -> int:
    said = typed.strip()
    if not said.isascii() or not said.isdigit():
        raise InvalidInput(otherwise)
    return int(said)


@router.get(PAGE + "/arbejde/{job_id}")
def follow(request: Request, visit: Writer, plan_id: int, job_id: str) -> Response:
    """Return how far a proposal is; one that is ready is shown."""
    agreement_of(visit, plan_id)
    job = plan_jobs_of(request).find(job_id, visit.caller)
    visit.audit("read", ref=request.url.path, state=job.state)
    if job.state == "done":
        return RedirectResponse(f"{HERE}/{plan_id}/forslag", status_code=303)
    return render(
        request,
        "pages/proposal_job.html",
        title=_("Et forslag regnes ud"),
        workspace="aften",
        crumbs=(*CRUMBS, (_("Aftalen"), f"{HERE}/{plan_id}")),
        job=job,
        here=f"{HERE}/{plan_id}/forslag/arbejde/{job_id}",
        back=f"{HERE}/{plan_id}/forslag",
    )


@router.get(PAGE + "/arbejde/{job_id}/forloeb")
def events(request: Request, visit: Writer, plan_id: int, job_id: str) -> StreamingResponse:
    """Return the course of a proposal as server-sent events."""
    job = plan_jobs_of(request).find(job_id, visit.caller)
    visit.audit("read", ref=request.url.path)
    frame = frame_of(request)
    page = frame.link(f"{HERE}/{plan_id}/forslag/arbejde/{job_id}")
    return StreamingResponse(
        course_of(job, page, said=lambda text: text),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.post(PAGE + "/arbejde/{job_id}/afbryd")
def end(request: Request, visit: Writer, plan_id: int, job_id: str) -> RedirectResponse:
    """End a proposal that is under way; nothing of it is stored."""
    jobs: PlanJobs = plan_jobs_of(request)
    job = jobs.find(job_id, visit.caller)
    visit.audit("create", ref=job.id, cancelled=jobs.cancel(job))
    return RedirectResponse(f"{HERE}/{plan_id}/forslag/arbejde/{job_id}", status_code=303)


@router.post(PAGE + "/{proposal_id}/tag")
def take(
    request: Request,
    visit: Writer,
    plan_id: int,
    proposal_id: int,
    version: Version,
    linje: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Put the chosen lines of one's own side into the agreement."""
    agreement_of(visit, plan_id)
    try:
        with visit.session.begin_nested():
            taken = work.take(desk_of(visit), plan_id, proposal_id, version, linje or [])
    except Conflict as conflict:
        return board(request, visit, plan_id, conflict=conflict)
    except InvalidInput as fault:
        return _page(request, visit, plan_id, error=fault.words)
    visit.audit("change", ref=str(plan_id), proposal=proposal_id, added=taken.added)
    outdated = work.is_outdated(request.app.state.database, visit.caller, taken.proposal)
    return board(request, visit, plan_id, notices=_notices(taken, outdated=outdated))


def _notices(taken: work.Taken, *, outdated: bool) -> tuple[Notice, ...]:
    added: Message = _("%(count)s linjer af forslaget er sat ind.", count=taken.added)
    left: Message = _(
        "%(count)s blev udeladt, fordi der allerede står noget på den tid.", count=taken.left_out
    )
    old: Message = _(
        "Steder, behov eller vagter er ændret, siden forslaget blev regnet ud. Se linjerne efter, "
        "eller lav et nyt forslag."
    )
    return (
        Notice(added),
        *((Notice(left, kind="warn"),) if taken.left_out else ()),
        *((Notice(old, kind="warn"),) if outdated else ()),
    )


@router.post(PAGE + "/{proposal_id}/drop")
def drop(visit: Writer, plan_id: int, proposal_id: int) -> RedirectResponse:
    """Say that nobody takes a proposal up."""
    agreement_of(visit, plan_id)
    if work.drop(desk_of(visit), plan_id, proposal_id):
        visit.audit("change", ref=str(plan_id), proposal=proposal_id, dropped=True)
    return RedirectResponse(f"{HERE}/{plan_id}?gjort=droppet", status_code=303)
