"""How much may be sent, how slowly, and that it is clean: before any page sees it.

A body is read within a size and a time. Small ones that we read as text (JSON, forms) are
looked at whole; a file goes through in pieces.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import answer_problem
from api.security.clean import require_clean_json, require_clean_query, require_clean_text
from geo_service.errors import InvalidInput

MOST_BYTES: Final = 1024 * 1024
LARGER: Final = dict.fromkeys(("/data/indlaesninger", "/api/v1/imports"), 64 * 1024 * 1024)
"""Paths, with what is below them, to which files are sent."""
# a file that was not checked stays in memory: not a byte of it may lie on a disk
MultiPartParser.spool_max_size = 2 * max(LARGER.values())
SILENCE_S: Final = 15.0
"""How long a sender may pause in the middle of a body."""
WHOLE_S: Final = 300.0


class Bounds:
    """The middleware."""

    def __init__(
        self, app: ASGIApp, *, silence_s: float = SILENCE_S, whole_s: float = WHOLE_S
    ) -> None:
        self.app = app
        self.silence_s = silence_s
        self.whole_s = whole_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request within the bounds."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            require_clean_text(scope["path"])
            require_clean_query(scope["query_string"])
        except InvalidInput as error:
            response = await answer_problem(Request(scope, receive), error)
            await response(scope, receive, send)
            return
        body = _Body(self, scope, receive)
        await self.app(scope, body.receive, send)


class _Body:
    """The body of one request, as it comes in."""

    def __init__(self, bounds: Bounds, scope: Scope, receive: Receive) -> None:
        self._bounds = bounds
        self._receive = receive
        headers = Headers(scope=scope)
        self._announced = headers.get("content-length", "0")
        self._check = _check_of(headers.get("content-type", ""))
        self._most = MOST_BYTES if self._check else _most_bytes(scope["path"])
        self._size = 0
        self._begun: float | None = None
        self._over = False

    async def receive(self) -> Message:
        """Return the next piece; text that we read is one piece, looked at whole."""
        if self._over:
            return await self._receive()
        message = await self._piece()
        check = self._check
        if check is None or message["type"] != "http.request":
            return message
        pieces = [message.get("body", b"")]
        while message.get("more_body", False):
            message = await self._piece()
            if message["type"] != "http.request":
                return message
            pieces.append(message.get("body", b""))
        whole = b"".join(pieces)
        if whole:
            _checked(check, whole)
        return {"type": "http.request", "body": whole, "more_body": False}

    async def _piece(self) -> Message:
        clock = asyncio.get_running_loop().time
        self._begun = clock() if self._begun is None else self._begun
        if self._announced.isdigit() and int(self._announced[:12]) > self._most:
            self._over = True
            raise HTTPException(413)
        left = self._begun + self._bounds.whole_s - clock()
        try:
            async with asyncio.timeout(min(self._bounds.silence_s, left)):
                message = await self._receive()
        except TimeoutError:
            self._over = True
            raise HTTPException(408) from None
        self._size += len(message.get("body", b""))
        self._over = message["type"] != "http.request" or not message.get("more_body", False)
        if self._size > self._most:
            self._over = True
            raise HTTPException(413)
        return message


def _most_bytes(path: str) -> int:
    larger = (most for start, most in LARGER.items() if f"{path}/".startswith(f"{start}/"))
    return next(larger, MOST_BYTES)


def _check_of(content_type: str) -> Callable[[bytes], None] | None:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return require_clean_json
    return require_clean_query if kind == "application/x-www-form-urlencoded" else None


def _checked(check: Callable[[bytes], None], whole: bytes) -> None:
    """Check a body; what is wrong is an answer of its own wherever the body was asked for."""
    try:
        check(whole)
    except InvalidInput as error:
        raise HTTPException(422, error.words) from None
