"""Schema `raw`: who can be out in the evening and where, and what they noted afterwards."""

from __future__ import annotations

from datetime import time

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
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
    RecordedAt,
    in_denmark,
    one_of,
)

SCHEMA = {"schema": "raw"}


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
    member_codes: Mapped[list[str]] = mapped_column(ARRAY(String(40)), server_default="{}")
    """Codes such as G1, never names; empty: the team goes as one."""
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_by: Mapped[LongText] = mapped_column(server_default="")
    changed_at: Mapped[RecordedAt]


class TeamSetting(Base):
    """What a team has chosen for itself; without a row everything is off."""

    __tablename__ = "team_setting"
    __table_args__ = (UniqueConstraint("team_id"), SCHEMA)

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    team_id: Mapped[int] = mapped_column(ForeignKey("raw.team.id"))
    checks_in: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether the phone offers to find the coverage area on the spot; no position is stored."""
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_by: Mapped[LongText]
    changed_at: Mapped[Moment]


class Shift(Base):
    """When a team is out; may cross midnight and then belongs to the evening it began."""

    __tablename__ = "shift"
    __table_args__ = (
        UniqueConstraint(
            "team_id",
            "member",
            "starts_at",
            name="uq_shift_team_member_start",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("starts_at < ends_at", name="starts_at_before_ends_at"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    team_id: Mapped[int] = mapped_column(ForeignKey("raw.team.id"))
    member: Mapped[Code | None]
    """A code such as G1, never a name; null: the team goes as one."""
    evening: Mapped[Day]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]


class Absence(Base):
    """When a member is not there; why is nobody's business here."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_at_before_ends_at"),
        Index(None, "team_id", "starts_at"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    team_id: Mapped[int] = mapped_column(ForeignKey("raw.team.id"))
    member: Mapped[Code | None]
    """A code such as G1; null: the whole team."""
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    reported_at: Mapped[RecordedAt]


class CoverageArea(Base):
    """A part of the area that a patrol or the street team covers in a slot."""

    __tablename__ = "coverage_area"
    __table_args__ = (
        UniqueConstraint("municipality_code", "code", "valid_from"),
        one_of("agency", words.AGENCIES),
        one_of("kind", words.COVERAGE_KINDS),
        one_of("level", words.AREA_LEVELS),
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
    kind: Mapped[Code] = mapped_column(server_default="area")
    level: Mapped[Code] = mapped_column(server_default="green")
    """How many visits a week it is due."""
    not_at_night_reason: Mapped[LongText | None]
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]
    geom: Mapped[Outline]  # EPSG:25832, metres
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_by: Mapped[LongText] = mapped_column(server_default="")
    changed_at: Mapped[RecordedAt]


class StaffedPresence(Base):
    """Somebody else who is there on purpose: a staffed container, an outreach club worker."""

    __tablename__ = "staffed_presence"
    __table_args__ = (
        UniqueConstraint("municipality_code", "code"),
        one_of("kind", words.STAFFED_KINDS),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    coverage_area_id: Mapped[int] = mapped_column(ForeignKey("raw.coverage_area.id"))
    kind: Mapped[Code]
    code: Mapped[Code]
    name: Mapped[LongText]
    ended_on: Mapped[Day | None]
    """First day on which nobody is there any more."""
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_by: Mapped[LongText] = mapped_column(server_default="")
    changed_at: Mapped[RecordedAt]


class StaffedHours(Base):
    """One weekly opening of a staffed place; closing at or before opening: after midnight."""

    __tablename__ = "staffed_hours"
    __table_args__ = (
        UniqueConstraint("staffed_presence_id", "weekday", "opens"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_is_iso"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    staffed_presence_id: Mapped[int] = mapped_column(ForeignKey("raw.staffed_presence.id"))
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]


class EveningLog(Base):
    """Written after the shift: where, how long, what kind of trend; no persons."""

    __tablename__ = "evening_log"
    __table_args__ = (
        UniqueConstraint("team_id", "coverage_area_id", "arrived_at"),
        one_of("trend", ("less", "as_usual", "more")),
        one_of("seen", words.PUBLIC_SPACE_TYPES),
        one_of("follow_up", words.FOLLOW_UPS),
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
    seen: Mapped[Code | None]
    """The type of incident that was seen there; null: none. Once released, it counts in need."""
    note: Mapped[LongText] = mapped_column(server_default="")
    """About the place and the mood; the guard keeps persons out."""
    follow_up: Mapped[Code | None]
    """How far the meeting has come with it; its writer sees it."""
    written_by: Mapped[LongText] = mapped_column(server_default="")
    released_at: Mapped[Moment | None]
    """When the coordinator released the note to the meeting."""
    recorded_at: Mapped[RecordedAt]
