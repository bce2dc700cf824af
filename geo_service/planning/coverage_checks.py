"""Checks of the outlines of coverage areas: valid, inside the hotspot area, not over each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely

from geo_service.domain.coverage_areas import CoverageArea
from geo_service.domain.findings import Finding
from geo_service.messages import _

BORDER_M: Final = 2.0
"""How far outside the border an outline may lie: a hand-drawn line follows it no better."""
LEAST_M2: Final = 400.0
"""A smaller area is a slip of the hand: 20 m by 20 m."""
SHARED_M2: Final = 100.0
"""Ground that two areas may share before it is told."""


def check_coverage(
    areas: Sequence[CoverageArea], hotspot_area: shapely.Geometry, *, border_m: float = BORDER_M
) -> list[Finding]:
    """Return what is wrong with outlines, what blocks first, by code.

    Parameters
    ----------
    areas
        Outlines in EPSG:25832.
    hotspot_area
        Outline of the hotspot area, EPSG:25832.
    border_m
        How far outside it an outline may lie.

    Returns
    -------
    list
        Blocking: an outline that is no valid area or too small, one that lies outside the
        hotspot area, two areas with one code. Told: two of one agency that share ground.
    """
    findings: list[Finding] = []
    whole = shapely.buffer(hotspot_area, border_m)
    for area in areas:
        finding = _outline(area) or _outside(area, whole)
        if finding:
            findings.append(finding)
    codes = [area.code for area in areas]
    findings += [
        Finding(
            "outline",
            _("Koden %(code)s står to gange. Giv det ene en anden.", code=code),
            (code,),
            None,
            True,
        )
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    sound = [area for area in areas if shapely.is_valid(area.outline)]
    findings += _shared_ground(sound)
    return sorted(findings, key=lambda one: (not one.blocks, one.about))


def _outline(area: CoverageArea) -> Finding | None:
    if not np.isfinite(shapely.get_coordinates(area.outline)).all():
        problem = _("har et punkt uden koordinater")
    elif not shapely.is_valid(area.outline):
        problem = _("krydser sig selv eller hænger ikke sammen")
    elif area.outline.area < LEAST_M2:
        problem = _(
            "er kun %(area)s m²; det mindste er %(least)s m²",
            area=_m2(area.outline.area),
            least=_m2(LEAST_M2),
        )
    else:
        return None
    said = _("%(name)s %(problem)s. Tegn det igen.", name=area.name, problem=problem)
    return Finding("outline", said, (area.code,), blocks=True)


def _outside(area: CoverageArea, whole: shapely.Geometry) -> Finding | None:
    if shapely.covers(whole, area.outline):
        return None
    outside = shapely.difference(area.outline, whole).area
    share = outside / area.outline.area
    where = (
        _("ligger helt uden for hotspotområdet")
        if share >= 1
        else _(
            "ligger delvis uden for hotspotområdet (%(area)s m², %(share)s %%)",
            area=_m2(outside),
            share=_percent(share),
        )
    )
    return Finding(
        "outside_area",
        _(
            "%(name)s %(where)s. Ret omridset, eller læg stedet ind under et andet hotspotområde.",
            name=area.name,
            where=where,
        ),
        (area.code,),
        blocks=True,
    )


def _shared_ground(areas: Sequence[CoverageArea]) -> list[Finding]:
    outlines = np.array([area.outline for area in areas], dtype=object)
    if not len(outlines):
        return []
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    findings = []
    for one, other in sorted((int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b):
        shared = float(shapely.intersection(outlines[one], outlines[other]).area)
        if shared > SHARED_M2 and areas[one].agency == areas[other].agency:
            findings.append(
                Finding(
                    "overlapping_areas",
                    f"{areas[one].name} og {areas[other].name} har {_m2(shared)} m² til fælles. En "
                    "hændelse dér tælles kun i det mindste af dem.",
                    (areas[one].code, areas[other].code),
                )
            )
    return findings


def _m2(area: float) -> str:
    return f"{area:,.0f}".replace(",", ".")


def _percent(share: float) -> str:
    return "under 1" if share < 0.01 else f"{share * 100:.0f}"  # noqa: PLR2004 - one per cent
