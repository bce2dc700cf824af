"""The agreement's sheet (aftaleark): one A4, as a page and as PDF."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.access import Visit
from api.pages.agreement_news import last_agreement, need_of
from api.pages.agreements import CRUMBS, HERE, Reader, agreement_of
from api.pages.evening_desk import desk_of
from api.papers import pdf_answer
from api.web.page import render
from api.web.translations import _
from geo_service.analysis.usual import Level
from geo_service.domain import vocabulary as words
from geo_service.domain.agreements import state_on
from geo_service.storage import agreements as store
from geo_service.storage.agreements import Agreement

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Since:
    """What the meeting began with: how the last agreement was kept, and what has changed."""

    last: Agreement
    kept: tuple[tuple[str, int], ...]
    """The word, and how many lines."""
    more: tuple[str, ...]
    """Where there is more than usual: a place, or a rode or square with the places in it."""
    less: tuple[str, ...]
    can_say: bool
    """Whether there is enough to say what has changed of any place."""


@router.get(HERE + "/{plan_id}/ark")
def sheet(request: Request, visit: Reader, plan_id: int) -> HTMLResponse:
    """Return the sheet as a page that prints as one A4."""
    return render(
        request,
        "pages/agreement_sheet.html",
        title=_("Aftaleark"),
        workspace="aften",
        crumbs=(*CRUMBS, (_("Aftalen"), f"{HERE}/{plan_id}")),
        here=f"{HERE}/{plan_id}",
        **_content(request, visit, plan_id),
    )


@router.get(HERE + "/{plan_id}/ark.pdf")
def sheet_pdf(request: Request, visit: Reader, plan_id: int) -> Response:
    """Return the sheet as PDF."""
    content = _content(request, visit, plan_id)
    visit.audit("export", ref=str(plan_id), what="sheet", lines=len(content["lines"]))
    first = content["agreement"].first_evening
    return pdf_answer("sheet.html", f"aftale-{first}", title="Aftaleark", **content)


def _content(request: Request, visit: Visit, plan_id: int) -> dict[str, Any]:
    desk = desk_of(visit)
    agreement = agreement_of(visit, plan_id)
    names = dict(visit.identity.hotspot_choices)
    state = state_on(agreement.state, agreement.first_evening, agreement.last_evening, desk.today)
    return {
        "agreement": agreement,
        "area_name": names.get(agreement.hotspot_area, agreement.hotspot_area),
        "lines": store.read_lines(visit.session, plan_id),
        "since": _since(request, visit, agreement),
        "amendments": store.read_amendments(visit.session, plan_id),
        "forms": words.PRESENCE_FORMS,
        "agencies": words.AGENCIES,
        "state_word": words.PLAN_SEEN[state].capitalize(),
        "made_at": datetime.now(UTC),
        "is_demo": visit.identity.signed_in.is_demo,
    }


def _since(request: Request, visit: Visit, agreement: Agreement) -> Since | None:
    """Return how the last agreement was kept and what has changed; None for the first one."""
    last = last_agreement(visit, agreement)
    if last is None:
        return None
    kept = Counter(line.kept or "" for line in store.read_lines(visit.session, last.id))
    said = [(word, kept[code]) for code, word in words.KEPT.items() if kept[code]]
    if kept[""]:
        said.append(("ikke gennemgået", kept[""]))
    need = need_of(request, visit, agreement)
    news = need.news if need and not need.news.is_empty else None
    changed: dict[Level, list[str]] = defaultdict(list)
    for move in news.moves if news else ():
        places = ", ".join(move.places)
        changed[move.change.level].append(f"{move.ground} ({places})" if move.ground else places)
    can_say = news is not None and any(
        place.change.level is not Level.unknown for place in news.places
    )
    return Since(last, tuple(said), tuple(changed[Level.more]), tuple(changed[Level.less]), can_say)
