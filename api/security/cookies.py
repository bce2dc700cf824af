"""Our two cookies: of the session, and of a form that is sent before there is one.

Both are `__Host-…`: only this host can have set them, over TLS (or on this machine), for every
path. Neither has an age: they end with the browser, and on the server before that.
"""

from __future__ import annotations

import secrets
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from api.security.identity import COOKIE, FORM_COOKIE, csrf_of

LEAST: Final = 32
SomeResponse = TypeVar("SomeResponse", bound=Response)


def form_secret(request: Request) -> str:
    """Return what forms of this browser prove themselves by; new if it has none yet."""
    known = request.cookies.get(FORM_COOKIE, "")
    if len(known) < LEAST:
        known = getattr(request.state, "form_secret", "") or secrets.token_urlsafe(32)
        request.state.form_secret = known
    request.state.csrf = csrf_of(known)
    return known


def with_form_secret(request: Request, response: SomeResponse) -> SomeResponse:
    """Let the browser keep its secret, if it was made for this answer."""
    if made := getattr(request.state, "form_secret", ""):
        set_cookie(response, FORM_COOKIE, made)
    return response


def signed_in(response: SomeResponse, token: str) -> SomeResponse:
    """Let the browser keep a session."""
    set_cookie(response, COOKIE, token)
    response.headers["Cache-Control"] = "no-store"
    return response


def signed_out(response: SomeResponse) -> SomeResponse:
    """Let the browser forget its session and everything it kept of it."""
    for name in (COOKIE, FORM_COOKIE):
        response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def set_cookie(response: Response, name: str, value: str) -> None:
    """Set one of our cookies."""
    response.set_cookie(name, value, path="/", secure=True, httponly=True, samesite="lax")
