"""Rows of every protected table, planted for two municipalities, with a canary in every text.

Each row belongs to a variant: whose municipality, whose hotspot area, whose organisation and
team, released or not; `tests/access/owners.py` says who reaches which. A canary is a text that
stands nowhere else: where it turns up among the bytes that somebody can reach, that field of
that row has leaked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from geo_service.domain.kinds import KINDS
from geo_service.storage.tables import Base
from tests.make import SIDE, SOUTH, WEST

HOME, AWAY = "0101", "0851"
OWN_HOTSPOT, OTHER_HOTSPOT = "h-own", "h-other"
OWN_ORGANISATION, OTHER_ORGANISATION = "DSB", "Banedanmark"
OWN_TEAM, OTHER_TEAM = "t-own", "t-other"
EVENING = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
VALID_FROM = date(2014, 9, 1)


@dataclass(frozen=True)
class Variant:
    """Whose row it is."""

    municipality: str
    number: int
    others: frozenset[str] = frozenset()
    """What of it is somebody else's: hotspot, organisation, team; none of it is the caller's."""

    @property
    def mine(self) -> bool:
        """Of the caller's own hotspot area, organisation and team; released, where that exists."""
        return not self.others

    @property
    def hotspot(self) -> str:
        return OTHER_HOTSPOT if "hotspot" in self.others else OWN_HOTSPOT

    @property
    def organisation(self) -> str:
        return OTHER_ORGANISATION if "organisation" in self.others else OWN_ORGANISATION

    @property
    def team(self) -> str:
        return OTHER_TEAM if "team" in self.others else OWN_TEAM

    @property
    def code(self) -> str:
        return f"c{self.number}"

    @property
    def evening(self) -> date:
        """Agreements of one hotspot area lie one after the other."""
        return EVENING + timedelta(days=self.number) if len(self.others) == 1 else EVENING


@dataclass(frozen=True)
class Canary:
    """A text that stands in one field of one row and nowhere else."""

    text: str
    kind: str
    column: str
    variant: Variant


@dataclass
class Planted:
    """What was planted: rows by kind, and every canary."""

    canaries: list[Canary] = field(default_factory=list)
    keys: dict[str, dict[Variant, dict[str, Any]]] = field(default_factory=dict)

    def variants(self) -> list[Variant]:
        return list(self.keys["area"])


ALL_OTHERS = frozenset({"hotspot", "organisation", "team"})
VARIANTS = [
    Variant(HOME, 1),
    Variant(HOME, 2, ALL_OTHERS),
    Variant(AWAY, 3),
    Variant(AWAY, 4, ALL_OTHERS),
]
NEIGHBOURS = [
    Variant(HOME, number, frozenset({other}))
    for number, other in enumerate(("hotspot", "organisation", "team"), start=5)
]
"""The caller's own but for one thing: a wall that looks at another one lets these through."""
OF_TEAM = ("team", "team_setting")
"""One row for each team, whatever else its members' rows belong to."""


def plant(
    session: Session, *, copies: int = 1, variants: Sequence[Variant] = tuple(VARIANTS)
) -> Planted:
    """Plant one row per table and variant (`copies` rows of the tables with most text)."""
    planted = Planted()
    kind_of = {kind.table: code for code, kind in KINDS.items() if kind.table}
    for table in Base.metadata.sorted_tables:
        name = f"{table.schema}.{table.name}"
        if table.schema not in ("raw", "work") or name not in kind_of:
            continue
        kind = kind_of[name]
        planted.keys[kind] = {}
        for variant in variants:
            if (shared := _shared(planted, kind, variant)) is not None:
                planted.keys[kind][variant] = shared
                continue
            for copy in range(copies if kind in MANY else 1):
                row = _row(table, kind, variant, planted, copy)
                made = session.execute(sa.insert(table).values(**row).returning(*table.c)).one()
                planted.keys[kind].setdefault(variant, dict(made._mapping))
    return planted


def _shared(planted: Planted, kind: str, variant: Variant) -> dict[str, Any] | None:
    """Return the row that stands already, where a kind has one for each municipality or team."""
    for other, row in planted.keys[kind].items():
        same_team = kind in OF_TEAM and other.team == variant.team
        if other.municipality == variant.municipality and (same_team or kind == "municipality"):
            return row
    return None


MANY = ("incident", "project", "action", "log", "survey", "goal", "offer")


def _row(
    table: sa.Table, kind: str, variant: Variant, planted: Planted, copy: int
) -> dict[str, Any]:
    special = _special(kind, variant, planted, copy)
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name in special:
            row[column.name] = special[column.name]
        elif column.identity is not None:
            continue
        elif (value := _plain(column, table, variant, copy)) is not None:
            row[column.name] = value
        elif is_typed(kind, column):
            row[column.name] = _as_kept(column, _canary(planted, kind, column.name, variant))
        elif isinstance(column.type, sa.String) and not column.nullable:
            row[column.name] = f"x{variant.number}-{copy}"
    return row


