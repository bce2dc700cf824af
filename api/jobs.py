"""Long work of the web service: child processes, what they say, and how they are ended.

The web process holds no connection of the role `job`; each import is a child that does
(`geo_service/cli/job.py`), in one transaction. A job is known to whoever started it, in the role
and municipality they started it in, and to nobody else. What it reported is kept in memory for
an hour: the report of a file that was refused is nowhere else.
"""

from __future__ import annotations

import json
import logging
import secrets
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Final, Literal

from api.children import Upload, held_in_memory, start_child
from geo_service.domain.callers import Caller
from geo_service.errors import NotFound, NotReady, TooMany
from geo_service.storage.database import Database

MOST_AT_ONCE: Final = 2
KEPT_S: Final = 3_600.0
MOST_KEPT: Final = 50
WAIT_S: Final = 30
ENDING_S: Final = 5.0

State = Literal["running", "done", "failed", "cancelled"]

log = logging.getLogger("tryghed")


@dataclass(frozen=True)
class JobWords:
    """What is said of a kind of jobs, in Danish."""

    died: str
    cancelled: str
    full: str
    unknown: str


OF_IMPORTS: Final = JobWords(
    died="Indlæsningen stoppede uden at sige hvorfor. Intet er gemt. Prøv igen.",
    cancelled="Indlæsningen blev afbrudt. Intet er gemt.",
    full="Der læses allerede filer ind. Vent, til en af dem er færdig.",
    unknown="Den indlæsning findes ikke.",
)


@dataclass
class Job:
    """One import or other long work, under way or over; only `Jobs` changes it."""

    id: str
    kind: str
    owner: tuple[str, ...]
    file_name: str
    sha256: str
    process: subprocess.Popen[str]
    state: State = "running"
    reason: str = ""
    """Why nothing is stored: faulty, known, missing, no_roder, unusable, not_ready or died."""
    text: str = ""
    done: int = 0
    total: int = 0
    batch: int | None = None
    """The batch it stores, from the moment before it commits."""
    report: dict[str, Any] = field(default_factory=dict)
    changes: int = 0
    """Rises with everything that is said, so that a follower sees whether there is news."""
    stopping: bool = False
    ended_at: float | None = None
    over: Event = field(default_factory=Event)

    @property
    def cancelled(self) -> bool:
        """Whether it was ended before it stored anything."""
        return self.state == "cancelled"


