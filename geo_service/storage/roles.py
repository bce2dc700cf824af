"""The database's roles: who may log in, and what each is for.

Five roles log in; `tryghed_owner` owns everything and cannot. The password of each is a
file of its own in the folder of secrets, so a process can be given one and not the others.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from geo_service.errors import NotReady

OWNER: Final = "tryghed_owner"
BOOTSTRAP: Final = "postgres"
"""Makes the database, its extensions and the roles, and hands over to `OWNER`."""

LOGIN_ROLES: Final = {
    "web_raw": "web pages of police, Hotspot chief and street team: schemas raw and work",
    "web_work": "web pages of everybody else who logs in: schema work",
    "web_pub": "the public site: may only read schema pub",
    "job": "imports, assignment, index and publishing; never part of a web process",
    "web_auth": "log-in, sessions and audit: schema adm",
}
_QUICK: Final = {
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}
ROLE_SETTINGS: Final[dict[str, dict[str, str]]] = {
    "web_raw": {"statement_timeout": "20s", **_QUICK},
    "web_work": {"statement_timeout": "20s", **_QUICK},
    "web_pub": {"statement_timeout": "5s", **_QUICK},
    "web_auth": {"statement_timeout": "20s", **_QUICK},
    "job": {"lock_timeout": "60s"},
}
"""Limits of each role's statements: a page that hangs must not hold the others up."""
SCHEMAS: Final = ("raw", "work", "pub", "adm")


def make_passwords(folder: Path) -> dict[str, str]:
    """Return a password per role, `BOOTSTRAP` included; make those that are missing.

    Each is a file named after its role, readable by its owner alone. An existing password
    is never replaced: the database already knows it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {role: _password(folder / role) for role in (BOOTSTRAP, *LOGIN_ROLES)}


def read_password(folder: Path, role: str) -> str:
    """Return the password of `role`.

    Raises
    ------
    NotReady
        If there is no such file, or it may not be read.
    """
    try:
        return (folder / role).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise NotReady(
            f"The password of the database role '{role}' cannot be read from {folder / role} "
            f"({error.strerror}). `tryghed db up` makes it; or point TRYGHED_SECRETS_DIR to it."
        ) from error


def _password(path: Path) -> str:
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    password = secrets.token_urlsafe(32)
    making = path.with_name(f".{path.name}.making")
    making.unlink(missing_ok=True)
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(password + "\n")
        file.flush()
        os.fsync(handle)
    making.replace(path)  # whole or not at all: half a password would lock us out
    return password
