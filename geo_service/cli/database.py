"""`tryghed db …`: the database, its schema, backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_service.cli.console import err, operator, say, working
from geo_service.cli.options import WholeSentences
from geo_service.errors import InvalidInput, NotReady

if TYPE_CHECKING:
    from geo_service.storage.cluster import Cluster
    from geo_service.storage.database import Database

app = typer.Typer(
    cls=WholeSentences, no_args_is_help=True, help="Start, stop, migrate, back up and restore."
)

NOT_EMBEDDED = (
    "TRYGHED_DATABASE_URL names a database of your own; tryghed neither starts nor stops it."
)


def _embedded() -> Cluster | None:
    from geo_service.settings import get_settings
    from geo_service.storage.cluster import open_cluster

    settings = get_settings()
    return None if settings.database_url is not None else open_cluster(settings.state)


@app.command()
def up() -> None:
    """Make the embedded database if there is none, start it, and bring its schema up to date."""
    from geo_service.settings import get_settings
    from geo_service.storage.database import connect

    cluster = _embedded()
    with working("Starting the database …"):
        started = cluster.up() if cluster else False
        _migrate(connect(get_settings()))
    if cluster is None:
        say(f"{NOT_EMBEDDED} Its schema is up to date.")
    else:
        say(f"The database {'was started' if started else 'was running'}: {cluster.home}")


@app.command()
def down() -> None:
    """Stop the embedded database."""
    cluster = _embedded()
    if cluster is None:
        say(NOT_EMBEDDED)
    else:
        say("The database was stopped." if cluster.down() else "The database was not running.")


@app.command()
def status() -> None:
    """Say which database is meant, where it is, and whether it runs; exit code 3 if it does not."""
    from geo_service.settings import get_settings
    from geo_service.storage.postgres_programs import find_programs

    cluster = _embedded()
    if cluster is None:
        from sqlalchemy import make_url

        address = make_url(str(get_settings().database_url)).set(password=None)
        say(f"A database of your own: {address.render_as_string()}")
        return
    try:
        running = cluster.is_running()
    except NotReady:  # the data are of another version, or there is no PostgreSQL at all
        say(f"embedded database: not running\nfiles:             {cluster.home}")
        raise
    installed = ", ".join(str(one.version) for one in find_programs()) or "none"
    say(f"embedded database: {'running' if running else 'not running'}")
    say(f"files:             {cluster.home}")
    say(f"socket:            {cluster.socket_folder}")
    say(f"secrets:           {cluster.secrets}")
    say(f"data written by:   PostgreSQL {cluster.version() or '– (nothing made yet)'}")
    say(f"installed here:    PostgreSQL with PostGIS {installed}")
    raise typer.Exit(0 if running else 3)


@app.command()
def migrate() -> None:
    """Make what is missing (database, roles, extensions) and bring the schema up to date."""
    from geo_service.settings import get_settings
    from geo_service.storage.bootstrap import newest_version
    from geo_service.storage.database import connect

    database = connect(get_settings())
    if not database.may_prepare:
        raise InvalidInput(
            "TRYGHED_DATABASE_URL names no user, so nobody may migrate. Name an administrator: "
            "postgresql://postgres@host:5432/tryghed"
        )
    with working("Migrating …"):
        _migrate(database)
    say(f"The schema is at version {newest_version()}.")


def _migrate(database: Database) -> None:
    """Bring the schema up to date and set the passwords; both are in the audit."""
    from geo_service.storage.bootstrap import newest_version, prepare
    from geo_service.storage.owner_audit import note

    prepare(database, renew_passwords=True)
    if database.may_prepare:
        note(database, operator(), "migrate", version=newest_version())


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="File to write; must not exist.")]) -> None:
    """Write the whole database to a file that `db restore` reads."""
    from geo_service.settings import get_settings
    from geo_service.storage.backup import backup as write
    from geo_service.storage.database import connect
    from geo_service.storage.owner_audit import note

    database = connect(get_settings())
    with working(f"Writing {file} …"):
        # before the deed: what is taken out holds the trace of it, and so does a try that failed
        note(database, operator(), "export", file=file.name, what="backup")
        size = write(database, file)
    say(f"{file}: {size / 1e6:.1f} MB")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `db backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in place of a database that holds data.")
    ] = False,
) -> None:
    """Put a backup in place of the database; the old one is kept under another name."""
    from datetime import UTC, datetime

    from geo_service.settings import get_settings
    from geo_service.storage.backup import restore as read
    from geo_service.storage.bootstrap import prepare
    from geo_service.storage.database import connect
    from geo_service.storage.owner_audit import note

    database = connect(get_settings())
    with working(f"Reading {file} …"):
        prepare(database)
        kept = read(database, file, now=datetime.now(UTC), replace=replace)
        prepare(database)
        note(database, operator(), "restore", file=file.name, kept=kept)
    say(f"The database was restored from {file}.")
    if kept:
        err.print(f"The one before is kept as {kept} on the same server.", markup=False)
