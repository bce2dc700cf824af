"""Slow clients, endless bodies, a pool that is taken: bounded, over a real socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest
from fastapi import FastAPI, Request

from api.access import needs
from api.connections import BoundedHTTP
from api.main import make_app
from api.security import bounds
from geo_service.domain.callers import Job
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import people
from tests.serving import served

AGREED_S = 0.1
"""How quickly health has to answer, whatever else goes on."""


class Hurried(BoundedHTTP):
    quiet_s = 0.5


@pytest.fixture
def hurried(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """The application, with less patience for slow bodies."""
    for middleware in app.user_middleware:
        if middleware.cls is bounds.Bounds:
            middleware.kwargs |= {"silence_s": 0.5, "whole_s": 1.5}

    @app.post("/upload", dependencies=[needs("open")])
    async def upload(request: Request) -> dict[str, int]:
        is_form = "form" in request.headers["content-type"]
        return {"read": len(await request.form() if is_form else await request.body())}

    return app


@pytest.fixture
def port(hurried: FastAPI) -> Iterator[int]:
    with served(hurried, http=Hurried) as port:
        yield port


def talk(port: int, *said: bytes) -> socket.socket:
    """Connect, say something, and leave the line open."""
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    for one in said:
        line.sendall(one)
    return line


def answer(line: socket.socket) -> bytes:
    """Return all that comes until the other side hangs up."""
    got = b""
    with line:
        while piece := line.recv(65_536):
            got += piece
    return got


def head(kind: str, length: str = "Content-Length: 1000") -> bytes:
    return (
        f"POST /upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n{length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("said", [b"", b"GET /livez HT", b"GET /livez HTTP/1.1\r\nHost: 127"])
def test_who_does_not_ask_is_hung_up_on(port: int, said: bytes) -> None:
    assert answer(talk(port, said)) == b""


def test_drop_by_drop_is_no_way_to_stay(port: int) -> None:
    """Each drop is new data; the request is still not there."""
    line = talk(port, b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    hung_up = threading.Event()

    def drip() -> None:
        while not hung_up.wait(0.1):
            try:
                line.sendall(b"X: y\r\n")
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        with suppress(ConnectionResetError):  # hung up while a drop was on its way
            assert answer(line) == b""
    finally:
        hung_up.set()
        thread.join()


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data; boundary=b", "application/json", "application/x-www-form-urlencoded"],
)
def test_a_body_that_stops_half_way_is_given_up(port: int, kind: str) -> None:
    begun = time.monotonic()
    got = answer(talk(port, head(kind), b"--b\r\nContent-Disposition: form-data"))
    assert got.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=b", "application/json"])
def test_too_much_is_refused_before_it_is_sent(port: int, kind: str) -> None:
    line = talk(port, head(kind, f"Content-Length: {10**9}"))
    assert line.recv(12) == b"HTTP/1.1 413"
    line.close()


def test_a_body_without_a_length_is_counted(port: int) -> None:
    line = talk(port, head("multipart/form-data; boundary=b", "Transfer-Encoding: chunked"))
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    line.sendall(b"13\r\n--b\r\nContent-Dispos\r\n")
    try:
        for _ in range(bounds.MOST_BYTES // 65_536 + 1):
            line.sendall(chunk)
    except OSError:
        pass  # refused already
    assert line.recv(12).startswith(b"HTTP/1.1 4")
    line.close()


def test_who_sent_too_much_can_read_the_answer(port: int) -> None:
    """Not a torn connection, which a browser shows as its own error."""
    sent = {"file": ("large.csv", b"x" * (3 * bounds.MOST_BYTES))}
    got = httpx.post(f"http://127.0.0.1:{port}/upload", files=sent, timeout=30)
    assert got.status_code == 413
    assert "for stor" in got.text


def test_a_flood_of_parts_is_refused(port: int) -> None:
    parts = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n' for _ in range(5_000)
    )
    got = httpx.post(
        f"http://127.0.0.1:{port}/upload",
        content=parts + b"--b--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert got.status_code == 400


def test_above_a_number_of_connections_the_next_is_sent_away(app: FastAPI) -> None:
    with served(app, limit_concurrency=5) as port, ExitStack() as held:
        for _ in range(5):
            held.enter_context(talk(port, b"GET"))
        got = httpx.get(f"http://127.0.0.1:{port}/livez", timeout=20)
        assert got.status_code == 503


def test_with_every_connection_taken_pages_say_so_and_health_answers(
    town: Database, settings: Settings
) -> None:
    """Health waits neither for the database nor for a thread."""
    token = people.token_of(town, "police")
    statuses: list[int] = []
    with ExitStack() as held, served(make_app(settings, town)) as port:
        for _ in range(8):
            held.enter_context(town.session("web_raw", Job("os:test", ()))).connection()
        address = f"http://127.0.0.1:{port}"

        def ask() -> None:
            headers = {"Authorization": f"Bearer {token}"}
            got = httpx.get(f"{address}/api/v1/status", headers=headers, timeout=60)
            statuses.append(got.status_code)

        token = people.token_of(town, "police", kind="token")
        threads = [threading.Thread(target=ask) for _ in range(60)]  # there are 40 workers
        for thread in threads:
            thread.start()
        waited = []
        with httpx.Client() as client:
            while any(thread.is_alive() for thread in threads):
                begun = time.monotonic()
                assert client.get(f"{address}/livez").status_code == 200
                waited.append(time.monotonic() - begun)
        for thread in threads:
            thread.join()
    assert statuses == [503] * 60
    assert len(waited) > 20
    assert sorted(waited)[len(waited) // 2] < AGREED_S
