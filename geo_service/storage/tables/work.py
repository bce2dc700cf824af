"""Schema `work`: areas, their population, surveys, the index, and counts per rode."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.domain import vocabulary as words
from geo_service.storage.tables.base import (
    Base,
    Code,
    Day,
    Id,
    LongText,
    MunicipalityCode,
    Outline,
    RecordedAt,
    in_denmark,
    in_order,
    one_of,
)

SCHEMA = {"schema": "work"}
PERIOD = text("daterange(valid_from, valid_to)")
PART_CODES = tuple(words.INDEX_PARTS)
TYPE_CODES = ("all", *words.CRIME_TYPES)


class Municipality(Base):
    """A municipality; every other row belongs to one."""

    __tablename__ = "municipality"
    __table_args__ = (CheckConstraint("code ~ '^[0-9]{4}$'", name="code_has_four_digits"), SCHEMA)

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[LongText]
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    """True: loaded by the demo; what its sources do not state is made up."""


class ImportBatch(Base):
    """One file that was stored: which, when, by whom, and what became of its rows."""

    __tablename__ = "import_batch"
    __table_args__ = (
        one_of("status", ("stored", "undone")),
        CheckConstraint(
            "rows_in_file = rows_stored + rows_rejected + rows_duplicate", name="rows_add_up"
        ),
        Index(
            "uq_import_batch_stored_file",
            "municipality_code",
            "kind",
            "sha256",
            unique=True,
            postgresql_where=text("status = 'stored' AND kind = 'incidents'"),
        ),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    kind: Mapped[Code]
    file_name: Mapped[LongText]
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[Code] = mapped_column(server_default="stored")
    rows_in_file: Mapped[int]
    rows_stored: Mapped[int]
    rows_rejected: Mapped[int]
    rows_duplicate: Mapped[int]
    remarks: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    imported_by: Mapped[LongText]
    imported_at: Mapped[RecordedAt]


class Area(Base):
    """One edition of an area's outline, in force from `valid_from` up to `valid_to`."""

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("municipality_code", "kind", "code", "valid_from"),
        ExcludeConstraint(
            ("municipality_code", "="),
            ("kind", "="),
            ("code", "="),
            (PERIOD, "&&"),
            using="gist",
            name="ex_area_one_edition_at_a_time",
        ),
        one_of("kind", words.AREA_KINDS),
        one_of("outline", words.OUTLINES),
        CheckConstraint("valid_from < valid_to", name="valid_from_before_valid_to"),
        in_denmark(),
        Index(None, "geom", postgresql_using="gist"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    kind: Mapped[Code]
    code: Mapped[Code]
    name: Mapped[LongText]
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]
    outline: Mapped[Code]
    source: Mapped[LongText]
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("work.import_batch.id"))
    geom: Mapped[Outline]  # EPSG:25832, metres


class Membership(Base):
    """An area lies in a larger one for a period: rode in district, in bydel, in hotspot area.

    By code and not by outline, since a membership may be older than any outline we hold.
    """

    __tablename__ = "membership"
    __table_args__ = (
        ExcludeConstraint(
            ("municipality_code", "="),
            ("member_kind", "="),
            ("member_code", "="),
            ("group_kind", "="),
            (PERIOD, "&&"),
            using="gist",
            where=text("group_kind <> 'hotspot_area'"),
            name="ex_membership_one_group_at_a_time",
        ),
        UniqueConstraint(
            "municipality_code",
            "member_kind",
            "member_code",
            "group_kind",
            "group_code",
            "valid_from",
            name="uq_membership_member_group_start",
        ),
        one_of("member_kind", words.AREA_KINDS),
        one_of("group_kind", words.AREA_KINDS),
        one_of("status", ("recommended", "decided")),
        CheckConstraint("valid_from < valid_to", name="valid_from_before_valid_to"),
        Index(None, "municipality_code", "group_kind", "group_code"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    member_kind: Mapped[Code]
    member_code: Mapped[Code]
    group_kind: Mapped[Code]
    group_code: Mapped[Code]
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]
    status: Mapped[Code] = mapped_column(server_default="decided")
    decided_by: Mapped[LongText | None]
    source: Mapped[LongText]
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("work.import_batch.id"))


