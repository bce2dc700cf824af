"""Schema `raw`: incidents, and how precisely others see them."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.domain import vocabulary as words
from geo_service.storage.tables.base import (
    Base,
    Code,
    Id,
    LongText,
    Moment,
    MunicipalityCode,
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


class IncidentPrecision(Base):
    """How precisely others than the police see its incidents; the newest row is in force."""

    __tablename__ = "incident_precision"
    __table_args__ = (
        one_of("precision", words.PRECISIONS),
        Index(None, "municipality_code", "set_at"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    precision: Mapped[Code]
    set_by: Mapped[LongText]
    set_at: Mapped[RecordedAt]
