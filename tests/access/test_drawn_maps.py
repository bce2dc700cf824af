"""Drawn maps, file by file and role by role: who opens which, and what stands in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.main import make_app
from geo_service.domain.access import SIGNED_IN, Role
from geo_service.settings import Settings
from geo_service.storage import areas as area_store
from geo_service.storage.database import Database
from tests import people
from tests.access import house
from tests.access import planted as plants
from tests.access.planted import HOME, OTHER_HOTSPOT, OWN_HOTSPOT, Planted

OWN, OTHER = (house.EVENING_MAPS[HOME, hotspot] for hotspot in (OWN_HOTSPOT, OTHER_HOTSPOT))
FILES = (*house.EVENING_MAPS.values(), "byrum", "beboere")
BOTH, ONE = None, (OWN_HOTSPOT,)
OPENS = {
    (Role.police, BOTH): {OWN, OTHER, "byrum"},
    (Role.police, ONE): {OWN, "byrum"},
    (Role.hotspot_chief, BOTH): {OWN, OTHER, "byrum", "beboere"},
    (Role.hotspot_chief, ONE): {OWN, "byrum", "beboere"},
    (Role.street_team, ONE): {"byrum"},
    (Role.tmf, BOTH): {"byrum"},
    (Role.partner, BOTH): set(),
    (Role.agency, BOTH): set(),
    (Role.council, BOTH): set(),
    (Role.admin, BOTH): set(),
}
"""Written out, not read from the declaration."""


@pytest.fixture(scope="module")
def planted(own: Database) -> Planted:
    with own.working(people.EVERYWHERE) as session:
        return plants.plant(session, copies=3)


@pytest.fixture(scope="module")
def state(own: Database, planted: Planted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("state")
    house.plant_hotspots(own)
    house.draw_maps(own, state / "maps")
    return state


@pytest.fixture
def drawn(settings: Settings, state: Path) -> Settings:
    return settings.model_copy(update={"state": state})


@pytest.fixture
def app(own: Database, drawn: Settings) -> FastAPI:
    return make_app(drawn, own)


def token_of(own: Database, role: Role, hotspots: tuple[str, ...] | None) -> str:
    return people.token_of(own, role, **house.rights_of(role, hotspots))


def test_every_role_is_in_the_table() -> None:
    assert {role for role, _ in OPENS} == set(SIGNED_IN)


@pytest.mark.parametrize(("role", "hotspots"), OPENS)
def test_a_role_opens_its_own_maps_and_no_others(
    own: Database,
    app: FastAPI,
    planted: Planted,
    role: Role,
    hotspots: tuple[str, ...] | None,
) -> None:
    client = people.browser(app, token_of(own, role, hotspots))
    missing = client.get("/kort/aftenplan-findes-ikke.html")
    for name in FILES:
        answer = client.get(f"/kort/{name}.html")
        if name not in OPENS[role, hotspots]:
            assert (answer.status_code, answer.content) == (404, missing.content), name
            assert dict(answer.headers) == dict(missing.headers), name
            continue
        assert answer.status_code == 200, name
        for canary in planted.canaries:
            if canary.text in answer.text:
                assert house.may_see(canary, role, hotspots), f"{canary} in {name}"


@pytest.mark.parametrize("public", [False, True])
def test_nobody_at_all_opens_one(own: Database, drawn: Settings, public: bool) -> None:
    client = people.browser(make_app(drawn, own, public=public), follow_redirects=False)
    for name in FILES:
        answer = client.get(f"/kort/{name}.html")
        assert answer.status_code == (404 if public else 303), name
        assert "KANARIE" not in answer.text


def test_an_evening_map_holds_the_canaries_of_its_area_and_no_other(
    state: Path, planted: Planted
) -> None:
    """What is searched for is there to be found: the tests above are not blind."""
    for (place, hotspot), name in house.EVENING_MAPS.items():
        html = (state / "maps" / f"{name}.html").read_text(encoding="utf-8")
        found = {
            (canary.variant.municipality, canary.variant.hotspot)
            for canary in planted.canaries
            if canary.kind in ("coverage", "commitment", "incident") and canary.text in html
        }
        assert found == {(place, hotspot)}, name


def test_the_duty_room_shows_the_map_of_the_area_that_was_chosen(
    own: Database, app: FastAPI
) -> None:
    chief = people.browser(app, token_of(own, Role.hotspot_chief, BOTH))
    asked = chief.get("/aften").text
    assert "<iframe" not in asked
    assert "Vælg et hotspotområde" in asked
    for hotspot, name in ((OWN_HOTSPOT, OWN), (OTHER_HOTSPOT, OTHER)):
        assert f'href="/aften?omraade={hotspot}"' in asked
        page = chief.get("/aften", params={"omraade": hotspot}).text
        assert f'<iframe class="drawn" src="/kort/{name}.html"' in page
        assert page.count("<iframe") == 1
        (rights,) = re.findall(r'<iframe[^>]* sandbox="([^"]*)"', page)
        assert "allow-scripts" in rights
        assert "allow-same-origin" not in rights
    one = people.browser(app, token_of(own, Role.hotspot_chief, ONE))
    assert f'src="/kort/{OWN}.html"' in one.get("/aften").text
    for hotspot in (OTHER_HOTSPOT, "findes-ikke"):
        page = one.get("/aften", params={"omraade": hotspot}).text
        assert "<iframe" not in page
        assert OTHER not in page


def test_without_hotspot_areas_the_duty_room_says_how_to_load_one(
    own: Database, app: FastAPI
) -> None:
    with own.working(people.EVERYWHERE) as session:
        area_store.ensure_municipality(session, "0147", "Frederiksberg")
    token = people.token_of(own, Role.police, municipality="0147")
    page = people.browser(app, token).get("/aften").text
    assert "Der er ikke indlæst noget hotspotområde" in page
    assert "--within hotspot_area=" in page


def test_the_start_page_says_so_where_no_map_is_drawn(
    own: Database, settings: Settings, app: FastAPI
) -> None:
    bare = make_app(settings, own)  # a state folder without maps
    for role, application, is_said in (
        (Role.police, bare, True),
        (Role.police, app, False),
        (Role.street_team, bare, False),
    ):
        client = people.browser(application, token_of(own, role, ONE))
        assert ("Aftenkortet er ikke tegnet endnu" in client.get("/").text) is is_said
    assert (
        "Aftenkortet er ikke tegnet"
        in people.browser(bare, token_of(own, Role.hotspot_chief, ONE)).get("/aften").text
    )
