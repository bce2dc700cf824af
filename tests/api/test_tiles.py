"""Tiles of the background map: through us, with a key that nobody sees, and never in the way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import ValidationError

from api import tile_cache
from api.pages import tiles
from api.tile_cache import PAUSE_S, TileCache, bounds, in_denmark
from geo_service.errors import NotFound
from geo_service.settings import Settings

KEY = "n0gle-som-ingen-ser"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 2000
JPEG = b"\xff\xd8\xff" + b"y" * 500
COPENHAGEN = (13, 4380, 2562)
TILE = "/baggrundskort/skaermkort/13/4380/2562"


@dataclass
class Upstream:
    """A server of ours in the place of Datafordeler's."""

    answer: bytes = PNG
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None
    asked: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    state = Upstream()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with state.lock:
                state.asked.append(self.path)
                state.at_once += 1
                state.most_at_once = max(state.most_at_once, state.at_once)
            if state.hold is not None:
                state.hold.wait(10)
            with state.lock:
                state.at_once -= 1
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(state.answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def given(tmp_path: Path, upstream: Upstream) -> Settings:
    settings = Settings(state=tmp_path, datafordeler_url=upstream.url, tile_cache_mb=1)
    settings.secrets.mkdir()
    (settings.secrets / "datafordeler").write_text(KEY + "\n")
    return settings


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(given: Settings, clock: Clock) -> Iterator[TestClient]:
    app = FastAPI()
    app.state.settings = given
    app.state.tiles = TileCache.of(given)
    app.state.tiles.clock = clock
    app.include_router(tiles.router)
    app.add_exception_handler(
        NotFound, lambda _, error: JSONResponse({"detail": str(error)}, status_code=404)
    )
    with TestClient(app) as client:
        yield client


def is_nothing(answer: object) -> bool:
    return getattr(answer, "content", b"") == tiles.NOTHING


def test_a_tile_is_asked_for_once_in_web_mercator_with_the_key(
    client: TestClient, upstream: Upstream
) -> None:
    for _ in range(3):
        answer = client.get(TILE)
        assert (answer.status_code, answer.content) == (200, PNG)
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["cache-control"].startswith("private")
    (path,) = upstream.asked
    asked = urlsplit(path)
    query = {name: value[0] for name, value in parse_qs(asked.query).items()}
    assert asked.path == "/Dkskaermkort/topo_skaermkort/1.0.0/wms"
    assert query["CRS"] == "EPSG:3857"
    assert query["LAYERS"] == "dtk_skaermkort"
    assert query["apikey"] == KEY
    west, south, east, north = map(float, query["BBOX"].split(","))
    assert (west, south, east, north) == pytest.approx(bounds(*COPENHAGEN), abs=0.001)
    assert east - west == pytest.approx(north - south) == pytest.approx(4891.97, abs=0.01)
    assert west < 1_390_380 < east  # 12.49 degrees east


def test_the_key_is_in_no_answer_no_log_and_no_name(
    client: TestClient,
    upstream: Upstream,
    given: Settings,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [client.get(TILE)]
    for status, body in ((500, KEY.encode()), (302, b""), (200, b"<xml>" + KEY.encode())):
        upstream.status, upstream.answer = status, body
        upstream.headers = (
            {"Location": f"{upstream.url}/andet?apikey={KEY}"} if status == 302 else {}
        )
        clock.now += PAUSE_S + 1
        answers.append(client.get(TILE.replace("2562", str(2500 + status % 100))))
    assert len(upstream.asked) == 4  # nobody followed the redirect
    for answer in answers:
        assert KEY not in answer.text + str(answer.headers) + str(answer.url)
    assert KEY not in caplog.text + "".join(capfd.readouterr())
    names = [str(path) for path in (given.state / "tiles").rglob("*")]
    assert names
    assert KEY not in " ".join(names)
    assert all(KEY.encode() not in p.read_bytes() for p in (given.state / "tiles").rglob("*.tile"))


def test_without_a_key_there_is_no_background(
    client: TestClient, given: Settings, upstream: Upstream
) -> None:
    (given.secrets / "datafordeler").unlink()
    missing = client.get(TILE)
    other = client.get("/baggrundskort/findes-ikke/13/4380/2562")
    assert missing.status_code == other.status_code == 404
    assert missing.content == other.content
    assert upstream.asked == []


@pytest.mark.parametrize(
    "path",
    [
        "/baggrundskort/dtk_skaermkort/13/4380/2562",
        "/baggrundskort/..%2F..%2Fx/13/4380/2562",
        "/baggrundskort/skaermkort%26LAYERS=x/13/4380/2562",
    ],
)
def test_only_layers_on_the_list(client: TestClient, upstream: Upstream, path: str) -> None:
    assert client.get(path).status_code == 404
    assert upstream.asked == []


@pytest.mark.parametrize(
    "tile",
    ["13/0/0", "5/17/10", "20/561000/328000", "13/4380/-1", "13/99999/2562", "13/4300/2400"],
)
def test_other_countries_and_zooms_are_never_asked_for(
    client: TestClient, upstream: Upstream, tile: str
) -> None:
    assert is_nothing(client.get(f"/baggrundskort/skaermkort/{tile}"))
    assert upstream.asked == []


@pytest.mark.parametrize("tile", ["x/1/2", "13/1e9/2", "13/4380/2562.png"])
def test_what_is_no_number_is_refused(client: TestClient, upstream: Upstream, tile: str) -> None:
    assert client.get(f"/baggrundskort/skaermkort/{tile}").status_code == 422
    assert upstream.asked == []


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b"x"), (401, PNG), (302, b""), (200, b"<ServiceException/>"), (200, b""), (204, b"")],
)
def test_a_failure_is_a_transparent_tile_and_a_pause(
    client: TestClient, upstream: Upstream, clock: Clock, status: int, body: bytes
) -> None:
    upstream.status, upstream.answer = status, body
    answer = client.get(TILE)
    assert answer.status_code == 200
    assert is_nothing(answer)
    assert answer.headers["cache-control"] == "no-store"
    upstream.status, upstream.answer = 200, PNG
    assert is_nothing(client.get(TILE))
    assert len(upstream.asked) == 1  # it rests
    clock.now += PAUSE_S + 1
    assert client.get(TILE).content == PNG


