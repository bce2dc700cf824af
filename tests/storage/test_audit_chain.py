"""The chain of the audit: no fork under many writers and sealers, and no tampering unseen."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from geo_service.storage.areas import ensure_municipality
from geo_service.storage.audit import append
from geo_service.storage.audit_chain import GENESIS, head_of, seal, verify
from geo_service.storage.database import Database
from geo_service.storage.roles import OWNER
from tests.people import EVERYWHERE
from tests.storage.tamperings import draw
from tests.volumes import volume

WRITERS, SEALERS = 16, 4
EACH = volume(60, 1_000)
TAMPERINGS = volume(120, 1_000)
LENGTH = 60
ROLES = ("web_auth", "web_raw", "web_work", "job")


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    return own_database("tryghed_chain")


@pytest.fixture(scope="module")
def crowded(own_database: Callable[[str], Database]) -> Database:
    return own_database("tryghed_chain_crowd")


def write(database: Database, role: str, count: int, *, name: str = "test") -> None:
    """Append entries, each in a transaction of its own; every seventh of them is rolled back."""
    for number in range(count):
        with database.session(role) as session:
            entry(session, name, number)
            if number % 7 == 3:  # a gap in the numbers
                session.rollback()
                session.begin()
                entry(session, name, number)


def entry(session, name: str, number: int, municipality: str | None = "0101") -> None:
    append(
        session,
        actor=f"user:{number % 5}",
        role="police",
        action="read",
        object_kind="incident",
        object_ref=f"{name}:{number}",
        municipality=municipality,
        detail={"rows": number, "asked": {"omraade": ["Ydre Nørrebro ”√”"], "fra": None}},
    )


@contextmanager
def as_owner(database: Database) -> Iterator[Connection]:
    """Connect as the owner of the tables, who may do anything to them."""
    with database.as_owner() as connection:
        connection.rollback()
        with connection.begin():
            assert connection.scalar(text("SELECT current_user")) == OWNER
            yield connection


# --- many at once -------------------------------------------------------------------------------


def test_many_writers_and_sealers_make_one_chain(crowded: Database) -> None:
    """Real connections of every role; sealers that are killed in the middle of it."""
    stop = threading.Event()

    def sealing() -> int:
        total = 0
        while not stop.is_set():
            total += seal(crowded)
        return total

    def killing() -> int:
        killed = 0
        while not stop.wait(0.2):
            with crowded.as_administrator() as connection:
                killed += connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state ="
                        " 'active' AND query LIKE '%seal_audit%' AND usename = 'job'"
                    )
                ).rowcount
        return killed

    def sealing_and_dying() -> int:
        from geo_service.errors import NotReady

        total = 0
        while not stop.is_set():
            try:
                total += seal(crowded, role="job")
            except NotReady:
                crowded.engine("job").dispose()
        return total

    with ThreadPoolExecutor(WRITERS + SEALERS + 2) as pool:
        sealers = [pool.submit(sealing) for _ in range(SEALERS - 1)]
        sealers.append(pool.submit(sealing_and_dying))
        killer = pool.submit(killing)
        writers = [
            pool.submit(write, crowded, ROLES[n % 3], EACH, name=f"writer-{n}")
            for n in range(WRITERS)
        ]
        for writer in writers:
            writer.result()
        stop.set()
        sealed = sum(sealer.result() for sealer in sealers)
        killer.result()
    sealed += seal(crowded)
    with as_owner(crowded) as connection:
        found = connection.execute(
            text("""
            SELECT (SELECT count(*) FROM adm.audit_entry) AS entries,
              (SELECT count(*) FROM adm.audit_entry WHERE NOT is_sealed) AS unsealed,
              count(*) AS links, count(DISTINCT entry_id) AS distinct_entries,
              count(DISTINCT hash) AS hashes, min(position) AS first, max(position) AS last
            FROM adm.audit_seal
        """)
        ).one()
        verdict = verify(connection)
    assert found.entries == WRITERS * EACH
    assert found.unsealed == 0
    assert found.links == found.distinct_entries == found.hashes == WRITERS * EACH
    assert (found.first, found.last) == (1, WRITERS * EACH)
    assert verdict.fault is None
    assert verdict.links == WRITERS * EACH
    assert sealed <= WRITERS * EACH  # a killed sealer may have committed before it could say so


def test_an_entry_that_is_committed_late_comes_later_in_the_chain(own: Database) -> None:
    with own.session("web_raw") as late:
        entry(late, "late", 1)
        with own.session("web_work") as early:
            entry(early, "early", 1)
        assert seal(own) == 1
    assert seal(own) == 1
    with own.session("web_auth") as session:
        order = session.execute(
            text(
                "SELECT e.object_ref, e.id FROM adm.audit_seal s JOIN adm.audit_entry e"
                " ON e.id = s.entry_id WHERE e.object_ref IN ('late:1', 'early:1')"
                " ORDER BY s.position"
            )
        ).all()
        assert verify(session.connection()).fault is None
    assert [row.object_ref for row in order] == ["early:1", "late:1"]
    assert order[0].id > order[1].id


def test_a_sealer_with_a_stale_view_is_refused(own: Database) -> None:
    with own.engine("web_auth").connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ")
        with pytest.raises(DBAPIError, match="READ COMMITTED only"):
            connection.execute(text("SELECT * FROM adm.seal_audit()"))


@pytest.mark.parametrize("role", ["web_raw", "web_work", "web_pub"])
def test_only_those_who_should_may_seal(own: Database, role: str) -> None:
    with own.engine(role).connect() as connection, pytest.raises(ProgrammingError):
        connection.execute(text("SELECT * FROM adm.seal_audit()"))


@pytest.mark.parametrize("column", ["id", "at", "is_sealed", "salt"])
@pytest.mark.parametrize("role", ROLES)
def test_what_is_the_databases_own_cannot_be_given(own: Database, role: str, column: str) -> None:
    """Else an entry could be dated back, or kept from the sealer."""
    value = {"id": "1", "at": "now()", "is_sealed": "true", "salt": "gen_random_uuid()"}[column]
    add = "INSERT INTO adm.audit_entry (actor, action, COLUMN) OVERRIDING SYSTEM VALUE"
    statement = text(f"{add} VALUES ('x', 'read', {value})".replace("COLUMN", column))
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with own.engine(role).connect() as connection, refused:
        connection.execute(statement)


# --- tampering ----------------------------------------------------------------------------------


def test_every_tampering_is_found_at_its_row(
    own_database: Callable[[str], Database], seed: int
) -> None:
    """Done as the owner of the tables, undone by a savepoint; the chain is whole in between."""
    database = own_database("tryghed_chain_tampered")
    with database.working(EVERYWHERE) as session:
        ensure_municipality(session, "0101", "København")
    write(database, "web_raw", LENGTH)
    assert seal(database) == LENGTH
    rng = random.Random(seed)  # noqa: S311 - drawn again from the same seed
    missed = []
    with as_owner(database) as connection:
        whole = verify(connection)
        assert whole.fault is None
        head = (str(whole.head),)
        for _ in range(TAMPERINGS):
            done = draw(rng, LENGTH)
            with connection.begin_nested() as savepoint:
                for statement in done.statements:
                    connection.exec_driver_sql(statement)
                fault = verify(connection, expected=head).fault
                savepoint.rollback()
            if fault is None or (fault.what, fault.position) != (done.fault, done.position):
                missed.append((done, fault))
        assert verify(connection, expected=head).fault is None
    assert missed == []


def test_an_expected_head_is_looked_for_along_the_whole_chain(own: Database) -> None:
    write(own, "web_raw", 3)
    seal(own)
    with own.session("web_auth") as session:
        early = head_of(session)
    write(own, "web_raw", 3)
    seal(own)
    with own.session("web_auth") as session:
        connection = session.connection()
        assert head_of(session).position == early.position + 3
        for known in (str(early), early.hash, early.hash.upper(), f"0:{GENESIS.hex()}"):
            assert verify(connection, expected=(known,)).fault is None
        for unknown in (f"{early.position + 1}:{early.hash}", "ab" * 32):
            fault = verify(connection, expected=(unknown,)).fault
            assert fault is not None
            assert fault.what == "head_unknown"


def test_what_waits_for_the_sealer_is_counted(own: Database) -> None:
    write(own, "web_raw", 2)
    with own.session("web_auth") as session:
        verdict = verify(session.connection())
    assert (verdict.fault, verdict.pending) == (None, 2)
    seal(own)
