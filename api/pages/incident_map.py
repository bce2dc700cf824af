"""The map of the incidents page, and what it asks for when it is moved (docs/web-maps.md).

Single points for whoever sees points, as long as they can be told apart; else squares with
their number. Whoever sees fields gets fields, and whoever sees roder gets roder, at any zoom.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Final

import geopandas as gpd
import numpy as np
import shapely
from fastapi import APIRouter, Query, Request

from api.access import Visit, needs
from api.kept import Kept
from api.pages.incident_filter import Filter, filter_of
from api.pages.incident_words import FOUND_BY, say, setting_of, type_of, when
from api.routes.incidents import GeoJSON
from api.web.formats import FILTERS
from api.web.frame import frame_of
from api.web.translations import _
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.incident_question import DENMARK, WIDEST_DEGREES, Box, box_of
from geo_service.errors import InvalidInput
from geo_service.storage import areas as area_store
from geo_service.storage import incidents_seen as seen
from geo_service.workflows import see_incidents
from geo_service.workflows.base_layers import ground_of, ground_state
from maps import base, layers
from maps.facts import PageFacts
from maps.inpage import Download, Legend, MapPanel, Points, panel
from maps.palette import classes, nice_breaks
from maps.sheet import Sheet, sheet_of

router = APIRouter(include_in_schema=False)

MOST_POINTS: Final = 1_500
"""More than this on one screen are specks: squares with a number say more."""
METRES_A_DEGREE: Final = (63_000.0, 111_000.0)
"""Of longitude and latitude, in Denmark; only to choose how large squares are."""
WIDEST_M: Final = 40_000.0


@router.get("/data/haendelser/kort")
def points(
    request: Request,
    visit: Annotated[Visit, needs("incident.read")],
    bbox: Annotated[str, Query(max_length=200)],
) -> GeoJSON:
    """Return what lies in the part of the map that is shown, for the filter of the page."""
    today = datetime.now(COPENHAGEN).date()
    asked = filter_of(request, visit.session, visit.caller, today=today)
    box, extent = _shown(bbox)
    asked = replace(asked, question=replace(asked.question, box=box))
    level = see_incidents.precision_for(visit.session, visit.caller)
    language = frame_of(request).language
    if level == "rode":
        found, matched, single = list(_roder(visit, asked, language)), None, False
    else:
        found, matched, single = _squares_or_points(visit, asked, extent, level, language)
    if matched is None:
        matched = sum(one["properties"]["n"] for one in found)
    visit.audit(
        "read",
        criterion=asked.question.criterion(),
        form="points" if single else "counts",
        rows=len(found),
        matched=matched,
    )
    return GeoJSON(
        {
            "type": "FeatureCollection",
            "aggregated": not single,
            "finest": level != "point",
            "matched": matched,
            "returned": len(found),
            "features": found,
        },
        headers={"Cache-Control": "no-store"},
    )


def _shown(bbox: str) -> tuple[Box | None, tuple[float, float]]:
    """Return the box of the map, None where it shows more than a municipality, and its size."""
    try:
        box: Box | None = box_of(bbox)
    except InvalidInput:
        box = None
        sides = [float(part) for part in bbox.split(",") if _is_degree(part)]
        if len(sides) != 4 or not _reaches_denmark(sides):  # noqa: PLR2004
            raise
    if box is None:
        return None, (WIDEST_M, WIDEST_M)
    west, south, east, north = box
    width, height = (east - west) * METRES_A_DEGREE[0], (north - south) * METRES_A_DEGREE[1]
    return box, (min(width, WIDEST_M), min(height, WIDEST_M))


def _is_degree(part: str) -> bool:
    try:
        return abs(float(part)) <= 360  # noqa: PLR2004
    except ValueError:
        return False


def _reaches_denmark(sides: Sequence[float]) -> bool:
    """Tell whether a box that was refused is only a map that is zoomed far out."""
    west, south, east, north = sides
    wide = east - west > WIDEST_DEGREES or north - south > WIDEST_DEGREES
    return wide and west < DENMARK[2] and east > DENMARK[0] and south < north


def _roder(visit: Visit, asked: Filter, language: str) -> Iterator[dict[str, Any]]:
    counts = seen.read_counts(visit.session, asked.question, roder=asked.roder)
    by_rode = counts.dropna(subset=["rode"]).groupby(["rode", "rode_name"])
    numbers = by_rode.agg(n=("incidents", "sum"), rode_id=("rode_id", "max")).reset_index()
    numbers = numbers.sort_values("n", ascending=False, kind="stable")
    outlines = seen.read_outlines(visit.session, [int(one) for one in numbers["rode_id"]])
    levels = _levels(numbers["n"].tolist())
    for (code, name, number, rode_id), level in zip(
        numbers.itertuples(index=False, name=None), levels, strict=True
    ):
        if int(rode_id) not in outlines:
            continue
        title = say(_("Rode %(code)s %(name)s", code=code, name=name), language)
        yield _feature(outlines[int(rode_id)], title, level, n=int(number), language=language)


def _squares_or_points(
    visit: Visit, asked: Filter, extent: tuple[float, float], level: str, language: str
) -> tuple[list[dict[str, Any]], int, bool]:
    side = see_incidents.side_for(extent)
    cells = seen.read_cells(visit.session, asked.question, roder=asked.roder, side_m=side)
    matched = int(cells["incidents"].sum())
    if level == "point" and matched <= MOST_POINTS:
        rows, _more = seen.read_page(
            visit.session,
            asked.question,
            roder=asked.roder,
            most=MOST_POINTS,
            newest_first=True,
        )
        return [_point(visit, row, language) for row in rows], matched, True
    cells = cells.sort_values("incidents", ascending=False, kind="stable")
    numbers, sides = cells["incidents"].tolist(), cells["side_m"].tolist()
    rings, levels = seen.squares(cells), _levels(numbers)
    names = seen.read_names_at(visit.session, cells)
    width = FILTERS[language]["number"](sides[0] if sides else side)
    found = [
        _feature(
            {"type": "Polygon", "coordinates": [ring]},
            say(_("Ved %(name)s", name=name), language)
            if name
            else say(_("Uden for roderne"), language),
            shade,
            n=number,
            language=language,
            facts=[[say(_("Felt"), language), f"{width} × {width} m"]],
        )
        for ring, shade, number, name in zip(rings, levels, numbers, names, strict=True)
    ]
    return found, matched, False


def _levels(numbers: Sequence[int]) -> list[int]:
    breaks = nice_breaks(numbers)
    return [1] * len(numbers) if not breaks else classes(numbers, breaks).tolist()


def _feature(
    geometry: dict[str, Any],
    title: str,
    level: int,
    *,
    n: int,
    language: str,
    facts: Sequence[list[str]] = (),
) -> dict[str, Any]:
    number = FILTERS[language]["number"]
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {
            "title": f"{title}: {number(n)}",
            "n": n,
            "level": level,
            "facts": [[say(_("Hændelser"), language), number(n)], *facts],
        },
    }


def _point(visit: Visit, row: dict[str, Any], language: str) -> dict[str, Any]:
    """Return one incident for the map; each fact is a declared field of the caller's role."""
    told = {
        "occurred_from": (_("Hvornår"), when(row["occurred_from"], row["occurred_to"], language)),
        "setting": (_("Sted"), setting_of(row["setting"], language)),
        "rode_id": (_("Rode"), " ".join(filter(None, (row["rode"], row["rode_name"])))),
        "found_by": (_("Kendt ved"), say(FOUND_BY.get(row["found_by"], ""), language)),
        "source_ref": (_("Nummer"), row["source_ref"]),
    }
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": {
            "type": "Point",
            "coordinates": [round(row["longitude"], 6), round(row["latitude"], 6)],
        },
        "properties": {
            "title": f"{type_of(row['crime_type'], language)} · {told['occurred_from'][1]}",
            "level": 5,
            "facts": [
                [say(label, language), text]
                for field, (label, text) in told.items()
                if text and visit.caller.sees("incident.read", field)
            ],
        },
    }


