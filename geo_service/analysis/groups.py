"""Larger areas made of smaller ones: districts and bydele dissolved from roder."""

from __future__ import annotations

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
        Rows member_code, group_kind, group_code; members without an outline are passed over.

    Returns
    -------
    GeoDataFrame
        Columns kind, code, members (how many), geometry (MULTIPOLYGON, EPSG:25832), ordered
        by kind and code.
    """
    require_crs(areas, "areas")
    joined = memberships.merge(areas[["code", "geometry"]], left_on="member_code", right_on="code")
    rows = [
        {
            "kind": kind,
            "code": code,
            "members": len(members),
            "geometry": as_multi(shapely.union_all(members["geometry"].to_numpy())),
        }
        for (kind, code), members in joined.groupby(["group_kind", "group_code"], sort=True)
    ]
    columns = ["kind", "code", "members", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=DANISH_GRID)


def as_multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Return a polygon or a collection of them as one MULTIPOLYGON; lines and points drop out."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)
