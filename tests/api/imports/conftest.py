"""A municipality that files are sent to, and somebody of the police who sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.main import make_app
from geo_service.domain.access import Role
from geo_service.settings import Settings
from geo_service.storage import areas
from geo_service.storage.database import Database
from tests import make, people

Hold = Callable[[], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database], request: pytest.FixtureRequest) -> Database:
    database = own_database(f"tryghed_{request.module.__name__.rsplit('.', 1)[1]}")
    with database.working(people.EVERYWHERE) as session:
        make.stored_squares(session)
        areas.ensure_municipality(session, "0147", "Frederiksberg")  # has no roder
    return database


@pytest.fixture
def app(own: Database, settings: Settings) -> Iterator[FastAPI]:
    app = make_app(settings, own)
    yield app
    app.state.jobs.close()


@pytest.fixture
def police(own: Database, app: FastAPI) -> TestClient:
    return people.browser(app, people.token_of(own, Role.police), follow_redirects=False)


@pytest.fixture
def hold(own: Database) -> Hold:
    """Let whoever stores incidents wait: an import under way for as long as the test likes."""

    @contextmanager
    def _hold() -> Iterator[None]:
        with own.as_owner() as owner:
            owner.execute(text("LOCK TABLE raw.incident IN SHARE ROW EXCLUSIVE MODE"))
            try:
                yield
            finally:
                owner.rollback()

    return _hold
