"""The course of a job as server-sent events: what it says, until it is over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from api.jobs import Job

LOOK_EVERY_S: Final = 0.3
SILENT_S: Final = 15.0
"""How long a follower hears nothing: a proxy must not take the line for dead."""
LONGEST_S: Final = 600.0
"""How long one answer goes on; the browser then asks again by itself."""


async def course_of(job: Job, page: str, *, said: Callable[[str], str]) -> AsyncIterator[str]:
    """Yield what a job says until it is over, or the answer has gone on long enough.

    Parameters
    ----------
    job
        The one that is followed.
    page
        Where the browser goes when it is over.
    said
        Puts a text of the job into the words of the page.
    """
    clock = asyncio.get_running_loop().time
    begun = spoke = clock()
    seen = -1
    while clock() - begun < LONGEST_S:
        if job.changes != seen:
            seen, spoke = job.changes, clock()
            text = said(job.text)
            if job.state != "running":
                yield _event("done", href=page, text=text)
                return
            yield _event("progress", done=job.done, total=job.total, text=text)
        elif clock() - spoke > SILENT_S:
            spoke = clock()
            yield ": still here\n\n"
        await asyncio.sleep(LOOK_EVERY_S)


def _event(name: str, **facts: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(facts)}\n\n"
