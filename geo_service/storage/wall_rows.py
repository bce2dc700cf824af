"""Which rows a caller reaches, as conditions of SQL: the row-level half of the walls.

The caller stands in settings of the transaction; a subquery is under the same walls itself.
"""

from __future__ import annotations

from typing import Final

from geo_service.domain.access import Limit, Role
from geo_service.domain.kinds import KINDS
from geo_service.storage.tables import Base

IN_MUNICIPALITY: Final = (
    "municipality_code = (SELECT current_setting('tryghed.municipality', true))"
)
ALL_HOTSPOTS: Final = "(SELECT current_setting('tryghed.hotspot_areas', true)) = '*'"
OWN_HOTSPOTS: Final = (
    "((SELECT string_to_array(current_setting('tryghed.hotspot_areas', true), ','))::text[])"
)
ORGANISATION: Final = "(SELECT nullif(current_setting('tryghed.organisation', true), ''))"
ROLE: Final = "(SELECT current_setting('tryghed.role', true))"
TEAM: Final = "(SELECT nullif(current_setting('tryghed.team', true), ''))"
ACTOR: Final = "(SELECT nullif(current_setting('tryghed.actor', true), ''))"
IN_JOB: Final = (
    "((SELECT current_setting('tryghed.municipalities', true)) = '*' OR municipality_code = ANY"
    " ((SELECT string_to_array(current_setting('tryghed.municipalities', true), ','))::text[]))"
)

# how a row belongs to a hotspot area, and to its own; a subquery is under the same walls
_OF_COVERAGE: Final = "coverage_area_id IN (SELECT id FROM raw.coverage_area)"
_OF_HOTSPOT_COLUMN: Final = f"hotspot_area_code = ANY {OWN_HOTSPOTS}"
_OF_PLAN: Final = "evening_plan_id IN (SELECT id FROM raw.evening_plan)"
_OF_TEAM: Final = "team_id IN (SELECT id FROM raw.team)"
_OF_PATROL: Final = "team_id IN (SELECT id FROM raw.team WHERE agency = 'police')"
_OF_AREA: Final = (
    f"(area_kind = 'hotspot_area' AND area_code = ANY {OWN_HOTSPOTS} OR EXISTS (SELECT FROM"
    " work.membership m WHERE m.municipality_code = {table}.municipality_code"
    " AND m.member_kind = {table}.area_kind AND m.member_code = {table}.area_code"
    f" AND m.group_kind = 'hotspot_area' AND m.group_code = ANY {OWN_HOTSPOTS}))"
)
HOTSPOT_ROWS: Final = {
    "population": _OF_AREA,
    "published_index": _OF_AREA,
    "index": _OF_AREA,
    "coverage": _OF_HOTSPOT_COLUMN,
    "plan": _OF_HOTSPOT_COLUMN,
    "commitment": _OF_COVERAGE,
    "log": _OF_COVERAGE,
    "assignment": _OF_PLAN,
    "amendment": _OF_PLAN,
    "proposal": _OF_HOTSPOT_COLUMN,
    "suspension": _OF_HOTSPOT_COLUMN,
    "activity": f"(hotspot_area_code IS NULL OR {_OF_HOTSPOT_COLUMN})",
    "staffed": _OF_COVERAGE,
    "staffed_hours": "staffed_presence_id IN (SELECT id FROM raw.staffed_presence)",
}
OWN_ROWS: Final = {
    "project": f"(owner = {ORGANISATION} OR {ORGANISATION} = ANY (partners))",
    "funding": "improvement_project_id IN (SELECT id FROM work.improvement_project)",
    "action": f"actor = {ORGANISATION}",
    "goal": f"measured_by = {ORGANISATION}",
    "goal_value": "effect_goal_id IN (SELECT id FROM work.effect_goal)",
    "commitment": f"CASE {ROLE} WHEN 'police' THEN agency = 'police'"
    f" ELSE agency = 'street_team' AND {_OF_COVERAGE}"
    f" AND (team_id IS NULL OR {_OF_TEAM}) END",
    "plan": "id IN (SELECT raw.own_plans())",
    "import": f"imported_by = {ACTOR}",
    "coverage": "agency = 'police'",
    "team": f"CASE {ROLE} WHEN 'police' THEN agency = 'police' ELSE code = {TEAM} END",
    "shift": f"CASE {ROLE} WHEN 'police' THEN {_OF_PATROL} ELSE {_OF_TEAM} END",
    "team_setting": _OF_TEAM,
    "absence": _OF_TEAM,
    "assignment": _OF_TEAM,
    "log": _OF_TEAM,
}
RELEASED_ROWS: Final = {"log": "released_at IS NOT NULL"}
WRITABLE_ROWS: Final = {("log", Role.street_team): "released_at IS NULL"}
"""What else must hold of a row before and after somebody of a role writes it."""

WITHOUT_MUNICIPALITY: Final = {"offer_hours": "offer_id IN (SELECT id FROM work.offer)"}
MUNICIPALITY_ITSELF: Final = IN_JOB.replace("municipality_code", "code")


def of_job(kind: str) -> str:
    """Return which rows of a kind a job reaches: those of its municipalities."""
    return {"municipality": MUNICIPALITY_ITSELF, **WITHOUT_MUNICIPALITY}.get(kind, IN_JOB)


def reach(kind: str, limit: Limit) -> str:
    """Return when a row of a kind is within a limit of the caller."""
    table = KINDS[kind].table or ""
    if kind in WITHOUT_MUNICIPALITY:
        return WITHOUT_MUNICIPALITY[kind]  # its parent is under the walls of its own
    if limit is Limit.everywhere:
        return "true"
    if limit is Limit.municipality:
        return IN_MUNICIPALITY
    if limit is Limit.district:
        return f"{IN_MUNICIPALITY} AND area_kind IN ('district', 'rode')"
    if limit is Limit.hotspot:
        rows = HOTSPOT_ROWS[kind].replace("{table}", table)
        return f"{IN_MUNICIPALITY} AND ({ALL_HOTSPOTS} OR {rows})"
    rows = OWN_ROWS[kind] if limit is Limit.own else RELEASED_ROWS[kind]
    return f"{IN_MUNICIPALITY} AND {rows}"


def writable(kind: str, role: Role, limit: Limit) -> str:
    """Return when somebody of a role may write a row: within reach, as is all it points at.

    The database checks that what a key points at exists, and not whether the writer knows of it.
    """
    table = Base.metadata.tables[KINDS[kind].table or ""]
    parts = [reach(kind, limit)]
    if (kind, role) in WRITABLE_ROWS:
        parts.append(WRITABLE_ROWS[kind, role])
    for key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
        parent = key.column.table
        if parent.name not in ("municipality", table.name):  # its own wall cannot ask itself
            name = key.parent.name
            known = f"SELECT {key.column.name} FROM {parent.schema}.{parent.name}"  # noqa: S608
            seen = f"{name} IN ({known})"
            parts.append(f"({name} IS NULL OR {seen})" if key.parent.nullable else seen)
    return " AND ".join(f"({part})" for part in dict.fromkeys(parts))
