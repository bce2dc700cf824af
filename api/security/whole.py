"""A request that was begun is worked off to its end, whoever stops waiting for it.

A task that is cancelled goes on at once, while a thread still works for it: two would then hold
one session of the database. So whoever cancels waits here until the work is done.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send


class Whole:
    """The middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; where it is cancelled, end it first."""
        cancelled: asyncio.CancelledError | None = None
        working = asyncio.ensure_future(self.app(scope, receive, send))
        while not working.done():
            try:
                await asyncio.wait({working})
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            _fault = working.cancelled() or working.exception()  # nobody is left to be told
            raise cancelled
        await working
