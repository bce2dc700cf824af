"""`/invitation/{token}`: somebody who was invited chooses a password, once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from api.access import needs
from api.dependencies import DatabaseOf
from api.pages.passwords import FAULTS, NOT_ALIKE
from api.pages.sign_in import NO_RIGHT, entrance_of, let_in
from api.security.cookies import form_secret, with_form_secret
from api.security.csrf import OUR_FORM
from api.security.rates import rates_of
from api.web.page import render
from api.web.translations import Message, _
from geo_service.domain.passwords import LEAST
from geo_service.errors import NotFound
from geo_service.storage import invitations
from geo_service.storage.database import Database
from geo_service.workflows import own_account
from geo_service.workflows.own_account import WeakPassword
from geo_service.workflows.sign_in import POOL, NoRight

router = APIRouter(include_in_schema=False)

LONGEST_TOKEN: Final = 100


@router.get("/invitation/{token}", dependencies=[needs("open_page")])
def invitation(request: Request, token: str, database: DatabaseOf) -> Response:
    """Show the form, or say that the link is not in force, for whatever reason."""
    rates_of(request).count("invitation", request)
    return _page(request, database, token)


@router.post("/invitation/{token}", dependencies=[needs("open_page"), OUR_FORM])
def take_up(
    request: Request,
    token: str,
    database: DatabaseOf,
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Take the invitation up: the account gets its password, and a session begins."""
    rates_of(request).count("invitation", request)
    if new != again:
        return _page(request, database, token, faults={"again": NOT_ALIKE})
    try:
        entered = own_account.take_up_invitation(
            database, token[:LONGEST_TOKEN], password=new, entrance=entrance_of(request)
        )
    except WeakPassword as weak:
        return _page(request, database, token, faults={"new": FAULTS[weak.fault]})
    except NoRight:
        return _page(request, database, token, faults={"new": NO_RIGHT})
    except NotFound:
        return _page(request, database, token)
    return let_in(entered, "/")


def _page(
    request: Request, database: Database, token: str, *, faults: dict[str, Message] | None = None
) -> HTMLResponse:
    with database.session(POOL) as session:
        account = invitations.invited(session, token[:LONGEST_TOKEN], now=datetime.now(UTC))
        who = None if account is None else (account.login, account.name)
    if who is None:
        return render(
            request, "account/no_invitation.html", title=_("Linket gælder ikke"), status=404
        )
    form_secret(request)
    page = render(
        request,
        "account/invitation.html",
        title=_("Vælg en adgangskode"),
        status=422 if faults else 200,
        token=token,
        login=who[0],
        name=who[1],
        faults=faults or {},
        least=LEAST,
        provider=_provider_name(request),
    )
    return with_form_secret(request, page)


def _provider_name(request: Request) -> str | None:
    provider = request.app.state.provider
    return provider.name if provider else None
