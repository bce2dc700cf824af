"""A map that is drawn once and put into many pages: what is the same for every question.

Outlines, water, roads and names change with an import and not with a period or a type, and
drawing them is most of the work of a map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import folium
import geopandas as gpd

from maps import layers
from maps.base import fragments


@dataclass(frozen=True)
class Sheet:
    """A drawn map, without anything of the page it will stand in; made by `sheet_of`."""

    name: str
    html: str
    script: str
    layers: frozenset[str]
    """Keys of the layers that are there."""
    bounds: list[list[float]]
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    base_names: Sequence[Mapping[str, Any]] = ()

    def holds(self, keys: Sequence[str]) -> bool:
        """Tell whether any of these layers is there."""
        return not self.layers.isdisjoint(keys)


def sheet_of(
    made: folium.Map,
    extent: gpd.GeoDataFrame,
    *,
    names: Mapping[str, Sequence[str]] | None = None,
    base_names: Sequence[Mapping[str, Any]] = (),
) -> Sheet:
    """Render a map; `extent` is what "vis det hele" shows (EPSG:25832).

    `names` and `base_names` are those of `maps.inpage.panel`.
    """
    drawn = fragments(made)
    return Sheet(
        name=str(made._id),
        html=drawn.html,
        script=drawn.script,
        layers=frozenset(str(child._id) for child in made._children.values()),
        bounds=layers.bounds(extent),
        names=dict(names or {}),
        base_names=tuple(base_names),
    )
