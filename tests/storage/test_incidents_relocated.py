"""Real incidents, moved to Copenhagen: what the roles see agrees with the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import geopandas as gpd
import numpy as np
import pytest

from geo_service.domain.incident_question import Question
from geo_service.domain.vocabulary import PUBLIC_SPACE_TYPES
from geo_service.settings import get_settings
from geo_service.storage import incidents as store
from geo_service.storage import incidents_seen as seen
from geo_service.storage.database import Database
from geo_service.workflows.import_incidents import with_rode
from tests import people, relocate
from tests.storage import scale_town as town
from tests.storage.seen_town import caller

pytestmark = pytest.mark.shared_data
LAST = date(2026, 11, 23)
ASKED = Question(first=date(2026, 3, 1), until=LAST)


@pytest.fixture(scope="module")
def file() -> gpd.GeoDataFrame:
    return relocate.houston(get_settings().shared_data, last_day=LAST)


@pytest.fixture(scope="module")
def real(own_database: Callable[[str], Database], file: gpd.GeoDataFrame) -> Database:
    database = own_database("tryghed_relocated")
    town.build(database, incidents=0)
    with database.working(people.EVERYWHERE) as session:
        assigned = with_rode(session, file, town.PLACE)
        store.store_incidents(session, assigned, municipality=town.PLACE, batch_id=None)
        store.count_by_rode(session, town.PLACE)
    return database


def test_the_weekday_and_the_hour_have_stayed(file: gpd.GeoDataFrame) -> None:
    clock = file["occurred_from"].dt.tz_convert("Europe/Copenhagen")
    assert len(file) > 80_000
    assert clock.max().date() < LAST
    by_hour = clock.dt.hour.value_counts(normalize=True)
    assert by_hour[4] < by_hour[18]  # people steal less at four in the morning than at six


def test_police_see_the_file_and_the_week_adds_up(real: Database, file: gpd.GeoDataFrame) -> None:
    in_period = file[file["occurred_from"].between(ASKED.begin(), ASKED.before)]
    with real.acting(caller("police")) as session:
        counts = seen.read_counts(session, ASKED, roder=None)
        cells = seen.read_cells(session, ASKED, roder=None, side_m=500)
        weights, number = seen.read_hours(session, ASKED, roder=None)
    assert counts["incidents"].sum() == cells["incidents"].sum() == number == len(in_period)
    by_type = counts.groupby("crime_type")["incidents"].sum().to_dict()
    assert by_type == in_period["crime_type"].value_counts().to_dict()
    clock = in_period["occurred_from"].dt.tz_convert("Europe/Copenhagen")
    expected = np.bincount(clock.dt.day_of_week * 24 + clock.dt.hour, minlength=168)
    np.testing.assert_allclose(weights, expected, atol=1e-6)


def test_a_chief_sees_the_public_part_of_it(real: Database, file: gpd.GeoDataFrame) -> None:
    in_period = file[file["occurred_from"].between(ASKED.begin(), ASKED.before)]
    public = in_period[
        in_period["crime_type"].isin(PUBLIC_SPACE_TYPES) & (in_period["setting"] != "indoor")
    ]
    with real.acting(caller("hotspot_chief")) as session:
        counts = seen.read_counts(session, ASKED, roder=None)
    assert 0 < counts["incidents"].sum() == len(public)
