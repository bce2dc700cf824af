"""A process of its own that reads a base map from a GeoPackage: bytes in, JSON out.

GDAL obeys the content of a file and not its name, and can open other files and call other
hosts. So it runs here, with one driver, with bounds for memory, CPU time and files, and in a
network of its own that leads nowhere.

Started as `python -m geo_service.importing.basemap_worker SECONDS`. On standard input: one
line of JSON, [[kind, layer, name column, class column] …], all but the first may be null, then
the file. On standard output: one JSON object. Exit code 3 when the file is no GeoPackage.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import warnings
from typing import Any

from geo_service.domain.basemap import AREA_KINDS, LINE_KINDS, area_rank, class_rank
from geo_service.domain.grid import DANISH_GRID_SRID
from geo_service.importing.repair_worker import confine

MEMORY_BYTES = 2_000_000_000
NOT_A_GEOPACKAGE = 3
MOST_FEATURES = 200_000
MOST_POINTS = 5_000_000
ONLY_DRIVER = "GPKG"
SQLITE_MAGIC = b"SQLite format 3\x00"
NAME_COLUMNS = ("navn", "vejnavn", "stednavn", "name")
CLASS_COLUMNS = ("vejklasse", "navnekategori_txt", "navnekategori", "objekt_type", "type")
KNOWN_LAYERS = {
    "vand_oversigtskort": "water",
    "park_groent_omr_oversigtskort": "green",
    "karre": "block",
    "vejklasser": "road",
    "bydel": "name",
    "stednavn_flade": "name",
    **{kind: kind for kind in ("water", "green", "block", "road", "railway", "name")},
}
"""Layers that are taken when nothing else is said: Copenhagen's, and those named as the kinds."""
WHOLE_LAYER_CLASS = {"bydel": "bydel"}
_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000
_LABEL_TOLERANCE_M = 15.0


def leave_the_network() -> bool:
    """Move into a network without any way out, where the system lets us; tell whether it did."""
    try:
        return bool(ctypes.CDLL(None).unshare(_NEW_USER_AND_NETWORK) == 0)
    except (OSError, AttributeError):
        return False


def load_gdal() -> Any:
    """Return pyogrio without what it would load along: frames are not needed here."""
    for heavy in ("geopandas", "pandas", "pyarrow"):
        sys.modules[heavy] = None  # type: ignore[assignment]
    import pyogrio

    return pyogrio


def start_again_with_one_driver() -> None:
    """Replace this process by itself with every other driver of GDAL switched off.

    GDAL reads the list when it is loaded; setting it later does nothing.
    """
    others = [name for name in load_gdal().list_drivers() if name != ONLY_DRIVER]
    environment = {**os.environ, "GDAL_SKIP": ",".join(others)}
    os.execve(  # noqa: S606 - ourselves, with our own arguments
        sys.executable,
        [sys.executable, "-m", "geo_service.importing.basemap_worker", *sys.argv[1:]],
        environment,
    )


def main() -> int:
    """Read the layers that were asked for."""
    confine(int(sys.argv[1]), memory_bytes=MEMORY_BYTES)
    if "GDAL_SKIP" not in os.environ:
        start_again_with_one_driver()
    leave_the_network()
    warnings.simplefilter("ignore")  # GDAL minds that a file in memory has no name
    pyogrio = load_gdal()
    if set(pyogrio.list_drivers()) != {ONLY_DRIVER}:
        raise SystemExit("GDAL has other drivers than it was given.")
    asked = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    if not content.startswith(SQLITE_MAGIC):
        return NOT_A_GEOPACKAGE
    try:
        there = [str(name) for name, kind in pyogrio.list_layers(content) if kind is not None]
    except pyogrio.errors.DataSourceError:
        return NOT_A_GEOPACKAGE
    wanted = asked or [[KNOWN_LAYERS[n], n, None, None] for n in there if n in KNOWN_LAYERS]
    result: dict[str, Any] = {"layers": there, "rows": [], "left_out": [], "in_file": 0}
    for kind, layer, name_column, class_column in wanted:
        if layer not in there:
            result["missing"] = layer
            break
        _read(pyogrio, content, (kind, layer, name_column, class_column), result)
    sys.stdout.write(json.dumps(result))
    return 0


