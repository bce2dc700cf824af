"""Other staffed presence: containers and club workers, with their weekly hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from geo_service.domain.opening_hours import WeeklyHours
from geo_service.domain.staffing import StaffedPresence as Staffed
from geo_service.messages import _
from geo_service.storage import locking
from geo_service.storage.tables import CoverageArea, StaffedHours, StaffedPresence

WHAT = _("Bemandingen")


@dataclass(frozen=True)
class KeptStaffed:
    """A staffed presence as it is stored, with the name of its coverage area."""

    id: int
    version: int
    place: Staffed
    area_name: str
    ended_on: date | None


def read_staffed(session: Session, municipality: str, hotspot_area: str) -> list[KeptStaffed]:
    """Return the staffed presence of a hotspot area, those that have ended last."""
    query = (
        select(StaffedPresence, CoverageArea.code, CoverageArea.name)
        .join(CoverageArea, CoverageArea.id == StaffedPresence.coverage_area_id)
        .where(
            StaffedPresence.municipality_code == municipality,
            CoverageArea.hotspot_area_code == hotspot_area,
        )
        .order_by(StaffedPresence.ended_on.is_not(None), StaffedPresence.name)
    )
    hours: dict[int, list[WeeklyHours]] = {}
    for one in session.scalars(select(StaffedHours)):
        opening = WeeklyHours(one.weekday, one.opens, one.closes)
        hours.setdefault(one.staffed_presence_id, []).append(opening)
    return [
        KeptStaffed(
            row.id,
            row.version,
            Staffed(row.kind, row.code, row.name, area, tuple(sorted(hours.get(row.id, [])))),
            area_name,
            row.ended_on,
        )
        for row, area, area_name in session.execute(query)
    ]


def add_staffed(
    session: Session,
    municipality: str,
    place: Staffed,
    *,
    area_id: int,
    actor: str,
    now: datetime,
) -> None:
    """Store a staffed presence and its hours."""
    made = session.scalars(
        insert(StaffedPresence)
        .values(
            municipality_code=municipality,
            coverage_area_id=area_id,
            kind=place.kind,
            code=place.code,
            name=place.name,
            changed_by=actor,
            changed_at=now,
        )
        .returning(StaffedPresence.id)
    ).one()
    _add_hours(session, municipality, made, place.hours)


def save_staffed(  # noqa: PLR0913 - what it is, and who changed it
    session: Session,
    municipality: str,
    staffed_id: int,
    place: Staffed,
    *,
    area_id: int,
    ended_on: date | None,
    version: int,
    actor: str,
    now: datetime,
) -> None:
    """Change a staffed presence and its hours; raises Conflict if it has another version."""
    locking.save_version(
        session,
        StaffedPresence,
        StaffedPresence.id == staffed_id,
        version=version,
        what=WHAT,
        actor=actor,
        now=now,
        coverage_area_id=area_id,
        kind=place.kind,
        name=place.name,
        ended_on=ended_on,
    )
    session.execute(delete(StaffedHours).where(StaffedHours.staffed_presence_id == staffed_id))
    _add_hours(session, municipality, staffed_id, place.hours)


def _add_hours(
    session: Session, municipality: str, staffed_id: int, hours: Iterable[WeeklyHours]
) -> None:
    rows = [
        {
            "municipality_code": municipality,
            "staffed_presence_id": staffed_id,
            "weekday": one.weekday,
            "opens": one.opens,
            "closes": one.closes,
        }
        for one in hours
    ]
    if rows:
        session.execute(insert(StaffedHours).inline().values(rows))
