"""Area files to checked frames: every fault is named by area, and nothing is mended in silence.

The result holds the areas that can be stored as they are (or as their user chose), the
memberships that the file states for them, and three kinds of words: rejections (cannot be
stored), held back (waits for a fix file) and remarks (how the file was understood).
Every row of the file is an area, rejected or held back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_service.domain.grid import DANISH_GRID
from geo_service.importing.area_checks import (
    apply_fixes,
    check_overlaps,
    check_validity,
    hold_back_doubts,
    place_in_denmark,
)
from geo_service.importing.area_rows import AreaRow, Findings, area_rows
from geo_service.importing.coordinates import settle_crs
from geo_service.importing.features import read_features
from geo_service.importing.group_names import settle_spelling
from geo_service.importing.memberships import Fix
from geo_service.importing.outlines import common_look
from geo_service.importing.repair import MAX_AREA_CHANGE, REPAIR_SECONDS
from geo_service.importing.report import Rejection, rejected_rows
from geo_service.importing.sources import read_source


@dataclass(frozen=True)
class AreaFile:
    """What was read from one file of areas.

    Attributes
    ----------
    areas
        EPSG:25832; columns code, name (str), geometry (valid MultiPolygon), repaired
        (bool), area_m2 (float, of the outline).
    memberships
        Columns member_code, group_kind, group_code (str); only members that are in `areas`.
    held_back
        Areas whose stated group cannot be right: not in `areas` until a fix is given.
    rejections
        One per bad value; the areas concerned are not in `areas`.
    remarks
        How the file was understood, in Danish.
    sha256
        Of the file's bytes.
    crs_stated_by
        "filen", "brugeren" or "RFC 7946".
    rows
        Rows or features in the file: `areas`, rejected and held back together.
    codes
        Of every area that the file names, stored or not.
    """

    areas: gpd.GeoDataFrame
    memberships: pd.DataFrame
    held_back: list[Rejection]
    rejections: list[Rejection]
    remarks: list[str]
    sha256: str
    crs_stated_by: str
    rows: int
    codes: frozenset[str]


def read_areas(  # noqa: PLR0913 - one keyword per choice that the user has
    path: Path,
    *,
    kind: str,
    code: str,
    name: str | None,
    within: Mapping[str, str],
    crs: str | None,
    on_invalid: Literal["reject", "repair"],
    on_overlap: Literal["reject", "accept"] = "reject",
    fixes: Sequence[Fix] = (),
    repair_seconds: float = REPAIR_SECONDS,
    max_area_change: float = MAX_AREA_CHANGE,
) -> AreaFile:
    """Read and check a GeoJSON, or a CSV with a WKT column, of one kind of area.

    Parameters
    ----------
    path
        A local file; the format is recognised by content.
    kind
        Kind of area, a code of `AREA_KINDS`; used in messages.
    code, name
        Columns of the code and, where there is one, the name.
    within
        Kind of group -> the column that names each area's group.
    crs
        "EPSG:4326" or "EPSG:25832" where the file does not state it; None where it does.
    on_invalid
        What happens to outlines that are no valid area: rejected, or repaired in another
        process and rejected only if that fails.
    on_overlap
        What happens to areas that share ground: rejected, or stored and named in remarks.
    fixes
        Memberships that replace those of the file.
    repair_seconds
        Time that one repair may take.
    max_area_change
        Largest change of area by repair, as a share of the area before.

    Raises
    ------
    InvalidInput
        If the file as a whole cannot be used: format, encoding, columns, CRS, CPR numbers.
    NotFound
        If there is no such file.
    """
    source = read_source(path)
    remarks: list[str] = []
    file = read_features(source, remarks)
    findings = Findings(source.name, kind, file.unit, [*file.rejections], remarks=remarks)
    areas = area_rows(file, findings, code=code, name=name, within=within)

    look = common_look([area.outline for area in areas if area.outline is not None])
    used_crs, stated_by = settle_crs(
        file=source.name, in_file=file.crs, is_geojson=file.is_geojson, given=crs, look=look
    )
    remarks.append(f"Koordinatsystem: {used_crs}, oplyst af {stated_by}.")
    place_in_denmark(areas, findings, used_crs)
    check_validity(
        areas,
        findings,
        repair_seconds=repair_seconds if on_invalid == "repair" else None,
        max_area_change=max_area_change,
    )
    fixed = apply_fixes(areas, fixes, findings, set(within))
    settle_spelling(areas, findings)
    hold_back_doubts(areas, findings, within, fixed)
    check_overlaps(areas, findings, accept=on_overlap == "accept")

    out = rejected_rows(findings.rejections) | rejected_rows(findings.held_back)
    good = [area for area in areas if area.row not in out]
    return AreaFile(
        areas=_frame(good),
        memberships=_memberships(good),
        held_back=findings.held_back,
        rejections=sorted(findings.rejections, key=lambda rejection: rejection.row or 0),
        remarks=remarks,
        sha256=source.sha256,
        crs_stated_by=stated_by,
        rows=len(areas) + len(file.rejections),
        codes=frozenset(area.code for area in areas if area.code),
    )


def _frame(areas: list[AreaRow]) -> gpd.GeoDataFrame:
    outlines = np.array([area.outline for area in areas], dtype=object)
    return gpd.GeoDataFrame(
        {
            "code": pd.Series([area.code for area in areas], dtype="str"),
            "name": pd.Series([area.name for area in areas], dtype="str"),
            "repaired": pd.Series([area.repaired for area in areas], dtype=bool),
            "area_m2": pd.Series(shapely.area(outlines), dtype=float),
        },
        geometry=outlines,
        crs=DANISH_GRID,
    )


def _memberships(areas: list[AreaRow]) -> pd.DataFrame:
    stated = [
        (area.code, kind, group)
        for area in areas
        for kind, group in area.groups.items()
        if group is not None
    ]
    return pd.DataFrame(stated, columns=["member_code", "group_kind", "group_code"], dtype="str")
