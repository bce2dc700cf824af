"""The map of offers: where each lies, in the hotspot area and its coverage areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from api.access import Visit
from api.pages.incident_words import say
from api.web.translations import _
from geo_service.domain.grid import DANISH_GRID
from geo_service.domain.hours_text import hours_text
from geo_service.domain.vocabulary import OFFER_KINDS
from geo_service.planning.offer_grid import REACH_M
from geo_service.storage.offers import KeptOffer
from geo_service.workflows.base_layers import ground_of
from maps import base, danish, layers
from maps.facts import PageFacts
from maps.inpage import Cell, Column, Legend, MapPanel, Row, panel

DISC_M: Final = 30.0
"""How large an offer is drawn: to be seen and met by a thumb, no larger than a house."""
MARKS: Final = {"club": "K", "it_container": "I", "activity": "A"}
COLUMNS: Final = (
    ("navn", _("Tilbud")),
    ("alder", _("Alder")),
    ("tider", _("Åbent")),
    ("drives", _("Drives af")),
)


def offer_map(
    visit: Visit,
    offers: Sequence[KeptOffer],
    parts: gpd.GeoDataFrame,
    *,
    language: str,
    query: Mapping[str, str],
    href: str | None = None,
) -> MapPanel | None:
    """Return the map of some offers; None where there is nothing to draw.

    Parameters
    ----------
    parts
        Columns code, name and geometry (EPSG:25832): the hotspot area with code "", and parts.
    href
        Where each offer has its page: the id is added; None: nowhere.
    """
    around_m = parts.geometry.union_all().buffer(REACH_M) if len(parts) else None
    there = [
        one
        for one in offers
        if one.offer.at is not None
        and (around_m is None or shapely.intersects(around_m, one.offer.at))
    ]
    discs = np.array([shapely.buffer(one.offer.at, DISC_M) for one in there], dtype=object)
    frame = gpd.GeoDataFrame(pd.DataFrame(index=range(len(there))), geometry=discs, crs=DANISH_GRID)
    if parts.empty and frame.empty:
        return None
    whole = parts[parts["code"] == ""] if (parts["code"] == "").any() else parts
    around = whole if len(whole) else frame
    extent = gpd.GeoDataFrame(geometry=[*around.geometry, *frame.geometry], crs=DANISH_GRID)
    made = base.new_map(extent, name="kort")
    ground = ground_of(visit.session, visit.caller.municipality or "", extent)
    base.add_ground(made, around, base=ground)
    layers.add_shapes(made, "parts", layers.simplified(parts[parts["code"] != ""]), css="bydel")
    layers.add_shapes(made, "outline", layers.outline(around), css="outline")
    layers.add_shapes(made, "areas", discs, css="shade", interactive=True)
    signed_in = visit.identity.signed_in
    return panel(
        made,
        title=say(_("Tilbud på kortet"), language),
        facts=PageFacts(
            municipality=signed_in.municipality_name,
            place=say(_("Tilbud til unge"), language),
            period=danish.long_day(datetime.now(UTC).date()),
            sources=("Dem, der driver tilbuddene",),
            outline="hotspotområdet og dets dækningsområder",
            drawn_at=datetime.now(UTC),
            demo=signed_in.is_demo,
        ),
        extent=extent,
        rows=[_row(one, href, language) for one in there],
        columns=[Column(key, say(label, language)) for key, label in COLUMNS],
        legend=Legend(
            say(_("K: klub, I: it-container, A: aktivitet"), language),
        ),
        base_names=base.add_base_names(made, ground),
        empty=say(_("Der er ikke skrevet noget tilbud ind endnu."), language),
        query=query,
    )


def _row(one: KeptOffer, href: str | None, language: str) -> Row:
    offer = one.offer
    return Row(
        title=offer.name,
        cells=(
            Cell(str(offer.ages), offer.ages.first),
            Cell(hours_text(offer.hours) or say(_("ingen faste tider"), language)),
            Cell(offer.operator),
        ),
        level=4,
        mark=MARKS[offer.kind],
        story=(say(_(OFFER_KINDS[offer.kind]), language),),
        href=f"{href}/{one.id}" if href else None,
    )
