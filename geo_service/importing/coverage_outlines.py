"""Outlines of a GeoJSON as a list of coverage areas: bytes in, a text to look over and store.

Nothing is stored here and nothing is mended: words that cannot be used stay in the list, where
the checks of `coverage_text` name them by row.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import shapely

from geo_service.domain.coverage_areas import CoverageArea, coverage_text
from geo_service.domain.grid import DANISH_GRID
from geo_service.errors import InvalidInput
from geo_service.importing.coordinates import settle_crs
from geo_service.importing.coverage_text import MOST_AREAS
from geo_service.importing.features import read_features
from geo_service.importing.outlines import common_look
from geo_service.importing.person_data import refuse_cpr
from geo_service.importing.sources import Source

PROPERTIES: Final = ("kode", "navn", "art", "hvem", "hold", "ikke_om_natten")
"""Names of the properties, in the order of the words of a list."""
DEFAULTS: Final = {"art": "dækningsområde", "hvem": "gadeteam", "hold": "1"}
_NOT_IN_A_CODE: Final = re.compile(r"[^a-z0-9æøå]+")


def list_of_outlines(content: bytes, *, file: str) -> tuple[str, list[str]]:
    """Return the outlines of a GeoJSON as a list with coordinates, and remarks in Danish.

    Raises
    ------
    InvalidInput
        If it is no GeoJSON, an outline cannot be built, there are too many, or something in it
        looks like a CPR number; in Danish.
    """
    remarks: list[str] = []
    source = Source(file, content, hashlib.sha256(content).hexdigest())
    found = read_features(source, remarks)
    if not found.is_geojson:
        raise InvalidInput(f"{file} er ikke en GeoJSON (en FeatureCollection).")
    if len(found.features) > MOST_AREAS:
        raise InvalidInput(f"{file} har over {MOST_AREAS} områder. Del den op.")
    told = [_words(one.properties, number) for number, one in enumerate(found.features, start=1)]
    refuse_cpr(told, file=file, header=list(PROPERTIES))
    outlines = []
    for one in found.features:
        if one.outline is None:
            raise InvalidInput(f"{file}, objekt {one.row}: omridset {one.fault}.")
        outlines.append(one.outline)
    crs, stated_by = settle_crs(
        file=file, in_file=found.crs, is_geojson=True, given=None, look=common_look(outlines)
    )
    remarks.append(f"Koordinatsystem: {crs}, oplyst af {stated_by}.")
    metres = gpd.GeoSeries(outlines, crs=crs).to_crs(DANISH_GRID)
    blocks = [_block(words, outline) for words, outline in zip(told, metres, strict=True)]
    return "\n".join(blocks), remarks


def _words(properties: Mapping[str, Any], number: int) -> list[str]:
    given = {str(key).casefold(): " ".join(str(value).split()) for key, value in properties.items()
             if value is not None}  # fmt: skip
    name = given.get("navn", f"Område {number}")
    code = given.get("kode") or _NOT_IN_A_CODE.sub("-", name.casefold()).strip("-")
    words = {**DEFAULTS, **given, "navn": name, "kode": code}
    return [words.get(key, "") for key in PROPERTIES]


def _block(words: list[str], outline: shapely.Geometry) -> str:
    corners = coverage_text([CoverageArea("x", "x", "area", "police", outline)]).split("\n")[1:]
    while not words[-1]:
        words = words[:-1]
    return "\n".join(["; ".join(words), *corners])