def _read(pyogrio: Any, content: bytes, asked: Any, result: dict[str, Any]) -> None:
    import numpy as np
    import shapely

    kind, layer, name_column, class_column = asked
    facts, _, wkb, fields = pyogrio.raw.read(content, layer=layer, max_features=MOST_FEATURES + 1)
    if wkb is None:
        result["left_out"] += [[layer, i, "shape"] for i in range(1, 1 + len(fields[0]))]
        return
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    if len(shapes) > MOST_FEATURES or shapely.get_num_coordinates(shapes).sum() > MOST_POINTS:
        raise SystemExit("too large")
    if not facts["crs"]:
        result["no_crs"] = layer
        return
    shapes = _on_danish_grid(shapes, facts["crs"])
    result["in_file"] += len(shapes)
    columns = {str(name).lower(): i for i, name in enumerate(facts["fields"])}
    nothing = np.full(len(shapes), None)
    names = _column(columns, name_column, NAME_COLUMNS)
    classes = _column(columns, class_column, CLASS_COLUMNS)
    told = zip(
        shapes,
        nothing if names is None else fields[names],
        nothing if classes is None else fields[classes],
        strict=True,
    )
    for number, (shape, name_value, class_value) in enumerate(told, start=1):
        drawn, name = _drawn(kind, shape), _text(name_value)
        if drawn is None or (kind == "name" and not name):
            result["left_out"].append([layer, number, "name" if drawn is not None else "shape"])
            continue
        word = WHOLE_LAYER_CLASS.get(layer) or _text(class_value) or ""
        rank = area_rank(drawn.area) if kind in AREA_KINDS else class_rank(kind, word)
        result["rows"].append([kind, name, rank, shapely.to_wkb(drawn, hex=True)])


def _on_danish_grid(shapes: Any, crs: str) -> Any:
    """Return the shapes in EPSG:25832, whatever they were in."""
    import numpy as np
    import pyproj
    import shapely

    if pyproj.CRS(crs).to_epsg() == DANISH_GRID_SRID:
        return shapes
    to_grid = pyproj.Transformer.from_crs(crs, DANISH_GRID_SRID, always_xy=True)
    return shapely.transform(
        shapely.force_2d(shapes),
        lambda xy: np.column_stack(to_grid.transform(xy[:, 0], xy[:, 1])),
    )


def _column(columns: dict[str, Any], asked: str | None, usual: tuple[str, ...]) -> Any:
    """Return the column that was asked for, else the first usual one that is there."""
    wanted = (asked.lower(),) if asked else usual
    return next((columns[name] for name in wanted if name in columns), None)


def _text(value: Any) -> str | None:
    text = "" if value is None or value != value else str(value).strip()  # noqa: PLR0124 - NaN
    return text or None


def _drawn(kind: str, shape: Any) -> Any:
    """Return the part of a shape that can be drawn as its kind; None where there is none."""
    import shapely

    if shape is None or shape.is_empty or not shapely.get_coordinates(shape).size:
        return None
    shape = shapely.force_2d(shape)
    if not shape.is_valid:
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if kind == "name":
        return _label_point(shape)
    wanted = "Polygon" if kind in AREA_KINDS else "LineString"
    assert kind in AREA_KINDS + LINE_KINDS  # noqa: S101 - the parent checks what it asks for
    parts = [p for p in shapely.get_parts(shapely.get_parts(shape)) if p.geom_type == wanted]
    parts = [part for part in parts if not part.is_empty]
    if not parts:
        return None
    joined = shapely.union_all(parts) if len(parts) > 1 else parts[0]
    return joined if joined.is_valid and not joined.is_empty else None


def _label_point(shape: Any) -> Any:
    """Return where a name sits well: deep inside an area, half-way along a line."""
    import shapely

    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        spoke = shapely.maximum_inscribed_circle(shape, tolerance=_LABEL_TOLERANCE_M)
        return shapely.Point(spoke.coords[0])
    if shape.geom_type == "LineString":
        return shape.interpolate(0.5, normalized=True)
    return shape.representative_point()


if __name__ == "__main__":
    sys.exit(main())
