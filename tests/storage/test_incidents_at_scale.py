"""A million incidents (a tenth in every run): a box is read by the index, scope and audit on.

What is asserted is which index was used and how many rows were touched; the seconds are told
(`-s`) and written down in docs/performance.md.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.domain.incident_question import Box, Question, Slot
from geo_service.settings import Settings
from geo_service.storage import incidents_seen as seen
from geo_service.storage.database import Database
from tests import people
from tests.storage import scale_town as town
from tests.storage.seen_town import caller
from tests.volumes import volume

INCIDENTS = volume(100_000, 1_000_000)
STREET: Box = (12.5450, 55.6980, 12.5530, 55.7025)
"""Some 500 by 500 metres of Nørrebro, as a map close by asks."""
QUARTER: Box = (12.53, 55.69, 12.57, 55.71)
INDEX = "ix_incident_geom"
Read = Callable[[Session, Question], Any]


@pytest.fixture(scope="module")
def large(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_large")
    town.build(database, incidents=INCIDENTS)
    with database.as_administrator() as connection:  # the statistics are closed; here they count
        connection.execute(text("GRANT SELECT ON pg_stat_xact_user_tables TO web_raw"))
        connection.execute(text("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_catalog TO web_raw"))
    return database


def question(box: Box | None, **changes: Any) -> Question:
    return Question(**({"first": town.FIRST, "until": town.UNTIL, "box": box} | changes))


@dataclass
class Touched:
    """What a reading cost the table of incidents."""

    whole_scans: int = 0
    rows_by_index: int = 0
    milliseconds: float = 0.0


@contextmanager
def touching(session: Session) -> Iterator[Touched]:
    """Count scans of raw.incident within the session's own transaction."""
    query = text("""
        SELECT seq_scan, idx_tup_fetch FROM pg_stat_xact_user_tables
        WHERE schemaname = 'raw' AND relname = 'incident'
    """)
    before, touched, begin = session.execute(query).one(), Touched(), time.perf_counter()
    yield touched
    touched.milliseconds = 1_000 * (time.perf_counter() - begin)
    after = session.execute(query).one()
    touched.whole_scans = after.seq_scan - before.seq_scan
    touched.rows_by_index = after.idx_tup_fetch - before.idx_tup_fetch


def uses_of_the_index(database: Database) -> int:
    with database.as_administrator() as connection:
        query = text("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = :name")
        return int(connection.scalar(query, {"name": INDEX}) or 0)


def flushed(session: Session) -> None:
    """Let the counts of this session be seen by others when it ends."""
    session.execute(text("SELECT pg_stat_force_next_flush()"))


def tell(line: str) -> None:
    """Say what was measured, for whoever asked to see it (`-s`)."""
    sys.stdout.write(line + "\n")


READS: dict[str, Read] = {
    "page": lambda session, one: seen.read_page(session, one, roder=None, most=100)[0],
    "counts": lambda session, one: seen.read_counts(session, one, roder=None),
    "cells": lambda session, one: seen.read_cells(session, one, roder=None, side_m=100),
    "hours": lambda session, one: seen.read_hours(session, one, roder=None),
}


@pytest.mark.parametrize("name", READS)
def test_police_read_a_box_by_the_index_and_never_scan_the_table(
    large: Database, name: str
) -> None:
    asked = question(STREET)
    before = uses_of_the_index(large)
    with large.acting(caller("police")) as session:
        READS[name](session, asked)  # a new connection learns of PROJ's grid once
        with touching(session) as touched:
            READS[name](session, asked)
        inside = int(seen.read_counts(session, asked, roder=None)["incidents"].sum())
        flushed(session)
    assert uses_of_the_index(large) >= before + 3
    assert touched.whole_scans == 0
    assert 0 < inside <= touched.rows_by_index <= 2 * inside + 50
    tell(f"\n{name}: {inside} of {INCIDENTS}, {touched.milliseconds:.1f} ms")


@pytest.mark.parametrize("precision", ["rode", "250m", "point"])
@pytest.mark.parametrize("hotspots", [None, (town.HOTSPOT,)], ids=["all", "own"])
def test_a_chief_reads_a_box_without_scanning_the_table(
    large: Database, precision: str, hotspots: tuple[str, ...] | None
) -> None:
    with large.working(people.EVERYWHERE) as session:
        session.execute(text("DELETE FROM raw.incident_precision"))
        session.execute(
            text(
                "INSERT INTO raw.incident_precision (municipality_code, precision, set_by)"
                " VALUES (:place, :precision, 'os:test')"
            ),
            {"place": town.PLACE, "precision": precision},
        )
    asked = question(STREET)
    with large.acting(caller("hotspot_chief", hotspots=hotspots)) as session:
        seen.read_counts(session, asked, roder=None)
        with touching(session) as touched:
            found = seen.read_counts(session, asked, roder=None)
    assert touched.whole_scans == 0
    assert touched.rows_by_index < INCIDENTS / 20
    total = found["incidents"].sum()
    tell(f"\n{precision} {hotspots}: {total}, {touched.milliseconds:.1f} ms")


def test_the_same_box_read_from_the_table_itself_costs_many_times_more(large: Database) -> None:
    """Row-level security keeps a box from the index; that is why the function is there."""
    asked = question(STREET)
    box = "ST_Transform(ST_MakeEnvelope(:w, :s, :e, :n, 4326), 25832)"
    direct = text(f"SELECT count(*) FROM raw.incident WHERE ST_Intersects(geom, {box})")  # noqa: S608
    sides = dict(zip("wsen", STREET, strict=True))
    with large.acting(caller("police")) as session:
        for read in (
            lambda: session.scalar(direct, sides),
            lambda: READS["counts"](session, asked),
        ):
            read()
        with touching(session) as by_table:
            session.scalar(direct, sides)
        with touching(session) as by_function:
            READS["counts"](session, asked)
    assert by_table.milliseconds > 2 * by_function.milliseconds
    tell(f"\ntable {by_table.milliseconds:.0f} ms, function {by_function.milliseconds:.1f} ms")


def test_the_whole_city_is_counted_within_the_time_of_a_statement(large: Database) -> None:
    """20 seconds are the limit of the pool; a year of everything must stay well below it."""
    evening = question(None, slot=Slot((4, 5), 17, 26))
    for label, asked in (
        ("year", question(None)),
        ("evenings", evening),
        ("quarter", question(QUARTER)),
    ):
        with large.acting(caller("police")) as session:
            for name, read in READS.items():
                with touching(session) as touched:
                    read(session, asked)
                tell(f"\n{label} {name}: {touched.milliseconds:.0f} ms")


def test_the_api_reads_a_box_with_scope_and_audit_on(large: Database, settings: Settings) -> None:
    from api.main import make_app

    token = people.token_of(large, "police", kind="token")
    box = ",".join(map(str, STREET))
    asked = f"bbox={box}&since={town.FIRST}&form=incidents&limit=1000"
    address = f"/api/v1/incidents?{asked}"
    with people.program(make_app(settings, large), token) as client:
        for _ in range(3):
            begin = time.perf_counter()
            answer = client.get(address)
            lasted = 1_000 * (time.perf_counter() - begin)
    assert answer.status_code == 200
    assert answer.json()["matched"] > 0
    with large.session("web_auth") as session:
        read = text("SELECT count(*) FROM adm.audit_entry WHERE action = 'read'")
        assert session.scalar(read) == 3
    tell(f"\nAPI: {answer.json()['returned']} of {INCIDENTS}, {lasted:.0f} ms")
