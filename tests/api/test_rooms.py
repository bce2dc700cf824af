"""The workspaces: each role's doors and pages, what they show, and drawn maps in scope."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from api.main import make_app
from api.tile_cache import KEY_FILE
from geo_service.domain.access import SIGNED_IN, Role
from geo_service.errors import NotReady
from geo_service.settings import Settings
from geo_service.storage.database import Database
from geo_service.workflows.drawn_scope import DrawnScope, write_map
from tests import people
from tests.access import planted as plants
from tests.access.planted import AWAY, HOME, OTHER_HOTSPOT, OWN_HOTSPOT, OWN_TEAM, VALID_FROM

DOORS = {
    Role.police: {"/aften", "/byrum", "/omraade", "/data", "/beboere"},
    Role.hotspot_chief: {"/aften", "/byrum", "/omraade", "/data", "/beboere"},
    Role.street_team: {"/aften", "/byrum", "/omraade", "/beboere"},
    Role.tmf: {"/byrum", "/omraade", "/data", "/beboere"},
    Role.partner: {"/byrum", "/beboere"},
    Role.agency: {"/omraade", "/beboere"},
    Role.council: {"/beboere"},
    Role.admin: {"/administration"},
}
ROOMS = ("/aften", "/byrum", "/omraade", "/beboere", "/data")


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_rooms")
    with database.working(people.EVERYWHERE) as session:
        plants.plant(session)
    return database


@pytest.fixture
def app(own: Database, settings: Settings) -> FastAPI:
    return make_app(settings, own)


def signed_in(own: Database, role: Role, **right: object) -> str:
    if role is Role.street_team:
        right.setdefault("team_code", OWN_TEAM)
    return people.token_of(own, role, **right)


@pytest.mark.parametrize("role", SIGNED_IN)
def test_each_role_has_its_doors_and_no_others(own: Database, app: FastAPI, role: Role) -> None:
    client = people.browser(app, signed_in(own, role), follow_redirects=False)
    page = client.get("/")
    assert page.status_code == 200
    for room in (*ROOMS, "/administration"):
        assert (f'href="{room}"' in page.text) is (room in DOORS[role]), room
    for room in ROOMS:
        assert client.get(room).status_code == (200 if room in DOORS[role] else 404), room


def test_a_refused_room_reads_like_none(own: Database, app: FastAPI) -> None:
    client = people.browser(app, signed_in(own, Role.council))
    refused, missing = client.get("/aften"), client.get("/no-such-room")
    assert (refused.status_code, refused.content) == (missing.status_code, missing.content)


def test_rooms_show_the_rows_of_the_scope(own: Database, app: FastAPI) -> None:
    partner = people.browser(app, signed_in(own, Role.partner)).get("/byrum").text
    tmf = people.browser(app, signed_in(own, Role.tmf)).get("/byrum").text
    assert partner.count("<tr>") == 2  # the head, and the one project of its own
    assert tmf.count("<tr>") == 3
    assert "Banedanmark" not in partner
    street_team = people.browser(app, signed_in(own, Role.street_team)).get("/aften").text
    chief = people.browser(app, signed_in(own, Role.hotspot_chief)).get("/aften").text
    assert "Dine vagter" in street_team
    assert "Dine vagter" not in chief


def test_numbers_have_dots_and_deadlines_years(own: Database, app: FastAPI) -> None:
    token = signed_in(own, Role.police)
    with own.as_owner() as owner:
        owner.execute(
            text(
                "UPDATE work.import_batch SET rows_in_file = 60000, rows_stored = 60000,"
                " rows_rejected = 0, rows_duplicate = 0,"
                " imported_by = 'user:' || (SELECT max(id) FROM adm.user_account)"
            )
        )
        owner.execute(text("UPDATE work.effect_goal SET deadline = '2027-12-31'"))
        owner.commit()
    police = people.browser(app, token)
    assert "60.000 rækker gemt" in police.get("/data").text
    chief = people.browser(app, signed_in(own, Role.hotspot_chief))
    assert "31. december 2027" in chief.get("/omraade").text


def test_an_edition_lists_its_areas_and_another_municipalitys_is_not_there(
    own: Database, app: FastAPI
) -> None:
    client = people.browser(app, signed_in(own, Role.tmf))
    listed = client.get("/data/omraader").text
    assert f"/data/omraader/rode/{VALID_FROM}" in listed
    page = client.get(f"/data/omraader/rode/{VALID_FROM}")
    assert page.status_code == 200
    assert "c1-0" in page.text
    assert "c3-0" not in page.text  # the same edition of the other municipality
    for path in ("/data/omraader/rode/2001-01-01", "/data/omraader/street/2014-09-01"):
        assert client.get(path).status_code == 404


MAPS = {
    f"/data/omraader/rode/{VALID_FROM}": Role.tmf,
    "/data/haendelser": Role.police,
    "/aften/tilbud": Role.hotspot_chief,
}


@pytest.mark.parametrize("path", MAPS)
def test_every_map_may_lie_on_a_background_where_there_is_a_key(
    own: Database, settings: Settings, tmp_path: Path, path: str
) -> None:
    given = settings.model_copy(update={"secrets_dir": tmp_path})
    token = signed_in(own, MAPS[path], hotspot_areas=[OWN_HOTSPOT])
    client = people.browser(make_app(given, own), token)
    choice = re.compile(r'<input type="radio" name="kort-baggrund" value="([^"]*)"[^>]*> *([^<]*)')
    assert 'class="map-panel"' in (without := client.get(path).text)
    assert not choice.search(without)
    (tmp_path / KEY_FILE).write_text("noegle-0123\n")
    page = client.get(path).text
    assert choice.findall(page) == [
        ("", "Eget kort"),
        ("/baggrundskort/skaermkort/{z}/{x}/{y}", "Skærmkort"),
        ("/baggrundskort/ortofoto/{z}/{x}/{y}", "Luftfoto"),
    ]
    assert "noegle-0123" not in page
    assert "Topographic map" in client.get(f"{path}?sprog=en").text


def draw(
    settings: Settings,
    municipality: str,
    hotspot: str,
    *,
    evening: str = "aftenplan",
    precision: str = "rode",
) -> None:
    """Let the folder of maps hold the three, each with a note of whose it is."""
    of_hotspot = DrawnScope(municipality, "2026-11-25", hotspot, precision)
    of_place = DrawnScope(municipality, "2026-11-25")
    for name, scope in ((evening, of_hotspot), ("byrum", of_place), ("beboere", of_place)):
        write_map(settings.maps_dir, name, f"<!doctype html><title>{name}</title>", scope)


SEES = {
    Role.police: {"aftenplan", "byrum"},
    Role.hotspot_chief: {"aftenplan", "byrum", "beboere"},
    Role.street_team: {"byrum"},
    Role.tmf: {"byrum"},
}


@pytest.mark.parametrize("role", SIGNED_IN)
def test_drawn_maps_are_shown_to_whom_the_declaration_names(
    own: Database, app: FastAPI, settings: Settings, role: Role
) -> None:
    draw(settings, HOME, OWN_HOTSPOT)
    client = people.browser(app, signed_in(own, role))
    missing = client.get("/kort/no-such.html")
    for name in ("aftenplan", "byrum", "beboere"):
        answer = client.get(f"/kort/{name}.html")
        if name in SEES.get(role, set()):
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "no-store"
        else:
            assert (answer.status_code, answer.content) == (404, missing.content)


@pytest.mark.parametrize(("place", "hotspot"), [(AWAY, OWN_HOTSPOT), (HOME, OTHER_HOTSPOT)])
def test_maps_of_another_municipality_or_hotspot_area_are_not_there(
    own: Database, app: FastAPI, settings: Settings, place: str, hotspot: str
) -> None:
    draw(settings, place, hotspot)
    token = signed_in(own, Role.hotspot_chief, hotspot_areas=[OWN_HOTSPOT])
    assert people.browser(app, token).get("/kort/aftenplan.html").status_code == 404


@pytest.mark.parametrize("note", [None, "{}", "[]", "", '{"municipality": "0101"}'])
def test_maps_without_a_note_are_nobodys(
    own: Database, app: FastAPI, settings: Settings, note: str | None
) -> None:
    draw(settings, HOME, OWN_HOTSPOT)
    path = settings.maps_dir / "aftenplan.scope.json"
    path.unlink() if note is None else path.write_text(note)
    token = signed_in(own, Role.hotspot_chief)
    assert people.browser(app, token).get("/kort/aftenplan.html").status_code == 404


def test_another_areas_map_never_stands_under_a_new_note(settings: Settings) -> None:
    """Drawn anew for somebody else, the old map is gone before the note says whose it is."""
    draw(settings, HOME, OWN_HOTSPOT)
    blocked = settings.maps_dir / ".aftenplan.html.making"
    blocked.mkdir()  # the new page cannot be written
    with pytest.raises((NotReady, OSError)):
        draw(settings, AWAY, OTHER_HOTSPOT)
    assert not (settings.maps_dir / "aftenplan.html").exists()


def test_a_map_that_tells_more_than_the_police_let_others_see_is_kept_back(
    own: Database, app: FastAPI, settings: Settings
) -> None:
    """The police choose the rode after a map of points was drawn: nobody opens it any more."""
    clients = [
        people.browser(app, signed_in(own, role)) for role in (Role.police, Role.hotspot_chief)
    ]
    for precision in ("point", "250m"):
        draw(settings, HOME, OWN_HOTSPOT, precision=precision)
        for client in clients:
            missing = client.get("/kort/no-such.html")
            assert client.get("/kort/aftenplan.html").content == missing.content
            assert "/kort/aftenplan.html" not in client.get("/aften").text
    draw(settings, HOME, OWN_HOTSPOT, precision="rode")
    for client in clients:
        assert client.get("/kort/aftenplan.html").status_code == 200


@pytest.mark.parametrize("name", ["secret", "..%2fsecrets%2fjob", "%2e%2e/lock", "x/y"])
def test_only_the_three_maps_are_served(
    own: Database, app: FastAPI, settings: Settings, name: str
) -> None:
    draw(settings, HOME, OWN_HOTSPOT)
    (settings.maps_dir / "secret.html").write_text("secret")
    client = people.browser(app, signed_in(own, Role.hotspot_chief))
    assert client.get(f"/kort/{name}.html").status_code == 404


def test_the_residents_page_is_shown_once_somebody_has_decided(
    own: Database, app: FastAPI, settings: Settings
) -> None:
    client = people.browser(app, signed_in(own, Role.council))
    assert "Intet er offentliggjort" in client.get("/beboere").text
    path: Path = settings.public_maps_dir / "beboere.html"
    path.parent.mkdir(parents=True)
    path.write_text("<!doctype html><title>beboere</title>")
    assert "/kort/offentlig/beboere.html" in client.get("/beboere").text
    assert client.get("/kort/offentlig/beboere.html").status_code == 200
