"""`/konto`: one's own name, language, password, rights and sessions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from api.access import Refused, Visit, needs
from api.dependencies import DatabaseOf
from api.pages.passwords import FAULTS, NOT_ALIKE
from api.pages.sign_in import go_to
from api.security.cookies import signed_in, signed_out
from api.security.next_path import local_path
from api.security.rates import rates_of
from api.web.frame import ROLES
from api.web.listing import Column
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import LANGUAGES, Message, _
from geo_service.domain.passwords import LEAST
from geo_service.errors import Conflict, NotFound
from geo_service.storage.database import Database
from geo_service.workflows import own_account as work
from geo_service.workflows.own_account import WeakPassword, WrongPassword
from geo_service.workflows.sign_in import POOL

router = APIRouter(include_in_schema=False)

Own = Annotated[Visit, needs("account.own")]
NextField = Annotated[str, Form(alias="naeste")]

LONGEST_NAME: Final = 100
COLUMNS: Final = (
    Column("device", _("Hvor")),
    Column("when", _("Hvornår")),
    Column("end", _("Log ud"), numeric=True),
)
RIGHT_COLUMNS: Final = (
    Column("role", _("Rettighed")),
    Column("place", _("Gælder for")),
    Column("change", _("Skift"), numeric=True),
)
DONE: Final = {
    "gemt": _("Gemt."),
    "adgangskode": _("Adgangskoden er skiftet, og du er logget ud alle andre steder."),
    "rolle": _("Du handler nu under den valgte rettighed."),
    "omraade": _("Området er valgt."),
    "logget-ud": _("Den session er logget ud."),
}
"""What is told after something was done; the address carries the key alone."""


@dataclass
class _Shown:
    """What the page says besides what is stored: faults, by field, and what was typed."""

    faults: dict[str, Message] = field(default_factory=dict)
    name: str | None = None
    language: str | None = None
    conflict: Conflict | None = None


@router.get("/konto")
def account(request: Request, visit: Own, database: DatabaseOf, ok: str = "") -> HTMLResponse:
    """Show one's own account."""
    request.state.notices = (Notice(DONE[ok]),) if ok in DONE else ()
    return _page(request, visit, database, _Shown())


@router.post("/konto")
def change_profile(
    request: Request,
    visit: Own,
    database: DatabaseOf,
    name: Annotated[str, Form(alias="navn")] = "",
    language: Annotated[str, Form(alias="sprog")] = "da",
    version: Annotated[int, Form(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """Change name and language."""
    shown = _Shown(name=name, language=language)
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME:
        shown.faults["navn"] = _("Skriv dit navn, højst 100 tegn.")
    if language not in LANGUAGES:
        shown.faults["sprog"] = _("Vælg et af sprogene.")
    if shown.faults:
        return _page(request, visit, database, shown, status=422)
    try:
        work.change_profile(
            database, visit.caller, name=tidy, language=language, version=version, now=_now()
        )
    except Conflict as conflict:
        shown.conflict = conflict
        return _page(request, visit, database, shown, status=409)
    return go_to("/konto?ok=gemt")


@router.post("/konto/adgangskode")
def change_password(
    request: Request,
    visit: Own,
    database: DatabaseOf,
    present: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Change the password; every other session ends."""
    rates = rates_of(request)
    rates.require_room("sign_in", request)
    if new != again:
        return _page(request, visit, database, _Shown({"again": NOT_ALIKE}), status=422)
    try:
        token = work.change_password(
            database,
            visit.caller,
            present=present,
            new=new,
            session_id=visit.identity.signed_in.session_id,
            now=_now(),
            check=rates.is_right,
        )
    except WrongPassword:
        rates.count("sign_in", request)
        wrong = {"present": _("Den nuværende adgangskode er forkert.")}
        return _page(request, visit, database, _Shown(wrong), status=422)
    except WeakPassword as weak:
        return _page(request, visit, database, _Shown({"new": FAULTS[weak.fault]}), status=422)
    return signed_in(go_to("/konto?ok=adgangskode"), token)


@router.post("/konto/rolle")
def choose_right(
    visit: Own,
    database: DatabaseOf,
    right: Annotated[int, Form(alias="ret", ge=1, le=2**62)],
    next_path: NextField = "/konto?ok=rolle",
) -> Response:
    """Act under another of one's rights; the session gets a new token."""
    try:
        token = work.choose_right(
            database, visit.caller, right, session_id=visit.identity.signed_in.session_id
        )
    except NotFound:
        raise Refused from None
    return signed_in(go_to(local_path(next_path)), token)


@router.post("/konto/omraade")
def choose_hotspot(
    visit: Own,
    database: DatabaseOf,
    code: Annotated[str, Form(alias="omraade", max_length=40)] = "",
    next_path: NextField = "/konto?ok=omraade",
) -> Response:
    """Choose the hotspot area to work with; empty means all of them."""
    if code and code not in dict(visit.identity.hotspot_choices):
        raise Refused
    work.choose_hotspot(database, visit.identity.signed_in.session_id, code or None)
    return go_to(local_path(next_path))


@router.post("/konto/sessioner")
def end_session(
    visit: Own,
    database: DatabaseOf,
    session_id: Annotated[str, Form(alias="session", pattern=r"^([1-9][0-9]{0,17}|alle)$")],
) -> Response:
    """Sign out of one session, or everywhere."""
    if session_id == "alle":
        work.end_everywhere(database, visit.caller, now=_now())
        return signed_out(go_to("/log-ind"))
    try:
        work.end_one(database, visit.caller, int(session_id), now=_now())
    except NotFound:
        raise Refused from None
    if int(session_id) == visit.identity.signed_in.session_id:
        return signed_out(go_to("/log-ind"))
    return go_to("/konto?ok=logget-ud")


def _page(
    request: Request, visit: Visit, database: Database, shown: _Shown, *, status: int = 200
) -> HTMLResponse:
    identity = visit.identity
    with database.session(POOL) as session:
        own = work.read_own(session, visit.caller.user_id or 0, now=_now())
        context: dict[str, Any] = {
            "own": own,
            "sessions": [
                (one.id, one.label, one.kind, one.created_at, one.seen_at) for one in own.sessions
            ],
        }
    return render(
        request,
        "account/account.html",
        title=_("Konto"),
        status=status,
        shown=shown,
        roles=ROLES,
        spoken=list(LANGUAGES.items()),
        columns=COLUMNS,
        right_columns=RIGHT_COLUMNS,
        least=LEAST,
        here=identity.signed_in.session_id,
        acting=visit.caller,
        hotspots=identity.hotspot_choices if visit.caller.may("membership.read") else (),
        chosen=identity.signed_in.chosen_hotspot or "",
        **context,
    )


def _now() -> datetime:
    return datetime.now(UTC)
