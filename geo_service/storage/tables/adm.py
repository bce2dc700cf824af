"""Schema `adm`: the audit and its chain, settings of municipalities, and retention."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.storage.tables.base import (
    Base,
    Code,
    Day,
    Id,
    LongText,
    Moment,
    MunicipalityCode,
    RecordedAt,
    one_of,
)

SCHEMA = {"schema": "adm"}
RETAINED_KINDS = ("incidents", "observations", "plans", "audit")
"""What a municipality chooses a limit for; of the rest (`FIXED`) the runs alone are kept."""
RUN_KINDS = (*RETAINED_KINDS, "sign_ins")


class AuditEntry(Base):
    """One thing that somebody did, looked at or was refused; appended, never changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "at"),
        Index(None, "actor", "at"),
        Index(None, "object_kind", "object_ref", "at"),
        Index(None, "municipality_code", "id"),
        Index("ix_audit_entry_unsealed", "id", postgresql_where=text("NOT is_sealed")),
        SCHEMA,
    )

    id: Mapped[Id]
    at: Mapped[RecordedAt]
    actor: Mapped[LongText]
    """`user:ID`, `os:NAME` for the operating-system owner, `nobody` before a sign-in."""
    role: Mapped[Code | None]
    action: Mapped[Code]
    """read, search, change, import, export, disclose, sign_in, sign_out, refuse, retain …"""
    object_kind: Mapped[Code | None]
    object_ref: Mapped[LongText | None]
    municipality_code: Mapped[Code | None]
    purpose: Mapped[LongText | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    """Criteria of a search, number of rows, fields that changed; never protected values."""
    salt: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    """Drawn by the database and hashed along; goes with the entry, so that the hash which stays
    in the chain does not let anybody guess what was deleted."""
    is_sealed: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether the chain holds it; the chain itself is what is believed."""


class AuditSeal(Base):
    """A link of the chain: the hash of one entry and of all sealed before it.

    Apart from the entries, so that an entry whose retention has run out can go while the
    chain stays whole: `retention_run_id` says which run removed it.
    """

    __tablename__ = "audit_seal"
    __table_args__ = (
        UniqueConstraint("entry_id"),
        Index(None, "retention_run_id", postgresql_where=text("retention_run_id IS NOT NULL")),
        SCHEMA,
    )

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BigInteger)
    entry_at: Mapped[Moment]
    municipality_code: Mapped[Code | None]
    """With `entry_at` what a deletion must agree with."""
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """Of the entry alone; the link below is made of it, so it can be checked without the entry."""
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[RecordedAt]
    retention_run_id: Mapped[int | None] = mapped_column(ForeignKey("adm.retention_run.id"))


class RetentionRule(Base):
    """How long a municipality keeps one kind of data."""

    __tablename__ = "retention_rule"
    __table_args__ = (
        one_of("kind", RETAINED_KINDS),
        CheckConstraint("keep_days BETWEEN 1 AND 36500", name="keep_days_is_sensible"),
        SCHEMA,
    )

    municipality_code: Mapped[MunicipalityCode] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    keep_days: Mapped[int]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_by: Mapped[LongText]
    changed_at: Mapped[RecordedAt]


class RetentionRun(Base):
    """The proof that a deletion ran: what was due, and how many rows went."""

    __tablename__ = "retention_run"
    __table_args__ = (
        one_of("kind", RUN_KINDS),
        CheckConstraint("deleted >= 0", name="deleted_not_negative"),
        Index(None, "municipality_code", "kind", "as_of"),
        SCHEMA,
    )

    id: Mapped[Id]
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("work.municipality.code"))
    """Null: what belongs to no municipality, such as a sign-in that failed."""
    kind: Mapped[Code]
    as_of: Mapped[Day]
    cut_off: Mapped[Moment]
    """What is older than this is gone."""
    deleted: Mapped[int]
    remaining_older: Mapped[int]
    """Counted after the deletion, in the same transaction: must be 0."""
    actor: Mapped[LongText]
    ran_at: Mapped[RecordedAt]


class Setting(Base):
    """A choice of one municipality, e.g. its logo text or who is asked about privacy."""

    __tablename__ = "setting"
    __table_args__ = (SCHEMA,)

    municipality_code: Mapped[MunicipalityCode] = mapped_column(primary_key=True)
    key: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_by: Mapped[LongText]
    changed_at: Mapped[RecordedAt]
