"""The evening page: who is where tonight and this week, why there, and where nobody is.

A board for the duty room. The grid of evenings and slots drives the map and the panel. The
page is confidential: it holds the plan, and says so.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from maps import base, layers, page, palette
from maps.checks import require_columns, require_known, require_layer, require_unique
from maps.evening_board import Board
from maps.facts import PageFacts

GAP_FROM = 1.0
"""Expected incidents in slots in a row without anybody from which an area is a gap."""


def evening_page(  # noqa: PLR0913 - one frame per layer of the board
    *,
    slots: pd.DataFrame,
    density: gpd.GeoDataFrame,
    density_values: pd.DataFrame,
    coverage: gpd.GeoDataFrame,
    need: pd.DataFrame,
    plan: pd.DataFrame,
    offers: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    bydele: gpd.GeoDataFrame,
    facts: PageFacts,
    base_layers: gpd.GeoDataFrame | None = None,
    gap_from: float = GAP_FROM,
) -> str:
    """Return the board of a week's evenings as one HTML page.

    Parameters
    ----------
    slots
        One row per piece of an evening: `slot_id` (int), `evening` (date), `label` ('20–22'),
        `starts_at`, `ends_at` (with time zone). A slot after midnight has the evening before.
    density
        One row per rode: `code`, `name`, geometry (polygons, EPSG:25832).
    density_values
        `code`, `slot_id`, `expected`: incidents per km² in that slot. Missing pairs are 0.
    coverage
        One row per part of the area: `code`, `name`, `kind` ('politi' or 'gadeteam'), geometry
        (polygons, EPSG:25832).
    need
        `area_code`, `slot_id`, `expected`, `low`, `high` (incidents in that slot), `n`
        (incidents counted behind it). Missing pairs are 0.
    plan
        `slot_id`, `team` ('G1'), `agency` ('gadeteam' or 'politi'), `area_code`, `form`,
        `joint` (bool), `reason`; may be empty.
    offers
        `name`, `kind`, `operator`, `hours` (text), geometry (points, EPSG:25832).
    stations
        `name`, geometry (points, EPSG:25832).
    bydele
        `name`, geometry (polygons, EPSG:25832).
    facts
        What the page says about itself.
    base_layers
        The base map: `kind`, `name`, `rank`, geometry, EPSG:25832 (see `maps.ground`).
    gap_from
        Expected incidents, over slots in a row without anybody, from which an area is a gap.

    Raises
    ------
    WrongCRS
        If a layer is not in EPSG:25832.
    InvalidInput
        If a column is missing, a key stands twice or points at nothing.
    NotReady
        If Leaflet is not installed.
    """
    require_columns(slots, "slots", ["slot_id", "evening", "label", "starts_at", "ends_at"])
    require_unique(slots, "slots", "slot_id")
    require_layer(density, "density", ["code", "name"])
    require_layer(coverage, "coverage", ["code", "name", "kind"])
    require_unique(coverage, "coverage", "code")
    require_layer(offers, "offers", ["name", "kind", "operator", "hours"])
    require_columns(density_values, "density_values", ["code", "slot_id", "expected"])
    require_columns(need, "need", ["area_code", "slot_id", "expected", "low", "high", "n"])
    require_columns(
        plan, "plan", ["slot_id", "team", "agency", "area_code", "form", "joint", "reason"]
    )
    for frame, name in ((need, "need"), (plan, "plan")):
        require_known(frame, name, "slot_id", set(slots["slot_id"]))
        require_known(frame, name, "area_code", set(coverage["code"]))

    board = Board.of(slots=slots, coverage=coverage, need=need, plan=plan, gap_from=gap_from)
    breaks = palette.nice_breaks(density_values["expected"])
    made = base.new_map(coverage if len(coverage) else density)
    base.add_ground(made, density, base=base_layers)
    layers.add_shapes(made, "density", layers.simplified(density), css="shade", interactive=True)
    base.add_frame(made, density, bydele, base=base_layers)
    shapes = layers.simplified(coverage, tolerance_m=1.0)
    layers.add_shapes(made, "coverage", shapes, css="zone", interactive=True)
    base.add_bydel_names(made, bydele)
    bydel_names = [str(name) for name in bydele["name"]]
    base_names = base.add_base_names(made, base_layers, without=bydel_names)
    base.add_stations(made, stations)
    layers.add_points(made, "offers", layers.label_points(offers), css="offer")
    layers.add_points(made, "zones", layers.label_points(coverage), css="zone-name")
    data = {
        **board.for_script(),
        "bounds": layers.bounds(coverage if len(coverage) else density),
        "bydele": bydel_names,
        "base_names": base_names,
        "stations": [str(name) for name in stations["name"]],
        "offers": [[str(v) for v in row] for row in _offer_texts(offers)],
        "roder": [str(name) for name in density["name"]],
        "density": _density(density, density_values, board.slot_ids),
        "breaks": list(breaks),
        "classes": [str(entry["word"]) for entry in palette.legend(breaks)],
    }
    return page.render(
        "evening",
        facts=facts,
        drawn=base.fragments(made),
        data=data,
        density_legend=palette.legend(breaks),
        offer_rows=[
            page.row(i, *(page.cell(text) for text in texts))
            for i, texts in enumerate(_offer_texts(offers))
        ],
        **board.for_template(),
    )


def _offer_texts(offers: gpd.GeoDataFrame) -> list[tuple[object, ...]]:
    return list(zip(*(offers[c] for c in ("name", "kind", "operator", "hours")), strict=True))


def _density(
    density: gpd.GeoDataFrame, values: pd.DataFrame, slot_ids: list[int]
) -> dict[str, list[float]]:
    """Return per slot the expected incidents per km² of each rode, to three figures."""
    table = (
        values.pivot_table(index="slot_id", columns="code", values="expected", aggfunc="sum")
        .reindex(index=slot_ids, columns=list(density["code"]))
        .fillna(0.0)
    )
    return {
        str(slot): [float(f"{value:.3g}") for value in row]
        for slot, row in zip(slot_ids, table.to_numpy(dtype=float), strict=True)
    }
