"""The ground for a map: what the base map holds around an extent, as fine as it is drawn."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
from sqlalchemy.orm import Session

from geo_service.storage import areas
from geo_service.storage.basemap import COLUMNS, newest_feature, read_basemap
from maps import ground


def ground_of(session: Session, municipality: str, extent: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the base map around an extent (EPSG:25832); empty where none is loaded.

    Around nothing there is nothing.
    """
    if extent.empty:
        return gpd.GeoDataFrame({name: [] for name in COLUMNS}, geometry="geometry", crs=extent.crs)
    return read_basemap(
        session,
        municipality,
        ground.surroundings(extent),
        detail_m=ground.detail_for(extent),
        kinds=ground.kinds_for(extent),
    )


def ground_state(session: Session, municipality: str, on: date) -> tuple[str, str, str, int] | None:
    """Return what a drawn map of the roder of a day depends on; None where there are no roder.

    It is another one when an import has changed an outline, a name or the base map.
    """
    roder, bydele = (
        areas.fingerprint(session, municipality, kind, on) for kind in ("rode", "bydel")
    )
    if not roder:
        return None
    return municipality, roder, bydele, newest_feature(session, municipality) or 0
