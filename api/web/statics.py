"""Styles, scripts and pictures: a fixed list, read once, each with its type and packed form.

The address carries a fingerprint of the whole list, so that a browser may keep a file for a year
and still never meets an old style with a new page. What is not on the list does not exist:
no folder is served.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from geo_service.errors import NotFound, NotReady
from geo_service.settings import PROJECT_ROOT

OURS: Final = Path(__file__).resolve().parent.parent / "static"
PACKAGES: Final = PROJECT_ROOT / "node_modules"
FROM_PACKAGES: Final = {
    "pico.min.css": "@picocss/pico/css/pico.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "images/layers.png": "leaflet/dist/images/layers.png",
    "images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "images/marker-icon-2x.png": "leaflet/dist/images/marker-icon-2x.png",
    "images/marker-shadow.png": "leaflet/dist/images/marker-shadow.png",
}
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
PACKED: Final = frozenset({".css", ".js", ".svg"})
THEME_STYLE: Final = "theme.css"
A_YEAR: Final = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Static:
    """A file as it is sent."""

    body: bytes
    packed: bytes | None
    kind: str


@cache
def statics(theme: Path | None = None) -> dict[str, Static]:
    """Return every file that may be asked for, by name.

    Raises `NotReady` when the front-end packages are not installed.
    """
    places = {name: PACKAGES / inside for name, inside in FROM_PACKAGES.items()}
    places |= {path.name: path for path in sorted(OURS.iterdir()) if path.suffix in TYPES}
    if theme is not None:
        places = _theme_files(theme) | places  # a theme replaces none of ours
    return {name: _read(name, path) for name, path in sorted(places.items())}


def _theme_files(theme: Path) -> dict[str, Path]:
    """Return a theme's files; they lie beside ours, so that a `url()` means the same in both."""
    if not (theme / THEME_STYLE).is_file():
        raise NotReady(f"The theme folder has no {THEME_STYLE}: see docs/web.md.")
    return {path.name: path for path in theme.iterdir() if path.suffix in TYPES and path.is_file()}


def _read(name: str, path: Path) -> Static:
    try:
        body = path.read_bytes()
    except FileNotFoundError as error:
        raise NotReady(
            f"The front-end packages are not installed ({name} was not found in node_modules). "
            "Run `./tryghed --help` once; it installs them."
        ) from error
    packed = gzip.compress(body, 9, mtime=0) if path.suffix in PACKED else None
    return Static(body, packed, TYPES[path.suffix])


@cache
def fingerprint(theme: Path | None = None) -> str:
    """Return a short hash over all names and contents."""
    total = hashlib.sha256()
    for name, file in statics(theme).items():
        total.update(name.encode() + b"\0" + hashlib.sha256(file.body).digest())
    return total.hexdigest()[:12]


def static_path(name: str, theme: Path | None = None) -> str:
    """Return the address of a file on the list; a name that is not there is our own mistake."""
    if name not in statics(theme):
        raise KeyError(name)
    return f"/static/{fingerprint(theme)}/{name}"


def theme_of(request: Request) -> Path | None:
    """Return the folder of the municipality's own style, if it has one."""
    settings = getattr(request.app.state, "settings", None)
    found: Path | None = getattr(settings, "theme_dir", None)
    return found


@router.get("/static/{version}/{name:path}")
def static_file(request: Request, version: str, name: str) -> Response:
    """Return a file on the list; one of another version than ours is not to be kept."""
    theme = theme_of(request)
    file = statics(theme).get(name)
    if file is None:
        raise NotFound("Filen findes ikke.")
    current = version == fingerprint(theme) or (version == fingerprint() and name in statics())
    headers = {"Cache-Control": A_YEAR if current else "no-cache"}
    body = file.body
    if file.packed is not None:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = file.packed, "gzip"
    return Response(body, media_type=file.kind, headers=headers)
