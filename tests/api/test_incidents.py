"""Incidents by the API: who gets what, what is refused, and what is written down of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from api.main import make_app
from api.routes import incidents as route
from geo_service.domain.access import RIGHTS, SIGNED_IN, Role
from geo_service.domain.vocabulary import CRIME_TYPES, PUBLIC_SPACE_TYPES
from geo_service.settings import Settings
from geo_service.storage.database import Database
from geo_service.storage.tables import AuditEntry
from tests import people
from tests.storage import seen_town as town
from tests.storage.seen_town import Seen

PERIOD = {"since": "2026-10-05", "until": "2026-11-02"}
TOWN = "12.4955,55.6720,12.5265,55.6905"
PLANTED = 210
OWN_FIELDS = {"id", "source_system", "source_ref", "found_by"}
TOKENS: dict[Any, str] = {}


def spread() -> list[Seen]:
    rng = np.random.default_rng(5)
    types = list(CRIME_TYPES)
    return [
        Seen(
            (town.WEST + rng.uniform(0, 1_700), town.SOUTH + rng.uniform(0, 1_700)),
            types[n % len(types)],
            "indoor" if n % 5 == 0 else "public_space",
            minutes=int(rng.integers(0, 28 * 1_440)),
        )
        for n in range(PLANTED)
    ]


SEEN_BY_CHIEF = sum(
    one.crime_type in PUBLIC_SPACE_TYPES and one.setting != "indoor" for one in spread()
)


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Iterator[Database]:
    database = own_database("tryghed_api_incidents")
    town.build(database)
    with database.working(people.EVERYWHERE) as session:
        town.plant(session, town.WORLDS[0], spread())
    yield database
    TOKENS.clear()


@pytest.fixture
def app(own: Database, settings: Settings) -> FastAPI:
    with own.working(people.EVERYWHERE) as session:
        town.set_precision(session, None)
    return make_app(settings, own)


@pytest.fixture
def ask(own: Database, app: FastAPI) -> Callable[..., TestClient]:
    def client(role: Role | str, **right: Any) -> TestClient:
        key = (role, *((name, tuple(value)) for name, value in right.items()))
        if key not in TOKENS:
            if role == Role.street_team:
                right.setdefault("team_code", "t")
            TOKENS[key] = people.token_of(own, role, kind="token", **right)
        return people.program(app, TOKENS[key])

    return client


def get(client: TestClient, path: str = "", **query: Any) -> Any:
    address = f"/api/v1/incidents{path}?{urlencode(PERIOD | query, doseq=True)}"
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


def last_audit(database: Database) -> AuditEntry:
    with database.session("web_auth") as session:
        newest = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
        found = session.scalars(newest).one()
        session.expunge(found)
        return found


def test_police_get_points_with_every_field(ask: Callable[..., TestClient]) -> None:
    found = get(ask("police"), limit=1_000)
    assert (found["seen_as"], found["form"]) == ("point", "incidents")
    assert found["matched"] == found["returned"] == len(found["features"]) == PLANTED
    for feature in found["features"]:
        assert feature["properties"].keys() >= OWN_FIELDS
        longitude, latitude = feature["geometry"]["coordinates"]
        assert 12.4 < longitude < 12.6
        assert 55.6 < latitude < 55.8


def test_a_chief_gets_counts_per_rode_and_never_more(ask: Callable[..., TestClient]) -> None:
    chief = ask("hotspot_chief")
    found = get(chief)
    assert (found["seen_as"], found["form"], found["matched"]) == ("rode", "counts", SEEN_BY_CHIEF)
    assert all(feature["geometry"] is None for feature in found["features"])
    assert sum(f["properties"]["incidents"] for f in found["features"]) == SEEN_BY_CHIEF
    single = get(chief, form="incidents", limit=1_000)
    assert single["returned"] == SEEN_BY_CHIEF
    for feature in single["features"]:
        assert feature["geometry"] is None
        assert not feature["properties"].keys() & OWN_FIELDS
        assert feature["properties"]["crime_type"] in PUBLIC_SPACE_TYPES
    assert get(chief, type="indbrud")["matched"] == 0


def test_a_chief_of_one_hotspot_area_gets_its_roder(ask: Callable[..., TestClient]) -> None:
    chief = ask("hotspot_chief", hotspot_areas=[town.HOTSPOT])
    told = {feature["properties"]["rode"] for feature in get(chief)["features"]}
    assert told <= set(town.IN_HOTSPOT)
    assert get(chief, area="rode:1")["matched"] == 0
    assert get(chief, area=f"hotspot_area:{town.OTHER_HOTSPOT}")["matched"] == 0


@pytest.mark.parametrize("precision", ["250m", "point"])
def test_what_the_police_set_is_what_others_see_at_once(
    ask: Callable[..., TestClient], precision: str
) -> None:
    chief, police = ask("hotspot_chief"), ask("police")
    assert get(chief)["seen_as"] == "rode"
    body = {"precision": precision, "version": 0}
    assert police.put("/api/v1/incident-precision", json=body).status_code == 200
    found = get(chief, side_m=100)
    assert found["seen_as"] == precision
    if precision == "250m":
        assert found["form"] == "counts"
        assert {feature["properties"]["side_m"] for feature in found["features"]} == {250}
    else:
        assert found["form"] == "incidents"
        assert not found["features"][0]["properties"].keys() & OWN_FIELDS
    assert get(police)["seen_as"] == "point"


def test_the_history_of_the_precision_is_kept(ask: Callable[..., TestClient]) -> None:
    police = ask("police")
    address = "/api/v1/incident-precision"
    assert police.get(address).json() | {"earlier": []} == {
        "precision": "rode",
        "version": 0,
        "set_at": None,
        "earlier": [],
    }
    first = police.put(address, json={"precision": "250m", "version": 0}).json()
    second = police.put(address, json={"precision": "rode", "version": first["version"]}).json()
    late = police.put(address, json={"precision": "point", "version": first["version"]})
    assert late.status_code == 409
    seen = ask("hotspot_chief").get(address).json()
    assert (seen["precision"], seen["version"]) == ("rode", second["version"])
    assert [one["precision"] for one in seen["earlier"]] == ["250m", "rode"]


@pytest.mark.parametrize(
    "body",
    [
        {"precision": "10m", "version": 0},
        {"precision": "rode"},
        {"precision": "rode", "version": -1},
        {"precision": "rode", "version": 0, "municipality_code": "0851"},
        {"precision": "rode", "version": 10**30},
        {"precision": ["rode"], "version": 0},
    ],
)
def test_a_precision_that_makes_no_sense_is_refused(
    ask: Callable[..., TestClient], body: dict[str, Any]
) -> None:
    assert ask("police").put("/api/v1/incident-precision", json=body).status_code == 422


PATHS = {
    ("GET", "/api/v1/incidents"): "incident.read",
    ("GET", "/api/v1/incidents/hours"): "incident.read",
    ("GET", "/api/v1/incident-precision"): "precision.read",
    ("PUT", "/api/v1/incident-precision"): "precision.write",
}


@pytest.mark.parametrize("role", SIGNED_IN)
@pytest.mark.parametrize(("method", "path"), PATHS)
def test_only_the_declared_roles_are_let_in(
    ask: Callable[..., TestClient], own: Database, role: Role, method: str, path: str
) -> None:
    body = {"precision": "rode", "version": 0} if method == "PUT" else None
    answer = ask(role).request(method, path, json=body)
    if role in RIGHTS[PATHS[method, path]]:
        assert answer.status_code == 200
        assert last_audit(own).role == role
    else:
        missing = ask(role).request(method, "/api/v1/no-such-thing", json=body)
        assert (answer.status_code, answer.content) == (404, missing.content)
        assert missing.status_code == 404
        assert last_audit(own).action == "refuse"


@pytest.mark.parametrize(
    "query",
    [
        "bbox=nan,55,12.6,56",
        "bbox=12,55,inf,56",
        "bbox=12,55,1e999,56",
        "bbox=12.4,55.6,12.5",
        "bbox=12.4,55.6,12.5,55.7,12",
        "bbox=a,b,c,d",
        "bbox=12.4,55.6,12.5,55.7&bbox-crs=EPSG:25832",
        "bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326",
        "since=yesterday",
        "type=mord",
        "type=uro%00",
        "weekday=0",
        "weekday=8",
        "from_hour=24&to_hour=2",
        "area=rode",
        "area=street:1",
        "area=rode:%00",
        "limit=0",
        "limit=100000",
        "side_m=1",
        "form=points",
        "after=x",
        "after=2026-10-10T10:00:00~1",
        "after=2026-10-10T10:00:00%2B00:00~-1",
        "after=2026-10-10T10:00:00%2B00:00~999999999999",
    ],
)
def test_a_question_that_breaks_the_description_is_refused(
    ask: Callable[..., TestClient], query: str
) -> None:
    defaults = "" if "since" in query or "until" in query else f"&{urlencode(PERIOD)}"
    for role in ("police", "hotspot_chief"):
        answer = ask(role).get(f"/api/v1/incidents?{query}{defaults}")
        assert answer.status_code == 422, answer.text
        assert "SELECT" not in answer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("bbox=12.5,55.6,12.4,55.7", "fra vest til øst"),
        ("bbox=12.4,55.8,12.5,55.7", "fra syd til nord"),
        ("bbox=55.6,12.4,55.7,12.6", "byttet om på længde og bredde"),
        ("bbox=720000,6175000,721000,6176000", "ligner meter"),
        ("bbox=8,54.5,15,57.7", "for stor"),
        ("bbox=2.2,48.8,2.4,48.9", "uden for Danmark"),
        ("since=2026-11-02&until=2026-10-05", "før den slutter"),
        ("since=2026-11-02&until=2026-11-02", "før den slutter"),
        ("since=1700-01-01", "efter 1990"),
        ("until=0001-01-01", "efter 1990"),
        ("until=9999-12-31", "før den slutter"),
        ("since=2000-01-01&until=2020-01-01", "for lang"),
        ("after=2025-10-10T10:00:00%2B00:00~1", "et andet spørgsmål"),
        ("after=2026-13-10T10:00:00%2B00:00~1", "`next`"),
    ],
)
@pytest.mark.parametrize("role", ["police", "hotspot_chief"])
def test_a_question_that_nothing_answers_is_empty_and_says_why(
    ask: Callable[..., TestClient], own: Database, role: str, query: str, said: str
) -> None:
    defaults = "" if "since" in query or "until" in query else f"&{urlencode(PERIOD)}"
    answer = ask(role).get(f"/api/v1/incidents?{query}{defaults}")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["features"], found["matched"], found["next"]) == ([], None, None)
    assert len(found["notes"]) == 1
    assert said in found["notes"][0]
    assert last_audit(own).detail["refused"] == "question"
    if "after" not in query:
        hours = ask(role).get(f"/api/v1/incidents/hours?{query}{defaults}").json()
        assert (hours["incidents"], sum(hours["weights"])) == (None, 0)
        assert hours["notes"] == found["notes"]


def test_one_hour_alone_has_the_end_of_the_day_as_the_other(
    ask: Callable[..., TestClient],
) -> None:
    police = ask("police")
    for one, both in (
        ({"from_hour": 20}, {"from_hour": 20, "to_hour": 24}),
        ({"to_hour": 6}, {"from_hour": 0, "to_hour": 6}),
    ):
        matched = get(police, **one)["matched"]
        assert matched == get(police, **both)["matched"]
        assert 0 < matched < PLANTED


def test_a_question_that_is_answered_has_no_notes(ask: Callable[..., TestClient]) -> None:
    assert get(ask("police"))["notes"] == get(ask("police"), "/hours")["notes"] == []


def test_an_area_that_does_not_exist_is_not_found(ask: Callable[..., TestClient]) -> None:
    for area in ("rode:999", "district:1", "rode:1';--"):
        assert ask("police").get("/api/v1/incidents", params={"area": area}).status_code == 404


def test_pages_follow_each_other_and_each_is_part_of_the_whole(
    ask: Callable[..., TestClient],
) -> None:
    for role, whole in (("police", PLANTED), ("hotspot_chief", SEEN_BY_CHIEF)):
        client, found, after = ask(role), [], None
        while True:
            query = {"form": "incidents", "limit": 40} | ({"after": after} if after else {})
            page = get(client, **query)
            found += [str(feature) for feature in page["features"]]
            after = page["next"]
            if after is None:
                break
        assert len(found) == whole
        times = [line.split("'occurred_from': ")[1] for line in found]
        assert times == sorted(times)


def test_a_box_and_an_area_and_a_slot_narrow_the_same_list(ask: Callable[..., TestClient]) -> None:
    police = ask("police")
    boxed = get(police, bbox="12.50,55.675,12.51,55.68", limit=1_000)
    for feature in boxed["features"]:
        longitude, latitude = feature["geometry"]["coordinates"]
        assert 12.50 <= longitude <= 12.51
        assert 55.675 <= latitude <= 55.68
    assert 0 < boxed["matched"] < PLANTED
    in_rode = get(police, area="rode:6", limit=1_000)
    assert {feature["properties"]["rode"] for feature in in_rode["features"]} == {"6"}
    evening = get(police, weekday=[5, 6], from_hour=20, to_hour=2, limit=1_000)
    assert 0 < evening["matched"] < PLANTED


def test_more_than_can_be_listed_is_counted(
    ask: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "MOST_SINGLE", 10)
    found = get(ask("police"))
    assert found["form"] == "counts"
    assert sum(f["properties"]["incidents"] for f in found["features"]) == PLANTED
    ring = found["features"][0]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert len(ring) == 5
    assert get(ask("police"), form="incidents", limit=1_000)["returned"] == PLANTED


def test_hours_add_up(ask: Callable[..., TestClient]) -> None:
    for role, whole in (("police", PLANTED), ("hotspot_chief", SEEN_BY_CHIEF)):
        found = get(ask(role), "/hours")
        assert found["incidents"] == whole
        assert len(found["weights"]) == 168
        assert sum(found["weights"]) == pytest.approx(whole, abs=1e-3)


def test_a_reading_is_written_down_with_its_criterion_and_no_value(
    ask: Callable[..., TestClient], own: Database
) -> None:
    get(ask("police"), bbox=TOWN, type="uro", limit=5)
    entry = last_audit(own)
    assert (entry.action, entry.object_kind, entry.role) == ("read", "incident", "police")
    assert entry.detail["criterion"] == {
        "since": "2026-10-05",
        "until": "2026-11-02",
        "types": ["uro"],
        "box": [12.5, 55.67, 12.53, 55.69],
        "area": None,
        "slot": None,
    }
    assert entry.detail["rows"] == 5
    assert "T-" not in str(entry.detail)


def test_two_filters_that_meet_nothing_are_an_empty_answer(
    ask: Callable[..., TestClient],
) -> None:
    found = get(ask("police"), bbox="9.0,56.0,9.1,56.1")
    assert (found["matched"], found["features"], found["next"]) == (0, [], None)


@contextmanager
def in_a_hurry(database: Database) -> Iterator[None]:
    """Let no statement of the pool take longer than a millisecond."""
    with database.as_administrator() as connection:
        connection.execute(text("ALTER ROLE web_raw SET statement_timeout = '1ms'"))
    database.engine("web_raw").dispose()
    try:
        yield
    finally:
        with database.as_administrator() as connection:
            connection.execute(text("ALTER ROLE web_raw SET statement_timeout = '20s'"))
        database.engine("web_raw").dispose()


def test_a_question_that_takes_too_long_is_told_to_come_back(
    ask: Callable[..., TestClient], own: Database
) -> None:
    police = ask("police")
    with in_a_hurry(own):
        answer = police.get("/api/v1/incidents", params=PERIOD)
    assert answer.status_code == 503
    assert "statement" not in answer.text
    assert get(police)["matched"] == PLANTED
