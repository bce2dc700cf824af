"""The residents' page: one finding in plain words, then the areas, then how to read them.

Everything but the moving map works without JavaScript: the tables, the texts, and a drawn map.
The page refuses what could point at somebody (`maps.residents_guard`).
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from maps import base, danish, layers, page, palette, static_map
from maps.checks import given, require_columns, require_known, require_layer, require_unique
from maps.facts import PageFacts
from maps.residents_guard import FEWEST_ANSWERS, guard_areas, guard_counts, guard_layer

BREAKS = (10.0, 20.0, 30.0)
"""Limits of the four classes in per cent; the same every year, so that maps can be compared."""
LIMITS = ("under 10 %", "10–19 %", "20–29 %", "30 % eller flere")
WORDS = ("få", "nogle", "en del", "mange")
TOO_FEW = "for få svar til at vise"
HIDDEN = "skjult"
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
    periods: tuple[str, str] | None = None,
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
        The period of the answers and that of the counts, in words; None: `facts.period`.
    finding
        The one sentence that the page opens with.
    bydele
        `name`, geometry (areas, EPSG:25832).
    facts
        What the page says about itself.
    measure
        What the share is of, to follow "Så mange": "føler sig utrygge".
    base_layers
        Water and green to draw beneath: `kind` ('vand' or 'grønt'), geometry, EPSG:25832.

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
    layers.add_shapes(made, "areas", shapes, css="shade", interactive=True)
    base.add_frame(made, areas, bydele)
    inside = layers.label_points(areas)
    layers.add_points(made, "area_names", inside, css="area-name", interactive=False)
    base.add_bydel_names(made, bydele)
    types = list(dict.fromkeys(str(kind) for kind in counts["crime_type"]))
    told = [_told(row) for row in areas.drop(columns=areas.geometry.name).to_dict("records")]
    reported = _reported(counts, types)
    order = sorted(range(len(told)), key=lambda i: (told[i]["hidden"], told[i]["name"]))
    hidden = any(area["hidden"] for area in told)
    return page.render(
        "residents",
        facts=facts,
        drawn=base.fragments(made),
        data={
            "bounds": layers.bounds(areas),
            "areas": [
                area | {"counts": reported.get(str(code), [])}
                for area, code in zip(told, areas["code"], strict=True)
            ],
            "bydele": [str(name) for name in bydele["name"]],
            "types": types,
            "measure": measure,
        },
        finding=finding,
        measure=measure,
        answers_period=answers_period,
        counts_period=counts_period,
        fewest=FEWEST_ANSWERS,
        legend=[
            {"number": i, "word": word, "limits": limits}
            for i, (word, limits) in enumerate(zip(WORDS, LIMITS, strict=True), start=1)
        ],
        too_few=TOO_FEW,
        some_hidden=hidden,
        choices=[{"key": i, "name": told[i]["name"]} for i in order],
        static_map=static_map.choropleth(
            shapes,
            css=["hatched" if area["hidden"] else f"k{area['level']}" for area in told],
            labels=[area["label"] for area in told],
            label_points=inside,
            frame=layers.outline(areas),
            title=f"Kort: så mange {measure}, {answers_period}",
        ),
        rows=[_share_row(i, told[i]) for i in order],
        types=types,
        count_rows=[
            page.row(
                i,
                page.cell(told[i]["name"]),
                *(page.cell(t) for t in reported.get(str(areas["code"].iloc[i]), [])),
            )
            for i in order
            if str(areas["code"].iloc[i]) in reported
        ],
    )


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