class Population(Base):
    """Residents of an area on 1 January, by sex and age where the source has it."""

    __tablename__ = "population"
    __table_args__ = (
        UniqueConstraint(
            "municipality_code",
            "area_kind",
            "area_code",
            "year",
            "sex",
            "age_from",
            "age_to",
            name="uq_population_area_year_group",
            postgresql_nulls_not_distinct=True,
        ),
        one_of("area_kind", words.AREA_KINDS),
        one_of("sex", ("all", "female", "male")),
        CheckConstraint("residents >= 0", name="residents_not_negative"),
        in_order("age_from", "age_to"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    area_kind: Mapped[Code]
    area_code: Mapped[Code]
    year: Mapped[int]
    sex: Mapped[Code] = mapped_column(server_default="all")
    age_from: Mapped[int] = mapped_column(server_default=text("0"))
    age_to: Mapped[int | None]
    residents: Mapped[int]
    dwellings: Mapped[int | None]
    households: Mapped[int | None]
    source: Mapped[LongText]


class SurveyResult(Base):
    """The share of one answer to one question in one area, with how many answered."""

    __tablename__ = "survey_result"
    __table_args__ = (
        UniqueConstraint(
            "municipality_code",
            "area_kind",
            "area_code",
            "year",
            "series",
            "question",
            "answer",
            name="uq_survey_result_area_year_answer",
        ),
        one_of("area_kind", words.AREA_KINDS),
        CheckConstraint("share_pct BETWEEN 0 AND 100", name="share_pct_is_a_share"),
        CheckConstraint("answers >= 0", name="answers_not_negative"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    area_kind: Mapped[Code]
    area_code: Mapped[Code]
    year: Mapped[int]
    series: Mapped[Code]
    question: Mapped[Code]
    answer: Mapped[Code]
    share_pct: Mapped[Decimal] = mapped_column(Numeric(6, 3))
    answers: Mapped[int]
    invited: Mapped[int | None]
    design_effect: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    source: Mapped[LongText]


class PublishedIndexResult(Base):
    """A category or value of the Tryghedsindeks as it was published; never overwritten."""

    __tablename__ = "published_index_result"
    __table_args__ = (
        UniqueConstraint(
            "municipality_code",
            "area_kind",
            "area_code",
            "index_year",
            "part",
            "crime_type",
            "source",
            name="uq_published_index_result_figure",
        ),
        one_of("area_kind", words.AREA_KINDS),
        one_of("part", PART_CODES),
        one_of("crime_type", TYPE_CODES),
        one_of("category", words.NEED_CATEGORIES),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    area_kind: Mapped[Code]
    area_code: Mapped[Code]
    index_year: Mapped[int]
    """Index year Y describes year Y - 1."""
    part: Mapped[Code]
    crime_type: Mapped[Code]
    category: Mapped[Code | None]
    value: Mapped[Decimal | None] = mapped_column(Numeric(10, 4))
    source: Mapped[LongText]
    recorded_at: Mapped[RecordedAt]


class IndexScore(Base):
    """A score that we computed, by which method, with its interval."""

    __tablename__ = "index_score"
    __table_args__ = (
        UniqueConstraint(
            "municipality_code",
            "area_kind",
            "area_code",
            "index_year",
            "part",
            "crime_type",
            "method_hash",
            "inputs_hash",
            name="uq_index_score_figure_method",
        ),
        one_of("area_kind", words.AREA_KINDS),
        one_of("part", PART_CODES),
        one_of("crime_type", TYPE_CODES),
        one_of("category", words.NEED_CATEGORIES),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    area_kind: Mapped[Code]
    area_code: Mapped[Code]
    index_year: Mapped[int]
    part: Mapped[Code]
    crime_type: Mapped[Code]
    method: Mapped[Code]
    method_hash: Mapped[str] = mapped_column(String(64))
    inputs_hash: Mapped[str] = mapped_column(String(64))
    value: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    low: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    high: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    category: Mapped[Code | None]
    computed_at: Mapped[RecordedAt]


class IncidentCount(Base):
    """Incidents per rode, type and month: what those may see who may not see incidents."""

    __tablename__ = "incident_count"
    __table_args__ = (
        one_of("crime_type", words.CRIME_TYPES),
        CheckConstraint("incidents >= 0", name="incidents_not_negative"),
        SCHEMA,
    )

    municipality_code: Mapped[MunicipalityCode] = mapped_column(primary_key=True)
    rode_code: Mapped[Code] = mapped_column(primary_key=True)
    month: Mapped[Day] = mapped_column(primary_key=True)
    """The first day of the month."""
    crime_type: Mapped[Code] = mapped_column(primary_key=True)
    incidents: Mapped[int]
