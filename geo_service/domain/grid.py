"""The Danish grid: which coordinates we keep, and how a frame proves that it has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_service.errors import WrongCRS

if TYPE_CHECKING:  # tables need the limits below, and not the second that geopandas takes to load
    import geopandas as gpd

DANISH_GRID_SRID = 25832
DANISH_GRID = f"EPSG:{DANISH_GRID_SRID}"
"""ETRS89 / UTM zone 32N, metres: everything inside the service."""

WEB = "EPSG:4326"
"""Degrees, longitude first: only at the edges (GeoJSON, Leaflet)."""

DENMARK_WEST_M, DENMARK_SOUTH_M = 400_000.0, 6_000_000.0
DENMARK_EAST_M, DENMARK_NORTH_M = 900_000.0, 6_450_000.0
"""A box around Denmark in `DANISH_GRID`, Bornholm included; the database checks against it."""


def require_crs(frame: gpd.GeoDataFrame | gpd.GeoSeries, name: str) -> None:
    """Refuse a frame or series that is not in the Danish grid.

    Raises
    ------
    WrongCRS
        If `frame.crs` is missing (as it is without geometries) or is another system.
    """
    found: Any = getattr(frame, "crs", None)
    if found is None or found.to_epsg() != DANISH_GRID_SRID:
        raise WrongCRS(name, found, DANISH_GRID)
