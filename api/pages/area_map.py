"""The map of one edition of areas, with the list and the table that show the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import geopandas as gpd

from api.access import Visit
from api.pages.incident_words import say
from api.web.translations import _
from geo_service.domain import vocabulary as words
from geo_service.storage import areas as store
from geo_service.storage import overview
from geo_service.workflows.base_layers import ground_of
from maps import base, danish, layers
from maps.facts import PageFacts
from maps.inpage import Cell, Column, Download, Legend, MapPanel, Row, panel

SQUARE_METRES_A_HECTARE: Final = 10_000
COLUMNS: Final = (
    ("omraade", _("Område"), False),
    ("ligger-i", _("Ligger i"), False),
    ("hektar", _("Hektar"), True),
)


def edition_map(
    visit: Visit, edition: Mapping[str, Any], *, language: str, query: Mapping[str, str]
) -> MapPanel:
    """Return the map of the areas of one edition of the caller's municipality."""
    place, kind, day = visit.caller.municipality or "", edition["kind"], edition["valid_from"]
    areas = store.read_edition(visit.session, place, kind, day)
    made = base.new_map(areas, name="kort")
    ground = ground_of(visit.session, place, areas)
    base.add_ground(made, areas, base=ground)
    layers.add_shapes(made, "areas", layers.simplified(areas), css="shade k0")
    return panel(
        made,
        title=say(_("Områder i udgaven"), language),
        facts=_facts(visit, edition),
        extent=areas,
        rows=_rows(areas, overview.groups_of(visit.session, kind, day), language),
        columns=[Column(key, say(label, language), number) for key, label, number in COLUMNS],
        legend=Legend(say(_("Omrids"), language)),
        base_names=base.add_base_names(made, ground),
        downloads=(Download("GeoJSON", f"/api/v1/areas?kind={kind}&on={day}"),),
        query=query,
    )


def _rows(
    areas: gpd.GeoDataFrame, within: Mapping[str, list[overview.Group]], language: str
) -> list[Row]:
    return [
        Row(
            title=f"{row.code} {row.name}",
            cells=(
                Cell(_within(within.get(row.code, []), language)),
                _hectares(row.geometry.area / SQUARE_METRES_A_HECTARE),
            ),
        )
        for row in areas.itertuples(index=False)
    ]


def _within(groups: list[overview.Group], language: str) -> str:
    return ", ".join(
        f"{say(_(words.AREA_KINDS[kind]), language)} {name or code}" for kind, code, name in groups
    )


def _hectares(value: float) -> Cell:
    return Cell(danish.number(value, decimals=1), value)


def _facts(visit: Visit, edition: Mapping[str, Any]) -> PageFacts:
    signed_in = visit.identity.signed_in
    first, last = edition["valid_from"], edition["valid_to"]
    schematic = edition["outline"] == "schematic"
    return PageFacts(
        municipality=signed_in.municipality_name,
        place=words.AREA_KINDS[edition["kind"]],
        period=f"{_day(first)} – {_day(last) if last else ''}".strip(),
        sources=(edition["source"],),
        outline="skematisk" if schematic else words.OUTLINES[edition["outline"]],
        drawn_at=datetime.now(UTC),
        demo=signed_in.is_demo,
    )


def _day(value: date) -> str:
    return danish.long_day(value)
