"""The sealer of a web process: chains the audit within a second of each deed.

A thread of its own, started and stopped with the application. Several processes may seal at
once: the database lets one at a time. A database that is away is waited for, and said once.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread
from typing import Final

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from geo_service.errors import TryghedError
from geo_service.storage.audit_chain import seal
from geo_service.storage.database import Database

EVERY_S: Final = 0.5
LONGEST_PAUSE_S: Final = 10.0
LAST_WORD_S: Final = 5.0
"""How long the end of the application waits for the last stretch."""

log = logging.getLogger("tryghed.sealing")


class Sealer:
    """Seals until it is stopped, and once more then."""

    def __init__(self, database: Database, *, every_s: float = EVERY_S) -> None:
        self._database = database
        self._every_s = every_s
        self._stop = Event()
        self._thread = Thread(target=self._run, name="tryghed-sealer", daemon=True)
        self.is_failing = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what was committed before is sealed, if the database answers."""
        self._stop.set()
        self._thread.join(LAST_WORD_S)

    def _run(self) -> None:
        pause = self._every_s
        while not self._stop.wait(pause):
            pause = self._every_s if self._seal() else min(2 * pause, LONGEST_PAUSE_S)
        self._seal()

    def _seal(self) -> bool:
        try:
            seal(self._database)
        except (TryghedError, SQLAlchemyError, OSError) as error:
            if not self.is_failing:
                log.warning("The audit is not sealed for now: %s", type(error).__name__)
            self.is_failing = True
            return False
        if self.is_failing:
            log.warning("The audit is sealed again.")
        self.is_failing = False
        return True


@asynccontextmanager
async def sealing(app: FastAPI) -> AsyncIterator[None]:
    """Seal while the application runs; the public site writes nothing and seals nothing."""
    if app.state.public:
        yield
        return
    sealer = Sealer(app.state.database)
    sealer.start()
    try:
        yield
    finally:
        await run_in_threadpool(sealer.stop)
