"""Where the embedded server's files and its socket are: in the state folder if that works.

It does not where the server's own user cannot enter the state folder (a home folder of mode
0700, and root started us), or where the socket's path would be too long for the operating
system: then a short private folder stands in, noted in the state folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import secrets
import stat
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from geo_service.errors import NotReady
from geo_service.storage import postgres_programs as pg

SOCKET_PATH_LIMIT: Final = 107  # bytes of sun_path on Linux, the ending zero left out
SOCKET_NAME: Final = ".s.PGSQL.5432"
SHORT: Final = 40
PRIVATE_ROOT: Final = Path("/var/lib/tryghed")


def choose_places(state: Path, user: pwd.struct_passwd | None) -> tuple[Path, Path]:
    """Return the server's home and the socket's folder."""
    label = hashlib.sha256(str(state).encode()).hexdigest()[:12]
    home = state / "postgres"
    if (known := _remembered(state)) is not None and _is_there(known / "data"):
        home = known
    elif _is_there(home / "data") and user is not None and not _can_enter(state, user):
        raise NotReady(
            f"The database in {home} belongs to user {home.stat().st_uid} and lies where the "
            f"server's user '{user.pw_name}' cannot enter. Start tryghed as the user who made it, "
            "or let that user enter the folders above it."
        )
    elif user is not None and not _can_enter(state, user):
        home = PRIVATE_ROOT / label
    socket_folder = home / "socket"
    if len(os.fsencode(socket_folder / SOCKET_NAME)) > SOCKET_PATH_LIMIT:
        short = PRIVATE_ROOT if user is not None else _short_root()
        socket_folder = short / f"s-{label}"
    return home, socket_folder


def _is_there(path: Path) -> bool:
    """Whether there is such a file; one that we may not even look for is not ours."""
    try:
        return path.exists()
    except PermissionError as error:
        raise NotReady(
            f"{path} belongs to another user. Start tryghed as the user who made it, or name "
            "another state folder with --state."
        ) from error


def _can_enter(folder: Path, user: pwd.struct_passwd) -> bool:
    """Whether `user` can reach `folder`."""
    probe = subprocess.run(
        ["/usr/bin/test", "-x", str(folder)], check=False, cwd="/", **pg.as_user(user)
    )
    return probe.returncode == 0


def _short_root() -> Path:
    """Return a folder with a short name that only we can write: the login's, else below /tmp."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"))
    if runtime.is_dir() and os.access(runtime, os.W_OK) and len(str(runtime)) < SHORT:
        return runtime / "tryghed"
    return Path(tempfile.gettempdir()) / f"tryghed-{os.geteuid()}"


def make_private(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Make a folder that the server's user owns; refuse one that somebody else put there."""
    owner = os.geteuid() if user is None else user.pw_uid
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o755 if user is not None else 0o700)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise NotReady(
            f"{folder} exists but is not a folder of the user the database runs as. "
            f"It belongs to user {found.st_uid}: start tryghed as that user, or name another "
            "state folder with --state."
        )
    if found.st_mode & 0o077:
        folder.chmod(0o700)


def remember(state: Path, home: Path, socket_folder: Path) -> None:
    """Note where the server's files are, for later starts and for the user."""
    note = state / "cluster.json"
    facts = {"state": str(state), "home": str(home), "socket_folder": str(socket_folder)}
    text = json.dumps(facts, indent=2) + "\n"
    if not note.exists() or note.read_text(encoding="utf-8") != text:
        # whole or not at all: half a note would lose a private home; each start its own, since
        # two at once would else take the other's away
        making = note.with_suffix(f".{secrets.token_hex(4)}")
        try:
            making.write_text(text, encoding="utf-8")
            making.replace(note)
        finally:
            making.unlink(missing_ok=True)


def _remembered(state: Path) -> Path | None:
    """Return the private home noted earlier.

    A state folder that was moved takes its private home along. One that was copied does not:
    two states must never share one cluster.
    """
    try:
        note: dict[str, Any] = json.loads((state / "cluster.json").read_text(encoding="utf-8"))
        noted_state, home = Path(note["state"]), Path(note["home"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    copied = noted_state != state and noted_state.exists()
    return None if copied or noted_state in home.parents else home
