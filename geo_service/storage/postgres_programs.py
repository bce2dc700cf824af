"""The PostgreSQL with PostGIS on this machine: where its programs are, and running them.

PostgreSQL refuses to run as root, so a service started by root runs its server as the
ordinary user `postgres`, which Debian's package makes.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from geo_service.errors import NotReady

OLDEST_VERSION = 15
SERVER_USER = "postgres"
DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")
DEBIAN_SHARE = Path("/usr/share/postgresql")


@dataclass(frozen=True)
class Programs:
    """One installed PostgreSQL: major version and folder of programs."""

    version: int
    folder: Path

    def path(self, program: str) -> str:
        """Return the full path of one program."""
        return str(self.folder / program)


def find_programs() -> list[Programs]:
    """Return every PostgreSQL from version 15 on that has PostGIS, newest first."""
    found = {
        int(folder.parent.name): folder
        for folder in DEBIAN_PROGRAMS.glob("*/bin")
        if folder.parent.name.isdigit()
        and (folder / "postgres").exists()
        and (DEBIAN_SHARE / folder.parent.name / "extension" / "postgis.control").exists()
    }
    if elsewhere := _by_pg_config():
        found.setdefault(elsewhere.version, elsewhere.folder)
    return [
        Programs(version, found[version])
        for version in sorted(found, reverse=True)
        if version >= OLDEST_VERSION
    ]


def choose_programs(data_version: int | None) -> Programs:
    """Return the newest PostgreSQL, or the one that can read data of `data_version`.

    Raises
    ------
    NotReady
        If there is none, or none of the version that the data were written by.
    """
    programs = find_programs()
    if not programs:
        raise NotReady(
            f"No PostgreSQL {OLDEST_VERSION} or newer with PostGIS was found on this machine. "
            "Install it (`sudo apt-get install postgresql-15-postgis-3`), or start one with "
            "`docker compose up -d db` and set TRYGHED_DATABASE_URL."
        )
    if data_version is None:
        return programs[0]
    for candidate in programs:
        if candidate.version == data_version:
            return candidate
    have = ", ".join(str(candidate.version) for candidate in programs)
    raise NotReady(
        f"The data in the state folder were written by PostgreSQL {data_version}, but this machine "
        f"has {have}; nothing was changed. Install postgresql-{data_version}-postgis-3 beside it "
        "and start again, or, where `tryghed db backup FILE` was run before the upgrade, put that "
        "into a new folder: `tryghed --state NEW_FOLDER db restore FILE`."
    )


def server_user() -> pwd.struct_passwd | None:
    """Return the user that the server must run as, or None when that is ourselves.

    Raises
    ------
    NotReady
        If we are root and there is no user `postgres`.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError as error:
        raise NotReady(
            f"PostgreSQL refuses to run as root, and there is no user '{SERVER_USER}' to run it "
            "as. Start tryghed as an ordinary user, or make one: "
            f"`useradd --system {SERVER_USER}`."
        ) from error


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    user: pwd.struct_passwd | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a PostgreSQL program to its end, as `user` if given; never raises for its exit code."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean_environment() | dict(environment or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        start_new_session=True,  # Ctrl-C for us must not reach a server we started
        **as_user(user),
    )


def reason_of(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a program gave as its reason."""
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    reasons = [line for line in lines if "error:" in line or "FATAL" in line or "PANIC" in line]
    said = (reasons or lines or [f"exit code {done.returncode}"])[-1]
    return re.sub(r"^.*?(FATAL|PANIC|error):\s*", "", said)


def last_fatal(home: Path) -> str:
    """Return the server's own last FATAL line, which says more than pg_ctl does."""
    newest = max(
        [home / "start.log", *(home / "log").glob("*.log")], key=lambda path: path.stat().st_mtime
    )
    lines = newest.read_text(encoding="utf-8", errors="replace").splitlines()
    fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
    return fatal[-1].split(":", 3)[-1].strip() if fatal else ""


class RunAs(TypedDict):
    """The arguments of `subprocess` that choose the user; all None: ourselves."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


def as_user(user: pwd.struct_passwd | None) -> RunAs:
    """Return the arguments that make `subprocess` run as `user`."""
    if user is None:
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def clean_environment() -> dict[str, str]:
    """Return our environment without what would steer PostgreSQL's programs elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}


def has_ended(pid: int) -> bool:
    """Whether a process has ended although its number is still taken (a zombie)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return status.rpartition(") ")[2].startswith("Z")


def works_in(folder: Path) -> bool:
    """Whether any process has `folder` as its working folder, as PostgreSQL's processes do."""
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.readlink() == folder:
                return True
        except OSError:  # ended meanwhile, or of a user that we may not look at
            continue
    return False


def _by_pg_config() -> Programs | None:
    """Return the PostgreSQL that `pg_config` on the PATH speaks of, if it has PostGIS."""
    if not (pg_config := shutil.which("pg_config")):
        return None
    facts = {}
    for option in ("--version", "--bindir", "--sharedir"):
        answer = subprocess.run([pg_config, option], capture_output=True, text=True, check=False)
        facts[option] = answer.stdout.strip()
    version = re.search(r"(\d+)", facts["--version"])
    folder = Path(facts["--bindir"])
    control = Path(facts["--sharedir"]) / "extension" / "postgis.control"
    if version is None or not (folder / "postgres").exists() or not control.exists():
        return None
    return Programs(int(version[1]), folder)
