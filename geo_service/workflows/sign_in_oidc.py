"""Signing in with the municipality's own login: which account a proven identity belongs to.

Nobody registers here. Somebody of the provider is known by issuer and subject; the first time,
by the login that an administrator prepared and invited.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from geo_service.errors import TryghedError
from geo_service.storage import accounts, audit, invitations, sign_in_states
from geo_service.storage.database import Database
from geo_service.storage.sign_in_states import UnderWay
from geo_service.storage.tables import UserAccount
from geo_service.workflows.sign_in import POOL, Entered, Entrance, NoRight, enter, write


class NotGranted(TryghedError):
    """The provider vouches for somebody to whom nobody has given access."""

    def __init__(self, login: str | None) -> None:
        super().__init__("Nobody has given this login access. An administrator does.")
        self.login = login


@dataclass(frozen=True)
class Vouched:
    """Somebody the provider vouches for; `login` only if the provider vouches for that too."""

    issuer: str
    subject: str
    login: str | None


def begin(database: Database, *, browser: str, next_path: str, now: datetime) -> UnderWay:
    """Remember a sign-in that is sent to the provider."""
    with database.session(POOL) as session:
        return sign_in_states.begin(session, browser=browser, next_path=next_path, now=now)


def take(database: Database, state: str, *, browser: str, now: datetime) -> UnderWay | None:
    """Return the sign-in that comes back, once; None if this browser began none like it."""
    with database.session(POOL) as session:
        return sign_in_states.take(session, state, browser=browser, now=now)


def enter_vouched(database: Database, who: Vouched, entrance: Entrance) -> Entered:
    """Begin a session for somebody the provider vouches for.

    Raises
    ------
    NotGranted
        If no account belongs to them, or it is switched off or without a right.
    """
    with database.session(POOL) as session:
        account = _account_of(session, who, now=entrance.now)
        if account is not None:
            try:
                return enter(session, account.id, entrance, by="oidc")
            except NoRight:
                account = None
        _write_refusal(session, who, entrance)
    raise NotGranted(who.login)


def _account_of(session: Session, who: Vouched, *, now: datetime) -> UserAccount | None:
    known = accounts.find_by_oidc(session, who.issuer, who.subject)
    if known is not None:
        return known if known.disabled_at is None else None
    if who.login is None:
        return None
    waiting = [
        account
        for account in accounts.find_prepared(session, who.login)
        if account.oidc_issuer is None
        and not account.is_demo
        and accounts.rights_in_force(session, account.id)
        and invitations.is_invited(session, account.id, now=now)
    ]
    if len(waiting) != 1:  # of two municipalities' accounts none is guessed
        return None
    (prepared,) = waiting
    accounts.link_oidc(session, prepared.id, issuer=who.issuer, subject=who.subject, now=now)
    invitations.end_invitations(session, prepared.id, now=now)
    held = accounts.rights_in_force(session, prepared.id)[0]
    write(session, held.caller, "change", fields=["oidc"])
    return prepared


def _write_refusal(session: Session, who: Vouched, entrance: Entrance) -> None:
    audit.append(
        session,
        actor="nobody",
        action="sign_in_failed",
        object_kind="account",
        object_ref=accounts.trace_of(who.subject),
        municipality=None,
        detail={"by": "oidc", "kind": entrance.kind, "address": entrance.address},
    )
