"""Coverage areas and teams as things with rules, in the caller's scope."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from geoalchemy2.shape import to_shape
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from geo_service.domain.coverage_areas import LONGEST_NAME, LONGEST_REASON
from geo_service.domain.coverage_areas import CoverageArea as Covered
from geo_service.errors import InvalidInput
from geo_service.messages import _
from geo_service.storage.locking import save_version
from geo_service.storage.tables import CoverageArea, Team


@dataclass(frozen=True)
class KeptArea:
    """A coverage area as it is stored: its key, its version, its level, and what it is."""

    id: int
    version: int
    level: str
    area: Covered


def read_coverage(
    session: Session, municipality: str, hotspot_area: str, on: date
) -> list[KeptArea]:
    """Return the coverage areas in force on a day, by name."""
    query = (
        select(CoverageArea)
        .where(
            CoverageArea.municipality_code == municipality,
            CoverageArea.hotspot_area_code == hotspot_area,
            CoverageArea.valid_from <= on,
            or_(CoverageArea.valid_to.is_(None), CoverageArea.valid_to > on),
        )
        .order_by(CoverageArea.name, CoverageArea.code)
    )
    return [
        KeptArea(row.id, row.version, row.level, area)
        for row in session.scalars(query)
        if (area := covered(row))
    ]


def covered(row: CoverageArea) -> Covered | None:
    """Return an area as the rules know it; words that they would refuse are tidied, not hidden.

    One whose code cannot be one is left out: nothing can point at it.
    """
    reason = row.not_at_night_reason
    for name, why in (
        (row.name, reason),
        (_tidy(row.name, LONGEST_NAME) or row.code, _tidy(reason or "", LONGEST_REASON) or None),
    ):
        with suppress(InvalidInput):
            return Covered(
                row.code, name, row.kind, row.agency, to_shape(row.geom), row.capacity, why
            )
    return None


def _tidy(text: str, most: int) -> str:
    plain = "".join(" " if one == ";" or not one.isprintable() else one for one in text)
    return " ".join(plain.split())[:most].strip()


def save_level(
    session: Session, area_id: int, level: str, *, version: int, actor: str, now: datetime
) -> None:
    """Change the weekly level of a coverage area that still has `version`.

    Raises
    ------
    Conflict
        If somebody else has changed it meanwhile.
    NotFound
        If the caller reaches none of that number.
    """
    save_version(
        session,
        CoverageArea,
        CoverageArea.id == area_id,
        version=version,
        what=_("Niveauet"),
        actor=actor,
        now=now,
        level=level,
    )


def name_of(session: Session, area_id: int) -> str:
    """Return what a coverage area is called; empty where the caller reaches none."""
    return str(session.scalar(select(CoverageArea.name).where(CoverageArea.id == area_id)) or "")


def team_ids(session: Session, *, agency: str | None = None) -> dict[str, int]:
    """Return the keys of the teams that the caller reaches, by code."""
    query = select(Team.code, Team.id).order_by(Team.code)
    if agency is not None:
        query = query.where(Team.agency == agency)
    return {row.code: row.id for row in session.execute(query)}
