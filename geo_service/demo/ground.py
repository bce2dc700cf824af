"""The ground the demo stands on: points inside roder, and the rode of a point.

Everything works on arrays of positions, so that sixty thousand incidents take a second or two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo_service.analysis.assignment import assign_areas
from geo_service.domain.grid import require_crs
from geo_service.errors import InvalidInput

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

COLUMNS = ("code", "name", "district", "bydel")
OUTSIDE = -1
EDGE_M = 15.0  # a place that is moved into its rode stops this far from the edge
ROUNDS = 60  # draws before a stubborn point falls back to a point known to be inside


@dataclass(frozen=True)
class Ground:
    """Roder in the order of their numbers, ready to be asked about many points at once."""

    roder: gpd.GeoDataFrame
    codes: tuple[str, ...]
    shapes: npt.NDArray[Any]

    def position(self, code: str) -> int:
        """Return the position of the rode with this code."""
        return self.codes.index(code)

    def rode_at(self, points: Floats) -> Ints:
        """Return the position of the rode of each point (n × 2, EPSG:25832), or `OUTSIDE`.

        Borders and overlaps are settled as at import, by `assign_areas`.
        """
        return assign_areas(gpd.GeoSeries(shapely.points(points)), self.roder)

    def settle(self, code: str, east: float, north: float) -> tuple[float, float]:
        """Return the point, or the nearest one well inside the rode when it lies outside.

        The schematic outlines differ from the official ones by some tens of metres.
        """
        shape = self.shapes[self.position(code)]
        point = shapely.Point(east, north)
        if shape.covers(point):
            return east, north
        inner = shape.buffer(-EDGE_M)
        nearest = shapely.shortest_line(inner if not inner.is_empty else shape, point).coords[0]
        if not shape.covers(shapely.Point(nearest)):
            nearest = shape.representative_point().coords[0]
        return float(nearest[0]), float(nearest[1])

    def scatter(self, rng: np.random.Generator, rode: Ints) -> Floats:
        """Return a random point (n × 2) in each of the roder at these positions."""
        boxes = shapely.bounds(self.shapes)
        points: Floats = shapely.get_coordinates(shapely.point_on_surface(self.shapes))[rode]
        waiting = np.arange(len(rode))
        for _ in range(ROUNDS):
            if not len(waiting):
                break
            box = boxes[rode[waiting]]
            drawn = box[:, :2] + rng.random((len(waiting), 2)) * (box[:, 2:] - box[:, :2])
            inside = shapely.contains_xy(self.shapes[rode[waiting]], drawn[:, 0], drawn[:, 1])
            points[waiting[inside]] = drawn[inside]
            waiting = waiting[~inside]
        return points

    def jitter(self, rng: np.random.Generator, points: Floats, spread_m: Floats) -> Floats:
        """Move each point by a normal step, again and again until it lands in some rode.

        Points given must lie inside; one whose steps all fail stays where it is. Coordinates
        are whole decimetres.
        """
        moved: Floats = points.copy()
        waiting = np.arange(len(points))
        for _ in range(ROUNDS):
            if not len(waiting):
                break
            step = rng.normal(size=(len(waiting), 2)) * spread_m[waiting, None]
            drawn = np.round(points[waiting] + step, 1)
            inside = self.rode_at(drawn) != OUTSIDE
            moved[waiting[inside]] = drawn[inside]
            waiting = waiting[~inside]
        return moved


def ground_of(roder: gpd.GeoDataFrame) -> Ground:
    """Return the ground made of roder with code, name, district, bydel and outlines.

    Raises
    ------
    WrongCRS
        If the roder are not in EPSG:25832.
    InvalidInput
        If a column is missing, a code comes twice or an outline is invalid.
    """
    require_crs(roder, "roder")
    if missing := [name for name in COLUMNS if name not in roder.columns]:
        raise InvalidInput(f"The roder lack the columns {', '.join(missing)}.")
    if roder["code"].duplicated().any():
        raise InvalidInput("Each rode may come once: the demo needs one edition of the roder.")
    if bad := roder.loc[~roder.geometry.is_valid, "code"].tolist():
        raise InvalidInput(f"The outlines of rode {', '.join(bad)} are invalid: repair them first.")
    by_number = roder["code"].astype(str).str.zfill(8).sort_values(kind="stable").index
    ordered = roder.loc[by_number].reset_index(drop=True)
    shapes = ordered.geometry.to_numpy()
    shapely.prepare(shapes)
    codes = tuple(ordered["code"].astype(str))
    return Ground(roder=ordered, codes=codes, shapes=shapes)


def need_roder(ground: Ground, codes: Iterable[str], why: str) -> None:
    """Refuse roder without the ones that a part of the demo stands on.

    Raises
    ------
    InvalidInput
        If one of `codes` is not there.
    """
    if missing := sorted(set(codes) - set(ground.codes), key=int):
        raise InvalidInput(
            f"The demo is about Copenhagen: {why} needs rode {', '.join(missing)}, "
            "which the outlines given do not have."
        )