NOT_TYPED = {
    **dict.fromkeys(("municipality_code", "hotspot_area_code", "area_code"), "whose the row is"),
    **dict.fromkeys(("rode_code", "member_code", "group_code"), "the code of an area"),
    **dict.fromkeys(("sha256", "method", "method_hash", "inputs_hash"), "made by the program"),
    **dict.fromkeys(("area.code", "coverage.code", "municipality.code"), "other rows name it"),
    **dict.fromkeys(("team.code", "project.partners", "project.owner"), "tells whose the row is"),
    **dict.fromkeys(("action.actor", "goal.measured_by"), "tells whose the row is"),
    "import.imported_by": "tells whose the row is",
    "import.kind": "which of our importers read it",
    "goal.target_category": "one of the words of the index",
}
"""Columns of text that hold nothing that somebody types or a file brings, and why: by name alone,
or by kind and name. Every other one has a canary, so a new column has one too."""


def is_typed(kind: str, column: sa.Column[Any]) -> bool:
    """Whether a column holds text as somebody typed it, or as a file brought it."""
    if f"{kind}.{column.name}" in NOT_TYPED:
        return False
    if isinstance(column.type, sa.Text):
        return True
    if not isinstance(column.type, sa.String | sa.ARRAY | sa.JSON) or column.name in NOT_TYPED:
        return False
    return _allowed(Base.metadata.tables[str(KINDS[kind].table)], column.name) is None


def _as_kept(column: sa.Column[Any], text: str) -> Any:
    return [text] if isinstance(column.type, sa.ARRAY | sa.JSON) else text


def _canary(planted: Planted, kind: str, column: str, variant: Variant) -> str:
    text = f"KANARIE{len(planted.canaries):05d}"
    planted.canaries.append(Canary(text, kind, column, variant))
    return text


def _plain(column: sa.Column[Any], table: sa.Table, variant: Variant, copy: int) -> Any:
    """Return a value for columns that mean the same everywhere; None for texts."""
    east = WEST + SIDE * (variant.number - 0.5) + copy
    point = f"SRID=25832;POINT({east} {SOUTH + 250})"
    outline = square(variant)
    by_name: dict[str, Any] = {
        "municipality_code": variant.municipality,
        "hotspot_area_code": variant.hotspot,
        "valid_from": VALID_FROM,
        "evening": variant.evening,
        "starts_at": NOW.replace(minute=copy % 60, microsecond=copy),
        "ends_at": NOW.replace(hour=22),
        "occurred_from": NOW,
        "occurred_to": NOW,
        "arrived_at": NOW.replace(minute=copy % 60, microsecond=copy),
        "agency": "street_team",
        "year": 2020 + copy % 5,
    }
    if column.name in by_name:
        return by_name[column.name]
    if column.name == "code" and table.name in ("area", "coverage_area"):
        return f"{variant.code}-{copy}"
    if column.name == "geom":
        return point if getattr(column.type, "geometry_type", "") == "POINT" else outline
    if (allowed := _allowed(table, column.name)) is not None:
        return allowed
    return _by_type(column)


def _by_type(column: sa.Column[Any]) -> Any:
    if column.nullable or column.server_default is not None:
        return None
    kinds: tuple[tuple[type[Any], Any], ...] = (
        (sa.Boolean, False),
        (sa.Integer, 1),
        (sa.Numeric, 1),
        (sa.Float, 1),
        (sa.DateTime, NOW),
        (sa.Date, EVENING),
        (sa.Time, time(18)),
    )
    return next((value for kind, value in kinds if isinstance(column.type, kind)), None)


def square(variant: Variant) -> str:
    """Return the ground of a variant's rode, coverage area and hotspot area."""
    west, east = WEST + SIDE * (variant.number - 1), WEST + SIDE * variant.number
    north = SOUTH + SIDE
    return (
        f"SRID=25832;MULTIPOLYGON((({west} {SOUTH},{east} {SOUTH},{east} {north},"
        f"{west} {north},{west} {SOUTH})))"
    )


def _allowed(table: sa.Table, column: str) -> str | None:
    """Return the first code that a CHECK of the table allows in a column."""
    for constraint in table.constraints:
        if not isinstance(constraint, sa.CheckConstraint):
            continue
        said = str(constraint.sqltext)
        if said.startswith(f"{column} IN ('"):
            return said.split("'")[1]
    return None


def _key(planted: Planted, kind: str, variant: Variant) -> Any:
    return planted.keys[kind][variant]["id"]


