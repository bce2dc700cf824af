"""Small things to test with: squares on the Danish grid, incidents in them, files of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from geo_service.analysis.groups import as_multi
from geo_service.domain.grid import DANISH_GRID, WEB
from geo_service.storage import areas as store

WEST, SOUTH, SIDE = 720_000.0, 6_175_000.0, 500.0
FIRST_DAY = date(2014, 9, 1)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""When the tests import: after all that happens in their files."""
TODAY = NOW.date()


def squares(count: int = 4) -> gpd.GeoDataFrame:
    """Squares in a row, codes 1 … count, 500 m wide, EPSG:25832."""
    shapes = [
        as_multi(shapely.box(WEST + n * SIDE, SOUTH, WEST + (n + 1) * SIDE, SOUTH + SIDE))
        for n in range(count)
    ]
    codes = [str(n + 1) for n in range(count)]
    return gpd.GeoDataFrame(
        {"code": codes, "name": [f"Rode {code}" for code in codes]},
        geometry=shapes,
        crs=DANISH_GRID,
    )


def edition(kind: str = "rode", valid_from: date = FIRST_DAY) -> store.Edition:
    return store.Edition(
        municipality="0101", kind=kind, valid_from=valid_from, outline="official", source="test"
    )


def stored_squares(session: Session, count: int = 4) -> gpd.GeoDataFrame:
    """Store the squares as roder of municipality 0101 and return them as they are held."""
    store.ensure_municipality(session, "0101", "København")
    store.store_areas(session, squares(count), edition())
    return store.read_areas(session, "0101", "rode", FIRST_DAY)


def incidents(points: Sequence[tuple[float, float]], **columns: object) -> gpd.GeoDataFrame:
    """Incidents at offsets (metres) from the squares' corner, on a Friday evening."""
    moment = pd.Timestamp("2026-01-16 20:30", tz="Europe/Copenhagen").tz_convert("UTC")
    frame = pd.DataFrame(
        {
            "source_system": "test",
            "source_ref": [f"T-{n}" for n in range(len(points))],
            "crime_type": "uro",
            "setting": "public_space",
            "found_by": "citizen",
            "occurred_from": moment,
            "occurred_to": moment,
            "rode_id": pd.array([pd.NA] * len(points), dtype="Int64"),
        }
    ).assign(**columns)
    x = [WEST + east for east, _ in points]
    y = [SOUTH + north for _, north in points]
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(x, y), crs=DANISH_GRID)


def area_file(path: Path, frame: gpd.GeoDataFrame) -> Path:
    """Write areas as GeoJSON in degrees, the way a municipality sends them."""
    path.write_text(json.dumps(json.loads(frame.to_crs(WEB).to_json(drop_id=True))))
    return path


def incident_file(path: Path, rows: Sequence[Sequence[str]], *, encoding: str = "utf-8") -> Path:
    """Write a Danish CSV with the columns of the mapping that we ship."""
    lines = ["id;type;fra;til;øst;nord;rum", *(";".join(row) for row in rows)]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def incident_row(number: int, east: float = 250.0, north: float = 250.0) -> list[str]:
    """One good row in the first square."""
    return [
        f"A-{number}",
        "uro",
        "16-01-2026 20:30",
        "16-01-2026 20:30",
        f"{WEST + east:.2f}".replace(".", ","),
        f"{SOUTH + north:.2f}".replace(".", ","),
        "i det fri",
    ]
