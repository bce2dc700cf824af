"""Connections: which database, as which role; one transaction per command or request.

Every role has an engine of its own. The bootstrap user makes the database, its extensions
and the roles; migrations run as the owner; everything else as one of the login roles.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from geo_service.errors import NotReady
from geo_service.settings import Settings
from geo_service.storage.cluster import open_cluster
from geo_service.storage.roles import BOOTSTRAP, OWNER, read_password


@dataclass(frozen=True)
class Database:
    """A PostGIS database and where its roles' passwords are.

    `address` has no user and no password, except where the user's own
    `TRYGHED_DATABASE_URL` names an administrator.
    """

    address: URL
    secrets: Path
    may_prepare: bool = True
    """Whether we are to make roles and tables: it is our own, or an administrator is named."""

    @property
    def administrator(self) -> URL:
        """The address as the user who bootstraps and migrates."""
        user = self.address.username or BOOTSTRAP
        password = self.address.password or read_password(self.secrets, user)
        return self.address.set(username=user, password=password)

    def engine(self, role: str) -> Engine:
        """Return the pool of connections of one login role."""
        return _engine(self.address.set(username=role, password=read_password(self.secrets, role)))

    @contextmanager
    def session(self, role: str) -> Iterator[Session]:
        """Open a session that commits when the block ends, and rolls back if it fails."""
        with said_in_words(), Session(self.engine(role)) as session, session.begin():
            yield session

    @contextmanager
    def as_administrator(self, database: str | None = None) -> Iterator[Connection]:
        """Connect as the bootstrap user, each statement its own transaction."""
        url = self.administrator.set(database=database or self.address.database)
        engine = create_engine(
            url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
        )
        with said_in_words(), engine.connect() as connection:
            yield connection

    @contextmanager
    def as_owner(self) -> Iterator[Connection]:
        """Connect for migrations: as the owner of everything, who cannot log in."""
        options = {"options": f"-c role={OWNER}"}
        engine = create_engine(self.administrator, poolclass=NullPool, connect_args=options)
        with said_in_words(), engine.connect() as connection:
            yield connection


def connect(settings: Settings) -> Database:
    """Return the database of the settings, starting the embedded one if that is meant.

    Raises
    ------
    NotReady
        If the embedded database cannot be made or started.
    """
    if settings.database_url is not None:
        address = make_url(str(settings.database_url)).set(drivername="postgresql+psycopg")
        return Database(
            address=address,
            secrets=settings.secrets,
            may_prepare=address.username is not None,
        )
    cluster = open_cluster(settings.state)
    cluster.up()
    return Database(address=cluster.url, secrets=cluster.secrets)


@cache
def _engine(url: URL) -> Engine:
    engine = create_engine(
        url, pool_size=4, max_overflow=4, pool_pre_ping=True, hide_parameters=True
    )
    atexit.register(engine.dispose)
    return engine


@contextmanager
def said_in_words() -> Iterator[None]:
    """Turn what a user can mend (no server, wrong password, full disk) into a sentence."""
    try:
        yield
    except DBAPIError as error:
        reason = message_of(error)
        if "No space left" in str(error.orig) or getattr(error.orig, "sqlstate", "") == "53100":
            raise NotReady(
                f"The disk of the database is full ({reason}). Nothing was stored. "
                "Free some space and try again."
            ) from error
        if isinstance(error, OperationalError):
            raise NotReady(
                f"The database cannot be used: {reason}. `tryghed db status` says which one is "
                "meant; `tryghed db up` starts the embedded one, and a server of your own is "
                "named by TRYGHED_DATABASE_URL and its passwords by TRYGHED_SECRETS_DIR."
            ) from error
        raise


def message_of(error: DBAPIError) -> str:
    """Return the server's own first sentence; no statement, no parameters, no hints."""
    said = getattr(getattr(error.orig, "diag", None), "message_primary", None)
    lines = str(said or error.orig).strip().splitlines()
    return lines[0].strip() if lines else type(error.orig).__name__
