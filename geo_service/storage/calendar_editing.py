"""School holidays and activities as they are typed or imported, and taken away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from geo_service.domain.calendar import SchoolHoliday as Holiday
from geo_service.storage.removing import remove_row
from geo_service.storage.tables import Activity, SchoolHoliday


@dataclass(frozen=True)
class KeptHoliday:
    """A school holiday as it is stored."""

    id: int
    name: str
    first: date
    last: date
    source: str


@dataclass(frozen=True)
class KeptActivity:
    """An activity as it is stored; `hotspot_area` None: it concerns the whole municipality."""

    id: int
    kind: str
    name: str
    place: str
    starts_at: datetime
    ends_at: datetime
    hotspot_area: str | None


def read_holidays(session: Session, municipality: str, since: date) -> list[KeptHoliday]:
    """Return the school holidays that are not over on a day, the earliest first."""
    query = (
        select(SchoolHoliday)
        .where(SchoolHoliday.municipality_code == municipality, SchoolHoliday.last_day >= since)
        .order_by(SchoolHoliday.first_day, SchoolHoliday.name)
    )
    return [
        KeptHoliday(row.id, row.name, row.first_day, row.last_day, row.source)
        for row in session.scalars(query)
    ]


def add_holidays(session: Session, holidays: Iterable[Holiday], *, source: str) -> int:
    """Store school holidays and return how many were not there: by name and first day."""
    rows = [
        {
            "municipality_code": one.municipality,
            "name": one.name,
            "first_day": one.first,
            "last_day": one.last,
            "source": source,
        }
        for one in holidays
    ]
    if not rows:
        return 0
    statement = (
        insert_or(SchoolHoliday).values(rows).on_conflict_do_nothing().returning(SchoolHoliday.id)
    )
    return len(session.scalars(statement).all())


def remove_holiday(session: Session, holiday_id: int) -> bool:
    """Take a school holiday away; False if there is none (`removing`)."""
    return remove_row(session, SchoolHoliday, holiday_id, what="Ferien")


def read_coming(session: Session, hotspot_area: str | None, since: datetime) -> list[KeptActivity]:
    """Return what is not over, in a hotspot area or the whole municipality, in order."""
    query = (
        select(Activity)
        .where(
            or_(Activity.hotspot_area_code == hotspot_area, Activity.hotspot_area_code.is_(None)),
            Activity.ends_at > since,
        )
        .order_by(Activity.starts_at, Activity.name)
    )
    return [
        KeptActivity(
            row.id,
            row.kind,
            row.name,
            row.place,
            row.starts_at,
            row.ends_at,
            row.hotspot_area_code,
        )
        for row in session.scalars(query)
    ]


def add_activity(  # noqa: PLR0913 - all that is known of it
    session: Session,
    municipality: str,
    *,
    hotspot_area: str | None,
    kind: str,
    name: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    source: str,
) -> None:
    """Store something that happens."""
    session.execute(
        insert(Activity)
        .inline()
        .values(
            municipality_code=municipality,
            hotspot_area_code=hotspot_area,
            kind=kind,
            name=name,
            place=place,
            starts_at=starts_at,
            ends_at=ends_at,
            source=source,
        )
    )


def remove_activity(session: Session, activity_id: int) -> bool:
    """Take an activity away; False if there is none (`removing`)."""
    return remove_row(session, Activity, activity_id, what="Begivenheden")
