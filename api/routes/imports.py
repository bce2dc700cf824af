"""`/api/v1/imports`: send a file, see how far it is, end it, and what has come in."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.access import Refused, Visit, needs
from api.import_requests import Sent, cancel, jobs_of, sendable, sent_with, start, stored_by
from api.import_schemas import (
    MOST,
    ImportOut,
    ImportsOut,
    IncidentOrder,
    JobOut,
    described_body,
    order_of,
)
from api.import_words import INCIDENTS
from api.jobs import Job
from geo_service.storage import imports as store

router = APIRouter(prefix="/imports", tags=["imports"])

Reader = Annotated[Visit, needs("import.read")]
Sender = Annotated[Visit, needs("incident.import", "area.write")]
JobId = Annotated[str, Path(pattern=r"^[\w-]{1,64}$")]
LOCATION: Final[dict[int | str, dict[str, Any]]] = {
    202: {
        "headers": {"Location": {"schema": {"type": "string"}, "description": "Where to follow it"}}
    }
}


@router.get("")
def list_imports(
    visit: Reader,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> ImportsOut:
    """Return stored files, newest first."""
    found = store.stored_files(visit.session, limit=limit, offset=offset)
    return ImportsOut(
        total=store.count_stored_files(visit.session),
        imports=[ImportOut.of(one, visit.caller) for one in found],
    )


@router.post("", status_code=202, responses=LOCATION, openapi_extra=described_body())
async def send_file(request: Request, response: Response, visit: Sender) -> JobOut:
    """Begin to read a file in: incidents from the police, areas from the hotspot chief."""
    async with sent_with(request, file_field="file") as sent:
        choices = _choices(sent, sendable(visit))
        job = await run_in_threadpool(start, request, visit, sent.upload, choices)
    response.headers["Location"] = f"/api/v1/imports/jobs/{job.id}"
    return JobOut.of(job, import_id=None)


@router.get("/jobs/{job_id}")
def read_job(request: Request, visit: Sender, job_id: JobId) -> JobOut:
    """Return how far an import of one's own is, or for an hour what became of it."""
    job = jobs_of(request).find(job_id, visit.caller)
    visit.audit("read", ref=request.url.path, state=job.state)
    return _told(visit, job)


@router.post("/jobs/{job_id}/cancel")
def cancel_job(request: Request, visit: Sender, job_id: JobId) -> JobOut:
    """End an import of one's own that is under way: nothing of it is stored."""
    return _told(visit, cancel(request, visit, job_id))


def _choices(sent: Sent, sendable: str | None) -> dict[str, Any]:
    """Return what was said of the file; of a kind that the role does not send, nothing is known."""
    order = order_of(sent.fields)
    if isinstance(order, IncidentOrder) != (sendable == INCIDENTS):
        raise Refused
    return order.choices


def _told(visit: Visit, job: Job) -> JobOut:
    stored = stored_by(visit, job)
    return JobOut.of(job, import_id=None if stored is None else stored.id)
