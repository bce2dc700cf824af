"""The FastAPI application: a start page, three maps, and a small API.

Two shapes: the full one for those who work with it, and the public one, a process of its own
that knows one database role and shows the residents' map.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from api.routes import areas, health, pages, public_pages
from geo_service.errors import (
    AlreadyExists,
    InvalidInput,
    NotFound,
    NotReady,
    TryghedError,
    UnsafeToPublish,
)
from geo_service.settings import Settings
from geo_service.storage.database import Database

STATUS_OF: Final[dict[type[TryghedError], int]] = {
    NotFound: 404,
    AlreadyExists: 409,
    UnsafeToPublish: 409,
    InvalidInput: 422,
    NotReady: 503,
}
OUR_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
OUR_NAMES: Final = ("127.0.0.1", "localhost")
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def make_app(settings: Settings, database: Database, *, public: bool = False) -> FastAPI:
    """Return the application; `public` leaves out everything but the residents' map."""
    app = FastAPI(
        title="Tryghedskort",
        summary="Areas and the state of the service",
        version="0.1.0",
        docs_url=None,  # its page loads scripts from another host
        redoc_url=None,
        openapi_url=None if public else "/api/v1/openapi.json",
    )
    app.state.settings = settings
    app.state.database = database
    app.state.public = public
    app.include_router(health.router)
    if public:
        app.include_router(public_pages.router)
    else:
        app.include_router(pages.router)
        app.include_router(areas.router, prefix="/api/v1")
    app.add_exception_handler(TryghedError, _in_words)
    app.middleware("http")(_with_headers)
    # a page elsewhere that lets its own name point here must not read what is here
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(OUR_NAMES))
    return app


async def _in_words(_: Request, error: Exception) -> Response:
    """Answer with our own sentence; it names no table and no path of this machine."""
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 500)
    said = "The service is not ready." if isinstance(error, NotReady) else str(error)
    return JSONResponse({"detail": said}, status_code=status)


async def _with_headers(
    request: Request, answer: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Add the security headers; a map page brings the policy of its own hashes in itself."""
    response = await answer(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.startswith("/kort/"):
        response.headers.setdefault("Content-Security-Policy", OUR_POLICY)
    return response
