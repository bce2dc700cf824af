"""How long what is kept: chosen per municipality, with the proof that deletion runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import Refused, Visit, needs
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import _
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.retention import KEPT, MOST_DAYS, cut_off
from geo_service.errors import Conflict
from geo_service.storage import retention as store
from geo_service.storage.audit_search import name_of
from geo_service.storage.tables import RetentionRun

router = APIRouter(include_in_schema=False)

HERE: Final = "/administration/opbevaring"
LATE: Final = timedelta(days=1)
Reader = Annotated[Visit, needs("retention.read")]
Writer = Annotated[Visit, needs("retention.write")]


@dataclass(frozen=True)
class Asked:
    """A period that deletes something, not saved before somebody agrees to it."""

    days: str
    due: int
    """Rows that the next run would delete."""


@dataclass(frozen=True)
class Shown:
    """One kind as the page shows it."""

    kind: str
    rule: store.Rule
    chosen_by: str | None
    last: RetentionRun | None
    oldest: date
    """The first day that is kept by a run of today."""
    written: str
    error: str | None = None
    asked: Asked | None = None


@router.get(HERE)
def retention_page(
    request: Request,
    visit: Reader,
    kommune: Annotated[str, Query(max_length=4)] = "",
    gemt: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """Return the rules of a municipality, and when each was last carried out."""
    notices = (Notice(_("Gemt. Fristen gælder fra næste kørsel.")),) if gemt in KEPT else ()
    return _page(request, visit, _place(visit, kommune), notices=notices)


@router.post(HERE)
def choose(
    request: Request,
    visit: Writer,
    kind: Annotated[str, Form(max_length=40)],
    version: Annotated[int, Form(ge=0, le=2**31 - 1)],
    keep_days: Annotated[str, Form(max_length=40)] = "",
    kommune: Annotated[str, Form(max_length=4)] = "",
    deletes: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Choose how long a kind is kept; what a shorter period deletes is told before it is saved.

    `deletes` is the number of rows that was told and agreed to.
    """
    place = _place(visit, kommune)
    if place is None or kind not in KEPT:
        raise Refused
    kept, days = KEPT[kind], keep_days.strip()
    if not (days.isascii() and days.isdigit() and kept.least_days <= int(days[:9]) <= MOST_DAYS):
        return _page(request, visit, place, wrong={kind: days}, status=422)
    seen = store.read_rules(visit.session, place)[kind]
    due = _due(visit, place, kind, int(days))
    if int(days) < seen.keep_days and due and deletes != str(due):
        return _page(request, visit, place, asked={kind: Asked(days, due)}, status=422)
    try:
        rule = store.Rule(place, kind, int(days), version)
        store.set_rule(visit.session, rule, changed_by=visit.caller.actor, now=datetime.now(UTC))
    except Conflict as conflict:
        return _conflict(request, visit, rule, seen, conflict)
    told: dict[str, Any] = {"fields": ["keep_days"], "was": seen.keep_days, "now": int(days)}
    visit.audit("change", ref=f"{place}:{kind}", **told, **({"deletes": due} if due else {}))
    return RedirectResponse(f"{HERE}?kommune={place}&gemt={kind}", status_code=303)


def _due(visit: Visit, place: str, kind: str, days: int) -> int:
    before = cut_off(_today(), days)
    return store.count_due(visit.session, kind, municipality=place, cut_off=before)


def _today() -> date:
    return datetime.now(UTC).astimezone(COPENHAGEN).date()


def _place(visit: Visit, asked: str) -> str | None:
    """Return the municipality that is meant, None if there is none yet."""
    own = visit.caller.municipality
    if own is not None:
        if asked not in ("", own):
            raise Refused
        return own
    places = store.municipalities(visit.session)
    if asked and asked not in places:
        raise Refused
    return asked or next(iter(places), None)


def _page(
    request: Request,
    visit: Visit,
    place: str | None,
    *,
    wrong: dict[str, str] | None = None,
    asked: dict[str, Asked] | None = None,
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    today = _today()
    places = store.municipalities(visit.session)
    rules = store.read_rules(visit.session, place) if place else {}
    runs = store.last_runs(visit.session, until=today)
    rows = [
        _shown(visit, rule, runs.get((place, kind)), (wrong or {}).get(kind), today)
        for kind, rule in rules.items()
    ]
    rows = [
        replace(row, asked=one, written=one.days) if (one := (asked or {}).get(row.kind)) else row
        for row in rows
    ]
    newest = max((row.last.as_of for row in rows if row.last), default=None)
    return render(
        request,
        "pages/retention.html",
        title=_("Opbevaring og sletning"),
        workspace="administration",
        status=status,
        crumbs=((_("Administration"), "/administration"),),
        here=HERE,
        place=place,
        place_name=places.get(place or "", ""),
        municipalities=places if visit.caller.municipality is None else {},
        rows=rows,
        kept=KEPT,
        most=MOST_DAYS,
        may_write=visit.caller.may("retention.write"),
        is_late=newest is None or today - newest > LATE,
        never=newest is None,
        **context,
    )


def _shown(
    visit: Visit, rule: store.Rule, last: RetentionRun | None, wrong: str | None, today: date
) -> Shown:
    kept = KEPT[rule.kind]
    error = None
    if wrong is not None:
        error = _(
            "Skriv et helt antal dage fra %(least)s til %(most)s.",
            least=kept.least_days,
            most=MOST_DAYS,
        )
    return Shown(
        kind=rule.kind,
        rule=rule,
        chosen_by=name_of(visit.session, rule.changed_by) if rule.changed_by else None,
        last=last,
        oldest=today - timedelta(days=rule.keep_days),
        written=str(rule.keep_days) if wrong is None else wrong,
        error=error,
    )


def _conflict(
    request: Request, visit: Visit, wanted: store.Rule, seen: store.Rule, conflict: Conflict
) -> HTMLResponse:
    """Return both choices, for whoever came second to decide."""
    words = KEPT[wanted.kind].words
    visit.refuse(ref=f"{wanted.municipality}:{wanted.kind}", conflict=True)
    return render(
        request,
        "pages/retention_conflict.html",
        title=_("Frist for opbevaring"),
        workspace="administration",
        status=409,
        crumbs=(
            (_("Administration"), "/administration"),
            (_("Opbevaring og sletning"), f"{HERE}?kommune={wanted.municipality}"),
        ),
        who=name_of(visit.session, conflict.changed_by),
        when=conflict.changed_at,
        theirs=f"{HERE}?kommune={wanted.municipality}",
        action=HERE,
        words=words,
        seen=seen,
        wanted=wanted,
    )
