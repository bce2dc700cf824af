"""The walls inside the database, built from the declaration of access.

After every migration: what each login role may do at all (grants), which rows of `raw` and
`work` each caller's role reaches (row-level security), and the few functions that read past it
with the declared scope of their own. A fingerprint tells whether the walls are those of this
program; a web process checks it before it starts.

The caller stands in settings of the transaction (`tryghed.role`, `tryghed.municipality` …),
which `storage/database.py` writes at every begin. Where none is set nothing is seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, Connection, DefaultClause, text

from geo_service.domain.access import POOL_OF, RIGHTS, TAKEN_AWAY, Limit, Role, fields_of
from geo_service.domain.kinds import KINDS
from geo_service.domain.retention import LEAST_AUDIT_DAYS
from geo_service.domain.vocabulary import PUBLIC_SPACE_TYPES
from geo_service.storage.roles import LOGIN_ROLES
from geo_service.storage.tables import Base
from geo_service.storage.wall_rows import of_job, reach, writable

FUNCTIONS: Final = Path(__file__).resolve().parent / "functions"
WEB_POOLS: Final = ("web_raw", "web_work")
BEHIND_WALLS: Final = ("raw", "work")

MAY_CALL: Final = {
    "adm.actor_name": ("web_auth", "web_raw", "web_work", "job"),
    "raw.incident_seen": ("web_raw",),
    "raw.incident_counts": ("web_raw",),
    "raw.incident_cells": ("web_raw",),
    "raw.incident_hours": ("web_raw",),
    "raw.incident_days": ("web_raw",),
    "raw.incident_needed": ("web_raw",),
    "raw.incident_words": ("web_raw",),
    "raw.note_released": ("web_raw",),
    "raw.presence_given": ("web_raw",),
    "raw.own_plans": ("web_raw",),
    "raw.police_beside": ("web_raw",),
    "adm.due_for_deletion": ("web_auth",),
    "adm.seal_audit": ("web_auth", "job"),
    "adm.forget_audit": ("job",),
}
"""Who may call the functions that read past row-level security; `functions/` holds them."""
AUDIT_LOCK: Final = 7_243_212  # one sealer at a time; migrations lock the number before
ONLY_BY_FUNCTION: Final = {
    ("incident", Role.hotspot_chief),
    ("log", Role.police),
}
"""Rights to some fields or to a coarser place: never through the table itself."""
ONLY_ADDED: Final = frozenset(
    {
        "precision",
        "amendment",
        "presence_rule",
        "street_team_choice",
        "police_choice",
        "need_choice",
        "level_choice",
    }
)
"""Kinds whose rows are a history: whoever may write adds one, and changes none."""

ADM_GRANTS: Final = (
    "GRANT USAGE ON SCHEMA adm TO web_auth, web_raw, web_work, job",
    "GRANT SELECT ON adm.alembic_version TO web_auth, web_raw, web_work, job",
    # appended by everybody who acts, read by the administration, changed by nobody; the number,
    # the time, the salt and the seal of an entry are the database's own
    (
        "GRANT INSERT (actor, role, action, object_kind, object_ref, municipality_code, purpose,"
        " detail) ON adm.audit_entry TO web_auth, web_raw, web_work, job"
    ),
    "GRANT SELECT (at, municipality_code, action) ON adm.audit_entry TO job",  # what is due
    "GRANT SELECT ON adm.audit_entry, adm.audit_seal TO web_auth",
    (
        "GRANT SELECT, INSERT, UPDATE ON adm.user_account, adm.user_right, adm.web_session,"
        " adm.invitation, adm.calendar_feed, adm.setting, adm.retention_rule TO web_auth"
    ),
    "GRANT SELECT, INSERT, DELETE ON adm.sign_in_state TO web_auth",
    "GRANT SELECT ON adm.retention_run TO web_auth",
    "GRANT SELECT ON adm.setting TO web_raw, web_work, job",
    "GRANT SELECT ON adm.retention_rule TO job",
    "GRANT SELECT, INSERT ON adm.retention_run TO job",
    # deleted by age: who, until when, and no secret of theirs
    "GRANT DELETE ON adm.web_session, adm.invitation, adm.sign_in_state, adm.calendar_feed TO job",
    "GRANT SELECT (id, user_id, right_id, expires_at, ended_at) ON adm.web_session TO job",
    "GRANT SELECT (expires_at, used_at) ON adm.invitation TO job",
    "GRANT SELECT (expires_at) ON adm.sign_in_state TO job",
    "GRANT SELECT (revoked_at) ON adm.calendar_feed TO job",
    # scopes are given in words: names of municipalities and areas, and no outline
    "GRANT USAGE ON SCHEMA work TO web_auth",
    "GRANT SELECT ON work.municipality TO web_auth",
    (
        "GRANT SELECT (id, municipality_code, kind, code, name, valid_from, valid_to)"
        " ON work.area TO web_auth"
    ),
)
PUB_GRANTS: Final = (
    "GRANT USAGE ON SCHEMA pub TO web_pub, job",
    "GRANT SELECT ON ALL TABLES IN SCHEMA pub TO web_pub, job",
    "GRANT INSERT ON ALL TABLES IN SCHEMA pub TO job",
)


def build_walls(connection: Connection) -> bool:
    """Build the walls if they are not those of this program; return whether it did.

    Needs the owner's connection, with the newest schema. In the transaction of the caller.
    """
    if standing_walls(connection) == fingerprint():
        return False
    for statement in _statements():
        connection.exec_driver_sql(statement.replace("%", "%%"))
    connection.exec_driver_sql(f"COMMENT ON SCHEMA adm IS 'walls {fingerprint()}'")
    return True


def standing_walls(connection: Connection) -> str | None:
    """Return the fingerprint of the walls in the database, None if there are none."""
    said = connection.scalar(
        text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'adm'")
    )
    return str(said).removeprefix("walls ") if said else None


@cache
def fingerprint() -> str:
    """Return a hash of everything the walls consist of."""
    return hashlib.sha256("\n".join(_statements()).encode()).hexdigest()


def _statements() -> Iterator[str]:
    """Build the walls, statement by statement; the same for the same declaration."""
    yield from _tear_down()
    yield from _functions()
    yield from _grants()
    for kind in sorted(KINDS):
        if (table := KINDS[kind].table) and table.split(".")[0] in BEHIND_WALLS:
            yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
            yield from _policies(kind, table)


def _tear_down() -> Iterator[str]:
    roles = ", ".join(LOGIN_ROLES)
    for schema in (*BEHIND_WALLS, "pub", "adm"):
        yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {roles}"
        yield f"REVOKE ALL ON SCHEMA {schema} FROM {roles}"
        yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC, {roles}"
    yield """
        DO $$
        DECLARE p record;
        BEGIN
          FOR p IN SELECT schemaname, tablename, policyname FROM pg_policies
                   WHERE schemaname IN ('raw', 'work', 'pub', 'adm')
          LOOP EXECUTE format('DROP POLICY %I ON %I.%I', p.policyname, p.schemaname, p.tablename);
          END LOOP;
          -- made anew below: CREATE OR REPLACE refuses other columns, and keeps old signatures
          FOR p IN SELECT oid::regprocedure AS signature FROM pg_proc
                   WHERE pronamespace IN ('raw'::regnamespace, 'work'::regnamespace)
          LOOP EXECUTE format('DROP FUNCTION %s', p.signature); END LOOP;
        END $$"""


def _functions() -> Iterator[str]:
    types = ", ".join(f"'{one}'" for one in PUBLIC_SPACE_TYPES)
    for path in sorted(FUNCTIONS.glob("*.sql")):
        yield (
            path.read_text(encoding="utf-8")
            .replace("{public_types}", f"ARRAY[{types}]")
            .replace("{audit_lock}", str(AUDIT_LOCK))
            .replace("{audit_days}", str(LEAST_AUDIT_DAYS))
        )
    for schema in (*BEHIND_WALLS, "adm"):
        yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC"
    for name, roles in MAY_CALL.items():
        yield f"GRANT EXECUTE ON FUNCTION {name} TO {', '.join(roles)}"


def _grants() -> Iterator[str]:
    """Say what each login role may do at all; which rows, the policies say."""
    yield "GRANT USAGE ON SCHEMA raw, work TO web_raw, job"
    yield "GRANT USAGE ON SCHEMA work TO web_work"
    yield "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA raw, work TO job"
    for pool in WEB_POOLS:
        for kind in sorted(KINDS):
            table = KINDS[kind].table
            if table is None or table.split(".")[0] not in BEHIND_WALLS:
                continue
            if _directly(f"{kind}.read", pool):
                yield f"GRANT SELECT ({_columns(kind, 'read', pool)}) ON {table} TO {pool}"
            if _directly(f"{kind}.write", pool):
                columns = _columns(kind, "write", pool)
                for change in ("INSERT",) if kind in ONLY_ADDED else ("INSERT", "UPDATE"):
                    yield f"GRANT {change} ({columns}) ON {table} TO {pool}"
                if kind in TAKEN_AWAY:
                    yield f"GRANT DELETE ON {table} TO {pool}"
            if _directly(f"{kind}.agree", pool):
                yield f"GRANT UPDATE ({_columns(kind, 'agree', pool)}) ON {table} TO {pool}"
    yield from ADM_GRANTS
    yield from PUB_GRANTS


def _policies(kind: str, table: str) -> Iterator[str]:
    """Row-level security of one table: a policy per pool and operation, and the jobs'."""
    job = of_job(kind)
    yield f"CREATE POLICY job ON {table} FOR ALL TO job USING ({job}) WITH CHECK ({job})"
    if kind in ("municipality", "area"):
        yield f"CREATE POLICY names ON {table} FOR SELECT TO web_auth USING (true)"
    for pool in WEB_POOLS:
        if seen := _rows(kind, "read", pool):
            yield f"CREATE POLICY read_{pool} ON {table} FOR SELECT TO {pool} USING ({seen})"
        if kept := _rows(kind, "write", pool):
            yield f"CREATE POLICY add_{pool} ON {table} FOR INSERT TO {pool} WITH CHECK ({kept})"
            yield (
                f"CREATE POLICY change_{pool} ON {table} FOR UPDATE TO {pool}"
                f" USING ({kept}) WITH CHECK ({kept})"
            )
            if kind in TAKEN_AWAY and seen:  # a DELETE without a condition asks no policy to read
                both = f"({kept}) AND ({seen})"
                yield f"CREATE POLICY take_{pool} ON {table} FOR DELETE TO {pool} USING ({both})"
        if agreed := _rows(kind, "agree", pool):
            yield (
                f"CREATE POLICY agree_{pool} ON {table} FOR UPDATE TO {pool}"
                f" USING ({agreed}) WITH CHECK ({agreed})"
            )


