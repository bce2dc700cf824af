"""From an empty server to the newest schema: database, extensions, roles, migrations.

The bootstrap user does only what nobody else may; the tables belong to `tryghed_owner`.
Running it again changes nothing.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from geo_service.errors import NotReady
from geo_service.storage.database import Database
from geo_service.storage.roles import LOGIN_ROLES, OWNER, make_passwords

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
EXTENSIONS = ("postgis", "btree_gist")
LOCK = 7_243_211  # any number that nobody else locks; guards against two migrations at a time


def prepare(database: Database) -> None:
    """Make what is missing: database, extensions, roles, and the newest schema.

    A database whose address names no administrator is left alone: somebody else migrates it.

    Raises
    ------
    NotReady
        If the server does not answer, or the administrator may not do it.
    """
    if not database.may_prepare:
        return
    try:
        _make_database(database)
        with database.as_administrator() as connection:
            _make_extensions(connection)
            _make_roles(connection, make_passwords(database.secrets))
    except ProgrammingError as error:
        raise NotReady(
            f"The database could not be prepared: {str(error.orig).strip()}. The user in "
            "TRYGHED_DATABASE_URL must be allowed to make databases, roles and extensions."
        ) from error
    migrate(database)


def migrate(database: Database) -> None:
    """Bring the schema to its newest version, in one transaction."""
    with database.as_owner() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        command.upgrade(alembic_config(connection), "head")
        connection.commit()


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration for a connection of the owner."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest_version() -> str:
    """Return the version of the schema that this program needs."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return str(ScriptDirectory.from_config(config).get_current_head())


def schema_version(connection: Connection) -> str | None:
    """Return the version of the schema in the database, None if there is none."""
    context = MigrationContext.configure(connection, opts={"version_table_schema": "adm"})
    return context.get_current_revision()


def _make_database(database: Database) -> None:
    name = database.address.database or ""
    with database.as_administrator("postgres") as connection:
        exists = connection.scalar(
            text("SELECT true FROM pg_database WHERE datname = :name"), {"name": name}
        )
        if not exists:
            quoted = connection.dialect.identifier_preparer.quote_identifier(name)
            connection.execute(text(f"CREATE DATABASE {quoted} TEMPLATE template0 ENCODING 'UTF8'"))


def _make_extensions(connection: Connection) -> None:
    for extension in EXTENSIONS:
        connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
    # they read statistics past row-level security, and show where hidden rows lie
    connection.execute(
        text("""
            DO $$
            DECLARE f regprocedure;
            BEGIN
              FOR f IN SELECT oid FROM pg_proc
                       WHERE proname IN ('st_estimatedextent', 'st_findextent')
              LOOP EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f); END LOOP;
            END $$
        """)
    )


def _make_roles(connection: Connection, passwords: dict[str, str]) -> None:
    """Make the roles; a login role's password becomes the one in the secrets."""
    known = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
    if OWNER not in known:
        connection.execute(text(f"CREATE ROLE {OWNER} NOLOGIN NOSUPERUSER"))
    for role in LOGIN_ROLES:
        # DDL takes no parameters; the password is our own, of letters, digits, - and _
        password = f"PASSWORD '{_literal(passwords[role])}'"
        if role in known:
            connection.execute(text(f"ALTER ROLE {role} {password}"))
        else:
            connection.execute(text(f"CREATE ROLE {role} LOGIN NOINHERIT {password}"))
    name = connection.scalar(text("SELECT current_database()"))
    quoted = connection.dialect.identifier_preparer.quote_identifier(str(name))
    for statement in (
        f"GRANT CREATE, CONNECT ON DATABASE {quoted} TO {OWNER}",
        f"REVOKE ALL ON DATABASE {quoted} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {quoted} TO {', '.join(LOGIN_ROLES)}",
        f"GRANT TEMPORARY ON DATABASE {quoted} TO job",  # imports are staged
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT {OWNER} TO CURRENT_USER",
    ):
        connection.execute(text(statement))


def _literal(password: str) -> str:
    return password.replace("'", "''").replace(":", "\\:")
