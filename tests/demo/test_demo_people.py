"""Residents, surveys, goals, projects and presence of the demo hold what their sources say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import geopandas as gpd
import pandas as pd
import pytest

from geo_service.demo.year import DemoYear
from geo_service.domain import vocabulary as words

AS_OF = date(2026, 11, 23)


def test_residents_are_the_citys_and_districts_are_sums(year: DemoYear, roder: gpd.GeoDataFrame):
    latest = year.population[year.population["year"] == 2026]
    by_rode = latest[latest["area_kind"] == "rode"].set_index("area_code")["residents"]
    assert by_rode.sum() == pytest.approx(560_000, rel=0.002)
    assert len(by_rode) == 396
    district = roder.set_index("code")["district"]
    summed = by_rode.astype(int).groupby(district).sum().sort_index()
    given = latest[latest["area_kind"] == "district"].set_index("area_code")["residents"]
    assert given.astype(int).sort_index().to_dict() == summed.to_dict()
    assert sorted(year.population["year"].unique()) == [2009, 2024, 2025, 2026]


def test_ydre_norrebro_comes_near_the_published_count(year: DemoYear):
    """9,190 residents, 5,006 dwellings and 2,096 aged 12-24 on 1 January 2009 (framework)."""
    latest = year.population.query(
        "area_kind == 'district' and area_code == '12' and year == 2026"
    ).iloc[0]
    assert latest["residents"] == pytest.approx(9_190, rel=0.01)
    assert latest["dwellings"] == pytest.approx(5_006, rel=0.01)
    published = year.population[year.population["area_kind"] == "hotspot_area"]
    assert published["residents"].tolist() == [9_190, 2_096]
    assert published["dwellings"].tolist() == [5_006, None]
    assert published["age_to"].tolist() == [None, 24]


def test_surveys_are_rounded_three_ways_and_some_are_small(year: DemoYear):
    survey = year.survey_results
    assert len(survey) == 35 * 3 * 2 * 3
    assert sorted(survey["year"].unique()) == [2023, 2024, 2025]
    sums = survey.groupby(["area_code", "year", "question"])["share_pct"].sum().astype(float)
    assert sums.between(98, 102).all()
    assert (sums != 100).any()
    assert (survey["share_pct"].astype(float) % 1 == 0).all()
    few = survey.groupby("area_code")["answers"].max() < 50
    assert few.sum() == 4
    assert survey["answers"].astype(int).between(20, 140).all()
    assert (survey["invited"] > survey["answers"]).all()
    assert survey["design_effect"].astype(float).between(1.3, 1.6).all()


def test_norrebro_feels_less_safe_than_osterbro_at_night(year: DemoYear, roder: gpd.GeoDataFrame):
    unsafe = year.survey_results.query("question == 'utryg_aften_nat' and answer == 'utryg'")
    share = unsafe.assign(share=unsafe["share_pct"].astype(float)).groupby("area_code")["share"]
    bydel = roder.dropna(subset=["district"]).groupby("district")["bydel"].first()
    mean = share.mean().groupby(bydel).mean()
    assert mean["Nørrebro"] > mean["Østerbro"] + 8


def test_hotspot_areas_have_the_members_and_periods_of_the_source(year: DemoYear):
    """A set with a period, 1 March 2011 - 31 December 2014, continued by the demo."""
    members = year.memberships[year.memberships["group_code"] == "ydre-norrebro"]
    first = members[members["valid_from"] == date(2011, 3, 1)]
    assert set(zip(first["member_kind"], first["member_code"], strict=True)) == {
        ("district", "12"),
        ("rode", "157"),
    }
    assert set(first["valid_to"]) == {date(2015, 1, 1)}
    later = members[members["valid_from"] == date(2015, 1, 1)]
    assert len(later) == 2
    assert later["valid_to"].isna().all()
    assert set(later["source"]) == {"opdigtet fortsættelse i demoen"}
    assert len(year.hotspot_areas) == 3


@pytest.mark.parametrize("area", ["ydre-norrebro", "akacieparken-sjaelor"])
def test_coverage_areas_share_out_their_hotspot_area(
    area: str, year: DemoYear, roder: gpd.GeoDataFrame
):
    pieces = year.coverage_areas[year.coverage_areas["hotspot_area_code"] == area]
    assert 8 <= len(pieces) <= 10
    assert set(pieces["agency"]) == {"street_team", "police"}
    assert set(pieces.geom_type) == {"MultiPolygon"}
    assert pieces.is_valid.all()
    members = (
        roder["code"].isin(["201", "207", "209"])
        if area == "akacieparken-sjaelor"
        else (roder["district"] == "12") | (roder["code"] == "157")
    )
    whole = roder[members].union_all()
    assert whole.geom_type == "Polygon"  # in one piece
    assert pieces.area.sum() == pytest.approx(whole.area, rel=0.01)
    assert pieces.union_all().area == pytest.approx(pieces.area.sum(), rel=1e-6)
    assert pieces.area.between(30_000, 320_000).all()
    assert (pieces["capacity"] >= 1).all()


def test_sjaelor_station_has_the_published_money(year: DemoYear):
    """DSB set aside 7 million kr.; TMF spends 1 million kr. on the lighting (method 1.4)."""
    projects = year.improvement_projects.set_index("code")
    assert projects.loc["sj-01", ["owner", "kind", "baseline_cost_oere"]].tolist() == [
        "DSB",
        "station",
        700_000_000,
    ]
    assert projects.loc["sj-02", ["owner", "kind", "baseline_cost_oere"]].tolist() == [
        "Teknik- og Miljøforvaltningen",
        "lighting",
        100_000_000,
    ]
    granted = year.funding_lines.groupby("project_code")["granted_oere"].sum()
    assert granted["sj-01"] + granted["sj-02"] == 800_000_000
    station = projects.geometry["sj-01"]
    assert (station.x, station.y) == (721_890, 6_172_945)


def test_thirty_projects_use_every_kind_status_and_shape(year: DemoYear, roder: gpd.GeoDataFrame):
    projects = year.improvement_projects
    assert len(projects) == 30
    assert set(projects["kind"]) == set(words.PROJECT_KINDS)
    assert set(projects["status"]) == set(words.PROJECT_STATUSES)
    assert set(projects.geom_type) == {"Point", "LineString", "Polygon"}
    assert projects.intersects(roder.union_all()).all()
    assert projects["name"].is_unique
    late = [
        end is not None and forecast is not None and forecast > end
        for end, forecast in zip(projects["baseline_end"], projects["forecast_end"], strict=True)
    ]
    assert 5 <= sum(late) <= 20
    cost = projects.dropna(subset=["forecast_cost_oere"])
    assert 5 <= (cost["forecast_cost_oere"] > cost["baseline_cost_oere"]).sum() <= 15
    assert (projects["updated_on"] < AS_OF).all()


def test_funders_add_up_to_the_baseline_to_the_oere(year: DemoYear):
    projects = year.improvement_projects.set_index("code")
    lines = year.funding_lines
    applied = lines[lines["applied_oere"] > 0].groupby("project_code")["applied_oere"].sum()
    assert len(applied) > 20
    assert applied.to_dict() == projects["baseline_cost_oere"].loc[applied.index].to_dict()
    amounts = lines[["applied_oere", "granted_oere", "committed_oere", "spent_oere"]]
    assert amounts.map(lambda amount: type(amount) is int and amount >= 0).all(axis=None)
    assert (lines["spent_oere"] <= lines["committed_oere"]).all()
    assert (lines["committed_oere"] <= lines["granted_oere"]).all()
    assert (lines["granted_oere"] <= lines["applied_oere"]).all()


def test_promises_are_done_due_and_overdue(year: DemoYear):
    actions = year.actions
    waiting = actions[actions["done_on"].isna()]
    overdue = waiting[[due < AS_OF for due in waiting["due_on"]]]
    assert len(overdue) >= 5
    assert len(waiting) - len(overdue) >= 10
    done = actions.dropna(subset=["done_on"])
    assert all(day < AS_OF for day in done["done_on"])
    assert set(done["economy_checked"]) == {"yes"}
    assert set(waiting["environment_checked"]) == {"yes", "no", "pending"}


def test_the_street_team_are_four_who_take_turns(year: DemoYear):
    teams = year.teams.set_index("code")
    assert teams.query("agency == 'street_team'")["members"].sum() == 4
    shifts = year.shifts
    assert set(shifts["evening"]) == {AS_OF + timedelta(days=offset) for offset in range(28)}
    street = shifts[shifts["team_code"] != "P1"]
    pairs_out = street.groupby("evening")["team_code"].nunique()
    assert set(pairs_out) == {1, 2}
    evenings = street.groupby("team_code")["evening"].nunique()
    assert evenings["G1"] == evenings["G2"] == 16  # four evenings a week each
    weekend = [evening for evening in street["evening"] if evening.weekday() in {5, 6}]
    assert len(weekend) == 8


def test_commitments_lie_in_the_polices_shifts(year: DemoYear):
    shifts = year.shifts[year.shifts["team_code"] == "P1"]
    coming = year.commitments["evening"] >= AS_OF
    police = year.commitments[coming & (year.commitments["agency"] == "police")]
    joined = police.merge(shifts, on="evening", suffixes=("", "_shift"))
    assert len(joined) == len(police) >= 14
    assert (joined["starts_at"] >= joined["starts_at_shift"]).all()
    assert (joined["ends_at"] <= joined["ends_at_shift"]).all()
    hotspot = year.coverage_areas.set_index("code")["hotspot_area_code"]
    assert set(year.commitments["coverage_area_code"].map(hotspot)) == set(hotspot)


def test_the_street_teams_lines_lie_in_its_shifts_and_stay_long_enough(year: DemoYear):
    coming = year.commitments["evening"] >= AS_OF
    street = year.commitments[coming & (year.commitments["agency"] == "street_team")]
    joined = street.merge(year.shifts, on=["team_code", "evening"], suffixes=("", "_shift"))
    agreed = year.shifts["evening"] < AS_OF + timedelta(days=14)  # the next is a draft
    out = year.shifts[agreed & (year.shifts["team_code"] != "P1")]
    assert len(joined) == len(street) == 2 * len(out)
    assert (joined["starts_at"] >= joined["starts_at_shift"]).all()
    assert (joined["ends_at"] <= joined["ends_at_shift"]).all()
    assert ((street["ends_at"] - street["starts_at"]) >= timedelta(minutes=45)).all()


def test_one_agreement_has_run_out_one_has_begun_and_the_next_is_a_draft(year: DemoYear):
    is_draft = year.agreements["state"] == "draft"
    draft = year.agreements[is_draft]
    assert list(draft["first_evening"]) == [AS_OF + timedelta(days=14)]
    assert draft["sent_at"].isna().all()
    for _, own in year.agreements[~is_draft].groupby("hotspot_area_code"):
        assert sorted(own["first_evening"]) == [AS_OF - timedelta(days=14), AS_OF]
    keys = ["hotspot_area_code", "first_evening"]
    known = set(map(tuple, year.agreements[keys].to_numpy()))
    assert set(map(tuple, year.commitments[keys].to_numpy())) <= known


def test_logs_are_of_the_last_eight_weeks_and_the_newest_wait(year: DemoYear):
    logs = year.evening_logs
    assert logs["evening"].min() >= AS_OF - timedelta(weeks=8)
    assert logs["evening"].max() < AS_OF
    assert (logs["minutes"].astype(int) > 0).all()
    ends = logs["arrived_at"] + pd.to_timedelta(logs["minutes"].astype(int), unit="min")
    one_after_the_other = logs.assign(ends=ends).sort_values(["team_code", "arrived_at"])
    before = one_after_the_other.groupby("team_code")["ends"].shift()
    assert not (one_after_the_other["arrived_at"] < before).any()
    waiting = logs["released_at"].isna()
    assert waiting.any()
    assert set(logs.loc[waiting, "evening"]) <= {AS_OF - timedelta(days=d) for d in range(1, 15)}
    assert (logs.loc[~waiting, "released_at"] > logs.loc[~waiting, "arrived_at"]).all()


def test_the_container_to_come_has_no_hours(year: DemoYear):
    without = set(year.offers["code"]) - set(year.offer_hours["offer_code"])
    assert without == {"container-akacieparken"}
    assert set(year.offers["kind"]) == set(words.OFFER_KINDS)
    assert year.offer_hours["weekday"].between(1, 7).all()
    assert (year.offers["age_from"] <= year.offers["age_to"]).all()


def test_goals_of_the_framework_programme(year: DemoYear):
    goals = year.effect_goals.set_index("code")
    index = goals.loc["yn-tryghedsindeks"]
    assert (index["direction"], index["target_category"]) == ("reach", "ordinaert")
    assert index["deadline"].year == 2015
    assert goals.loc["yn-efter-dom", "target_value"] == 60
    assert goals.loc["yn-exit", "target_value"] == 60
    assert goals.loc["yn-lukninger", "target_value"] == 0
    assert goals.loc["yn-samarbejde", "measured_by"] is None
    assert set(goals["kind"]) == set(words.GOAL_KINDS)
    assert (goals["municipality_code"] == "0101").sum() == 15


def test_goals_and_values_of_aalborg_oest(year: DemoYear):
    """4.2 % in 2015, to fall 25 % by 2020 (to 3.15 %); Himmerland 89.2 -> 65.1 is -27.0 %."""
    goals = year.effect_goals.set_index("code")
    charged = goals.loc["aa-sigtede-10-17"]
    target = charged["baseline_value"] * (1 - charged["target_value"] / 100)
    assert target == Decimal("3.15")
    assert charged["deadline"] == date(2020, 12, 31)
    assert goals.loc["aa-ssp-niveau-1-2", "baseline_value"] is None
    values = year.effect_goal_values
    himmerland = values[values["area_label"] == "Himmerland"].set_index("year")["value"]
    assert round(100 * (himmerland[2016] / himmerland[2013] - 1), 1) == Decimal("-27.0")
    assert len(values) == 2 + 12
    assert set(values["municipality_code"]) == {"0851"}


def test_published_categories_of_2010(year: DemoYear):
    """District 12: theft marked, the rest intensified; district 11: violence, theft marked."""
    published = year.published_index_results
    assert set(published["index_year"]) == {2010}
    assert published["source"].str.len().min() > 10
    of_type = published[published["area_kind"] == "district"]
    marked = of_type[of_type["category"] == "markant"]
    assert set(zip(marked["area_code"], marked["crime_type"], strict=True)) == {
        ("12", "tyveri"),
        ("11", "vold"),
        ("11", "tyveri"),
    }
    assert len(of_type) == 8
    assert set(of_type["crime_type"]) == {"vold", "indbrud", "tyveri", "haervaerk"}
