"""Accounts as sign-in needs them: found by login or by OIDC, counted, locked, given a password."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.domain.rights import own_login
from geo_service.errors import Conflict
from geo_service.messages import _
from geo_service.storage.sessions import caller_of
from geo_service.storage.tables import Municipality, UserAccount, UserRight, WebSession

FREE_ATTEMPTS: Final = 5
"""Wrong passwords in a row before an account is locked for a while."""
FIRST_LOCK: Final = timedelta(seconds=30)
LONGEST_LOCK: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class HeldRight:
    """A right in force, and the caller it makes of its account."""

    id: int
    caller: Caller
    municipality_name: str
    is_demo: bool


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demo that may be entered without a password."""

    id: int
    name: str
    role: Role


def find_by_login(session: Session, login: str, *, for_update: bool = False) -> UserAccount | None:
    """Return the account with a login, whatever its state."""
    query = select(UserAccount).where(UserAccount.login == tidy_login(login))
    return session.scalars(query.with_for_update() if for_update else query).one_or_none()


def find_prepared(session: Session, login: str) -> list[UserAccount]:
    """Return the accounts made for who has a login elsewhere, locked: `anna` and `anna@0101`."""
    tidy = tidy_login(login)
    codes = session.scalars(select(Municipality.code))
    names = [tidy, *(own_login(tidy, code) for code in codes)]
    query = select(UserAccount).where(UserAccount.login.in_(names)).order_by(UserAccount.id)
    return list(session.scalars(query.with_for_update()))


def find_by_oidc(session: Session, issuer: str, subject: str) -> UserAccount | None:
    """Return the account that somebody of an OIDC provider is linked to."""
    return session.scalars(
        select(UserAccount).where(
            UserAccount.oidc_issuer == issuer, UserAccount.oidc_subject == subject
        )
    ).one_or_none()


def rights_in_force(session: Session, user_id: int) -> list[HeldRight]:
    """Return the rights an account holds, the one it acted under last first."""
    last = session.scalar(
        select(WebSession.right_id)
        .where(WebSession.user_id == user_id, WebSession.right_id.is_not(None))
        .order_by(WebSession.seen_at.desc(), WebSession.id.desc())
        .limit(1)
    )
    rows = session.execute(
        select(UserAccount, UserRight, Municipality)
        .join(UserRight, UserRight.user_id == UserAccount.id)
        .outerjoin(Municipality, Municipality.code == UserRight.municipality_code)
        .where(UserAccount.id == user_id, UserRight.ended_at.is_(None))
        .order_by((UserRight.id == last).desc(), UserRight.id)
    )
    return [
        HeldRight(
            id=right.id,
            caller=caller_of(account, right),
            municipality_name=place.name if place else "",
            is_demo=bool(place and place.is_demo),
        )
        for account, right, place in rows
    ]


def demo_accounts(session: Session) -> list[DemoAccount]:
    """Return who may be entered without a password: nobody unless all data are made up."""
    real, made_up = session.execute(
        select(
            func.count().filter(~Municipality.is_demo), func.count().filter(Municipality.is_demo)
        ).select_from(Municipality)
    ).one()
    if real or not made_up:
        return []
    rows = session.execute(
        select(UserAccount.id, UserAccount.name, UserRight.role)
        .join(UserRight, UserRight.user_id == UserAccount.id)
        .where(
            UserAccount.is_demo,
            UserAccount.disabled_at.is_(None),
            UserRight.ended_at.is_(None),
        )
        .order_by(UserAccount.id, UserRight.id)
    )
    first: dict[int, DemoAccount] = {}
    for row in rows:
        first.setdefault(row.id, DemoAccount(row.id, row.name, Role(row.role)))
    order = list(Role)
    return sorted(first.values(), key=lambda one: (order.index(one.role), one.id))


# --- failed attempts ----------------------------------------------------------------------------


def count_attempt(session: Session, account: UserAccount, *, now: datetime) -> None:
    """Count an attempt before it is checked, so that many at once are counted too."""
    account.failed_sign_ins += 1
    if account.failed_sign_ins >= FREE_ATTEMPTS:
        account.locked_until = now + lock_after(account.failed_sign_ins)
    session.flush()


def lock_after(failed: int) -> timedelta:
    """Return how long an account is locked after so many failures in a row."""
    doubled: int = 2 ** min(failed - FREE_ATTEMPTS, 10)
    return min(FIRST_LOCK * doubled, LONGEST_LOCK)


def forget_failures(session: Session, user_id: int) -> None:
    """Begin to count from nought, after the right password."""
    session.execute(
        update(UserAccount)
        .where(UserAccount.id == user_id)
        .values(failed_sign_ins=0, locked_until=None)
    )


# --- changes ------------------------------------------------------------------------------------


def set_password(
    session: Session, user_id: int, password_hash: str, *, now: datetime, by: str
) -> None:
    """Give an account a password."""
    session.execute(
        update(UserAccount)
        .where(UserAccount.id == user_id)
        .values(
            password_hash=password_hash,
            password_changed_at=now,
            failed_sign_ins=0,
            locked_until=None,
            version=UserAccount.version + 1,
            changed_by=by,
            changed_at=now,
        )
    )


def renew_hash(session: Session, user_id: int, password_hash: str) -> None:
    """Keep the same password under newer parameters."""
    session.execute(
        update(UserAccount).where(UserAccount.id == user_id).values(password_hash=password_hash)
    )


def link_oidc(session: Session, user_id: int, *, issuer: str, subject: str, now: datetime) -> None:
    """Let an account be entered by somebody of an OIDC provider from now on."""
    session.execute(
        update(UserAccount)
        .where(UserAccount.id == user_id)
        .values(
            oidc_issuer=issuer,
            oidc_subject=subject,
            version=UserAccount.version + 1,
            changed_by=f"user:{user_id}",
            changed_at=now,
        )
    )


def change_profile(
    session: Session, user_id: int, *, name: str, language: str, version: int, now: datetime
) -> None:
    """Change what somebody may change of their own account.

    Raises
    ------
    Conflict
        If the account was changed since `version` was read.
    """
    changed = session.execute(
        update(UserAccount)
        .where(UserAccount.id == user_id, UserAccount.version == version)
        .values(
            name=name,
            language=language,
            version=UserAccount.version + 1,
            changed_by=f"user:{user_id}",
            changed_at=now,
        )
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        account = session.get_one(UserAccount, user_id)
        raise Conflict(
            _("Kontoen"),
            changed_by=name_of(session, account.changed_by),
            changed_at=account.changed_at,
        )


def name_of(session: Session, actor: str) -> str:
    """Return an actor in words: the name of an account, or what else it is."""
    kind, _mark, number = actor.partition(":")
    if kind == "user" and number.isdigit():
        found = session.get(UserAccount, int(number))
        return found.name if found else actor
    return _("systemet")


def tidy_login(login: str) -> str:
    """Return a login as it is stored."""
    return login.strip().lower()


def trace_of(login: str) -> str:
    """Return what the audit keeps of a login that is nobody's.

    It may be a password typed into the wrong field: four digits of a hash show that two
    attempts were alike, and are too few to find out what was typed.
    """
    return f"sha256:{hashlib.sha256(tidy_login(login).encode('utf-8', 'replace')).hexdigest()[:4]}"
