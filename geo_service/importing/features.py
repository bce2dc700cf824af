"""Area files as features: properties and outlines as they stand, before any judgement.

Two formats are read, told apart by content: GeoJSON, and CSV with a column of WKT. Rings
are looked at as plain numbers first: an open ring or a NaN never reaches GEOS.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely

from geo_service.errors import InvalidInput
from geo_service.importing.coordinates import crs_of_geojson
from geo_service.importing.csv_records import sort_records, split_records
from geo_service.importing.person_data import refuse_cpr
from geo_service.importing.report import Rejection, Unit, enumeration
from geo_service.importing.sources import Source, decode

MAX_POINTS = 1_000_000
"""Points of one outline; the whole of Denmark's coast in DAGI has fewer."""

WKT_COLUMNS: Final = ("wkb_geometry", "wkt", "geom", "geometri", "geometry")
_RING_POINTS = 4
_DIMENSIONS = (2, 3, 4)
_POLYGON_WKT = re.compile(r"(MULTI)?POLYGON\s*(Z|M|ZM)?\s*(\(|EMPTY)", re.IGNORECASE)


@dataclass(frozen=True)
class Feature:
    """One row or feature: its number, its properties, and an outline or what is wrong with it."""

    row: int
    properties: dict[str, Any]
    outline: shapely.Geometry | None
    fault: str | None = None


@dataclass(frozen=True)
class FeatureFile:
    """The features of a file.

    Attributes
    ----------
    columns
        Names of the properties that occur, without the outline.
    features
        In the file's order.
    rejections
        Rows that are no features at all.
    crs
        The system that the file itself states, or None.
    is_geojson
        Whether it is GeoJSON, which is in degrees unless it says otherwise.
    unit
        What a row number counts.
    """

    columns: list[str]
    features: list[Feature]
    crs: str | None
    is_geojson: bool
    unit: Unit
    rejections: list[Rejection] = field(default_factory=list)


class _BadOutline(Exception):
    """An outline that cannot be built; its text is the reason in Danish."""


class _DoubledKey(Exception):
    """A JSON object that has a key twice."""


def read_features(source: Source, remarks: list[str]) -> FeatureFile:
    """Read a GeoJSON FeatureCollection or a CSV with WKT.

    Raises
    ------
    InvalidInput
        If the content is something else, whatever the file is called.
    """
    text = decode(source, remarks)
    start = text.lstrip()[:1]
    named_json = source.name.lower().endswith((".geojson", ".json"))
    if start in ("{", "["):
        return _read_geojson(source, text)
    if named_json or start == "<":
        raise _not_geojson(source.name)
    return _read_wkt_csv(source, text, remarks)


def _not_geojson(file: str) -> InvalidInput:
    return InvalidInput(
        f"{file} er ikke en GeoJSON (en FeatureCollection). "
        "Gem områderne som GeoJSON eller som CSV med en WKT-kolonne."
    )


def _read_geojson(source: Source, text: str) -> FeatureFile:
    try:
        document = json.loads(text, object_pairs_hook=_without_doubles)
    except _DoubledKey as error:
        raise InvalidInput(
            f"{source.name}: {error} står to gange i samme objekt. Eksportér filen igen."
        ) from error
    except (ValueError, RecursionError) as error:  # ValueError: also numbers of 4,300 digits
        raise _not_geojson(source.name) from error
    is_collection = isinstance(document, dict) and document.get("type") == "FeatureCollection"
    listed = document.get("features") if is_collection else None
    if not isinstance(listed, list):
        raise _not_geojson(source.name)
    if not listed:
        raise InvalidInput(f"{source.name} indeholder ingen områder.")
    columns: dict[str, None] = {}
    features = []
    for row, item in enumerate(listed, start=1):
        if not isinstance(item, dict) or item.get("type") != "Feature":
            raise InvalidInput(f"{source.name}: objekt {row} er ikke en Feature.")
        properties = item.get("properties") or {}
        if not isinstance(properties, dict):
            raise InvalidInput(
                f"{source.name}: objekt {row} har egenskaber, der ikke er navngivne."
            )
        columns.update(dict.fromkeys(properties))
        try:
            features.append(Feature(row, properties, _outline_of(item.get("geometry"))))
        except _BadOutline as error:
            features.append(Feature(row, properties, None, str(error)))
    crs = crs_of_geojson(document.get("crs"), file=source.name)
    return FeatureFile(list(columns), features, crs, is_geojson=True, unit="objekt")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that has a key twice: readers differ in which one they take."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _DoubledKey("en nøgle")
    return members


