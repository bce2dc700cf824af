"""A town of its own, and a browser for each side of the agreement."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.main import make_app
from geo_service.domain.access import Role
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import agreed, people


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_agreements")
    agreed.town(database)
    return database


@pytest.fixture(autouse=True)
def empty(own: Database) -> Iterator[None]:
    yield
    with own.as_owner() as owner:
        owner.execute(
            text("TRUNCATE raw.evening_plan, raw.commitment, raw.plan_amendment, raw.suspension,"
                 " raw.team_setting, raw.police_choice, raw.street_team_choice,"
                 " raw.evening_log, work.school_holiday, work.activity CASCADE")
        )  # fmt: skip
        owner.commit()


@pytest.fixture
def app(own: Database, settings: Settings) -> FastAPI:
    return make_app(settings, own)


@pytest.fixture
def chief(own: Database, app: FastAPI) -> TestClient:
    token = people.token_of(own, Role.hotspot_chief, hotspot_areas=[agreed.HOTSPOT], name="Chefen")
    return people.browser(app, token, follow_redirects=False)


@pytest.fixture
def police(own: Database, app: FastAPI) -> TestClient:
    token = people.token_of(own, Role.police, name="Lokalpolitiet")
    client = people.browser(app, token, follow_redirects=False)
    client.post("/konto/omraade", data={"omraade": agreed.HOTSPOT, "naeste": "/aften"})
    return client


@pytest.fixture
def team(own: Database, app: FastAPI) -> TestClient:
    token = people.token_of(
        own, Role.street_team, hotspot_areas=[agreed.HOTSPOT], team_code="G1", name="G1"
    )
    return people.browser(app, token, follow_redirects=False)
