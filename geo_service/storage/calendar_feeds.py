"""Addresses of duty calendars: made, found by their token, and revoked.

Only a SHA-256 of a token is kept. An address gives what its owner's right gives now: with the
account switched off, the right ended or another team, it gives nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.storage.sessions import caller_of, sha256
from geo_service.storage.tables import CalendarFeed, UserAccount, UserRight


@dataclass(frozen=True)
class Feed:
    """An address in force, and whom it stands for."""

    id: int
    caller: Caller


def add_feed(session: Session, caller: Caller) -> str:
    """Make an address for the caller's own team and return its token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        CalendarFeed(
            user_account_id=caller.user_id,
            municipality_code=caller.municipality,
            team_code=caller.team,
            token_hash=sha256(token),
        )
    )
    session.flush()
    return token


def made_at(session: Session, user_id: int) -> datetime | None:
    """Return when the address of somebody that is in force was made; None without one."""
    return session.scalar(
        select(CalendarFeed.created_at)
        .where(CalendarFeed.user_account_id == user_id, CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.id.desc())
        .limit(1)
    )


def revoke(session: Session, user_id: int, *, now: datetime) -> int:
    """Revoke every address of somebody; return how many there were."""
    revoked = session.scalars(
        update(CalendarFeed)
        .where(CalendarFeed.user_account_id == user_id, CalendarFeed.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(CalendarFeed.id)
    )
    return len(revoked.all())


def find_feed(session: Session, token: str) -> Feed | None:
    """Return what a token stands for; None if it is unknown, revoked or its right is gone."""
    row = session.execute(
        select(CalendarFeed.id, UserAccount, UserRight)
        .join(UserAccount, UserAccount.id == CalendarFeed.user_account_id)
        .join(
            UserRight,
            and_(
                UserRight.user_id == UserAccount.id,
                UserRight.role == Role.street_team,
                UserRight.municipality_code == CalendarFeed.municipality_code,
                UserRight.team_code == CalendarFeed.team_code,
            ),
        )
        .where(
            CalendarFeed.token_hash == sha256(token),
            CalendarFeed.revoked_at.is_(None),
            UserAccount.disabled_at.is_(None),
            UserRight.ended_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    number, account, right = row
    return Feed(number, caller_of(account, right))
