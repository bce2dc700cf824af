"""Sending a file, following how far it is, ending it, and the report of what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from api.access import Visit, needs
from api.import_requests import (
    cancel,
    jobs_of,
    sendable,
    sent_with,
    start,
    stored_before,
    stored_by,
    takes_files,
)
from api.import_words import INCIDENTS, in_the_form, said
from api.job_course import course_of
from api.jobs import Job
from api.pages.import_choices import AREA_KINDS, Wanted
from api.pages.imports import HERE
from api.web.frame import frame_of
from api.web.listing import Column
from api.web.page import render
from api.web.translations import Message, _, shown
from geo_service.domain import vocabulary as words
from geo_service.domain.evenings import COPENHAGEN
from geo_service.workflows.progress import MOST_TOLD

router = APIRouter(include_in_schema=False)

SHOWN_REJECTIONS: Final = 100
Sender = Annotated[Visit, needs("incident.import", "area.write")]
REJECTION_COLUMNS: Final = (
    Column("place", _("Hvor")),
    Column("column", _("Kolonne")),
    Column("found", _("Fundet")),
    Column("wanted", _("Ventet")),
)


@router.get(f"{HERE}/ny")
def new_import(request: Request, visit: Sender) -> HTMLResponse:
    """Return the form to send a file with."""
    visit.audit("read", ref=request.url.path)
    return _form(request, visit, Wanted(), [])


@router.post(f"{HERE}/ny")
async def send(request: Request, visit: Sender) -> Response:
    """Start reading a file in; the browser goes on to the page that follows it."""
    if not takes_files(request):
        return _form(request, visit, Wanted(), [], status=503)
    async with sent_with(request, file_field="fil") as sent:
        wanted = Wanted.of(sent.fields)
        of_incidents = sendable(visit) == INCIDENTS
        errors = [] if of_incidents else wanted.errors(datetime.now(COPENHAGEN).date())
        if fault := sent.fault:
            errors.insert(0, ("f-fil", fault))
        if errors:
            return _form(request, visit, wanted, errors)
        choices = {"accept_partial": wanted.accept_partial} if of_incidents else wanted.choices()
        job = await run_in_threadpool(start, request, visit, sent.upload, choices)
    return RedirectResponse(_page_of(job), status_code=303)


@router.get(f"{HERE}/arbejde/{{job_id}}")
def follow(request: Request, visit: Sender, job_id: str) -> HTMLResponse:
    """Return how far a job is, or what became of it."""
    job = jobs_of(request).find(job_id, visit.caller)
    visit.audit("read", ref=request.url.path, state=job.state)
    shown = _how_many(request.query_params.get("vis", ""))
    return render(
        request,
        "pages/import_job.html",
        title=_("Indlæsning af %(file)s", file=job.file_name),
        workspace="data",
        crumbs=((_("Data"), "/data"), (_("Indlæsninger"), HERE)),
        job=job,
        stored=stored_by(visit, job),
        before=stored_before(visit, job),
        here=_page_of(job),
        columns=REJECTION_COLUMNS,
        rejections=job.report.get("rejections", [])[:shown],
        more=min(shown * 4, MOST_TOLD) if len(job.report.get("rejections", [])) > shown else None,
        text=said(in_the_form(job.text)),
        in_the_form=in_the_form,
    )


@router.get(f"{HERE}/arbejde/{{job_id}}/forloeb")
def events(request: Request, visit: Sender, job_id: str) -> StreamingResponse:
    """Return the course of a job as server-sent events.

    Whether the caller may is settled here. The visit, and with it the database session, is
    closed before the first event is sent (`needs` has scope="function"), so a stream that is
    open for minutes holds no connection.
    """
    job = jobs_of(request).find(job_id, visit.caller)
    visit.audit("read", ref=request.url.path)
    frame = frame_of(request)
    return StreamingResponse(
        course_of(
            job,
            frame.link(_page_of(job)),
            said=lambda text: str(shown(said(in_the_form(text)), frame.language)),
        ),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.post(f"{HERE}/arbejde/{{job_id}}/afbryd")
def end(request: Request, visit: Sender, job_id: str) -> RedirectResponse:
    """End a job; nothing of it is stored."""
    return RedirectResponse(_page_of(cancel(request, visit, job_id)), status_code=303)


def _page_of(job: Job) -> str:
    return f"{HERE}/arbejde/{job.id}"


def _form(
    request: Request,
    visit: Visit,
    wanted: Wanted,
    errors: list[tuple[str, Message]],
    *,
    status: int = 200,
) -> HTMLResponse:
    return render(
        request,
        "pages/import_new.html",
        title=_("Læs en fil ind"),
        workspace="data",
        status=422 if errors else status,
        crumbs=((_("Data"), "/data"), (_("Indlæsninger"), HERE)),
        takes_files=takes_files(request),
        kind=sendable(visit),
        wanted=wanted,
        errors=errors,
        wrong=dict(errors),
        area_kinds=[(key, words.AREA_KINDS[key]) for key in AREA_KINDS],
    )


def _how_many(asked: str) -> int:
    """Return how many rejections to show; nonsense means the first."""
    if not asked.isascii() or not asked.isdigit() or len(asked) > len(str(MOST_TOLD)):
        return SHOWN_REJECTIONS
    return max(SHOWN_REJECTIONS, min(int(asked), MOST_TOLD))
