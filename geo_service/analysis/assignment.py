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
    Area by area over points ordered from west to east: only those within an area's extent are
    tried, by their coordinates and not as points, against an outline that is prepared once.
    """
    require_crs(areas, "areas")
    if points.crs is not None:
        require_crs(points, "points")
    assigned = np.full(len(points), -1, dtype=np.int64)
    if not len(points) or areas.empty:
        return assigned
    places = points.to_numpy()
    somewhere = np.flatnonzero(~(shapely.is_missing(places) | shapely.is_empty(places)))
    x, y = shapely.get_x(places[somewhere]), shapely.get_y(places[somewhere])
    order = np.argsort(x)
    x, y, eastwards = x[order], y[order], somewhere[order]
    extents = areas.geometry.bounds.to_numpy()
    outlines = areas.geometry.to_numpy()
    smallest_first = np.lexsort((_code_order(areas), areas.geometry.area.round(3).to_numpy()))
    for area in smallest_first[::-1]:  # what a smaller area holds too is taken over by it
        west, south, east, north = extents[area]
        first, last = np.searchsorted(x, west), np.searchsorted(x, east, side="right")
        near = first + np.flatnonzero((y[first:last] >= south) & (y[first:last] <= north))
        shapely.prepare(outlines[area])
        inside = near[shapely.intersects_xy(outlines[area], x[near], y[near])]
        assigned[eastwards[inside]] = area
    return assigned


def _code_order(areas: gpd.GeoDataFrame) -> npt.NDArray[np.int64]:
    """Return each code's rank: numbers by value, 9 before 10."""
    codes = areas["code"].astype(str)
    ordered = sorted(codes.unique(), key=lambda code: (len(code), code))
    ranks = {code: rank for rank, code in enumerate(ordered)}
    return np.array([ranks[code] for code in codes], dtype=np.int64)
