"""The demo's frames fit the tables, know only known words, and repeat from their seed."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from sqlalchemy import Table

from geo_service.demo import project_facts
from geo_service.demo.year import DemoYear, generate
from geo_service.domain import vocabulary as words
from geo_service.domain.frames import rows_of
from geo_service.domain.grid import WEB
from geo_service.errors import InvalidInput, WrongCRS
from geo_service.planning.board_checks import says_joint
from geo_service.storage import tables

AS_OF = date(2026, 11, 23)

MODELS = {
    "memberships": tables.Membership,
    "population": tables.Population,
    "survey_results": tables.SurveyResult,
    "published_index_results": tables.PublishedIndexResult,
    "incidents": tables.Incident,
    "improvement_projects": tables.ImprovementProject,
    "funding_lines": tables.FundingLine,
    "actions": tables.Action,
    "offers": tables.Offer,
    "offer_hours": tables.OfferHours,
    "coverage_areas": tables.CoverageArea,
    "teams": tables.Team,
    "shifts": tables.Shift,
    "absences": tables.Absence,
    "staffed": tables.StaffedPresence,
    "staffed_hours": tables.StaffedHours,
    "school_holidays": tables.SchoolHoliday,
    "activities": tables.Activity,
    "agreements": tables.EveningPlan,
    "commitments": tables.Commitment,
    "evening_logs": tables.EveningLog,
    "effect_goals": tables.EffectGoal,
    "effect_goal_values": tables.EffectGoalValue,
}
BY_CODE = {
    "team_id": "team_code",
    "coverage_area_id": "coverage_area_code",
    "improvement_project_id": "project_code",
    "offer_id": "offer_code",
    "effect_goal_id": "goal_code",
    "rode_id": "rode_code",
    "staffed_presence_id": "staffed_code",
}
CODES = [
    ("memberships", "member_kind", words.AREA_KINDS),
    ("memberships", "group_kind", words.AREA_KINDS),
    ("population", "area_kind", words.AREA_KINDS),
    ("survey_results", "area_kind", words.AREA_KINDS),
    ("published_index_results", "part", words.INDEX_PARTS),
    ("published_index_results", "category", words.NEED_CATEGORIES),
    ("published_index_results", "crime_type", {"all", *words.CRIME_TYPES}),
    ("incidents", "crime_type", words.CRIME_TYPES),
    ("incidents", "setting", words.SETTINGS),
    ("incidents", "found_by", {"citizen", "patrol", "unknown"}),
    ("improvement_projects", "kind", words.PROJECT_KINDS),
    ("improvement_projects", "status", words.PROJECT_STATUSES),
    ("actions", "economy_checked", {"yes", "no", "pending"}),
    ("actions", "environment_checked", {"yes", "no", "pending"}),
    ("actions", "planning_checked", {"yes", "no", "pending"}),
    ("offers", "kind", words.OFFER_KINDS),
    ("coverage_areas", "agency", words.AGENCIES),
    ("coverage_areas", "kind", words.COVERAGE_KINDS),
    ("teams", "agency", words.AGENCIES),
    ("staffed", "kind", words.STAFFED_KINDS),
    ("activities", "kind", words.ACTIVITY_KINDS),
    ("commitments", "agency", words.AGENCIES),
    ("commitments", "form", words.PRESENCE_FORMS),
    ("evening_logs", "trend", {"less", "as_usual", "more"}),
    ("effect_goals", "kind", words.GOAL_KINDS),
    ("effect_goals", "area_kind", words.AREA_KINDS),
    ("effect_goals", "direction", {"fall", "rise", "reach"}),
]
ORGANISATIONS = {
    value for name, value in vars(project_facts).items() if name.isupper() and type(value) is str
} | {
    "Landsbyggefonden",
    "Ejerforeninger",
    "Børne- og Ungdomsforvaltningen",
    "Beskæftigelses- og Integrationsforvaltningen",
    "Socialforvaltningen",
    "Økonomiforvaltningen",
    "Kultur- og Fritidsforvaltningen",
    "Københavns Politi",
    "Klubberne i området",
    "Borgerrepræsentationen",
}


def same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two frames hold the same rows, geometries bit by bit."""
    plain = []
    for frame in (one, other):
        copy = pd.DataFrame(frame)
        if "geom" in copy.columns:
            copy = copy.assign(geom=[shape.wkb for shape in copy["geom"]])
        plain.append(copy)
    return plain[0].equals(plain[1])


