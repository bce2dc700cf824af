"""A small web application with one map per page, and the strict policy of ours."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import DictLoader, Environment, StrictUndefined
from jinja2.loaders import ChoiceLoader, FileSystemLoader

from geo_service.settings import PROJECT_ROOT
from maps.inpage import MapPanel
from maps.text import clean

STATIC = {
    "pico.css": PROJECT_ROOT / "node_modules/@picocss/pico/css/pico.min.css",
    "leaflet.css": PROJECT_ROOT / "node_modules/leaflet/dist/leaflet.css",
    "leaflet.js": PROJECT_ROOT / "node_modules/leaflet/dist/leaflet.js",
    "axe.js": PROJECT_ROOT / "node_modules/axe-core/axe.min.js",
    **{
        name: PROJECT_ROOT / "api" / "static" / name
        for name in ("map.css", "map.js", "map-parts.js", "map-points.js")
    },
}
TYPES = {"css": "text/css", "js": "text/javascript"}
PAGE = """
{% from "map.html" import map_assets, map_panel %}
<!doctype html>
<html lang="da">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Kort</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{{ static("pico.css") }}">
{{ map_assets() }}
</head>
<body>
<main class="container-fluid"><h1>Prøve</h1>
{% for map in maps %}{{ map_panel(map, nonce) }}{% endfor %}
<button type="button" id="slut">Efter kortet</button>
</main>
</body>
</html>
"""
Panels = Callable[[Mapping[str, str]], list[MapPanel]]


def environment() -> Environment:
    folder = FileSystemLoader(PROJECT_ROOT / "api" / "templates")
    made = Environment(
        loader=ChoiceLoader([DictLoader({"page": PAGE}), folder]),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        finalize=lambda value: clean(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    made.globals["static"] = lambda name: f"/static/{name}"
    return made


def policy(nonce: str) -> str:
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; report-uri /brud"
    )


def map_app(panels: Panels, *, points: Callable[[Mapping[str, str]], Any] | None = None) -> FastAPI:
    """An application whose page `/` shows the panels; `/punkter` answers what `points` says."""
    app = FastAPI()
    app.state.reports = []
    app.state.asked = []
    made = environment()

    @app.get("/")
    def page(request: Request) -> HTMLResponse:
        nonce = secrets.token_urlsafe(16)
        text = made.get_template("page").render(
            maps=panels(dict(request.query_params)), nonce=nonce
        )
        return HTMLResponse(text, headers={"Content-Security-Policy": policy(nonce)})

    @app.get("/static/{name}")
    def static(name: str) -> Response:
        kind = TYPES[name.rpartition(".")[2]]
        return Response(STATIC[name].read_bytes(), media_type=kind)

    @app.get("/punkter")
    def answer(request: Request) -> Response:
        asked = dict(request.query_params)
        app.state.asked.append(asked)
        assert points is not None
        return JSONResponse(points(asked), media_type="application/geo+json")

    @app.post("/brud")
    async def report(request: Request) -> Response:
        app.state.reports.append((await request.body()).decode())
        return Response(status_code=204)

    return app
