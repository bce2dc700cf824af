"""One database for the tests of sign-in, and an application on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.main import make_app
from geo_service.settings import Settings
from geo_service.storage import areas as store
from geo_service.storage.bootstrap import prepare
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.storage.roles import LOGIN_ROLES
from tests import doors, make, people


@pytest.fixture(scope="session")
def town(cluster: Cluster) -> Iterator[Database]:
    """A database with one municipality, whose data are not made up, and its hotspot areas."""
    database = Database(address=cluster.url.set(database="tryghed_town"), secrets=cluster.secrets)
    prepare(database)
    with database.working(people.EVERYWHERE) as session:
        make.stored_squares(session)
        hotspots = make.squares(2).assign(name=["Ydre Nørrebro", "Valby"])
        store.store_areas(session, hotspots, make.edition("hotspot_area"))
    yield database
    for role in LOGIN_ROLES:
        database.engine(role).dispose()


@pytest.fixture
def app(town: Database, settings: Settings) -> FastAPI:
    """The application, with limits of its own."""
    return make_app(settings, town)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A browser that is not signed in."""
    with doors.browser(app) as client:
        yield client
