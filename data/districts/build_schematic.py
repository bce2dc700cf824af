"""Build the schematic roder of Copenhagen from a table of facts.

The official outlines are loaded by the user and not shipped. So that the demo still shows a
city that its users recognise, each rode is drawn as one cell of a capacity-constrained
generalised power diagram: an ellipse that fits the rode's extent grows or shrinks until the
cell has the hectares that the table states. Nothing but `roder_facts.csv` is read for this.

Promises: one valid cell per rode, no overlaps, neighbours share identical edges, and the same
table and library versions give the same bytes. See SOURCE.md for what the cells are not.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from power_diagram import (
    FIRST_WEIGHT,
    REACH_M,
    Floats,
    Ints,
    Raster,
    Sites,
    city_mask,
    in_one_piece,
    pairs_within_reach,
    raster_around,
    refined,
    share_out,
)
from pyproj import Transformer

HERE = Path(__file__).resolve().parent
FACTS = HERE / "roder_facts.csv"
OUTPUT = HERE / "roder_schematic.geojson"

DANISH_GRID = "EPSG:25832"
WEB = "EPSG:4326"

COARSE_M = 20.0  # side of a pixel while the mask and the weights are sought
FINE_M = 10.0  # side of a pixel in the final cells; both are whole metres on purpose
INSIDE_PULL = 0.3  # a site lies this far from the middle of the extent towards the inside point
SIMPLIFY_M = 24.0  # square root of the smallest triangle that a corner may stand for
CHECK_SHARE = 0.05  # how far a rebuilt cell may be from the file before `--check` speaks up
TOLERANCE = 0.3  # a cell further than this from its hectares is listed in SOURCE.md
DEGREE_DECIMALS = 6  # about a decimetre; the outlines stand on a grid of whole metres


def read_facts(path: Path) -> list[dict[str, str]]:
    """Read the table of facts, ordered by rode number."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return sorted(csv.DictReader(lines, delimiter=";"), key=lambda row: int(row["rode_nr"]))


def number_in(text: str) -> float:
    """Return the number that a text with a decimal comma stands for."""
    return float(text.replace(",", "."))


def to_sites(rows: list[dict[str, str]]) -> Sites:
    """Turn the facts into the arrays that the diagram is computed from."""

    def column(*names: str) -> Floats:
        return np.array([[number_in(row[name]) for name in names] for row in rows])

    low, high = column("west_m", "south_m"), column("east_edge_m", "north_edge_m")
    middle = (low + high) / 2
    inside = column("inside_east_m", "inside_north_m")
    return Sites(
        area=column("area_ha")[:, 0] * 1e4,
        site=middle + INSIDE_PULL * (inside - middle),
        half=(high - low) / 2,
        low=low,
        high=high,
    )


def outlines(owner: Ints, raster: Raster) -> list[shapely.Geometry]:
    """Turn owned pixels into polygons (EPSG:25832, whole metres) that share their edges.

    All pixel sides between different owners become one network of lines whose faces are the
    cells, so a corner on a shared edge is a corner of both; the simplification keeps that.
    """
    framed = np.pad(owner, 1, constant_values=-1)
    upright = np.argwhere(framed[:, 1:] != framed[:, :-1])  # sides that run south to north
    level = np.argwhere(framed[1:, :] != framed[:-1, :])
    up, right = np.array([1, 0]), np.array([0, 1])
    ends = np.concatenate(
        [
            np.stack([upright + right, upright + right + up], axis=1),
            np.stack([level + up, level + up + right], axis=1),
        ]
    )
    south_west = np.array([raster.west, raster.south]) - raster.side
    lines = shapely.linestrings(ends[:, :, ::-1] * raster.side + south_west)
    faces = shapely.get_parts(shapely.polygonize(lines))
    spots = shapely.get_coordinates(shapely.point_on_surface(faces))
    column, row = np.floor((spots - south_west) / raster.side).astype(int).T
    label = framed[row, column]
    cells = [shapely.coverage_union_all(faces[label == i]) for i in range(owner.max() + 1)]
    return list(shapely.coverage_simplify(cells, SIMPLIFY_M))


def to_degrees(cells: list[shapely.Geometry]) -> list[shapely.Geometry]:
    """Return the cells in EPSG:4326, rounded, outer rings counter-clockwise (RFC 7946)."""
    transformer = Transformer.from_crs(DANISH_GRID, WEB, always_xy=True)

    def rounded(xy: Floats) -> Floats:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])).round(DEGREE_DECIMALS)

    degrees = shapely.transform(shapely.normalize(cells), rounded)
    return list(shapely.orient_polygons(degrees, exterior_cw=False))


