"""The audit: who did what, appended in the transaction of the deed itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from geo_service.storage.tables import AuditEntry


def append(
    session: Session,
    *,
    actor: str,
    action: str,
    object_kind: str,
    object_ref: str,
    municipality: str,
    detail: dict[str, Any],
) -> None:
    """Add one entry; roles may append to the audit and not read it, so nothing comes back."""
    session.execute(
        insert(AuditEntry.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            actor=actor,
            action=action,
            object_kind=object_kind,
            object_ref=object_ref,
            municipality_code=municipality,
            detail=detail,
        )
    )
