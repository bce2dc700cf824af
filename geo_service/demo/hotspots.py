"""The two hotspot areas of the demo: their members and periods, and their coverage areas.

Ydre Nørrebro is district 12 and rode 157, as published; the other is the demo's own choice of
roder around Sjælør Station. Coverage areas are the pieces of an area that lie nearest to one
of its known places. Most are the street team's; where there are roads and few people they are
the police's alone. The police may promise to be in any of them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_service.analysis.groups import as_multi
from geo_service.demo.ground import Ground, need_roder
from geo_service.domain.grid import DANISH_GRID

NORREBRO, SJAELOR = "ydre-norrebro", "akacieparken-sjaelor"
PROGRAMME: Final = "Hotspot-rammeprogram for distrikt 12 og rode 157, 2011–2014"
CONTINUED: Final = "opdigtet fortsættelse i demoen"
CHOSEN: Final = "opdigtet i demoen: roder omkring Sjælør Station, valgt af demoen"
PROGRAMME_STARTS, PROGRAMME_ENDS = date(2011, 3, 1), date(2015, 1, 1)
"""The programme's last day is 31 December 2014; periods end on the day after."""

AREAS: Final = (
    (NORREBRO, "Ydre Nørrebro (distrikt 12 og rode 157)", PROGRAMME_STARTS, PROGRAMME_ENDS),
    (NORREBRO, "Ydre Nørrebro (distrikt 12 og rode 157)", PROGRAMME_ENDS, None),
    (SJAELOR, "Akacieparken og Sjælør Boulevard", PROGRAMME_STARTS, None),
)
MEMBERS: Final = {
    NORREBRO: (("district", "12"), ("rode", "157")),
    SJAELOR: (("rode", "201"), ("rode", "207"), ("rode", "209")),
}


class Piece(NamedTuple):
    """A coverage area: what it is called, and the place it lies around."""

    code: str
    hotspot: str
    name: str
    rode: str
    east: float
    north: float
    capacity: int = 1
    not_at_night: str | None = None
    agency: str = "street_team"


LEVELS: Final = {
    "yn-hothers-plads": "red",
    "yn-mjolnerparken": "yellow",
    "yn-norrebrohallen": "yellow",
    "yn-aldersrogade": "yellow",
    "sj-station": "red",
    "sj-boulevard-syd": "yellow",
}
"""Places that are due more than one visit a week."""
DARK_PARK: Final = "Parken er uden lys efter midnat"
PIECES: Final = (
    Piece("yn-mjolnerparken", NORREBRO, "Mjølnerparken", "157", 722690, 6178960, 2),
    Piece("yn-mimersparken", NORREBRO, "Mimersparken", "157", 722440, 6178900, 1, DARK_PARK),
    Piece("yn-hothers-plads", NORREBRO, "Hothers Plads", "157", 722480, 6178640),
    Piece("yn-superkilen", NORREBRO, "Superkilen", "157", 722660, 6178680),
    Piece("yn-norrebrohallen", NORREBRO, "Nørrebrohallen", "157", 722460, 6178420, 2),
    Piece("yn-aldersrogade", NORREBRO, "Aldersrogade", "164", 722900, 6179180),
    Piece("yn-skjolds-plads", NORREBRO, "Skjolds Plads", "164", 722920, 6178880),
    Piece("yn-haraldsgade", NORREBRO, "Haraldsgade", "159", 723230, 6178880),
    Piece("yn-eddagarden", NORREBRO, "Eddagården", "158", 723400, 6178590, 1, None, "police"),
    Piece("yn-rovsingsgade", NORREBRO, "Rovsingsgade", "163", 723240, 6179360, 1, None, "police"),
    Piece("sj-station", SJAELOR, "Sjælør Station", "201", 721890, 6172920, 2),
    Piece(
        "sj-p-knudsens-gade", SJAELOR, "P. Knudsens Gade", "201", 722180, 6172900, 1, None, "police"
    ),
    Piece("sj-boulevard-syd", SJAELOR, "Sjælør Boulevard", "207", 721760, 6173330, 2),
    Piece("sj-boulevard-nord", SJAELOR, "Sjælør Boulevard nord", "207", 721700, 6173700),
    Piece("sj-sankt-annae", SJAELOR, "Sankt Annæ og Trekronergade", "207", 721480, 6173480),
    Piece("sj-carl-jacobsens-vej", SJAELOR, "Carl Jacobsens Vej", "209", 721330, 6173200),
    Piece("sj-ny-ellebjerg", SJAELOR, "Ny Ellebjerg Station", "209", 721230, 6172990),
    Piece("sj-akacieparken", SJAELOR, "Akacieparken", "209", 720980, 6173380, 2),
    Piece("sj-ottiliavej", SJAELOR, "Ottiliavej", "209", 721130, 6173680, 1, None, "police"),
)
SMALLEST_M2: Final = 5_000.0