def test_the_same_seed_gives_the_same_year(
    roder: gpd.GeoDataFrame, stations: gpd.GeoDataFrame, year: DemoYear
):
    shuffled = roder.sample(frac=1, random_state=1)
    again = generate(roder=shuffled, stations=stations, seed=7, as_of=AS_OF)
    for field in fields(DemoYear):
        assert same(getattr(year, field.name), getattr(again, field.name)), field.name


def test_another_seed_gives_other_incidents_and_the_same_published_facts(
    roder: gpd.GeoDataFrame, stations: gpd.GeoDataFrame, year: DemoYear
):
    other = generate(roder=roder, stations=stations, seed=8, as_of=AS_OF)
    assert not same(year.incidents, other.incidents)
    assert not same(year.survey_results, other.survey_results)
    assert same(year.effect_goals, other.effect_goals)
    assert same(year.published_index_results, other.published_index_results)


def test_fewer_incidents_do_not_change_the_rest(
    roder: gpd.GeoDataFrame, stations: gpd.GeoDataFrame, year: DemoYear
):
    fewer = generate(roder=roder, stations=stations, seed=7, as_of=AS_OF, incidents=50)
    assert len(fewer.incidents) == 50
    assert same(year.survey_results, fewer.survey_results)
    assert same(year.evening_logs, fewer.evening_logs)


AGREEMENT_OF = {"commitments": ("hotspot_area_code", "first_evening")}
"""How a line names its agreement, which has no code."""


@pytest.mark.parametrize("name", MODELS)
def test_the_columns_are_the_tables(name: str, year: DemoYear):
    table = MODELS[name].__table__
    assert isinstance(table, Table)
    given = set(getattr(year, name).columns) - set(AGREEMENT_OF.get(name, ()))
    expected = {BY_CODE.get(column.name, column.name): column for column in table.columns}
    assert given <= expected.keys()
    required = {
        name
        for name, column in expected.items()
        if not column.nullable
        and column.server_default is None
        and column.identity is None
        and name not in {"municipality_code", "id"}
    }
    assert required <= given
    frame = getattr(year, name)
    empty = {column for column in required if frame[column].isna().any()}
    assert empty == set()


def test_every_table_of_the_demo_is_checked_above():
    assert {field.name for field in fields(DemoYear)} == {*MODELS, "hotspot_areas"}


@pytest.mark.parametrize(("name", "column", "known"), CODES)
def test_only_known_codes(name: str, column: str, known: set[str], year: DemoYear):
    assert set(getattr(year, name)[column]) <= set(known)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("incidents", ["source_ref"]),
        (
            "population",
            ["area_kind", "area_code", "year", "sex", "age_from", "age_to"],
        ),
        ("survey_results", ["area_code", "year", "question", "answer"]),
        ("improvement_projects", ["code"]),
        ("funding_lines", ["project_code", "funder"]),
        ("offers", ["code"]),
        ("offer_hours", ["offer_code", "weekday", "opens"]),
        ("coverage_areas", ["code", "valid_from"]),
        ("shifts", ["team_code", "starts_at"]),
        ("staffed_hours", ["staffed_code", "weekday", "opens"]),
        ("school_holidays", ["name", "first_day"]),
        ("commitments", ["agency", "coverage_area_code", "starts_at", "team_code"]),
        ("evening_logs", ["team_code", "coverage_area_code", "arrived_at"]),
        ("effect_goals", ["municipality_code", "code"]),
        ("effect_goal_values", ["goal_code", "year", "area_label"]),
        ("memberships", ["member_kind", "member_code", "group_code", "valid_from"]),
    ],
)
def test_keys_come_once(name: str, key: list[str], year: DemoYear):
    assert not getattr(year, name).duplicated(key).any()


