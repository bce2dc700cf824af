"""Say that an area lies, or lay, in a group: stored with its dates, and in the audit."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from geo_service.storage import memberships as membership_store
from geo_service.storage.audit import append

Named = tuple[str, str]
"""A kind of area and a code."""


def add_membership(
    session: Session,
    *,
    municipality: str,
    member: Named,
    group: Named,
    valid_from: date,
    valid_to: date | None,
    source: str,
    stated_by: str,
) -> None:
    """State a membership for a period; raises AlreadyExists where one is known."""
    membership_store.add_membership(
        session,
        municipality=municipality,
        member=member,
        group=group,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
    )
    _note(session, municipality, member, group, stated_by, {"from": valid_from, "to": valid_to})


def move_member(
    session: Session,
    *,
    municipality: str,
    member: Named,
    group: Named,
    on: date,
    source: str,
    stated_by: str,
) -> str:
    """Move an area to another group from a day on; return the group it left.

    Raises NotFound or InvalidInput where that makes no sense.
    """
    left = membership_store.move_member(
        session, municipality=municipality, member=member, group=group, on=on, source=source
    )
    _note(session, municipality, member, group, stated_by, {"from": on, "left": left})
    return left


def _note(
    session: Session,
    municipality: str,
    member: Named,
    group: Named,
    stated_by: str,
    detail: dict[str, date | str | None],
) -> None:
    append(
        session,
        actor=stated_by,
        action="membership",
        object_kind=member[0],
        object_ref=member[1],
        municipality=municipality,
        detail={"group": ":".join(group)}
        | {name: str(value) for name, value in detail.items() if value is not None},
    )
