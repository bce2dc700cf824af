"""Text and numbers that mean nothing to us are refused in words, before SQL or a page sees them."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, Form, UploadFile
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.access import declared_routes, needs
from api.main import make_app
from api.security.clean import require_clean_json, require_clean_query
from geo_service.errors import InvalidInput
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import doors, people

BAD_JSON = [
    b'{"x": NaN}',
    b'{"x": Infinity}',
    b'{"x": -Infinity}',
    b'{"x": 1e999}',
    b'{"x": -1e999}',
    b'{"x": "a\\u0000b"}',
    b'{"a\\u0000": 1}',
    b'{"x": "\\ud800"}',
    b'{"x": "\\udc00\\ud800"}',
    b'{"x": 1, "x": 2}',
    b'[{"x": {"y": 1, "y": 1}}]',
    b'{"x": "\xff"}',
    b'{"x": "\xed\xa0\x80"}',
    "{}".encode("utf-16"),
    b"\xef\xbb\xbf{}",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"1" * 5_000,
    b"{",
    b"'x'",
]
BAD_QUERIES = ["x=%00", "%00=x", "x=a%00b", "x=%ff", "x=%ed%a0%80", "x=%C0%80"]


@pytest.fixture
def echo(town: Database, settings: Settings) -> TestClient:
    """The application with routes that take everything."""
    app = make_app(settings, town)

    @app.post("/api/v1/echo", dependencies=[needs("open")])
    def take(body: Annotated[object, Body()]) -> dict[str, str]:
        return {"got": json.dumps(body)}

    @app.post("/echo", dependencies=[needs("account.own")])
    def fill_in(
        name: Annotated[str, Form()] = "", file: UploadFile | None = None
    ) -> dict[str, str]:
        return {"got": name}

    return doors.browser(app)


@pytest.mark.parametrize("body", BAD_JSON, ids=lambda body: body[:24].decode("latin-1"))
def test_json_without_a_meaning_is_422(echo: TestClient, body: bytes) -> None:
    answer = echo.post("/api/v1/echo", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert list(answer.json()) == ["detail", "code"]
    assert len(answer.text) < 200


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/geo+json"])
def test_the_kind_of_json_does_not_matter(echo: TestClient, kind: str) -> None:
    answer = echo.post("/api/v1/echo", content=b'{"x": NaN}', headers={"Content-Type": kind})
    assert answer.status_code == 422


def test_ordinary_json_goes_through_whole(echo: TestClient) -> None:
    value = {"navn": "Ærø 😀", "tal": [1, -2.5, 1e300, None, True], "dybt": {"a": {"b": []}}}
    assert json.loads(echo.post("/api/v1/echo", json=value).json()["got"]) == value


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-10**18, 10**18) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
))  # fmt: skip
def test_json_is_refused_only_for_what_it_holds(value: object) -> None:
    written = json.dumps(value)
    if "\\u0000" in written.replace("\\\\", ""):
        with pytest.raises(InvalidInput):
            require_clean_json(written.encode())
    else:
        require_clean_json(written.encode())


@given(st.binary(max_size=60))
def test_any_bytes_are_taken_or_refused_and_nothing_else(raw: bytes) -> None:
    for check in (require_clean_json, require_clean_query):
        with suppress(InvalidInput):
            check(raw)


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_a_query_without_a_meaning_is_422(echo: TestClient, query: str) -> None:
    for path in ("/log-ind", "/api/v1/areas", "/livez", "/findes-ikke"):
        answer = echo.get(f"{path}?{query}")
        assert answer.status_code == 422
        assert "SELECT" not in answer.text


def test_a_path_with_nul_is_no_path(echo: TestClient) -> None:
    for path in ("/invitation/a%00b", "/kort/%00", "/api/v1/areas%00", "/%00"):
        assert echo.get(path).status_code == 422


def test_forms_are_held_to_the_same(town: Database, echo: TestClient) -> None:
    who = doors.somebody(town)
    doors.sign_in(echo, who.login)
    token = doors.token_in(echo.get("/konto"))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for name in ("%00", "a%00", "%ff", "%ed%a0%80"):
        raw = f"_token={token}&name={name}"
        assert echo.post("/echo", content=raw, headers=form).status_code == 422
    sent = {"_token": token, "name": "a\x00b"}
    assert echo.post("/echo", data=sent, files={"file": ("x.csv", b"x")}).status_code == 422
    sent = {"_token": token, "name": "Ærø"}
    whole = echo.post("/echo", data=sent, files={"file": ("x.bin", b"\x00\xff" * 9)})
    assert whole.json() == {"got": "Ærø"}  # in a file anything may be


def test_what_the_database_cannot_keep_is_422_and_no_sql(
    town: Database, settings: Settings
) -> None:
    """The second belt: a number that is too large for its column."""
    app = make_app(settings, town)

    @app.get("/api/v1/too-large", dependencies=[needs("open")])
    def too_large() -> None:
        with town.session("web_auth") as session:
            session.connection().exec_driver_sql("SELECT 99999999999::int")

    answer = doors.browser(app).get("/api/v1/too-large")
    assert answer.status_code == 422
    assert "99999" not in answer.text
    assert "SELECT" not in answer.text


def test_what_was_sent_is_not_said_again(town: Database, app: FastAPI) -> None:
    """An error page is no place for somebody's number."""
    with people.program(app, people.token_of(town, "police", kind="token")) as program:
        answer = program.get("/api/v1/areas?on=010190-1234&municipality=010190-1234")
        assert answer.status_code == 422
        assert "010190" not in answer.text
        assert "query.municipality" in answer.json()["detail"]


def test_no_route_takes_a_number_that_is_none(app: FastAPI) -> None:
    """A bare `float` would take the text NaN; it has to say that it does not."""
    for route in declared_routes(app):
        dependant = getattr(route, "dependant", None)
        for field in [*_fields(dependant)] if dependant else []:
            for text in ("NaN", "Infinity", "1e999"):
                value, _ = field.validate(text, {}, loc=("x",))
                assert not isinstance(value, float), f"{route.path}: {field.name}"


def _fields(dependant):  # type: ignore[no-untyped-def]
    for kind in ("path_params", "query_params", "header_params", "body_params"):
        yield from getattr(dependant, kind)
    for inner in dependant.dependencies:
        yield from _fields(inner)
