"""The audit: who did what, appended in the transaction of the deed itself.

`append` is the only way in. The database lets a login role add an entry and neither read nor
change one; the number, the time, the salt and the seal are the database's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from geo_service.domain.deeds import deed_of, described, said
from geo_service.storage.tables import AuditEntry


def append(  # noqa: PLR0913 - the columns of an entry
    session: Session,
    *,
    actor: str,
    action: str,
    object_kind: str | None,
    object_ref: str | None,
    municipality: str | None,
    detail: Mapping[str, Any],
    role: str | None = None,
    purpose: str | None = None,
) -> None:
    """Add one entry; roles may append to the audit and not read it, so nothing comes back.

    Parameters
    ----------
    actor
        `user:ID`, `os:NAME`, `service`, or `nobody` before a sign-in.
    action
        A `Deed`, or the operation of a policy.
    object_kind, object_ref
        What it was done to: a kind of `domain/access.py`, and which of them.
    detail
        Criteria, counts, names of fields; bounded, CPR numbers blacked out, secrets left out.

    Raises
    ------
    ValueError
        If there is no such deed: a fault in the program.
    """
    session.execute(
        insert(AuditEntry.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            actor=said(actor),
            role=role,
            action=deed_of(action).value,
            object_kind=None if object_kind is None else said(object_kind, most=40),
            object_ref=None if object_ref is None else said(object_ref),
            municipality_code=municipality,
            purpose=None if purpose is None else said(purpose),
            detail=described(detail),
        )
    )
