"""A request whose task is cancelled is worked off to its end first."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from api.main import make_app
from api.security.whole import Whole
from geo_service.settings import Settings
from geo_service.storage.database import Database


@pytest.mark.parametrize("fails", [False, True])
def test_who_cancels_waits_for_the_thread_that_works(fails: bool) -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert may_end.wait(10)
        ended.set()
        if fails:
            raise ValueError

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await run_in_threadpool(work)

    async def run() -> None:
        asked = asyncio.ensure_future(Whole(app)({"type": "http"}, None, None))  # type: ignore[arg-type]
        assert await run_in_threadpool(begun.wait, 10)
        for _twice in range(2):
            asked.cancel()
            await asyncio.sleep(0)
            assert not asked.done()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert ended.is_set()

    with ThreadPoolExecutor(1) as thread:  # a browser's loop may run in this one
        thread.submit(asyncio.run, run()).result()


def test_a_fault_is_told_and_the_application_has_it_outermost(
    settings: Settings, database: Database
) -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise LookupError

    with ThreadPoolExecutor(1) as thread, pytest.raises(LookupError):
        thread.submit(asyncio.run, Whole(app)({"type": "http"}, None, None)).result()  # type: ignore[arg-type]
    assert make_app(settings, database).user_middleware[0].cls is Whole
