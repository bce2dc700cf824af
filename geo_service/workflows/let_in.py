"""Let a municipality use the service: it has a name and a code, and nothing else yet."""

from __future__ import annotations

from geo_service.domain.callers import Job
from geo_service.domain.municipalities import MUNICIPALITIES
from geo_service.storage.areas import ensure_municipality
from geo_service.storage.audit import append
from geo_service.storage.database import Database
from geo_service.storage.tables import Municipality


def let_in(database: Database, code: str, *, actor: str) -> bool:
    """Make the municipality known if it is not, and tell whether it was new."""
    with database.working(Job(actor, (code,))) as session:
        if session.get(Municipality, code) is not None:
            return False
        ensure_municipality(session, code, MUNICIPALITIES[code])
        append(
            session,
            actor=actor,
            action="create",
            object_kind="municipality",
            object_ref=code,
            municipality=code,
            detail={},
        )
        return True
