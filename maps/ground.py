"""The ground of a map: what lies beneath the data, and what stays readable above it.

Shading tells of people and places, so it covers parks and blocks, which lie beneath. Water,
roads, rails and names are how a reader finds the way, so they are drawn above the shading: a
harbour basin is never coloured as if somebody lived in it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely

from geo_service.domain.grid import DANISH_GRID
from maps import layers
from maps.checks import given, require_layer

BENEATH = ("green", "block")
ABOVE = ("water", "railway", "road")
KINDS = (*BENEATH, *ABOVE, "name")
NAMES = "base_names"
"""Key of the layer of labels; the others are named after their kinds."""
MAIN_ROADS = 1
LONGEST_LABEL = 28
LONGEST_ROAD = 20
PLACE_FROM_ZOOM = {1: 11.0, 2: 13.0, 3: 14.0, 4: 15.0, 5: 16.0}
ROAD_FROM_ZOOM = {1: 13.5, 2: 14.5, 3: 15.5}
"""From which zoom on a name of a rank is shown, if there is room for it."""
ROAD_LABEL_M = 150.0
"""A name stands on the straightest piece of this length."""
SCREEN = "EPSG:3857"
"""What Leaflet draws in; only angles are taken from it."""
BLOCKS_TO_KM = 9.0
"""Blocks are drawn on maps that are at most this wide: further out they are dust."""


def detail_for(extent: gpd.GeoDataFrame | gpd.GeoSeries, *, pixels: int = 1400) -> float:
    """Return the finest detail in metres that is worth drawing of an extent (EPSG:25832)."""
    west, south, east, north = extent.total_bounds
    return float(max(1.0, round(max(east - west, north - south) / pixels, 1)))


def surroundings(
    extent: gpd.GeoDataFrame | gpd.GeoSeries, *, shape: float = 1.6, more: float = 1.25
) -> tuple[float, float, float, float]:
    """Return west, south, east, north of an extent with ground all around it, in metres.

    `shape` is width by height of the frame that the map fills, on a wide screen; on a narrow
    one it is higher than wide, so the ground is never flatter than a square. `more` is how
    much further it reaches.
    """
    west, south, east, north = (float(side) for side in extent.total_bounds)
    width, height = east - west, north - south
    half_x = more * max(width, shape * height) / 2
    half_y = more * max(height, width) / 2
    x, y = (west + east) / 2, (south + north) / 2
    return x - half_x, y - half_y, x + half_x, y + half_y


def kinds_for(extent: gpd.GeoDataFrame | gpd.GeoSeries) -> tuple[str, ...]:
    """Return the kinds that are worth drawing of an extent: blocks only close by."""
    west, south, east, north = extent.total_bounds
    far = max(east - west, north - south) > 1000 * BLOCKS_TO_KM
    return tuple(kind for kind in KINDS if kind != "block" or not far)


def require_ground(base: gpd.GeoDataFrame) -> None:
    """Refuse a base map without its columns or outside EPSG:25832."""
    require_layer(base, "base", ["kind", "name", "rank"])


def add_beneath(to: folium.Map, base: gpd.GeoDataFrame) -> None:
    """Draw the sheet of land that the base map covers, its parks and its blocks."""
    require_ground(base)
    sheet = shapely.box(*base.total_bounds)
    layers.add_shapes(to, "sheet", np.array([sheet], dtype=object), css="land")
    for kind in BENEATH:
        _add(to, base[base["kind"] == kind], key=kind, css=kind)


def add_above(to: folium.Map, base: gpd.GeoDataFrame, whole: layers.Geometries) -> None:
    """Draw water, rails and roads, main roads last, and a veil over what is outside `whole`."""
    require_ground(base)
    for kind in ("water", "railway"):
        _add(to, base[base["kind"] == kind], key=kind, css=kind)
    roads = base[base["kind"] == "road"]
    main = roads["rank"] <= MAIN_ROADS
    _add(to, roads[~main], key="road", css="road")
    _add(to, roads[main], key="road_main", css="road main-road")
    sheet = shapely.box(*base.total_bounds)
    veil = shapely.difference(sheet, shapely.union_all(whole))
    if not veil.is_empty:
        layers.add_shapes(to, "veil", np.array([veil], dtype=object), css="veil")


def _add(to: folium.Map, part: gpd.GeoDataFrame, *, key: str, css: str) -> None:
    """Add all of a kind as one feature: nobody points at a park, and one path draws fast."""
    if not len(part):
        return
    pieces = shapely.get_parts(part.geometry.to_numpy())
    areas = np.isin(shapely.get_type_id(pieces), (3,))
    joined = (
        shapely.multipolygons(pieces[areas])
        if areas.any()
        else shapely.line_merge(shapely.multilinestrings(pieces))
    )
    layers.add_shapes(to, key, np.array([joined], dtype=object), css=css)


def add_names(
    to: folium.Map, base: gpd.GeoDataFrame, *, without: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Add an empty label per name of a place or a main road, and return what fills them.

    Parameters
    ----------
    without
        Names that the map shows by other means, such as its bydele.

    Returns
    -------
    list
        Per label `text`, `kind` ('place' or 'road'), `rank`, `from` (zoom) and `turn` (degrees
        clockwise), in the order of the layer `base_names`.
    """
    require_ground(base)
    points: list[Any] = []
    texts: list[dict[str, Any]] = []
    skipped = {str(name).casefold() for name in without}
    places = base[(base["kind"] == "name") & base["rank"].isin(list(PLACE_FROM_ZOOM))]
    for row in places.itertuples():
        text = str(row.name)
        if text.casefold() in skipped or len(text) > LONGEST_LABEL:
            continue
        skipped.add(text.casefold())  # a park of two parts is one park
        points.append(row.geometry)
        texts.append(_label(text, "place", int(row.rank), PLACE_FROM_ZOOM[int(row.rank)], 0.0))
    for name, rank, at, turn in _road_labels(base[base["kind"] == "road"]):
        points.append(at)
        texts.append(_label(name, "road", 5 + rank, ROAD_FROM_ZOOM[rank], turn))
    layers.add_points(to, NAMES, np.array(points, dtype=object), css="base-name", interactive=False)
    return texts