@pytest.mark.parametrize(
    ("name", "column", "target"),
    [
        ("funding_lines", "project_code", "improvement_projects"),
        ("actions", "project_code", "improvement_projects"),
        ("offer_hours", "offer_code", "offers"),
        ("shifts", "team_code", "teams"),
        ("absences", "team_code", "teams"),
        ("staffed", "coverage_area_code", "coverage_areas"),
        ("staffed_hours", "staffed_code", "staffed"),
        ("activities", "hotspot_area_code", "hotspot_areas"),
        ("evening_logs", "team_code", "teams"),
        ("evening_logs", "coverage_area_code", "coverage_areas"),
        ("commitments", "coverage_area_code", "coverage_areas"),
        ("effect_goal_values", "goal_code", "effect_goals"),
        ("coverage_areas", "hotspot_area_code", "hotspot_areas"),
        ("improvement_projects", "hotspot_area_code", "hotspot_areas"),
        ("memberships", "group_code", "hotspot_areas"),
    ],
)
def test_codes_point_at_something(name: str, column: str, target: str, year: DemoYear):
    pointing = set(getattr(year, name)[column].dropna())
    assert pointing
    assert pointing <= set(getattr(year, target)["code"])


def test_actors_are_organisations_and_no_text_holds_a_person(year: DemoYear):
    named = {
        *year.improvement_projects["owner"],
        *year.improvement_projects["partners"].explode().dropna(),
        *year.funding_lines["funder"],
        *year.actions["actor"],
        *year.offers["operator"],
        *year.effect_goals["measured_by"].dropna(),
        *year.memberships["decided_by"].dropna(),
    }
    assert named <= ORGANISATIONS
    personal = re.compile(r"@|\b\d{6}-?\d{4}\b|\b(hr|fru|tlf)\b", re.IGNORECASE)
    for field in fields(DemoYear):
        frame = pd.DataFrame(getattr(year, field.name))
        for column in frame.columns.drop("geom", errors="ignore"):
            texts = {str(value) for value in frame[column] if isinstance(value, str | list)}
            assert not [text for text in texts if personal.search(text)], (field.name, column)


def test_what_cannot_be_used_is_refused(roder: gpd.GeoDataFrame, stations: gpd.GeoDataFrame):
    def made(with_roder: gpd.GeoDataFrame = roder, seed: int = 1, incidents: int = 10) -> DemoYear:
        return generate(
            roder=with_roder, stations=stations, seed=seed, as_of=AS_OF, incidents=incidents
        )

    with pytest.raises(WrongCRS):
        made(roder.to_crs(WEB))
    with pytest.raises(InvalidInput, match="bydel"):
        made(roder.drop(columns="bydel"))
    with pytest.raises(InvalidInput, match="rode 201"):
        made(roder[roder["code"] != "201"])
    with pytest.raises(InvalidInput, match="once"):
        made(pd.concat([roder, roder[:1]], ignore_index=True))
    bow_tie = shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])
    with pytest.raises(InvalidInput, match="rode 5 are invalid"):
        made(roder.assign(geometry=roder.geometry.where(roder["code"] != "5", bow_tie)))
    with pytest.raises(InvalidInput, match="seed"):
        made(seed=-1)
    with pytest.raises(InvalidInput, match="incidents"):
        made(incidents=0)


def test_a_commitment_called_joint_has_the_other_side_there(year: DemoYear) -> None:
    rows = list(rows_of(year.commitments))
    joint = [one for one in rows if says_joint(one.reason) and one.form != "on_call"]
    assert joint
    for one in joint:
        assert any(
            other.agency != one.agency
            and other.form != "on_call"
            and other.coverage_area_code == one.coverage_area_code
            and other.starts_at < one.ends_at
            and one.starts_at < other.ends_at
            for other in rows
        ), one
