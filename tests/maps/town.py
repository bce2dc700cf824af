"""A small town of hexagons near (721 km, 6177 km), EPSG:25832."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_service.domain.grid import DANISH_GRID

WEST, SOUTH = 720_000.0, 6_175_000.0
SIDE = 300.0


def hexagon(column: int, row: int) -> shapely.Polygon:
    width = SIDE * np.sqrt(3)
    x = WEST + width * (column + 0.5 * (row % 2))
    y = SOUTH + 1.5 * SIDE * row
    angles = np.radians(30 + 60 * np.arange(6))
    corners = np.column_stack([x + SIDE * np.cos(angles), y + SIDE * np.sin(angles)])
    return shapely.Polygon(np.round(corners, 2))


def layer(rows: list[dict[str, Any]], shapes: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=DANISH_GRID)


def roder(columns: int = 8, rows: int = 5) -> gpd.GeoDataFrame:
    at = [(c, r) for r in range(rows) for c in range(columns)]
    return layer(
        [{"code": str(i), "name": f"Rode {i}"} for i in range(1, len(at) + 1)],
        [hexagon(c, r) for c, r in at],
    )


def joined(groups: dict[str, list[int]]) -> list[Any]:
    shapes = roder().geometry.to_numpy()
    return [shapely.union_all(shapes[numbers]) for numbers in groups.values()]


def bydele() -> gpd.GeoDataFrame:
    groups = {
        "Vestbyen": [i for i in range(40) if i % 8 < 4],
        "Østbyen": [i for i in range(40) if i % 8 >= 4],
    }
    return layer([{"name": name} for name in groups], joined(groups))


def stations() -> gpd.GeoDataFrame:
    points = [shapely.Point(WEST + 900, SOUTH + 700), shapely.Point(WEST + 2900, SOUTH + 1200)]
    return layer([{"name": "Sjælør"}, {"name": "Nørrebro"}], points)
