"""The base map of a municipality: replaced as a whole, read for a piece of ground."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from geo_service.domain.basemap import AREA_KINDS, BASEMAP_KINDS, LAST_RANK, LINE_KINDS
from geo_service.domain.grid import DANISH_GRID, DANISH_GRID_SRID, require_crs
from geo_service.storage.bulk import insert_frame
from geo_service.storage.tables import BasemapFeature

COLUMNS = ["kind", "name", "rank", "source", "geometry"]
_LEAST_WIDTHS = 3.0
"""An area is drawn when it is at least so many times as wide as the finest detail."""


def replace_basemap(
    session: Session, features: gpd.GeoDataFrame, *, municipality: str, source: str
) -> int:
    """Put a new base map in the place of the old one; return how many features it has.

    `features` has columns kind, name, rank and geometry (EPSG:25832).
    """
    require_crs(features, "features")
    session.execute(delete(BasemapFeature).where(BasemapFeature.municipality_code == municipality))
    rows = features[["kind", "name", "rank", "geometry"]].assign(source=source)
    return insert_frame(session, BasemapFeature, rows, municipality=municipality)


def read_basemap(
    session: Session,
    municipality: str,
    extent: tuple[float, float, float, float],
    *,
    detail_m: float = 1.0,
    kinds: Iterable[str] = tuple(BASEMAP_KINDS),
    most_rank: int = LAST_RANK,
) -> gpd.GeoDataFrame:
    """Return what lies in a piece of ground, clipped to it and as fine as `detail_m`.

    Parameters
    ----------
    extent
        West, south, east, north in metres (EPSG:25832).
    detail_m
        The finest detail worth drawing: outlines are simplified by it, and areas that are
        narrower than three of it are left out.
    kinds, most_rank
        Which kinds, and down to which rank.

    Returns
    -------
    GeoDataFrame
        `kind`, `name`, `rank`, `source`, geometry (EPSG:25832); the most important first.
        Empty where no base map is loaded.
    """
    box = func.ST_MakeEnvelope(*extent, DANISH_GRID_SRID)
    feature = BasemapFeature
    drawn = func.ST_Simplify(func.ST_ClipByBox2D(feature.geom, box), detail_m)
    least_m2 = (_LEAST_WIDTHS * detail_m) ** 2
    within = (
        select(
            feature.kind, feature.name, feature.rank, feature.source, drawn.label("geometry")
        ).where(
            feature.municipality_code == municipality,
            feature.geom.ST_Intersects(box),
            feature.kind.in_(list(kinds)),
            feature.rank <= most_rank,
            feature.kind.in_(["name", *LINE_KINDS]) | (func.ST_Area(feature.geom) >= least_m2),
        )
    ).order_by(feature.rank, feature.kind, feature.id)
    found = gpd.read_postgis(within, session.connection(), geom_col="geometry", crs=DANISH_GRID)
    wanted = found["kind"].map(lambda kind: "Polygon" if kind in AREA_KINDS else "")
    whole = found.geometry.notna() & ~found.geometry.is_empty
    kept = [
        bool(ok) and str(shape.geom_type).endswith(wanted_type)
        for ok, shape, wanted_type in zip(whole, found.geometry, wanted, strict=True)
    ]
    return gpd.GeoDataFrame(found.loc[kept, COLUMNS], geometry="geometry", crs=DANISH_GRID)


def newest_feature(session: Session, municipality: str) -> int | None:
    """Return the newest number of the base map: another one once it has been replaced."""
    query = select(func.max(BasemapFeature.id)).where(
        BasemapFeature.municipality_code == municipality
    )
    return session.scalar(query)


def basemap_source(session: Session, municipality: str) -> str | None:
    """Return whom to credit for the base map; None where none is loaded."""
    query = (
        select(BasemapFeature.source)
        .where(BasemapFeature.municipality_code == municipality)
        .limit(1)
    )
    return session.scalar(query)
