"""Who is signed in on the command line: one file per user of the operating system, theirs alone.

It holds a token per login and which of them acts by default. The tokens count only as long as
the server says so.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from geo_service.errors import NotReady

OTHERS: Final = 0o077


@dataclass
class Tokens:
    """The tokens of this user, and the login that acts when none is named."""

    path: Path
    current: str = ""
    by_login: dict[str, str] = field(default_factory=dict)

    def keep(self, login: str, token: str) -> None:
        """Remember a token; its login acts from now on."""
        self.by_login[login] = token
        self.current = login
        self._write()

    def drop(self, login: str) -> None:
        """Forget a token."""
        self.by_login.pop(login, None)
        if self.current == login:
            self.current = next(iter(self.by_login), "")
        self._write()

    def _write(self) -> None:
        """Write beside and rename, so that a token is never half there or open to others."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        making = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        making.unlink(missing_ok=True)
        opened = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            json.dump({"current": self.current, "tokens": self.by_login}, file)
        making.replace(self.path)


def read_tokens(state: Path) -> Tokens:
    """Return the tokens of the operating system's user who runs this.

    Raises
    ------
    NotReady
        If the file is somebody else's, or others may read it.
    """
    path = state / "signed-in" / f"{os.getuid()}.json"
    try:
        found = path.lstat()
    except FileNotFoundError:
        return Tokens(path)
    if found.st_uid != os.getuid() or found.st_mode & OTHERS:
        raise NotReady(
            f"{path} can be read by others, so its tokens are not used. Delete it and sign in "
            "again: `tryghed login`."
        )
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return Tokens(
            path, str(held["current"]), {str(k): str(v) for k, v in held["tokens"].items()}
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return Tokens(path)  # a damaged file is as good as none: sign in again
