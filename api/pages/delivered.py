"""Planned and delivered (planlagt og gennemført): what was agreed, and what stands in the log."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Refused, Visit, needs
from api.pages.evening_desk import MOST, desk_of, hotspot_of
from api.web.listing import Column
from api.web.page import render
from api.web.translations import _
from geo_service.domain import vocabulary as words
from geo_service.workflows import presence_ledger as work
from geo_service.workflows.presence_ledger import Span

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/gennemfoert"
COLUMNS: Final = (
    Column("place", _("Sted")),
    Column("who", _("Hvem")),
    Column("planned", _("Aftalt"), numeric=True),
    Column("found", _("Heraf i loggen"), numeric=True),
    Column("visits", _("Besøg i loggen"), numeric=True),
    Column("minutes", _("Minutter i loggen"), numeric=True),
    Column("gap", _("Længst uden besøg"), numeric=True),
)
FINDINGS_SHOWN: Final = 8
Reader = Annotated[Visit, needs("presence.read")]


@router.get(HERE)
def delivered(
    request: Request, visit: Reader, aftale: Annotated[int, Query(ge=0, le=MOST)] = 0
) -> HTMLResponse:
    """Return what was agreed and what is logged, over one agreement or the last 14 evenings."""
    desk, hotspot = desk_of(visit), hotspot_of(visit)
    spans = work.agreement_spans(desk, hotspot[0]) if hotspot else []
    chosen = _chosen(spans, aftale) if aftale else work.last_evenings(desk)
    found = work.read_delivered(desk, hotspot[0], chosen) if hotspot else None
    return render(
        request,
        "pages/delivered.html",
        title=_("Planlagt og gennemført"),
        workspace="aften",
        wide=True,
        crumbs=((_("Aften"), "/aften"),),
        here=HERE,
        area_name=hotspot[1] if hotspot else None,
        may_choose=bool(visit.identity.hotspot_choices),
        span=chosen,
        spans=spans,
        ledger=found.ledger if found else None,
        lengths=found.lengths if found else (),
        findings=found.findings if found else (),
        suspended=found.suspended if found else (),
        kinds=words.PRESENCE_KINDS,
        shown=FINDINGS_SHOWN,
        released_only=work.sees_released_only(desk),
        columns=COLUMNS,
        agencies=words.AGENCIES,
    )


def _chosen(spans: list[Span], agreement_id: int) -> Span:
    """Return the evenings of an agreement; one that the caller does not reach is no page."""
    found = next((one for one in spans if one.agreement_id == agreement_id), None)
    if found is None:
        raise Refused
    return found
