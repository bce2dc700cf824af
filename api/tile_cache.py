"""Tiles of the optional background map: fetched with our key, kept on disk, never in the way.

The key stands in the address that is asked upstream and nowhere else: not in a name of the
cache, a log or an error. Whatever goes wrong is answered at once by "no tile"; after a failure
nobody asks again for a while, so that a map is never slow because another service is.
"""

from __future__ import annotations

import math
import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from api.web.translations import _
from geo_service.settings import Settings

KEY_FILE: Final = "datafordeler"
TILE_PX: Final = 256
MOST_AT_ONCE: Final = 4
WAIT_S: Final = 2.0
"""How long a request waits for its turn to ask upstream."""
TIMEOUT_S: Final = 5.0
PAUSE_S: Final = 30.0
"""How long nobody asks upstream after it has failed."""
MOST_BYTES: Final = 1_000_000
ROOM_LEFT: Final = 0.9
"""A full cache is emptied, oldest first, down to this share of its bound."""
DAY_S: Final = 86_400.0
MAGIC: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
HALF_WORLD_M: Final = 20_037_508.342789244
DENMARK_DEGREES: Final = (7.5, 54.3, 15.7, 58.1)
FIRST_ZOOM: Final = 6
LAST_ZOOM: Final = 19


@dataclass(frozen=True)
class WmsLayer:
    """A layer of Datafordeler's WMS that may be asked for."""

    path: str
    layer: str
    kind: str
    label: str


LAYERS: Final = {
    "skaermkort": WmsLayer(
        "Dkskaermkort/topo_skaermkort/1.0.0/wms", "dtk_skaermkort", "image/png", _("Skærmkort")
    ),
    "ortofoto": WmsLayer(
        "GeoDanmarkOrto/orto_foraar/1.0.0/WMS", "orto_foraar", "image/jpeg", _("Luftfoto")
    ),
}
CREDIT: Final = "Baggrundskort: Klimadatastyrelsen og GeoDanmark"


@dataclass(frozen=True)
class Tile:
    """A picture and what it is."""

    body: bytes
    kind: str


class _NoRedirect(HTTPRedirectHandler):
    """An answer that points elsewhere would take the key along."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def in_denmark(z: int, x: int, y: int) -> bool:
    """Tell whether a tile is one that touches Denmark, at a zoom that is drawn."""
    if not FIRST_ZOOM <= z <= LAST_ZOOM or not (0 <= x < 2**z and 0 <= y < 2**z):
        return False
    west, south, east, north = DENMARK_DEGREES
    left, right = (x / 2**z * 360 - 180, (x + 1) / 2**z * 360 - 180)
    top, bottom = (
        math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**z)))) for row in (y, y + 1)
    )
    return left < east and right > west and bottom < north and top > south


def bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a tile in metres of EPSG:3857."""
    side = 2 * HALF_WORLD_M / 2**z
    west, north = x * side - HALF_WORLD_M, HALF_WORLD_M - y * side
    return west, north - side, west + side, north


