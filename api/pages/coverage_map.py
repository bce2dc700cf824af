"""The map of coverage areas: whose they are, and the outline of the hotspot area around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from api.access import Visit
from api.pages.incident_words import say
from api.web.translations import _
from geo_service.domain import vocabulary as words
from geo_service.domain.grid import DANISH_GRID
from geo_service.storage.coverage_editing import Drawn
from geo_service.workflows.base_layers import ground_of
from maps import base, danish, layers
from maps.facts import PageFacts
from maps.inpage import Cell, Column, Legend, MapPanel, Row, panel

LEVELS: Final = {"police": 4, "street_team": 2}
"""Shades that tell the agencies apart; the mark on each says the same."""
MARKS: Final = {"police": "P", "street_team": "G"}
COLUMNS: Final = (
    ("navn", _("Dækningsområde"), False),
    ("art", _("Art"), False),
    ("hvem", _("Hvem"), False),
    ("hold", _("Højst antal hold"), True),
)


def coverage_map(
    visit: Visit,
    areas: Sequence[Drawn],
    whole: gpd.GeoDataFrame,
    *,
    place: str,
    language: str,
    query: Mapping[str, str],
    href: str | None = None,
) -> MapPanel | None:
    """Return the map of some coverage areas; None where there is neither area nor outline.

    Parameters
    ----------
    whole
        The hotspot area, EPSG:25832; no row where none is stored.
    place
        What it is called.
    href
        Where each area has its page: the id is added; None: nowhere.
    """
    shapes = gpd.GeoDataFrame(
        pd.DataFrame({"name": [one.area.name for one in areas]}, dtype=object),
        geometry=np.array([one.area.outline for one in areas], dtype=object),
        crs=DANISH_GRID,
    )
    if whole.empty and shapes.empty:
        return None
    frame = whole if not whole.empty else shapes
    extent = gpd.GeoDataFrame(geometry=[*frame.geometry, *shapes.geometry], crs=DANISH_GRID)
    made = base.new_map(extent, name="kort")
    ground = ground_of(visit.session, visit.caller.municipality or "", extent)
    base.add_ground(made, frame, base=ground)
    layers.add_shapes(made, "areas", layers.simplified(shapes), css="shade", interactive=True)
    layers.add_shapes(made, "outline", layers.outline(frame), css="outline")
    signed_in = visit.identity.signed_in
    return panel(
        made,
        title=say(_("Dækningsområder på kortet"), language),
        facts=PageFacts(
            municipality=signed_in.municipality_name,
            place=place,
            period=danish.long_day(datetime.now(UTC).date()),
            sources=("Hotspotchef og politi",),
            outline="tegnet i aftalen mellem politi og hotspotchef",
            drawn_at=datetime.now(UTC),
            demo=signed_in.is_demo,
        ),
        extent=extent,
        rows=[_row(one, language, href) for one in areas],
        columns=[Column(key, say(label, language), number) for key, label, number in COLUMNS],
        legend=Legend(
            say(_("Hvem der dækker området"), language),
            signs=(
                (f"shade k{LEVELS['police']}", say(_("P: politi"), language)),
                (f"shade k{LEVELS['street_team']}", say(_("G: gadeteam"), language)),
            ),
        ),
        base_names=base.add_base_names(made, ground),
        empty=say(_("Der er ikke tegnet noget dækningsområde endnu."), language),
        query=query,
    )


def _row(one: Drawn, language: str, href: str | None) -> Row:
    area = one.area
    story = []
    if area.not_at_night:
        story.append(f"{say(_('Ikke om natten:'), language)} {area.not_at_night}")
    return Row(
        title=area.name,
        cells=(
            Cell(say(_(words.COVERAGE_KINDS[area.kind]), language)),
            Cell(say(_(words.AGENCIES[area.agency]), language)),
            Cell(str(area.capacity), area.capacity),
        ),
        level=LEVELS[area.agency],
        mark=MARKS[area.agency],
        story=tuple(story),
        href=f"{href}/{one.id}" if href else None,
    )
