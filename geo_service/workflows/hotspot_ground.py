"""The ground of a hotspot area on a day: its coverage areas, and the roder it is made of."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
from sqlalchemy.orm import Session

from geo_service.storage import areas as area_store
from geo_service.storage import incidents_seen
from geo_service.storage import presence as presence_store


def hotspot_ground(
    session: Session, municipality: str, hotspot_area: str, on: date
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the coverage areas and the roder of a hotspot area: code, EPSG:25832.

    Raises
    ------
    NotFound
        If there is no such area in the municipality, or it has no roder at all.
    """
    coverage = presence_store.read_coverage_areas(session, municipality, hotspot_area, on)
    members = incidents_seen.roder_of(session, municipality, ("hotspot_area", hotspot_area))
    roder = area_store.read_areas(session, municipality, "rode", on)
    return coverage, roder[roder["id"].isin(members or ())].reset_index(drop=True)
