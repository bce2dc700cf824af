"""Dated memberships: which area lies in which larger one, from when to when.

Nothing is overwritten: a moved area closes one membership and opens another.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.orm import Session

from geo_service.domain.frames import rows_of
from geo_service.errors import AlreadyExists, InvalidInput, NotFound
from geo_service.storage.tables import Area, Membership


def store_memberships(
    session: Session,
    memberships: pd.DataFrame,
    *,
    municipality: str,
    valid_from: date,
    source: str,
    batch_id: int | None = None,
) -> int:
    """Store memberships from `valid_from` on; return how many rows were added.

    `memberships` has columns member_kind, member_code, group_kind, group_code. One that
    holds already goes on; one in another group of the same kind ends when the new begins.
    """
    held = read_memberships(session, municipality)
    open_now = held[held["valid_to"].isna()]
    key = ["member_kind", "member_code", "group_kind"]
    wanted = memberships.merge(
        open_now[[*key, "group_code", "valid_from", "id"]],
        on=key,
        how="left",
        suffixes=("", "_held"),
    )
    changed = wanted[wanted["group_code"] != wanted["group_code_held"]]
    too_early = changed[changed["valid_from"].notna() & (changed["valid_from"] >= valid_from)]
    if not too_early.empty:
        first = too_early.iloc[0]
        raise AlreadyExists(
            f"{first.member_kind} {first.member_code} lies in {first.group_kind} "
            f"{first.group_code_held} from {first.valid_from} on, so it cannot be put in "
            f"{first.group_code} from {valid_from}: name a later day."
        )
    ending = [int(row) for row in changed["id"].dropna()]
    if ending:
        session.execute(
            update(Membership).where(Membership.id.in_(ending)).values(valid_to=valid_from)
        )
    rows: list[dict[str, Any]] = [
        {
            "municipality_code": municipality,
            "member_kind": row.member_kind,
            "member_code": row.member_code,
            "group_kind": row.group_kind,
            "group_code": row.group_code,
            "valid_from": valid_from,
            "source": source,
            "import_batch_id": batch_id,
        }
        for row in rows_of(changed)
    ]
    if rows:
        session.execute(insert(Membership), rows)
    return len(rows)


def add_membership(
    session: Session,
    *,
    municipality: str,
    member: tuple[str, str],
    group: tuple[str, str],
    valid_from: date,
    valid_to: date | None,
    source: str,
) -> None:
    """State that an area lay in a group for a period.

    Raises
    ------
    AlreadyExists
        If it is known to lie in a group of that kind in a part of the period; of hotspot
        areas, which may share an area, in the same one.
    """
    held = read_memberships(session, municipality)
    same = held[
        (held["member_kind"] == member[0])
        & (held["member_code"] == member[1])
        & (held["group_kind"] == group[0])
    ]
    for row in rows_of(same):
        ends_before = valid_to is not None and valid_to <= row.valid_from
        starts_after = row.valid_to is not None and row.valid_to <= valid_from
        shared = group[0] == "hotspot_area" and row.group_code != group[1]
        if not ends_before and not starts_after and not shared:
            raise AlreadyExists(
                f"{member[0]} {member[1]} lies in {group[0]} {row.group_code} from "
                f"{row.valid_from} to {row.valid_to or '…'}; the periods must not overlap."
            )
    session.add(
        Membership(
            municipality_code=municipality,
            member_kind=member[0],
            member_code=member[1],
            group_kind=group[0],
            group_code=group[1],
            valid_from=valid_from,
            valid_to=valid_to,
            source=source,
        )
    )
    session.flush()


def move_member(
    session: Session,
    *,
    municipality: str,
    member: tuple[str, str],
    group: tuple[str, str],
    on: date,
    source: str,
) -> str:
    """Let an area belong to another group from a day on; return the group it left.

    The membership in force on that day is cut in two, whatever follows it stays.

    Raises
    ------
    NotFound
        If the area is in no group of that kind on the day.
    InvalidInput
        If it is in the group already.
    """
    held = session.scalars(
        select(Membership).where(
            Membership.municipality_code == municipality,
            Membership.member_kind == member[0],
            Membership.member_code == member[1],
            Membership.group_kind == group[0],
            Membership.valid_from <= on,
            or_(Membership.valid_to.is_(None), Membership.valid_to > on),
        )
    ).one_or_none()
    if held is None:
        raise NotFound(
            f"{member[0]} {member[1]} is in no {group[0]} on {on}. `tryghed areas list` shows "
            "what is known from when."
        )
    if held.group_code == group[1]:
        raise InvalidInput(f"{member[0]} {member[1]} is in {group[0]} {group[1]} on {on} already.")
    if held.valid_from == on:
        raise InvalidInput(
            f"{member[0]} {member[1]} is in {group[0]} {held.group_code} from that very day. "
            "A move needs a day after it; a mistake in the file is mended with --fix at import."
        )
    ended, left = held.valid_to, held.group_code
    held.valid_to = on
    session.flush()
    session.add(
        Membership(
            municipality_code=municipality,
            member_kind=member[0],
            member_code=member[1],
            group_kind=group[0],
            group_code=group[1],
            valid_from=on,
            valid_to=ended,
            source=source,
        )
    )
    session.flush()
    return left


def known_codes(session: Session, municipality: str, kind: str) -> dict[str, str]:
    """Return every code of a kind that an edition or a membership knows, with its newest name.

    The name is the code where no edition has the area.
    """
    mine = Membership.municipality_code == municipality
    in_use = select(Membership.member_code).where(mine, Membership.member_kind == kind)
    groups = select(Membership.group_code).where(mine, Membership.group_kind == kind)
    named = (
        select(Area.code, Area.name)
        .where(Area.municipality_code == municipality, Area.kind == kind)
        .order_by(Area.valid_from)
    )
    codes = {code: code for code in session.scalars(in_use.union(groups))}
    return codes | {row.code: row.name for row in session.execute(named)}


def read_memberships(
    session: Session, municipality: str, *, on: date | None = None
) -> pd.DataFrame:
    """Return memberships: id, member_kind, member_code, group_kind, group_code, period."""
    conditions = [Membership.municipality_code == municipality]
    if on is not None:
        conditions += [
            Membership.valid_from <= on,
            or_(Membership.valid_to.is_(None), Membership.valid_to > on),
        ]
    query = select(
        Membership.id,
        Membership.member_kind,
        Membership.member_code,
        Membership.group_kind,
        Membership.group_code,
        Membership.valid_from,
        Membership.valid_to,
    ).where(and_(*conditions))
    return pd.DataFrame(
        session.execute(query).mappings().all(),
        columns=[column["name"] for column in query.column_descriptions],
    )
