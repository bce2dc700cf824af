"""Schema `raw`: what is chosen for the evening work; the newest row of each is in force.

Nothing is overwritten: whoever chooses otherwise adds a row, so that it can be read what held when.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.domain import vocabulary as words
from geo_service.storage.tables.base import (
    Base,
    Code,
    Id,
    LongText,
    MunicipalityCode,
    RecordedAt,
    one_of,
)

SCHEMA = {"schema": "raw"}


class PresenceRule(Base):
    """What one kind of presence is meant to be."""

    __tablename__ = "presence_rule"
    __table_args__ = (
        one_of("kind", words.PRESENCE_KINDS),
        CheckConstraint("least_minutes > 0", name="least_minutes_positive"),
        Index(None, "municipality_code", "kind", "set_at"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    kind: Mapped[Code]
    least_minutes: Mapped[int]
    most_minutes: Mapped[int | None]
    longest_gap_minutes: Mapped[int | None]
    varied_order: Mapped[bool]
    regular_days: Mapped[bool]
    fixed_hours: Mapped[bool]
    set_by: Mapped[LongText]
    set_at: Mapped[RecordedAt]


class StreetTeamChoice(Base):
    """How large the street team is, how many go together, and how they rest."""

    __tablename__ = "street_team_choice"
    __table_args__ = (
        CheckConstraint("least_together BETWEEN 1 AND members", name="least_together_of_members"),
        CheckConstraint("rest_minutes BETWEEN 0 AND 1439", name="rest_minutes_of_a_day"),
        Index(None, "municipality_code", "set_at"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    members: Mapped[int]
    least_together: Mapped[int]
    rest_minutes: Mapped[int]
    least_minutes: Mapped[int]
    set_by: Mapped[LongText]
    set_at: Mapped[RecordedAt]


class PoliceChoice(Base):
    """What the police show beyond their commitments; nothing until they say so."""

    __tablename__ = "police_choice"
    __table_args__ = (Index(None, "municipality_code", "set_at"), SCHEMA)

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    unit_names: Mapped[bool]
    rosters: Mapped[bool]
    indbrud_in_need: Mapped[bool] = mapped_column(server_default=text("false"))
    tyveri_in_need: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether burglary and theft count in the need of evenings: by rode, whatever the precision."""
    set_by: Mapped[LongText]
    set_at: Mapped[RecordedAt]


class NeedChoice(Base):
    """How fast incidents age in the need that plans are made for, and what weighs more."""

    __tablename__ = "need_choice"
    __table_args__ = (
        CheckConstraint("half_life_weeks BETWEEN 1 AND 520", name="half_life_weeks_within"),
        CheckConstraint(
            "least(weight_vold, weight_narkotika, weight_haervaerk, weight_chikane, weight_uro)"
            " >= 0",
            name="weights_not_negative",
        ),
        Index(None, "municipality_code", "set_at"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    half_life_weeks: Mapped[float]
    weight_vold: Mapped[float]
    weight_narkotika: Mapped[float]
    weight_haervaerk: Mapped[float]
    weight_chikane: Mapped[float]
    weight_uro: Mapped[float]
    set_by: Mapped[LongText]
    set_at: Mapped[RecordedAt]


class LevelChoice(Base):
    """How many visits a week a place is due at each level."""

    __tablename__ = "level_choice"
    __table_args__ = (
        CheckConstraint(
            "1 <= green AND green <= yellow AND yellow <= red AND red <= 35",
            name="visits_grow_with_level",
        ),
        Index(None, "municipality_code", "set_at"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    green: Mapped[int]
    yellow: Mapped[int]
    red: Mapped[int]
    set_by: Mapped[LongText]
    set_at: Mapped[RecordedAt]
