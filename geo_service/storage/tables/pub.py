"""Schema `pub`: what has been released to the public, and nothing else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.storage.tables.base import (
    Base,
    Code,
    Day,
    Id,
    LongText,
    MunicipalityCode,
    RecordedAt,
    in_order,
    one_of,
)


class Release(Base):
    """A numbered publication that does not change; corrections and withdrawals leave a mark."""

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("municipality_code", "number"),
        one_of("status", ("published", "corrected", "withdrawn")),
        in_order("period_from", "period_to"),
        {"schema": "pub"},
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    number: Mapped[int]
    title: Mapped[LongText]
    status: Mapped[Code]
    period_from: Mapped[Day]
    period_to: Mapped[Day]
    manifest: Mapped[dict[str, Any]] = mapped_column(JSONB)
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[RecordedAt]
