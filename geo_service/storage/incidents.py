"""Incidents in bulk: staged with COPY, stored on their natural key, counted per rode."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from geo_service.domain.grid import DANISH_GRID, require_crs
from geo_service.storage.tables import Incident

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


def store_incidents(
    session: Session, incidents: gpd.GeoDataFrame, *, municipality: str, batch_id: int | None
) -> int:
    """Store incidents and return how many were new.

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
          source_system text, source_ref text, crime_type text, setting text, found_by text,
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
        for values, (east, north) in zip(
            rows.itertuples(index=False, name=None), xy.tolist(), strict=True
        ):
            copy.write_row((*values, east, north))
    stored = session.scalars(
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
    session.execute(text("DROP TABLE staged"))
    return int(stored)


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


def read_incidents(
    session: Session,
    municipality: str,
    *,
    since: datetime,
    until: datetime,
    crime_types: tuple[str, ...],
) -> gpd.GeoDataFrame:
    """Return incidents that may have begun in [since, until), patrol-found ones left out.

    Columns: crime_type, occurred_from, occurred_to (aware), rode_id, geometry (EPSG:25832).
    What a patrol finds itself would send the patrol back to where it has been.
    """
    query = select(
        Incident.crime_type,
        Incident.occurred_from,
        Incident.occurred_to,
        Incident.rode_id,
        Incident.geom.label("geometry"),
    ).where(
        Incident.municipality_code == municipality,
        Incident.occurred_from >= since,
        Incident.occurred_from < until,
        Incident.crime_type.in_(crime_types),
        Incident.found_by != "patrol",
    )
    return gpd.read_postgis(query, session.connection(), geom_col="geometry", crs=DANISH_GRID)


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


def latest_incident(session: Session, municipality: str) -> datetime | None:
    """Return when the newest incident began, None if there is none."""
    return session.scalar(
        select(func.max(Incident.occurred_from)).where(Incident.municipality_code == municipality)
    )
