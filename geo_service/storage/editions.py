"""What a new edition does to the one in force: which of its areas end, and which go on."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from geo_service.domain.grid import DANISH_GRID
from geo_service.storage.areas import Edition
from geo_service.storage.tables import Area


def areas_ended_by(session: Session, edition: Edition) -> gpd.GeoDataFrame:
    """Return the areas in force that end when the edition begins: code, name, outline, geometry.

    Once it is stored there are none: they have ended, or go on in it.
    """
    query = (
        select(Area.code, Area.name, Area.outline, Area.geom.label("geometry"))
        .where(
            Area.municipality_code == edition.municipality,
            Area.kind == edition.kind,
            Area.valid_from < edition.valid_from,
            or_(Area.valid_to.is_(None), Area.valid_to > edition.valid_from),
        )
        .order_by(func.length(Area.code), Area.code)
    )
    return gpd.read_postgis(query, session.connection(), geom_col="geometry", crs=DANISH_GRID)


def carry_on(session: Session, codes: list[str], edition: Edition) -> None:
    """Let areas that ended when the edition began go on in it, as they were.

    An edition is whole, so they are written down again, with the source they came from.
    """
    session.execute(
        text("""
        INSERT INTO work.area (municipality_code, kind, code, name, valid_from, valid_to,
                               outline, source, import_batch_id, geom)
        SELECT municipality_code, kind, code, name, valid_to,
               (SELECT min(n.valid_from) FROM work.area n
                WHERE n.municipality_code = a.municipality_code AND n.kind = a.kind
                  AND n.valid_from > a.valid_to),
               outline, source, CAST(:batch AS bigint), geom
        FROM work.area a
        WHERE municipality_code = :municipality AND kind = :kind AND valid_to = :day
          AND code = ANY (:codes)
    """),
        _named(edition) | {"batch": edition.batch_id, "codes": codes},
    )


def dissolved_kinds(session: Session, edition: Edition) -> set[str]:
    """Return the kinds of which every area in force when the edition begins is made of others."""
    rows = session.execute(
        text("""
        SELECT kind FROM work.area
        WHERE municipality_code = :municipality AND kind <> :kind AND valid_from <= :day
          AND (valid_to IS NULL OR valid_to > :day)
        GROUP BY kind HAVING bool_and(outline <> 'official')
    """),
        _named(edition),
    )
    return {row.kind for row in rows}


def _named(edition: Edition) -> dict[str, Any]:
    return {
        "municipality": edition.municipality,
        "kind": edition.kind,
        "day": edition.valid_from,
    }
