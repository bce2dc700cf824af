"""The names the service goes by: a page elsewhere whose name points here reads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOT_OUR_NAME: Final = (
    "Tjenesten har ikke det navn, som adressen siger. Brug den adresse, du har fået oplyst.\n"
    "The service does not go by the name in this address. Use the address you were given.\n"
)
"""In both languages: nobody knows yet who asks, or in which of them."""


class KnownHosts:
    """The middleware: a stranger's name is answered here, in words of ours."""

    def __init__(self, app: ASGIApp, *, names: Sequence[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that calls the service by one of its names."""
        known = False

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            nonlocal known
            known = True
            await self._app(scope, receive, send)

        async def send_ours(message: Message) -> None:
            if known:
                await send(message)

        gate = TrustedHostMiddleware(serve, allowed_hosts=self._names, www_redirect=False)
        await gate(scope, receive, send_ours)
        if not known:
            await PlainTextResponse(NOT_OUR_NAME, status_code=400)(scope, receive, send)
