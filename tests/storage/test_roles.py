"""The walls between the login roles, tried from outside with real connections."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from geo_service.errors import NotReady
from geo_service.storage.assertions import assert_walls
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.storage.roles import LOGIN_ROLES, make_passwords, read_password

INCIDENT = "(SELECT oid FROM pg_class WHERE relname = 'incident')"
BOX = "ST_MakeEnvelope(700000, 6100000, 730000, 6200000, 25832)"
REFUSED = [
    ("web_pub", "SELECT * FROM raw.incident"),
    ("web_pub", "SELECT * FROM work.area"),
    ("web_pub", "SELECT * FROM adm.audit_entry"),
    ("web_pub", "INSERT INTO pub.release DEFAULT VALUES"),
    ("web_work", "SELECT * FROM raw.incident"),
    ("web_work", "SELECT * FROM raw.evening_plan"),
    ("web_raw", "SELECT * FROM adm.audit_entry"),
    ("web_raw", "DELETE FROM raw.incident"),
    ("web_auth", "SELECT * FROM raw.incident"),
    ("web_auth", "UPDATE adm.audit_entry SET actor = 'another'"),
    ("job", "DELETE FROM adm.audit_entry"),
    *[(role, "SET ROLE tryghed_owner") for role in LOGIN_ROLES],
    *[(role, "CREATE TABLE public.mine (x int)") for role in LOGIN_ROLES],
    *[
        (role, f"SELECT {function}")
        for role in LOGIN_ROLES
        for function in (
            f"_postgis_stats({INCIDENT}, 'geom')",
            f"_postgis_index_extent({INCIDENT}, 'geom')",
            f"_postgis_selectivity({INCIDENT}, 'geom', {BOX})",
        )
    ],
    *[
        (role, statement)
        for role in LOGIN_ROLES
        for statement in (
            "SELECT reltuples FROM pg_class",
            "SELECT * FROM pg_class",
            "SELECT prosrc FROM pg_proc",
            "SELECT n_live_tup FROM pg_stat_all_tables",
            "SELECT n_tup_ins FROM pg_stat_user_tables",
            "SELECT seq_scan FROM pg_stat_xact_all_tables",
            "SELECT heap_blks_read FROM pg_statio_all_tables",
            "SELECT tup_inserted FROM pg_stat_database",
            "SELECT n_distinct FROM pg_stats",
            "SELECT query FROM pg_stat_activity",
            f"SELECT pg_stat_get_live_tuples({INCIDENT})",
            f"SELECT pg_total_relation_size({INCIDENT})",
            "SELECT pg_database_size(current_database())",
            "SELECT pg_get_functiondef('public.postgis_version'::regproc)",
        )
    ],
    *[(role, "SELECT ST_EstimatedExtent('raw', 'incident', 'geom')") for role in LOGIN_ROLES],
]


@pytest.mark.parametrize(("role", "statement"), REFUSED)
def test_a_role_may_not_do_more_than_its_work(
    database: Database, role: str, statement: str
) -> None:
    with (
        database.engine(role).connect() as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize("role", LOGIN_ROLES)
def test_no_role_has_powers_that_pass_the_walls(database: Database, role: str) -> None:
    with database.engine(role).connect() as connection:
        powers = connection.execute(
            text(
                "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole"
                " FROM pg_roles WHERE rolname = current_user"
            )
        ).one()
        memberships = connection.scalar(
            text(
                "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
                " WHERE r.rolname = current_user"
            )
        )
    assert not any(powers)
    assert memberships == 0


@pytest.mark.parametrize("password", [None, "", "wrong"])
@pytest.mark.parametrize("role", ["postgres", *LOGIN_ROLES])
def test_no_password_or_a_wrong_one_is_refused(
    cluster: Cluster, database: Database, role: str, password: str | None
) -> None:
    url = database.address.set(username=role, password=password)
    engine = create_engine(url, poolclass=NullPool, connect_args={"passfile": "/dev/null"})
    with pytest.raises(OperationalError, match=r"no password supplied|password authentication"):
        engine.connect()


def test_passwords_are_private_and_never_replaced(cluster: Cluster) -> None:
    before = make_passwords(cluster.secrets)
    assert make_passwords(cluster.secrets) == before
    assert len(set(before.values())) == len(before)
    for role in before:
        assert (cluster.secrets / role).stat().st_mode & 0o777 == 0o600
    assert (cluster.secrets).stat().st_mode & 0o777 == 0o700


def test_a_missing_password_says_where_it_should_be(cluster: Cluster) -> None:
    with pytest.raises(NotReady, match=r"secrets/nobody .*TRYGHED_SECRETS_DIR"):
        read_password(cluster.secrets, "nobody")


def test_the_service_does_not_start_on_a_catalog_that_tells(
    own_database: Callable[[str], Database],
) -> None:
    """One grant too many is found; whoever says that they know of it starts all the same."""
    database = own_database("tryghed_open_catalog")
    assert_walls(database, LOGIN_ROLES)
    for grant in (
        "GRANT SELECT (reltuples) ON pg_class TO web_pub",
        "GRANT SELECT ON pg_stat_all_tables TO web_pub",
        "GRANT EXECUTE ON FUNCTION pg_stat_get_live_tuples(oid) TO web_pub",
        "GRANT SELECT ON pg_proc TO web_pub",
    ):
        with database.as_administrator() as connection:
            connection.execute(text(grant))
        with pytest.raises(NotReady, match="catalog"):
            assert_walls(database, ["web_pub"])
        assert_walls(database, ["web_pub"], open_catalog=True)
        with database.as_administrator() as connection:
            connection.execute(text(grant.replace("GRANT", "REVOKE").replace(" TO ", " FROM ")))
    assert_walls(database, LOGIN_ROLES)


@pytest.mark.parametrize("role", LOGIN_ROLES)
def test_clients_still_find_tables_columns_and_types(database: Database, role: str) -> None:
    with database.engine(role).connect() as connection:
        assert (
            connection.scalar(text("SELECT 'spatial_ref_sys'::regclass::text")) == "spatial_ref_sys"
        )
        for question in (
            "SELECT oid, relname, relkind, relnamespace, relrowsecurity FROM pg_class",
            "SELECT oid, proname, prorettype, proargtypes FROM pg_proc",
            "SELECT typname, oid, typarray FROM pg_type",
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute",
            "SELECT * FROM information_schema.columns",
        ):
            assert connection.execute(text(question)).first() is not None
