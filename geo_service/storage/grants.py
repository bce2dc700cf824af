"""Changes to accounts and rights; whether they may be made is decided by the use cases."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_service.domain.access import Role
from geo_service.domain.rights import Wanted
from geo_service.storage.tables import Invitation, UserAccount, UserRight

ADMINISTRATORS: Final = 7_243_212
"""Any number nobody else locks: administrators are taken out of use one at a time."""


def add_account(
    session: Session,
    *,
    login: str,
    name: str,
    language: str = "da",
    actor: str,
    is_demo: bool = False,
    password_hash: str | None = None,
) -> int | None:
    """Make an account and return its number, None if the login is taken."""
    return session.scalar(
        insert(UserAccount)
        .values(
            login=login,
            name=name,
            language=language,
            created_by=actor,
            changed_by=actor,
            is_demo=is_demo,
            password_hash=password_hash,
        )
        .on_conflict_do_nothing(index_elements=["login"])
        .returning(UserAccount.id)
    )


def is_any_account(session: Session) -> bool:
    """Tell whether anybody has an account."""
    return session.scalar(select(UserAccount.id).limit(1)) is not None


def add_right(session: Session, user_id: int, wanted: Wanted, *, actor: str) -> int | None:
    """Give a right and return its number, None if the role is held there already."""
    areas = wanted.hotspot_areas
    return session.scalar(
        insert(UserRight)
        .values(
            user_id=user_id,
            role=wanted.role,
            municipality_code=wanted.municipality,
            hotspot_areas=None if areas is None else sorted(set(areas)),
            organisation=wanted.organisation,
            team_code=wanted.team,
            granted_by=actor,
        )
        .on_conflict_do_nothing()
        .returning(UserRight.id)
    )


def end_right(session: Session, right_id: int, *, actor: str, now: datetime) -> None:
    """End a right; who acts under it is signed out by their next request."""
    session.execute(
        update(UserRight)
        .where(UserRight.id == right_id, UserRight.ended_at.is_(None))
        .values(ended_at=now, ended_by=actor)
    )


def administrators(
    session: Session,
    *,
    demo: bool,
    without_user: int | None = None,
    without_right: int | None = None,
) -> int:
    """Count those who can sign in as administrator of the whole service.

    `demo`: whether the demo's accounts, which need no password, count too. The two others are
    left out, to see what would be without them.
    """
    usable = or_(
        UserAccount.password_hash.is_not(None),
        UserAccount.oidc_subject.is_not(None),
        UserAccount.is_demo,
    )
    query = (
        select(func.count(UserAccount.id.distinct()))
        .join(UserRight, UserRight.user_id == UserAccount.id)
        .where(
            UserRight.role == Role.admin,
            UserRight.municipality_code.is_(None),
            UserRight.ended_at.is_(None),
            UserAccount.disabled_at.is_(None),
            usable,
        )
    )
    if not demo:
        query = query.where(UserAccount.is_demo.is_(False))
    if without_user is not None:
        query = query.where(UserAccount.id != without_user)
    if without_right is not None:
        query = query.where(UserRight.id != without_right)
    return session.scalar(query) or 0


def hold_administrators(session: Session) -> None:
    """Wait until nobody else is taking an administrator out of use; until the commit."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADMINISTRATORS})


def end_invitations_of_others(session: Session, user_id: int, *, actor: str, now: datetime) -> None:
    """Let no link be used any more that somebody else made for an account."""
    session.execute(
        update(Invitation)
        .where(
            Invitation.user_id == user_id,
            Invitation.used_at.is_(None),
            Invitation.created_by != actor,
        )
        .values(used_at=now)
    )
