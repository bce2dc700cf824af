"""An import that is killed, or whose web process is gone: all of a file is stored, or nothing."""

from __future__ import annotations

import io
import os
import random
import subprocess
import time
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.children import Upload, held_in_memory, start_child
from geo_service.storage.database import Database
from geo_service.storage.tables import ImportBatch
from tests import people
from tests.api.imports.conftest import Hold
from tests.sending import ended, job_of, report, rows, send, stored
from tests.volumes import volume

TRIES = volume(6, 60)
ROWS = 2_000


def stored_by(own: Database, sha256: str) -> int | None:
    """Return how many rows the batch of a file says it stored, None where there is no batch."""
    with own.working(people.EVERYWHERE) as session:
        return session.scalars(
            select(ImportBatch.rows_stored).where(ImportBatch.sha256 == sha256)
        ).first()


def test_killed_at_random_moments_all_or_nothing(
    own: Database, app: FastAPI, police: TestClient
) -> None:
    begun = time.monotonic()
    ended(app, send(police, rows(1, ROWS)))
    whole_s = time.monotonic() - begun
    chance = random.Random(int(os.environ.get("TRYGHED_TEST_SEED", "1")))  # noqa: S311
    for number in range(1, TRIES + 1):
        before = stored(own)
        answer = send(police, rows(number * 10_000, ROWS))
        job = job_of(app, answer)
        job.over.wait(chance.uniform(0.2, 1.1) * whole_s)
        job.process.kill()
        ended(app, answer)
        now = stored(own)
        page = police.get(answer.headers["location"]).text
        said = stored_by(own, job.sha256)
        if said is None:
            assert now == before
            assert "Filen er gemt" not in page
        else:
            assert (now, said) == (before + ROWS, ROWS)
            assert "Filen er gemt" in page


def test_killed_while_it_stores(
    own: Database, app: FastAPI, police: TestClient, hold: Hold
) -> None:
    before = stored(own)
    with hold():
        answer = send(police, rows(900_000, 100))
        job = job_of(app, answer)
        while job.done < 2:
            assert not job.over.wait(0.05)
        job.process.kill()
        assert "Intet er gemt" in report(police, app, answer)
    assert stored(own) == before
    assert "Filen er gemt" in report(police, app, send(police, rows(900_000, 100)))


def order_of(own: Database, descriptor: int, **more: Any) -> dict[str, Any]:
    return {
        "id": "x",
        "kind": "incidents",
        "file_name": "a.csv",
        "descriptor": descriptor,
        "municipality": "0101",
        "actor": "user:1",
        "role": "police",
        "choices": {},
        "address": own.address.render_as_string(),
        "secrets": str(own.secrets),
        **more,
    }


def last_words(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    with child.stdout as said:
        *_, last = said.read().splitlines()
    assert child.wait(60) != 0
    return last


def test_nothing_is_stored_for_a_web_process_that_is_gone(own: Database, hold: Hold) -> None:
    before = stored(own)
    with hold():
        with held_in_memory(Upload("a.csv", io.BytesIO(rows(910_000)))) as (descriptor, _):
            child = start_child(order_of(own, descriptor), descriptor)
        assert child.stdout is not None
        while '"done": 2' not in child.stdout.readline():
            assert child.poll() is None
        child.stdout.close()  # as the kernel does for a process that is killed
    assert child.wait(60) != 0
    assert stored(own) == before


def test_a_child_reaches_no_further_than_its_order(own: Database) -> None:
    before = stored(own)
    with held_in_memory(Upload("a.csv", io.BytesIO(rows(920_000)))) as (descriptor, _):
        child = start_child(order_of(own, descriptor, municipality="0147"), descriptor)
    said = last_words(child)
    assert '"reason": "no_roder"' in said
    assert stored(own) == before


def test_a_database_that_is_gone_is_said_without_its_address(own: Database) -> None:
    address = own.address.set(database="no_such_database").render_as_string()
    with held_in_memory(Upload("a.csv", io.BytesIO(rows(930_000)))) as (descriptor, _):
        child = start_child(order_of(own, descriptor, address=address), descriptor)
    said = last_words(child)
    assert '"reason": "not_ready"' in said
    assert "no_such_database" not in said
