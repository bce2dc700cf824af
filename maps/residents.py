"""The residents' page: one finding in plain words, then the areas, then how to read them.

Everything but the moving map works without JavaScript: the tables, the texts, and a drawn map.
The page refuses what could point at somebody (`maps.residents_guard`).
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from maps import base, danish, layers, page, palette, residents_shades, static_map
from maps.checks import given, require_columns, require_known, require_layer, require_unique
from maps.facts import PageFacts
from maps.residents_guard import (
    FEWEST_ANSWERS,
    SMALLEST_AREA_M2,
    guard_areas,
    guard_counts,
    guard_layer,
)
from maps.residents_shades import BREAKS, HIDDEN, TOO_FEW

SLIVER_M = 15.0
"""Gaps between areas narrower than twice this are borders that do not quite meet."""
AREA_COLUMNS = (
    "code",
    "name",
    "n_answers",
    "share_pct",
    "low_pct",
    "high_pct",
    "hidden",
    "previous_share_pct",
    "change",
)


def residents_page(
    *,
    areas: gpd.GeoDataFrame,
    counts: pd.DataFrame,
    finding: str,
    bydele: gpd.GeoDataFrame,
    facts: PageFacts,
    measure: str = "føler sig utrygge",
    periods: tuple[str | None, str] | None = None,
    base_layers: gpd.GeoDataFrame | None = None,
) -> str:
    """Return the page for residents as one HTML page.

    Parameters
    ----------
    areas
        `code`, `name`, `n_answers` (int), `share_pct`, `low_pct`, `high_pct` (per cent, missing
        when hidden), `hidden` (bool), `previous_share_pct` (or missing), `change` ('kan være
        tilfældig', 'faldet', 'steget' or missing), geometry (areas, EPSG:25832).
    counts
        `area_code`, `crime_type` (as on screen), `count` (missing = hidden).
    periods
        The period of the answers and that of the counts, in words; None: `facts.period`. Without
        a period of answers there is no survey, and the map shows the counts, type by type.
    finding
        The one sentence that the page opens with.
    bydele
        `name`, geometry (areas, EPSG:25832).
    facts
        What the page says about itself.
    measure
        What the share is of, to follow "Så mange": "føler sig utrygge".
    base_layers
        The base map: `kind`, `name`, `rank`, geometry, EPSG:25832 (see `maps.ground`).

    Raises
    ------
    UnsafeToPublish
        If a count is 1 to 4, a share stands on fewer than 50 answers or without interval, a
        hidden row has figures, or a geometry is not an area.
    WrongCRS
        If a layer is not in EPSG:25832.
    InvalidInput
        If a column is missing, a code stands twice, or a count belongs to no area.
    NotReady
        If Leaflet is not installed.
    """
    answers_period, counts_period = periods or (facts.period, facts.period)
    surveyed = answers_period is not None
    require_layer(areas, "areas", AREA_COLUMNS)
    require_unique(areas, "areas", "code")
    require_layer(bydele, "bydele", ["name"])
    require_columns(counts, "counts", ["area_code", "crime_type", "count"])
    require_known(counts, "counts", "area_code", set(areas["code"]))
    if counts.duplicated(["area_code", "crime_type"]).any():
        require_unique(counts.assign(key=counts["crime_type"]), "counts", "key")
    guard_layer(areas, "areas")
    guard_layer(bydele, "bydele")
    guard_areas(areas)
    guard_counts(counts)

    shapes = layers.simplified(areas)
    made = base.new_map(areas)
    base.add_ground(made, areas, base=base_layers)
    outside = _outside(areas, bydele)
    layers.add_shapes(made, "outside", outside, css="outside")
    layers.add_shapes(made, "areas", shapes, css="shade", interactive=True)
    base.add_frame(made, areas, bydele, base=base_layers)
    inside = layers.label_points(areas)
    layers.add_points(made, "area_names", inside, css="area-name", interactive=False)
    base.add_bydel_names(made, bydele)
    bydel_names = [str(name) for name in bydele["name"]]
    base_names = base.add_base_names(made, base_layers, without=bydel_names)
    types = list(dict.fromkeys(str(kind) for kind in counts["crime_type"]))
    plain = areas.drop(columns=areas.geometry.name).to_dict("records")
    told = [_told(row) if surveyed else {"name": str(row["name"])} for row in plain]
    codes = [str(code) for code in areas["code"]]
    reported = _reported(counts, types)
    order = sorted(range(len(told)), key=lambda i: (told[i].get("hidden", False), told[i]["name"]))
    shades = (
        [residents_shades.of_answers(told)]
        if surveyed
        else residents_shades.of_counts(counts, codes, types)
    ) or [residents_shades.of_nothing(len(told))]
    title = f"Så mange {measure}" if surveyed else "Anmeldelser til politiet"
    return page.render(
        "residents",
        facts=facts,
        drawn=base.fragments(made),
        data={
            "bounds": layers.bounds(areas),
            "areas": [
                area | {"counts": reported.get(code, [])}
                for area, code in zip(told, codes, strict=True)
            ],
            "surveyed": surveyed,
            "shades": [
                {key: shade[key] for key in ("name", "levels", "labels")} for shade in shades
            ],
            "bydele": bydel_names,
            "base_names": base_names,
            "types": types,
            "measure": measure,
        },
        finding=finding,
        measure=measure,
        answers_period=answers_period,
        counts_period=counts_period,
        fewest=FEWEST_ANSWERS,
        surveyed=surveyed,
        some_outside=len(outside) > 0,
        title=title,
        shades=shades,
        choices=[{"key": i, "name": told[i]["name"]} for i in order],
        static_map=static_map.choropleth(
            shapes,
            css=[residents_shades.css(level) for level in shades[0]["levels"]],
            labels=shades[0]["labels"],
            label_points=inside,
            frame=layers.outline(areas),
            outside=outside,
            title=f"Kort: {title}, {answers_period if surveyed else counts_period}",
        ),
        rows=[_share_row(i, told[i]) for i in order] if surveyed else [],
        types=types,
        count_rows=[
            page.row(
                i,
                page.cell(told[i]["name"]),
                *(page.cell(t) for t in reported[codes[i]]),
            )
            for i in order
            if codes[i] in reported
        ],
    )


def _outside(areas: gpd.GeoDataFrame, bydele: gpd.GeoDataFrame) -> layers.Geometries:
    """Return what belongs to a bydel and to none of the areas, without slivers."""
    rest = shapely.difference(layers.whole(bydele), layers.whole(areas))
    parts = shapely.get_parts(shapely.buffer(shapely.buffer(rest, -SLIVER_M), SLIVER_M))
    large = parts[shapely.area(parts) >= SMALLEST_AREA_M2]
    lines: layers.Geometries = shapely.simplify(large, layers.SIMPLIFY_M)
    return lines


def _told(row: dict[Any, Any]) -> dict[str, Any]:
    """Return one area in words. A hidden area keeps its name and nothing else."""
    name = str(row["name"])
    if bool(row["hidden"]) or not given(row["share_pct"]):
        return {"name": name, "hidden": True, "level": 0, "label": "", "share": TOO_FEW}
    share = float(row["share_pct"])
    before = row["previous_share_pct"]
    return {
        "name": name,
        "hidden": False,
        # classed as it is printed, so that "20 %" is never in the class "10–19 %"
        "level": int(palette.classes([float(danish.number(share))], BREAKS)[0]),
        "label": danish.percent(share),
        "share": danish.percent(share),
        "interval": danish.percent_range(float(row["low_pct"]), float(row["high_pct"])),
        "n": danish.number(int(row["n_answers"])),
        "before": danish.percent(float(before)) if given(before) else "",
        "change": str(row["change"]) if given(row["change"]) else "",
    }


def _reported(counts: pd.DataFrame, types: list[str]) -> dict[str, list[str]]:
    """Return per area one text per crime type."""
    table: dict[str, dict[str, str]] = {}
    for row in counts.to_dict("records"):
        text = danish.number(int(row["count"])) if given(row["count"]) else HIDDEN
        table.setdefault(str(row["area_code"]), {})[str(row["crime_type"])] = text
    return {area: [texts.get(kind, HIDDEN) for kind in types] for area, texts in table.items()}


def _share_row(i: int, area: dict[str, Any]) -> dict[str, Any]:
    if area["hidden"]:
        few = f"under {FEWEST_ANSWERS}"
        return page.row(
            i, page.cell(area["name"]), *(page.cell(t) for t in (TOO_FEW, "–", few, "–", "–"))
        )
    return page.row(
        i,
        page.cell(area["name"]),
        page.cell(area["share"], css=f"share k{area['level']}"),
        page.cell(area["interval"]),
        page.cell(area["n"]),
        page.cell(area["before"] or "ikke målt"),
        page.cell(_change_words(area["change"])),
    )


def _change_words(change: str) -> str:
    return {
        "faldet": "▼ faldet",
        "steget": "▲ steget",
        "kan være tilfældig": "kan være tilfældig",
        "": "–",
    }.get(change, change)
