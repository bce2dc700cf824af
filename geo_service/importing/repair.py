"""Repair of invalid outlines, on request: in another process, and judged by its outcome."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import shapely

from geo_service.importing.repair_worker import NOT_AN_AREA
from geo_service.importing.report import danish_number
from geo_service.settings import PROJECT_ROOT

REPAIR_SECONDS = 20.0
MAX_AREA_CHANGE = 0.01
"""Largest change of area, as a share of the area before, that counts as the same place."""


class RepairFailed(Exception):
    """An outline was not repaired; the text says in Danish why."""


def repair(
    outline: shapely.Geometry,
    *,
    seconds: float = REPAIR_SECONDS,
    max_area_change: float = MAX_AREA_CHANGE,
) -> shapely.Geometry:
    """Return a valid MultiPolygon of nearly the same area as an invalid one (EPSG:25832).

    Raises
    ------
    RepairFailed
        If the repair crashes, takes longer than `seconds`, leaves no area, or changes the
        area by more than the share `max_area_change`.
    """
    command = [
        sys.executable,
        "-m",
        "geo_service.importing.repair_worker",
        str(max(1, math.ceil(seconds))),
    ]
    try:
        done = subprocess.run(
            command,
            input=shapely.to_wkb(outline),
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd=PROJECT_ROOT,
            env={"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise RepairFailed(f"reparationen tog over {danish_number(seconds)} s") from error
    if done.returncode == NOT_AN_AREA:
        raise RepairFailed("reparationen efterlader ingen flade")
    if done.returncode != 0:
        raise RepairFailed("reparationen brød sammen eller brugte for meget tid eller hukommelse")
    repaired = shapely.from_wkb(done.stdout)
    before, after = float(shapely.area(outline)), float(shapely.area(repaired))
    change = abs(after - before) / before if before > 0 else math.inf
    if change > max_area_change:
        shown = f"{danish_number(change * 100, decimals=1)} %" if before > 0 else "fra 0 m²"
        raise RepairFailed(f"reparationen ændrer arealet {shown}")
    return repaired
