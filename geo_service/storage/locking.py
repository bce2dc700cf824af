"""Two people at one thing: the second to save is told of the first, and nothing is lost.

A table that people edit has `version`, `changed_by` and `changed_at`. Who edits sends back the
version that was on the screen; it must be the one in force.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from geo_service.errors import Conflict, NotFound
from geo_service.messages import Message, _

SOMEBODY = _("en anden bruger")


def save_version(
    session: Session,
    table: Any,
    key: ColumnElement[bool],
    *,
    version: int,
    what: str,
    actor: str,
    now: datetime,
    **values: Any,
) -> int:
    """Change one row if it still has `version`, and return its new version.

    The row is locked until the transaction ends, so what hangs on it can be changed after it.

    Parameters
    ----------
    table
        A mapped class with the columns version, changed_by and changed_at.
    key
        What picks the row, e.g. `UserAccount.id == 5`.
    what
        What the row is called in the sentence of a conflict, e.g. "Brugeren".
    values
        Columns and their new values; none: only the version counts up.

    Raises
    ------
    Conflict
        If the row has another version: says who changed it, and when.
    NotFound
        If there is no such row.
    """
    saved: int | None = session.scalar(
        update(table)
        .where(and_(key, table.version == version))
        .values(version=table.version + 1, changed_by=actor, changed_at=now, **values)
        .returning(table.version)
        .execution_options(synchronize_session=False)
    )
    if saved is not None:
        return saved
    found = session.execute(select(table.changed_by, table.changed_at).where(key)).one_or_none()
    if found is None:
        raise NotFound(f"{what} findes ikke.")
    who = session.scalar(select(func.adm.actor_name(found.changed_by)))
    raise Conflict(what, changed_by=who or word_for(found.changed_by), changed_at=found.changed_at)


def word_for(actor: str) -> Message:
    """Return what to call an actor who has no account that we may name."""
    kind, _mark, name = actor.partition(":")
    return _("serverens ejer (%(name)s)", name=name) if kind == "os" else SOMEBODY
