"""Who is out in the evenings: coverage areas, teams, shifts and commitments, as frames."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from geo_service.domain.grid import DANISH_GRID
from geo_service.storage.tables import (
    Commitment,
    CoverageArea,
    EveningLog,
    EveningPlan,
    Shift,
    Suspension,
    Team,
)

AGREED: Final = ("agreed", "in_force", "reviewed")
"""States of an agreement that both have said yes to."""


def read_coverage_areas(
    session: Session, municipality: str, hotspot_area: str, on: date
) -> gpd.GeoDataFrame:
    """Return coverage areas in force: code, name, agency, capacity, geometry (EPSG:25832)."""
    query = (
        select(
            CoverageArea.code,
            CoverageArea.name,
            CoverageArea.agency,
            CoverageArea.capacity,
            CoverageArea.geom.label("geometry"),
        )
        .where(
            CoverageArea.municipality_code == municipality,
            CoverageArea.hotspot_area_code == hotspot_area,
            CoverageArea.valid_from <= on,
            or_(CoverageArea.valid_to.is_(None), CoverageArea.valid_to > on),
        )
        .order_by(CoverageArea.code)
    )
    return gpd.read_postgis(query, session.connection(), geom_col="geometry", crs=DANISH_GRID)


def coverage_state(session: Session, municipality: str, hotspot_area: str, on: date) -> str:
    """Return a text that is another one when the coverage areas of a day have changed."""
    query = select(CoverageArea.id, CoverageArea.version).where(
        CoverageArea.municipality_code == municipality,
        CoverageArea.hotspot_area_code == hotspot_area,
        CoverageArea.valid_from <= on,
        or_(CoverageArea.valid_to.is_(None), CoverageArea.valid_to > on),
    )
    rows = session.execute(query.order_by(CoverageArea.id))
    return ",".join(f"{row.id}:{row.version}" for row in rows)


def read_shifts(session: Session, municipality: str, first: date, last: date) -> pd.DataFrame:
    """Return shifts that begin on evenings [first, last]: team, agency, starts_at, ends_at."""
    query = (
        select(Team.code.label("team"), Team.agency, Shift.evening, Shift.starts_at, Shift.ends_at)
        .join(Shift, Shift.team_id == Team.id)
        .where(
            Team.municipality_code == municipality,
            Shift.evening >= first,
            Shift.evening <= last,
        )
        .order_by(Shift.starts_at, Team.code)
    )
    return _frame(session, query)


def read_commitments(
    session: Session, municipality: str, hotspot_area: str, first: date, last: date
) -> pd.DataFrame:
    """Return commitments that hold: agency, area_code, evening, starts_at, ends_at, form."""
    query = (
        select(
            Commitment.agency,
            CoverageArea.code.label("area_code"),
            Commitment.evening,
            Commitment.starts_at,
            Commitment.ends_at,
            Commitment.form,
        )
        .join(CoverageArea, CoverageArea.id == Commitment.coverage_area_id)
        .where(
            Commitment.municipality_code == municipality,
            CoverageArea.hotspot_area_code == hotspot_area,
            Commitment.removed_at.is_(None),
            Commitment.evening >= first,
            Commitment.evening <= last,
        )
        .order_by(Commitment.starts_at, CoverageArea.code)
    )
    return _frame(session, query)


def read_promised(session: Session, hotspot_area: str, first: date, last: date) -> pd.DataFrame:
    """Return what both agreed on for evenings [first, last] and was not taken away since.

    One row per commitment: agency, area_code, evening, starts_at, ends_at (UTC), kept. Evenings on
    which the plan was suspended are left out: nobody was to keep it.
    """
    suspended = (
        select(Suspension.id)
        .where(
            Suspension.hotspot_area_code == hotspot_area,
            Suspension.evening == Commitment.evening,
            Suspension.lifted_at.is_(None),
        )
        .exists()
    )
    query = (
        select(
            Commitment.agency,
            CoverageArea.code.label("area_code"),
            Commitment.evening,
            Commitment.starts_at,
            Commitment.ends_at,
            Commitment.kept,
        )
        .join(CoverageArea, CoverageArea.id == Commitment.coverage_area_id)
        .join(EveningPlan, EveningPlan.id == Commitment.evening_plan_id)
        .where(
            EveningPlan.state.in_(AGREED),
            Commitment.removed_at.is_(None),
            Commitment.form != "on_call",  # who is on call is nowhere, and visits nothing
            ~suspended,
            CoverageArea.hotspot_area_code == hotspot_area,
            Commitment.evening >= first,
            Commitment.evening <= last,
        )
        .order_by(Commitment.starts_at, CoverageArea.code)
    )
    return _visits(session, query)


def read_logged(
    session: Session, hotspot_area: str, first: date, last: date, *, released_only: bool
) -> pd.DataFrame:
    """Return presence that stands in the evening log for evenings [first, last].

    One row per stay: agency, area_code, evening, starts_at, ends_at (UTC), minutes. With
    `released_only` it is what the police see: of notes that are released to the meeting.
    """
    stay: Any
    agency: Any
    if released_only:
        given = func.raw.presence_given().table_valued(
            "coverage_area_id", "agency", "evening", "arrived_at", "minutes"
        )
        stay, agency = given.c, given.c.agency
        source = select(agency).join(CoverageArea, CoverageArea.id == stay.coverage_area_id)
    else:
        stay, agency = EveningLog, Team.agency
        source = (
            select(agency)
            .select_from(EveningLog)
            .join(Team, Team.id == EveningLog.team_id)
            .join(CoverageArea, CoverageArea.id == EveningLog.coverage_area_id)
        )
    query = (
        source.add_columns(
            CoverageArea.code.label("area_code"),
            stay.evening,
            stay.arrived_at.label("starts_at"),
            (stay.arrived_at + func.make_interval(0, 0, 0, 0, 0, stay.minutes)).label("ends_at"),
            stay.minutes,
        )
        .where(
            CoverageArea.hotspot_area_code == hotspot_area,
            stay.evening >= first,
            stay.evening <= last,
        )
        .order_by(stay.arrived_at, CoverageArea.code)
    )
    return _visits(session, query)


def _visits(session: Session, query: Any) -> pd.DataFrame:
    frame = _frame(session, query)
    return frame.assign(
        **{
            column: pd.to_datetime(frame[column], utc=True).astype("datetime64[us, UTC]")
            for column in ("starts_at", "ends_at")
        }
    )


def _frame(session: Session, query: Any) -> pd.DataFrame:
    columns = [column["name"] for column in query.column_descriptions]
    return pd.DataFrame(session.execute(query).mappings().all(), columns=columns)
