"""Every error as an answer: a page for browsers, a sentence and a code in JSON under /api.

What may not be seen and what does not exist give the same bytes. No answer holds what was sent,
a statement of SQL, or a path of this machine.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from api.field_faults import codes_of, said_of
from api.pages.user_words import FAULT_WORDS
from api.security.headers import add_headers
from api.security.identity import identify
from api.security.next_path import sign_in_path
from api.web.errors import error_page
from api.web.translations import Message, _, accepted_language, shown
from geo_service.domain.rights import Unusable
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
from geo_service.messages import sentences

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
SENTENCES: Final[Mapping[int, tuple[str, Message]]] = {
    400: ("bad_request", _("Forespørgslen giver ingen mening.")),
    401: ("not_signed_in", _("Log ind først.")),
    403: (
        "stale_form",
        _("Formularen er for gammel eller ikke sendt af en side herfra. Intet er ændret."),
    ),
    404: ("not_found", _("Der er ikke noget her.")),
    408: ("too_slow", _("Forespørgslen kom for langsomt.")),
    409: ("conflict", _("Det kan ikke lade sig gøre nu")),
    413: ("too_large", _("Der blev sendt mere, end der tages imod her.")),
    422: ("invalid", _("Det, der blev sendt, kan ikke bruges. Intet er gemt.")),
    429: ("too_many", _("For mange forespørgsler. Vent, og prøv igen.")),
    500: ("fault", _("Noget gik galt hos os")),
    503: ("not_ready", _("Tjenesten er ikke klar")),
}
"""By status: its code, which programs go by, and its sentence, in the language they ask for."""
CODES: Final[Mapping[type[TryghedError], str]] = {
    AlreadyExists: "already_exists",
    UnsafeToPublish: "unsafe_to_publish",
}
"""What is told apart from the others of its status."""
TELLS_MORE: Final = frozenset({409, 422})
"""Only what somebody sent is spoken of in the error's own words."""
FOR_PROGRAMS: Final = ("/api/", "/livez", "/readyz")
VARY: Final = "Accept-Language"
CANNOT_BE_KEPT: Final = _(
    "Det sendte kan ikke gemmes: et tal er for stort, eller en tekst ugyldig."
)

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
        if isinstance(error, Unusable) and error.depends:
            status = 409
        return _json(request, status, detail, wait=wait, error=error)
    if isinstance(error, NotSignedIn):
        return _to_sign_in(request)
    await _know_who(request)
    return error_page(request, status, detail=detail, retry_after=wait)


async def _answer_fault(request: Request, error: Exception) -> Response:
    """Answer an error that nobody foresaw; the server writes it down after that."""
    log.error("a fault in the program: %s", type(error).__name__)
    response = _json(request, 500, None) if _is_program(request) else error_page(request, 500)
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
        return said_of(error.errors())
    if isinstance(error, DataError):
        return CANNOT_BE_KEPT
    if isinstance(error, HTTPException):
        return error.detail
    if isinstance(error, Unusable):
        return sentences([FAULT_WORDS[one.code] for one in error.faults])
    return error.words if isinstance(error, TryghedError) else str(error)


def _is_program(request: Request) -> bool:
    return request.url.path.startswith(FOR_PROGRAMS)


def _json(
    request: Request,
    status: int,
    detail: str | None,
    *,
    wait: int | None = None,
    error: Exception | None = None,
) -> JSONResponse:
    """Return a problem as programs get it: words in their language, codes that never change."""
    code, sentence = SENTENCES[status if status in SENTENCES else 400 if status < 500 else 500]  # noqa: PLR2004
    code = next((own for kind, own in CODES.items() if isinstance(error, kind)), code)
    language = accepted_language(request.headers.get("accept-language", ""))
    said = detail if detail and status in TELLS_MORE else sentence
    body: dict[str, Any] = {"detail": str(shown(said, language)), "code": code}
    if fields := _fields_of(error):
        body["fields"] = fields
    headers = {"Cache-Control": "no-store", "Content-Language": language, "Vary": VARY}
    if wait is not None:
        headers["Retry-After"] = str(wait)
    if status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, status_code=status, headers=headers)


def _fields_of(error: Exception | None) -> list[dict[str, str]]:
    if isinstance(error, RequestValidationError):
        return codes_of(error.errors())
    if isinstance(error, Unusable):
        return [{"at": one.field, "code": one.code} for one in error.faults]
    return []


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
