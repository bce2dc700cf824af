"""Control the audit: seal what waits, follow the chain, compare it with heads written down before.

A chain that somebody wrote anew from a certain place on is whole in itself. Only a head that was
written down outside of the database gives it away. So every control leaves its head in a file of
the state folder, and looks for all those that are there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from geo_service.errors import InvalidInput
from geo_service.storage import audit
from geo_service.storage.audit_chain import Verdict, seal, verify
from geo_service.storage.database import Database

HEADS: Final = "audit-heads.tsv"
HASH_DIGITS: Final = 64


@dataclass(frozen=True)
class Controlled:
    """What a control found, and the file of heads it looked at and added to."""

    verdict: Verdict
    heads: Path
    compared: int
    """Heads that the chain was held against."""


def control(
    database: Database,
    *,
    folder: Path,
    actor: str,
    now: datetime,
    expected: tuple[str, ...] = (),
    restored: bool = False,
) -> Controlled:
    """Seal, follow the whole chain, and write down what was found, in the audit and beside it.

    Parameters
    ----------
    folder
        The state folder, where the file of heads is.
    expected
        Heads that were kept elsewhere, as `HASH` or `POSITION:HASH`.
    restored
        A backup was put back, so the chain may end earlier: the file of heads is set aside.

    Raises
    ------
    InvalidInput
        If a head cannot be read.
    """
    path = folder / HEADS
    if restored and path.exists():
        path.rename(folder / f"audit-heads-before-{now:%Y%m%d-%H%M%S}.tsv")
    heads = (*(_read_head(one) for one in expected), *_heads_in(path))
    seal(database)
    with database.session("web_auth") as session:
        connection = session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        verdict = verify(connection, expected=heads)
    with database.session("web_auth") as session:
        _tell(session, verdict, actor=actor, restored=restored)
    if verdict.fault is None and verdict.head.position:
        _write_down(path, f"{now:%Y-%m-%dT%H:%M:%SZ}\t{verdict.head}\n")
    seal(database)
    return Controlled(verdict, path, len(heads))


def _tell(session: Session, verdict: Verdict, *, actor: str, restored: bool) -> None:
    fault = verdict.fault
    found = {} if fault is None else {"fault": fault.what, "at": fault.position}
    audit.append(
        session,
        actor=actor,
        action="verify",
        object_kind="audit",
        object_ref="chain",
        municipality=None,
        detail={
            "position": verdict.head.position,
            "hash": verdict.head.hash,
            **found,
            **({"restored": True} if restored else {}),
        },
    )


def _heads_in(path: Path) -> tuple[str, ...]:
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_read_head(line.rpartition("\t")[2]) for line in lines if line.strip())


def _read_head(text: str) -> str:
    position, _, digest = text.strip().lower().rpartition(":")
    whole = len(digest) == HASH_DIGITS and set(digest) <= set("0123456789abcdef")
    if not whole or (position and not (position.isascii() and position.isdigit())):
        raise InvalidInput(
            f"{text.strip()!r} is no head of the audit's chain; write 64 hexadecimal digits, "
            "or POSITION:DIGITS, as `tryghed audit verify` prints it."
        )
    return f"{position}:{digest}" if position else digest


def _write_down(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(handle)
