"""The web service: the start page, the maps, the API, and what it refuses."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.listening import listening_socket, require_loopback
from api.main import make_app
from geo_service.errors import InvalidInput, NotReady
from geo_service.settings import Settings
from geo_service.storage import areas as store
from geo_service.storage.database import Database
from tests import make, people


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    """A database of this module's own, with four roder of 2014 and three of 2018."""
    database = own_database("tryghed_api")
    with database.working(people.EVERYWHERE) as session:
        make.stored_squares(session)
        later = make.edition(valid_from=make.FIRST_DAY.replace(year=2018))
        store.store_areas(session, make.squares(3), later)
    return database


@pytest.fixture
def client(own: Database, settings: Settings) -> Iterator[TestClient]:
    token = people.token_of(own, "hotspot_chief")
    with people.browser(make_app(settings, own), token) as client:
        yield client


@pytest.fixture
def public(own: Database, settings: Settings) -> Iterator[TestClient]:
    with TestClient(make_app(settings, own, public=True), base_url="http://127.0.0.1") as client:
        yield client


def drawn(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(f"<!doctype html><title>{name}</title>", encoding="utf-8")


def test_the_process_lives_and_is_ready(client: TestClient) -> None:
    assert client.get("/livez").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["schema_head"] == ready.json()["schema_needed"]


def test_it_says_when_the_database_is_gone(own: Database, settings: Settings) -> None:
    gone = replace(own, address=own.address.set(database="no_such_database"))
    with people.browser(make_app(settings, gone), "a token") as client:
        assert client.get("/livez").status_code == 200
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["database"]) == (503, False)
        areas = client.get("/api/v1/areas")
        assert areas.status_code == 503
        assert "no_such_database" not in areas.text


def test_areas_of_a_day_are_geojson_in_degrees(client: TestClient) -> None:
    answer = client.get("/api/v1/areas", params={"kind": "rode", "on": "2015-01-01"})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["type"], len(found["features"]), found["outline"]) == (
        "FeatureCollection",
        4,
        "official",
    )
    first = found["features"][0]
    assert first["id"] == "rode:1"
    assert first["geometry"]["type"] == "MultiPolygon"
    longitude, latitude = first["geometry"]["coordinates"][0][0][0]
    assert 12 < longitude < 13
    assert 55 < latitude < 56
    later = client.get("/api/v1/areas", params={"kind": "rode", "on": "2018-09-01"}).json()
    assert len(later["features"]) == 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("kind=street", 422),
        ("kind=rode&municipality=101", 422),
        ("kind=rode&municipality=0147", 404),
        ("kind=district", 404),
        ("kind=rode&on=32-13-2026", 422),
        ("kind=rode%27%3B--", 422),
        ("kind=rode&municipality=%00%00%00%00", 422),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    client: TestClient, query: str, status: int
) -> None:
    answer = client.get(f"/api/v1/areas?{query}")
    assert answer.status_code == status
    assert "SELECT" not in answer.text


def test_status_lists_editions(client: TestClient) -> None:
    status = client.get("/api/v1/status").json()
    assert status["demo"] is False
    periods = [(edition["valid_from"], edition["areas"]) for edition in status["editions"]]
    assert periods == [("2014-09-01", 4), ("2018-09-01", 3)]


def test_openapi_names_the_areas(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {"/api/v1/areas", "/api/v1/status", "/livez", "/readyz"} <= paths.keys()


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for path in ("/", "/livez", "/api/v1/areas", "/no/such/page"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert "unsafe" not in headers["content-security-policy"]


def test_the_public_site_shows_the_residents_page_and_nothing_else(
    public: TestClient, settings: Settings
) -> None:
    drawn(settings.maps_dir, "aftenplan.html", "byrum.html", "beboere.html")
    assert public.get("/").status_code == 404  # drawn, but nobody has decided to show it
    drawn(settings.public_maps_dir, "beboere.html")
    page = public.get("/")
    assert page.status_code == 200
    assert "beboere.html" in page.text
    assert public.get("/readyz").status_code == 200
    for path in ("/kort/aftenplan.html", "/kort/byrum.html", "/api/v1/areas", "/api/v1/status"):
        assert public.get(path).status_code == 404
    for path in ("/api/v1/openapi.json", "/openapi.json", "/docs", "/redoc"):
        assert public.get(path).status_code == 404
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_is_allowed(address: str) -> None:
    require_loopback(address, is_private=False)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.7", "example.org", ""])  # noqa: S104
def test_other_addresses_are_refused_unless_vouched_for(address: str) -> None:
    with pytest.raises(InvalidInput, match="speaks plain HTTP"):
        require_loopback(address, is_private=False)
    require_loopback(address, is_private=True)


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(NotReady, match=rf"Port {port} on 127.0.0.1 is taken"),
            listening_socket("127.0.0.1", port),
        ):
            pass


def test_another_name_that_points_here_reads_nothing(client: TestClient) -> None:
    """DNS rebinding: a page elsewhere gives its own name our address."""
    for name in ("evil.example", "127.0.0.1.evil.example", "tryghed.local"):
        answer = client.get("/kort/aftenplan.html", headers={"host": name})
        assert answer.status_code == 400
    assert client.get("/livez", headers={"host": "localhost:8470"}).status_code == 200


def test_a_parameter_that_is_not_described_is_refused_to_who_may_ask(
    own: Database, settings: Settings
) -> None:
    """Left aside, a misspelt one would be answered as if it had not been asked."""
    token = people.token_of(own, "police", kind="token")
    with people.program(make_app(settings, own), token) as program:
        assert program.get("/api/v1/areas?kind=rode").status_code == 200
        answer = program.get("/api/v1/areas?kind=rode&kommune=0101")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert program.get("/api/v1/users?x=1").content == program.get("/api/v1/x?x=1").content
