"""Agreements of police and street team: read and written, in the caller's scope.

Nothing is decided here: who may take which step stands in `domain/agreements.py`, which rows a
caller reaches in the walls of the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from geo_service.domain.agreements import Signatures, State, is_settled
from geo_service.errors import NotFound
from geo_service.messages import _
from geo_service.storage.locking import save_version
from geo_service.storage.tables import (
    Commitment,
    CoverageArea,
    EveningPlan,
    PlanAmendment,
    Team,
)

WHAT = _("Aftalen")


@dataclass(frozen=True)
class Line:
    """One commitment of an agreement; times are aware (UTC)."""

    id: int
    agency: str
    area_code: str
    area_name: str
    team: str | None
    unit: str | None
    evening: date
    starts_at: datetime
    ends_at: datetime
    form: str
    reason: str
    kept: str | None


@dataclass(frozen=True)
class Amendment:
    """A change after both had agreed: what, why, by whom and when."""

    what: str
    why: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True)
class Agreement:
    """An agreement without its lines; `state` is the stored one. Names are words, or None."""

    id: int
    hotspot_area: str
    first_evening: date
    last_evening: date
    state: State
    version: int
    minutes: str
    copied_from_id: int | None
    sent_by: str | None
    sent_at: datetime | None
    agreed_police_by: str | None
    agreed_police_at: datetime | None
    agreed_chief_by: str | None
    agreed_chief_at: datetime | None
    reviewed_at: datetime | None

    @property
    def signed(self) -> Signatures:
        """Which sides have said yes."""
        return Signatures(self.agreed_police_at is not None, self.agreed_chief_at is not None)


@dataclass(frozen=True)
class NewLine:
    """A commitment to be stored; `area_id` and `team_id` are keys of the database."""

    agency: str
    area_id: int
    evening: date
    starts_at: datetime
    ends_at: datetime
    form: str
    reason: str = ""
    team_id: int | None = None
    unit: str | None = None


def _agreements() -> Any:
    named = func.adm.actor_name
    return select(
        EveningPlan.id,
        EveningPlan.hotspot_area_code.label("hotspot_area"),
        EveningPlan.first_evening,
        EveningPlan.last_evening,
        EveningPlan.state,
        EveningPlan.version,
        EveningPlan.minutes,
        EveningPlan.copied_from_id,
        named(EveningPlan.sent_by).label("sent_by"),
        EveningPlan.sent_at,
        named(EveningPlan.agreed_police_by).label("agreed_police_by"),
        EveningPlan.agreed_police_at,
        named(EveningPlan.agreed_chief_by).label("agreed_chief_by"),
        EveningPlan.agreed_chief_at,
        EveningPlan.reviewed_at,
    )


def _agreement(row: Any) -> Agreement:
    return Agreement(**{**row._mapping, "state": State(row.state)})


def read_agreements(session: Session, hotspot_area: str) -> list[Agreement]:
    """Return the agreements of a hotspot area that the caller reaches, the newest first."""
    query = (
        _agreements()
        .where(EveningPlan.hotspot_area_code == hotspot_area)
        .order_by(EveningPlan.first_evening.desc())
    )
    return [_agreement(row) for row in session.execute(query)]


def read_last_agreement(session: Session, hotspot_area: str, first: date) -> Agreement | None:
    """Return the newest agreement before a day that both said yes to; without one, the newest."""
    before = [one for one in read_agreements(session, hotspot_area) if one.last_evening < first]
    agreed = (one for one in before if is_settled(one.state) or one.state is State.reviewed)
    return next(agreed, before[0] if before else None)


def read_agreement(session: Session, plan_id: int) -> Agreement:
    """Return one agreement.

    Raises
    ------
    NotFound
        If the caller reaches none of that number.
    """
    row = session.execute(_agreements().where(EveningPlan.id == plan_id)).one_or_none()
    if row is None:
        raise NotFound("Aftalen findes ikke.")
    return _agreement(row)


def read_lines(session: Session, plan_id: int) -> list[Line]:
    """Return the commitments of an agreement that hold, by time, place and agency."""
    query = _lines().where(Commitment.evening_plan_id == plan_id)
    return [Line(**row._mapping) for row in session.execute(query)]


def read_evening(session: Session, hotspot_area: str, evening: date) -> list[Line]:
    """Return the agreed commitments of one evening that the caller reaches, by time."""
    query = _lines().where(
        Commitment.evening == evening,
        CoverageArea.hotspot_area_code == hotspot_area,
        Commitment.evening_plan_id.in_(
            select(EveningPlan.id).where(EveningPlan.state.in_(("agreed", "in_force")))
        ),
    )
    return [Line(**row._mapping) for row in session.execute(query)]


def police_beside(session: Session, hotspot_area: str, evening: date) -> list[Line]:
    """Return where the police are while the caller's own street team is there, by time.

    Nobody but a street team gets any. Of a line of the police, what is not place, time or form
    is left out.
    """
    beside = func.raw.police_beside(evening).table_valued(
        "id", "coverage_area_id", "starts_at", "ends_at", "form"
    )
    query = (
        select(
            beside.c.id,
            CoverageArea.code.label("area_code"),
            CoverageArea.name.label("area_name"),
            beside.c.starts_at,
            beside.c.ends_at,
            beside.c.form,
        )
        .select_from(beside)
        .join(CoverageArea, CoverageArea.id == beside.c.coverage_area_id)
        .where(CoverageArea.hotspot_area_code == hotspot_area)
        .order_by(beside.c.starts_at)
    )
    return [
        Line(
            **row._mapping,
            agency="police",
            evening=evening,
            team=None,
            unit=None,
            reason="",
            kept=None,
        )
        for row in session.execute(query)
    ]


def _lines() -> Any:
    return (
        select(
            Commitment.id,
            Commitment.agency,
            CoverageArea.code.label("area_code"),
            CoverageArea.name.label("area_name"),
            Team.code.label("team"),
            Commitment.unit,
            Commitment.evening,
            Commitment.starts_at,
            Commitment.ends_at,
            Commitment.form,
            Commitment.reason,
            Commitment.kept,
        )
        .join(CoverageArea, CoverageArea.id == Commitment.coverage_area_id)
        .outerjoin(Team, Team.id == Commitment.team_id)
        .where(Commitment.removed_at.is_(None))
        .order_by(Commitment.evening, Commitment.starts_at, CoverageArea.name, Commitment.agency)
    )


def read_amendments(session: Session, plan_id: int) -> list[Amendment]:
    """Return the changes after both had agreed, the newest first."""
    query = (
        select(
            PlanAmendment.what,
            PlanAmendment.why,
            func.coalesce(func.adm.actor_name(PlanAmendment.made_by), "").label("made_by"),
            PlanAmendment.made_at,
        )
        .where(PlanAmendment.evening_plan_id == plan_id)
        .order_by(PlanAmendment.made_at.desc(), PlanAmendment.id.desc())
    )
    return [Amendment(**row._mapping) for row in session.execute(query)]


def add_agreement(
    session: Session,
    municipality: str,
    hotspot_area: str,
    evenings: tuple[date, date],
    *,
    actor: str,
    copied_from: int | None = None,
) -> int:
    """Store an empty draft and return its number."""
    made = session.scalar(
        insert(EveningPlan)
        .values(
            municipality_code=municipality,
            hotspot_area_code=hotspot_area,
            first_evening=evenings[0],
            last_evening=evenings[1],
            method="meeting",
            inputs_hash="",
            copied_from_id=copied_from,
            changed_by=actor,
        )
        .returning(EveningPlan.id)
    )
    assert made is not None  # noqa: S101 - INSERT … RETURNING gives a row or raises
    return int(made)


def add_lines(session: Session, municipality: str, plan_id: int, lines: Sequence[NewLine]) -> None:
    """Store commitments of an agreement."""
    if lines:
        session.execute(
            insert(Commitment),
            [
                {
                    "municipality_code": municipality,
                    "evening_plan_id": plan_id,
                    "agency": line.agency,
                    "coverage_area_id": line.area_id,
                    "team_id": line.team_id,
                    "unit": line.unit,
                    "evening": line.evening,
                    "starts_at": line.starts_at,
                    "ends_at": line.ends_at,
                    "form": line.form,
                    "reason": line.reason,
                }
                for line in lines
            ],
        )


def remove_line(session: Session, plan_id: int, line_id: int, *, now: datetime) -> bool:
    """Take a commitment away, its row stays; return whether there was one to take."""
    taken = session.execute(
        update(Commitment)
        .where(
            Commitment.id == line_id,
            Commitment.evening_plan_id == plan_id,
            Commitment.removed_at.is_(None),
        )
        .values(removed_at=now)
        .returning(Commitment.id)
    )
    return taken.one_or_none() is not None


def move_line(
    session: Session,
    plan_id: int,
    line_id: int,
    *,
    area_id: int,
    evening: date,
    starts_at: datetime,
    ends_at: datetime,
) -> None:
    """Put a commitment that holds to another place or time; what became of it is open again."""
    session.execute(
        update(Commitment)
        .where(
            Commitment.id == line_id,
            Commitment.evening_plan_id == plan_id,
            Commitment.removed_at.is_(None),
        )
        .values(
            coverage_area_id=area_id,
            evening=evening,
            starts_at=starts_at,
            ends_at=ends_at,
            kept=None,
        )
    )


def set_kept(session: Session, plan_id: int, kept: dict[int, str | None]) -> None:
    """Store what became of commitments of an agreement."""
    for line_id, verdict in kept.items():
        session.execute(
            update(Commitment)
            .where(Commitment.id == line_id, Commitment.evening_plan_id == plan_id)
            .values(kept=verdict)
        )


def add_amendment(
    session: Session, municipality: str, plan_id: int, *, what: str, why: str, actor: str
) -> None:
    """Store that something was changed after both had agreed."""
    session.execute(
        insert(PlanAmendment).values(
            municipality_code=municipality,
            evening_plan_id=plan_id,
            what=what,
            why=why,
            made_by=actor,
        )
    )


def save_agreement(
    session: Session, plan_id: int, *, version: int, actor: str, now: datetime, **values: Any
) -> int:
    """Change an agreement that still has `version`; return the new one.

    The row is locked until the transaction ends, so that lines are changed after it.

    Raises
    ------
    Conflict
        If somebody else has changed it meanwhile.
    NotFound
        If the caller reaches none of that number.
    """
    saved: int = save_version(
        session,
        EveningPlan,
        EveningPlan.id == plan_id,
        version=version,
        what=WHAT,
        actor=actor,
        now=now,
        **values,
    )
    return saved
