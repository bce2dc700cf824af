"""The chain of the audit: sealing it, and following it link by link.

Sealing is the database's (`functions/seal_audit.sql`). Following it is not: the texts and hashes
are made here on their own, from what the tables hold now, and compared with what the links say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, text
from sqlalchemy.orm import Session

from geo_service.storage.database import Database

GENESIS: Final = bytes(32)
STRETCH: Final = 2_000
"""Rows that are fetched at a time."""


@dataclass(frozen=True)
class Head:
    """The end of the chain: write it down elsewhere, and nobody can shorten the chain unseen."""

    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"


@dataclass(frozen=True)
class Fault:
    """The first place at which the chain does not hold."""

    what: str
    """A key of `FAULTS`."""
    position: int | None
    entry_id: int | None

    def __str__(self) -> str:
        place = "" if self.position is None else f" at position {self.position}"
        entry = "" if self.entry_id is None else f" (entry {self.entry_id})"
        return f"{FAULTS[self.what]}{place}{entry}"


FAULTS: Final = {
    "entry_changed": "an entry was changed",
    "entry_missing": "an entry was deleted",
    "entry_added": "an entry stands beside the chain",
    "seal_missing": "a link was deleted",
    "seal_changed": "a link was changed, moved or exchanged",
    "not_forgotten": "a link says that its entry was deleted by age, and that is not so",
    "run_changed": "a deletion by age is not as the chain has it",
    "head_unknown": "the chain was shortened or written anew: it lacks the expected head",
}


@dataclass(frozen=True)
class Verdict:
    """What following the chain found."""

    head: Head
    fault: Fault | None
    links: int
    forgotten: int
    """Links whose entry was deleted by age, as it should be."""
    pending: int
    """Entries that no sealer has come to yet."""


def seal(database: Database, *, role: str = "web_auth") -> int:
    """Chain what is committed and return how many entries that were.

    Stretch by stretch, each a transaction of its own: in between the lock is given back.
    """
    total = 0
    while True:
        with database.session(role) as session:
            sealed = int(session.execute(text("SELECT sealed FROM adm.seal_audit()")).scalar_one())
        total += sealed
        if sealed == 0:
            return total


def head_of(session: Session) -> Head:
    """Return the end of the chain as the database has it now."""
    row = session.execute(
        text("SELECT position, hash FROM adm.audit_seal ORDER BY position DESC LIMIT 1")
    ).one_or_none()
    return Head(0, GENESIS.hex()) if row is None else Head(int(row.position), row.hash.hex())


def verify(connection: Connection, *, expected: tuple[str, ...] = ()) -> Verdict:
    """Follow the whole chain and return the first place where it does not hold.

    Parameters
    ----------
    connection
        One that may read the tables of the audit. Everything is read in the transaction that
        it is in: begin one with REPEATABLE READ, so that a sealer at work is no fault.
    expected
        Heads that were written down earlier, as `HASH` or `POSITION:HASH`; the chain must have
        gone through each of them.
    """
    runs = _runs(connection)
    wanted = dict(_wanted(expected))
    previous, position, links, forgotten = GENESIS, 0, 0, 0
    taken: dict[int, int] = {}
    with connection.execute(_LINKS, execution_options={"yield_per": STRETCH}) as rows:
        for row in rows:
            fault = _fault_of(row, previous, position + 1, runs)
            if fault is not None:
                return Verdict(Head(position, previous.hex()), fault, links, forgotten, 0)
            previous, position, links = row.hash, row.position, links + 1
            if row.run is not None:
                forgotten += 1
                taken[row.run] = taken.get(row.run, 0) + 1
            if wanted.get(previous.hex()) in (0, position):
                del wanted[previous.hex()]
    head = Head(position, previous.hex())
    pending, fault = _outside(connection)
    if fault is None:
        fault = _fault_of_runs(runs, taken)
    if fault is None and wanted:
        fault = Fault("head_unknown", None, None)
    return Verdict(head, fault, links, forgotten, pending)


# --- what the tables hold -----------------------------------------------------------------------

# every value as text: what somebody wrote into a row must not stop us from reading it
_LINKS: Final = text("""
  SELECT s.position, s.entry_id, s.hash, s.content_hash, s.municipality_code AS seal_place,
    to_char(s.entry_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS entry_at,
    to_char(s.sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS sealed_at,
    s.retention_run_id AS run, e.is_sealed,
    e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS at,
    e.actor, e.role, e.action, e.object_kind, e.object_ref, e.municipality_code AS place,
    e.purpose, e.detail::text AS detail, e.salt::text AS salt
  FROM adm.audit_seal s LEFT JOIN adm.audit_entry e ON e.id = s.entry_id
  ORDER BY s.position
""")
_OUTSIDE: Final = text("""
  SELECT count(*) FILTER (WHERE NOT e.is_sealed) AS pending,
         min(e.id) FILTER (WHERE e.is_sealed) AS added
  FROM adm.audit_entry e WHERE NOT EXISTS (SELECT FROM adm.audit_seal s WHERE s.entry_id = e.id)
""")
_RUNS: Final = text("""
  SELECT r.id, r.kind, r.municipality_code AS place, r.deleted::text AS deleted,
    r.remaining_older::text AS remaining_older,
    to_char(r.cut_off AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS cut_off, s.position,
    e.detail->>'kind' AS said_kind, e.municipality_code AS said_place,
    e.detail->>'deleted' AS said_deleted, e.detail->>'cut_off' AS said_cut_off,
    e.detail->>'remaining_older' AS said_remaining
  FROM adm.retention_run r
  FULL JOIN (SELECT * FROM adm.audit_entry WHERE action = 'retain') e
    ON e.object_ref = 'run:' || r.id
  LEFT JOIN adm.audit_seal s ON s.entry_id = e.id
  ORDER BY r.id, s.position DESC
""")  # should a run be told of twice, the first telling counts, which comes last here


def _runs(connection: Connection) -> dict[int, Row[Any]]:
    return {row.id: row for row in connection.execute(_RUNS)}


def _outside(connection: Connection) -> tuple[int, Fault | None]:
    found = connection.execute(_OUTSIDE).one()
    fault = None if found.added is None else Fault("entry_added", None, found.added)
    return int(found.pending), fault


# --- the same texts as in functions/audit_hash.sql and audit_link.sql ---------------------------


def _digest(*values: str | None) -> bytes:
    parts = []
    for value in values:
        if value is None:
            parts.append(b"-")
        else:
            said = value.encode()
            parts.append(b"%d:%b" % (len(said), said))
    return hashlib.sha256(b",".join(parts)).digest()


def _content_of(row: Row[Any]) -> bytes:
    return _digest(
        "tryghed-audit-entry-1", str(row.id), row.at, row.actor, row.role, row.action,
        row.object_kind, row.object_ref, row.place, row.purpose, row.detail, row.salt,
    )  # fmt: skip


def _link_of(row: Row[Any], previous: bytes) -> bytes:
    return _digest(
        "tryghed-audit-link-1", previous.hex(), str(row.position), str(row.entry_id),
        row.entry_at, row.seal_place, row.content_hash.hex(), row.sealed_at,
    )  # fmt: skip


# --- what may be wrong --------------------------------------------------------------------------


def _fault_of(
    row: Row[Any], previous: bytes, position: int, runs: dict[int, Row[Any]]
) -> Fault | None:
    if row.position != position:
        return Fault("seal_missing", position, None)
    if _link_of(row, previous) != row.hash:
        return Fault("seal_changed", position, row.entry_id)
    if row.run is not None:
        return None if _was_due(row, runs) else Fault("not_forgotten", position, row.entry_id)
    if row.id is None:
        return Fault("entry_missing", position, row.entry_id)
    if (
        _content_of(row) != row.content_hash
        or row.at != row.entry_at
        or row.place != row.seal_place
        or not row.is_sealed
    ):
        return Fault("entry_changed", position, row.entry_id)
    return None


def _was_due(row: Row[Any], runs: dict[int, Row[Any]]) -> bool:
    """Tell whether a run that the chain vouches for had to delete the entry of a link."""
    run = runs.get(row.run)
    return (
        row.id is None
        and run is not None
        and run.kind == "audit"
        and _as_told(run)
        and run.place == row.seal_place
        and row.entry_at < run.cut_off
    )


def _as_told(run: Row[Any]) -> bool:
    """Compare a deletion with what was written of it into the chain."""
    return bool(
        run.kind == run.said_kind
        and run.place == run.said_place
        and run.deleted == run.said_deleted
        and run.cut_off == run.said_cut_off
        and run.remaining_older == run.said_remaining
    )


def _fault_of_runs(runs: dict[int, Row[Any]], taken: dict[int, int]) -> Fault | None:
    for run in runs.values():
        complete = run.kind != "audit" or str(taken.get(run.id, 0)) == run.deleted
        if not complete or not _as_told(run):
            return Fault("run_changed", run.position, None)
    return None


def _wanted(expected: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Read `HASH` (position 0: any) or `POSITION:HASH`; the head of nothing is always there."""
    for one in expected:
        position, _, digest = one.strip().rpartition(":")
        if digest.lower() != GENESIS.hex():
            yield digest.lower(), int(position) if position else 0
