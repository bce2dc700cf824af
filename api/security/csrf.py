"""Whether a changing request was sent by a page of ours, not by one elsewhere.

Three witnesses, each enough to refuse: where the browser says the request comes from
(`Sec-Fetch-Site`, `Origin`), and a token that only our page could know.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import Request

from api.security.clean import require_clean_form
from api.security.identity import COOKIE, FORM_COOKIE, csrf_of, token_of
from geo_service.errors import StaleForm
from geo_service.settings import LOOPBACK_NAMES

SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")
TOKEN_FIELD: Final = "_token"  # noqa: S105 - the name of a field
TOKEN_HEADER: Final = "x-csrf-token"  # noqa: S105 - the name of a header


async def comes_from_our_page(request: Request, *, before_sign_in: bool = False) -> bool:
    """Tell whether a changing request was sent by a page of ours.

    A program with a bearer token needs no proof: no browser sends that by itself. On pages that
    are there `before_sign_in` the secret of the browser's own cookie counts too.
    """
    kind, _ = token_of(request)
    if request.method in SAFE_METHODS:
        return True
    if kind == "token":
        return not before_sign_in
    if not _from_here(request):
        return False
    sent = (await _sent_token(request)).encode()
    known = [csrf_of(secret) for secret in _secrets(request, before_sign_in=before_sign_in)]
    return any(hmac.compare_digest(sent, one.encode()) for one in known)


async def _our_form(request: Request) -> None:
    await require_clean_form(request)
    if not await comes_from_our_page(request, before_sign_in=True):
        raise StaleForm("The form was not sent by a page of ours.")


OUR_FORM: Any = Depends(_our_form)
"""Dependency of a changing route that is open to those who are not signed in."""


def _from_here(request: Request) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or origin.lower() in _our_origins(request)


def _our_origins(request: Request) -> Iterator[str]:
    """Yield the public address; on this machine, whatever name it was called by."""
    public = request.app.state.settings.origin
    if public:
        yield public
    host = request.headers.get("host", "").lower()
    if urlsplit(f"//{host}").hostname in LOOPBACK_NAMES:
        yield f"http://{host}"
        yield f"https://{host}"


async def _sent_token(request: Request) -> str:
    sent = request.headers.get(TOKEN_HEADER, "")
    if not sent and "form" in request.headers.get("content-type", ""):
        sent = str((await request.form()).get(TOKEN_FIELD, ""))
    return sent


def _secrets(request: Request, *, before_sign_in: bool) -> Iterator[str]:
    for name in (COOKIE, FORM_COOKIE) if before_sign_in else (COOKIE,):
        if secret := request.cookies.get(name):
            yield secret