class Jobs:
    """The jobs of this web process."""

    words = OF_IMPORTS

    def __init__(self, database: Database, *, most_at_once: int = MOST_AT_ONCE) -> None:
        self._database = database
        self._most = most_at_once
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()
        self._closed = False

    def start(
        self, kind: str, upload: Upload, *, caller: Caller, choices: Mapping[str, Any]
    ) -> Job:
        """Start an import of the caller's.

        Raises
        ------
        TooMany
            If as many as this process takes are under way.
        NotReady
            If the application is on its way down.
        """
        return self._enter(lambda: self._begin(kind, upload, caller, choices))

    def _enter(self, begin: Callable[[], Job]) -> Job:
        """Begin a job if there is room for it, and listen to what it says."""
        with self._lock:
            self._forget_old()
            self._require_room()
            job = begin()
            self._jobs[job.id] = job
        Thread(target=self._listen, args=(job,), daemon=True).start()
        return job

    @property
    def secrets(self) -> Path:
        """The folder in which a child finds the password of its role."""
        return self._database.secrets

    def find(self, job_id: str, caller: Caller) -> Job:
        """Return a job of the caller's; raises NotFound for any other."""
        with self._lock:
            self._forget_old()
            job = self._jobs.get(job_id)
        if job is None or job.owner != owner_of(caller):
            raise NotFound(self.words.unknown)
        return job

    def of(self, caller: Caller) -> list[Job]:
        """Return the caller's jobs, the newest first."""
        with self._lock:
            self._forget_old()
            return [job for job in reversed(self._jobs.values()) if job.owner == owner_of(caller)]

    def cancel(self, job: Job) -> bool:
        """End a job that is under way; tell whether it was this that ended it.

        It is over, one way or the other, when this returns, unless it is just being stored:
        that cannot be cancelled, and the job says "done" when it is.
        """
        with self._lock:
            if job.state != "running" or job.stopping:
                return False
            job.stopping = True
        job.process.terminate()  # asks nothing of a process that has ended
        job.over.wait(ENDING_S)
        return job.cancelled

    def close(self) -> None:
        """End every job and take no more; for the end of the application."""
        with self._lock:
            self._closed = True
            running = [job for job in self._jobs.values() if job.state == "running"]
        for job in running:
            self.cancel(job)
        for job in running:
            if not job.over.wait(ENDING_S):
                job.process.kill()
                job.over.wait(ENDING_S)

    def _require_room(self) -> None:
        if self._closed:
            raise NotReady("The service is on its way down.")
        running = sum(1 for job in self._jobs.values() if job.state == "running")
        if running >= self._most:
            raise TooMany(self.words.full, retry_after_s=WAIT_S)

    def _begin(self, kind: str, upload: Upload, caller: Caller, choices: Mapping[str, Any]) -> Job:
        job_id = secrets.token_urlsafe(16)
        address = self._database.address.set(username=None, password=None)
        with held_in_memory(upload) as (descriptor, sha256):
            order = {
                "id": job_id,
                "kind": kind,
                "file_name": upload.name,
                "descriptor": descriptor,
                "municipality": caller.municipality,
                "actor": caller.actor,
                "role": caller.role.value,
                "choices": dict(choices),
                "address": address.render_as_string(),
                "secrets": str(self._database.secrets),
            }
            process = start_child(order, descriptor)
        return Job(job_id, kind, owner_of(caller), upload.name, sha256, process)

    def _listen(self, job: Job) -> None:
        """Take down what a child says until it ends; a thread per job."""
        assert job.process.stdout is not None  # noqa: S101 - it was asked for
        try:
            with job.process.stdout as lines:
                for line in lines:
                    self._heard(job, line)
        finally:
            code = job.process.wait()
            with self._lock:
                self._ended(job, code)

    def _heard(self, job: Job, line: str) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            return  # half a line of a process that was ended
        if isinstance(said, dict):
            with self._lock:
                _take(job, str(said.pop("event", "")), said)

    def _ended(self, job: Job, code: int) -> None:
        """Close a job whose process is gone; only now it is known that nothing more comes."""
        if job.state == "running" and job.report:
            job.state = "failed" if job.reason else "done"
        elif job.state == "running" and job.stopping:
            job.state, job.text = "cancelled", self.words.cancelled
        elif job.state == "running":
            log.error("a job ended without a word, with code %s", code)
            job.state, job.reason, job.text = "failed", "died", self.words.died
        job.changes += 1
        job.ended_at = time.monotonic()
        job.over.set()

    def _forget_old(self) -> None:
        over = [job for job in self._jobs.values() if job.ended_at is not None]
        over.sort(key=lambda job: job.ended_at or 0.0)
        now = time.monotonic()
        for place, job in enumerate(over):
            too_many = len(over) - place > MOST_KEPT
            if too_many or now - (job.ended_at or now) > KEPT_S:
                del self._jobs[job.id]


def _take(job: Job, event: str, said: dict[str, Any]) -> None:
    """Write down what a child said; that it is over is known when its process is."""
    job.changes += 1
    if event == "progress":
        job.text = str(said["text"])
        job.done, job.total = int(said["done"]), int(said["total"])
    elif event == "storing":
        job.batch = int(said["batch"])
    elif event in {"done", "failed"}:
        job.reason = str(said.get("reason", ""))
        job.text = str(said.get("text", ""))
        job.report = said


def owner_of(caller: Caller) -> tuple[str, ...]:
    """Return whose a job is: a person, in the role and municipality they started it in."""
    return caller.actor, caller.role.value, caller.municipality or ""
