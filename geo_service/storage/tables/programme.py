"""Schema `work`, the programme: improvement projects, money, actions, offers, effect goals."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.domain import vocabulary as words
from geo_service.storage.tables.base import (
    AnyShape,
    Base,
    Code,
    Day,
    Id,
    LongText,
    Moment,
    MunicipalityCode,
    Oere,
    Point,
    RecordedAt,
    in_denmark,
    in_order,
    one_of,
)

SCHEMA = {"schema": "work"}
ANSWERS = ("yes", "no", "pending")


class ImprovementProject(Base):
    """One physical improvement; the baseline of cost and date belongs to the decision."""

    __tablename__ = "improvement_project"
    __table_args__ = (
        UniqueConstraint("municipality_code", "code"),
        one_of("kind", words.PROJECT_KINDS),
        one_of("status", words.PROJECT_STATUSES),
        CheckConstraint("baseline_cost_oere >= 0", name="baseline_cost_not_negative"),
        CheckConstraint("forecast_cost_oere >= 0", name="forecast_cost_not_negative"),
        in_denmark(),
        Index(None, "geom", postgresql_using="gist"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    hotspot_area_code: Mapped[Code | None]
    code: Mapped[Code]
    name: Mapped[LongText]
    kind: Mapped[Code]
    status: Mapped[Code]
    place: Mapped[LongText]
    aim: Mapped[LongText]
    owner: Mapped[LongText]
    partners: Mapped[list[str]] = mapped_column(ARRAY(Text))
    case_number: Mapped[LongText | None]
    case_url: Mapped[LongText | None]
    decided_on: Mapped[Day | None]
    baseline_cost_oere: Mapped[Oere | None]
    baseline_end: Mapped[Day | None]
    forecast_cost_oere: Mapped[Oere | None]
    forecast_end: Mapped[Day | None]
    source: Mapped[LongText]
    updated_on: Mapped[Day]
    geom: Mapped[AnyShape]  # EPSG:25832, metres; point, line or polygon


class FundingLine(Base):
    """What one funder pays of one project, in øre."""

    __tablename__ = "funding_line"
    __table_args__ = (
        UniqueConstraint("improvement_project_id", "funder"),
        CheckConstraint(
            "least(applied_oere, granted_oere, committed_oere, spent_oere) >= 0",
            name="amounts_not_negative",
        ),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    improvement_project_id: Mapped[int] = mapped_column(ForeignKey("work.improvement_project.id"))
    funder: Mapped[LongText]
    applied_oere: Mapped[Oere] = mapped_column(server_default="0")
    granted_oere: Mapped[Oere] = mapped_column(server_default="0")
    committed_oere: Mapped[Oere] = mapped_column(server_default="0")
    spent_oere: Mapped[Oere] = mapped_column(server_default="0")
    price_level_year: Mapped[int | None]


class Action(Base):
    """One thing one actor has promised by a date (aftalepunkt)."""

    __tablename__ = "action"
    __table_args__ = (
        one_of("economy_checked", ANSWERS),
        one_of("environment_checked", ANSWERS),
        one_of("planning_checked", ANSWERS),
        Index(None, "improvement_project_id"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    improvement_project_id: Mapped[int | None] = mapped_column(
        ForeignKey("work.improvement_project.id")
    )
    actor: Mapped[LongText]
    what: Mapped[LongText]
    due_on: Mapped[Day]
    done_on: Mapped[Day | None]
    economy_checked: Mapped[Code] = mapped_column(server_default="pending")
    environment_checked: Mapped[Code] = mapped_column(server_default="pending")
    planning_checked: Mapped[Code] = mapped_column(server_default="pending")
    recorded_at: Mapped[RecordedAt]


class Offer(Base):
    """A place where young people can be: club, container, activity."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("municipality_code", "code"),
        one_of("kind", words.OFFER_KINDS),
        in_order("age_from", "age_to"),
        in_denmark(),
        Index(None, "geom", postgresql_using="gist"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    code: Mapped[Code]
    name: Mapped[LongText]
    kind: Mapped[Code]
    operator: Mapped[LongText]
    age_from: Mapped[int]
    age_to: Mapped[int]
    same_in_holidays: Mapped[bool] = mapped_column(server_default=text("false"))
    """The operator has said that the weekly hours hold in holidays as well."""
    source: Mapped[LongText]
    geom: Mapped[Point]  # EPSG:25832, metres
    ended_on: Mapped[Day | None]
    """First day on which the offer is no more."""
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_by: Mapped[LongText] = mapped_column(server_default="")
    changed_at: Mapped[RecordedAt]


class OfferHours(Base):
    """One weekly opening of an offer; closing at or before opening means after midnight."""

    __tablename__ = "offer_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_is_iso"),
        SCHEMA,
    )

    offer_id: Mapped[int] = mapped_column(ForeignKey("work.offer.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    opens: Mapped[time] = mapped_column(primary_key=True)
    closes: Mapped[time]


class OfferDatedHours(Base):
    """Hours of an offer from a first to a last day, instead of the weekly ones.

    One row per opening of a weekday; a row without times says that it is closed all the days.
    """

    __tablename__ = "offer_dated_hours"
    __table_args__ = (
        in_order("first_day", "last_day"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_is_iso"),
        CheckConstraint(
            "num_nulls(weekday, opens, closes) IN (0, 3)", name="open_with_times_or_closed"
        ),
        Index(None, "offer_id", "first_day"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    offer_id: Mapped[int] = mapped_column(ForeignKey("work.offer.id"))
    first_day: Mapped[Day]
    last_day: Mapped[Day]
    weekday: Mapped[int | None]
    opens: Mapped[time | None]
    closes: Mapped[time | None]


class SchoolHoliday(Base):
    """A holiday of the municipality's schools, first and last day included."""

    __tablename__ = "school_holiday"
    __table_args__ = (
        UniqueConstraint("municipality_code", "name", "first_day"),
        in_order("first_day", "last_day"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    name: Mapped[LongText]
    first_day: Mapped[Day]
    last_day: Mapped[Day]
    source: Mapped[LongText]


class Activity(Base):
    """Something that happens at a place and a time and matters to an evening."""

    __tablename__ = "activity"
    __table_args__ = (
        one_of("kind", words.ACTIVITY_KINDS),
        CheckConstraint("starts_at < ends_at", name="starts_at_before_ends_at"),
        Index(None, "municipality_code", "starts_at"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    hotspot_area_code: Mapped[Code | None]
    """Null: it concerns the whole municipality."""
    kind: Mapped[Code]
    name: Mapped[LongText]
    place: Mapped[LongText]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    source: Mapped[LongText]


class EffectGoal(Base):
    """An indicator that shall move, who measures it, where to, and by when."""

    __tablename__ = "effect_goal"
    __table_args__ = (
        UniqueConstraint("municipality_code", "code"),
        one_of("area_kind", words.AREA_KINDS),
        one_of("kind", words.GOAL_KINDS),
        one_of("direction", ("fall", "rise", "reach")),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    code: Mapped[Code]
    area_kind: Mapped[Code]
    area_code: Mapped[Code]
    indicator: Mapped[LongText]
    measured_by: Mapped[LongText | None]
    """The agency that measures it; null where the source does not name one."""
    kind: Mapped[Code]
    direction: Mapped[Code]
    target_value: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    target_category: Mapped[Code | None]
    unit: Mapped[LongText | None]
    baseline_value: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    baseline_year: Mapped[int | None]
    deadline: Mapped[Day | None]
    comparison: Mapped[LongText | None]
    source: Mapped[LongText]


class EffectGoalValue(Base):
    """One measured value of an effect goal, as the measuring agency gave it."""

    __tablename__ = "effect_goal_value"
    __table_args__ = (UniqueConstraint("effect_goal_id", "year", "area_label"), SCHEMA)

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    effect_goal_id: Mapped[int] = mapped_column(ForeignKey("work.effect_goal.id"))
    year: Mapped[int]
    area_label: Mapped[LongText]
    value: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    source: Mapped[LongText]
    recorded_at: Mapped[RecordedAt]
