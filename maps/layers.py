"""Geometry on its way to the screen: simplified, in degrees, rounded; one Folium layer each.

A layer takes no text: its features hold one number, `i`, the row. Names and figures are read
by our own scripts from the data block of the page and become text nodes, never markup.
"""

from __future__ import annotations

import json
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from folium.utilities import JsCode

from geo_service.domain.grid import DANISH_GRID, WEB, require_crs
from maps.text import escape

DEGREE_DECIMALS = 5
"""About a metre: finer than any outline drawn here."""
SIMPLIFY_M = 3.0
LABEL_TOLERANCE_M = 15.0

Geometries = npt.NDArray[np.object_]


def simplified(frame: gpd.GeoDataFrame, *, tolerance_m: float = SIMPLIFY_M) -> Geometries:
    """Return the outlines with fewer vertices, EPSG:25832; neighbours keep their shared border."""
    shapes = np.array([_without_crumbs(shape) for shape in frame.geometry], dtype=object)
    areas = np.isin(shapely.get_type_id(shapes), (3, 6))
    if areas.all() and len(shapes) and shapely.coverage_is_valid(shapes):
        result: Geometries = shapely.coverage_simplify(shapes, tolerance_m)
        return result
    lines: Geometries = shapely.simplify(shapes, tolerance_m, preserve_topology=True)
    return lines


def _without_crumbs(shape: Any) -> Any:
    """Return only the areas of a mixed collection: repaired outlines carry stray lines along."""
    if shape.geom_type != "GeometryCollection":
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type.endswith("Polygon")]
    return shapely.union_all(parts) if parts else shape.representative_point()


def in_degrees(shapes: Geometries, *, decimals: int = DEGREE_DECIMALS) -> Geometries:
    """Return shapes of EPSG:25832 in rounded degrees, longitude first."""
    degrees = gpd.GeoSeries(shapes, crs=DANISH_GRID).to_crs(WEB).to_numpy()
    rounded: Geometries = shapely.transform(degrees, lambda xy: np.round(xy, decimals))
    return rounded


def label_points(frame: gpd.GeoDataFrame) -> Geometries:
    """Return a point per row, EPSG:25832, where a label sits well: deep inside an area."""
    return np.array([_label_point(shape) for shape in frame.geometry], dtype=object)


def _label_point(shape: Any) -> Any:
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        if not shape.is_valid:
            return shape.representative_point()
        spoke = shapely.maximum_inscribed_circle(shape, tolerance=LABEL_TOLERANCE_M)
        return shapely.Point(spoke.coords[0])
    if shape.geom_type == "LineString":
        return shape.interpolate(0.5, normalized=True)
    return shape.representative_point()


def whole(frame: gpd.GeoDataFrame) -> Any:
    """Return all areas as one shape, EPSG:25832; invalid ones are left out."""
    shapes = frame.geometry.to_numpy()
    return shapely.union_all(
        shapely.buffer(shapes[shapely.is_valid(shapes)], 1.0, join_style="mitre")
    )


def outline(frame: gpd.GeoDataFrame) -> Geometries:
    """Return one shape around all areas, EPSG:25832, with slivers between them closed."""
    if frame.empty:
        return np.array([], dtype=object)
    return np.array([shapely.simplify(whole(frame), 2 * SIMPLIFY_M)], dtype=object)


def bounds(frame: gpd.GeoDataFrame) -> list[list[float]]:
    """Return [[south, west], [north, east]] in degrees, as Leaflet wants it."""
    require_crs(frame, "bounds")
    box = shapely.box(*frame.total_bounds)
    west, south, east, north = in_degrees(np.array([box], dtype=object))[0].bounds
    return [[south, west], [north, east]]


def add_shapes(
    to: folium.Map, key: str, shapes: Geometries, *, css: str, interactive: bool = False
) -> None:
    """Add lines and areas in EPSG:25832 as one layer; points in `shapes` are left out.

    Scripts find row i as `atlas.layers[key][i]`.
    """
    _add(to, key, in_degrees(shapes), class_name=css, interactive=interactive, smooth_factor=0.5)


def add_points(
    to: folium.Map, key: str, points: Geometries, *, css: str, interactive: bool = True
) -> None:
    """Add points in EPSG:25832 as one layer of empty marks that scripts fill with text."""
    _add(
        to,
        key,
        in_degrees(points, decimals=6),
        point_to_layer=JsCode(f'atlas.mark("{css}", {"true" if interactive else "false"})'),
    )


def _add(to: folium.Map, key: str, degrees: Geometries, **options: Any) -> None:
    features = [
        {"type": "Feature", "properties": {"i": i}, "geometry": json.loads(written)}
        for i, (shape, written) in enumerate(zip(degrees, shapely.to_geojson(degrees), strict=True))
        if "point_to_layer" in options or shape.geom_type not in {"Point", "MultiPoint"}
    ]
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=escape(key),
        on_each_feature=JsCode(f'atlas.remember("{key}")'),
        **options,
    )
    layer._id = key
    layer.add_to(to)
