"""The application over a database of the module's own; rows of every owner where they are asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from api.main import make_app
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import people
from tests.access import house
from tests.access import planted as plants
from tests.access.planted import NEIGHBOURS, VARIANTS, Planted


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database], request: pytest.FixtureRequest) -> Database:
    """A database named after the module."""
    return own_database(f"tryghed_{request.module.__name__.rpartition('test_')[2]}")


@pytest.fixture(scope="module")
def planted(own: Database) -> Planted:
    """Rows of one's own, of others of the municipality, and of another; areas and accounts."""
    with own.working(people.EVERYWHERE) as session:
        made = plants.plant(session, variants=[*VARIANTS, *NEIGHBOURS])
    house.plant_hotspots(own)
    house.plant_accounts(own, made)
    return made


@pytest.fixture
def app(own: Database, settings: Settings) -> FastAPI:
    """The application, as it is served."""
    return make_app(settings, own)