@dataclass
class TileCache:
    """Tiles of the allowed layers, from disk or from upstream."""

    folder: Path
    key_file: Path
    upstream: str
    most_bytes: int
    days: float
    clock: Callable[[], float] = time.time
    _turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(MOST_AT_ONCE))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _bytes: int | None = None
    _quiet_until: float = 0.0

    @classmethod
    def of(cls, settings: Settings) -> TileCache:
        """Return the cache that the settings describe."""
        return cls(
            folder=settings.state / "tiles",
            key_file=settings.secrets / KEY_FILE,
            upstream=settings.datafordeler_url,
            most_bytes=settings.tile_cache_mb * 1_000_000,
            days=settings.tile_cache_days,
        )

    @property
    def is_on(self) -> bool:
        """Whether there is a key to ask with."""
        return self.key_file.is_file()

    def tile(self, name: str, z: int, x: int, y: int) -> Tile | None:
        """Return a tile of a layer of `LAYERS`; None where there is none to be had now."""
        path = self.folder / name / str(z) / str(x) / f"{y}.tile"
        held, age_s = self._read(path)
        if held is not None and age_s < self.days * DAY_S:
            return held
        fetched = self._fetch(LAYERS[name], z, x, y)
        if fetched is None:
            return held  # better an old map than none
        self._keep(path, fetched)
        return fetched

    def _read(self, path: Path) -> tuple[Tile | None, float]:
        try:
            body = path.read_bytes()
            return _picture(body), self.clock() - path.stat().st_mtime
        except OSError:
            return None, math.inf

    def _fetch(self, layer: WmsLayer, z: int, x: int, y: int) -> Tile | None:
        if self.clock() < self._quiet_until or not self._turn.acquire(timeout=WAIT_S):
            return None
        try:
            found = _picture(self._ask(layer, z, x, y))
        except (URLError, OSError, HTTPException, ValueError):
            found = None  # the error holds the address, and the address the key: not a word of it
        finally:
            self._turn.release()
        if found is None:
            self._quiet_until = self.clock() + PAUSE_S
        return found

    def _ask(self, layer: WmsLayer, z: int, x: int, y: int) -> bytes:
        query = {
            "SERVICE": "WMS",
            "VERSION": "1.3.0",
            "REQUEST": "GetMap",
            "LAYERS": layer.layer,
            "STYLES": "",
            "CRS": "EPSG:3857",
            "BBOX": ",".join(f"{side:.3f}" for side in bounds(z, x, y)),
            "WIDTH": str(TILE_PX),
            "HEIGHT": str(TILE_PX),
            "FORMAT": layer.kind,
            "apikey": self.key_file.read_text(encoding="utf-8").strip(),
        }
        address = f"{self.upstream.rstrip('/')}/{layer.path}?{urlencode(query)}"
        deadline = time.monotonic() + TIMEOUT_S
        body = bytearray()
        with build_opener(_NoRedirect).open(Request(address), timeout=TIMEOUT_S) as answer:  # noqa: S310 - the setting allows http and https only
            while chunk := answer.read1(65_536):
                body += chunk
                if len(body) > MOST_BYTES or time.monotonic() > deadline:
                    return b""
        return bytes(body)

    def _keep(self, path: Path, tile: Tile) -> None:
        making = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            self.folder.mkdir(
                parents=True, exist_ok=True, mode=0o700
            )  # what is inside is behind it
            path.parent.mkdir(parents=True, exist_ok=True)
            making.write_bytes(tile.body)
            now = self.clock()
            os.utime(making, (now, now))
            making.replace(path)
        except OSError:  # a full disk: the map goes on without a cache
            with suppress(OSError):
                making.unlink()
            return
        with self._lock:
            self._bytes = (self._total() if self._bytes is None else self._bytes) + len(tile.body)
            if self._bytes > self.most_bytes:
                self._bytes = self._empty()

    def _total(self) -> int:
        return sum(size for _, size, _ in self._held())

    def _held(self) -> list[tuple[float, int, Path]]:
        held = []
        for path in self.folder.rglob("*.tile"):
            try:
                facts = path.stat()
            except OSError:
                continue  # another process was quicker
            held.append((facts.st_mtime, facts.st_size, path))
        return held

    def _empty(self) -> int:
        """Remove the oldest tiles until there is room again; return what is left in bytes."""
        held = sorted(self._held())
        left = sum(size for _, size, _ in held)
        for _when, size, path in held:
            if left <= ROOM_LEFT * self.most_bytes:
                break
            path.unlink(missing_ok=True)
            left -= size
        return left


def _picture(body: bytes) -> Tile | None:
    """Return a picture as what it is by its first bytes; an error in XML is none."""
    kind = next((kind for magic, kind in MAGIC.items() if body.startswith(magic)), None)
    return Tile(body, kind) if kind else None
