"""What must hold before a process serves anybody: the walls stand, and each role is inside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.errors import NotReady
from geo_service.storage.catalog import open_parts
from geo_service.storage.database import Database
from geo_service.storage.walls import fingerprint, standing_walls

SAFE_MINOR: Final = {15: 14, 16: 10, 17: 6}
"""First minor version of each PostgreSQL without known holes in row-level security
(CVE-2024-10976 and CVE-2025-8713 among them); newer majors never had them."""


def assert_walls(database: Database, roles: Iterable[str], *, open_catalog: bool = False) -> None:
    """Refuse to go on unless each role is as powerless as it should be.

    `open_catalog`: somebody has said that theirs cannot be closed.

    Raises
    ------
    NotReady
        If a role is somebody else, has powers past the walls, or the walls are not ours.
    """
    for role in roles:
        with database.session(role) as session:
            _assert_version(session)
            _assert_powerless(session, role)
            _assert_standing(session)
            if not open_catalog:
                _assert_closed(session, role)


def _assert_version(session: Session) -> None:
    number = int(str(session.scalar(text("SHOW server_version_num"))))
    major, minor = divmod(number, 10_000)
    if minor < SAFE_MINOR.get(major, 0):
        raise NotReady(
            f"PostgreSQL {major}.{minor} has known holes in row-level security; "
            f"{major}.{SAFE_MINOR[major]} closes them. Update the server's package "
            "(apt-get upgrade), restart the database and start again."
        )


def _assert_powerless(session: Session, role: str) -> None:
    found = session.execute(
        text("""
        SELECT r.rolname,
          r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
            AS powerful,
          EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) AS is_member,
          EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) AS owns
        FROM pg_roles r WHERE r.rolname = current_user AND current_user = session_user
    """)
    ).one_or_none()
    if found is None or found.rolname != role or found.powerful or found.is_member or found.owns:
        raise NotReady(
            f"The database role '{role}' has more power than it should (it is another user, a "
            "superuser, a member of another role, or owns tables). Nothing is served; "
            "`tryghed db migrate` as administrator sets up the roles."
        )


def _assert_closed(session: Session, role: str) -> None:
    if found := open_parts(session):
        raise NotReady(
            f"The catalog of the database tells '{role}' how many rows closed tables have, or the "
            f"source of functions ({', '.join(found[:3])}{' …' if len(found) > 3 else ''}). "  # noqa: PLR2004
            "Nothing is served; `tryghed db migrate` as a superuser closes it. Where nobody can "
            "be one, TRYGHED_OPEN_CATALOG=true says that it is known."
        )


def _assert_standing(session: Session) -> None:
    bare = session.scalar(
        text("""
        SELECT string_agg(n.nspname || '.' || c.relname, ', ' ORDER BY 1)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('raw', 'work') AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
    """)
    )
    if bare or standing_walls(session.connection()) != fingerprint():
        raise NotReady(
            "The walls in the database are not those of this program"
            f"{f' (no row-level security on {bare})' if bare else ''}. Nothing is served; "
            "`tryghed db migrate` builds them."
        )
