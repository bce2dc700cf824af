"""Incidents counted by type and by rode, period by period, as the caller may see them.

Summed where the incidents are: a page that compares seven periods needs the sums, and rows for
every type in every rode are ten times as many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.domain.incident_question import Question
from geo_service.storage.incidents_seen import CRITERION, asked_of, periods_of


@dataclass(frozen=True)
class Counted:
    """A type or a rode, and how many incidents it has in each period, the question's first."""

    code: str
    """Empty for what lies outside all roder."""
    name: str
    by_period: tuple[int, ...]


def read_parts(
    session: Session, question: Question, *, roder: Sequence[int] | None, earlier: int = 0
) -> tuple[list[Counted], list[Counted]]:
    """Count incidents by type and by rode, in the question's period and in `earlier` before it.

    The sums of `incidents_seen.read_counts`, under the same walls.
    """
    query = text(f"""
        WITH summed AS MATERIALIZED (
          SELECT crime_type, rode_id, period, sum(incidents)::bigint AS incidents,
                 grouping(rode_id) = 0 AS is_rode
          FROM raw.incident_counts({CRITERION}, CAST(:hours AS int[]), :last_day, :days)
          GROUP BY GROUPING SETS ((crime_type, period), (rode_id, period))
        )
        SELECT s.is_rode, coalesce(CASE WHEN s.is_rode THEN a.code ELSE s.crime_type END, ''),
               coalesce(a.name, ''), s.period, s.incidents
        FROM summed s LEFT JOIN work.area a ON a.id = s.rode_id
    """)  # noqa: S608
    asked = asked_of(question, roder) | periods_of(question, earlier)
    found: dict[tuple[bool, str, str], list[int]] = {}
    for is_rode, code, name, period, incidents in session.execute(query, asked):
        counts = found.setdefault((is_rode, code, name), [0] * (earlier + 1))
        counts[period] += incidents
    return _counted(found, is_rode=False), _counted(found, is_rode=True)


def _counted(found: dict[tuple[bool, str, str], list[int]], *, is_rode: bool) -> list[Counted]:
    return [Counted(code, name, tuple(n)) for (of, code, name), n in found.items() if of == is_rode]
