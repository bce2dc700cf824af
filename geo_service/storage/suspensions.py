"""Unquiet evenings: the plan of a hotspot area is suspended, until somebody lifts that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_service.storage.tables import Suspension


@dataclass(frozen=True)
class Suspended:
    """Which, since when, and by whom (a name, or empty)."""

    id: int
    declared_by: str
    declared_at: datetime


def read_suspension(session: Session, hotspot_area: str, evening: date) -> Suspended | None:
    """Return the suspension that holds on an evening, None without one."""
    row = session.execute(
        select(
            Suspension.id,
            func.coalesce(func.adm.actor_name(Suspension.declared_by), "").label("declared_by"),
            Suspension.declared_at,
        ).where(
            Suspension.hotspot_area_code == hotspot_area,
            Suspension.evening == evening,
            Suspension.lifted_at.is_(None),
        )
    ).one_or_none()
    return Suspended(**row._mapping) if row else None


def suspended_evenings(
    session: Session, hotspot_area: str, first: date, last: date
) -> tuple[date, ...]:
    """Return the evenings of [first, last] on which the plan was suspended, and stayed so."""
    query = (
        select(Suspension.evening)
        .where(
            Suspension.hotspot_area_code == hotspot_area,
            Suspension.evening.between(first, last),
            Suspension.lifted_at.is_(None),
        )
        .order_by(Suspension.evening)
    )
    return tuple(session.scalars(query))


def suspend(
    session: Session, municipality: str, hotspot_area: str, evening: date, *, actor: str
) -> bool:
    """Suspend the plan of an evening; False: it is suspended already, and stays as it is."""
    made = session.scalar(
        insert(Suspension)
        .values(
            municipality_code=municipality,
            hotspot_area_code=hotspot_area,
            evening=evening,
            declared_by=actor,
        )
        .on_conflict_do_nothing()
        .returning(Suspension.id)
    )
    return made is not None


def lift(session: Session, suspension_id: int, *, actor: str, now: datetime) -> bool:
    """Let the plan of an evening hold again; False: somebody has lifted this suspension before."""
    lifted = session.execute(
        update(Suspension)
        .where(Suspension.id == suspension_id, Suspension.lifted_at.is_(None))
        .values(lifted_by=actor, lifted_at=now)
    )
    return bool(lifted.rowcount)  # type: ignore[attr-defined]
