"""`tryghed users …`: the first administrator, and what an administrator does with users."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_service.cli.acting import Acting, As, act
from geo_service.cli.console import err, operator, say
from geo_service.cli.options import WholeSentences
from geo_service.domain.access import ROLE_WORDS, SIGNED_IN, Role
from geo_service.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from geo_service.domain.rights import Wanted
    from geo_service.storage.database import Database
    from geo_service.storage.rights import User
    from geo_service.workflows.manage_users import Work

app = typer.Typer(
    cls=WholeSentences, no_args_is_help=True, help="Invite users, give and end rights, switch off."
)
ROLES = ", ".join(SIGNED_IN)

Login = Annotated[str, typer.Argument(help="The user's login.")]
RoleName = Annotated[str, typer.Option("--role", help=f"One of {ROLES}.")]
Municipality = Annotated[
    str | None,
    typer.Option(help="Four digits. Left out for an administrator of the whole service."),
]
Hotspot = Annotated[
    list[str] | None,
    typer.Option(help="Code of a hotspot area the right is limited to. Repeat it."),
]
Organisation = Annotated[
    str | None, typer.Option(help="Of a partner or an agency, as projects and goals write it.")
]
Team = Annotated[str | None, typer.Option(help="Code of the street worker's team.")]


@app.command("first-admin")
def first_admin(
    login: Login,
    name: Annotated[str, typer.Option(help="What the user is called on screens.")],
    municipality: Annotated[
        list[str] | None,
        typer.Option(help="A municipality that is to use the service. Repeat it."),
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(help="File with the password. [default: a link to choose one is shown]"),
    ] = None,
) -> None:
    """Make the first administrator, who invites all others; possible while there is none."""
    from datetime import UTC, datetime

    from geo_service.cli.opening import open_database
    from geo_service.domain.passwords import fault_of, hash_password
    from geo_service.workflows.first_admin import make_first_admin
    from geo_service.workflows.own_account import WeakPassword

    hashed = None
    if password_file is not None:
        password = password_file.read_text(encoding="utf-8").rstrip("\r\n")
        if fault := fault_of(password, login=login, name=name):
            raise WeakPassword(fault)
        hashed = hash_password(password)
    places = [_known(code) for code in municipality or []]
    database = open_database()
    with database.session("web_auth") as session:
        token = make_first_admin(
            session,
            login=login,
            name=name,
            actor=operator(),
            now=datetime.now(UTC),
            password_hash=hashed,
        )
    for code in places:
        _let_in(database, code, operator())
    say(f"{login.strip().lower()} is administrator of the whole service.")
    if token is not None:
        _show_link(token)


@app.command("list")
def list_(
    as_: As = None,
    search: Annotated[str, typer.Option(help="Part of a name or login.")] = "",
) -> None:
    """List the users within the administrator's reach: state, login, name, rights."""
    from geo_service.storage.rights import Looked, find_users

    with _work("user.read", as_) as work:
        found, total = find_users(
            work.session, work.reach, Looked(text=search, limit=1_000), now=work.now
        )
        work.note("read", None, rows=total)
    for user in found:
        say(f"{user.state:<14} {user.login:<20} {user.name}")
        for right in user.in_force:
            say(f"{'':<14} {in_words(right.role, right.municipality, right.hotspot_areas)}")
    if total > len(found):
        err.print(f"{total - len(found)} more; --search narrows the list.", markup=False)


@app.command()
def invite(
    login: Login,
    name: Annotated[str, typer.Option(help="What the user is called on screens: a function.")],
    role: RoleName,
    municipality: Municipality = None,
    hotspot: Hotspot = None,
    organisation: Organisation = None,
    team: Team = None,
    language: Annotated[str, typer.Option(help="da or en.")] = "da",
    as_: As = None,
) -> None:
    """Make an account with one right, and show the link that lets its owner choose a password."""
    from geo_service.workflows.manage_users import create_user

    acting = act("user.write", login=as_)
    place = municipality or acting.caller.municipality
    _let_in_if_new(acting, place)
    with _working(acting) as work:
        user, token = create_user(
            work,
            login=login,
            name=name,
            language=language,
            wanted=_wanted(role, place, hotspot, organisation, team),
        )
    say(f"{user.login} is invited: {in_words(Role(role), place, _codes(hotspot))}.")
    _show_link(token)


@app.command("invite-again")
def invite_again(login: Login, as_: As = None) -> None:
    """Show a new link to choose a password by; the one before leads nowhere any more."""
    from geo_service.workflows import manage_users

    with _work("user.write", as_) as work:
        user = _user(work, login)
        _, token = manage_users.invite_again(work, user.id, version=user.version)
    _show_link(token)


