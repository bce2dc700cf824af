"""The evening log: written after the shift by the team, released by the coordinator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session

from geo_service.storage.tables import CoverageArea, EveningLog, Team


@dataclass(frozen=True)
class Note:
    """One stay at a place, and what its writer noted; times are aware (UTC)."""

    id: int
    area_code: str
    area_name: str
    team: str
    evening: date
    arrived_at: datetime
    minutes: int
    trend: str
    seen: str | None
    note: str
    follow_up: str | None
    released_at: datetime | None


@dataclass(frozen=True)
class Released:
    """What the police see of a note: the place, the evening, the trend and what was seen."""

    area_name: str
    evening: date
    trend: str
    seen: str | None


def _notes() -> Any:
    return (
        select(
            EveningLog.id,
            CoverageArea.code.label("area_code"),
            CoverageArea.name.label("area_name"),
            Team.code.label("team"),
            EveningLog.evening,
            EveningLog.arrived_at,
            EveningLog.minutes,
            EveningLog.trend,
            EveningLog.seen,
            EveningLog.note,
            EveningLog.follow_up,
            EveningLog.released_at,
        )
        .join(CoverageArea, CoverageArea.id == EveningLog.coverage_area_id)
        .join(Team, Team.id == EveningLog.team_id)
    )


def read_notes(
    session: Session, first: date, last: date, *, hotspot_area: str | None = None
) -> list[Note]:
    """Return the notes of evenings [first, last] that the caller reaches, the newest first."""
    query = _notes().where(EveningLog.evening >= first, EveningLog.evening <= last)
    if hotspot_area is not None:
        query = query.where(CoverageArea.hotspot_area_code == hotspot_area)
    query = query.order_by(EveningLog.evening.desc(), EveningLog.arrived_at.desc())
    return [Note(**row._mapping) for row in session.execute(query)]


def read_released(
    session: Session, first: date, last: date, *, hotspot_area: str
) -> list[Released]:
    """Return what the police see of the notes of evenings [first, last], the newest first."""
    noted = func.raw.note_released().table_valued("coverage_area_id", "evening", "trend", "seen")
    query = (
        select(CoverageArea.name.label("area_name"), noted.c.evening, noted.c.trend, noted.c.seen)
        .join(CoverageArea, CoverageArea.id == noted.c.coverage_area_id)
        .where(
            CoverageArea.hotspot_area_code == hotspot_area,
            noted.c.evening >= first,
            noted.c.evening <= last,
        )
        .order_by(noted.c.evening.desc(), CoverageArea.name)
    )
    return [Released(**row._mapping) for row in session.execute(query)]


def read_seen(session: Session, since: date, until: date) -> pd.DataFrame:
    """Return what the street team saw on evenings [since, until), of notes that are released.

    What a patrol wrote is left out: it would send the patrol back to where it has been.

    Returns
    -------
    DataFrame
        area_code, crime_type, occurred_from, occurred_to (UTC): the stay it was seen in.
    """
    query = (
        select(
            CoverageArea.code.label("area_code"),
            EveningLog.seen.label("crime_type"),
            EveningLog.arrived_at.label("occurred_from"),
            (EveningLog.arrived_at + func.make_interval(0, 0, 0, 0, 0, EveningLog.minutes)).label(
                "occurred_to"
            ),
        )
        .join(CoverageArea, CoverageArea.id == EveningLog.coverage_area_id)
        .join(Team, Team.id == EveningLog.team_id)
        .where(
            EveningLog.released_at.is_not(None),
            EveningLog.seen.is_not(None),
            EveningLog.evening >= since,
            EveningLog.evening < until,
            Team.agency == "street_team",
        )
        .order_by(EveningLog.arrived_at, EveningLog.id)
    )
    columns = ["area_code", "crime_type", "occurred_from", "occurred_to"]
    rows = [tuple(row) for row in session.execute(query)]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        occurred_from=pd.to_datetime(frame["occurred_from"], utc=True),
        occurred_to=pd.to_datetime(frame["occurred_to"], utc=True),
    )


def newest_released(session: Session) -> tuple[datetime | None, int]:
    """Return when a note was released last, and how many are: other values, other notes."""
    query = select(func.max(EveningLog.released_at), func.count(EveningLog.released_at))
    newest, released = session.execute(query).one()
    return newest, int(released)


def add_note(session: Session, municipality: str, **values: Any) -> None:
    """Store a note; `values` are columns of `raw.evening_log`."""
    session.execute(insert(EveningLog).values(municipality_code=municipality, **values))


def set_released(session: Session, note_ids: list[int], *, now: datetime) -> int:
    """Release notes to the meeting, those that are not yet; return how many were."""
    released = session.execute(
        update(EveningLog)
        .where(EveningLog.id.in_(note_ids), EveningLog.released_at.is_(None))
        .values(released_at=now, follow_up=func.coalesce(EveningLog.follow_up, "seen"))
        .returning(EveningLog.id)
    )
    return len(released.all())


def set_follow_up(session: Session, note_id: int, follow_up: str, *, seen: str | None) -> bool:
    """Say how far the meeting has come with a note, if that still stands as it was seen."""
    changed = session.execute(
        update(EveningLog)
        .where(
            EveningLog.id == note_id,
            or_(EveningLog.follow_up.is_not_distinct_from(seen), EveningLog.follow_up == follow_up),
        )
        .values(follow_up=follow_up)
        .returning(EveningLog.id)
    )
    return changed.one_or_none() is not None


def read_follow_up(session: Session, note_id: int) -> str | None:
    """Return how far the meeting has come with a note; None: not said, or no such note."""
    return session.scalar(select(EveningLog.follow_up).where(EveningLog.id == note_id))
