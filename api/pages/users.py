"""`/administration/brugere`: who may sign in, as what, and how far it reaches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Refused, Visit, needs
from api.administration import work_of
from api.pages.user_words import DONE, FAULT_WORDS, FIELDS, STATES
from api.web.frame import ROLES
from api.web.listing import Column, paging_of, sort_of
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import LANGUAGES, Message, _
from geo_service.domain.access import SIGNED_IN
from geo_service.domain.rights import LONGEST_NAME, Unusable
from geo_service.errors import Conflict
from geo_service.storage import rights
from geo_service.storage.rights import Looked, State, User
from geo_service.workflows.manage_users import Work

router = APIRouter(include_in_schema=False)

Reading = Annotated[Visit, needs("user.read")]

USERS: Final = "/administration/brugere"
CRUMBS: Final = ((_("Administration"), "/administration"),)
OF_USERS: Final = (*CRUMBS, (_("Brugere"), USERS))
LARGEST_ID: Final = 2**63 - 1

COLUMNS: Final = (
    Column("name", _("Navn"), sortable=True),
    Column("login", _("Brugernavn"), sortable=True),
    Column("rights", _("Rettigheder")),
    Column("state", _("Tilstand")),
    Column("last_sign_in", _("Sidst logget ind"), sortable=True),
)
HELD_COLUMNS: Final = (
    Column("role", _("Rolle")),
    Column("place", _("Gælder")),
    Column("end", _("Afslut")),
)
FORMER_COLUMNS: Final = (
    Column("role", _("Rolle")),
    Column("place", _("Gjaldt")),
    Column("again", _("Giv igen")),
)


@dataclass
class Shown:
    """What a page says besides what is stored: faults by field, and what was typed."""

    faults: dict[str, Message] = field(default_factory=dict)
    general: Message | None = None
    typed: dict[str, Any] = field(default_factory=dict)
    conflict: Conflict | None = None
    opened: str = ""
    """The form that was sent: "om" or "giv"."""

    @classmethod
    def of(cls, error: Unusable, typed: dict[str, Any], opened: str = "") -> Shown:
        """Return the faults of what was sent, each at its field."""
        faults = {FIELDS[one.field]: FAULT_WORDS[one.code] for one in error.faults if one.field}
        general = [FAULT_WORDS[one.code] for one in error.faults if not one.field]
        return cls(faults, general[0] if general else None, typed, opened=opened)


@router.get(USERS)
def list_users(
    request: Request,
    visit: Reading,
    soeg: Annotated[str, Query()] = "",
    rolle: Annotated[str, Query()] = "",
    kommune: Annotated[str, Query()] = "",
    tilstand: Annotated[str, Query()] = "",
) -> HTMLResponse:
    """Show the users within reach, narrowed by what stands in the address."""
    work = work_of(visit)
    places = rights.municipalities(work.session, work.reach)
    sort = sort_of(request, COLUMNS, default="name")
    limits: dict[str, Any] = {
        "text": " ".join(soeg.split())[:LONGEST_NAME],
        "role": rolle if rolle in SIGNED_IN else "",
        "municipality": kommune if kommune in places else "",
        "state": tilstand if tilstand in list(State) else "",
    }
    total = rights.count_users(work.session, work.reach, Looked(**limits), now=work.now)
    paging = paging_of(request, total=total)
    looked = Looked(
        **limits,
        sort=sort.key,
        descending=sort.descending,
        limit=paging.size,
        offset=paging.offset,
    )
    found, _same = rights.find_users(work.session, work.reach, looked, now=work.now)
    visit.audit("search", ref=USERS, rows=len(found), asked={k: v for k, v in limits.items() if v})
    return render(
        request,
        "pages/users.html",
        title=_("Brugere"),
        workspace="administration",
        crumbs=CRUMBS,
        columns=COLUMNS,
        users=found,
        hotspots=hotspot_names(work, found),
        sort=sort,
        paging=paging,
        limits=limits,
        roles=ROLES,
        states=STATES,
        municipalities=places,
    )


@router.get(f"{USERS}/ny")
def new_user(request: Request, visit: Annotated[Visit, needs("user.write")]) -> HTMLResponse:
    """Show the form that invites somebody."""
    visit.recorded = True  # an empty form tells nothing
    return form_page(request, visit, Shown())


@router.get(USERS + "/{number}")
def read_user(
    request: Request, visit: Reading, number: str, ok: str = "", ret: str = ""
) -> HTMLResponse:
    """Show one user: rights, account, and what can be done."""
    user = work_of(visit).user(id_of(number))
    visit.audit("read", ref=f"user:{user.id}")
    if ok in DONE:
        request.state.notices = (Notice(DONE[ok], undo=_undo(user, ok, ret)),)
    return user_page(request, visit, user, Shown())


def id_of(text: str) -> int:
    """Read the number in an address; what is none leads nowhere."""
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:20]) <= LARGEST_ID:
        raise Refused
    return int(text)


def form_page(request: Request, visit: Visit, shown: Shown, *, status: int = 200) -> HTMLResponse:
    """Return the form that invites somebody, with what was typed and what is wrong with it."""
    return render(
        request,
        "pages/user_new.html",
        title=_("Invitér en bruger"),
        workspace="administration",
        crumbs=OF_USERS,
        status=status,
        shown=shown,
        **_choices(work_of(visit)),
    )


def user_page(
    request: Request, visit: Visit, user: User, shown: Shown, *, status: int = 200
) -> HTMLResponse:
    """Return the page of one user."""
    work = work_of(visit)
    actors = [user.changed_by, *(one.granted_by for one in user.rights)]
    actors += [one.ended_by for one in user.rights if one.ended_by]
    return render(
        request,
        "pages/user.html",
        title=user.name,
        workspace="administration",
        crumbs=OF_USERS,
        status=status,
        shown=shown,
        user=user,
        former=[one for one in user.rights if one.ended_at is not None],
        is_self=user.id == visit.caller.user_id,
        names=rights.names_of(work.session, actors),
        hotspots=hotspot_names(work, [user]),
        held_columns=HELD_COLUMNS,
        former_columns=FORMER_COLUMNS,
        states=STATES,
        address=f"{USERS}/{user.id}",
        **_choices(work),
    )


def hotspot_names(work: Work, users: list[User]) -> dict[tuple[str, str], str]:
    """Return the names of the hotspot areas that the users' rights are limited to."""
    places = {
        one.municipality
        for user in users
        for one in user.rights
        if one.hotspot_areas and one.municipality
    }
    return {
        (place, code): name
        for place in places
        for code, name in rights.hotspot_areas(work.session, place, work.now.date()).items()
    }


def _choices(work: Work) -> dict[str, Any]:
    """Return what can be chosen when a right is given."""
    places = rights.municipalities(work.session, work.reach)
    areas = [
        (f"{place}:{code}", name if len(places) == 1 else f"{name}, {where}", None)
        for place, where in places.items()
        for code, name in rights.hotspot_areas(work.session, place, work.now.date()).items()
    ]
    return {
        "roles": ROLES,
        "municipalities": places,
        "areas": areas,
        "everywhere": work.reach is None,
        "spoken": list(LANGUAGES.items()),
        "longest": LONGEST_NAME,
    }


def _undo(user: User, ok: str, right: str) -> str | None:
    """Return the address that undoes what was done last, if it can be undone."""
    if ok == "spaerret" and user.state is State.disabled:
        return f"{USERS}/{user.id}/aabn?version={user.version}"
    ended = [one.id for one in user.rights if one.ended_at is not None]
    if ok == "afsluttet" and right in map(str, ended):
        return f"{USERS}/{user.id}/rettigheder/{right}/giv-igen?version={user.version}"
    return None