def build(rows: list[dict[str, str]]) -> dict[str, Any]:
    """Return the schematic roder as a GeoJSON feature collection."""
    sites = to_sites(rows)
    coarse = raster_around(sites, side=COARSE_M)
    mask = city_mask(sites, coarse)
    capacity = sites.area * (mask.sum() * coarse.side**2 / sites.area.sum())
    weights = np.full(sites.area.size, FIRST_WEIGHT)
    for raster, steps in ((coarse, 200), (coarse.finer(FINE_M), 40)):
        allowed = refined(mask, times=round(coarse.side / raster.side))
        pairs = pairs_within_reach(sites, raster, reach_m=REACH_M, allowed=allowed)
        owner, weights = share_out(
            pairs, raster, capacity, weights=weights, steps=steps, may_stay_empty=False
        )
    cells = to_degrees(outlines(in_one_piece(pairs, raster, owner, weights), raster))
    features = [
        {
            "type": "Feature",
            "properties": {
                "rode_nr": int(row["rode_nr"]),
                "rodenavn": row["rodenavn"],
                "bydel": row["bydel"],
                "distrikt_nr": int(row["distrikt_nr"]) if row["distrikt_nr"] else None,
                "hektar": number_in(row["area_ha"]),
            },
            "geometry": shapely.geometry.mapping(cell),
        }
        for row, cell in zip(rows, cells, strict=True)
    ]
    return {"type": "FeatureCollection", "name": "roder_schematic", "features": features}


def as_text(collection: dict[str, Any]) -> str:
    """Write a feature collection as GeoJSON, one feature a line so that a diff can be read."""
    head = {key: value for key, value in collection.items() if key != "features"}
    lines = ",\n".join(
        json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
        for feature in collection["features"]
    )
    return f'{json.dumps(head)[:-1]}, "features": [\n{lines}\n]}}\n'


def as_frame(collection: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return the cells in EPSG:25832, indexed and ordered by rode number."""
    frame = gpd.GeoDataFrame.from_features(collection["features"], crs=WEB)
    return frame.to_crs(DANISH_GRID).set_index("rode_nr").sort_index()


def differences(built: dict[str, Any], kept: dict[str, Any]) -> list[str]:
    """Say where two collections differ by more than other library versions can explain.

    Facts must be equal; a cell may differ by `CHECK_SHARE` of its area (symmetric difference).
    """
    first, second = as_frame(built), as_frame(kept)
    if list(first.index) != list(second.index):
        return ["The two hold different roder."]
    facts = [column for column in first.columns if column != "geometry"]
    problems = []
    for number in first.index:
        one, other = first.loc[number], second.loc[number]
        if not one[facts].astype(str).equals(other[facts].astype(str)):
            problems.append(f"Rode {number}: the facts differ.")
        elif (
            one.geometry.symmetric_difference(other.geometry).area > CHECK_SHARE * one.geometry.area
        ):
            problems.append(f"Rode {number}: the outline differs.")
    return problems


def report(collection: dict[str, Any], official: Path | None) -> str:
    """Return the figures that SOURCE.md states, in words.

    `official` is a file of outlines with `rode_nr`, in a CRS that it states itself.
    """
    cells = as_frame(collection)
    ratio = cells.area / 1e4 / cells["hektar"]
    outside = ratio[(ratio - 1).abs() > TOLERANCE]
    listed = ", ".join(f"{number} ({value:.2f})" for number, value in outside.items()) or "none"
    text = (
        f"{len(cells)} cells, {cells.area.sum() / 1e6:.2f} km2; within 30 % of their hectares: "
        f"{1 - len(outside) / len(cells):.1%}; outside, with area / hectares: {listed}\n"
    )
    if official is None:
        return text
    real = gpd.read_file(official).to_crs(DANISH_GRID).set_index("rode_nr").geometry.make_valid()
    iou = _overlap(cells.geometry, real.reindex(cells.index))
    whole = gpd.GeoSeries([cells.union_all()]), gpd.GeoSeries([real.union_all()])
    by_district = cells["distrikt_nr"].dropna().astype(int)
    merged = [
        series.loc[by_district.index].groupby(by_district).agg(lambda part: part.union_all())
        for series in (cells.geometry, real)
    ]
    districts = _overlap(*(gpd.GeoSeries(series, crs=DANISH_GRID) for series in merged))
    return text + (
        f"Intersection over union: roder mean {iou.mean():.2f}, median {iou.median():.2f}, least "
        f"{iou.min():.2f}; districts mean {districts.mean():.2f}; "
        f"the city {_overlap(*whole)[0]:.2f}\n"
    )


def _overlap(one: gpd.GeoSeries, other: gpd.GeoSeries) -> Any:
    """Return the intersection over union of each pair of outlines."""
    return one.intersection(other).area / one.union(other).area


def main() -> int:
    """Write the file, or with `--check` only compare; 1 when they differ."""
    parser = argparse.ArgumentParser(description="Build the schematic roder of Copenhagen.")
    parser.add_argument("--check", action="store_true", help="compare with the file, write nothing")
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="FILE")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="official outlines to measure")
    options = parser.parse_args()

    collection = build(read_facts(FACTS))
    if options.check:
        kept = json.loads(options.output.read_text(encoding="utf-8"))
        problems = differences(collection, kept)
        sys.stdout.write("\n".join([*problems, f"{len(problems)} differences"]) + "\n")
        return 1 if problems else 0
    options.output.write_text(as_text(collection), encoding="utf-8", newline="\n")
    sys.stdout.write(report(collection, options.compare))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
