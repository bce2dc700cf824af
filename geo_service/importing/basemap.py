"""A base map from a GeoPackage: read in another process, checked here before it is stored."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import shapely

from geo_service.domain.basemap import BASEMAP_KINDS, FIRST_RANK, LAST_RANK
from geo_service.domain.grid import DANISH_GRID
from geo_service.errors import InvalidInput
from geo_service.importing.basemap_worker import (
    KNOWN_LAYERS,
    NOT_A_GEOPACKAGE,
    SQLITE_MAGIC,
)
from geo_service.importing.coordinates import in_denmark
from geo_service.importing.person_data import refuse_cpr
from geo_service.importing.sources import read_source
from geo_service.settings import PROJECT_ROOT

READ_SECONDS: Final = 120
LONGEST_NAME: Final = 120
COLUMNS: Final = ("kind", "name", "rank", "geometry")


@dataclass(frozen=True)
class Layer:
    """A layer of the file, what it is drawn as, and its columns where they are not the usual."""

    kind: str
    layer: str
    name_column: str | None = None
    class_column: str | None = None


@dataclass(frozen=True)
class BasemapFile:
    """What a file holds.

    Attributes
    ----------
    features
        `kind`, `name` (or missing), `rank`, geometry (EPSG:25832): areas for water, green and
        block, lines for road and railway, points for name.
    rows
        Rows in the layers that were read; features plus those left out.
    left_out
        One sentence per reason.
    """

    features: gpd.GeoDataFrame
    rows: int
    left_out: list[str]
    sha256: str


def read_basemap_file(path: Path, layers: Sequence[Layer] = ()) -> BasemapFile:
    """Read the layers of a GeoPackage; without `layers` those that are known by their names.

    Raises
    ------
    InvalidInput
        If it is no GeoPackage, lacks a layer, holds nothing to draw or a CPR number, or its
        reading took more than it may.
    NotFound
        If there is no such file.
    """
    source = read_source(path)
    if not source.content.startswith(SQLITE_MAGIC):
        raise _not_a_geopackage(path.name)
    asked = [[one.kind, one.layer, one.name_column, one.class_column] for one in layers]
    read = _in_another_process(path.name, json.dumps(asked).encode() + b"\n" + source.content)
    there = ", ".join(read["layers"]) or "ingen"
    if "missing" in read:
        raise InvalidInput(f"{path.name} har intet lag '{read['missing']}'. Det har: {there}.")
    if "no_crs" in read:
        raise InvalidInput(
            f"{path.name}: laget '{read['no_crs']}' siger ikke, hvilket koordinatsystem det er i. "
            "Gem det igen i EPSG:25832."
        )
    if not read["rows"]:
        known = ", ".join(KNOWN_LAYERS)
        raise InvalidInput(
            f"{path.name} har intet at tegne. Lag i filen: {there}. Kendte navne: {known}. "
            "Andre lag angives med --layer, fx --layer water=soer."
        )
    rows = [_checked(row) for row in read["rows"]]
    refuse_cpr(([name or ""] for _, name, _, _ in rows), file=path.name, header=["navn"])
    shapes = shapely.from_wkb([wkb for _, _, _, wkb in rows])
    inside = _inside_denmark(shapes)
    frame = gpd.GeoDataFrame(
        {
            "kind": [kind for kind, _, _, _ in rows],
            "name": [name for _, name, _, _ in rows],
            "rank": [rank for _, _, rank, _ in rows],
        },
        geometry=shapes,
        crs=DANISH_GRID,
    )
    left_out = _reasons(read["left_out"], int((~inside).sum()))
    return BasemapFile(
        frame[inside].reset_index(drop=True), int(read["in_file"]), left_out, source.sha256
    )


def _in_another_process(file: str, given: bytes) -> dict[str, Any]:
    command = [sys.executable, "-m", "geo_service.importing.basemap_worker", str(READ_SECONDS)]
    environment = {
        "PATH": os.defpath,
        "OPENBLAS_NUM_THREADS": "1",
        "LANG": "C.UTF-8",
        "GDAL_HTTP_PROXY": "127.0.0.1:1",  # a second lock: whatever asked for a network
        "OGR_SQLITE_LIST_VIRTUAL_OGR": "NO",
    }
    try:
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            timeout=READ_SECONDS,
            check=False,
            cwd=PROJECT_ROOT,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise InvalidInput(f"{file} kunne ikke læses på {READ_SECONDS} sekunder.") from error
    if done.returncode == NOT_A_GEOPACKAGE:
        raise _not_a_geopackage(file)
    if done.returncode != 0:
        raise InvalidInput(
            f"{file} kunne ikke læses: filen er beskadiget, eller den er for stor for læseren."
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _not_a_geopackage(file: str) -> InvalidInput:
    return InvalidInput(f"{file} er ikke en GeoPackage. Gem grundkortet som GeoPackage (.gpkg).")


def _checked(row: list[Any]) -> tuple[str, str | None, int, bytes]:
    """Take nothing on trust from a process that has met a foreign file."""
    kind, name, rank, wkb = row
    if kind not in BASEMAP_KINDS or not FIRST_RANK <= int(rank) <= LAST_RANK:
        raise InvalidInput("Grundkortets læser gav noget andet end et grundkort.")
    shown = None if name is None else " ".join(str(name).replace("\x00", "").split())[:LONGEST_NAME]
    return str(kind), shown or None, int(rank), bytes.fromhex(wkb)


def _inside_denmark(shapes: Any) -> Any:
    xy, index = shapely.get_coordinates(shapes, return_index=True)
    outside = index[~in_denmark(xy[:, 0], xy[:, 1])]
    inside = shapely.is_valid(shapes)
    inside[outside] = False
    return inside


def _reasons(left_out: list[list[Any]], outside: int) -> list[str]:
    """Say how many rows were left out and why, layer by layer."""
    counted: dict[tuple[str, str], list[int]] = {}
    for layer, number, why in left_out:
        counted.setdefault((str(layer), str(why)), []).append(int(number))
    words = {"shape": "intet, der kan tegnes", "name": "intet navn"}
    said = [
        f"{layer}: {len(numbers)} udeladt, {words.get(why, why)} (den første er nr. {numbers[0]})."
        for (layer, why), numbers in counted.items()
    ]
    return [*said, f"{outside} udeladt, uden for Danmark."] if outside else said
