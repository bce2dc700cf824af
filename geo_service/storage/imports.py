"""Import batches: which file was stored, by whom, and that the same is not stored twice."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from geo_service.errors import AlreadyExists
from geo_service.storage.audit import append
from geo_service.storage.tables import ImportBatch


@dataclass(frozen=True)
class FileFacts:
    """A file as it came: its name, what it holds, and its fingerprint."""

    municipality: str
    kind: str
    file_name: str
    sha256: str
    imported_by: str


def refuse_known_file(session: Session, facts: FileFacts) -> None:
    """Refuse a file whose very bytes have been stored before.

    Raises
    ------
    AlreadyExists
        If they have; names the batch.
    """
    batch = session.scalars(
        select(ImportBatch).where(
            ImportBatch.municipality_code == facts.municipality,
            ImportBatch.kind == facts.kind,
            ImportBatch.sha256 == facts.sha256,
            ImportBatch.status == "stored",
        )
    ).first()
    if batch is not None:
        raise AlreadyExists(
            f"{facts.file_name} was imported already: batch {batch.id}, "
            f"{batch.imported_at:%Y-%m-%d %H:%M} UTC, {batch.rows_stored} rows. Nothing was stored."
        )


def open_batch(session: Session, facts: FileFacts, *, rows: int) -> ImportBatch:
    """Add a batch whose rows are all still to be stored; `close_batch` says what became of them."""
    batch = ImportBatch(
        municipality_code=facts.municipality,
        kind=facts.kind,
        file_name=facts.file_name,
        sha256=facts.sha256,
        rows_in_file=rows,
        rows_stored=0,
        rows_rejected=rows,
        rows_duplicate=0,
        imported_by=facts.imported_by,
    )
    session.add(batch)
    session.flush()
    return batch


def close_batch(
    session: Session, batch: ImportBatch, *, stored: int, duplicate: int, remarks: list[str]
) -> None:
    """Write down what became of the rows, and who did it in the audit."""
    batch.rows_stored = stored
    batch.rows_duplicate = duplicate
    batch.rows_rejected = batch.rows_in_file - stored - duplicate
    batch.remarks = remarks
    session.flush()
    append(
        session,
        actor=batch.imported_by,
        action="import",
        object_kind="import",
        object_ref=str(batch.id),
        municipality=batch.municipality_code,
        detail={"kind": batch.kind, "rows_stored": stored, "sha256": batch.sha256},
    )


@dataclass(frozen=True)
class StoredFile:
    """A file that was stored, and the name of whoever sent it (None: not a person we know)."""

    batch: ImportBatch
    by: str | None


def stored_files(session: Session, *, limit: int, offset: int = 0) -> list[StoredFile]:
    """Return the files that the caller may know of, newest first."""
    query = (
        _with_names()
        .order_by(ImportBatch.imported_at.desc(), ImportBatch.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [StoredFile(batch, by) for batch, by in session.execute(query)]


def stored_file(session: Session, batch_id: int) -> StoredFile | None:
    """Return one of them."""
    row = session.execute(_with_names().where(ImportBatch.id == batch_id)).first()
    return None if row is None else StoredFile(row[0], row[1])


def count_stored_files(session: Session) -> int:
    """Return how many there are."""
    return int(session.scalar(select(func.count()).select_from(ImportBatch)) or 0)


def _with_names() -> Select[ImportBatch, str | None]:
    return select(ImportBatch, func.adm.actor_name(ImportBatch.imported_by))
