"""Projects, money, actions, offers and survey shares, as frames for maps and pages."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from geo_service.domain.grid import DANISH_GRID
from geo_service.storage.tables import (
    Action,
    FundingLine,
    ImprovementProject,
    Offer,
    SurveyResult,
)

OERE_A_KRONE = 100


def read_projects(session: Session, municipality: str) -> gpd.GeoDataFrame:
    """Return improvement projects with money in kroner, geometry in EPSG:25832."""
    project = ImprovementProject
    query = (
        select(
            project.code,
            project.name,
            project.kind,
            project.status,
            project.place,
            project.aim,
            project.owner,
            project.case_number.label("case_no"),
            (project.baseline_cost_oere / float(OERE_A_KRONE)).label("baseline_dkk"),
            (project.forecast_cost_oere / float(OERE_A_KRONE)).label("forecast_dkk"),
            project.baseline_end,
            project.forecast_end,
            project.updated_on,
            project.geom.label("geometry"),
        )
        .where(project.municipality_code == municipality)
        .order_by(project.code)
    )
    return gpd.read_postgis(query, session.connection(), geom_col="geometry", crs=DANISH_GRID)


def read_funding(session: Session, municipality: str) -> pd.DataFrame:
    """Return who has granted what: project_code, funder, granted_dkk."""
    query = (
        select(
            ImprovementProject.code.label("project_code"),
            FundingLine.funder,
            (FundingLine.granted_oere / float(OERE_A_KRONE)).label("granted_dkk"),
        )
        .join(ImprovementProject, ImprovementProject.id == FundingLine.improvement_project_id)
        .where(FundingLine.municipality_code == municipality)
        .order_by(ImprovementProject.code, FundingLine.funder)
    )
    return pd.DataFrame(
        session.execute(query).mappings().all(), columns=["project_code", "funder", "granted_dkk"]
    )


def read_actions(session: Session, municipality: str) -> pd.DataFrame:
    """Return who has promised what by when: project_code, actor, what, due, done_on."""
    query = (
        select(
            ImprovementProject.code.label("project_code"),
            Action.actor,
            Action.what,
            Action.due_on.label("due"),
            Action.done_on,
        )
        .join(ImprovementProject, ImprovementProject.id == Action.improvement_project_id)
        .where(Action.municipality_code == municipality)
        .order_by(Action.due_on, ImprovementProject.code)
    )
    columns = ["project_code", "actor", "what", "due", "done_on"]
    return pd.DataFrame(session.execute(query).mappings().all(), columns=columns)


def read_offers(session: Session, municipality: str) -> gpd.GeoDataFrame:
    """Return offers that have not ended: id, name, kind, operator, age_from, age_to, geometry.

    In EPSG:25832.
    """
    query = (
        select(
            Offer.id,
            Offer.name,
            Offer.kind,
            Offer.operator,
            Offer.age_from,
            Offer.age_to,
            Offer.geom.label("geometry"),
        )
        .where(
            Offer.municipality_code == municipality,
            or_(Offer.ended_on.is_(None), Offer.ended_on > func.current_date()),
        )
        .order_by(Offer.code)
    )
    return gpd.read_postgis(query, session.connection(), geom_col="geometry", crs=DANISH_GRID)


def read_offer_hours(session: Session, municipality: str) -> pd.DataFrame:
    """Return weekly opening hours: offer_id, weekday (1 = Monday), opens, closes."""
    query = text("""
        SELECT h.offer_id, h.weekday, h.opens, h.closes
        FROM work.offer_hours h JOIN work.offer o ON o.id = h.offer_id
        WHERE o.municipality_code = :municipality ORDER BY 1, 2, 3
    """)
    rows = session.execute(query, {"municipality": municipality})
    return pd.DataFrame(rows.mappings().all(), columns=["offer_id", "weekday", "opens", "closes"])


def survey_years(session: Session, municipality: str, question: str) -> list[int]:
    """Return the years that have answers to a question, newest first."""
    query = (
        select(SurveyResult.year)
        .where(SurveyResult.municipality_code == municipality, SurveyResult.question == question)
        .group_by(SurveyResult.year)
        .order_by(SurveyResult.year.desc())
    )
    return list(session.scalars(query))


def read_shares(
    session: Session, municipality: str, *, question: str, answer: str, area_kind: str, year: int
) -> pd.DataFrame:
    """Return the share of one answer per area: area_code, share_pct, answers, design_effect."""
    query = select(
        SurveyResult.area_code,
        SurveyResult.share_pct,
        SurveyResult.answers,
        func.coalesce(SurveyResult.design_effect, 1).label("design_effect"),
    ).where(
        SurveyResult.municipality_code == municipality,
        SurveyResult.question == question,
        SurveyResult.answer == answer,
        SurveyResult.area_kind == area_kind,
        SurveyResult.year == year,
    )
    frame = pd.DataFrame(
        session.execute(query).mappings().all(),
        columns=["area_code", "share_pct", "answers", "design_effect"],
    )
    return frame.astype({"share_pct": float, "design_effect": float})
