"""Backup and restore: whole, never over something, and a broken file changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.errors import AlreadyExists, NotFound, NotReady
from geo_service.storage.backup import backup, restore
from geo_service.storage.bootstrap import prepare
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
KEPT = "tryghed_backup_before_20261123_120000"


@pytest.fixture
def own(cluster: Cluster) -> Iterator[Database]:
    """A database of this test's own, with one municipality in it."""
    database = Database(address=cluster.url.set(database="tryghed_backup"), secrets=cluster.secrets)
    prepare(database)
    with database.as_administrator() as connection:
        connection.execute(text("INSERT INTO work.municipality VALUES ('0101', 'København')"))
    yield database
    with database.as_administrator("postgres") as server:
        for name in ("tryghed_backup", KEPT):
            server.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def names(database: Database) -> list[str]:
    with database.as_administrator() as connection:
        return list(connection.scalars(text("SELECT name FROM work.municipality ORDER BY code")))


def databases(database: Database) -> set[str]:
    with database.as_administrator("postgres") as server:
        return set(server.scalars(text("SELECT datname FROM pg_database")))


def test_there_and_back_with_the_old_one_kept(own: Database, tmp_path: Path) -> None:
    file = tmp_path / "nat.backup"
    assert backup(own, file) > 10_000
    assert file.stat().st_mode & 0o777 == 0o600
    with own.as_administrator() as connection:
        connection.execute(text("INSERT INTO work.municipality VALUES ('0851', 'Aalborg')"))
    assert restore(own, file, now=NOW, replace=True) == KEPT
    assert names(own) == ["København"]
    kept = Database(address=own.address.set(database=KEPT), secrets=own.secrets)
    assert names(kept) == ["København", "Aalborg"]
    with own.acting(Caller("user:1", Role.tmf, "0101")) as session:  # roles and walls came along
        assert session.scalar(text("SELECT name FROM work.municipality")) == "København"
    own.engine("web_work").dispose()


def test_a_backup_is_never_overwritten(own: Database, tmp_path: Path) -> None:
    file = tmp_path / "nat.backup"
    file.write_text("something dear")
    with pytest.raises(AlreadyExists, match="never overwritten"):
        backup(own, file)
    assert file.read_text() == "something dear"


def test_a_failed_backup_leaves_no_file(own: Database, tmp_path: Path) -> None:
    gone = Database(address=own.address.set(database="no_such"), secrets=own.secrets)
    with pytest.raises(NotReady, match="pg_dump failed"):
        backup(gone, tmp_path / "nat.backup")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(own: Database, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no folder"):
        backup(own, tmp_path / "nowhere" / "nat.backup")


def test_data_are_not_replaced_unless_that_is_said(own: Database, tmp_path: Path) -> None:
    file = tmp_path / "nat.backup"
    backup(own, file)
    with pytest.raises(AlreadyExists, match="--replace"):
        restore(own, file, now=NOW)
    with pytest.raises(NotFound):
        restore(own, tmp_path / "none", now=NOW, replace=True)


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
def test_a_cut_backup_changes_nothing(own: Database, tmp_path: Path, part: float) -> None:
    file = tmp_path / "nat.backup"
    backup(own, file)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(NotReady, match=r"no whole backup.*Copy it again.*as it was"):
        restore(own, file, now=NOW, replace=True)
    assert names(own) == ["København"]
    assert KEPT not in databases(own)
    assert "tryghed_backup_restoring" not in databases(own)


def test_a_backup_of_a_newer_server_is_told_apart_from_a_broken_one(
    own: Database, tmp_path: Path
) -> None:
    file = tmp_path / "nat.backup"
    backup(own, file)
    whole = bytearray(file.read_bytes())
    assert whole[:6] == b"PGDMP\x01"
    whole[6] = 99  # the minor version of the format, after PGDMP and the major version
    file.write_bytes(whole)
    with pytest.raises(NotReady, match="written by a newer PostgreSQL"):
        restore(own, file, now=NOW, replace=True)
    assert names(own) == ["København"]
