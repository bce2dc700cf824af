"""Checks of outlines that are cheap and safe in our own process, in order of danger.

Numbers first (finite, in Denmark), then GEOS's test of validity, which stops at the first
fault it meets. Nothing here repairs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo_service.domain.grid import DANISH_GRID
from geo_service.importing.coordinates import Look, in_denmark, looks_of
from geo_service.importing.report import danish_number

MIN_OVERLAP_M2 = 1.0
"""Shared ground below this is rounding, and not mentioned."""
SLIVER_WIDTH_M = 0.5
"""Overlaps thinner than this on average are two drawings of one border."""

_FAULTS: Final = {
    "Self-intersection": "krydser sig selv",
    "Ring Self-intersection": "har en ring, der rører sig selv",
    "Hole lies outside shell": "har et hul uden for omridset",
    "Holes are nested": "har et hul inde i et hul",
    "Interior is disconnected": "er skåret over af sine huller",
    "Nested shells": "har en del inde i en anden del",
    "Duplicate Rings": "har den samme ring to gange",
    "Too few points in geometry component": "har en ring med for få punkter",
}
_REASON: Final = re.compile(r"([A-Za-z -]+)(?:\[([-0-9.e+]+) ([-0-9.e+]+)\])?")
_AXES = 2

Outlines = npt.NDArray[np.object_]


def common_look(outlines: Sequence[shapely.Geometry]) -> Look:
    """Return what most outlines look like by the middle of their extents; ZERO for none."""
    if not outlines:
        return Look.ZERO
    west, south, east, north = shapely.bounds(np.array(outlines, dtype=object)).T
    looks = looks_of((west + east) / 2, (south + north) / 2)
    # Sorted, so that a tie does not hang on the order in the file.
    return Look(max(sorted(set(looks)), key=lambda look: int((looks == look).sum())))


def to_danish_grid(outlines: Outlines, crs: str) -> Outlines:
    """Convert n outlines to EPSG:25832; what cannot be converted gets infinite coordinates."""
    converted = gpd.GeoSeries(outlines, crs=crs).to_crs(DANISH_GRID)
    return np.asarray(converted.array, dtype=object)


def position_faults(outlines: Outlines, converted: Outlines) -> list[str | None]:
    """Return why an outline lies in the wrong place, per outline; None where it does not.

    Parameters
    ----------
    outlines
        n outlines as the file has them.
    converted
        The same in EPSG:25832.
    """
    xy, index = shapely.get_coordinates(converted, return_index=True)
    outside = np.zeros(len(converted), dtype=bool)
    outside[index[~in_denmark(xy[:, 0], xy[:, 1])]] = True
    faults: list[str | None] = []
    for outline, is_outside in zip(outlines, outside, strict=True):
        faults.append(_where(outline) if is_outside else None)
    return faults


def _where(outline: shapely.Geometry) -> str:
    """Describe an outline that is not in Denmark by what its coordinates look like."""
    look = common_look([outline])
    if look.swapped:
        return "ligger uden for Danmark: akserne er vist ombyttede (ombyttet?)"
    return f"ligger uden for Danmark: koordinaterne ligner {look}"


def validity_faults(outlines: Outlines) -> list[str | None]:
    """Return in Danish why an outline (EPSG:25832) is no valid area; None where it is one."""
    return [_in_danish(reason) for reason in shapely.is_valid_reason(outlines)]


def _in_danish(reason: str) -> str | None:
    found = _REASON.match(reason)
    if reason == "Valid Geometry":
        return None
    what = _FAULTS.get(found[1], "er ikke en gyldig flade") if found else "er ikke en gyldig flade"
    if found is None or found[2] is None:
        return what
    east, north = (danish_number(float(found[axis + 2])) for axis in range(_AXES))
    return f"{what} ved øst {east}, nord {north}"


def overlaps(outlines: Outlines) -> list[tuple[int, int, float, bool]]:
    """Return the pairs of valid outlines (EPSG:25832) that share more than `MIN_OVERLAP_M2`.

    Returns
    -------
    list
        Positions of both, the shared area in m², and whether it is only a sliver along
        a border; the largest first.
    """
    tree = shapely.STRtree(outlines)
    first, second = tree.query(outlines, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    shared = shapely.intersection(outlines[first], outlines[second])
    area = shapely.area(shared)
    # A strip of length l and width w has a circumference of about 2 l; so w = area / l.
    width = np.divide(
        area, shapely.length(shared) / 2, out=np.zeros_like(area), where=area > MIN_OVERLAP_M2
    )
    order = [i for i in np.argsort(-area, kind="stable") if area[i] > MIN_OVERLAP_M2]
    return [
        (int(first[i]), int(second[i]), float(area[i]), bool(width[i] < SLIVER_WIDTH_M))
        for i in order
    ]
