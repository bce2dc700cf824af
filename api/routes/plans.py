"""`/api/v1/plans`: proposals for the evenings of a hotspot area; police and Hotspot chief only."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response

from api.access import Refused, Visit, needs
from api.plan_jobs import PlanJobs
from api.plan_schemas import PlanJobOut, PlanOrder, PlanOut, PlansOut, PlanSummary
from geo_service.errors import NotFound
from geo_service.storage import plan_proposals as store

router = APIRouter(prefix="/plans", tags=["plans"])

MOST: Final = 2**31 - 1
Reader = Annotated[Visit, needs("proposal.read")]
Writer = Annotated[Visit, needs("proposal.write")]
JobId = Annotated[str, Path(pattern=r"^[\w-]{1,64}$")]
LOCATION: Final[dict[int | str, dict[str, Any]]] = {
    202: {
        "headers": {"Location": {"schema": {"type": "string"}, "description": "Where to follow it"}}
    }
}


@router.get("")
def list_plans(
    visit: Reader,
    hotspot_area: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PlansOut:
    """Return proposals, the newest first."""
    found = store.read_proposals(visit.session, hotspot_area=hotspot_area, limit=limit)
    return PlansOut(plans=[PlanSummary.of(one) for one in found])


@router.post("", status_code=202, responses=LOCATION)
def propose(request: Request, response: Response, visit: Writer, order: PlanOrder) -> PlanJobOut:
    """Begin to make a proposal for some evenings."""
    areas = visit.caller.hotspot_areas
    if areas is not None and order.hotspot_area not in areas:
        raise Refused
    job = plan_jobs_of(request).propose(visit.caller, order.asked.as_json())
    visit.audit("create", ref=job.id, hotspot_area=order.hotspot_area)
    response.headers["Location"] = f"/api/v1/plans/jobs/{job.id}"
    return PlanJobOut.of(job)


@router.get("/jobs/{job_id}")
def read_job(request: Request, visit: Writer, job_id: JobId) -> PlanJobOut:
    """Return how far a proposal of one's own is, or for an hour what became of it."""
    job = plan_jobs_of(request).find(job_id, visit.caller)
    visit.audit("read", ref=request.url.path, state=job.state)
    return PlanJobOut.of(job)


@router.post("/jobs/{job_id}/cancel")
def cancel_job(request: Request, visit: Writer, job_id: JobId) -> PlanJobOut:
    """End a proposal of one's own that is under way: nothing of it is stored."""
    jobs = plan_jobs_of(request)
    job = jobs.find(job_id, visit.caller)
    visit.audit("create", ref=job.id, cancelled=jobs.cancel(job))
    return PlanJobOut.of(job)


@router.get("/{plan_id}")
def read_plan(visit: Reader, plan_id: Annotated[int, Path(ge=1, le=MOST)]) -> PlanOut:
    """Return one proposal: who is where and why, how sure it is, what is left open."""
    try:
        found = store.read_proposal(visit.session, plan_id)
    except NotFound as nothing:
        raise Refused from nothing
    return PlanOut.of(found)


def plan_jobs_of(request: Request) -> PlanJobs:
    """Return the proposals that this process has under way."""
    found: PlanJobs = request.app.state.plan_jobs
    return found
