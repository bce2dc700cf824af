"""Incidents in bulk: staged with COPY, stored on their natural key, counted per rode."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.domain.grid import require_crs

STAGED = (
    "source_system",
    "source_ref",
    "crime_type",
    "setting",
    "found_by",
    "occurred_from",
    "occurred_to",
    "rode_id",
)


SAME_PLACE_M: Final = 0.01
"""Two points closer than this are one: a conversion of degrees is not exact to the last digit."""


@dataclass(frozen=True)
class Stored:
    """What became of incidents that were to be stored.

    Attributes
    ----------
    new
        How many were stored.
    changed
        Row label in the frame -> fields (of `STAGED`, `east`, `north`) in which an incident that
        was stored before differs now. Those are not stored.
    """

    new: int
    changed: dict[int, list[str]]


def store_incidents(
    session: Session, incidents: gpd.GeoDataFrame, *, municipality: str, batch_id: int | None
) -> Stored:
    """Store incidents; say how many were new, and which say something else than before.

    Parameters
    ----------
    incidents
        n rows, POINT, EPSG:25832, with the columns of `STAGED`; times are aware; `rode_id`
        is the id of an area or missing. What is there already, by source system and
        reference, stays as it is.
    """
    require_crs(incidents, "incidents")
    session.execute(
        text("""
        CREATE TEMPORARY TABLE staged (
          label bigint, source_system text, source_ref text, crime_type text, setting text,
          found_by text,
          occurred_from timestamptz, occurred_to timestamptz, rode_id bigint,
          east float8, north float8
        ) ON COMMIT DROP
    """)
    )
    xy = shapely.get_coordinates(incidents.geometry)
    rows = incidents[list(STAGED)].assign(
        rode_id=incidents["rode_id"].astype(object).where(incidents["rode_id"].notna(), None)
    )
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor().copy("COPY staged FROM STDIN") as copy:
        for values, (east, north) in zip(rows.itertuples(name=None), xy.tolist(), strict=True):
            copy.write_row((*values, east, north))
    new = session.scalars(
        text("""
        WITH stored AS (
          INSERT INTO raw.incident (municipality_code, source_system, source_ref, crime_type,
            setting, found_by, occurred_from, occurred_to, rode_id, import_batch_id, geom)
          SELECT :municipality, source_system, source_ref, crime_type, setting, found_by,
            occurred_from, occurred_to, rode_id, CAST(:batch AS bigint),
            ST_SetSRID(ST_MakePoint(east, north), 25832)
          FROM staged
          ON CONFLICT (municipality_code, source_system, source_ref) DO NOTHING
          RETURNING 1
        ) SELECT count(*) FROM stored
    """),
        {"municipality": municipality, "batch": batch_id},
    ).one()
    changed = _changed(session, municipality) if new < len(incidents) else {}
    session.execute(text("DROP TABLE staged"))
    return Stored(new=int(new), changed=changed)


def _changed(session: Session, municipality: str) -> dict[int, list[str]]:
    """Return which staged incidents differ, and where, from those held under their number.

    What a file says is compared; the rode and who found it are added by us.
    """
    rows = session.execute(
        text("""
        SELECT * FROM (
          SELECT s.label,
            i.crime_type <> s.crime_type AS crime_type,
            i.setting <> s.setting AS setting,
            i.occurred_from <> s.occurred_from AS occurred_from,
            i.occurred_to <> s.occurred_to AS occurred_to,
            abs(ST_X(i.geom) - s.east) > :metres AS east,
            abs(ST_Y(i.geom) - s.north) > :metres AS north
          FROM staged s JOIN raw.incident i
            ON i.municipality_code = :municipality
           AND i.source_system = s.source_system AND i.source_ref = s.source_ref
        ) compared
        WHERE crime_type OR setting OR occurred_from OR occurred_to OR east OR north
        ORDER BY label
    """),
        {"municipality": municipality, "metres": SAME_PLACE_M},
    ).mappings()
    return {
        row["label"]: [name for name, differs in row.items() if differs is True] for row in rows
    }


def count_by_rode(session: Session, municipality: str) -> None:
    """Fill `incident_count` anew: incidents per rode, Copenhagen month and type."""
    parameters = {"municipality": municipality}
    session.execute(
        text("DELETE FROM work.incident_count WHERE municipality_code = :municipality"), parameters
    )
    session.execute(
        text("""
        INSERT INTO work.incident_count (municipality_code, rode_code, month, crime_type, incidents)
        SELECT i.municipality_code, a.code,
               date_trunc('month', i.occurred_from AT TIME ZONE 'Europe/Copenhagen')::date,
               i.crime_type, count(*)
        FROM raw.incident i JOIN work.area a ON a.id = i.rode_id
        WHERE i.municipality_code = :municipality
        GROUP BY 1, 2, 3, 4
    """),
        parameters,
    )


def counts_by_group(
    session: Session, municipality: str, *, group_kind: str, first: date, last: date
) -> pd.DataFrame:
    """Count incidents per group of roder and type over whole months [first, last].

    Columns: area_code, crime_type, incidents. A rode counts for the group it belonged to
    in the month counted.
    """
    query = text("""
        SELECT m.group_code AS area_code, c.crime_type, sum(c.incidents)::bigint AS incidents
        FROM work.incident_count c
        JOIN work.membership m
          ON m.municipality_code = c.municipality_code AND m.member_kind = 'rode'
         AND m.member_code = c.rode_code AND m.group_kind = :group_kind
         AND m.valid_from <= c.month AND (m.valid_to IS NULL OR m.valid_to > c.month)
        WHERE c.municipality_code = :municipality AND c.month BETWEEN :first AND :last
        GROUP BY 1, 2
    """)
    rows = session.execute(
        query,
        {"group_kind": group_kind, "municipality": municipality, "first": first, "last": last},
    )
    return pd.DataFrame(rows.mappings().all(), columns=["area_code", "crime_type", "incidents"])


def counts_by_rode(
    session: Session, *, roder: tuple[int, ...] | None, first: date, last: date
) -> pd.DataFrame:
    """Count incidents per rode and type over whole months [first, last], everything included.

    Columns: rode, rode_name, crime_type, incidents. What those see who are not shown the
    incidents themselves; row-level security says whose municipality.
    """
    query = text("""
        SELECT c.rode_code AS rode, a.name AS rode_name, c.crime_type,
               sum(c.incidents)::bigint AS incidents
        FROM work.incident_count c
        LEFT JOIN LATERAL (
          SELECT n.name FROM work.area n
          WHERE n.municipality_code = c.municipality_code AND n.kind = 'rode'
            AND n.code = c.rode_code ORDER BY n.valid_from DESC LIMIT 1
        ) a ON true
        WHERE c.month BETWEEN :first AND :last
          AND (CAST(:roder AS bigint[]) IS NULL OR c.rode_code IN (
            SELECT code FROM work.area WHERE id = ANY (CAST(:roder AS bigint[]))))
        GROUP BY 1, 2, 3 ORDER BY 1, 3
    """)
    chosen = None if roder is None else list(roder)
    rows = session.execute(query, {"first": first, "last": last, "roder": chosen}).all()
    columns = ["rode", "rode_name", "crime_type", "incidents"]
    return pd.DataFrame(rows, columns=columns).astype({"incidents": int})
