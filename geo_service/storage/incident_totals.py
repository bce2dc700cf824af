"""Counts of incidents per rode, type and month: what those read who see no incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class CountsAsked:
    """Which counts: whole months first–last, of a rode and a type; None: of all."""

    first: date
    last: date
    rode: str | None = None
    crime_type: str | None = None


def months_counted(session: Session) -> tuple[date, date] | None:
    """Return the first and the last month of which there are counts, None without any."""
    row = session.execute(
        text("SELECT min(month) AS first, max(month) AS last FROM work.incident_count")
    ).one()
    return None if row.first is None else (row.first, row.last)


def roder_counted(session: Session) -> list[tuple[str, str | None]]:
    """Return code and newest name of every rode of which there are counts."""
    rows = session.execute(
        text("""
        SELECT c.rode_code, a.name FROM (SELECT DISTINCT rode_code FROM work.incident_count) c
        LEFT JOIN LATERAL (
          SELECT n.name FROM work.area n WHERE n.kind = 'rode' AND n.code = c.rode_code
          ORDER BY n.valid_from DESC LIMIT 1
        ) a ON true ORDER BY length(c.rode_code), 1
    """)
    )
    return [(row.rode_code, row.name) for row in rows]


def read_totals(session: Session, asked: CountsAsked, *, by_month: bool = False) -> pd.DataFrame:
    """Return the counts that are asked for.

    Columns rode, month (None where the months are added up), crime_type and incidents. Row-level
    security says whose municipality.
    """
    rows = session.execute(
        text("""
        SELECT rode_code, CASE WHEN :by_month THEN month END, crime_type,
               sum(incidents)::bigint
        FROM work.incident_count
        WHERE month BETWEEN :first AND :last
          AND (CAST(:rode AS text) IS NULL OR rode_code = :rode)
          AND (CAST(:crime_type AS text) IS NULL OR crime_type = :crime_type)
        GROUP BY 1, 2, 3 ORDER BY length(rode_code), 1, 2, 3
    """),
        {
            "by_month": by_month,
            "first": asked.first,
            "last": asked.last,
            "rode": asked.rode,
            "crime_type": asked.crime_type,
        },
    ).all()
    columns = ["rode", "month", "crime_type", "incidents"]
    return pd.DataFrame([tuple(row) for row in rows], columns=columns).astype({"incidents": int})
