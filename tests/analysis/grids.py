"""Square grids and their neighbours, for tests of maps."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from shapely import box

from geo_service.analysis.neighbours import Neighbours
from geo_service.domain.grid import DANISH_GRID


def queen(rows: int, columns: int) -> Neighbours:
    """Return the neighbours of the cells of a grid, row by row, corners included."""
    row, column = np.divmod(np.arange(rows * columns), columns)
    place, neighbour = [], []
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            there = (row + down >= 0) & (row + down < rows)
            there &= (column + right >= 0) & (column + right < columns)
            there &= (down, right) != (0, 0)
            place.append(np.flatnonzero(there))
            neighbour.append(((row + down) * columns + column + right)[there])
    return Neighbours(np.concatenate(place), np.concatenate(neighbour), rows * columns)


def squares(rows: int, columns: int, *, side_m: float = 250.0) -> gpd.GeoDataFrame:
    """Return the cells as polygons, row by row."""
    shapes = [
        box(right * side_m, down * side_m, (right + 1) * side_m, (down + 1) * side_m)
        for down in range(rows)
        for right in range(columns)
    ]
    codes = [str(number) for number in range(rows * columns)]
    return gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=DANISH_GRID)
