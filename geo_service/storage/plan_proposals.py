"""Proposals of the optimiser, and what they rest on beside need: in the caller's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from geo_service.errors import NotFound
from geo_service.storage.choices import police_detail
from geo_service.storage.tables import (
    Absence,
    Commitment,
    CoverageArea,
    EveningPlan,
    PlanProposal,
    Shift,
    Team,
)


@dataclass(frozen=True)
class Proposal:
    """A proposal as it is stored; `made_by` in words."""

    id: int
    hotspot_area: str
    first_evening: date
    last_evening: date
    inputs_hash: str
    seed: int
    result: dict[str, Any]
    made_by: str
    made_at: datetime
    dropped_at: datetime | None


def add_proposal(
    session: Session,
    municipality: str,
    hotspot_area: str,
    evenings: tuple[date, date],
    *,
    result: dict[str, Any],
    actor: str,
) -> int:
    """Store a proposal and return its number; hash and seed are those of the result."""
    made = session.scalar(
        insert(PlanProposal)
        .values(
            municipality_code=municipality,
            hotspot_area_code=hotspot_area,
            first_evening=evenings[0],
            last_evening=evenings[1],
            inputs_hash=result["inputs_hash"],
            seed=result["seed"],
            result=result,
            made_by=actor,
        )
        .returning(PlanProposal.id)
    )
    assert made is not None  # noqa: S101 - INSERT … RETURNING gives a row or raises
    return int(made)


def read_proposal(session: Session, proposal_id: int) -> Proposal:
    """Return one proposal; units of the police are numbered unless they show them by name.

    Raises
    ------
    NotFound
        If the caller reaches none of that number.
    """
    row = session.execute(_proposals().where(PlanProposal.id == proposal_id)).one_or_none()
    if row is None:
        raise NotFound("Forslaget findes ikke.")
    return _shown(session, row)


def read_proposals(
    session: Session,
    *,
    hotspot_area: str | None = None,
    evenings: tuple[date, date] | None = None,
    limit: int = 50,
) -> list[Proposal]:
    """Return proposals that the caller reaches, the newest first."""
    query = _proposals().order_by(PlanProposal.id.desc()).limit(limit)
    if hotspot_area is not None:
        query = query.where(PlanProposal.hotspot_area_code == hotspot_area)
    if evenings is not None:
        query = query.where(
            PlanProposal.first_evening == evenings[0], PlanProposal.last_evening == evenings[1]
        )
    return [_shown(session, row) for row in session.execute(query).all()]


def drop_proposal(session: Session, proposal_id: int, *, actor: str, now: datetime) -> bool:
    """Say that nobody takes a proposal up; it stays to be looked at. False: it was said before."""
    dropped = session.execute(
        update(PlanProposal)
        .where(PlanProposal.id == proposal_id, PlanProposal.dropped_at.is_(None))
        .values(dropped_by=actor, dropped_at=now)
    )
    return bool(dropped.rowcount)  # type: ignore[attr-defined]


def _shown(session: Session, row: Any) -> Proposal:
    """Return a stored proposal; patrols are numbered unless the police show units by name."""
    told = dict(row._mapping)
    detail, _who = police_detail(session, told.pop("municipality_code"))
    if not detail.unit_names:
        told["result"] = _numbered(told["result"])
    return Proposal(**told)


def _numbered(result: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a plan with its patrols as P1, P2 …, whatever they are called."""
    lines = result["assignments"]
    units = sorted({one["team"] for one in lines if one["agency"] == "police" and one["team"]})
    number = {unit: f"P{at}" for at, unit in enumerate(units, 1)} | {"": ""}
    return result | {
        "assignments": [
            one | {"team": number[one["team"]]} if one["agency"] == "police" else one
            for one in lines
        ]
    }


def _proposals() -> Any:
    return select(
        PlanProposal.id,
        PlanProposal.municipality_code,
        PlanProposal.hotspot_area_code.label("hotspot_area"),
        PlanProposal.first_evening,
        PlanProposal.last_evening,
        PlanProposal.inputs_hash,
        PlanProposal.seed,
        PlanProposal.result,
        func.coalesce(func.adm.actor_name(PlanProposal.made_by), "").label("made_by"),
        PlanProposal.made_at,
        PlanProposal.dropped_at,
    )


def read_roster(
    session: Session, municipality: str, first: date, last: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return shifts (agency, team, member, starts_at, ends_at) and absences (team, member, …).

    Shifts belong to evenings [first, last]; `member` is None where a team goes as one.
    """
    of_team = (Team.code.label("team"), Team.agency)
    shifts = (
        select(*of_team, Shift.member, Shift.starts_at, Shift.ends_at)
        .join(Shift, Shift.team_id == Team.id)
        .where(Team.municipality_code == municipality, Shift.evening.between(first, last))
        .order_by(Shift.starts_at, Team.code, Shift.member)
    )
    absences = (
        select(*of_team, Absence.member, Absence.starts_at, Absence.ends_at)
        .join(Absence, Absence.team_id == Team.id)
        .where(Team.municipality_code == municipality)
        .order_by(Absence.starts_at, Team.code, Absence.member)
    )
    return _frame(session, shifts), _frame(session, absences)


def read_members(session: Session, municipality: str) -> dict[str, tuple[str, ...]]:
    """Return the codes of each team's members, by the code of the team; empty where it has none."""
    query = select(Team.code, Team.member_codes).where(Team.municipality_code == municipality)
    return {row.code: tuple(row.member_codes) for row in session.execute(query)}


def read_promises(session: Session, municipality: str, first: date, last: date) -> pd.DataFrame:
    """Return the commitments of the caller's agreements that hold on evenings [first, last].

    Columns hotspot_area, agency, area_code, team, evening, starts_at, ends_at, form. Those of
    other hotspot areas are among them: a team that is promised there cannot be here.
    """
    query = (
        select(
            EveningPlan.hotspot_area_code.label("hotspot_area"),
            Commitment.agency,
            CoverageArea.code.label("area_code"),
            Team.code.label("team"),
            Commitment.evening,
            Commitment.starts_at,
            Commitment.ends_at,
            Commitment.form,
        )
        .join(EveningPlan, EveningPlan.id == Commitment.evening_plan_id)
        .join(CoverageArea, CoverageArea.id == Commitment.coverage_area_id)
        .outerjoin(Team, Team.id == Commitment.team_id)
        .where(
            Commitment.municipality_code == municipality,
            Commitment.removed_at.is_(None),
            Commitment.evening.between(first, last),
        )
        .order_by(Commitment.starts_at, CoverageArea.code, Commitment.agency, Commitment.id)
    )
    return _frame(session, query)


def _frame(session: Session, query: Any) -> pd.DataFrame:
    columns = [column["name"] for column in query.column_descriptions]
    return pd.DataFrame(session.execute(query).mappings().all(), columns=columns, dtype=object)
