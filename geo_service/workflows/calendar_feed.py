"""The duty calendar of a team: make its address, revoke it, and give its file to a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from geo_service.domain.callers import Caller
from geo_service.domain.evenings import evening_of
from geo_service.domain.staffing import Shift
from geo_service.planning.duty_feed import duty_feed
from geo_service.storage import audit, overview
from geo_service.storage import calendar_feeds as store
from geo_service.storage.database import Database

POOL: Final = "web_auth"
KIND: Final = "duty_feed"
BACK: Final = timedelta(days=14)
AHEAD: Final = timedelta(days=60)
ANYBODY: Final = "H1"
"""Stands for whoever is on duty: the file does not say who, or how many."""


def made_at(database: Database, caller: Caller) -> datetime | None:
    """Return when the caller's address was made; None without one in force."""
    with database.session(POOL) as session:
        return store.made_at(session, caller.user_id or 0)


def make(database: Database, caller: Caller, *, now: datetime) -> str:
    """Make an address for the caller's team and return its token; an older one is revoked."""
    with database.session(POOL) as session:
        store.revoke(session, caller.user_id or 0, now=now)
        return store.add_feed(session, caller)


def revoke(database: Database, caller: Caller, *, now: datetime) -> int:
    """Revoke the caller's address; return how many there were."""
    with database.session(POOL) as session:
        return store.revoke(session, caller.user_id or 0, now=now)


def read_feed(
    database: Database, token: str, *, now: datetime, admit: Callable[[int], None]
) -> bytes | None:
    """Return the file behind a token, None if there is none; the read is in the audit.

    Parameters
    ----------
    admit
        Called with the number of an address that exists before it is read; may raise.
    """
    with database.session(POOL) as session:
        feed = store.find_feed(session, token)
    if feed is None:
        return None
    admit(feed.id)
    tonight = evening_of(now)
    with database.acting(feed.caller) as session:
        lines = overview.shifts(session, tonight - BACK, tonight + AHEAD)
        audit.append(
            session,
            actor=feed.caller.actor,
            role=feed.caller.role.value,
            action="read",
            object_kind=KIND,
            object_ref=str(feed.id),
            municipality=feed.caller.municipality,
            detail={"shifts": len(lines)},
        )
    shifts = [Shift(line.starts_at, line.ends_at, ANYBODY) for line in lines]
    return duty_feed(shifts, feed_id=f"{KIND}:{feed.id}", stamped_at=now)
