"""How often somebody may try, and how much one session may ask for: in the memory of the process.

The library `limits` is used directly: what is limited stands where the attempt is, and nothing
is skipped since a route was included somehow.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from starlette.requests import HTTPConnection

from api.security.addresses import address_of, shared_by
from api.security.identity import token_of
from geo_service.domain.passwords import is_right
from geo_service.errors import TooMany
from geo_service.storage.sessions import sha256

PER_ADDRESS: Final = {
    "sign_in": "30/10minutes",  # that failed; a whole station may share one address
    "invitation": "30/10minutes",
    "oidc": "60/10minutes",
    "calendar_miss": "30/10minutes",  # an address of a calendar that is none
    "calendar_read": "60/10minutes",  # of one calendar, however many phones
}
CHECKS_AT_ONCE: Final = 2
"""Passwords that are checked at the same time: each takes 46 MiB and a processor."""
WAIT_FOR_CHECK_S: Final = 4.0
PATIENCE: Final = "For mange forsøg. Vent lidt, og prøv igen."


class Rates:
    """The limits of one process."""

    def __init__(
        self, *, requests_per_minute: int, per_address: dict[str, str] | None = None
    ) -> None:
        storage = MemoryStorage()
        self._attempts = MovingWindowRateLimiter(storage)
        self._requests = FixedWindowRateLimiter(storage)
        self._per_session = parse(f"{requests_per_minute}/minute")
        self._per_address = {
            kind: parse(limit) for kind, limit in (per_address or PER_ADDRESS).items()
        }
        self._checks = BoundedSemaphore(CHECKS_AT_ONCE)

    def count(self, kind: str, connection: HTTPConnection, *, of: str | None = None) -> None:
        """Count an attempt of an address, or of what is named; `TooMany` if one too many."""
        limit, place = self._per_address[kind], of or shared_by(address_of(connection))
        if not self._attempts.hit(limit, kind, place):
            raise TooMany(PATIENCE, retry_after_s=self._wait(self._attempts, limit, kind, place))

    def require_room(self, kind: str, connection: HTTPConnection) -> None:
        """Refuse an address that has used its attempts up, without counting this one."""
        limit, place = self._per_address[kind], shared_by(address_of(connection))
        if not self._attempts.test(limit, kind, place):
            raise TooMany(PATIENCE, retry_after_s=self._wait(self._attempts, limit, kind, place))

    def count_request(self, connection: HTTPConnection) -> None:
        """Count a request of whatever session it claims, before anything is looked up."""
        token = token_of(connection)[1]
        if not token:
            return
        key = sha256(token).hex()
        if not self._requests.hit(self._per_session, "session", key):
            wait = self._wait(self._requests, self._per_session, "session", key)
            raise TooMany(PATIENCE, retry_after_s=wait)

    def is_right(self, stored: str | None, password: str) -> bool:
        """Check a password, a few at a time; `TooMany` rather than a long queue."""
        with self._in_turn():
            return is_right(stored, password)

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._checks.acquire(timeout=WAIT_FOR_CHECK_S):
            raise TooMany(PATIENCE, retry_after_s=5)
        try:
            yield
        finally:
            self._checks.release()

    @staticmethod
    def _wait(limiter: Any, limit: RateLimitItem, *key: str) -> int:
        reset: float = limiter.get_window_stats(limit, *key).reset_time
        return max(1, round(reset - time.time()))


def rates_of(connection: HTTPConnection) -> Rates:
    """Return the limits of the process that serves a request."""
    found: Rates = connection.app.state.rates
    return found
