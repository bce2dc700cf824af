"""`/log-ind` and `/log-ud`: in by password or as an account of the demo, and out again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Visit, needs
from api.dependencies import DatabaseOf, get_settings
from api.security.addresses import address_of, came_directly
from api.security.cookies import form_secret, signed_in, signed_out, with_form_secret
from api.security.csrf import OUR_FORM
from api.security.devices import device_of
from api.security.identity import COOKIE
from api.security.next_path import header_of, local_path
from api.security.rates import rates_of
from api.web.page import render
from api.web.translations import Message, _
from geo_service.errors import TooMany
from geo_service.settings import LOOPBACK_NAMES
from geo_service.storage import accounts
from geo_service.storage.accounts import DemoAccount
from geo_service.storage.database import Database
from geo_service.workflows import sign_in as work
from geo_service.workflows.sign_in import Entered, Entrance, NoRight, SignInRefused

router = APIRouter(include_in_schema=False)

Next = Annotated[str | None, Query(alias="naeste")]
NextField = Annotated[str, Form(alias="naeste")]

WRONG = _(
    "Brugernavn eller adgangskode er forkert, eller kontoen er låst lidt efter flere forkerte "
    "forsøg. Prøv igen, og vent ellers et kvarter."
)
NO_RIGHT = _(
    "Kontoen er der, men har ingen rettigheder, der gælder. Bed din administrator om adgang."
)
TOO_MANY = _("Der har været for mange forsøg herfra. Vent %(seconds)s sekunder, og prøv igen.")


@router.get("/log-ind", dependencies=[needs("open_page")])
def sign_in_page(request: Request, database: DatabaseOf, next_path: Next = None) -> Response:
    """Show the form; who is signed in already goes on."""
    target = local_path(next_path)
    if request.state.identity is not None:
        return go_to(target)
    return show(request, database, target)


@router.post("/log-ind", dependencies=[needs("open_page"), OUR_FORM])
def sign_in(
    request: Request,
    database: DatabaseOf,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next_path: NextField = "/",
) -> Response:
    """Sign in by password."""
    rates, target = rates_of(request), local_path(next_path)
    try:
        rates.require_room("sign_in", request)
        entered = work.sign_in(
            database,
            login=login,
            password=password,
            entrance=entrance_of(request),
            check=rates.is_right,
        )
    except SignInRefused:
        try:
            rates.count("sign_in", request)
        except TooMany as error:
            return _refused(request, database, target, error)
        return show(request, database, target, login=login, error=WRONG, status=422)
    except NoRight:
        return show(request, database, target, login=login, error=NO_RIGHT, status=422)
    except TooMany as error:
        return _refused(request, database, target, error)
    return let_in(entered, target)


@router.post("/log-ind/demo", dependencies=[needs("open_page"), OUR_FORM])
def enter_demo(
    request: Request,
    database: DatabaseOf,
    account: Annotated[int, Form(alias="konto", ge=1, le=2**62)],
    next_path: NextField = "/",
) -> Response:
    """Enter as an account of the demo, without a password; only where everything is made up."""
    number = account if demo_is_open(request) else 0
    return let_in(work.enter_demo(database, number, entrance_of(request)), local_path(next_path))


@router.post("/log-ud")
def sign_out(database: DatabaseOf, visit: Annotated[Visit, needs("account.own")]) -> Response:
    """Sign out of this session."""
    work.sign_out(
        database, visit.caller, visit.identity.signed_in.session_id, now=datetime.now(UTC)
    )
    return signed_out(go_to("/log-ind"))


def show(
    request: Request,
    database: Database,
    target: str,
    *,
    login: str = "",
    error: Message | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Return the sign-in page."""
    form_secret(request)
    provider = request.app.state.provider
    page = render(
        request,
        "account/sign_in.html",
        title=_("Log ind"),
        status=status,
        target=target,
        login=login,
        error=error,
        provider=provider.name if provider else None,
        demo=_demo_accounts(request, database),
    )
    return with_form_secret(request, page)


def let_in(entered: Entered, target: str) -> RedirectResponse:
    """Hand over the new session and go on."""
    return signed_in(go_to(target), entered.token)


def go_to(path: str) -> RedirectResponse:
    """Lead to a path of ours, by GET."""
    return RedirectResponse(header_of(path), status_code=303)


def entrance_of(request: Request) -> Entrance:
    """Return where somebody comes in; the session this browser had before ends."""
    return Entrance(
        kind="web",
        now=datetime.now(UTC),
        label=device_of(request.headers.get("user-agent", "")),
        address=address_of(request),
        replacing=request.cookies.get(COOKIE, ""),
    )


def demo_is_open(request: Request) -> bool:
    """Tell whether only this machine can reach us: nobody else enters without a password."""
    settings = get_settings(request)
    listens_here = settings.host in LOOPBACK_NAMES or settings.host_is_private
    return settings.origin is None and listens_here and came_directly(request)


def _demo_accounts(request: Request, database: Database) -> list[DemoAccount]:
    if not demo_is_open(request):
        return []
    with database.session(work.POOL) as session:
        return accounts.demo_accounts(session)


def _refused(request: Request, database: Database, target: str, error: TooMany) -> HTMLResponse:
    seconds = error.retry_after_s
    said = _(TOO_MANY, seconds=seconds)
    page = show(request, database, target, error=said, status=429)
    page.headers["Retry-After"] = str(seconds)
    return page
