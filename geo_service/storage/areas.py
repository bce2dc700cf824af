"""Areas and their dated memberships: storing editions, and reading them as of a day.

Nothing is overwritten: a new edition closes the one before it, a moved area closes one
membership and opens another, and an outline that is there already is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import and_, delete, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from geo_service.domain.frames import rows_of
from geo_service.domain.grid import DANISH_GRID, DANISH_GRID_SRID, require_crs
from geo_service.errors import AlreadyExists, InvalidInput, NotFound
from geo_service.storage.tables import Area, Membership, Municipality

SAME_OUTLINE_M2 = 1.0
"""Two outlines of one area that differ by less than this are the same outline."""


@dataclass(frozen=True)
class Edition:
    """Where and when the areas of one file belong."""

    municipality: str
    kind: str
    valid_from: date
    outline: str
    source: str
    batch_id: int | None = None


def ensure_municipality(session: Session, code: str, name: str, *, is_demo: bool = False) -> None:
    """Make the municipality if it is not there."""
    if session.get(Municipality, code) is None:
        session.add(Municipality(code=code, name=name, is_demo=is_demo))
        session.flush()


def store_areas(session: Session, areas: gpd.GeoDataFrame, edition: Edition) -> int:
    """Store outlines as an edition, and return how many were new.

    `areas` has columns code, name and geometry (MULTIPOLYGON, EPSG:25832). Older editions
    of the same kind end when this one begins; areas that the edition holds already with the
    same outline are left alone.

    Raises
    ------
    AlreadyExists
        If the edition holds one of the areas with another outline.
    """
    require_crs(areas, "areas")
    held = read_edition(session, edition.municipality, edition.kind, edition.valid_from)
    new = areas[~areas["code"].isin(held["code"])]
    _refuse_other_outlines(areas, held, edition)
    if new.empty:
        return 0
    next_from = session.scalar(
        select(func.min(Area.valid_from)).where(
            *_kind(edition.municipality, edition.kind), Area.valid_from > edition.valid_from
        )
    )
    session.execute(
        update(Area)
        .where(
            *_kind(edition.municipality, edition.kind),
            Area.valid_from < edition.valid_from,
            or_(Area.valid_to.is_(None), Area.valid_to > edition.valid_from),
        )
        .values(valid_to=edition.valid_from)
    )
    session.execute(
        insert(Area),
        [
            {
                "municipality_code": edition.municipality,
                "kind": edition.kind,
                "code": row.code,
                "name": row.name,
                "valid_from": edition.valid_from,
                "valid_to": next_from,
                "outline": edition.outline,
                "source": edition.source,
                "import_batch_id": edition.batch_id,
                "geom": from_shape(row.geometry, srid=DANISH_GRID_SRID),
            }
            for row in rows_of(new)
        ],
    )
    return len(new)


def drop_derived(session: Session, edition: Edition) -> None:
    """Remove the dissolved areas of an edition, to be dissolved anew from more members.

    Nothing is lost: they are made of members that stay. An outline that somebody supplied
    is never removed.
    """
    session.execute(
        delete(Area).where(
            *_kind(edition.municipality, edition.kind),
            Area.valid_from == edition.valid_from,
            Area.outline == edition.outline,
            Area.outline != "official",
        )
    )


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
        If it is known to lie in a group of that kind in a part of the period.
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
        if not ends_before and not starts_after and group[0] != "hotspot_area":
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


def read_edition(
    session: Session, municipality: str, kind: str, valid_from: date
) -> gpd.GeoDataFrame:
    """Return the areas of exactly one edition: id, code, name, geometry (EPSG:25832)."""
    query = select(Area.id, Area.code, Area.name, Area.geom.label("geometry")).where(
        *_kind(municipality, kind), Area.valid_from == valid_from
    )
    return _read(session, query)


def read_areas(session: Session, municipality: str, kind: str, on: date) -> gpd.GeoDataFrame:
    """Return the areas of a kind that are in force on a day, by code.

    Columns: id, code, name, valid_from, outline, source, geometry (EPSG:25832). On a day
    before the first edition, the first edition is returned: no outline is older.
    """
    first = session.scalar(select(func.min(Area.valid_from)).where(*_kind(municipality, kind)))
    day = max(on, first) if first is not None else on
    query = (
        select(
            Area.id,
            Area.code,
            Area.name,
            Area.valid_from,
            Area.outline,
            Area.source,
            Area.geom.label("geometry"),
        )
        .where(
            *_kind(municipality, kind),
            Area.valid_from <= day,
            or_(Area.valid_to.is_(None), Area.valid_to > day),
        )
        .order_by(func.length(Area.code), Area.code)
    )
    return _read(session, query)


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


def editions(session: Session) -> list[dict[str, Any]]:
    """Return every edition: municipality, kind, valid_from, valid_to, areas, outline, source."""
    query = text("""
        SELECT municipality_code AS municipality, kind, valid_from, max(valid_to) AS valid_to,
               count(*) AS areas, min(outline) AS outline, min(source) AS source
        FROM work.area GROUP BY municipality_code, kind, valid_from
        ORDER BY municipality_code, kind, valid_from
    """)
    return [dict(row) for row in session.execute(query).mappings()]


def _read(session: Session, query: Any) -> gpd.GeoDataFrame:
    return gpd.read_postgis(query, session.connection(), geom_col="geometry", crs=DANISH_GRID)


def _kind(municipality: str, kind: str) -> tuple[Any, Any]:
    return Area.municipality_code == municipality, Area.kind == kind


def _refuse_other_outlines(
    areas: gpd.GeoDataFrame, held: gpd.GeoDataFrame, edition: Edition
) -> None:
    """Refuse areas that the edition holds with another outline: editions do not change."""
    both = areas.merge(held[["code", "geometry"]], on="code", suffixes=("", "_held"))
    if both.empty:
        return
    difference = shapely.area(
        shapely.symmetric_difference(both["geometry"].to_numpy(), both["geometry_held"].to_numpy())
    )
    other = both.loc[difference > SAME_OUTLINE_M2, "code"].tolist()
    if other:
        raise AlreadyExists(
            f"The edition of {edition.valid_from} holds {edition.kind} {', '.join(other[:5])}"
            f"{' …' if len(other) > 5 else ''} with another outline. An edition is never "  # noqa: PLR2004
            "changed: import the file with the --valid-from of its own."
        )
