"""One private PostGIS for the whole run, built by the migrations we ship; a rollback per test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from geo_service.cli.quality import PLUGINS
from geo_service.domain.callers import Job
from geo_service.settings import Settings, get_settings
from geo_service.storage.bootstrap import prepare
from geo_service.storage.cluster import Cluster, open_cluster
from geo_service.storage.database import Database, tell
from geo_service.storage.roles import LOGIN_ROLES

TEMPLATE = "tryghed_template"
pytest_plugins = [f"tests.plugins.{name}" for name in PLUGINS]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A throw-away cluster that dies with us; its folder's name is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="tryghed-test-"))
    folder.chmod(0o755)  # the server's own user must be able to reach it
    cluster = open_cluster(folder / "state")
    cluster.up(crash_safe=False, die_with_parent=True)
    yield cluster
    cluster.down()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def database(cluster: Cluster) -> Iterator[Database]:
    """The database on it, with our schema and roles."""
    database = Database(address=cluster.url, secrets=cluster.secrets)
    prepare(database)
    yield database
    from geo_service.storage.database import _engine

    for role in LOGIN_ROLES:
        database.engine(role).dispose()
    _engine.cache_clear()


@pytest.fixture(scope="session")
def engine(database: Database) -> Engine:
    """The engine of the role that imports and computes."""
    return database.engine("job")


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session of the role `job` for all municipalities; its commits are undone afterwards."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            tell(session, Job("os:test", municipalities=None))
            yield session
        outer.rollback()


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of a database with our schema in which nobody works: others are copies of it."""
    database = Database(address=cluster.url.set(database=TEMPLATE), secrets=cluster.secrets)
    prepare(database)
    return TEMPLATE


@pytest.fixture(scope="module")
def own_database(cluster: Cluster, template: str) -> Iterator[Callable[[str], Database]]:
    """Make a database of a module's own, by name, for tests that have to commit."""
    made: list[Database] = []

    def make(name: str) -> Database:
        database = Database(address=cluster.url.set(database=name), secrets=cluster.secrets)
        with database.as_administrator("postgres") as server:
            server.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        prepare(database)  # rights to the database itself are not copied
        made.append(database)
        return database

    yield make
    for database in made:
        for role in LOGIN_ROLES:
            database.engine(role).dispose()
        with database.as_administrator("postgres") as server:
            server.execute(text(f"DROP DATABASE {database.address.database} WITH (FORCE)"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that ask for it are marked `shared_data`."""
    return get_settings().shared_data


@pytest.fixture
def settings(cluster: Cluster, tmp_path: Path) -> Settings:
    """Settings of a service on the test database, with a folder of maps of its own."""
    return Settings(
        state=tmp_path,
        secrets_dir=cluster.secrets,
        database_url=cluster.url.set(drivername="postgresql").render_as_string(),
    )
