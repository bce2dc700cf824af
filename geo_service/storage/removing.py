"""A row is taken away once; whoever comes second learns that it is gone, and no more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from geo_service.errors import NotFound


def remove_row(
    session: Session, table: Any, number: int, *which: ColumnElement[bool], what: str
) -> bool:
    """Take a row away. False: there is none, for all that the caller may know.

    A row that was removed, one out of reach and a number that nobody has are alike.

    Raises
    ------
    NotFound
        If the caller may see the row, and not remove it.
    """
    gone = session.scalar(delete(table).where(table.id == number, *which).returning(table.id))
    if gone is not None:
        return True
    if session.scalar(select(table.id).where(table.id == number)) is not None:
        raise NotFound(f"{what} kan ikke fjernes herfra.")
    return False
