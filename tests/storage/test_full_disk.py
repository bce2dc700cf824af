"""A full disk: one sentence with cause and cure, whoever finds it out, and nothing half made."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from geo_service.cli import main as command_line
from geo_service.errors import NotReady
from geo_service.storage import full_disk, server_places
from geo_service.storage import postgres_programs as pg
from geo_service.storage.cluster import Cluster, open_cluster
from geo_service.storage.database import said_in_words
from geo_service.storage.full_disk import FullDisk
from tests.storage.test_cluster import folder

__all__ = ["folder"]

SENTENCE = r"The disk of .* is full \(\d+ MB free\).*Free some space and start again"


def has_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(full_disk.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))


@pytest.fixture
def cluster(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A cluster whose programs are stand-ins that fail, as a full disk makes them."""
    programs = folder / "programs"
    programs.mkdir()
    monkeypatch.setattr(pg, "choose_programs", lambda _: pg.Programs(15, programs))
    made = open_cluster(folder / "state")
    yield made
    shutil.rmtree(made.data, ignore_errors=True)


def fails(cluster: Cluster, program: str, said: str) -> None:
    path = cluster.state.parent / "programs" / program
    path.write_text(
        f"#!/bin/sh\nmkdir -p '{cluster.home}/data.making'\necho '{said}' >&2\nexit 1\n"
    )
    path.chmod(0o755)


NO_ROOM = 'initdb: error: could not write file "x": No space left on device'
ODD = "PANIC: cannot abort transaction 1, it was already committed"


@pytest.mark.parametrize(("said", "free"), [(NO_ROOM, 10**9), (ODD, 10**6)])
def test_a_database_that_finds_no_room_is_not_half_made(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, said: str, free: int
) -> None:
    fails(cluster, "initdb", said)
    has_free(monkeypatch, free)
    with pytest.raises(FullDisk, match=SENTENCE):
        cluster.up()
    assert not cluster.data.exists()
    assert not (cluster.home / "data.making").exists()
    assert not (cluster.home / ".bootstrap").exists()


def test_with_room_another_reason_is_given(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(cluster, "initdb", ODD)
    has_free(monkeypatch, 10**9)
    with pytest.raises(NotReady, match=r"could not be made .* cannot abort"):
        cluster.up()


def test_a_server_that_finds_no_room_at_its_start_says_so(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(cluster, "pg_ctl", "pg_ctl: could not start server")
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("15\n")
    has_free(monkeypatch, 10**6)
    with pytest.raises(FullDisk, match=SENTENCE):
        cluster.up()
    has_free(monkeypatch, 10**9)
    with pytest.raises(NotReady, match=r"did not start: .*could not start server"):
        cluster.up()


def no_room(*arguments: object, **options: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_no_room_for_our_own_files_is_told_the_same_way(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = folder / "new" / "state"
    with monkeypatch.context() as full:
        full.setattr(Path, "mkdir", no_room)
        with pytest.raises(FullDisk, match=SENTENCE):
            open_cluster(state)
    cluster = open_cluster(state)
    note = (state / "cluster.json").read_bytes()
    with monkeypatch.context() as full:
        full.setattr("geo_service.storage.cluster.make_passwords", no_room)
        with pytest.raises(FullDisk, match=SENTENCE):
            cluster.up()
        full.setattr(Path, "write_text", no_room)
        with pytest.raises(OSError, match="No space left"):
            server_places.remember(state, folder, folder)
    assert (state / "cluster.json").read_bytes() == note
    assert [one.name for one in state.glob("cluster.*")] == ["cluster.json"]


def test_a_server_that_stopped_on_a_full_disk_is_not_called_unreachable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = psycopg.OperationalError("server closed the connection unexpectedly")
    for free, said in ((10**6, "disk of the database is full"), (10**9, "cannot be used")):
        has_free(monkeypatch, free)
        with pytest.raises(NotReady, match=said), said_in_words(tmp_path):
            raise OperationalError("SELECT 1", {}, lost)


def test_the_command_line_says_it_with_the_cure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command_line, "app", no_room)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("The disk is full. Free some space and run")
