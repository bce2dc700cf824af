"""Files sent by programs: the same import, the same rights, in JSON."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from geo_service.domain.access import SIGNED_IN, Role
from geo_service.storage.database import Database
from tests import make, people
from tests.api.imports.conftest import Hold
from tests.sending import csv, ended, rows, stored, wait_for_step
from tests.serving import served

API = "/api/v1/imports"


def program(own: Database, app: FastAPI, role: Role, **right: Any) -> TestClient:
    return people.program(app, people.token_of(own, role, kind="token", **right))


def post(client: TestClient, content: bytes, name: str = "a.csv", **fields: str) -> Any:
    return client.post(API, files={"file": (name, content)}, data=fields)


@pytest.fixture
def sender(own: Database, app: FastAPI) -> TestClient:
    return program(own, app, Role.police)


def test_a_file_is_sent_followed_and_listed(
    own: Database, app: FastAPI, sender: TestClient
) -> None:
    answer = post(sender, rows(1, 3), kind="incidents")
    assert answer.status_code == 202
    assert answer.headers["location"] == f"{API}/jobs/{answer.json()['id']}"
    assert answer.json()["state"] == "running"
    ended(app, answer)
    told = sender.get(answer.headers["location"]).json()
    assert (told["state"], told["rows"], told["stored"]) == ("done", 3, 3)
    listed = sender.get(API).json()
    assert listed["imports"][0]["id"] == told["import_id"]
    assert listed["imports"][0]["file_name"] == "a.csv"
    assert listed["total"] >= 1
    again = post(sender, rows(1, 3))
    ended(app, again)
    told = sender.get(again.headers["location"]).json()
    assert (told["state"], told["reason"], told["import_id"]) == ("failed", "known", None)


def test_faults_are_told_by_row_and_column(own: Database, app: FastAPI, sender: TestClient) -> None:
    bad = make.incident_row(11)
    bad[4] = "ikke et tal"
    content = csv(make.incident_row(10), bad)
    before = stored(own)
    answer = post(sender, content)
    ended(app, answer)
    told = sender.get(answer.headers["location"]).json()
    assert (told["state"], told["reason"], told["stored"]) == ("failed", "faulty", None)
    assert [(one["row"], one["column"]) for one in told["rejections"]] == [(3, "øst")]
    assert stored(own) == before
    answer = post(sender, content, accept_partial="true")
    ended(app, answer)
    told = sender.get(answer.headers["location"]).json()
    assert (told["rows"], told["stored"], told["rejected"], told["duplicates"]) == (2, 1, 1, 0)


def test_an_import_is_cancelled(
    own: Database, app: FastAPI, sender: TestClient, hold: Hold
) -> None:
    before = stored(own)
    with hold():
        answer = post(sender, rows(100))
        where = answer.headers["location"]
        job = app.state.jobs._jobs[answer.json()["id"]]
        wait_for_step(job, 2)
        other = program(own, app, Role.police)
        assert other.get(where).status_code == 404
        assert other.post(f"{where}/cancel").status_code == 404
        assert sender.post(f"{where}/cancel").json()["state"] == "cancelled"
        assert sender.post(f"{where}/cancel").json()["state"] == "cancelled"
    assert stored(own) == before


def test_a_chief_sends_areas_and_never_sees_the_polices_names(
    own: Database, app: FastAPI, sender: TestClient, tmp_path: Path
) -> None:
    chief = program(own, app, Role.hotspot_chief)
    file = make.area_file(tmp_path / "a.geojson", make.squares(2).assign(code=["901", "902"]))
    answer = post(
        chief, file.read_bytes(), "b.geojson", kind="quarter", code="code", valid_from="2020-01-01"
    )
    ended(app, answer)
    assert chief.get(answer.headers["location"]).json()["stored"] == 2
    ended(app, post(sender, rows(200), "hemmeligt-navn.csv"))
    listed = chief.get(API)
    assert "hemmeligt-navn" not in listed.text
    names = {one["kind"]: one["file_name"] for one in listed.json()["imports"]}
    assert names["incidents"] is None
    assert names["areas:quarter"] == "b.geojson"


def test_a_program_says_what_becomes_of_areas_that_its_file_lacks(
    own: Database, app: FastAPI, tmp_path: Path
) -> None:
    chief = program(own, app, Role.hotspot_chief)
    squares = make.squares(2).assign(code=["911", "912"])
    both = make.area_file(tmp_path / "a.geojson", squares).read_bytes()
    one = make.area_file(tmp_path / "b.geojson", squares[:1]).read_bytes()

    def told(content: bytes, **fields: str) -> dict[str, Any]:
        answer = post(chief, content, "b.geojson", kind="housing_estate", code="code", **fields)
        ended(app, answer)
        found: dict[str, Any] = chief.get(answer.headers["location"]).json()
        return found

    assert told(both, valid_from="2020-01-01")["stored"] == 2
    refused = told(one, valid_from="2021-01-01")
    assert (refused["state"], refused["reason"]) == ("failed", "missing")
    assert "912" in refused["text"]
    assert told(one, valid_from="2021-01-01", on_missing="end")["stored"] == 1


AREAS = {"kind": "rode", "code": "c", "valid_from": "2020-01-01"}


@pytest.mark.parametrize(
    ("role", "fields", "status"),
    [
        (Role.police, {"kind": "x"}, 422),
        (Role.police, {"accept_partial": "maybe"}, 422),
        (Role.police, {"municipality": "0147"}, 422),
        (Role.police, {"imported_by": "user:1"}, 422),
        (Role.police, {"code": "c"}, 422),
        (Role.police, AREAS, 404),
        (Role.hotspot_chief, {}, 404),
        (Role.hotspot_chief, {"kind": "incidents"}, 404),
        (Role.hotspot_chief, {"kind": "quarter"}, 422),
        (Role.hotspot_chief, {**AREAS, "valid_from": "i går"}, 422),
        (Role.hotspot_chief, {**AREAS, "on_missing": "ask"}, 422),
        (Role.hotspot_chief, {**AREAS, "crs": "EPSG:3857"}, 422),
        (Role.hotspot_chief, {**AREAS, "source": "010190-1234"}, 422),
        (Role.hotspot_chief, {**AREAS, "accept_partial": "true"}, 422),
    ],
)
def test_what_is_not_asked_for_is_refused(
    own: Database, app: FastAPI, role: Role, fields: dict[str, str], status: int
) -> None:
    refused = post(program(own, app, role), b"x", **fields)
    assert refused.status_code == status
    assert "010190" not in refused.text
    assert app.state.jobs._jobs == {}


def test_what_is_wrong_in_a_file_is_told_by_its_job(own: Database, app: FastAPI) -> None:
    chief = program(own, app, Role.hotspot_chief)
    for content, fields in ((b"x", AREAS), (b"c\n1\n", {**AREAS, "valid_from": "2999-01-01"})):
        answer = post(chief, content, **fields)
        assert answer.status_code == 202
        ended(app, answer)
        told = chief.get(answer.headers["location"]).json()
        assert (told["state"], told["stored"]) == ("failed", None)
        assert told["text"]


def test_no_file_is_refused(sender: TestClient) -> None:
    assert sender.post(API).status_code == 422
    assert sender.post(API, json={"file": "x"}).status_code == 422
    assert sender.post(API, data={"file": "x"}).status_code == 422
    assert post(sender, b"").status_code == 422


@pytest.mark.parametrize(
    "role", [one for one in SIGNED_IN if one not in (Role.police, Role.hotspot_chief)]
)
def test_others_send_and_see_nothing(own: Database, app: FastAPI, role: Role) -> None:
    client = program(own, app, role)
    nowhere = client.get("/api/v1/no-such-thing").content
    for answer in (post(client, rows(1)), client.get(API), client.get(f"{API}/jobs/x")):
        assert (answer.status_code, answer.content) == (404, nowhere)


@pytest.mark.parametrize("path", [API, "/data/indlaesninger/ny"])
def test_who_is_not_signed_in_is_answered_before_a_byte_of_the_file(
    own: Database, app: FastAPI, path: str
) -> None:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    too_much = head.replace("60000000", "70000000")
    token = people.token_of(own, Role.police, kind="token")
    signed_in = too_much.replace("Host:", f"Authorization: Bearer {token}\r\nHost:")
    wanted = b"401" if path == API else b"303"
    with served(app, lifespan="off") as port:
        for said, status in ((head, wanted), (signed_in, b"413")):
            with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
                line.sendall(said.encode())
                assert line.recv(12) == b"HTTP/1.1 " + status
