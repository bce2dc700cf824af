"""What an OIDC sign-in under way must remember: kept here, bound to one browser, used once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from geo_service.storage.sessions import sha256
from geo_service.storage.tables import SignInState

LIFETIME: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class UnderWay:
    """A sign-in that was sent to the provider."""

    state: str
    nonce: str
    code_verifier: str
    next_path: str


def begin(session: Session, *, browser: str, next_path: str, now: datetime) -> UnderWay:
    """Remember a sign-in that begins in a browser, known by the secret of its cookie."""
    session.execute(delete(SignInState).where(SignInState.expires_at <= now))
    begun = UnderWay(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        code_verifier=secrets.token_urlsafe(48),
        next_path=next_path,
    )
    session.add(
        SignInState(
            state_sha256=_key(begun.state, browser),
            nonce=begun.nonce,
            code_verifier=begun.code_verifier,
            next_path=next_path,
            expires_at=now + LIFETIME,
        )
    )
    session.flush()
    return begun


def take(session: Session, state: str, *, browser: str, now: datetime) -> UnderWay | None:
    """Return a sign-in and forget it; None if this browser began none with that state."""
    row = session.execute(
        delete(SignInState)
        .where(SignInState.state_sha256 == _key(state, browser), SignInState.expires_at > now)
        .returning(SignInState.nonce, SignInState.code_verifier, SignInState.next_path)
    ).one_or_none()
    return UnderWay(state, row.nonce, row.code_verifier, row.next_path) if row else None


def _key(state: str, browser: str) -> bytes:
    """Return what is stored: another browser's state is not found at all."""
    return sha256(f"{state}:{browser}")
