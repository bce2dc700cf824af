"""Larger areas made of smaller ones: districts and bydele dissolved from roder."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd
import shapely

from geo_service.domain.grid import DANISH_GRID, require_crs


def dissolve(areas: gpd.GeoDataFrame, memberships: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return one area per group, dissolved from its members.

    Parameters
    ----------
    areas
        n rows with code and geometry (polygons, EPSG:25832).
    memberships
        Rows member_code, group_kind, group_code; members without an outline are passed over,
        and a member named twice counts once.

    Returns
    -------
    GeoDataFrame
        Columns kind, code, members (how many), geometry (MULTIPOLYGON, EPSG:25832), ordered
        by kind and code.

    Raises
    ------
    WrongCRS
        If the areas are not in EPSG:25832.
    """
    require_crs(areas, "areas")
    joined = memberships.merge(areas[["code", "geometry"]], left_on="member_code", right_on="code")
    rows = [
        {
            "kind": kind,
            "code": code,
            "members": members["member_code"].nunique(),
            "geometry": as_multi(shapely.union_all(members["geometry"].to_numpy())),
        }
        for (kind, code), members in joined.groupby(["group_kind", "group_code"], sort=True)
    ]
    columns = ["kind", "code", "members", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=DANISH_GRID)


def as_multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Return a polygon or a collection of them as one MULTIPOLYGON; lines and points drop out."""
    return shapely.MultiPolygon(list(_polygons(shape)))


def _polygons(shape: shapely.Geometry) -> Iterator[shapely.Polygon]:
    """Yield the polygons of a shape, also those of collections within collections."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            yield part
        elif part.geom_type in {"MultiPolygon", "GeometryCollection"}:
            yield from _polygons(part)
