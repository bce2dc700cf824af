"""Backup and restore with PostgreSQL's own programs; nothing is lost on the way.

A backup is written beside its name and renamed when it has been read back. A restore goes
into a new database; the old one is kept under another name until the user drops it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from geo_service.errors import AlreadyExists, NotFound, NotReady
from geo_service.storage import postgres_programs as pg
from geo_service.storage.database import Database


def backup(database: Database, target: Path) -> int:
    """Write the whole database to a file and return its size in bytes.

    Raises
    ------
    AlreadyExists
        If there is such a file: a backup is never overwritten.
    NotReady
        If the dump fails (no space, no server); no file is left then.
    """
    if target.exists():
        raise AlreadyExists(f"{target} exists already; a backup is never overwritten.")
    if not target.parent.is_dir():
        raise NotFound(f"There is no folder {target.parent} to put the backup in.")
    making = target.with_name(target.name + ".making")
    try:
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _run(database, "pg_dump", ["--format=custom"], stdout=file.fileno())
            file.flush()
            os.fsync(file.fileno())
        _run(database, "pg_restore", ["--list", str(making)], connected=False)
        making.rename(target)
    except OSError as error:
        raise NotReady(f"{target} could not be written: {error.strerror}.") from error
    finally:
        making.unlink(missing_ok=True)
    return target.stat().st_size


def restore(
    database: Database, source: Path, *, now: datetime, replace: bool = False
) -> str | None:
    """Put a backup in place of the database; return the name the old one is kept under.

    Raises
    ------
    NotFound
        If there is no such file.
    AlreadyExists
        If the database holds data and `replace` was not said.
    NotReady
        If the file is no whole backup; the old database stays as it was then.
    """
    if not source.is_file():
        raise NotFound(f"There is no backup {source}.")
    try:
        _run(database, "pg_restore", ["--list", str(source)], connected=False)
    except NotReady as error:
        raise NotReady(_no_backup(source, error)) from error
    name = str(database.address.database)
    making = f"{name}_restoring"
    with database.as_administrator("postgres") as server:
        exists = _exists(server, name)
        if exists and not replace and _holds_data(database):
            raise AlreadyExists(
                "The database holds data. Say --replace to put the backup in its place; what is "
                "there now is kept under another name."
            )
        server.execute(text(f'DROP DATABASE IF EXISTS "{making}" WITH (FORCE)'))
        server.execute(text(f"CREATE DATABASE \"{making}\" TEMPLATE template0 ENCODING 'UTF8'"))
        try:
            arguments = ["--exit-on-error", "--single-transaction", f"--dbname={making}"]
            _run(database, "pg_restore", [*arguments, str(source)])
        except NotReady as error:
            server.execute(text(f'DROP DATABASE IF EXISTS "{making}" WITH (FORCE)'))
            raise NotReady(_no_backup(source, error)) from error
        kept = None
        if exists and _holds_data(database):
            kept = f"{name}_before_{now:%Y%m%d_%H%M%S}"
            _disconnect(server, name)
            server.execute(text(f'ALTER DATABASE "{name}" RENAME TO "{kept}"'))
        elif exists:
            server.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        server.execute(text(f'ALTER DATABASE "{making}" RENAME TO "{name}"'))
    return kept


def _no_backup(source: Path, error: NotReady) -> str:
    """Return why a file cannot be put in place, and what to do about it."""
    if "unsupported version" in str(error):
        return (
            f"{source} was written by a newer PostgreSQL than the one here. Install that one, or "
            "restore the backup on the machine it came from. The database is as it was."
        )
    return (
        f"{source} is no whole backup of `tryghed db backup`: it is another kind of file, or was "
        "cut short on its way. Copy it again, or take an earlier one. The database is as it was. "
        f"({error})"
    )


def _exists(server: Connection, name: str) -> bool:
    query = text("SELECT count(*) FROM pg_database WHERE datname = :name")
    return bool(server.scalar(query, {"name": name}))


def _holds_data(database: Database) -> bool:
    with database.as_administrator() as connection:
        made = connection.scalar(text("SELECT to_regclass('work.municipality')"))
        return made is not None and bool(
            connection.scalar(text("SELECT count(*) FROM work.municipality"))
        )


def _disconnect(server: Connection, name: str) -> None:
    server.execute(
        text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
        {"name": name},
    )


def _run(
    database: Database,
    program: str,
    arguments: list[str],
    *,
    stdout: int | None = None,
    connected: bool = True,
) -> None:
    """Run a PostgreSQL client program as the administrator; the password goes by environment."""
    url = database.administrator
    environment = pg.clean_environment() | {"PGPASSWORD": str(url.password)}
    place = {
        "PGHOST": str(url.query.get("host") or url.host or ""),
        "PGPORT": str(url.port or 5432),
        "PGUSER": str(url.username),
        "PGDATABASE": str(url.database),
    }
    for option, variable in (("sslmode", "PGSSLMODE"), ("sslrootcert", "PGSSLROOTCERT")):
        if value := url.query.get(option):
            place[variable] = str(value)
    done = subprocess.run(
        [_program(database, program), *arguments],
        env=environment | (place if connected else {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if stdout is None else stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise NotReady(f"{program} failed: {reason}")


def _program(database: Database, program: str) -> str:
    """Return the program of the server's version, else the one on the PATH."""
    with database.as_administrator("postgres") as server:
        major = int(str(server.scalar(text("SHOW server_version_num")))) // 10_000
    for candidate in pg.find_programs():
        if candidate.version == major:
            return candidate.path(program)
    if found := shutil.which(program):
        return found
    raise NotReady(
        f"`{program}` is not on this machine. Install postgresql-client-{major} and try again."
    )
