"""School holidays and activities, as the calendar's rules know them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from geo_service.domain import calendar
from geo_service.storage.tables import Activity, SchoolHoliday


def read_school_holidays(session: Session, municipality: str) -> list[calendar.SchoolHoliday]:
    """Return the holidays of a municipality's schools, the earliest first."""
    query = (
        select(SchoolHoliday)
        .where(SchoolHoliday.municipality_code == municipality)
        .order_by(SchoolHoliday.first_day, SchoolHoliday.name)
    )
    return [
        calendar.SchoolHoliday(municipality, row.name, row.first_day, row.last_day)
        for row in session.scalars(query)
    ]


def read_activities(
    session: Session, hotspot_area: str, since: datetime, until: datetime
) -> list[calendar.Activity]:
    """Return what happens in [since, until) in a hotspot area or the whole municipality."""
    query = (
        select(Activity)
        .where(
            or_(Activity.hotspot_area_code == hotspot_area, Activity.hotspot_area_code.is_(None)),
            Activity.starts_at < until,
            Activity.ends_at > since,
        )
        .order_by(Activity.starts_at, Activity.name)
    )
    return [
        calendar.Activity(row.name, row.place, row.starts_at, row.ends_at)
        for row in session.scalars(query)
    ]
