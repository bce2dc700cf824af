"""The embedded PostGIS: a private cluster in the state folder, on a socket and no port.

`up` makes it at the first call and starts it at every later one; it goes on running when the
process that started it ends or is killed, and `down` stops it. Nobody is trusted: every role
has a password, and the socket's folder can be entered by the server's user (and root) alone.
A cluster is made under another name and renamed when whole, so an interrupted start leaves
nothing that a later one would believe in.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from geo_service.errors import NotReady
from geo_service.storage import postgres_programs as pg
from geo_service.storage.full_disk import FullDisk, full_disk_in_words, is_full, is_full_disk
from geo_service.storage.roles import BOOTSTRAP, make_passwords
from geo_service.storage.server_places import (
    SOCKET_NAME,
    choose_places,
    make_private,
    remember,
)

DATABASE = "tryghed"
SETTINGS = """\
# Written by tryghed at every start: changes here are lost.
listen_addresses = ''
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = 60
shared_buffers = '256MB'
jit = off                              # both slow small spatial queries on few cores
max_parallel_workers_per_gather = 0
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_filename = 'postgresql-%a.log'     # a week, then overwritten
log_truncate_on_rotation = on
log_min_error_statement = panic        # a refused row's content is no business of a log
log_parameter_max_length_on_error = 0
"""
_ATTACHED: dict[Path, subprocess.Popen[bytes]] = {}
"""Servers that die with this process; kept, so that they can be waited for."""

FOR_TESTS = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


@dataclass(frozen=True)
class Cluster:
    """A cluster that belongs to one state folder.

    Attributes
    ----------
    state
        The state folder, as the user named it.
    home
        Folder of the server's files: in the state folder, or a private one where the
        server's user cannot enter the state folder.
    socket_folder
        Folder of the socket; short enough for the operating system.
    user
        The user the server runs as; None: ourselves.
    """

    state: Path
    home: Path
    socket_folder: Path
    user: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "data"

    @property
    def secrets(self) -> Path:
        """The folder with a password per role."""
        return self.state / "secrets"

    @property
    def url(self) -> URL:
        """The database's address, without user and password."""
        return URL.create(
            "postgresql+psycopg", database=DATABASE, query={"host": str(self.socket_folder)}
        )

    def version(self) -> int | None:
        """Return the version of PostgreSQL that wrote the data, None if there are none."""
        note = self.data / "PG_VERSION"
        try:
            said = note.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise NotReady(
                f"{note} cannot be read ({error.strerror}). Start tryghed as the user who made "
                "the database, or name another folder with --state."
            ) from error
        if (number := re.fullmatch(r"([0-9]{1,3})(\.[0-9]+)?", said)) is None:
            raise NotReady(
                f"{note} does not say which PostgreSQL wrote the data, so they are damaged. "
                "Restore a backup into another folder: tryghed --state NEW_FOLDER db restore FILE."
            )
        return int(number[1])

    def is_running(self) -> bool:
        """Whether a server runs on these data; a stale file of a killed one does not count."""
        if (version := self.version()) is None:
            return False
        return self._runs(pg.choose_programs(version))

    def up(self, *, crash_safe: bool = True, die_with_parent: bool = False) -> bool:
        """Make the cluster if there is none, and start it; return whether it was started.

        `crash_safe=False` and `die_with_parent=True` are for tests.

        Raises
        ------
        NotReady
            If there is no PostGIS, the data are of another version, a folder cannot be
            written, the disk is full, or the server does not start; nothing half made is left.
        """
        with full_disk_in_words(self.state), self._alone():
            programs = pg.choose_programs(self.version())
            if self.version() is None:
                self._make(programs)
            elif self._runs(programs):
                return False
            settings = self._settings_text() + ("" if crash_safe else FOR_TESTS)
            self._write(self.data / "tryghed.conf", settings)
            self._start(programs, die_with_parent=die_with_parent)
            return True

    def down(self) -> bool:
        """Stop the server cleanly; return whether one was running."""
        with self._alone():
            if not self.is_running():
                return False
            programs = pg.choose_programs(self.version())
            stopped = self._ctl(programs, "-m", "fast", "-w", "-t", "60", "stop")
            if stopped.returncode != 0:
                raise NotReady(f"The database did not stop: {pg.reason_of(stopped)}")
            if (attached := _ATTACHED.pop(self.data, None)) is not None:
                attached.wait()
            return True

    def _runs(self, programs: pg.Programs) -> bool:
        """Whether a server runs; the note of one that was killed is removed if it misleads.

        Where nobody collects ended processes (process 1 of a small container), the process
        number of a killed server stays taken, and PostgreSQL would refuse to start. The note
        is removed only if that process has ended and no other one works on these data.
        """
        note = self.data / "postmaster.pid"
        try:
            pid = int(note.read_text(encoding="ascii").splitlines()[0])
        except (OSError, ValueError, IndexError):
            return self._ctl(programs, "status").returncode == 0
        if pg.has_ended(pid) and not pg.works_in(self.data):
            note.unlink(missing_ok=True)
            (self.socket_folder / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)
            return False
        return self._ctl(programs, "status").returncode == 0

    def _ctl(self, programs: pg.Programs, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [programs.path("pg_ctl"), "-D", str(self.data), *arguments]
        return pg.run(command, cwd=self.home, user=self.user)

    def _make(self, programs: pg.Programs) -> None:
        """Run initdb under another name and rename: whole or not at all."""
        password = make_passwords(self.secrets)[BOOTSTRAP]
        making = self.home / "data.making"
        shutil.rmtree(making, ignore_errors=True)
        password_file = self.home / ".bootstrap"
        self._write(password_file, password + "\n")
        try:
            made = pg.run(
                [
                    programs.path("initdb"),
                    *("-D", making, "-U", BOOTSTRAP, "-E", "UTF8", "--locale=C.UTF-8"),
                    *("--auth=scram-sha-256", f"--pwfile={password_file}", "--data-checksums"),
                ],
                cwd=self.home,
                user=self.user,
            )
        finally:
            password_file.unlink(missing_ok=True)
        if made.returncode != 0:
            full = FullDisk(self.home) if is_full(self.home, made.stderr) else None
            shutil.rmtree(making, ignore_errors=True)
            if full is not None:
                raise full
            raise NotReady(f"The database could not be made in {self.home}: {pg.reason_of(made)}")
        self._write(making / "pg_hba.conf", "local all all scram-sha-256\n")
        with (making / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include = 'tryghed.conf'\n")
        making.rename(self.data)

    def _settings_text(self) -> str:
        log = self.home / "log"
        return (
            f"{SETTINGS}unix_socket_directories = '{_quoted(self.socket_folder)}'\n"
            f"log_directory = '{_quoted(log)}'\n"
        )

    def _start(self, programs: pg.Programs, *, die_with_parent: bool) -> None:
        start_log = self.home / "start.log"
        self._write(start_log, "")
        if die_with_parent:
            _ATTACHED[self.data] = subprocess.Popen(
                [
                    *("setpriv", "--pdeathsig", "INT", "--"),
                    *(programs.path("postgres"), "-D", str(self.data)),
                ],
                cwd=self.home,
                env=pg.clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **pg.as_user(self.user),
            )
            self._wait(programs)
            return
        # -l, and not our pipes: a pipe that the server inherits would keep us waiting
        started = self._ctl(programs, "-l", str(start_log), "-w", "-t", "60", "start")
        if started.returncode != 0:
            why = pg.last_fatal(self.home) or pg.reason_of(started)
            if is_full(self.home, why):
                raise FullDisk(self.home)
            raise NotReady(
                f"The database did not start: {why} (more in {start_log} and {self.home / 'log'})."
            )

    def _wait(self, programs: pg.Programs) -> None:
        """Wait until the server answers."""
        ask = [programs.path("pg_isready"), "-q", "-h", str(self.socket_folder)]
        deadline = time.monotonic() + 60
        while pg.run(ask, cwd=self.home, user=self.user).returncode != 0:
            if time.monotonic() > deadline:
                raise NotReady(f"The database did not start: {pg.last_fatal(self.home)}")
            time.sleep(0.02)

    def _write(self, path: Path, text: str) -> None:
        """Write a file that the server's user owns and nobody else may read."""
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            if self.user is not None:
                os.fchown(handle, self.user.pw_uid, self.user.pw_gid)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the state folder's lock, so that two starts do not make two clusters."""
        with (self.state / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def open_cluster(state: Path) -> Cluster:
    """Return the cluster of a state folder; make its folders, but start nothing.

    Raises
    ------
    NotReady
        If the folder cannot be made or written, or the machine has no user to run
        the server as.
    """
    state = state.resolve()
    user = pg.server_user()
    try:
        state.mkdir(parents=True, exist_ok=True)
        (state / "secrets").mkdir(mode=0o700, exist_ok=True)
        home, socket_folder = choose_places(state, user)
        if user is None and state not in socket_folder.parents:
            make_private(socket_folder.parent, user)
        for folder in (home, socket_folder, home / "log"):
            make_private(folder, user)
        remember(state, home, socket_folder)
    except OSError as error:
        if is_full_disk(error):
            there = next(place for place in (state, *state.parents) if place.exists())
            raise FullDisk(there) from error
        raise NotReady(
            f"The state folder {state} cannot be used: {error.strerror}. "
            "Give yourself the right to write there, or name another with --state."
        ) from error
    return Cluster(state=state, home=home, socket_folder=socket_folder, user=user)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
