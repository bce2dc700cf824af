"""Schema `raw`: incidents, plans and logs; police, Hotspot chief and street team only."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
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
    Outline,
    Point,
    RecordedAt,
    in_denmark,
    in_order,
    one_of,
)

SCHEMA = {"schema": "raw"}


class Incident(Base):
    """Something reported: type, an interval in which it happened, and a point. No persons.

    `occurred_from` = `occurred_to` means that the time is known. The municipality is part of
    the key, so that the table can be divided by it.
    """

    __tablename__ = "incident"
    __table_args__ = (
        UniqueConstraint("municipality_code", "source_system", "source_ref"),
        one_of("crime_type", words.CRIME_TYPES),
        one_of("setting", words.SETTINGS),
        one_of("found_by", ("citizen", "patrol", "unknown")),
        in_order("occurred_from", "occurred_to"),
        in_denmark(),
        Index(None, "geom", postgresql_using="gist"),
        Index(None, "municipality_code", "occurred_from"),
        Index(None, "rode_id", "occurred_from"),
        SCHEMA,
    )

    municipality_code: Mapped[MunicipalityCode] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source_system: Mapped[Code]
    source_ref: Mapped[LongText]
    crime_type: Mapped[Code]
    setting: Mapped[Code] = mapped_column(server_default="unknown")
    found_by: Mapped[Code] = mapped_column(server_default="unknown")
    occurred_from: Mapped[Moment]
    occurred_to: Mapped[Moment]
    rode_id: Mapped[int | None] = mapped_column(ForeignKey("work.area.id"))
    """The rode (one edition of it) the point lies in; null outside all roder."""
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("work.import_batch.id"))
    recorded_at: Mapped[RecordedAt]
    geom: Mapped[Point]  # EPSG:25832, metres


class Team(Base):
    """A group that gives presence in the evening; members are counted, never named."""

    __tablename__ = "team"
    __table_args__ = (
        UniqueConstraint("municipality_code", "code"),
        one_of("agency", words.AGENCIES),
        CheckConstraint("members > 0", name="members_positive"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    code: Mapped[Code]
    name: Mapped[LongText]
    agency: Mapped[Code]
    members: Mapped[int]


class Shift(Base):
    """When a team is out; may cross midnight and then belongs to the evening it began."""

    __tablename__ = "shift"
    __table_args__ = (
        UniqueConstraint("team_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="starts_at_before_ends_at"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    team_id: Mapped[int] = mapped_column(ForeignKey("raw.team.id"))
    evening: Mapped[Day]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]


class CoverageArea(Base):
    """A part of the area that a patrol or the street team covers in a slot."""

    __tablename__ = "coverage_area"
    __table_args__ = (
        UniqueConstraint("municipality_code", "code", "valid_from"),
        one_of("agency", words.AGENCIES),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("valid_from < valid_to", name="valid_from_before_valid_to"),
        in_denmark(),
        Index(None, "geom", postgresql_using="gist"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    hotspot_area_code: Mapped[Code | None]
    code: Mapped[Code]
    name: Mapped[LongText]
    agency: Mapped[Code]
    capacity: Mapped[int] = mapped_column(server_default=text("1"))
    """Most teams at a time."""
    not_at_night_reason: Mapped[LongText | None]
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]
    geom: Mapped[Outline]  # EPSG:25832, metres


class Commitment(Base):
    """One agency's promise (tilsagn): part of the area, evening or part of it, form."""

    __tablename__ = "commitment"
    __table_args__ = (
        UniqueConstraint(
            "municipality_code",
            "agency",
            "coverage_area_id",
            "starts_at",
            name="uq_commitment_agency_place_start",
        ),
        one_of("agency", words.AGENCIES),
        one_of("form", words.PRESENCE_FORMS),
        CheckConstraint("starts_at < ends_at", name="starts_at_before_ends_at"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    agency: Mapped[Code]
    coverage_area_id: Mapped[int] = mapped_column(ForeignKey("raw.coverage_area.id"))
    evening: Mapped[Day]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    form: Mapped[Code]
    recorded_at: Mapped[RecordedAt]


class EveningPlan(Base):
    """Who is where over some evenings, agreed by both agencies."""

    __tablename__ = "evening_plan"
    __table_args__ = (
        UniqueConstraint(
            "municipality_code",
            "hotspot_area_code",
            "first_evening",
            "version",
            name="uq_evening_plan_area_evening_version",
        ),
        one_of("state", words.PLAN_STATES),
        in_order("first_evening", "last_evening"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    hotspot_area_code: Mapped[Code]
    first_evening: Mapped[Day]
    last_evening: Mapped[Day]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    state: Mapped[Code] = mapped_column(server_default="draft")
    method: Mapped[Code]
    inputs_hash: Mapped[LongText]
    recorded_at: Mapped[RecordedAt]


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


class EveningLog(Base):
    """Written after the shift: where, how long, what kind of trend; no persons."""

    __tablename__ = "evening_log"
    __table_args__ = (
        UniqueConstraint("team_id", "coverage_area_id", "arrived_at"),
        one_of("trend", ("less", "as_usual", "more")),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    team_id: Mapped[int] = mapped_column(ForeignKey("raw.team.id"))
    coverage_area_id: Mapped[int] = mapped_column(ForeignKey("raw.coverage_area.id"))
    evening: Mapped[Day]
    arrived_at: Mapped[Moment]
    minutes: Mapped[int]
    trend: Mapped[Code]
    released_at: Mapped[Moment | None]
    """When the coordinator released the note to the meeting."""
    recorded_at: Mapped[RecordedAt]
