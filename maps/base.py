"""Folium without its page: the map and its layers, Leaflet from the installed package.

Folium's own page fetches twenty files from elsewhere and forbids zooming. We take its two
fragments (the element and the script) and put them into our template with Leaflet inlined.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
from folium.utilities import JsCode

from geo_service.errors import NotReady
from geo_service.settings import PROJECT_ROOT
from maps import ground, layers
from maps.checks import require_layer

LEAFLET = PROJECT_ROOT / "node_modules" / "leaflet" / "dist"
ASSETS = Path(__file__).resolve().parent / "assets"
MAX_ZOOM = 19
NO_MOTION_ASKED = "!matchMedia('(prefers-reduced-motion: reduce)').matches"


@dataclass(frozen=True)
class Fragments:
    """What Folium made: the element of the map and the script that fills it."""

    html: str
    script: str


def asset(name: str) -> str:
    """Return one of our own style or script files."""
    return (ASSETS / name).read_text(encoding="utf-8")


@cache
def leaflet(name: str, *, folder: Path = LEAFLET) -> str:
    """Return `leaflet.js` or `leaflet.css`, ready to stand inside a page.

    The style loses what would fetch a file (sprites that we do not use), rules for old browsers
    and comments; the script loses the pointer to its source map.

    Raises
    ------
    NotReady
        If the front-end packages are not installed.
    """
    path = folder / name
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotReady(
            f"Leaflet is not installed ({name} was not found in node_modules). "
            "Run `./tryghed` once: it installs the front-end packages."
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if name.endswith(".css"):
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        return re.sub(r"^[^\n{}]*url\([^)]*\);?[ \t]*$", "", text, flags=re.MULTILINE)
    return re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE)


def new_map(extent: gpd.GeoDataFrame, *, name: str = "main") -> folium.Map:
    """Return an empty map without tiles, looking at `extent`; `name` tells it from others."""
    (south, west), (north, east) = layers.bounds(extent)
    made = folium.Map(
        location=[round((south + north) / 2, 5), round((west + east) / 2, 5)],
        zoom_start=12,
        tiles=None,
        prefer_canvas=False,
        zoom_control=False,  # ours speaks Danish
        maxZoom=MAX_ZOOM,  # with tiles=None nothing else sets it
        zoom_snap=0.25,
        attribution_control=False,  # sources stand under the map, as text
        scroll_wheel_zoom=False,  # the wheel belongs to the page
    )
    options: dict[str, Any] = made.options
    options["zoom_animation"] = JsCode(NO_MOTION_ASKED)
    made._id = name
    return made


def fragments(made: folium.Map) -> Fragments:
    """Render a map into the two fragments that our template takes."""
    root: Any = made.get_root()
    root.render()
    return Fragments(html=root.html.render(), script=root.script.render())


def add_ground(
    to: folium.Map, areas: gpd.GeoDataFrame, *, base: gpd.GeoDataFrame | None = None
) -> None:
    """Draw what lies beneath: the land of the municipality, or the base map's land and green.

    `base` has columns `kind`, `name`, `rank` and geometry (EPSG:25832), as
    `geo_service.storage.basemap.read_basemap` returns it; None or empty: there is none.
    """
    if base is None or base.empty:
        layers.add_shapes(to, "land", layers.outline(areas), css="land")
    else:
        ground.add_beneath(to, base)


def add_frame(
    to: folium.Map,
    areas: gpd.GeoDataFrame,
    bydele: gpd.GeoDataFrame,
    *,
    base: gpd.GeoDataFrame | None = None,
) -> None:
    """Draw what lies above the shading: water and roads, borders of bydele, the whole outline."""
    require_layer(bydele, "bydele", ["name"])
    whole = layers.outline(areas)
    if base is not None and not base.empty:
        ground.add_above(to, base, whole)
    layers.add_shapes(to, "bydele", layers.simplified(bydele), css="bydel")
    layers.add_shapes(to, "outline", whole, css="outline")


def add_base_names(
    to: folium.Map, base: gpd.GeoDataFrame | None, *, without: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Add labels of places and roads and return their texts; `without` are shown elsewhere."""
    if base is None or base.empty:
        return []
    return ground.add_names(to, base, without=without)


def add_bydel_names(to: folium.Map, bydele: gpd.GeoDataFrame) -> None:
    """Add one empty label per bydel; `atlas.names` fills it."""
    layers.add_points(
        to, "bydel_names", layers.label_points(bydele), css="bydel-name", interactive=False
    )


def add_stations(to: folium.Map, stations: gpd.GeoDataFrame) -> None:
    """Add stations as one layer of marks."""
    require_layer(stations, "stations", ["name"])
    layers.add_points(to, "stations", layers.label_points(stations), css="station")
