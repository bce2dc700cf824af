"""The audit: who did what, when and to what; searched, taken home, and told to whom it concerns.

Every search is written down with its criterion, every file with what it was of. The
administrators of a municipality see what belongs to it, those of the service everything.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.access import Visit, needs
from api.audit_query import Asked, plain, read_asked, scope_of
from api.web.frame import ROLES
from api.web.listing import Column
from api.web.page import render
from api.web.translations import _
from geo_service.domain.deeds import DEED_WORDS
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.kinds import KINDS
from geo_service.errors import InvalidInput
from geo_service.storage import audit_search as store
from geo_service.workflows.audit_export import (
    FORMATS,
    listed,
    subject_file,
    subject_of,
    told_to_subject,
)

router = APIRouter(include_in_schema=False)

HERE: Final = "/administration/revision"
SIZE: Final = 50
COLUMNS: Final = (
    Column("at", _("Tidspunkt")),
    Column("who", _("Hvem")),
    Column("action", _("Handling")),
    Column("what", _("Hvad")),
    Column("detail", _("Oplysninger")),
    Column("position", _("Plads i kæden"), numeric=True),
)
Reader = Annotated[Visit, needs("audit.read")]


@router.get(HERE)
def audit_page(request: Request, visit: Reader) -> HTMLResponse:
    """Return what a search of the audit found, and how its chain stands."""
    return _page(request, visit, _asked(request, visit))


@router.get(f"{HERE}/hent")
def audit_file(request: Request, visit: Reader, format: str = "csv") -> Response:  # noqa: A002
    """Return what a search found as a file."""
    asked = _asked(request, visit)
    if asked.errors or format not in FORMATS:
        return _page(request, visit, asked)
    found, more = store.search(visit.session, asked.criterion, limit=store.MOST)
    visit.audit(
        "export",
        ref="search",
        asked=asked.criterion.told,
        rows=len(found),
        format=format,
        is_cut=more is not None,
    )
    return _download(listed(found, format), f"revision-{_today()}.{format}")


@router.get(f"{HERE}/indsigt")
def subject_page(
    request: Request,
    visit: Reader,
    konto: Annotated[str, Query(max_length=40)] = "",
    genstand: Annotated[str, Query(max_length=200)] = "",
    format: str = "csv",  # noqa: A002
) -> Response:
    """Return what the audit says of an account or a thing, without naming colleagues."""
    try:
        subject = subject_of(plain(konto) or None, plain(genstand) or None)
        rows = told_to_subject(visit.session, subject, municipality=scope_of(visit.caller))
        body = subject_file(rows, format)
    except InvalidInput as error:
        written = {"konto": plain(konto), "genstand": plain(genstand)}
        return _page(request, visit, _asked(request, visit), written, error=error.words)
    visit.audit("disclose", ref=str(subject), rows=len(rows), format=format)
    return _download(body, f"indsigt-{_today()}.{format}")


def _page(
    request: Request,
    visit: Visit,
    asked: Asked,
    subject: dict[str, str] | None = None,
    *,
    error: str | None = None,
) -> HTMLResponse:
    found, more = (
        ([], None)
        if asked.errors
        else store.search(visit.session, asked.criterion, before=asked.before, limit=SIZE)
    )
    visit.audit("search", asked=asked.criterion.told, rows=len(found), before=asked.before)
    now = datetime.now(UTC)
    state = store.chain_state(visit.session)
    waits_s = (now - state.oldest_unsealed).total_seconds() if state.oldest_unsealed else 0
    return render(
        request,
        "pages/audit.html",
        title=_("Revisionsspor"),
        workspace="administration",
        status=422 if asked.errors or error else 200,
        crumbs=((_("Administration"), "/administration"),),
        wide=True,
        here=HERE,
        columns=COLUMNS,
        entries=found,
        spoken=_spoken,
        asked=asked,
        older=None if more is None else f"{HERE}?{asked.page(more)}",
        newest=None if asked.before is None else f"{HERE}?{asked.query}",
        subject=subject or {"konto": "", "genstand": ""},
        subject_error=error,
        state=state,
        is_waiting=waits_s > WAITS_TOO_LONG_S,
        deeds={deed.value: _(words) for deed, words in DEED_WORDS.items()},
        kinds={code: _(kind.words) for code, kind in KINDS.items()},
        roles=ROLES,
        everywhere=visit.caller.municipality is None,
    )


WAITS_TOO_LONG_S: Final = 60


def _spoken(detail: Any) -> list[tuple[str, str]]:
    """Return what is said of a deed as pairs to read, the inner ones under their own name."""
    if not isinstance(detail, dict):
        return [("", _written(detail))] if detail else []
    pairs: list[tuple[str, str]] = []
    for key, value in detail.items():
        inner = value if isinstance(value, dict) else {key: value}
        pairs += [(name, _written(one)) for name, one in inner.items() if one not in (None, "", [])]
    return pairs


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _asked(request: Request, visit: Visit) -> Asked:
    return read_asked(request.query_params, caller=visit.caller, today=_today())


def _download(body: str, name: str) -> Response:
    return Response(
        body.encode(),
        media_type=FORMATS[name.rpartition(".")[2]],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _today() -> date:
    return datetime.now(UTC).astimezone(COPENHAGEN).date()
