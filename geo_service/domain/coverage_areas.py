"""Coverage areas (dækningsområder): the parts of a hotspot area that somebody covers in a slot.

For the police it is an area; the street team has routes and rounds (ruter og runder). All three
are kept as outlines in EPSG:25832, so that need can be counted in them; a route is the ground on
both sides of the line that is walked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import shapely

from geo_service.domain.danish_time import either_said
from geo_service.domain.vocabulary import AGENCIES, COVERAGE_KINDS
from geo_service.errors import InvalidInput
from geo_service.messages import _

CODE: Final = re.compile(r"[a-z0-9æøå][a-z0-9æøå-]{0,62}")
MOST_TEAMS: Final = 20
LONGEST_NAME: Final = 80
LONGEST_REASON: Final = 200
ROUTE_REACH_M: Final = 25.0
"""How far to each side of its line a route reaches: what one sees from the pavement."""
PART, HOLE = "del", "hul"
"""In a text: another part of the same area, and a hole in the part above."""
_PLAIN: Final = re.compile(r"[^\s;\x00-\x1f\x7f-\x9f]+(?: [^\s;\x00-\x1f\x7f-\x9f]+)*")


@dataclass(frozen=True)
class CoverageArea:
    """A part of the area that a patrol or the street team covers.

    Attributes
    ----------
    code
        Small letters, digits and hyphens.
    name
        What it is called; Danish.
    kind
        A key of `vocabulary.COVERAGE_KINDS`.
    agency
        Whose it is, a key of `vocabulary.AGENCIES`; the police may promise to be in any.
    outline
        POLYGON or MULTIPOLYGON, EPSG:25832; kept as MULTIPOLYGON.
    capacity
        Most teams at a time.
    not_at_night
        Why nobody is sent there after midnight; None where that is no matter.

    Raises
    ------
    InvalidInput
        If one of them is not as described; in Danish.
    """

    code: str
    name: str
    kind: str
    agency: str
    outline: shapely.MultiPolygon
    capacity: int = 1
    not_at_night: str | None = None

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise InvalidInput(
                _("Et dækningsområdes kode er små bogstaver, tal og bindestreger, fx yn-hallen.")
            )
        if fault := attribute_fault(self.name, self.kind, self.agency, self.capacity):
            raise InvalidInput(_("%(code)s: %(fault)s", code=self.code, fault=fault))
        if fault := reason_fault(self.not_at_night):
            raise InvalidInput(_("%(code)s: %(fault)s", code=self.code, fault=fault))
        object.__setattr__(self, "outline", _as_multi(self.code, self.outline))


def attribute_fault(name: str, kind: str, agency: str, capacity: int) -> str:
    """Return in Danish what is wrong with the words of a coverage area; empty for nothing."""
    if len(name) > LONGEST_NAME or not _PLAIN.fullmatch(name):
        return _(
            "navnet skal have 1 til %(most)s tegn på én linje, uden semikolon.", most=LONGEST_NAME
        )
    if kind not in COVERAGE_KINDS:
        return _("arten skal være %(kinds)s.", kinds=either_said(COVERAGE_KINDS.values()))
    if agency not in AGENCIES:
        return _("området dækkes af %(agencies)s.", agencies=either_said(AGENCIES.values()))
    if kind != "area" and agency != "street_team":
        return _("en rute eller runde er gadeteamets; politiet har dækningsområder.")
    if not 1 <= capacity <= MOST_TEAMS:
        return _("der kan være 1 til %(most)s hold på én gang.", most=MOST_TEAMS)
    return ""


def reason_fault(reason: str | None) -> str:
    """Return in Danish what is wrong with a reason not to go there at night; empty for nothing."""
    if reason is None or (len(reason) <= LONGEST_REASON and _PLAIN.fullmatch(reason)):
        return ""
    return _(
        "grunden til ikke at komme om natten skal have 1 til %(most)s tegn på én linje, "
        "uden semikolon, eller helt udelades.",
        most=LONGEST_REASON,
    )


def corridor(line: shapely.LineString, *, reach_m: float = ROUTE_REACH_M) -> shapely.MultiPolygon:
    """Return the ground within a distance of a walked line (EPSG:25832) as an outline.

    Raises
    ------
    InvalidInput
        If the line is empty or the reach not positive.
    """
    if line.is_empty or reach_m <= 0:
        raise InvalidInput(_("En rute skal have mindst to punkter og en bredde."))
    return _as_multi("ruten", line.buffer(reach_m))


def coverage_text(areas: Iterable[CoverageArea]) -> str:
    """Return coverage areas as a list with coordinates, to the centimetre, one block each.

    The first line of a block has code, name, kind, agency, capacity and why not at night, by
    semicolons; then a corner per line, metres east and north. An importer reads the same.
    """
    return "\n".join("\n".join(_lines(area)) + "\n" for area in areas)


def _lines(area: CoverageArea) -> Iterator[str]:
    words = [area.code, area.name, COVERAGE_KINDS[area.kind], AGENCIES[area.agency],
             str(area.capacity), *([area.not_at_night] if area.not_at_night else [])]  # fmt: skip
    yield "; ".join(words)
    for number, part in enumerate(shapely.get_parts(area.outline)):
        if number:
            yield PART
        yield from _ring(part.exterior)
        for hole in part.interiors:
            yield HOLE
            yield from _ring(hole)


def _ring(ring: shapely.LinearRing) -> Iterator[str]:
    """Yield the corners of a ring, the closing one left out."""
    for east, north in shapely.get_coordinates(ring)[:-1]:
        yield f"{_metres(east)} {_metres(north)}"


def _metres(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _as_multi(code: str, outline: shapely.Geometry) -> shapely.MultiPolygon:
    """Return a polygon as a multipolygon; raise InvalidInput for anything else."""
    parts = shapely.get_parts(outline)
    if outline is None or outline.is_empty or any(part.geom_type != "Polygon" for part in parts):
        raise InvalidInput(_("%(code)s: omridset skal være en flade.", code=code))
    return shapely.MultiPolygon(list(parts))
