"""Fetching official outlines: from a server on this machine that behaves well or badly."""

from __future__ import annotations

import json
import threading
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


def test_a_server_that_says_nothing_is_given_up(
    server: Callable[[Answer], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wfs, "TIMEOUT_S", 0.2)

    def silent(request: BaseHTTPRequestHandler) -> None:
        request.server.released.wait(30)  # type: ignore[attr-defined]

    with pytest.raises(NotReady, match="could not be fetched"):
        wfs.fetch_roder(server(silent), tmp_path / "roder.geojson")


def test_a_server_that_drips_is_given_up(
    server: Callable[[Answer], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wfs, "TIMEOUT_S", 0.3)

    def drips(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            for byte in RODER:
                request.wfile.write(bytes([byte]))
                request.wfile.flush()
                if request.server.released.wait(0.05):  # type: ignore[attr-defined]
                    return
        except OSError:  # the client has hung up, as it should
            return

    with pytest.raises(NotReady, match="within 5 seconds"):
        wfs.fetch_roder(server(drips), tmp_path / "roder.geojson")


def test_nobody_listening_and_no_address(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="could not be fetched"):
        wfs.fetch_roder("http://127.0.0.1:9/", tmp_path / "roder.geojson")
    with pytest.raises(NotReady, match="not a web address"):
        wfs.fetch_roder("file:///etc/passwd", tmp_path / "roder.geojson")
