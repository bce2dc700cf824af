"""The evening plan of an agreement as one file to take along: confidential, and audited."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import Refused, Visit
from api.pages.agreement_news import need_of
from api.pages.agreements import HERE, Reader, agreement_of
from api.pages.evening_desk import desk_of
from geo_service.storage import agreements as store
from geo_service.workflows.agreement_map import agreement_map

router = APIRouter(include_in_schema=False)


@router.get(HERE + "/{plan_id}/kort")
def evening_plan(request: Request, visit: Reader, plan_id: int) -> Response:
    """Return the map of the agreement's evenings as a file that needs no network."""
    agreement = agreement_of(visit, plan_id)
    need = need_of(request, visit, agreement)
    if need is None:
        raise Refused
    lines = store.read_lines(visit.session, plan_id)
    html = agreement_map(
        desk_of(visit),
        agreement,
        lines,
        need,
        place=_name(visit, agreement.hotspot_area),
        drawn_at=datetime.now(UTC),
    )
    visit.audit("export", ref=str(plan_id), what="map", lines=len(lines), precision=need.precision)
    name = f"aftenplan-{agreement.first_evening}.html"
    return Response(
        html,
        media_type="text/html; charset=utf-8",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


def _name(visit: Visit, hotspot_area: str) -> str:
    return dict(visit.identity.hotspot_choices).get(hotspot_area, hotspot_area)