def _label(text: str, kind: str, rank: int, zoom: float, turn: float) -> dict[str, Any]:
    return {"text": text, "kind": kind, "rank": 10 + rank, "from": zoom, "turn": round(turn, 1)}


def _road_labels(roads: gpd.GeoDataFrame) -> list[tuple[str, int, Any, float]]:
    """Return one label per named road: on its straightest piece, along it."""
    pieces: dict[str, list[Any]] = {}
    ranks: dict[str, int] = {}
    for name, rank, shape in zip(roads["name"], roads["rank"], roads.geometry, strict=True):
        if given(name) and len(str(name)) <= LONGEST_ROAD:
            pieces.setdefault(str(name), []).extend(shapely.get_parts(shape))
            ranks[str(name)] = min(int(rank), ranks.get(str(name), max(ROAD_FROM_ZOOM)))
    names = sorted(pieces)
    chords = np.array([_straightest(_longest(pieces[name])) for name in names], dtype=object)
    if not names:
        return []
    ends = shapely.get_coordinates(gpd.GeoSeries(chords, crs=DANISH_GRID).to_crs(SCREEN))
    (dx, dy) = (ends[1::2] - ends[::2]).T
    upright = (90.0 - np.degrees(np.arctan2(dy, dx))) % 180.0 - 90.0
    middles = shapely.line_interpolate_point(chords, 0.5, normalized=True)
    return [
        (name, ranks[name], at, float(turn))
        for name, at, turn in zip(names, middles, upright, strict=True)
    ]


def _longest(pieces: list[Any]) -> Any:
    joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(pieces)))
    return joined[int(np.argmax(shapely.length(joined)))]


def _straightest(line: Any) -> Any:
    """Return the chord of a line's straightest piece; of equal ones that nearest its middle."""
    length = float(shapely.length(line))
    piece = min(ROAD_LABEL_M, length)
    starts = np.linspace(0.0, length - piece, num=max(1, int((length - piece) / 50) + 1))
    first = shapely.line_interpolate_point(line, starts)
    last = shapely.line_interpolate_point(line, starts + piece)
    off_middle = np.abs(starts + piece / 2 - length / 2)
    best = int(np.argmax(shapely.distance(first, last) - 0.02 * off_middle))
    return shapely.LineString([first[best], last[best]])
