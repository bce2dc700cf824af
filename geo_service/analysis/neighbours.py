"""Which areas or cells lie next to each other."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo_service.domain.grid import require_crs
from geo_service.errors import InvalidInput


@dataclass(frozen=True)
class Neighbours:
    """The neighbours of n places; none is its own neighbour."""

    place: npt.NDArray[np.int64]
    neighbour: npt.NDArray[np.int64]
    """Pairs of positions; each pair is there both ways."""
    places: int

    @property
    def number(self) -> npt.NDArray[np.int64]:
        """How many neighbours each place has, shape (n,)."""
        return np.bincount(self.place, minlength=self.places)

    def summed(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the sum of the neighbours' values at each place, shape (n,)."""
        summed = np.bincount(self.place, values[self.neighbour], minlength=self.places)
        return np.asarray(summed, dtype=float)


def adjacent(areas: gpd.GeoDataFrame) -> Neighbours:
    """Return the neighbours of areas: those that touch, in a corner too (queen's move).

    Raises
    ------
    WrongCRS
        If the areas are not in EPSG:25832.
    """
    require_crs(areas, "areas")
    shapes = areas.geometry.to_numpy()
    return _pairs(shapely.STRtree(shapes).query(shapes, predicate="intersects"), len(shapes))


def within_distance(places: gpd.GeoSeries, *, metres: float) -> Neighbours:
    """Return the neighbours of points: those no further away than `metres`.

    Raises
    ------
    WrongCRS
        If the points are not in EPSG:25832.
    InvalidInput
        If the distance is not positive.
    """
    require_crs(places, "places")
    if not metres > 0:
        raise InvalidInput(f"Need a distance of more than 0 m, got {metres}.")
    points = places.to_numpy()
    found = shapely.STRtree(points).query(points, predicate="dwithin", distance=metres)
    return _pairs(found, len(points))


def _pairs(found: npt.NDArray[np.int64], places: int) -> Neighbours:
    place, neighbour = found[:, found[0] != found[1]]
    return Neighbours(place, neighbour, places)
