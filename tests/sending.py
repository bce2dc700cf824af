"""Files as they are sent to the service, and what became of them."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text

from api.jobs import Job
from geo_service.storage.database import Database
from geo_service.storage.tables import Incident
from tests import make, people

HERE = "/data/indlaesninger"
LONG_S = 90.0
"""More than any file of a test takes, on a machine that has much to do."""


def csv(*rows: list[str]) -> bytes:
    """Return a file of incidents with these rows."""
    lines = ["id;type;fra;til;øst;nord;rum", *(";".join(row) for row in rows)]
    return ("\r\n".join(lines) + "\r\n").encode()


def rows(first: int, count: int = 1) -> bytes:
    """Return a file of good incidents, numbered from `first` on."""
    return csv(*(make.incident_row(number) for number in range(first, first + count)))


def send(client: TestClient, content: bytes, name: str = "haendelser.csv", **fields: Any) -> Any:
    """Send a file as the form does."""
    return client.post(f"{HERE}/ny", files={"fil": (name, content)}, data=fields)


def job_of(app: FastAPI, answer: Any) -> Job:
    """Return the job that an answer leads to."""
    assert answer.status_code in {202, 303}, answer.text
    found: Job = app.state.jobs._jobs[answer.headers["location"].rsplit("/", 1)[1]]
    return found


def ended(app: FastAPI, answer: Any) -> Job:
    """Wait for the job that an answer leads to, and return it."""
    job = job_of(app, answer)
    assert job.over.wait(LONG_S), "the import does not end"
    return job


def wait_for_step(job: Job, step: int) -> None:
    """Wait until a job has come to a step."""
    for _ in range(int(LONG_S / 0.05)):
        if job.done >= step and job.text:
            return
        assert not job.over.wait(0.05), f"{job.state}: {job.text}"
    raise AssertionError("the import does not get on")


def report(client: TestClient, app: FastAPI, answer: Any) -> str:
    """Wait for the end and return the page of it."""
    ended(app, answer)
    page = client.get(answer.headers["location"])
    assert page.status_code == 200
    return page.text


def stored(own: Database) -> int:
    """Return how many incidents are stored, when nobody is storing any more."""
    with own.as_owner() as owner:
        # whoever still holds the table is waited for
        owner.execute(text("LOCK TABLE raw.incident IN ACCESS EXCLUSIVE MODE"))
        owner.rollback()
    with own.working(people.EVERYWHERE) as session:
        return int(session.scalar(select(func.count()).select_from(Incident)) or 0)
