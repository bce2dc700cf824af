"""Which area a point lies in; every point in one area at most, borders included."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo_service.domain.grid import require_crs


def assign_areas(points: gpd.GeoSeries, areas: gpd.GeoDataFrame) -> npt.NDArray[np.int64]:
    """Return the position in `areas` of the area each point lies in, -1 for none.

    Parameters
    ----------
    points
        n points, EPSG:25832; a series without a CRS is taken to be in it. Missing and empty
        points lie nowhere.
    areas
        m polygons, EPSG:25832, with a column `code` that tells them apart.

    Returns
    -------
    ndarray of int, shape (n,)
        A point on a border, or where two areas overlap, goes to the smaller area (so an
        area inside another one keeps its points), then to the lower code: once, always the
        same one, whatever the order of the areas.

    Raises
    ------
    WrongCRS
        If the areas are not in EPSG:25832, or the points say that they are elsewhere.

    Notes
    -----
    Area by area over a tree of the points: a prepared polygon then serves all its points.
    """
    require_crs(areas, "areas")
    if points.crs is not None:
        require_crs(points, "points")
    assigned = np.full(len(points), -1, dtype=np.int64)
    if not len(points) or areas.empty:
        return assigned
    order = np.lexsort((_code_order(areas), areas.geometry.area.round(3).to_numpy()))
    tree = shapely.STRtree(points.to_numpy())
    ranked = areas.geometry.to_numpy()[order]
    rank, point = tree.query(ranked, predicate="intersects")
    best = np.full(len(points), len(areas), dtype=np.int64)
    np.minimum.at(best, point, rank)
    found = best < len(areas)
    assigned[found] = order[best[found]]
    return assigned


def _code_order(areas: gpd.GeoDataFrame) -> npt.NDArray[np.int64]:
    """Return each code's rank: numbers by value, 9 before 10."""
    codes = areas["code"].astype(str)
    ordered = sorted(codes.unique(), key=lambda code: (len(code), code))
    ranks = {code: rank for rank, code in enumerate(ordered)}
    return np.array([ranks[code] for code in codes], dtype=np.int64)
