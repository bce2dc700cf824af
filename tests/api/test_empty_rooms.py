"""Rooms with nothing in them: each speaks to whoever reads it, and names no command."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from api.main import make_app
from geo_service.domain.access import Role
from geo_service.settings import Settings
from geo_service.storage import areas as area_store
from geo_service.storage.database import Database
from tests import people


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_empty_rooms")
    with database.working(people.EVERYWHERE) as session:
        area_store.ensure_municipality(session, "0101", "København")
    return database


@pytest.fixture
def app(own: Database, settings: Settings) -> FastAPI:
    return make_app(settings, own)


@pytest.mark.parametrize(
    ("role", "path", "said"),
    [
        (Role.partner, "/byrum", "som din organisation ejer eller er med i"),
        (Role.hotspot_chief, "/byrum", "Spørg Teknik- og Miljøforvaltningen"),
        (Role.hotspot_chief, "/data/omraader", 'href="/data/indlaesninger/ny">Læs en fil ind'),
        (Role.police, "/data/omraader", "Hotspotchefen læser dem ind."),
    ],
)
def test_an_empty_room_speaks_to_its_reader(
    own: Database, app: FastAPI, role: Role, path: str, said: str
) -> None:
    page = people.browser(app, people.token_of(own, role)).get(path)
    assert page.status_code == 200
    assert said in page.text
    assert "tryghed areas" not in page.text
