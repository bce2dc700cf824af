"""What the forms under `/administration/brugere` do; each ends at the user's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.access import Visit, needs
from api.administration import work_of
from api.pages.sign_in import go_to
from api.pages.users import OF_USERS, USERS, Shown, form_page, id_of, user_page
from api.web.page import render
from api.web.translations import LANGUAGES, _
from geo_service.domain.rights import Unusable, Wanted
from geo_service.errors import Conflict
from geo_service.settings import Settings
from geo_service.storage.rights import User
from geo_service.workflows import manage_users as manage
from geo_service.workflows.manage_users import Work

router = APIRouter(include_in_schema=False)

Writing = Annotated[Visit, needs("user.write")]
Text = Annotated[str, Form()]
VERSIONS: Final = 2**31 - 1


def _version(
    sent: Annotated[int, Form(alias="version", ge=0, le=VERSIONS)] = 0,
    undone: Annotated[int, Query(alias="version", ge=0, le=VERSIONS)] = 0,
) -> int:
    """Return which version was on the screen: a field of the form, or of the address of an undo."""
    return sent or undone


def _right(
    rolle: Text = "",
    kommune: Text = "",
    omraader: Annotated[list[str] | None, Form()] = None,
    organisation: Text = "",
    hold: Text = "",
) -> dict[str, Any]:
    """Return the fields of a right as they were typed."""
    return {
        "rolle": rolle,
        "kommune": kommune,
        "omraader": omraader or [],
        "organisation": organisation.strip(),
        "hold": hold.strip(),
    }


Version = Annotated[int, Depends(_version)]
Right = Annotated[dict[str, Any], Depends(_right)]


@router.post(f"{USERS}/ny")
def create_user(
    request: Request,
    visit: Writing,
    right: Right,
    login: Text = "",
    navn: Text = "",
    sprog: Text = "da",
) -> Response:
    """Invite somebody, and show the link this once."""
    work = work_of(visit)
    try:
        with visit.session.begin_nested():
            user, token = manage.create_user(
                work, login=login, name=navn, language=sprog, wanted=_wanted(work, right)
            )
    except Unusable as error:
        typed = {**right, "login": login, "navn": navn, "sprog": sprog}
        return form_page(request, visit, Shown.of(error, typed), status=422)
    return _link_page(request, visit, user, token)


@router.post(USERS + "/{number}")
def change_user(
    request: Request,
    visit: Writing,
    number: str,
    version: Version,
    navn: Text = "",
    sprog: Text = "",
    foer_navn: Text = "",
    foer_sprog: Text = "",
) -> Response:
    """Change the name and the language."""
    work = work_of(visit)
    user_id = id_of(number)
    try:
        with visit.session.begin_nested():
            manage.change_user(work, user_id, version=version, name=navn, language=sprog)
    except Unusable as error:
        shown = Shown.of(error, {"navn": navn, "sprog": sprog}, "om")
        return user_page(request, visit, work.user(user_id), shown, status=422)
    except Conflict as conflict:
        rows = [("navn", navn, foer_navn), ("sprog", sprog, foer_sprog)]
        return _conflict_page(request, work.user(user_id), conflict, rows)
    return _done(visit, user_id, "gemt")


@router.post(USERS + "/{number}/rettigheder")
def grant_right(
    request: Request, visit: Writing, number: str, version: Version, right: Right
) -> Response:
    """Give a further right."""
    work = work_of(visit)

    def grant(user_id: int) -> User:
        return manage.grant_right(work, user_id, _wanted(work, right), version=version)

    return _try(request, visit, number, grant, "givet", typed=right)


@router.post(USERS + "/{number}/rettigheder/{right_number}/afslut")
def end_right(
    request: Request, visit: Writing, number: str, right_number: str, version: Version
) -> Response:
    """End a right."""
    right_id, work = id_of(right_number), work_of(visit)

    def end(user_id: int) -> User:
        return manage.end_right(work, user_id, right_id, version=version)

    return _try(request, visit, number, end, f"afsluttet&ret={right_id}")


@router.post(USERS + "/{number}/rettigheder/{right_number}/giv-igen")
def grant_again(
    request: Request, visit: Writing, number: str, right_number: str, version: Version
) -> Response:
    """Give a right again that was ended, as far as it reached."""
    right_id, work = id_of(right_number), work_of(visit)

    def grant(user_id: int) -> User:
        return manage.grant_again(work, user_id, right_id, version=version)

    return _try(request, visit, number, grant, "givet")


@router.post(USERS + "/{number}/invitation")
def invite_again(request: Request, visit: Writing, number: str, version: Version) -> Response:
    """Make a new link to choose a password by, and show it this once."""
    work, user_id = work_of(visit), id_of(number)
    try:
        with visit.session.begin_nested():
            user, token = manage.invite_again(work, user_id, version=version)
    except (Unusable, Conflict) as error:
        return _refused(request, visit, user_id, error, {})
    return _link_page(request, visit, user, token)


@router.post(USERS + "/{number}/spaer")
def disable_user(request: Request, visit: Writing, number: str, version: Version) -> Response:
    """Switch the account off."""
    work = work_of(visit)

    def disable(user_id: int) -> User:
        return manage.disable_user(work, user_id, version=version)

    return _try(request, visit, number, disable, "spaerret")


@router.post(USERS + "/{number}/aabn")
def enable_user(request: Request, visit: Writing, number: str, version: Version) -> Response:
    """Open the account again."""
    work = work_of(visit)

    def enable(user_id: int) -> User:
        return manage.enable_user(work, user_id, version=version)

    return _try(request, visit, number, enable, "aabnet")


@router.post(USERS + "/{number}/log-ud")
def sign_out_everywhere(request: Request, visit: Writing, number: str) -> Response:
    """End every session of the user."""
    work = work_of(visit)
    return _try(
        request, visit, number, lambda one: manage.sign_out_everywhere(work, one), "logget-ud"
    )


def _try(
    request: Request,
    visit: Visit,
    number: str,
    deed: Callable[[int], User],
    told: str,
    *,
    typed: dict[str, Any] | None = None,
) -> Response:
    """Do it whole or not at all, and go to the user's page, which tells what became of it."""
    user_id = id_of(number)
    try:
        with visit.session.begin_nested():
            deed(user_id)
    except (Unusable, Conflict) as error:
        return _refused(request, visit, user_id, error, typed or {})
    return _done(visit, user_id, told)