@app.command()
def grant(
    login: Login,
    role: RoleName,
    municipality: Municipality = None,
    hotspot: Hotspot = None,
    organisation: Organisation = None,
    team: Team = None,
    as_: As = None,
) -> None:
    """Give a user a further right; it counts from the user's next request."""
    from geo_service.workflows.manage_users import grant_right

    acting = act("user.write", login=as_)
    place = municipality or acting.caller.municipality
    with _working(acting) as work:
        user = _user(work, login)
        _let_in_if_new(acting, place)
        wanted = _wanted(role, place, hotspot, organisation, team)
        grant_right(work, user.id, wanted, version=user.version)
    say(f"{user.login} has: {in_words(Role(role), place, _codes(hotspot))}.")


@app.command()
def end(login: Login, role: RoleName, municipality: Municipality = None, as_: As = None) -> None:
    """End a right of a user, at once."""
    from geo_service.workflows.manage_users import end_right

    with _work("user.write", as_) as work:
        user = _user(work, login)
        place = municipality or work.reach
        held = [
            right for right in user.in_force if (right.role, right.municipality) == (role, place)
        ]
        if not held:
            raise NotFound(f"{user.login} has no right {role} in {place or 'the whole service'}.")
        end_right(work, user.id, held[0].id, version=user.version)
    say(f"{user.login} has no longer: {in_words(Role(role), place, None)}.")


@app.command()
def disable(login: Login, as_: As = None) -> None:
    """Switch an account off, at once and everywhere."""
    from geo_service.workflows.manage_users import disable_user

    with _work("user.write", as_) as work:
        user = _user(work, login)
        disable_user(work, user.id, version=user.version)
    say(f"{user.login} is switched off.")


@app.command()
def enable(login: Login, as_: As = None) -> None:
    """Open an account again that was switched off, or locked by wrong passwords."""
    from geo_service.workflows.manage_users import enable_user

    with _work("user.write", as_) as work:
        user = _user(work, login)
        enable_user(work, user.id, version=user.version)
    say(f"{user.login} is open.")


def in_words(role: Role, municipality: str | None, hotspots: tuple[str, ...] | None) -> str:
    """Return a right as it is said on the command line."""
    scope = municipality or "the whole service"
    limit = f", {', '.join(hotspots)}" if hotspots else ""
    return f"{role.value} ({ROLE_WORDS[role]}) in {scope}{limit}"


@contextmanager
def _work(policy: str, login: str | None) -> Iterator[Work]:
    with _working(act(policy, login=login)) as work:
        yield work


@contextmanager
def _working(acting: Acting) -> Iterator[Work]:
    from datetime import UTC, datetime

    from geo_service.workflows.manage_users import Work

    with acting.reading() as session:
        yield Work(session, acting.caller, datetime.now(UTC))


def _user(work: Work, login: str) -> User:
    from geo_service.storage.rights import find_user

    found = find_user(work.session, work.reach, now=work.now, login=login.strip().lower())
    if found is None:
        raise NotFound(f"There is no user {login} that you administer. `tryghed users list`")
    return found


def _wanted(
    role: str,
    municipality: str | None,
    hotspot: list[str] | None,
    organisation: str | None,
    team: str | None,
) -> Wanted:
    from geo_service.domain.rights import Wanted

    return Wanted(role, municipality, _codes(hotspot), organisation, team)


def _codes(hotspot: list[str] | None) -> tuple[str, ...] | None:
    return tuple(hotspot) if hotspot else None


def _known(code: str) -> str:
    from geo_service.domain.municipalities import MUNICIPALITIES

    if code not in MUNICIPALITIES:
        raise InvalidInput(f"{code} is no municipality; write four digits, København is 0101.")
    return code


def _let_in_if_new(acting: Acting, municipality: str | None) -> None:
    """Let an administrator of the whole service name a municipality for the first time."""
    if municipality is not None and acting.caller.municipality is None:
        _let_in(acting.database, _known(municipality), acting.caller.actor)


def _let_in(database: Database, code: str, actor: str) -> None:
    from geo_service.workflows.let_in import let_in

    let_in(database, code, actor=actor)


def _show_link(token: str) -> None:
    from geo_service.settings import get_settings

    settings = get_settings()
    err.print("Send this link to the user alone. It works once, within 7 days:", markup=False)
    origin = settings.origin or f"http://{settings.host}:{settings.port}"
    say(f"{origin}/invitation/{token}")
