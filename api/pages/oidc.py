"""`/oidc/start` and `/oidc/retur`: to the municipality's own login, and back."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Refused, needs
from api.dependencies import DatabaseOf
from api.pages.sign_in import Next, entrance_of, let_in, show
from api.security.cookies import form_secret, with_form_secret
from api.security.identity import FORM_COOKIE
from api.security.next_path import local_path
from api.security.provider import NotProven, Provider
from api.security.rates import rates_of
from api.web.page import render
from api.web.translations import _
from geo_service.errors import NotReady
from geo_service.workflows import sign_in_oidc as work
from geo_service.workflows.sign_in_oidc import NotGranted

router = APIRouter(include_in_schema=False)
log = logging.getLogger("tryghed")

BROKEN_OFF = _("Du afbrød, før du var logget ind. Intet er sket.")
NOT_PROVEN = _(
    "Det svar, der kom tilbage, hører ikke til et login, som er begyndt i denne browser, eller "
    "det er for gammelt. Begynd forfra."
)
SILENT = _("Det login svarer ikke lige nu. Prøv igen om lidt.")


@router.get("/oidc/start", dependencies=[needs("open_page")])
def start(request: Request, database: DatabaseOf, next_path: Next = None) -> Response:
    """Lead to the provider; what has to be remembered stays here."""
    provider = _provider(request)
    rates_of(request).count("oidc", request)
    target = local_path(next_path)
    under_way = work.begin(
        database, browser=form_secret(request), next_path=target, now=datetime.now(UTC)
    )
    try:
        address = provider.address_for(under_way)
    except NotReady as error:
        log.warning("%s", error)
        return show(request, database, target, error=SILENT, status=503)
    return with_form_secret(request, RedirectResponse(address, status_code=303))


@router.get("/oidc/retur", dependencies=[needs("open_page")])
def come_back(
    request: Request,
    database: DatabaseOf,
    state: str = "",
    code: str = "",
    error: str = "",
    issuer: Annotated[str | None, Query(alias="iss")] = None,
) -> Response:
    """Take the answer of the provider: once, in the browser that began."""
    provider = _provider(request)
    rates_of(request).count("oidc", request)
    now = datetime.now(UTC)
    browser = request.cookies.get(FORM_COOKIE, "")
    under_way = work.take(database, state, browser=browser, now=now) if browser else None
    if under_way is None:
        return show(request, database, "/", error=NOT_PROVEN, status=400)
    target = local_path(under_way.next_path)
    if error or not code:
        said = BROKEN_OFF if error == "access_denied" else NOT_PROVEN
        return show(request, database, target, error=said, status=400)
    try:
        who = provider.vouched(under_way, code=code, named=issuer, now=int(now.timestamp()))
        entered = work.enter_vouched(database, who, entrance_of(request))
    except NotProven as reason:
        log.warning("OIDC sign-in refused: %s", reason)
        return show(request, database, target, error=NOT_PROVEN, status=400)
    except NotReady as reason:
        log.warning("%s", reason)
        return show(request, database, target, error=SILENT, status=503)
    except NotGranted as refusal:
        return _not_granted(request, refusal)
    return let_in(entered, target)


def _provider(request: Request) -> Provider:
    found: Provider | None = request.app.state.provider
    if found is None:
        raise Refused
    return found


def _not_granted(request: Request, refusal: NotGranted) -> HTMLResponse:
    return render(
        request,
        "account/not_granted.html",
        title=_("Du har ikke adgang endnu"),
        status=403,
        login=refusal.login,
    )
