"""Copenhagen's schematic roder with very many incidents in them, made inside the database."""

from __future__ import annotations

from datetime import date
from typing import Final

import geopandas as gpd
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.analysis.groups import as_multi
from geo_service.domain.grid import DANISH_GRID
from geo_service.importing.places import DISTRICTS
from geo_service.storage import areas as area_store
from geo_service.storage.database import Database
from geo_service.storage.tables import Membership
from tests import people

PLACE: Final = "0101"
HOTSPOT: Final = "ydre"
IN_HOTSPOT: Final = ("157", "158", "159", "160", "163", "164")
FIRST, UNTIL = date(2025, 11, 24), date(2026, 11, 23)
MAKE: Final = text("""
    WITH centre AS (
      -- some roder are far busier than others: the square of a random number
      SELECT a.id, ST_XMin(a.geom) AS west, ST_YMin(a.geom) AS south,
             ST_XMax(a.geom) - ST_XMin(a.geom) AS width,
             ST_YMax(a.geom) - ST_YMin(a.geom) AS height,
             row_number() OVER (ORDER BY md5(a.code)) AS number, count(*) OVER () AS of_all
      FROM work.area a WHERE a.kind = 'rode'
    ), drawn AS MATERIALIZED (
      SELECT n, 1 + floor(power(random(), 2) * (SELECT max(of_all) FROM centre))::int AS number,
             random() AS x, random() AS y, random() AS kind, random() AS place,
             random() AS moment, random() AS known
      FROM generate_series(1, CAST(:count AS int)) AS n
    )
    INSERT INTO raw.incident (municipality_code, source_system, source_ref, crime_type, setting,
      found_by, occurred_from, occurred_to, rode_id, geom)
    SELECT :place, 'made', 'M-' || d.n,
      (ARRAY['vold', 'indbrud', 'tyveri', 'tyveri', 'narkotika', 'haervaerk', 'chikane', 'uro'])
        [1 + floor(d.kind * 8)::int],
      (ARRAY['public_space', 'public_space', 'indoor', 'unknown'])[1 + floor(d.place * 4)::int],
      'citizen', t.first,
      t.first + CASE WHEN d.known < 0.6 THEN interval '0' ELSE d.known * interval '10 hours' END,
      c.id, ST_SetSRID(ST_MakePoint(c.west + d.x * c.width, c.south + d.y * c.height), 25832)
    FROM drawn d JOIN centre c ON c.number = d.number,
      LATERAL (SELECT CAST(:first AS timestamptz) + d.moment * interval '363 days' AS first) AS t
""")


def build(database: Database, *, incidents: int, seed: float = 0.42) -> None:
    """Store the roder, a hotspot area and so many incidents, and let the planner know."""
    read = gpd.read_file(DISTRICTS / "roder_schematic.geojson").to_crs(DANISH_GRID)
    roder = gpd.GeoDataFrame(
        {"code": read["rode_nr"].astype(int).astype(str), "name": read["rodenavn"]},
        geometry=[as_multi(shape) for shape in read.geometry],
        crs=DANISH_GRID,
    )
    with database.working(people.EVERYWHERE) as session:
        area_store.ensure_municipality(session, PLACE, "København")
        edition = area_store.Edition(PLACE, "rode", date(2014, 9, 1), "schematic", "test")
        area_store.store_areas(session, roder, edition)
        session.add_all(
            Membership(
                municipality_code=PLACE,
                member_kind="rode",
                member_code=code,
                group_kind="hotspot_area",
                group_code=HOTSPOT,
                valid_from=date(2014, 9, 1),
                source="test",
            )
            for code in IN_HOTSPOT
        )
        _fill(session, incidents, seed)
    with database.as_owner() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("ANALYZE raw.incident"))


def _fill(session: Session, incidents: int, seed: float) -> None:
    session.execute(text("SELECT setseed(:seed)"), {"seed": seed})
    session.execute(MAKE, {"count": incidents, "place": PLACE, "first": FIRST})
