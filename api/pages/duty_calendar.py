"""The duty calendar: its address is made, shown once and revoked here, and fetched by phones.

Whoever has an address reads its file without signing in, so the file says "vagt" and times. The
token stands in no log and no audit; an address that is unknown or revoked answers like any other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Refused, Visit, needs
from api.dependencies import DatabaseOf, get_settings
from api.security.rates import rates_of
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import _
from geo_service.storage.database import Database
from geo_service.workflows import calendar_feed as work

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/vagtkalender"
MISSES, READS = "calendar_miss", "calendar_read"
NO_SUCH: Final = "Kalenderen findes ikke.\n"
LONGEST_TOKEN: Final = 100

Reader = Annotated[Visit, needs("duty_feed.read")]
Maker = Annotated[Visit, needs("duty_feed.write")]


@router.get(HERE)
def calendar(
    request: Request, visit: Reader, database: DatabaseOf, gjort: str = ""
) -> HTMLResponse:
    """Return whether there is an address, and the buttons that make and revoke it."""
    notices = (Notice(_("Adressen er lukket.")),) if gjort == "lukket" else ()
    return _page(request, visit, database, notices=notices)


@router.post(HERE)
def make(request: Request, visit: Maker, database: DatabaseOf) -> HTMLResponse:
    """Make an address and show it, this once; an older one is revoked."""
    if not visit.caller.team:
        raise Refused
    token = work.make(database, visit.caller, now=datetime.now(UTC))
    visit.audit("create")
    origin = get_settings(request).origin or str(request.base_url).rstrip("/")
    return _page(request, visit, database, address=f"{origin}/kalender/{token}.ics")


@router.post(HERE + "/luk")
def revoke(visit: Maker, database: DatabaseOf) -> Response:
    """Revoke the address."""
    revoked = work.revoke(database, visit.caller, now=datetime.now(UTC))
    if revoked:
        visit.audit("end", count=revoked)
    return RedirectResponse(f"{HERE}?gjort=lukket", status_code=303)


@router.get("/kalender/{token}.ics", dependencies=[needs("open")])
def feed(request: Request, token: str, database: DatabaseOf) -> Response:
    """Return the file of a token; no cookie is read or set."""
    rates = rates_of(request)
    rates.require_room(MISSES, request)
    found = (
        work.read_feed(
            database,
            token,
            now=datetime.now(UTC),
            admit=lambda number: rates.count(READS, request, of=str(number)),
        )
        if len(token) <= LONGEST_TOKEN
        else None
    )
    if found is None:
        rates.count(MISSES, request)
        return Response(NO_SUCH, 404, media_type="text/plain; charset=utf-8")
    return Response(found, media_type="text/calendar; charset=utf-8")


def _page(
    request: Request,
    visit: Visit,
    database: Database,
    *,
    address: str | None = None,
    notices: tuple[Notice, ...] = (),
) -> HTMLResponse:
    return render(
        request,
        "pages/duty_calendar.html",
        title=_("Vagter i din egen kalender"),
        workspace="aften",
        notices=notices,
        crumbs=((_("Aften"), "/aften"),),
        here=HERE,
        has_team=bool(visit.caller.team),
        made_at=work.made_at(database, visit.caller),
        address=address,
    )
