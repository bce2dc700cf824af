"""Every error as an answer: a page for browsers, a sentence in JSON under /api.

What may not be seen and what does not exist give the same bytes. No answer holds what was sent,
a statement of SQL, or a path of this machine.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from api.security.headers import add_headers
from api.security.identity import identify
from api.security.next_path import sign_in_path
from api.web.errors import error_page
from geo_service.errors import (
    AlreadyExists,
    Conflict,
    InvalidInput,
    NotFound,
    NotReady,
    NotSignedIn,
    StaleForm,
    TooMany,
    TryghedError,
    UnsafeToPublish,
)

STATUS_OF: Final[Mapping[type[TryghedError], int]] = {
    NotSignedIn: 401,
    StaleForm: 403,
    NotFound: 404,
    Conflict: 409,
    AlreadyExists: 409,
    UnsafeToPublish: 409,
    InvalidInput: 422,
    TooMany: 429,
    NotReady: 503,
}
SENTENCES: Final = {
    400: "The request makes no sense.",
    401: "Sign in first.",
    403: "The form is too old or was not sent by a page of this service. Nothing was changed.",
    404: "There is nothing here.",
    408: "The request came too slowly.",
    413: "More was sent than is accepted here.",
    429: "Too many requests. Wait, and try again.",
    500: "Something went wrong in the service.",
    503: "The service is not ready.",
}
TELLS_MORE: Final = frozenset({409, 422})
"""Only what somebody sent is spoken of in the error's own words."""
FOR_PROGRAMS: Final = ("/api/", "/livez", "/readyz")
CANNOT_BE_KEPT: Final = "Det sendte kan ikke gemmes: et tal er for stort, eller en tekst ugyldig."

log = logging.getLogger("tryghed")


def answer_problems(app: FastAPI) -> None:
    """Let every error of the application be answered here."""
    for kind in (TryghedError, HTTPException, RequestValidationError, DataError):
        app.add_exception_handler(kind, answer_problem)
    app.add_exception_handler(Exception, _answer_fault)


async def answer_problem(request: Request, error: Exception) -> Response:
    """Return the answer to an error that we foresaw."""
    status, detail = _status_of(error), _detail_of(error)
    wait = error.retry_after_s if isinstance(error, TooMany) else None
    if status == 405:  # noqa: PLR2004 - what is there is no news, however it is asked for
        status, detail = 404, None
    if _is_program(request):
        return _json(status, detail, wait=wait)
    if isinstance(error, NotSignedIn):
        return _to_sign_in(request)
    await _know_who(request)
    return error_page(request, status, detail=detail, retry_after=wait)


async def _answer_fault(request: Request, error: Exception) -> Response:
    """Answer an error that nobody foresaw; the server writes it down after that."""
    log.error("a fault in the program: %s", type(error).__name__)
    response = _json(500, None) if _is_program(request) else error_page(request, 500)
    add_headers(request.scope, response.headers)  # this answer passes no middleware
    return response


def _status_of(error: Exception) -> int:
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, (RequestValidationError, DataError)):
        return 422
    return next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 500)


def _detail_of(error: Exception) -> str | None:
    if isinstance(error, RequestValidationError):
        return " ".join(
            f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}." for one in error.errors()
        )
    if isinstance(error, DataError):
        return CANNOT_BE_KEPT
    if isinstance(error, HTTPException):
        return str(error.detail)
    return str(error)


def _is_program(request: Request) -> bool:
    return request.url.path.startswith(FOR_PROGRAMS)


def _json(status: int, detail: str | None, *, wait: int | None = None) -> JSONResponse:
    said = detail if detail and status in TELLS_MORE else SENTENCES.get(status, detail)
    headers = {"Cache-Control": "no-store"}
    if wait is not None:
        headers["Retry-After"] = str(wait)
    if status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"detail": said}, status_code=status, headers=headers)


def _to_sign_in(request: Request) -> Response:
    """Lead to the sign-in page, and from there back to a page that was only looked at."""
    seen = request.method in ("GET", "HEAD")
    query = f"?{request.url.query}" if request.url.query else ""
    target = sign_in_path(f"{request.url.path}{query}" if seen else "/")
    headers = {"Cache-Control": "no-store"}
    if "hx-request" in request.headers:  # part of a page: the whole page has to go
        return Response(status_code=200, headers=headers | {"HX-Redirect": target})
    return RedirectResponse(target, status_code=303, headers=headers)


async def _know_who(request: Request) -> None:
    """Find out who asks, on a path where no policy did: the page must be the same as there."""
    if hasattr(request.state, "identity"):
        return
    request.state.identity = None
    if request.app.state.public:
        return
    try:
        request.state.identity = await run_in_threadpool(
            identify, request, request.app.state.database
        )
    except TryghedError:
        request.state.identity = None
