"""Connections of browsers: one that asks nothing is closed, however slowly it says so.

uvicorn closes a connection that is silent after an answer, but waits for ever for a first
request, or for the rest of one whose headers come in drop by drop.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

QUIET_S: Final = 20.0
LAST_ANSWERS_S: Final = 10
"""How long answers under way are waited for at the end: a stream of events would go on for ever."""
MOST_AT_ONCE: Final = 400
"""Connections; above that a request is answered with 503 at once."""


class BoundedHTTP(H11Protocol):
    """HTTP/1.1 in which every request has to be there in full, headers at least, in `QUIET_S`."""

    quiet_s = QUIET_S
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def on_response_complete(self) -> None:
        """Begin to wait for the next one."""
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        if not self.transport.is_closing():
            self._watch = self.loop.call_later(self.quiet_s, self._close_if_quiet)

    def _stop_waiting(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _close_if_quiet(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


def server_options() -> dict[str, Any]:
    """Return what uvicorn is told besides the application."""
    return {
        "http": BoundedHTTP,
        "ws": "none",
        "limit_concurrency": MOST_AT_ONCE,
        "timeout_graceful_shutdown": LAST_ANSWERS_S,
        "proxy_headers": False,  # what a proxy says is believed of proxies we know: addresses.py
        "server_header": False,
        "log_level": "warning",
    }
