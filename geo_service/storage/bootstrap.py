"""From an empty server to the newest schema: database, extensions, roles, migrations.

The bootstrap user does only what nobody else may; the tables belong to `tryghed_owner`.
Running it again changes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from geo_service.errors import NotReady
from geo_service.storage.catalog import close_catalog
from geo_service.storage.database import Database, message_of
from geo_service.storage.roles import LOGIN_ROLES, OWNER, ROLE_SETTINGS, make_passwords
from geo_service.storage.walls import build_walls

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
EXTENSIONS = ("postgis", "btree_gist")
LOCK = 7_243_211  # any number that nobody else locks; guards against two migrations at a time


def prepare(database: Database, *, renew_passwords: bool = False) -> None:
    """Make what is missing: database, extensions, roles, and the newest schema.

    A database whose address names no administrator is left alone: somebody else migrates it.
    With `renew_passwords` the roles that are there get the passwords in the secrets.

    Raises
    ------
    NotReady
        If the server does not answer, or the administrator may not do it.
    """
    if not database.may_prepare:
        return
    try:
        with database.as_administrator("postgres") as server:
            # held until the connection closes: two starts at once must not make things twice
            server.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            _make_database(server, database.address.database or "")
            with database.as_administrator() as connection:
                _make_extensions(connection)
                close_catalog(connection)
                passwords = make_passwords(database.secrets)
                _make_roles(connection, passwords, renew=renew_passwords)
            migrate(database)
    except ProgrammingError as error:
        raise NotReady(
            f"The database could not be prepared: {message_of(error)}. The user in "
            "TRYGHED_DATABASE_URL must be allowed to make databases, roles and extensions."
        ) from error


def migrate(database: Database) -> None:
    """Bring the schema to its newest version and build the walls, in one transaction."""
    with database.as_owner() as connection:
        _refuse_newer(connection)
        command.upgrade(alembic_config(connection), "head")
        build_walls(connection)
        connection.commit()


def _refuse_newer(connection: Connection) -> None:
    """Refuse a schema that this program does not know: it was made by a newer one."""
    found = schema_version(connection)
    connection.rollback()
    scripts = ScriptDirectory.from_config(alembic_config(connection))
    if found is not None and found not in {one.revision for one in scripts.walk_revisions()}:
        raise NotReady(
            f"The database has the schema {found}, made by a newer tryghed than this one "
            f"({newest_version()}). Update this clone and start again; nothing was changed."
        )


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


def _make_database(server: Connection, name: str) -> None:
    exists = server.scalar(
        text("SELECT true FROM pg_database WHERE datname = :name"), {"name": name}
    )
    if not exists:
        quoted = server.dialect.identifier_preparer.quote_identifier(name)
        server.execute(text(f"CREATE DATABASE {quoted} TEMPLATE template0 ENCODING 'UTF8'"))


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
                       WHERE proname IN ('st_estimatedextent', 'st_findextent',
                         '_postgis_selectivity', '_postgis_join_selectivity', '_postgis_stats',
                         '_postgis_index_extent')
              LOOP EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f); END LOOP;
            END $$
        """)
    )


def _make_roles(connection: Connection, passwords: dict[str, str], *, renew: bool) -> None:
    """Make the roles that are missing; the server only ever hears a verifier of a password."""
    known = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
    if OWNER not in known:
        connection.execute(text(f"CREATE ROLE {OWNER} NOLOGIN NOSUPERUSER"))
    for role in LOGIN_ROLES:
        if role not in known:
            connection.execute(text(f"CREATE ROLE {role} LOGIN NOINHERIT"))
        if role not in known or renew:
            verifier = _verifier(connection, role, passwords[role])
            connection.exec_driver_sql(f"ALTER ROLE {role} PASSWORD '{verifier}'")
        _limit(connection, role)
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


def _limit(connection: Connection, role: str) -> None:
    """Give a role its time limits, where they are not in force already."""
    wanted = [f"{name}={value}" for name, value in ROLE_SETTINGS[role].items()]
    standing = connection.scalar(
        text(
            "SELECT setconfig FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole"
            " WHERE r.rolname = :role AND s.setdatabase = 0"
        ),
        {"role": role},
    )
    if sorted(standing or []) == sorted(wanted):
        return
    connection.exec_driver_sql(f"ALTER ROLE {role} RESET ALL")
    for name, value in ROLE_SETTINGS[role].items():
        connection.exec_driver_sql(f"ALTER ROLE {role} SET {name} = '{value}'")


def _verifier(connection: Connection, role: str, password: str) -> str:
    """Return what the server keeps of a password, so that the password itself is never sent."""
    driver: Any = connection.connection.driver_connection
    made: bytes = driver.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    return made.decode()
