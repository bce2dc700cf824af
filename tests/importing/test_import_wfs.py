"""Fetching official outlines: from a server on this machine that behaves well or badly."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from geo_service.errors import NotReady
from geo_service.importing import wfs
from geo_service.importing.places import DISTRICTS

RODER = (DISTRICTS / "roder_schematic.geojson").read_bytes()
Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def server() -> Iterator[Callable[[Answer], str]]:
    """A function that starts a server with one answer and returns its address."""
    started: list[ThreadingHTTPServer] = []
    released = threading.Event()

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                self.server.asked = self.path  # type: ignore[attr-defined]
                self.server.released = released  # type: ignore[attr-defined]
                answer(self)

            def log_message(self, *arguments: object) -> None:
                """Keep the tests' output clean."""

        httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        started.append(httpd)
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{httpd.server_port}/k101/ows"

    yield start
    released.set()
    for httpd in started:
        httpd.shutdown()
        httpd.server_close()


def sends(body: bytes, status: int = 200) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.end_headers()
        request.wfile.write(body)

    return answer


def test_roder_are_fetched_and_written(server: Callable[[Answer], str], tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        sends(RODER)(request)

    target = wfs.fetch_roder(server(answer), tmp_path / "fetched" / "roder.geojson")
    assert target.read_bytes() == RODER
    for part in ("service=WFS", "request=GetFeature", "typeName=k101%3Arode", "outputFormat=json"):
        assert part in asked[0]


BAD = {
    "an error": sends(b"down for maintenance", 503),
    "a page": sends(b"<html>log in, please</html>"),
    "nothing": sends(b""),
    "an exception": sends(b"<ows:ExceptionReport/>"),
    "too few": sends(json.dumps({"features": json.loads(RODER)["features"][:20]}).encode()),
    "other columns": sends(
        json.dumps({"features": [{"properties": {"navn": "x"}}] * 400}).encode()
    ),
    "cut": sends(RODER[:5000]),
}


@pytest.mark.parametrize("answer", BAD)
def test_a_bad_answer_writes_nothing(
    server: Callable[[Answer], str], tmp_path: Path, answer: str
) -> None:
    with pytest.raises(NotReady):
        wfs.fetch_roder(server(BAD[answer]), tmp_path / "roder.geojson")
    assert list(tmp_path.iterdir()) == []


def drip(request: BaseHTTPRequestHandler, text: bytes) -> None:
    """Send a byte now and then, each well within the timeout of a socket."""
    try:
        for byte in text:
            request.wfile.write(bytes([byte]))
            request.wfile.flush()
            if request.server.released.wait(0.05):  # type: ignore[attr-defined]
                return
    except OSError:  # the client has hung up, as it should
        return


def silent(request: BaseHTTPRequestHandler) -> None:
    request.server.released.wait(30)  # type: ignore[attr-defined]


def drips_its_head(request: BaseHTTPRequestHandler) -> None:
    drip(request, b"HTTP/1.0 200 OK\r\n" + b"X-Slow: 1\r\n" * 1000)


def drips_its_body(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    drip(request, RODER)


def stops_half_way(request: BaseHTTPRequestHandler) -> None:
    sends(RODER[:70_000])(request)
    silent(request)


SLOW = [silent, drips_its_head, drips_its_body, stops_half_way]


@pytest.mark.parametrize("answer", SLOW)
def test_a_slow_server_is_given_up_in_time(
    server: Callable[[Answer], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    monkeypatch.setattr(wfs, "TIMEOUT_S", 1.0)
    address = server(answer)
    began = time.monotonic()
    with pytest.raises(NotReady, match=r"within 1 seconds|could not be fetched \(timed out"):
        wfs.fetch_roder(address, tmp_path / "roder.geojson")
    assert time.monotonic() - began < 1.5  # one bound for all: not one for each step
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_nobody_answers_for_is_given_up_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()
    ended = threading.Event()

    def look_up(*arguments: object, **options: object) -> None:
        asked.set()
        ended.wait(30)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(wfs, "TIMEOUT_S", 0.2)
    with pytest.raises(NotReady, match="did not arrive"):
        wfs.fetch_roder("http://wfs.invalid/", tmp_path / "roder.geojson")
    assert asked.is_set()
    ended.set()


def test_the_limit_is_five_seconds() -> None:
    assert wfs.TIMEOUT_S == 5.0


def test_an_endless_answer_is_refused(
    server: Callable[[Answer], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wfs, "MOST_BYTES", 100_000)
    with pytest.raises(NotReady, match="larger than"):
        wfs.fetch_roder(server(sends(RODER)), tmp_path / "roder.geojson")


def test_a_folder_that_cannot_be_written_is_no_reason_to_stop(
    server: Callable[[Answer], str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotReady, match="could not be kept"):
        wfs.fetch_roder(server(sends(RODER)), tmp_path / "file" / "roder.geojson")


def test_nobody_listening_and_no_address(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="could not be fetched"):
        wfs.fetch_roder("http://127.0.0.1:9/", tmp_path / "roder.geojson")
    with pytest.raises(NotReady, match="not a web address"):
        wfs.fetch_roder("file:///etc/passwd", tmp_path / "roder.geojson")
