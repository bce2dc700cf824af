"""What somebody does with their own account: password, name, language, right, sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from geo_service.domain.callers import Caller
from geo_service.domain.passwords import Fault, fault_of, hash_password, is_right
from geo_service.errors import NotFound, TryghedError
from geo_service.storage import accounts, invitations, sessions
from geo_service.storage.accounts import HeldRight
from geo_service.storage.database import Database
from geo_service.storage.tables import UserAccount, WebSession
from geo_service.workflows.sign_in import POOL, Entered, Entrance, enter, write


class WrongPassword(TryghedError):
    """The present password was not the right one."""


class WeakPassword(TryghedError):
    """A new password is not good enough; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"The new password is not good enough: {fault}.")
        self.fault = fault


@dataclass(frozen=True)
class OwnAccount:
    """What somebody sees of their own account."""

    login: str
    name: str
    language: str
    version: int
    has_password: bool
    by_oidc: bool
    rights: tuple[HeldRight, ...]
    sessions: tuple[WebSession, ...]


def read_own(session: Session, user_id: int, *, now: datetime) -> OwnAccount:
    """Return somebody's own account, its rights and its sessions in force."""
    account = session.get_one(UserAccount, user_id)
    return OwnAccount(
        login=account.login,
        name=account.name,
        language=account.language,
        version=account.version,
        has_password=account.password_hash is not None,
        by_oidc=account.oidc_issuer is not None,
        rights=tuple(accounts.rights_in_force(session, user_id)),
        sessions=tuple(sessions.sessions_of(session, user_id, now=now)),
    )


def change_profile(
    database: Database, caller: Caller, *, name: str, language: str, version: int, now: datetime
) -> None:
    """Change name and language; `Conflict` if somebody else was first."""
    with database.session(POOL) as session:
        accounts.change_profile(
            session, _number(caller), name=name, language=language, version=version, now=now
        )
        write(session, caller, "change", fields=["name", "language"])


def change_password(
    database: Database,
    caller: Caller,
    *,
    present: str,
    new: str,
    session_id: int,
    now: datetime,
    check: Callable[[str | None, str], bool] = is_right,
) -> str:
    """Change the password, sign out everywhere else, and return this session's new token.

    Raises
    ------
    WrongPassword
        If the present password is wrong; this counts as a failed sign-in.
    WeakPassword
        If the new one is not good enough.
    """
    user_id = _number(caller)
    with database.session(POOL) as session:
        account = accounts.find_by_login(session, caller.login, for_update=True)
        if account is None:
            raise NotFound("There is no such account.")
        locked = account.locked_until is not None and account.locked_until > now
        stored = None if locked else account.password_hash
        accounts.count_attempt(session, account, now=now)
    if not check(stored, present):
        with database.session(POOL) as session:
            write(session, caller, "sign_in_failed", by="password change")
        raise WrongPassword("The present password is not the right one.")
    fault = fault_of(new, login=caller.login, name=caller.name)
    made = None if fault else hash_password(new)
    with database.session(POOL) as session:
        accounts.forget_failures(session, user_id)
        if made is not None:
            accounts.set_password(session, user_id, made, now=now, by=caller.actor)
            ended = sessions.end_sessions(session, user_id, now=now, keep=session_id)
            invitations.end_invitations(session, user_id, now=now)
            write(session, caller, "change", fields=["password"], sessions_ended=ended)
            return sessions.rotate(session, session_id)
    assert fault is not None  # noqa: S101 - nothing was made, so there is a fault
    raise WeakPassword(fault)


def choose_right(database: Database, caller: Caller, right_id: int, *, session_id: int) -> str:
    """Act under another right from now on, and return the session's new token.

    Raises
    ------
    NotFound
        If it is no right of the caller's that is in force.
    """
    with database.session(POOL) as session:
        held = accounts.rights_in_force(session, _number(caller))
        chosen = next((one for one in held if one.id == right_id), None)
        if chosen is None:
            raise NotFound("There is no such right.")
        write(session, chosen.caller, "change", fields=["role"], was=caller.role.value)
        return sessions.rotate(session, session_id, right_id=right_id)


def choose_hotspot(database: Database, session_id: int, code: str | None) -> None:
    """Remember the hotspot area that somebody works with."""
    with database.session(POOL) as session:
        sessions.choose_hotspot(session, session_id, code)


def end_one(database: Database, caller: Caller, session_id: int, *, now: datetime) -> None:
    """Sign out of one session, wherever it is; `NotFound` if it is not the caller's."""
    with database.session(POOL) as session:
        if not sessions.end_session(session, session_id, now=now, user_id=_number(caller)):
            raise NotFound("There is no such session.")
        write(session, caller, "sign_out", of=session_id)


def end_everywhere(database: Database, caller: Caller, *, now: datetime) -> None:
    """Sign out everywhere, here too."""
    with database.session(POOL) as session:
        ended = sessions.end_sessions(session, _number(caller), now=now)
        write(session, caller, "sign_out", everywhere=True, sessions_ended=ended)


def take_up_invitation(
    database: Database, token: str, *, password: str, entrance: Entrance
) -> Entered:
    """Give the invited account its password and begin a session.

    Raises
    ------
    NotFound
        If the invitation is unknown, used or too old.
    WeakPassword
        If the password is not good enough; the invitation stays.
    """
    with database.session(POOL) as session:
        account = invitations.invited(session, token, now=entrance.now)
        if account is None:
            raise NotFound("The invitation is not in force.")
        fault = fault_of(password, login=account.login, name=account.name)
    if fault is not None:
        raise WeakPassword(fault)
    made = hash_password(password)
    with database.session(POOL) as session:
        user_id = invitations.take_up(session, token, now=entrance.now)
        if user_id is None:
            raise NotFound("The invitation is not in force.")
        invitations.end_invitations(session, user_id, now=entrance.now)
        accounts.set_password(session, user_id, made, now=entrance.now, by=f"user:{user_id}")
        sessions.end_sessions(session, user_id, now=entrance.now)
        entered = enter(session, user_id, entrance, by="invitation")
        write(session, entered.caller, "change", fields=["password"])
    return entered


def _number(caller: Caller) -> int:
    if caller.user_id is None:
        raise NotFound("Nobody's account.")
    return caller.user_id
