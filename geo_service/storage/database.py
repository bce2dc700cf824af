"""Connections: which database, as which role; one transaction per command or request.

Every role has an engine of its own. The bootstrap user makes the database, its extensions
and the roles; migrations run as the owner; everything else as one of the login roles.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from geo_service.domain.callers import Caller, Job
from geo_service.errors import NotReady
from geo_service.settings import Settings
from geo_service.storage.cluster import open_cluster
from geo_service.storage.full_disk import SIGNS, is_full
from geo_service.storage.roles import BOOTSTRAP, OWNER, read_password

NOBODY: Final = dict.fromkeys(
    ("actor", "role", "municipality", "hotspot_areas", "organisation", "team", "municipalities"), ""
)
TELL: Final = text(
    "SELECT " + ", ".join(f"set_config('tryghed.{name}', :{name}, true)" for name in NOBODY)
)


POOL_PATIENCE_S: Final = 5
"""How long a request waits for a connection before it is told to come again."""


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
    def socket_folder(self) -> Path | None:
        """The folder of the server's socket, where the server is on this machine."""
        host = str(self.address.query.get("host", ""))
        return Path(host) if host.startswith("/") else None

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
    def session(self, role: str, acting: Caller | Job | None = None) -> Iterator[Session]:
        """Open a session that commits when the block ends, and rolls back if it fails.

        `acting` is told to the database at the begin of every transaction of the session, so a
        commit on the way cannot lose it; without it row-level security shows nothing.
        """
        with said_in_words(self.socket_folder), Session(self.engine(role)) as session:
            tell(session, acting)
            yield session
            session.commit()  # an error leaves without it, and closing rolls back

    def acting(self, caller: Caller) -> AbstractContextManager[Session]:
        """Open a session of the pool that serves the caller, in the caller's scope."""
        return self.session(caller.pool, caller)

    def working(self, job: Job) -> AbstractContextManager[Session]:
        """Open a session of the role `job`, limited to the job's municipalities."""
        return self.session("job", job)

    @contextmanager
    def as_administrator(self, database: str | None = None) -> Iterator[Connection]:
        """Connect as the bootstrap user, each statement its own transaction."""
        url = self.administrator.set(database=database or self.address.database)
        engine = create_engine(
            url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
        )
        with said_in_words(self.socket_folder), engine.connect() as connection:
            yield connection

    @contextmanager
    def as_owner(self) -> Iterator[Connection]:
        """Connect for migrations: as the owner of everything, who cannot log in."""
        options = {"options": f"-c role={OWNER}"}
        engine = create_engine(self.administrator, poolclass=NullPool, connect_args=options)
        with said_in_words(self.socket_folder), engine.connect() as connection:
            yield connection


def tell(session: Session, acting: Caller | Job | None) -> None:
    """Let each transaction of a session begin by telling the database who acts.

    Local to the transaction: a connection goes back to its pool without a trace of the caller.
    """
    told = NOBODY if acting is None else acting.context

    def at_begin(_session: Session, _transaction: object, connection: Connection) -> None:
        connection.execute(TELL, told)

    event.listen(session, "after_begin", at_begin)


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
        url,
        pool_size=4,
        max_overflow=4,
        pool_timeout=POOL_PATIENCE_S,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    atexit.register(engine.dispose)
    return engine


@contextmanager
def seen_as(session: Session, caller: Caller) -> Iterator[None]:
    """Read as another caller of the same pool and municipality within the block.

    For figures that are to be the same for everybody who may see them. What is written within
    is undone, and so is the change of who acts: it belongs to a savepoint that is rolled back.

    Raises
    ------
    NotReady
        If the session is none of a caller's in that municipality.
    """
    acting = session.execute(
        text("SELECT current_user, current_setting('tryghed.municipality', true)")
    ).one()
    if tuple(acting) != (caller.pool, caller.municipality):
        raise NotReady("A session can only be read as somebody of its own municipality and pool.")
    inner = session.begin_nested()
    try:
        session.execute(TELL, caller.context)
        yield
    finally:
        inner.rollback()


@contextmanager
def said_in_words(socket_folder: Path | None = None) -> Iterator[None]:
    """Turn what a user can mend (no server, wrong password, full disk) into a sentence.

    A server that found no room for its log stops, and cannot say why to whoever waits: so the
    disk of `socket_folder`, which is the server's own, is looked at as well.
    """
    try:
        yield
    except PoolTimeout as error:
        raise NotReady("All connections to the database are taken. Try again soon.") from error
    except DBAPIError as error:
        reason = message_of(error)
        if _is_full_disk(error, socket_folder):
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


def _is_full_disk(error: DBAPIError, socket_folder: Path | None) -> bool:
    said = str(error.orig)
    if getattr(error.orig, "sqlstate", "") == "53100" or any(sign in said for sign in SIGNS):
        return True
    stopped = "closed the connection" in said
    return stopped and socket_folder is not None and is_full(socket_folder)


def message_of(error: DBAPIError) -> str:
    """Return the server's own first sentence; no statement, no parameters, no hints."""
    said = getattr(getattr(error.orig, "diag", None), "message_primary", None)
    lines = str(said or error.orig).strip().splitlines()
    return lines[0].strip() if lines else type(error.orig).__name__
