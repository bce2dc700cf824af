"""Map panels of the small town of hexagons, believable or hostile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import shapely

from maps import base, layers, palette
from maps.inpage import Cell, Column, Download, Legend, MapPanel, Points, Row, panel
from tests.maps import frames, town

COLUMNS = (Column("navn", "Rode"), Column("antal", "Hændelser", numeric=True), Column("by", "Del"))
BREAKS = (5.0, 10.0, 20.0)
HIDDEN = 7
DOWNLOADS = (Download("CSV", "/hent.csv"), Download("GeoJSON", "/hent.geojson"))


def ground(name: str = "Parken", road: str = "Hovedgaden") -> gpd.GeoDataFrame:
    """A base map of the town: a lake, a park, blocks, two roads, a railway, two names."""
    w, s = town.WEST, town.SOUTH

    def row(kind: str, rank: int, shape: Any, name: str | None = None) -> tuple[Any, ...]:
        return kind, name, rank, "prøve", shape

    rows = [
        row("water", 1, shapely.box(w - 400, s - 400, w + 300, s + 200)),
        row("green", 2, shapely.box(w + 1200, s + 300, w + 2200, s + 900)),
        row("block", 3, shapely.box(w + 2400, s + 300, w + 2700, s + 500)),
        row("road", 1, shapely.LineString([(w - 500, s + 1000), (w + 4500, s + 1300)]), road),
        row("road", 3, shapely.LineString([(w + 900, s), (w + 900, s + 2000)])),
        row("railway", 3, shapely.LineString([(w, s + 2200), (w + 4500, s + 1900)])),
        row("name", 2, shapely.Point(w + 1700, s + 600), name),
        row("name", 1, shapely.Point(w + 1000, s + 1500), "Vestbyen"),
    ]
    columns = ["kind", "name", "rank", "source", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, crs=town.roder().crs)


def rows(titles: Sequence[str] | None = None, text: str = "Talt over et år.") -> list[Row]:
    named = titles or [str(name) for name in town.roder()["name"]]
    made = []
    for i, title in enumerate(named):
        part = Cell("Vestbyen" if i % 8 < 4 else "Østbyen")
        if i == HIDDEN:
            made.append(Row(title, (Cell("for få"), part), hidden=True))
            continue
        count = (7 * i) % 31
        level = int(palette.classes([count], BREAKS)[0])
        made.append(
            Row(title, (Cell(str(count), count), part), level, mark=str(level), story=(text,))
        )
    return made


def town_panel(
    *,
    name: str = "kort",
    given: Sequence[Row] | None = None,
    query: Mapping[str, str] | None = None,
    points: Points | None = None,
    base_map: gpd.GeoDataFrame | None = None,
    facts: Any = None,
    title: str = "Hændelser pr. rode",
    bydele: Sequence[str] = ("Vestbyen", "Østbyen"),
    legend: Legend | None = None,
) -> MapPanel:
    areas, beneath = town.roder(), ground() if base_map is None else base_map
    made = base.new_map(areas, name=name)
    base.add_ground(made, areas, base=beneath)
    if points is None:
        layers.add_shapes(made, "areas", layers.simplified(areas), css="shade", interactive=True)
    base.add_frame(made, areas, town.bydele(), base=beneath)
    base.add_bydel_names(made, town.bydele())
    listed = [] if points else list(rows() if given is None else given)
    return panel(
        made,
        title=title,
        facts=facts or frames.facts(),
        extent=areas,
        rows=listed,
        columns=COLUMNS,
        legend=legend
        or Legend("Anmeldte hændelser", palette.legend(BREAKS), "for få til at vise", "Om et år."),
        names={"bydel_names": list(bydele)},
        base_names=base.add_base_names(made, beneath, without=bydele),
        summary="Flest omkring stationen.",
        points=points,
        downloads=DOWNLOADS,
        query=query,
    )
