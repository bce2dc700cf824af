"""Invitations: a link that lets somebody choose a password, once and within its time."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from geo_service.storage.sessions import sha256
from geo_service.storage.tables import Invitation, UserAccount

LIFETIME: Final = timedelta(days=7)


def make_invitation(
    session: Session, user_id: int, *, by: str, now: datetime, lifetime: timedelta = LIFETIME
) -> str:
    """Invite somebody and return the token of the link; earlier links end."""
    end_invitations(session, user_id, now=now)
    token = secrets.token_urlsafe(32)
    session.add(
        Invitation(
            token_sha256=sha256(token), user_id=user_id, created_by=by, expires_at=now + lifetime
        )
    )
    session.flush()
    return token


def invited(session: Session, token: str, *, now: datetime) -> UserAccount | None:
    """Return whom an invitation is for, None if it is unknown, used or too old."""
    return session.scalars(
        select(UserAccount)
        .join(Invitation, Invitation.user_id == UserAccount.id)
        .where(Invitation.token_sha256 == sha256(token), *_in_force(now))
    ).one_or_none()


def take_up(session: Session, token: str, *, now: datetime) -> int | None:
    """Use an invitation up and return its account; of two at once one gets it."""
    return session.scalar(
        update(Invitation)
        .where(Invitation.token_sha256 == sha256(token), *_in_force(now))
        .where(UserAccount.id == Invitation.user_id)
        .values(used_at=now)
        .returning(Invitation.user_id)
    )


def is_invited(session: Session, user_id: int, *, now: datetime) -> bool:
    """Tell whether an account has an invitation that could be taken up now."""
    found = session.scalar(
        select(Invitation.id)
        .join(UserAccount, UserAccount.id == Invitation.user_id)
        .where(Invitation.user_id == user_id, *_in_force(now))
        .limit(1)
    )
    return found is not None


def end_invitations(session: Session, user_id: int, *, now: datetime) -> None:
    """Let no link of an account be used any more."""
    session.execute(
        update(Invitation)
        .where(Invitation.user_id == user_id, Invitation.used_at.is_(None))
        .values(used_at=now)
    )


def _in_force(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Invitation.used_at.is_(None),
        Invitation.expires_at > now,
        UserAccount.disabled_at.is_(None),
    )
