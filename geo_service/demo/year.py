"""The whole made-up year of the demo municipality, from one seed.

Each part has its own stream of random numbers, so that more incidents do not change the
surveys. The same roder, stations, seed and day give the same frames, byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_service.demo import (
    agreements,
    evening_dates,
    hotspots,
    offers,
    people,
    presence,
    programme,
    projects,
)
from geo_service.demo.ground import ground_of
from geo_service.demo.incidents import incidents as incidents_of
from geo_service.demo.places import places_on
from geo_service.domain.grid import require_crs
from geo_service.errors import InvalidInput

STREAMS: Final = ("residents", "survey", "incidents", "actions", "commitments", "logs", "lines")


@dataclass(frozen=True)
class DemoYear:
    """The demo's rows; a field is named after its table, a column as the table's column.

    A row that points to another names it by its code (`team_code`, `coverage_area_code`,
    `project_code`, `offer_code`, `goal_code`, `rode_code`, `staffed_code`). Rows without
    municipality_code are Copenhagen's (0101). Times are datetime64[us, UTC], NaT where there is
    none; everything else is plain Python (date, time, int, Decimal, None).
    """

    hotspot_areas: pd.DataFrame
    """code, name, valid_from, valid_to; the outlines are dissolved from the members."""
    memberships: pd.DataFrame
    population: pd.DataFrame
    survey_results: pd.DataFrame
    published_index_results: pd.DataFrame
    incidents: gpd.GeoDataFrame
    improvement_projects: gpd.GeoDataFrame
    funding_lines: pd.DataFrame
    actions: pd.DataFrame
    offers: gpd.GeoDataFrame
    offer_hours: pd.DataFrame
    coverage_areas: gpd.GeoDataFrame
    teams: pd.DataFrame
    shifts: pd.DataFrame
    absences: pd.DataFrame
    staffed: pd.DataFrame
    staffed_hours: pd.DataFrame
    school_holidays: pd.DataFrame
    activities: pd.DataFrame
    agreements: pd.DataFrame
    commitments: pd.DataFrame
    """Lines of the agreements, which they name by hotspot area and first evening."""
    evening_logs: pd.DataFrame
    effect_goals: pd.DataFrame
    effect_goal_values: pd.DataFrame


def generate(
    *,
    roder: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    seed: int,
    as_of: date,
    incidents: int = 60_000,
) -> DemoYear:
    """Return a made-up year in Copenhagen, up to and without `as_of`.

    Parameters
    ----------
    roder
        One edition of Copenhagen's roder, EPSG:25832, valid outlines; columns code
        ('1' … '396'), name, district (or None), bydel.
    stations
        Points, EPSG:25832, with columns name and kind; those outside all roder are left out.
    seed
        Not negative. The same seed gives the same year.
    as_of
        The demo's today: incidents end the midnight before, shifts and commitments begin
        that evening.
    incidents
        How many incidents, exactly.

    Raises
    ------
    WrongCRS
        If a frame is not in EPSG:25832.
    InvalidInput
        If the roder lack a column or a rode that the hotspot areas stand on, an outline is
        invalid, or a number is out of range.
    """
    if seed < 0 or incidents < 1:
        raise InvalidInput(f"Need seed >= 0 and incidents >= 1, got {seed} and {incidents}.")
    require_crs(stations, "stations")
    ground = ground_of(roder)
    sequences = np.random.SeedSequence(seed).spawn(len(STREAMS))
    stream = {
        name: np.random.default_rng(sequence)
        for name, sequence in zip(STREAMS, sequences, strict=True)
    }
    residents = people.residents_by_rode(stream["residents"], ground)
    coverage = hotspots.coverage_areas(ground, as_of=as_of)
    promised = presence.commitments(stream["commitments"], as_of=as_of)
    return DemoYear(
        hotspot_areas=hotspots.hotspot_areas(),
        memberships=hotspots.memberships(),
        population=people.population(ground, residents, as_of=as_of),
        survey_results=people.survey_results(stream["survey"], ground, residents, as_of=as_of),
        published_index_results=programme.published_index_results(),
        incidents=incidents_of(
            stream["incidents"],
            ground,
            places_on(ground, stations),
            residents,
            as_of=as_of,
            count=incidents,
        ),
        improvement_projects=projects.improvement_projects(as_of=as_of),
        funding_lines=projects.funding_lines(as_of=as_of),
        actions=projects.actions(stream["actions"], as_of=as_of),
        offers=offers.offers(ground),
        offer_hours=offers.offer_hours(),
        coverage_areas=coverage,
        teams=presence.teams(),
        shifts=presence.shifts(as_of=as_of),
        absences=evening_dates.absences(as_of=as_of),
        staffed=evening_dates.staffed(),
        staffed_hours=evening_dates.staffed_hours(),
        school_holidays=evening_dates.school_holidays(as_of=as_of),
        activities=evening_dates.activities(as_of=as_of),
        agreements=agreements.agreements(as_of=as_of),
        commitments=agreements.lines(stream["lines"], promised, as_of=as_of),
        evening_logs=presence.evening_logs(stream["logs"], coverage, as_of=as_of),
        effect_goals=programme.effect_goals(),
        effect_goal_values=programme.effect_goal_values(),
    )
