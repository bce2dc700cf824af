"""The walls in the database, against the declaration: every table, role and owner of rows.

The oracle (`owners.py`) is written anew from the table in words (whose row, which limit), not
from the SQL that builds the walls.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from geo_service.domain.access import POOL_OF, RIGHTS, SIGNED_IN, Role
from geo_service.domain.callers import Caller
from geo_service.domain.kinds import KINDS
from geo_service.storage.database import Database
from geo_service.storage.tables import Base
from geo_service.storage.walls import BEHIND_WALLS, ONLY_BY_FUNCTION
from tests import people
from tests.access import planted as plants
from tests.access.owners import reached
from tests.access.planted import HOME, OWN_HOTSPOT, OWN_ORGANISATION, OWN_TEAM, Planted, Variant

WALLED = sorted(
    kind for kind, one in KINDS.items() if one.table and one.table.split(".")[0] in BEHIND_WALLS
)
IN_DATA_POOLS = [role for role in SIGNED_IN if POOL_OF[role] in ("web_raw", "web_work")]


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    return own_database("tryghed_walls")


@pytest.fixture(scope="module")
def planted(own: Database) -> Planted:
    with own.working(people.EVERYWHERE) as session:
        return plants.plant(session, variants=[*plants.VARIANTS, *plants.NEIGHBOURS])


def caller(role: Role, municipality: str = HOME, hotspots: tuple[str, ...] | None = None) -> Caller:
    return Caller(
        actor="user:1",
        role=role,
        municipality=municipality,
        hotspot_areas=hotspots,
        organisation=OWN_ORGANISATION if role in (Role.partner, Role.agency) else None,
        team=OWN_TEAM if role is Role.street_team else None,
    )


def expected(
    kind: str, operation: str, role: Role, hotspots: tuple[str, ...] | None, planted: Planted
) -> set[Variant]:
    right = RIGHTS.get(f"{kind}.{operation}", {}).get(role)
    if right is None or (kind, role) in ONLY_BY_FUNCTION:
        return set()
    return {one for one in planted.keys[kind] if reached(kind, role, right.limit, one, hotspots)}


def seen(session: Session, kind: str, planted: Planted) -> set[Variant]:
    """Return the variants whose row a session sees; a refusal means none."""
    table = KINDS[kind].table
    try:
        with session.begin_nested():
            rows = session.execute(text(f"SELECT * FROM {table}")).mappings().all()  # noqa: S608
    except ProgrammingError as error:
        require_refusal(error)
        return set()
    found = set()
    for row in rows:
        keys = [
            variant
            for variant, key in planted.keys[kind].items()
            if all(str(row[name]) == str(key[name]) for name in keys_of(table))
        ]
        assert keys, f"a row of {table} that was not planted: {row}"
        found.update(keys)
    return found


@pytest.mark.parametrize("hotspots", [None, (OWN_HOTSPOT,)], ids=["all", "own"])
@pytest.mark.parametrize("role", IN_DATA_POOLS)
@pytest.mark.parametrize("kind", WALLED)
def test_a_role_sees_the_rows_of_its_right_and_no_others(
    own: Database, planted: Planted, kind: str, role: Role, hotspots: tuple[str, ...] | None
) -> None:
    with own.acting(caller(role, hotspots=hotspots)) as session:
        assert seen(session, kind, planted) == expected(kind, "read", role, hotspots, planted)


def test_somebody_sees_something_of_every_table(planted: Planted) -> None:
    """Otherwise the test above could pass on tables that nobody reads."""
    for kind in WALLED:
        assert planted.keys[kind], kind
        assert any(expected(kind, "read", role, None, planted) for role in IN_DATA_POOLS), kind


def require_refusal(error: ProgrammingError) -> None:
    if "permission denied" not in str(error):
        raise error


def keys_of(table: str | None) -> list[str]:
    return [column.name for column in Base.metadata.tables[str(table)].primary_key]


@pytest.mark.parametrize("kind", WALLED)
def test_without_a_caller_nothing_is_seen(own: Database, planted: Planted, kind: str) -> None:
    for pool in ("web_raw", "web_work", "job"):
        with own.session(pool) as session:
            found = seen(session, kind, planted)
            assert not found


@pytest.mark.parametrize("kind", WALLED)
def test_a_job_reaches_its_municipality_only(own: Database, planted: Planted, kind: str) -> None:
    with own.working(people.Job("os:test", municipalities=(HOME,))) as session:
        there = set(planted.keys[kind])
        assert seen(session, kind, planted) == {one for one in there if one.municipality == HOME}


def test_every_table_of_raw_and_work_is_declared_and_walled(own: Database) -> None:
    with own.as_administrator() as connection:
        found = {
            f"{row.schemaname}.{row.tablename}": row.rowsecurity
            for row in connection.execute(
                text("SELECT * FROM pg_tables WHERE schemaname IN ('raw', 'work')")
            )
        }
    assert set(found) == {KINDS[kind].table for kind in WALLED}
    assert all(found.values())


def test_the_street_team_is_told_of_incidents_in_words_and_areas(
    own: Database, planted: Planted
) -> None:
    """Type, rode and day of their own area: neither a point nor a time of day comes out."""
    ask = text("SELECT * FROM raw.incident_words('2026-11-01', '2026-12-01')")
    here = {one: key["rode_id"] for one, key in planted.keys["incident"].items()}
    for role in (Role.police, Role.hotspot_chief, Role.street_team):
        for hotspots in (None, (OWN_HOTSPOT,), ()):
            with own.acting(caller(role, hotspots=hotspots)) as session:
                found = session.execute(ask).mappings().all()
            reach = {
                rode
                for one, rode in here.items()
                if role is Role.street_team
                and one.municipality == HOME
                and (hotspots is None or one.hotspot in hotspots)
            }
            assert {row["rode_id"] for row in found} == reach
            for row in found:
                assert list(row) == ["crime_type", "rode_id", "occurred_on", "incidents"]
                assert row["occurred_on"] == plants.EVENING
    for role in (Role.tmf, Role.partner):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            own.acting(caller(role)) as session,
        ):
            session.execute(ask)


def test_the_columns_of_every_table_are_declared(own: Database) -> None:
    """A new column is closed until somebody says who sees it."""
    for kind, one in KINDS.items():
        if one.table is None:
            continue
        columns = {column.name for column in Base.metadata.tables[one.table].columns}
        assert set(one.fields) - set(one.derived) | set(one.withheld) == columns, kind
        assert not set(one.fields) & set(one.withheld), kind
        assert not set(one.derived) & columns, kind


def test_a_column_that_nobody_declared_is_closed(own: Database) -> None:
    with own.as_owner() as connection:
        connection.execute(text("ALTER TABLE work.offer ADD COLUMN undeclared text"))
        connection.commit()
        try:
            with own.acting(caller(Role.hotspot_chief)) as session:
                session.execute(text("SELECT name FROM work.offer")).all()
                with pytest.raises(ProgrammingError, match="permission denied"):
                    session.execute(text("SELECT undeclared FROM work.offer"))
                session.rollback()
        finally:
            connection.execute(text("ALTER TABLE work.offer DROP COLUMN undeclared"))
            connection.commit()
