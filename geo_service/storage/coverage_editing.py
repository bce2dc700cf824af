"""Coverage areas as they are drawn and changed: an outline that was in force is never overwritten.

A change ends the row that is in force and adds one that holds from the day of the change;
what was promised for the old outline goes on pointing at it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from geoalchemy2.shape import from_shape
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from geo_service.domain.coverage_areas import CoverageArea as Covered
from geo_service.domain.grid import DANISH_GRID_SRID
from geo_service.messages import _
from geo_service.storage import locking
from geo_service.storage.coverage import covered
from geo_service.storage.tables import Commitment, CoverageArea

WHAT = _("Dækningsområdet")


@dataclass(frozen=True)
class Drawn:
    """A coverage area as it is stored: since when, until when, by whom, and what it is."""

    id: int
    version: int
    level: str
    valid_from: date
    valid_to: date | None
    changed_by: str | None
    changed_at: datetime
    area: Covered


def read_drawn(session: Session, municipality: str, hotspot_area: str) -> list[Drawn]:
    """Return every outline there is or was, the newest of each code first, by name."""
    query = (
        select(CoverageArea, func.adm.actor_name(CoverageArea.changed_by))
        .where(
            CoverageArea.municipality_code == municipality,
            CoverageArea.hotspot_area_code == hotspot_area,
        )
        .order_by(CoverageArea.name, CoverageArea.code, CoverageArea.valid_from.desc())
    )
    return [
        Drawn(
            row.id,
            row.version,
            row.level,
            row.valid_from,
            row.valid_to,
            who or None,
            row.changed_at,
            area,
        )
        for row, who in session.execute(query)
        if (area := covered(row))
    ]


def hotspot_of(session: Session, area_id: int) -> str | None:
    """Return the hotspot area that a row belongs to; None where the caller reaches none."""
    return session.scalar(select(CoverageArea.hotspot_area_code).where(CoverageArea.id == area_id))


def add(  # noqa: PLR0913 - what it is, since when, and who drew it
    session: Session,
    municipality: str,
    hotspot_area: str,
    area: Covered,
    *,
    level: str,
    valid_from: date,
    version: int = 1,
    actor: str,
    now: datetime,
) -> None:
    """Store a coverage area that holds from a day on.

    What takes the place of another goes on counting its versions: a form that was opened before
    the change must not fit what came after it.
    """
    session.execute(
        insert(CoverageArea)
        .inline()
        .values(
            municipality_code=municipality,
            hotspot_area_code=hotspot_area,
            code=area.code,
            valid_from=valid_from,
            version=version,
            changed_by=actor,
            changed_at=now,
            **_values(area, level),
        )
    )


def save(
    session: Session,
    area_id: int,
    area: Covered,
    *,
    version: int,
    level: str,
    actor: str,
    now: datetime,
) -> None:
    """Change a row where it stands; raises Conflict if it has another version."""
    locking.save_version(
        session,
        CoverageArea,
        CoverageArea.id == area_id,
        version=version,
        what=WHAT,
        actor=actor,
        now=now,
        **_values(area, level),
    )


def set_end(
    session: Session,
    area_id: int,
    *,
    version: int,
    valid_to: date | None,
    actor: str,
    now: datetime,
) -> int:
    """Let a row hold until a day, or on and on; raises Conflict if it has another version."""
    return locking.save_version(
        session,
        CoverageArea,
        CoverageArea.id == area_id,
        version=version,
        what=WHAT,
        actor=actor,
        now=now,
        valid_to=valid_to,
    )


def promised(session: Session, area_ids: Iterable[int], since: date) -> int:
    """Count the commitments from an evening on that point at any of some rows."""
    query = (
        select(func.count())
        .select_from(Commitment)
        .where(
            Commitment.coverage_area_id.in_(list(area_ids)),
            Commitment.evening >= since,
            Commitment.removed_at.is_(None),
        )
    )
    return session.scalar(query) or 0


def _values(area: Covered, level: str) -> dict[str, Any]:
    return {
        "name": area.name,
        "agency": area.agency,
        "kind": area.kind,
        "capacity": area.capacity,
        "level": level,
        "not_at_night_reason": area.not_at_night,
        "geom": from_shape(area.outline, srid=DANISH_GRID_SRID),
    }