def _directly(policy: str, pool: str) -> dict[Role, Limit]:
    """Roles of a pool that reach the table itself under a policy, and how far."""
    kind = policy.split(".", maxsplit=1)[0]
    return {
        role: right.limit
        for role, right in RIGHTS.get(policy, {}).items()
        if POOL_OF[role] == pool and (kind, role) not in ONLY_BY_FUNCTION
    }


def _columns(kind: str, operation: str, pool: str) -> str:
    """Return the columns that roles of a pool see or set: those declared, and no others.

    What the database itself makes (numbers, moments of recording) is set by nobody.
    """
    policy = f"{kind}.{operation}"
    declared = {name for role in _directly(policy, pool) for name in fields_of(role, policy)}
    return ", ".join(
        column.name
        for column in Base.metadata.tables[KINDS[kind].table or ""].columns
        if column.name in declared and not (operation == "write" and _made(column))
    )


def _made(column: Column[Any]) -> bool:
    if column.name == "changed_at":  # whoever changes a row sets when
        return False
    default = column.server_default
    says = str(default.arg) if isinstance(default, DefaultClause) else ""
    return column.identity is not None or says == "now()"


def _rows(kind: str, operation: str, pool: str) -> str | None:
    """Return when a row may be seen or written by callers of a pool, None for never."""
    parts = []
    for role, limit in sorted(_directly(f"{kind}.{operation}", pool).items()):
        rows = reach(kind, limit) if operation == "read" else writable(kind, role, limit)
        parts.append(f"(SELECT current_setting('tryghed.role', true)) = '{role}' AND ({rows})")
    return " OR ".join(f"({part})" for part in parts) or None