def map_of(
    visit: Visit,
    asked: Filter,
    sheets: Kept[Sheet],
    *,
    level: str,
    language: str,
    facts: PageFacts,
    csv: str,
) -> MapPanel | None:
    """Return the map for a filter, None where there are no roder to draw."""
    drawn_from = ground_state(visit.session, visit.caller.municipality or "", asked.question.last)
    if drawn_from is None:
        return None
    chosen = asked.roder or see_incidents.roder_in_scope(visit.session, visit.caller)
    sheet = sheets.get((drawn_from, chosen), lambda: _draw(visit, asked.question.last, chosen))
    return panel(
        sheet,
        title=say(_("Hvor"), language),
        facts=facts,
        legend=Legend(
            say(_LEGENDS["point" if level == "point" else "counted"], language),
            note=say(_NOTES[level], language),
        ),
        points=Points(
            url=f"/data/haendelser/kort?{asked.query}",
            label=say(_("hændelser"), language),
            table=f"/data/haendelser?{asked.query}#haendelser",
        ),
        downloads=(Download("CSV", csv),),
    )


def _draw(visit: Visit, day: date, chosen: tuple[int, ...] | None) -> Sheet:
    """Draw the ground and the roder of a day, looking at those that are chosen."""
    place = visit.caller.municipality or ""
    roder = area_store.read_areas(visit.session, place, "rode", day)
    extent = _extent(roder, chosen)
    made = base.new_map(extent, name="kort")
    ground = ground_of(visit.session, place, extent)
    base.add_ground(made, roder, base=ground)
    layers.add_shapes(made, "roder", layers.simplified(extent), css="rode")
    bydele = area_store.read_areas(visit.session, place, "bydel", day)
    base.add_frame(made, roder, bydele, base=ground)
    names = {}
    if not bydele.empty:
        base.add_bydel_names(made, bydele)
        names["bydel_names"] = bydele["name"].tolist()
    base_names = base.add_base_names(made, ground)
    return sheet_of(made, extent, names=names, base_names=base_names)


_LEGENDS: Final = {
    "point": _("En prik er en hændelse. Er der mange, står antallet i felter."),
    "counted": _("Tallet i feltet er antallet; jo kraftigere farve, jo flere."),
}
_NOTES: Final = {
    "point": _("Jo kraftigere farve, jo flere. Zoom ind for at se hændelserne enkeltvis."),
    "250m": _("Politiet har sat nøjagtigheden til felter på 250 m; finere bliver det ikke."),
    "rode": _("Politiet har sat nøjagtigheden til roden; finere bliver det ikke."),
}


def _extent(roder: gpd.GeoDataFrame, chosen: tuple[int, ...] | None) -> gpd.GeoDataFrame:
    """Return the roder that are chosen, else all."""
    if chosen is None:
        return roder
    part = roder[np.isin(roder["id"].to_numpy(), chosen)]
    kept = part if len(part) else roder
    return gpd.GeoDataFrame(kept[~shapely.is_empty(kept.geometry.to_numpy())])
