"""Schema `adm`: the running of the service; later users, sessions and settings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.storage.tables.base import Base, Code, Id, LongText, RecordedAt


class AuditEntry(Base):
    """One thing that somebody did or looked at; appended, never changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "at"), {"schema": "adm"})

    id: Mapped[Id]
    at: Mapped[RecordedAt]
    actor: Mapped[LongText]
    """A user's id, or `os:NAME` for the operating-system owner."""
    action: Mapped[Code]
    object_kind: Mapped[Code | None]
    object_ref: Mapped[LongText | None]
    municipality_code: Mapped[Code | None]
    purpose: Mapped[LongText | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary)
