"""Areas in editions: storing them, and reading those in force on a day.

Nothing is overwritten: a new edition closes the one before it, and an outline that is there
already is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import delete, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from geo_service.domain.frames import rows_of
from geo_service.domain.grid import DANISH_GRID, DANISH_GRID_SRID, require_crs
from geo_service.errors import AlreadyExists
from geo_service.storage.tables import Area, Municipality

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


def has_areas(session: Session, municipality: str) -> bool:
    """Tell whether a municipality has any area, of whatever kind and time."""
    query = select(Area.id).where(Area.municipality_code == municipality).limit(1)
    return session.scalar(query) is not None


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


def read_edition(
    session: Session, municipality: str, kind: str, valid_from: date
) -> gpd.GeoDataFrame:
    """Return the areas of exactly one edition, by code: id, code, name, geometry (EPSG:25832)."""
    query = (
        select(Area.id, Area.code, Area.name, Area.geom.label("geometry"))
        .where(*_kind(municipality, kind), Area.valid_from == valid_from)
        .order_by(func.length(Area.code), Area.code)
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


def fingerprint(session: Session, municipality: str, kind: str, on: date) -> str:
    """Return a text that is another one when `read_areas` would return something else.

    Without reading an outline: by the rows in force and their names, since the outline of a row
    is never changed. Empty where there is none.
    """
    query = text("""
        WITH own AS (
          SELECT id, name, valid_from, valid_to, greatest(:day, min(valid_from) OVER ()) AS day
          FROM work.area WHERE municipality_code = :place AND kind = :kind
        )
        SELECT md5(string_agg(concat(id, ':', name), ',' ORDER BY id)) FROM own
        WHERE valid_from <= day AND (valid_to IS NULL OR valid_to > day)
    """)
    asked = {"place": municipality, "kind": kind, "day": on}
    return session.execute(query, asked).scalar_one() or ""


def read_names(session: Session, municipality: str, kind: str, on: date) -> list[tuple[str, str]]:
    """Return code and name of the areas of a kind that are in force on a day, by name or number."""
    query = (
        select(Area.code, Area.name)
        .where(
            *_kind(municipality, kind),
            Area.valid_from <= on,
            or_(Area.valid_to.is_(None), Area.valid_to > on),
        )
        .order_by(func.length(Area.code), Area.code)
    )
    return [(row.code, row.name) for row in session.execute(query)]


def editions(session: Session) -> list[dict[str, Any]]:
    """Return every edition: municipality, kind, valid_from, valid_to, areas, outline, source.

    It has no end while any of its areas is in force without one; its outline is schematic where
    that of any area is; of several sources each is named.
    """
    query = text("""
        SELECT municipality_code AS municipality, kind, valid_from,
               CASE WHEN bool_and(valid_to IS NOT NULL) THEN max(valid_to) END AS valid_to,
               count(*) AS areas, max(outline) AS outline,
               string_agg(DISTINCT source, '; ') AS source
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
