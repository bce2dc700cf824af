"""Who sends a request: a browser by its cookie, a program by its bearer token."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection, Request

from geo_service.storage.database import Database
from geo_service.storage.sessions import SignedIn, find_session
from geo_service.storage.tables import Area

COOKIE: Final = "__Host-tryghed"
FORM_COOKIE: Final = "__Host-tryghed-form"
"""Before there is a session: what a form of this browser proves itself by."""


@dataclass(frozen=True)
class Identity:
    """A session in force, the token it came by, and the hotspot areas of its scope."""

    signed_in: SignedIn
    token: str
    hotspot_choices: tuple[tuple[str, str], ...]

    @property
    def csrf(self) -> str:
        """The token of forms: derived from the session's, which no other page knows."""
        return csrf_of(self.token)


def identify(request: Request, database: Database) -> Identity | None:
    """Return who asks, None if nobody is signed in."""
    kind, token = token_of(request)
    if not token:
        return None
    now = datetime.now(UTC)
    with database.session("web_auth") as session:
        found = find_session(session, token, kind=kind, now=now)
        if found is None:
            return None
        return Identity(found, token, _hotspots(session, found, now.date()))


def token_of(request: HTTPConnection) -> tuple[str, str]:
    """Return the kind of session that is claimed, and the token."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return "token", value.strip()
    return "web", request.cookies.get(COOKIE, "")


def csrf_of(token: str) -> str:
    """Return the token that forms of a session carry."""
    digest = hashlib.sha256(b"csrf:" + token.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _hotspots(session: Session, found: SignedIn, on: date) -> tuple[tuple[str, str], ...]:
    """Return code and name of the hotspot areas in the caller's scope."""
    caller = found.caller
    if caller.municipality is None:
        return ()
    query = (
        select(Area.code, Area.name)
        .where(
            Area.municipality_code == caller.municipality,
            Area.kind == "hotspot_area",
            Area.valid_from <= on,
            or_(Area.valid_to.is_(None), Area.valid_to > on),
        )
        .order_by(Area.name)
    )
    if caller.hotspot_areas is not None:
        query = query.where(Area.code.in_(caller.hotspot_areas))
    return tuple((row.code, row.name) for row in session.execute(query))
