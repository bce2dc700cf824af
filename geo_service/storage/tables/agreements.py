"""Schema `raw`: the agreement of police and street team: its lines, changes and suspensions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.domain import vocabulary as words
from geo_service.storage.tables.base import (
    Base,
    Code,
    Day,
    Id,
    LongText,
    Moment,
    MunicipalityCode,
    RecordedAt,
    in_order,
    one_of,
)

SCHEMA = {"schema": "raw"}


class EveningPlan(Base):
    """The agreement over some evenings, 14 as a rule: sent by one agency, agreed by both."""

    __tablename__ = "evening_plan"
    __table_args__ = (
        ExcludeConstraint(
            ("municipality_code", "="),
            ("hotspot_area_code", "="),
            (text("daterange(first_evening, last_evening, '[]')"), "&&"),
            using="gist",
            name="ex_evening_plan_one_at_a_time",
        ),
        one_of("state", words.PLAN_STATES),
        in_order("first_evening", "last_evening"),
        CheckConstraint(
            "state NOT IN ('agreed', 'in_force', 'reviewed')"
            " OR (agreed_police_at IS NOT NULL AND agreed_chief_at IS NOT NULL)",
            name="agreed_by_both",
        ),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    hotspot_area_code: Mapped[Code]
    first_evening: Mapped[Day]
    last_evening: Mapped[Day]
    state: Mapped[Code] = mapped_column(server_default="draft")
    method: Mapped[Code]
    inputs_hash: Mapped[LongText]
    copied_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("raw.evening_plan.id", ondelete="SET NULL")
    )
    minutes: Mapped[LongText] = mapped_column(server_default="")
    """What else the meeting agreed on, for the sheet; no persons."""
    sent_by: Mapped[LongText | None]
    sent_at: Mapped[Moment | None]
    agreed_police_by: Mapped[LongText | None]
    agreed_police_at: Mapped[Moment | None]
    agreed_chief_by: Mapped[LongText | None]
    agreed_chief_at: Mapped[Moment | None]
    reviewed_at: Mapped[Moment | None]
    recorded_at: Mapped[RecordedAt]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_by: Mapped[LongText] = mapped_column(server_default="")
    changed_at: Mapped[RecordedAt]


class Commitment(Base):
    """One agency's promise (tilsagn): part of the area, evening or part of it, form.

    A line of an agreement. One that is taken away after the agreement keeps its row, with
    `removed_at`; what was changed stands in `plan_amendment`.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        Index(
            "uq_commitment_plan_agency_place_start",
            "municipality_code",
            "evening_plan_id",
            "agency",
            "coverage_area_id",
            "starts_at",
            "team_id",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        one_of("agency", words.AGENCIES),
        one_of("form", words.PRESENCE_FORMS),
        one_of("kept", words.KEPT),
        CheckConstraint("starts_at < ends_at", name="starts_at_before_ends_at"),
        Index(None, "evening_plan_id"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    evening_plan_id: Mapped[int | None] = mapped_column(ForeignKey("raw.evening_plan.id"))
    agency: Mapped[Code]
    coverage_area_id: Mapped[int] = mapped_column(ForeignKey("raw.coverage_area.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("raw.team.id"))
    """The street team that goes; null: not said. The police promise presence, not units."""
    unit: Mapped[LongText | None]
    """Name of a patrol, only where the police have switched unit names on."""
    evening: Mapped[Day]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    form: Mapped[Code]
    reason: Mapped[LongText] = mapped_column(server_default="")
    kept: Mapped[Code | None]
    """Said in the next meeting: held, partly, not; null: not said yet."""
    removed_at: Mapped[Moment | None]
    recorded_at: Mapped[RecordedAt]


class PlanAmendment(Base):
    """A change of an agreement that both had agreed on: what, why, by whom; only added."""

    __tablename__ = "plan_amendment"
    __table_args__ = (Index(None, "evening_plan_id"), SCHEMA)

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    evening_plan_id: Mapped[int] = mapped_column(ForeignKey("raw.evening_plan.id"))
    what: Mapped[LongText]
    """A Danish sentence that tells the line before and after."""
    why: Mapped[LongText]
    made_by: Mapped[LongText]
    made_at: Mapped[RecordedAt]


class PlanAssignment(Base):
    """One team in one coverage area in one slot, and why."""

    __tablename__ = "plan_assignment"
    __table_args__ = (
        UniqueConstraint("evening_plan_id", "team_id", "starts_at"),
        one_of("form", words.PRESENCE_FORMS),
        CheckConstraint("starts_at < ends_at", name="starts_at_before_ends_at"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    evening_plan_id: Mapped[int] = mapped_column(ForeignKey("raw.evening_plan.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("raw.team.id"))
    coverage_area_id: Mapped[int] = mapped_column(ForeignKey("raw.coverage_area.id"))
    evening: Mapped[Day]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    form: Mapped[Code]
    is_joint: Mapped[bool] = mapped_column(server_default=text("false"))
    reason: Mapped[LongText]


class PlanProposal(Base):
    """What the optimiser proposed for some evenings; lines only where a side takes it."""

    __tablename__ = "plan_proposal"
    __table_args__ = (
        in_order("first_evening", "last_evening"),
        Index(
            "ix_plan_proposal_area_first_evening",
            "municipality_code",
            "hotspot_area_code",
            "first_evening",
        ),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    hotspot_area_code: Mapped[Code]
    first_evening: Mapped[Day]
    last_evening: Mapped[Day]
    inputs_hash: Mapped[LongText]
    """SHA-256 of everything it rests on: the same inputs and seed give the same plan."""
    seed: Mapped[int]
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Who is where and why, the aims with their bounds, gaps, prices and comparisons."""
    made_by: Mapped[LongText]
    made_at: Mapped[RecordedAt]
    dropped_by: Mapped[LongText | None]
    dropped_at: Mapped[Moment | None]


class Suspension(Base):
    """An unquiet evening (urolig aften): the plan does not hold, SSP's readiness plan does."""

    __tablename__ = "suspension"
    __table_args__ = (
        Index(
            "uq_suspension_area_evening",
            "municipality_code",
            "hotspot_area_code",
            "evening",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    hotspot_area_code: Mapped[Code]
    evening: Mapped[Day]
    declared_by: Mapped[LongText]
    declared_at: Mapped[RecordedAt]
    lifted_by: Mapped[LongText | None]
    lifted_at: Mapped[Moment | None]
