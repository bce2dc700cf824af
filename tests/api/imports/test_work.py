"""Following an import, ending it, and who may: the work under way is held where a test wants it."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import QueuePool

import api.jobs
from api.jobs import Job
from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.errors import NotReady
from geo_service.storage.database import Database
from tests import doors, people
from tests.api.imports.conftest import Hold
from tests.sending import HERE, LONG_S, ended, job_of, report, rows, send, stored, wait_for_step
from tests.serving import served


def told(text: str) -> list[tuple[str, Any]]:
    """Return the events of a stream."""
    parts = [part.split("\n") for part in text.split("\n\n") if part.startswith("event: ")]
    return [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in parts
    ]


def test_progress_is_told_in_events_that_end(app: FastAPI, police: TestClient) -> None:
    answer = send(police, rows(60))
    stream = police.get(f"{answer.headers['location']}/forloeb")
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["cache-control"] == "no-store"
    events = told(stream.text)
    steps = [said["done"] for name, said in events if name == "progress"]
    assert steps == sorted(steps)
    assert [name for name, _ in events].count("done") == 1
    assert events[-1][0] == "done"
    assert events[-1][1]["href"] == answer.headers["location"]


def test_a_job_belongs_to_whoever_started_it(
    own: Database, app: FastAPI, police: TestClient, hold: Hold
) -> None:
    with hold():
        answer = send(police, rows(40))
        path = answer.headers["location"]
        for role in (Role.police, Role.hotspot_chief):
            other = people.browser(app, people.token_of(own, role), follow_redirects=False)
            missing = other.get(f"{HERE}/arbejde/no-such-job")
            assert missing.status_code == 404
            for address in (path, f"{path}/forloeb"):
                refused = other.get(address)
                assert (refused.status_code, refused.content) == (404, missing.content)
            assert other.post(f"{path}/afbryd").status_code == 404
            assert path not in other.get(HERE).text
        assert path in police.get(HERE).text
        assert job_of(app, answer).state == "running"
    assert ended(app, answer).state == "done"


def test_the_same_person_in_another_role_does_not_have_the_job(
    app: FastAPI, police: TestClient
) -> None:
    answer = send(police, rows(41))
    job = ended(app, answer)
    me, jobs = job.owner[0], app.state.jobs
    assert jobs.of(Caller(actor=me, role=Role.police, municipality="0101")) == [job]
    assert jobs.of(Caller(actor=me, role=Role.hotspot_chief, municipality="0101")) == []
    assert jobs.of(Caller(actor=me, role=Role.police, municipality="0147")) == []


def test_a_cancelled_import_stores_nothing(
    own: Database, app: FastAPI, police: TestClient, hold: Hold
) -> None:
    before = stored(own)
    with hold():
        answer = send(police, rows(1_000, 50))
        path = answer.headers["location"]
        job = job_of(app, answer)
        wait_for_step(job, 2)
        waiting = police.get(path).text
        assert f'action="{path}/afbryd"' in waiting
        assert f'href="{path}"' in waiting  # the way without a script
        assert police.post(f"{path}/afbryd").status_code == 303
        assert "Indlæsningen blev afbrudt" in police.get(path).text
        assert police.post(f"{path}/afbryd").status_code == 303  # twice is not worse than once
    assert job.state == "cancelled"
    assert job.process.returncode == -signal.SIGTERM
    assert stored(own) == before
    cancels = [
        one.detail["cancelled"]
        for one in doors.entries(own, object_ref=job.id)
        if "cancelled" in one.detail
    ]
    assert cancels == [True, False]
    assert "Filen er gemt" in report(police, app, send(police, rows(1_000, 50)))


def test_what_is_stored_cannot_be_cancelled_any_more(
    own: Database, app: FastAPI, police: TestClient
) -> None:
    answer = send(police, rows(1_100))
    ended(app, answer)
    assert police.post(f"{answer.headers['location']}/afbryd").status_code == 303
    assert "Filen er gemt" in police.get(answer.headers["location"]).text


def test_a_killed_second_upload_does_not_boast_of_the_first(
    app: FastAPI, police: TestClient
) -> None:
    content = rows(1_200)
    assert "Filen er gemt" in report(police, app, send(police, content))
    answer = send(police, content)
    job_of(app, answer).process.kill()
    page = report(police, app, answer)
    assert "Filen er gemt" not in page
    assert "stoppede uden at sige hvorfor" in page


@contextmanager
def at_a_socket(own: Database, app: FastAPI, **options: Any) -> Iterator[httpx.Client]:
    """Serve the application, and speak to it as somebody of the police."""
    token = people.token_of(own, Role.police, kind="token")
    with served(app, **options) as port:
        yield httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=LONG_S,
        )


def begin(app: FastAPI, client: httpx.Client, content: bytes) -> tuple[str, Job]:
    """Send a file over the socket; return the page of its job, and the job."""
    answer = client.post(f"{HERE}/ny", files={"fil": ("a.csv", content)})
    return answer.headers["location"], job_of(app, answer)


def test_the_browser_may_be_closed(own: Database, app: FastAPI, hold: Hold) -> None:
    with at_a_socket(own, app, lifespan="off") as client:
        with hold():
            path, job = begin(app, client, rows(1_300))
            with client.stream("GET", f"{path}/forloeb") as stream:
                assert next(stream.iter_lines()) == "event: progress"
            assert job.state == "running"
        assert job.over.wait(LONG_S)
        assert "Filen er gemt" in client.get(path).text
        client.close()


def test_a_stream_holds_no_connection_to_the_database(
    own: Database, app: FastAPI, hold: Hold
) -> None:
    pools = [own.engine(role).pool for role in ("web_raw", "web_work", "web_auth")]
    with at_a_socket(own, app, lifespan="off") as client, hold():
        path, job = begin(app, client, rows(1_400))
        with client.stream("GET", f"{path}/forloeb") as stream:
            next(stream.iter_lines())
            assert [pool.checkedout() for pool in pools if isinstance(pool, QueuePool)] == [0, 0, 0]
        app.state.jobs.cancel(job)
        client.close()


def test_no_more_than_two_at_once(app: FastAPI, police: TestClient, hold: Hold) -> None:
    with hold():
        first, second = send(police, rows(1_500)), send(police, rows(1_501))
        third = send(police, rows(1_502))
        assert (first.status_code, second.status_code, third.status_code) == (303, 303, 429)
        assert int(third.headers["retry-after"]) > 0
        police.post(f"{first.headers['location']}/afbryd")
        assert send(police, rows(1_503)).status_code == 303


def test_the_end_of_the_application_ends_imports_and_streams(
    own: Database, app: FastAPI, hold: Hold
) -> None:
    before = stored(own)
    listening = threading.Event()

    def listen(client: httpx.Client, path: str) -> None:
        with (
            suppress(httpx.HTTPError),
            client.stream("GET", f"{path}/forloeb") as stream,
        ):
            for _line in stream.iter_lines():
                listening.set()

    with hold():
        with at_a_socket(own, app, timeout_graceful_shutdown=1) as client:
            path, job = begin(app, client, rows(1_600))
            wait_for_step(job, 2)
            thread = threading.Thread(target=listen, args=(client, path))
            thread.start()
            assert listening.wait(LONG_S)
        # the server is gone although somebody was still listening
        thread.join(LONG_S)
        assert not thread.is_alive()
        assert (job.process.poll(), job.state) == (-signal.SIGTERM, "cancelled")
        client.close()
    assert stored(own) == before
    with pytest.raises(NotReady):
        app.state.jobs.start("incidents", None, caller=None, choices={})


def test_a_report_is_gone_after_an_hour(
    app: FastAPI, police: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = send(police, b"x")
    report(police, app, answer)
    monkeypatch.setattr(api.jobs, "KEPT_S", -1.0)
    assert police.get(answer.headers["location"]).status_code == 404
    assert app.state.jobs._jobs == {}


@pytest.fixture
def child(app: FastAPI, police: TestClient, hold: Hold) -> Iterator[int]:
    """The number of a process that has read its file and waits to store it."""
    with hold():
        answer = send(police, rows(1_700))
        job = job_of(app, answer)
        wait_for_step(job, 2)
        yield job.process.pid
        app.state.jobs.cancel(job)


def test_an_import_can_write_no_file_and_has_none_open_to_write(child: int) -> None:
    said = Path(f"/proc/{child}/limits").read_text()
    for name in ("Max file size", "Max core file size"):
        line = next(line for line in said.splitlines() if line.startswith(name))
        assert line.removeprefix(name).split()[:2] == ["0", "0"]
    opened = {
        str(one.readlink()): Path(f"/proc/{child}/fdinfo/{one.name}").read_text()
        for one in Path(f"/proc/{child}/fd").iterdir()
    }
    in_memory = ("/memfd:upload", "/dev/null", "pipe:", "socket:", "anon_inode:")
    on_disk = [info for name, info in opened.items() if not name.startswith(in_memory)]
    flags = [int(re.findall(r"flags:\s+(\d+)", info)[0], 8) for info in on_disk]
    assert [one & os.O_ACCMODE for one in flags] == [os.O_RDONLY] * len(flags)
    assert any(name.startswith("/memfd:upload") for name in opened)
