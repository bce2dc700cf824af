"""Signing in and out: by password, as an account of the demo; the same for web and command line.

An attempt is counted before it is checked, in a transaction of its own, and nothing tells an
unknown login from a wrong password, a locked account or one that is switched off: neither the
words nor, as far as that goes, the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from geo_service.domain.callers import Caller
from geo_service.domain.passwords import MOST, hash_password, is_outdated, is_right
from geo_service.errors import NotFound, TryghedError
from geo_service.storage import accounts, audit, sessions
from geo_service.storage.accounts import HeldRight
from geo_service.storage.database import Database

POOL: Final = "web_auth"


class SignInRefused(TryghedError):
    """The login or the password is wrong, or the account may not be used now."""

    def __init__(self) -> None:
        super().__init__(
            "The login or the password is wrong, or the account is locked for a while after "
            "several wrong attempts."
        )


class NoRight(TryghedError):
    """The account is known and its owner too, but nobody has given it a right."""

    def __init__(self, login: str) -> None:
        super().__init__(f"The account {login} has no right in force. An administrator gives one.")
        self.login = login


@dataclass(frozen=True)
class Entrance:
    """Where somebody comes in: kind of session, from where, and the session it replaces."""

    kind: str
    now: datetime
    label: str | None = None
    address: str = ""
    replacing: str = ""
    """Token of a session of the same browser, which ends."""


@dataclass(frozen=True)
class Entered:
    """A session that has begun, and who acts in it."""

    token: str
    caller: Caller


@dataclass(frozen=True)
class _Attempt:
    login: str
    user_id: int | None
    password_hash: str | None
    municipality: str | None


def sign_in(
    database: Database,
    *,
    login: str,
    password: str,
    entrance: Entrance,
    check: Callable[[str | None, str], bool] = is_right,
) -> Entered:
    """Begin a session for whoever knows the password.

    Raises
    ------
    SignInRefused
        If login and password do not belong together, or the account is locked or switched off.
    NoRight
        If they do, but the account has no right in force.
    """
    with database.session(POOL) as session:
        attempt = _begin(session, login, now=entrance.now)
    right = check(attempt.password_hash, password) and len(password) <= MOST
    with database.session(POOL) as session:
        outcome = _finish(session, attempt, password, entrance, right=right)
    if isinstance(outcome, TryghedError):  # raised here, so that what was written is kept
        raise outcome
    return outcome


def _finish(
    session: Session, attempt: _Attempt, password: str, entrance: Entrance, *, right: bool
) -> Entered | TryghedError:
    if not right or attempt.user_id is None or attempt.password_hash is None:
        _write_failure(session, attempt, entrance)
        return SignInRefused()
    accounts.forget_failures(session, attempt.user_id)
    if is_outdated(attempt.password_hash):
        accounts.renew_hash(session, attempt.user_id, hash_password(password))
    try:
        return enter(session, attempt.user_id, entrance, by="password")
    except NoRight as refusal:
        _write_failure(session, attempt, entrance)
        return refusal


def _begin(session: Session, login: str, *, now: datetime) -> _Attempt:
    account = accounts.find_by_login(session, login, for_update=True)
    if account is None:
        return _Attempt(login, None, None, None)
    rights = accounts.rights_in_force(session, account.id)
    place = rights[0].caller.municipality if rights else None
    locked = account.locked_until is not None and account.locked_until > now
    if locked or account.disabled_at is not None:
        return _Attempt(login, account.id, None, place)
    stored = account.password_hash
    accounts.count_attempt(session, account, now=now)
    return _Attempt(login, account.id, stored, place)


def enter(session: Session, user_id: int, entrance: Entrance, *, by: str) -> Entered:
    """Begin a session for somebody whose identity is proven.

    Raises
    ------
    NoRight
        If the account has no right in force.
    """
    rights = accounts.rights_in_force(session, user_id)
    if not rights:
        raise NoRight(f"user:{user_id}")
    held = rights[0]
    if entrance.replacing:
        sessions.end_token(session, entrance.replacing, kind=entrance.kind, now=entrance.now)
    token = sessions.open_session(
        session,
        user_id=user_id,
        right_id=held.id,
        kind=entrance.kind,
        now=entrance.now,
        label=entrance.label,
    )
    write(session, held.caller, "sign_in", by=by, kind=entrance.kind)
    return Entered(token, held.caller)


def enter_demo(database: Database, user_id: int, entrance: Entrance) -> Entered:
    """Begin a session as an account of the demo, without a password.

    Raises
    ------
    NotFound
        If it is no such account, or the database holds anything that is not made up.
    """
    with database.session(POOL) as session:
        if user_id not in {one.id for one in accounts.demo_accounts(session)}:
            raise NotFound("There is no such account of the demo.")
        return enter(session, user_id, entrance, by="demo")


def sign_out(database: Database, caller: Caller, session_id: int, *, now: datetime) -> None:
    """End one session of the caller's own."""
    with database.session(POOL) as session:
        sessions.end_session(session, session_id, now=now, user_id=caller.user_id)
        write(session, caller, "sign_out")


def rights_of(database: Database, user_id: int) -> list[HeldRight]:
    """Return the rights that somebody may act under."""
    with database.session(POOL) as session:
        return accounts.rights_in_force(session, user_id)


def write(session: Session, caller: Caller, action: str, **detail: Any) -> None:
    """Write down what somebody did to their own account."""
    audit.append(
        session,
        actor=caller.actor,
        role=caller.role.value,
        action=action,
        object_kind="account",
        object_ref=caller.actor,
        municipality=caller.municipality,
        detail=detail,
    )


def _write_failure(session: Session, attempt: _Attempt, entrance: Entrance) -> None:
    known = attempt.user_id is not None
    audit.append(
        session,
        actor="nobody",
        action="sign_in_failed",
        object_kind="account",
        object_ref=f"user:{attempt.user_id}" if known else accounts.trace_of(attempt.login),
        municipality=attempt.municipality,
        detail={"by": "password", "kind": entrance.kind, "address": entrance.address},
    )