def test_nobody_there_is_a_transparent_tile(given: Settings, tmp_path: Path) -> None:
    settings = given.model_copy(update={"datafordeler_url": "http://127.0.0.1:9"})
    assert TileCache.of(settings).tile("skaermkort", *COPENHAGEN) is None


def test_a_picture_without_end_is_cut_off(
    client: TestClient, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tile_cache, "MOST_BYTES", 1000)
    assert is_nothing(client.get(TILE))


def test_an_old_tile_is_fetched_anew_and_shown_when_that_fails(
    client: TestClient, upstream: Upstream, clock: Clock
) -> None:
    client.get(TILE)
    clock.now += 31 * 86_400
    upstream.answer = PNG + b"ny"
    assert client.get(TILE).content == PNG + b"ny"
    clock.now += 31 * 86_400
    upstream.status = 500
    assert client.get(TILE).content == PNG + b"ny"
    assert len(upstream.asked) == 3


def test_at_most_four_ask_at_once_and_the_others_do_not_wait_long(
    given: Settings, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tile_cache, "WAIT_S", 0.05)
    upstream.hold = threading.Event()
    cache = TileCache.of(given)
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(cache.tile("skaermkort", 13, 4380, n)))
        for n in range(2550, 2562)
    ]
    for thread in threads:
        thread.start()
    for thread in threads[4:]:
        thread.join(0.2)
    upstream.hold.set()
    for thread in threads:
        thread.join()
    assert upstream.most_at_once == 4
    assert len(found) == 12
    assert found.count(None) == 8


def test_the_cache_keeps_its_bound_and_loses_the_oldest(
    given: Settings, upstream: Upstream, clock: Clock
) -> None:
    upstream.answer = PNG + b"z" * 98_000  # ten of these are the bound
    cache = TileCache.of(given)
    cache.clock = clock
    for y in range(2550, 2570):
        clock.now += 60
        assert cache.tile("skaermkort", 13, 4380, y) is not None
        held = list((given.state / "tiles").rglob("*.tile"))
        assert sum(path.stat().st_size for path in held) <= 1_000_000
    names = sorted(path.stem for path in held)
    assert names[-1] == "2569"
    assert names == [str(y) for y in range(int(names[0]), 2570)]
    again = TileCache.of(given)  # another process counts what is there
    again.clock = clock
    assert again.tile("skaermkort", 13, 4381, 2550) is not None
    assert sum(p.stat().st_size for p in (given.state / "tiles").rglob("*.tile")) <= 1_000_000


def test_a_cache_that_cannot_be_written_is_no_cache_and_no_error(
    given: Settings, upstream: Upstream
) -> None:
    (given.state / "tiles").write_text("in the way")
    cache = TileCache.of(given)
    for _ in range(2):
        assert cache.tile("skaermkort", *COPENHAGEN) is not None
    assert len(upstream.asked) == 2


def test_tiles_are_private_to_the_service(client: TestClient, given: Settings) -> None:
    client.get(TILE)
    assert (given.state / "tiles").stat().st_mode & 0o077 == 0


def test_photographs_are_jpeg(client: TestClient, upstream: Upstream) -> None:
    upstream.answer = JPEG
    answer = client.get(TILE.replace("skaermkort", "ortofoto"))
    assert answer.headers["content-type"] == "image/jpeg"
    assert "/GeoDanmarkOrto/orto_foraar/1.0.0/WMS?" in upstream.asked[0]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://a.dk", "wms.dk"])
def test_only_web_addresses_can_be_set(address: str) -> None:
    with pytest.raises(ValidationError, match="write an address"):
        Settings(datafordeler_url=address)


def test_which_tiles_are_denmark() -> None:
    assert in_denmark(*COPENHAGEN)
    assert in_denmark(6, 33, 19)
    assert not in_denmark(13, 4096, 2730)  # London
