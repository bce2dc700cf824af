"""Who a command acts as: a signed-in user with the right to it, or nobody.

    acting = act("area.write", municipality=municipality, login=login)
    with acting.working() as session:
        …

The operating system's user acts without an account, written down as `os:NAME`
(`console.operator`), in what keeps the service itself: `db`, `demo`, `serve`, `status`,
`retention`, `audit seal`, `audit verify` and the first administrator. Whoever owns the files of
the database could do all of that without a command; `docs/decisions/0017-sign-in.md` says why no
login is asked.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_service.domain.callers import Caller, Job
from geo_service.errors import NotSignedIn

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo_service.storage.database import Database

As = Annotated[
    str | None,
    typer.Option("--as", help="Login of the user who acts. [default: who is signed in]"),
]
"""The option of every command that reads or changes data."""
FIRST = (
    "There are no users yet. `tryghed users first-admin LOGIN --name NAME` makes the first "
    "administrator, who invites the others; `tryghed demo` makes up data and users to try."
)
TERMINAL = Path("/dev/tty")
NOBODY = (
    "Nobody is signed in. `tryghed login LOGIN` signs you in; --as LOGIN acts as somebody once."
)


@dataclass(frozen=True)
class Acting:
    """A user who may do what the command is for, in these municipalities; None: in all."""

    database: Database
    caller: Caller
    municipalities: tuple[str, ...] | None
    callers: tuple[Caller, ...] = ()
    """The user under each right that lets them; `caller` is the first."""

    def working(self) -> AbstractContextManager[Session]:
        """Open a session of the role `job`, in the user's name and within the scope.

        For what the user's own pool may not do: import, count, delete. What only reads is done
        in `reading`, under the same walls as on the pages.
        """
        return self.database.working(Job(self.caller.actor, self.municipalities))

    def note(
        self, session: Session, action: str, kind: str, ref: str = "command line", **detail: object
    ) -> None:
        """Write into the audit what was done, in the transaction of the deed."""
        from geo_service.storage.audit import append

        append(
            session,
            actor=self.caller.actor,
            role=self.caller.role.value,
            action=action,
            object_kind=kind,
            object_ref=ref,
            municipality=self.caller.municipality,
            detail=detail,
        )

    def require(self, policy: str) -> None:
        """Refuse to go on unless the caller may do this too, in the same municipality."""
        from geo_service.workflows.cli_sign_in import Job as Wanted
        from geo_service.workflows.cli_sign_in import callers_for

        callers_for(self.database, self.caller, Wanted(policy, self.caller.municipality))

    def reading(self, caller: Caller | None = None) -> AbstractContextManager[Session]:
        """Open a session of the pool that serves the caller, limited as on the pages."""
        return self.database.acting(caller or self.caller)


def act(
    policy: str,
    *,
    login: str | None = None,
    municipality: str | None = None,
    hotspot_area: str | None = None,
) -> Acting:
    """Return the user who acts, once it is sure that they may.

    Parameters
    ----------
    login
        Who is meant; None: who is signed in.
    municipality, hotspot_area
        What the command is about; None: everything the user has the right to.

    Raises
    ------
    NotSignedIn
        If nobody is signed in; says how to.
    NotAllowed
        If the user has no such right there; the refusal is in the audit.
    """
    from geo_service.cli.opening import open_database
    from geo_service.workflows import cli_sign_in as entry

    database = open_database()
    wanted = entry.Job(policy, municipality, hotspot_area)
    fit = entry.callers_for(database, _who(database, login), wanted)
    if municipality is not None:
        return Acting(database, fit[0], (municipality,), tuple(fit))
    places = [caller.municipality for caller in fit]
    everywhere = None in places
    reached = None if everywhere else tuple(filter(None, places))
    return Acting(database, fit[0], reached, tuple(fit))


def _who(database: Database, login: str | None) -> Caller:
    """Return the user by the token in the file, or by a password for this once."""
    from datetime import UTC, datetime

    from geo_service.cli.tokens import read_tokens
    from geo_service.settings import get_settings
    from geo_service.workflows import cli_sign_in as entry

    now = datetime.now(UTC)
    tokens = read_tokens(get_settings().state)
    name = (login or tokens.current).strip().lower()
    if not name:
        raise NotSignedIn(NOBODY if entry.someone_is_known(database) else FIRST)
    if name in tokens.by_login:
        found = entry.resume(database, tokens.by_login[name], now=now)
        if found is not None:
            return found
    if login is None:
        raise NotSignedIn(f"{name} is not signed in any more. `tryghed login {name}`")
    once = entry.begin(database, name, ask=lambda: password_of(name), now=now, label="--as")
    return entry.end(database, once.token, now=now) or once.caller


def password_of(login: str, file: Path | None = None) -> str:
    """Return the password from the file that is named, else from the terminal.

    Raises
    ------
    NotSignedIn
        If there is neither.
    """
    from geo_service.settings import get_settings

    if named := file or get_settings().password_file:
        return named.read_text(encoding="utf-8").rstrip("\r\n")
    try:
        with TERMINAL.open("rb+", buffering=0):
            pass
    except OSError as error:
        raise NotSignedIn(
            f"There is no terminal to ask for the password of {login}. Put it in a file that "
            "only you can read, and name the file in TRYGHED_PASSWORD_FILE."
        ) from error
    from getpass import getpass

    return getpass(f"Password of {login}: ")
