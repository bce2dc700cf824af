"""Being signed in: sessions of browsers and tokens of programs, kept on the server.

Only a SHA-256 of what travels is stored. A right that is ended, an account that is switched
off, or a sign-out counts from the next request on: nothing is remembered outside the database.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.storage.tables import Municipality, UserAccount, UserRight, WebSession

LIFETIME: Final = {"web": timedelta(hours=12), "token": timedelta(days=30)}
IDLE: Final = {"web": timedelta(hours=2), "token": timedelta(days=30)}
SEEN_EVERY: Final = timedelta(minutes=1)
"""How often the time of the last request is written down."""


@dataclass(frozen=True)
class SignedIn:
    """A session in force and who it stands for."""

    session_id: int
    kind: str
    caller: Caller
    municipality_name: str
    is_demo: bool
    chosen_hotspot: str | None


def open_session(
    session: Session,
    *,
    user_id: int,
    right_id: int | None,
    kind: str,
    now: datetime,
    label: str | None = None,
) -> str:
    """Begin a session and return the token that the browser or program keeps."""
    token = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            kind=kind,
            token_sha256=sha256(token),
            user_id=user_id,
            right_id=right_id,
            label=label,
            seen_at=now,
            expires_at=now + LIFETIME[kind],
        )
    )
    session.flush()
    return token


def find_session(session: Session, token: str, *, kind: str, now: datetime) -> SignedIn | None:
    """Return who a token stands for, None if it is unknown, ended, expired or idle too long."""
    row = session.execute(
        select(WebSession, UserAccount, UserRight, Municipality)
        .join(UserAccount, UserAccount.id == WebSession.user_id)
        .join(UserRight, UserRight.id == WebSession.right_id)
        .outerjoin(Municipality, Municipality.code == UserRight.municipality_code)
        .where(
            WebSession.token_sha256 == sha256(token),
            WebSession.kind == kind,
            WebSession.ended_at.is_(None),
            WebSession.expires_at > now,
            WebSession.seen_at > now - IDLE[kind],
            UserAccount.disabled_at.is_(None),
            UserRight.ended_at.is_(None),
            UserRight.user_id == UserAccount.id,
        )
    ).one_or_none()
    if row is None:
        return None
    found, account, right, municipality = row
    if now - found.seen_at > SEEN_EVERY:
        session.execute(update(WebSession).where(WebSession.id == found.id).values(seen_at=now))
    return SignedIn(
        session_id=found.id,
        kind=found.kind,
        caller=caller_of(account, right),
        municipality_name=municipality.name if municipality else "",
        is_demo=bool(municipality and municipality.is_demo),
        chosen_hotspot=found.hotspot_area,
    )


def caller_of(account: UserAccount, right: UserRight) -> Caller:
    """Return an account acting under one of its rights."""
    hotspots = right.hotspot_areas
    return Caller(
        actor=f"user:{account.id}",
        role=Role(right.role),
        municipality=right.municipality_code,
        hotspot_areas=None if hotspots is None else tuple(hotspots),
        organisation=right.organisation,
        team=right.team_code,
        user_id=account.id,
        login=account.login,
        name=account.name,
        language=account.language,
    )


def rotate(session: Session, session_id: int, *, right_id: int | None = None) -> str:
    """Give a session a new token, and another right to act under; the old token is void."""
    token = secrets.token_urlsafe(32)
    changed: dict[str, object] = {"token_sha256": sha256(token)}
    if right_id is not None:
        changed |= {"right_id": right_id, "hotspot_area": None}
    session.execute(update(WebSession).where(WebSession.id == session_id).values(**changed))
    return token


def choose_hotspot(session: Session, session_id: int, code: str | None) -> None:
    """Remember the hotspot area that was chosen last."""
    session.execute(update(WebSession).where(WebSession.id == session_id).values(hotspot_area=code))


def sessions_of(session: Session, user_id: int, *, now: datetime) -> list[WebSession]:
    """Return the sessions of somebody that are in force, the last used first."""
    idle = or_(
        *(
            and_(WebSession.kind == kind, WebSession.seen_at > now - longest)
            for kind, longest in IDLE.items()
        )
    )
    query = (
        select(WebSession)
        .where(
            WebSession.user_id == user_id,
            WebSession.ended_at.is_(None),
            WebSession.expires_at > now,
            idle,
        )
        .order_by(WebSession.seen_at.desc(), WebSession.id.desc())
    )
    return list(session.scalars(query))


def end_session(
    session: Session, session_id: int, *, now: datetime, user_id: int | None = None
) -> bool:
    """Sign out of one session, of `user_id` only if that is given; tell whether there was one."""
    query = update(WebSession).where(WebSession.id == session_id, WebSession.ended_at.is_(None))
    if user_id is not None:
        query = query.where(WebSession.user_id == user_id)
    ended = session.scalar(query.values(ended_at=now).returning(WebSession.id))
    return ended is not None


def end_sessions(session: Session, user_id: int, *, now: datetime, keep: int | None = None) -> int:
    """Sign somebody out everywhere, but for the session `keep`; return of how many."""
    query = update(WebSession).where(WebSession.user_id == user_id, WebSession.ended_at.is_(None))
    if keep is not None:
        query = query.where(WebSession.id != keep)
    return len(session.scalars(query.values(ended_at=now).returning(WebSession.id)).all())


def end_token(session: Session, token: str, *, kind: str, now: datetime) -> None:
    """Sign out of the session that a token stands for, whatever its state."""
    session.execute(
        update(WebSession)
        .where(
            WebSession.token_sha256 == sha256(token),
            WebSession.kind == kind,
            WebSession.ended_at.is_(None),
        )
        .values(ended_at=now)
    )


def sha256(token: str) -> bytes:
    """Return what is stored of a secret that travels."""
    return hashlib.sha256(token.encode()).digest()