def hotspot_areas() -> pd.DataFrame:
    """Return the hotspot areas: code, name, valid_from, valid_to (exclusive; None: open)."""
    return pd.DataFrame(AREAS, columns=["code", "name", "valid_from", "valid_to"], dtype=object)


def memberships() -> pd.DataFrame:
    """Return which districts and roder make up each hotspot area, and from when to when."""
    rows: list[dict[str, Any]] = []
    for code, _, valid_from, valid_to in AREAS:
        published = valid_to is not None
        source = PROGRAMME if published else CONTINUED if code == NORREBRO else CHOSEN
        rows += [
            {
                "member_kind": kind,
                "member_code": member,
                "group_kind": "hotspot_area",
                "group_code": code,
                "valid_from": valid_from,
                "valid_to": valid_to,
                "status": "decided",
                "decided_by": None,
                "source": source,
            }
            for kind, member in MEMBERS[code]
        ]
    return pd.DataFrame(rows, dtype=object)


def outline(ground: Ground, code: str) -> shapely.Geometry:
    """Return a hotspot area as one shape, dissolved from its roder (EPSG:25832).

    Raises
    ------
    InvalidInput
        If a rode that it names is not there.
    """
    members = MEMBERS[code]
    roder = {member for kind, member in members if kind == "rode"}
    need_roder(ground, roder, f"the hotspot area {code}")
    districts = [member for kind, member in members if kind == "district"]
    inside = ground.roder["district"].isin(districts) | np.isin(ground.codes, sorted(roder))
    return shapely.union_all(ground.shapes[inside.to_numpy()])


def coverage_areas(ground: Ground, *, as_of: date) -> gpd.GeoDataFrame:
    """Return the coverage areas of both hotspot areas; they fill each without overlap.

    Returns
    -------
    GeoDataFrame
        Columns of `raw.coverage_area`; geom MULTIPOLYGON, EPSG:25832.
    """
    rows: list[dict[str, Any]] = []
    for hotspot in MEMBERS:
        whole = outline(ground, hotspot)
        pieces = [piece for piece in PIECES if piece.hotspot == hotspot]
        need_roder(ground, {piece.rode for piece in pieces}, f"the hotspot area {hotspot}")
        for piece, shape in zip(pieces, _nearest_parts(ground, whole, pieces), strict=True):
            rows.append(
                {
                    "hotspot_area_code": hotspot,
                    "code": piece.code,
                    "name": piece.name,
                    "agency": piece.agency,
                    "kind": "round" if piece.agency == "street_team" else "area",
                    "capacity": piece.capacity,
                    "level": LEVELS.get(piece.code, "green"),
                    "not_at_night_reason": piece.not_at_night,
                    "valid_from": date(as_of.year - 1, 1, 1),
                    "valid_to": None,
                    "geom": shape,
                }
            )
    frame = pd.DataFrame(rows, dtype=object)
    return gpd.GeoDataFrame(frame, geometry="geom", crs=DANISH_GRID)


def _nearest_parts(
    ground: Ground, whole: shapely.Geometry, pieces: list[Piece]
) -> list[shapely.MultiPolygon]:
    """Return the part of `whole` that lies nearest to each piece's place."""
    seeds = [shapely.Point(ground.settle(p.rode, p.east, p.north)) for p in pieces]
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.MultiPoint(seeds), extend_to=shapely.envelope(whole), ordered=True
        )
    )
    return [_cleaned(shapely.intersection(whole, cell)) for cell in cells]


def _cleaned(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Drop crumbs that a cell's border cuts off the far side of a bend."""
    parts = as_multi(shape).geoms
    largest = max(parts, key=lambda part: part.area)
    return shapely.MultiPolygon(
        [part for part in parts if part.area >= SMALLEST_M2 or part is largest]
    )
