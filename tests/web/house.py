"""A small application with the frame's pages and nothing behind them: no database, no sign-in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from api.pages import statements, style
from api.security.identity import Identity
from api.web import statics
from api.web.errors import error_page
from api.web.page import render
from api.web.translations import _
from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.errors import NotFound
from geo_service.settings import Settings
from geo_service.storage.sessions import SignedIn
from maps.danish import ZONE

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


CALLER = Caller(
    actor="user:1",
    role=Role.hotspot_chief,
    municipality="0101",
    user_id=1,
    login="chef",
    name="Hotspotchefen",
)
SIGNED_IN = SignedIn(
    session_id=1,
    kind="web",
    caller=CALLER,
    municipality_name="København",
    is_demo=True,
    chosen_hotspot=None,
)
AREAS = (("yn", "Ydre Nørrebro"), ("va", "Valby"))


def somebody(
    *,
    areas: tuple[tuple[str, str], ...] = AREAS,
    municipality_name: str = "København",
    is_demo: bool = True,
    chosen_hotspot: str | None = None,
    **caller: object,
) -> Identity:
    """Return who is signed in: the Hotspot chief, but for what is said of the caller."""
    signed_in = replace(
        SIGNED_IN,
        caller=replace(CALLER, **caller),  # type: ignore[arg-type]
        municipality_name=municipality_name,
        is_demo=is_demo,
        chosen_hotspot=chosen_hotspot,
    )
    return Identity(signed_in, "a-token", areas)


def make_house(identity: Identity | None = None, *, theme: Path | None = None) -> FastAPI:
    """Return the application; every request comes from `identity`."""
    app = FastAPI(version="0.1.0")
    app.state.settings = Settings(theme_dir=theme)
    for part in (style, statements, statics):
        app.include_router(part.router)

    @app.exception_handler(NotFound)
    def missing(request: Request, _error: Exception) -> HTMLResponse:
        return error_page(request, 404)

    @app.middleware("http")
    async def with_identity(
        request: Request, answer: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        request.state.identity = identity
        response = await answer(request)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.get("/fejl/{status}")
    def failed(request: Request, status: int) -> HTMLResponse:
        return error_page(request, status, detail="Række 3: der står 25.10.", retry_after=60)

    @app.get("/arbejde")
    def work(end: str = "done") -> StreamingResponse:
        told = [
            'event: progress\ndata: {"done": 3, "total": 12, "text": "3 af 12"}\n\n',
            f'event: {end}\ndata: {{"text": "slut: {end}", "href": "//elsewhere.example/"}}\n\n',
        ]
        return StreamingResponse(iter(told), media_type="text/event-stream")

    @app.get("/konflikt")
    def conflict(request: Request) -> HTMLResponse:
        return render(
            request,
            "conflict.html",
            title=_("En anden har rettet det samme"),
            workspace="aften",
            who="Politi",
            when=datetime(2026, 11, 23, 10, 12, tzinfo=ZONE),
            theirs="/stil",
            action="/stil",
            version=4,
            fields=[("team", _("Hold"), "G1", "G2", "G3"), ("why", _("Hvorfor"), "a", "a", "<b>")],
        )

    return app
