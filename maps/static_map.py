"""A drawn map for pages without JavaScript, and for paper: plain SVG, styled by classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from markupsafe import Markup, escape

from maps.layers import Geometries
from maps.text import clean

WIDTH = 720


def choropleth(
    shapes: Geometries,
    *,
    css: Sequence[str],
    labels: Sequence[str],
    label_points: Geometries,
    frame: Geometries,
    outside: Geometries,
    title: str,
) -> Markup:
    """Return shaded areas as one `<svg>`; coordinates are EPSG:25832 scaled to 720 units wide.

    `css`, `labels` and `label_points` have one entry per shape; an empty label keeps its place.
    `outside` lies around the shapes and has no figures.
    """
    west, south, east, north = shapely.total_bounds(frame if len(frame) else shapes)
    scale = WIDTH / max(east - west, 1.0)
    height = round((north - south) * scale)

    def path(shape: object) -> str:
        drawn = []
        for polygon in shapely.get_parts(shape):
            for ring in (polygon.exterior, *polygon.interiors):
                xy = np.asarray(ring.coords)[:, :2]
                points = np.round((xy - (west, north)) * (scale, -scale), 1)
                drawn.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points[:-1]) + "Z")
        return "".join(drawn)

    areas = Markup("").join(
        Markup('<path class="shade {}" d="{}"/>').format(name, path(shape))
        for shape, name in zip(shapes, css, strict=True)
    )
    texts = Markup("").join(
        Markup('<text x="{:.0f}" y="{:.0f}">{}</text>').format(
            (point.x - west) * scale, (north - point.y) * scale, clean(label)
        )
        for point, label in zip(label_points, labels, strict=True)
    )
    beyond = Markup("").join(
        Markup('<path class="outside" d="{}"/>').format(path(shape)) for shape in outside
    )
    border = Markup("").join(
        Markup('<path class="outline" d="{}"/>').format(path(s)) for s in frame
    )
    return Markup(
        '<svg class="static-map" role="img" viewBox="-4 -4 {} {}" aria-label="{}">{}{}{}{}</svg>'
    ).format(WIDTH + 8, height + 8, escape(clean(title)), beyond, areas, border, texts)
