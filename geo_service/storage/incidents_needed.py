"""What the need for presence is counted from: incidents as the caller of the session is shown them.

Like `incidents_seen`, this goes through a function that applies the caller's scope and the
precision that the police set; what patrols found themselves is left out there.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

import geopandas as gpd
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from geo_service.domain.grid import DANISH_GRID
from geo_service.storage.tables import ImportBatch

COLUMNS: Final = ("crime_type", "setting", "occurred_from", "occurred_to", "rode", "seen_as")


def read_needed(
    session: Session, *, since: datetime, until: datetime, crime_types: Collection[str]
) -> gpd.GeoDataFrame:
    """Return incidents that may have begun in [since, until), as precisely as the caller sees.

    Columns of `COLUMNS` (times aware, `rode` a code) and geometry (EPSG:25832): the point where
    `seen_as` is `point`, the middle of the square where it is `250m`, missing where it is `rode`.
    Whoever sees no incidents gets no rows.
    """
    query = text("""
        SELECT s.crime_type, s.setting, s.occurred_from, s.occurred_to, a.code AS rode, s.seen_as,
               s.geom AS geometry
        FROM raw.incident_needed(
          CAST(:since AS timestamptz), CAST(:until AS timestamptz), CAST(:types AS text[])
        ) WITH ORDINALITY AS s
        LEFT JOIN work.area a ON a.id = s.rode_id
        ORDER BY s.ordinality
    """)
    asked = {"since": since, "until": until, "types": list(crime_types)}
    rows = session.execute(query, asked).mappings().all()
    frame = gpd.GeoDataFrame(
        [[row[name] for name in COLUMNS] for row in rows], columns=list(COLUMNS)
    )
    shapes = [row["geometry"] for row in rows]
    outlines = gpd.GeoSeries.from_wkb(
        [None if one is None else bytes.fromhex(str(one)) for one in shapes],
        index=frame.index,
        crs=DANISH_GRID,
    )
    return gpd.GeoDataFrame(frame, geometry=outlines)


def newest_import(session: Session, municipality: str) -> tuple[int, int]:
    """Return the number of the newest file of incidents that is stored, and how many there are.

    Other numbers than before mean other incidents; 0 and 0 where no file is.
    """
    query = select(func.coalesce(func.max(ImportBatch.id), 0), func.count()).where(
        ImportBatch.municipality_code == municipality,
        ImportBatch.kind == "incidents",
        ImportBatch.status == "stored",
    )
    newest, files = session.execute(query).one()
    return int(newest), int(files)