def _done(visit: Visit, user_id: int, told: str) -> Response:
    visit.recorded = True  # the use case wrote down what was done, and to whom
    return go_to(f"{USERS}/{user_id}?ok={told}")


def _refused(
    request: Request,
    visit: Visit,
    user_id: int,
    error: Unusable | Conflict,
    typed: dict[str, Any],
) -> HTMLResponse:
    opened = "giv" if typed else ""
    user = work_of(visit).user(user_id)
    if isinstance(error, Conflict):
        shown = Shown(typed=typed, conflict=error, opened=opened)
        return user_page(request, visit, user, shown, status=409)
    return user_page(request, visit, user, Shown.of(error, typed, opened), status=422)


def _conflict_page(
    request: Request, user: User, conflict: Conflict, rows: list[tuple[str, str, str]]
) -> HTMLResponse:
    """Return the frame's page that sets both versions side by side."""
    labels = {"navn": _("Navn"), "sprog": _("Sprog")}
    saved = {"navn": user.name, "sprog": user.language}
    return render(
        request,
        "conflict.html",
        title=_("En anden har rettet det samme"),
        workspace="administration",
        crumbs=OF_USERS,
        status=409,
        who=conflict.changed_by,
        when=conflict.changed_at,
        theirs=f"{USERS}/{user.id}",
        action=f"{USERS}/{user.id}",
        version=user.version,
        fields=[
            (name, labels[name], before or saved[name], saved[name], yours)
            for name, yours, before in rows
        ],
        words=LANGUAGES,
    )


def _link_page(request: Request, visit: Visit, user: User, token: str) -> HTMLResponse:
    visit.recorded = True
    settings: Settings = request.app.state.settings
    origin = settings.origin or str(request.base_url).rstrip("/")
    return render(
        request,
        "pages/invited.html",
        title=_("%(name)s er inviteret", name=user.name),
        workspace="administration",
        crumbs=OF_USERS,
        user=user,
        link=f"{origin}/invitation/{token}",
        address=f"{USERS}/{user.id}",
    )


def _wanted(work: Work, right: dict[str, Any]) -> Wanted:
    """Read a right from the fields of the form; an area is written as municipality:code."""
    place = right["kommune"] or work.reach
    pairs = [area.partition(":") for area in right["omraader"]]
    # an area of another municipality stays what it is, and is refused as unknown
    codes = [code if of == place else f"{of}:{code}" for of, _colon, code in pairs]
    return Wanted(
        role=right["rolle"],
        municipality=place or None,
        hotspot_areas=tuple(codes) or None,
        organisation=right["organisation"] or None,
        team=right["hold"] or None,
    )