def _outline_of(geometry: Any) -> shapely.Geometry:
    """Build a MultiPolygon from a GeoJSON geometry."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise _BadOutline("mangler" if geometry is None else "er ikke en flade")
    coordinates = geometry.get("coordinates")
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not any(parts):
        raise _BadOutline("er tomt")
    points = 0
    polygons = []
    for part in parts:
        if not isinstance(part, list):
            raise _BadOutline("er ikke en flade")
        points += sum(len(ring) for ring in part if isinstance(ring, list))
        if points > MAX_POINTS:
            raise _too_many_points()
        rings = [_ring(ring) for ring in part]
        if rings:
            polygons.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.MultiPolygon(polygons)


def _ring(positions: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a closed ring as (n, 2) finite numbers."""
    if positions == []:
        raise _BadOutline("er tomt")
    try:
        plain = np.array(positions)
    except ValueError as error:  # ragged: positions of different lengths
        raise _BadOutline("har positioner, der ikke er tal") from error
    is_numeric = plain.dtype.kind in "fiu"  # not text, null or true
    if not is_numeric or plain.ndim != len(("points", "axes")) or plain.shape[1] not in _DIMENSIONS:
        raise _BadOutline("har positioner, der ikke er tal")
    ring = plain[:, :2].astype(np.float64)
    if not np.isfinite(ring).all():
        raise _BadOutline("har koordinater, der ikke er endelige tal")
    if len(ring) < _RING_POINTS:
        raise _BadOutline("har en ring med under fire punkter")
    if not (ring[0] == ring[-1]).all():
        raise _BadOutline("har en ring, der ikke er lukket")
    return ring


def _too_many_points() -> _BadOutline:
    return _BadOutline("har over 1.000.000 punkter")


def _read_wkt_csv(source: Source, text: str, remarks: list[str]) -> FeatureFile:
    first_line = text.lstrip("\r\n").split("\n", 1)[0]
    separator = ";" if first_line.count(";") > first_line.count(",") else ","
    records = split_records(text, separator=separator, file=source.name)
    table = sort_records(records, file=source.name)
    refuse_cpr(records[:1], file=source.name, header=table.header)
    lowered = {name.lower(): name for name in table.header}
    column = next((lowered[name] for name in WKT_COLUMNS if name in lowered), None)
    if column is None:
        raise InvalidInput(
            f"{source.name} er hverken GeoJSON eller CSV med omrids. En kolonne med WKT skal "
            f"hedde {enumeration(WKT_COLUMNS)}; filen har {enumeration(table.header)}."
        )
    remarks.append(f"Format: CSV med '{separator}' og omrids som WKT i kolonnen {column}.")
    index = table.header.index(column)
    features = []
    for row, record in zip(table.rows, table.records, strict=True):
        properties: dict[str, Any] = dict(zip(table.header, record, strict=True))
        del properties[column]
        try:
            features.append(Feature(row, properties, _outline_of_wkt(record[index].strip())))
        except _BadOutline as error:
            features.append(Feature(row, properties, None, str(error)))
    columns = [name for name in table.header if name != column]
    return FeatureFile(columns, features, None, False, table.unit, table.rejections)


def _outline_of_wkt(text: str) -> shapely.Geometry:
    """Build a MultiPolygon from WKT; nested collections are refused before they are parsed."""
    if not text:
        raise _BadOutline("mangler")
    if not _POLYGON_WKT.match(text):
        raise _BadOutline("er ikke en flade skrevet som WKT")
    if text.count(",") >= MAX_POINTS:
        raise _too_many_points()
    try:
        with np.errstate(invalid="ignore"):  # NaN is told from the result
            outline = shapely.force_2d(shapely.from_wkt(text))
    except shapely.errors.ShapelyError as error:
        closed = "closed" in str(error)
        raise _BadOutline(
            "har en ring, der ikke er lukket" if closed else "kan ikke læses som WKT"
        ) from error
    if outline.is_empty:
        raise _BadOutline("er tomt")
    if not np.isfinite(shapely.get_coordinates(outline)).all():
        raise _BadOutline("har koordinater, der ikke er endelige tal")
    return shapely.MultiPolygon([outline]) if outline.geom_type == "Polygon" else outline
