"""What the first pages of the workspaces show: a few lines of each kind, in the caller's scope.

Row-level security decides which rows there are; nothing here asks for a municipality.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from geo_service.storage.tables import (
    CoverageArea,
    EffectGoal,
    EffectGoalValue,
    PublishedIndexResult,
    Shift,
    Team,
)


@dataclass(frozen=True)
class ProjectLine:
    """A project in one line: whose move it is, and how late."""

    code: str
    name: str
    kind: str
    place: str
    owner: str
    status: str
    next_actor: str | None
    next_action: str | None
    next_due: date | None
    slip_days: int | None
    """Days later than the baseline; negative is earlier, None without a baseline."""
    slip_oere: int | None
    updated_on: date


def projects(session: Session, hotspot_area: str | None = None) -> list[ProjectLine]:
    """Return the projects, those that are latest against their baseline first.

    Of a hotspot area: those that name it, and those that lie in it, wholly or in part.
    """
    found = session.execute(
        text("""
        SELECT p.code, p.name, p.kind, p.place, p.owner, p.status,
          a.actor AS next_actor, a.what AS next_action, a.due_on AS next_due,
          p.forecast_end - p.baseline_end AS slip_days,
          p.forecast_cost_oere - p.baseline_cost_oere AS slip_oere, p.updated_on
        FROM work.improvement_project p
        LEFT JOIN LATERAL (
          SELECT actor, what, due_on FROM work.action
          WHERE improvement_project_id = p.id AND done_on IS NULL ORDER BY due_on LIMIT 1
        ) a ON true
        WHERE CAST(:area AS text) IS NULL OR p.hotspot_area_code = :area OR EXISTS (
          SELECT FROM work.area h
          WHERE h.municipality_code = p.municipality_code AND h.kind = 'hotspot_area'
            AND h.code = :area AND h.valid_from <= current_date
            AND (h.valid_to IS NULL OR h.valid_to > current_date)
            AND ST_Intersects(h.geom, p.geom)
        )
        ORDER BY slip_days DESC NULLS LAST, p.code
    """),
        {"area": hotspot_area},
    )
    return [ProjectLine(**row) for row in found.mappings()]


@dataclass(frozen=True)
class IndexLine:
    """A published result of the index for one area."""

    area_kind: str
    area_code: str
    area_name: str | None
    index_year: int
    part: str
    crime_type: str
    category: str | None
    value: Any
    source: str


def published_index(session: Session) -> list[IndexLine]:
    """Return the published results, newest first."""
    result = PublishedIndexResult
    names = text("""
        SELECT DISTINCT ON (kind, code) kind, code, name FROM work.area
        ORDER BY kind, code, valid_from DESC
    """)
    name_of = {(row.kind, row.code): row.name for row in session.execute(names)}
    found = session.scalars(
        select(result).order_by(
            result.index_year.desc(), result.area_kind, result.area_code, result.crime_type
        )
    )
    return [
        IndexLine(
            area_kind=row.area_kind,
            area_code=row.area_code,
            area_name=name_of.get((row.area_kind, row.area_code)),
            index_year=row.index_year,
            part=row.part,
            crime_type=row.crime_type,
            category=row.category,
            value=row.value,
            source=row.source,
        )
        for row in found
    ]


@dataclass(frozen=True)
class GoalLine:
    """An effect goal with its newest measured value."""

    area_kind: str
    area_code: str
    indicator: str
    measured_by: str | None
    kind: str
    unit: str | None
    baseline_value: Any
    baseline_year: int | None
    target_value: Any
    deadline: date | None
    latest_year: int | None
    latest_value: Any
    source: str


def goals(session: Session) -> list[GoalLine]:
    """Return the effect goals, each with the value of its newest year."""
    newest = (
        select(
            EffectGoalValue.effect_goal_id,
            EffectGoalValue.year,
            EffectGoalValue.value,
            func.row_number()
            .over(
                partition_by=EffectGoalValue.effect_goal_id,
                order_by=EffectGoalValue.year.desc(),
            )
            .label("place"),
        )
    ).subquery()
    query = (
        select(
            EffectGoal.area_kind,
            EffectGoal.area_code,
            EffectGoal.indicator,
            EffectGoal.measured_by,
            EffectGoal.kind,
            EffectGoal.unit,
            EffectGoal.baseline_value,
            EffectGoal.baseline_year,
            EffectGoal.target_value,
            EffectGoal.deadline,
            newest.c.year.label("latest_year"),
            newest.c.value.label("latest_value"),
            EffectGoal.source,
        )
        .outerjoin(newest, (newest.c.effect_goal_id == EffectGoal.id) & (newest.c.place == 1))
        .order_by(EffectGoal.code)
    )
    return [GoalLine(**row) for row in session.execute(query).mappings()]


@dataclass(frozen=True)
class ShiftLine:
    """When a team is out."""

    team: str
    agency: str
    evening: date
    starts_at: datetime
    ends_at: datetime


def shifts(session: Session, first: date, last: date) -> list[ShiftLine]:
    """Return the shifts that begin on evenings [first, last], in order."""
    query = (
        select(Team.name.label("team"), Team.agency, Shift.evening, Shift.starts_at, Shift.ends_at)
        .join(Shift, Shift.team_id == Team.id)
        .where(Shift.evening.between(first, last))
        .order_by(Shift.starts_at, Team.name)
    )
    return [ShiftLine(**row) for row in session.execute(query).mappings()]


@dataclass(frozen=True)
class CoverageLine:
    """A coverage area in words."""

    name: str
    agency: str
    capacity: int
    not_at_night_reason: str | None


def coverage_areas(session: Session, on: date) -> list[CoverageLine]:
    """Return the coverage areas in force on a day, by name."""
    query = (
        select(
            CoverageArea.name,
            CoverageArea.agency,
            CoverageArea.capacity,
            CoverageArea.not_at_night_reason,
        )
        .where(
            CoverageArea.valid_from <= on,
            CoverageArea.valid_to.is_(None) | (CoverageArea.valid_to > on),
        )
        .order_by(CoverageArea.name)
    )
    return [CoverageLine(**row) for row in session.execute(query).mappings()]


def areas_about(session: Session, hotspot_area: str, on: date) -> set[tuple[str, str]]:
    """Return kind and code of what has to do with a hotspot area on a day.

    Itself, its parts, and what it or one of its parts lies in.
    """
    found = session.execute(
        text("""
        WITH part AS (
          SELECT 'hotspot_area' AS kind, CAST(:area AS text) AS code UNION
          SELECT member_kind, member_code FROM work.membership
          WHERE group_kind = 'hotspot_area' AND group_code = :area
            AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
        )
        SELECT kind, code FROM part UNION
        SELECT m.group_kind, m.group_code
        FROM work.membership m
        JOIN part ON part.kind = m.member_kind AND part.code = m.member_code
        WHERE m.group_kind <> 'hotspot_area'
          AND m.valid_from <= :day AND (m.valid_to IS NULL OR m.valid_to > :day)
    """),
        {"area": hotspot_area, "day": on},
    )
    return {(row.kind, row.code) for row in found}


Group = tuple[str, str, str | None]
"""Kind, code and name of an area that another lies in."""


def groups_of(session: Session, kind: str, on: date) -> dict[str, list[Group]]:
    """Return, by code of an area, the groups it lies in on a day."""
    found = session.execute(
        text("""
        SELECT DISTINCT m.member_code, m.group_kind, m.group_code, a.name
        FROM work.membership m
        LEFT JOIN LATERAL (
          SELECT name FROM work.area a
          WHERE a.municipality_code = m.municipality_code AND a.kind = m.group_kind
            AND a.code = m.group_code ORDER BY a.valid_from DESC LIMIT 1
        ) a ON true
        WHERE m.member_kind = :kind AND m.valid_from <= :day
          AND (m.valid_to IS NULL OR m.valid_to > :day)
        ORDER BY 1, 2, 3
    """),
        {"kind": kind, "day": on},
    )
    groups: dict[str, list[Group]] = {}
    for row in found:
        groups.setdefault(row.member_code, []).append((row.group_kind, row.group_code, row.name))
    return groups