def _special(kind: str, variant: Variant, planted: Planted, copy: int) -> dict[str, Any]:
    """Return what makes a row somebody's own, and keys of other rows."""
    key = lambda other: _key(planted, other, variant)  # noqa: E731 - short for the table below
    by_kind: dict[str, Any] = {
        "municipality": lambda: {"code": variant.municipality, "is_demo": False},
        "area": lambda: {"kind": "rode"},
        "membership": lambda: {
            "member_kind": "rode",
            "member_code": f"{variant.code}-0",
            "group_kind": "hotspot_area",
            "group_code": variant.hotspot,
        },
        "import": lambda: (
            {"imported_by": "user:1" if variant.mine else "user:2", "rows_in_file": 1}
            | {"rows_stored": 1, "rows_rejected": 0, "rows_duplicate": 0}
        ),
        "population": lambda: _figure_area(variant) | {"sex": "all", "age_from": 0, "age_to": None},
        "survey": lambda: _area(variant) | {"share_pct": 10},
        "published_index": lambda: _figure_area(variant) | {"category": "ordinaert", "value": 1},
        "index": lambda: _figure_area(variant) | {"category": "ordinaert"},
        "incident_count": lambda: {"rode_code": f"{variant.code}-0"},
        "project": lambda: {
            "owner": variant.organisation,
            "partners": [],
            "baseline_cost_oere": 1,
            "forecast_cost_oere": 1,
        },
        "funding": lambda: {"improvement_project_id": key("project")},
        "action": lambda: {
            "improvement_project_id": key("project"),
            "actor": variant.organisation,
        },
        "offer": lambda: {"age_from": 10, "age_to": 17},
        "offer_hours": lambda: {"offer_id": key("offer"), "weekday": 1, "opens": time(15)},
        "offer_dated": lambda: {"offer_id": key("offer")},
        "goal": lambda: _area(variant) | {"measured_by": variant.organisation},
        "goal_value": lambda: {"effect_goal_id": key("goal")},
        "incident": lambda: {
            "rode_id": key("area"),
            "import_batch_id": key("import"),
            "crime_type": "uro",
        },
        "team": lambda: {"code": variant.team},
        "shift": lambda: {"team_id": key("team")},
        "team_setting": lambda: {"team_id": key("team")},
        "coverage": dict,
        "absence": lambda: {"team_id": key("team")},
        "staffed": lambda: {"coverage_area_id": key("coverage")},
        "staffed_hours": lambda: {"staffed_presence_id": key("staffed"), "weekday": 1},
        "commitment": lambda: {
            "coverage_area_id": key("coverage"),
            "evening_plan_id": key("plan"),
            "team_id": key("team"),
        },
        "amendment": lambda: {"evening_plan_id": key("plan")},
        "plan": lambda: {"first_evening": variant.evening, "last_evening": variant.evening},
        "proposal": lambda: {
            "first_evening": variant.evening,
            "last_evening": variant.evening,
            "result": proposal_result(_canary(planted, "proposal", "result", variant)),
        },
        "assignment": lambda: {
            "evening_plan_id": key("plan"),
            "team_id": key("team"),
            "coverage_area_id": key("coverage"),
        },
        "log": lambda: {
            "team_id": key("team"),
            "coverage_area_id": key("coverage"),
            "released_at": NOW if variant.mine else None,
        },
    }
    made: dict[str, Any] = by_kind.get(kind, dict)()
    return made


def proposal_result(remark: str) -> dict[str, Any]:
    """Return what is said of a plan with nobody in it."""
    names = ("method", "inputs_hash", "period")
    figures = ("objective", "bound", "need", "share", "joint_visits", "seed")
    lists = ("assignments", "gaps", "joint_prices", "baselines", "stages")
    stage = {"name": "cover", "what": "Behov", "value": 0, "bound": 0}
    return {
        **dict.fromkeys(names, "x"),
        **dict.fromkeys(figures, 0),
        **{name: [] for name in lists},
        "stages": [stage | {"state": "proven", "says": "bevist bedst"}],
        "cut": False,
        "remarks": [remark],
        "next_team": {"street_team": 0, "police": 0},
    }


def _area(variant: Variant) -> dict[str, Any]:
    return {"area_kind": "rode", "area_code": f"{variant.code}-0"}


def _figure_area(variant: Variant) -> dict[str, Any]:
    """A rode, or another hotspot area as a whole."""
    if variant.others == ALL_OTHERS:
        return {"area_kind": "hotspot_area", "area_code": variant.hotspot}
    return _area(variant)


def of_kind(planted: Planted, kind: str) -> Iterator[Variant]:
    """Yield the variants that a kind has a row of."""
    yield from planted.keys[kind]
