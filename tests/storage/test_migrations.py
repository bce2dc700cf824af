"""The schema: built by migrations that go down and up again, and equal to the tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic import command
from sqlalchemy import Connection, text

from geo_service.storage.bootstrap import (
    alembic_config,
    migrate,
    newest_version,
    prepare,
    schema_version,
)
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.storage.roles import LOGIN_ROLES, OWNER
from geo_service.storage.tables import Base


@pytest.fixture(scope="module")
def own(cluster: Cluster) -> Iterator[Database]:
    """A database of this module's own, so that going down harms no other test."""
    database = Database(
        address=cluster.url.set(database="tryghed_migrations"), secrets=cluster.secrets
    )
    prepare(database)
    yield database
    with database.as_administrator("postgres") as server:
        server.execute(text("DROP DATABASE tryghed_migrations WITH (FORCE)"))


@contextmanager
def owner_of(database: Database) -> Iterator[Connection]:
    with database.as_owner() as connection:
        yield connection
        connection.commit()


def test_the_tables_and_the_migrations_say_the_same(own: Database) -> None:
    with owner_of(own) as connection:
        command.check(alembic_config(connection))


def test_upgrade_downgrade_upgrade(own: Database) -> None:
    with owner_of(own) as connection:
        command.downgrade(alembic_config(connection), "base")
        assert schema_version(connection) is None
        schemas = set(connection.scalars(text("SELECT nspname FROM pg_namespace")))
        assert not schemas & {"raw", "work", "pub"}
    migrate(own)
    with owner_of(own) as connection:
        assert schema_version(connection) == newest_version()
        command.check(alembic_config(connection))


def test_preparing_again_changes_nothing(own: Database) -> None:
    prepare(own)
    with owner_of(own) as connection:
        assert schema_version(connection) == newest_version()


def test_every_check_of_the_tables_is_in_the_database(own: Database) -> None:
    """`alembic check` does not compare CHECK and EXCLUDE constraints; this does."""
    declared = {
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if type(constraint).__name__ in {"CheckConstraint", "ExcludeConstraint"}
    }
    with owner_of(own) as connection:
        found = set(
            connection.scalars(text("SELECT conname FROM pg_constraint WHERE contype IN ('c','x')"))
        )
    assert declared <= found
    assert len(declared) > 40


def test_everything_belongs_to_the_owner_who_cannot_log_in(own: Database) -> None:
    with own.as_administrator() as connection:
        owners = set(
            connection.scalars(
                text(
                    "SELECT tableowner FROM pg_tables"
                    " WHERE schemaname IN ('raw', 'work', 'pub', 'adm')"
                )
            )
        )
        logins = set(connection.scalars(text("SELECT rolname FROM pg_roles WHERE rolcanlogin")))
    assert owners == {OWNER}
    assert logins == {*LOGIN_ROLES, "postgres"}
