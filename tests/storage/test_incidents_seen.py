"""Who sees which incidents, and how precisely; the oracle is written from the words."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from functools import cache

import numpy as np
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from geo_service.domain.access import POOL_OF, SIGNED_IN, Role
from geo_service.domain.incident_question import Question
from geo_service.domain.vocabulary import CRIME_TYPES, PUBLIC_SPACE_TYPES
from geo_service.storage import incidents_seen as seen
from geo_service.storage.database import Database
from geo_service.storage.incident_parts import read_parts
from geo_service.storage.incidents_needed import COLUMNS, read_needed
from tests import people
from tests.storage import seen_town as town
from tests.storage.seen_town import Seen

SCOPES = {"all": None, "own": (town.HOTSPOT,), "none": ()}
FIELD = 250
ALL_TYPES = tuple(CRIME_TYPES)


def spread() -> list[Seen]:
    """Incidents of every type and setting, all over the town and outside its roder."""
    rng = np.random.default_rng(9)
    types, settings = list(CRIME_TYPES), ["public_space", "indoor", "unknown"]
    return [
        Seen(
            (town.WEST + rng.uniform(-60, 1_780), town.SOUTH + rng.uniform(-60, 1_780)),
            types[n % len(types)],
            settings[n % len(settings)],
            minutes=int(rng.integers(0, 28 * 1_440)),
            found_by=("citizen", "unknown", "citizen", "patrol")[n % 4],
        )
        for n in range(240)
    ]


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_seen")
    town.build(database)
    with database.working(people.EVERYWHERE) as session:
        town.plant(session, town.WORLDS[0], spread())
        town.plant(session, town.WORLDS[1], spread()[:50])
    return database


def precisely(database: Database, precision: str | None) -> None:
    with database.working(people.EVERYWHERE) as session:
        town.set_precision(session, precision)


@cache
def rode_at(point: tuple[float, float]) -> str | None:
    roder = town.roder()
    found = roder.loc[shapely.intersects(roder.geometry.to_numpy(), shapely.Point(point)), "code"]
    return None if found.empty else str(found.iloc[0])


def expected(role: Role, precision: str, hotspots: tuple[str, ...] | None) -> list[Seen]:
    """The incidents that the words of the declaration let somebody see."""
    if role not in (Role.police, Role.hotspot_chief):
        return []
    members = {town.HOTSPOT: town.IN_HOTSPOT}
    mine = None if hotspots is None else {code for one in hotspots for code in members[one]}
    return [
        one
        for one in spread()
        if (mine is None or rode_at(one.point) in mine)
        and (
            role is Role.police
            or (one.crime_type in PUBLIC_SPACE_TYPES and one.setting != "indoor")
        )
    ]


@pytest.mark.parametrize("role", ["police", "hotspot_chief"])
def test_sums_by_part_are_those_of_the_counts(own: Database, role: Role) -> None:
    question = Question(first=date(2026, 10, 19), until=date(2026, 10, 26), crime_types=ALL_TYPES)
    precisely(own, "rode")
    with own.acting(town.caller(Role(role))) as session:
        counts = seen.read_counts(session, question, roder=None, earlier=2)
        parts = read_parts(session, question, roder=None, earlier=2)
    assert counts["period"].nunique() == 3
    for column, counted in zip(("crime_type", "rode"), parts, strict=True):
        sums = counts.fillna({"rode": ""}).groupby([column, "period"])["incidents"].sum()
        told = {(p.code, n): count for p in counted for n, count in enumerate(p.by_period) if count}
        assert told == sums.to_dict()
    names = dict(counts.dropna().groupby("rode")["rode_name"].first())
    assert {part.code: part.name for part in parts[1] if part.code} == names


@pytest.mark.parametrize("hotspots", SCOPES.values(), ids=SCOPES.keys())
@pytest.mark.parametrize("precision", [None, "rode", "250m", "point"])
@pytest.mark.parametrize("role", [role for role in SIGNED_IN if POOL_OF[role] == "web_raw"])
def test_a_role_sees_the_incidents_of_its_scope_as_precisely_as_the_police_set(
    own: Database, role: Role, precision: str | None, hotspots: tuple[str, ...] | None
) -> None:
    precisely(own, precision)
    level = "point" if role is Role.police else precision or "rode"
    wanted = expected(role, level, hotspots)
    with own.acting(town.caller(role, hotspots=hotspots)) as session:
        rows, after = seen.read_page(session, town.question(), roder=None, most=1_000)
        counts = seen.read_counts(session, town.question(), roder=None)
        cells = seen.read_cells(session, town.question(), roder=None, side_m=100)
        weights, number = seen.read_hours(session, town.question(), roder=None)
    assert after is None
    assert len(rows) == number == counts["incidents"].sum() == len(wanted)
    assert math.isclose(weights.sum(), len(wanted), abs_tol=1e-6)
    types = sorted((one.crime_type, one.setting, one.minutes) for one in wanted)
    told = sorted(
        (r["crime_type"], r["setting"], (r["occurred_from"] - town.START).total_seconds() / 60)
        for r in rows
    )
    assert [row[:2] for row in told] == [row[:2] for row in types]
    assert {row["seen_as"] for row in rows} <= {level}
    if level == "rode":
        assert cells.empty
        assert all(row["longitude"] is None for row in rows)
        with_rode = sorted(rode_at(one.point) or "" for one in wanted)
        assert sorted(row["rode"] or "" for row in rows) == with_rode
    else:
        assert cells["incidents"].sum() == len(wanted)
        assert set(cells["side_m"]) <= {100 if level == "point" else FIELD}
    hidden = ("id", "source_system", "source_ref", "found_by")
    for row in rows:
        assert (role is Role.police) == all(row[name] is not None for name in hidden)
        assert (role is Role.police) == any(row[name] is not None for name in hidden)


@pytest.mark.parametrize("hotspots", SCOPES.values(), ids=SCOPES.keys())
@pytest.mark.parametrize("precision", ["rode", "250m", "point"])
@pytest.mark.parametrize("role", [role for role in SIGNED_IN if POOL_OF[role] == "web_raw"])
def test_need_is_counted_from_the_same_without_what_patrols_found(
    own: Database, role: Role, precision: str, hotspots: tuple[str, ...] | None
) -> None:
    precisely(own, precision)
    level = "point" if role is Role.police else precision
    wanted = [one for one in expected(role, level, hotspots) if one.found_by != "patrol"]
    period = {"since": town.question().begin(), "until": town.question().before}
    with own.acting(town.caller(role, hotspots=hotspots)) as session:
        found = read_needed(session, **period, crime_types=CRIME_TYPES)
        fewer = read_needed(session, **period, crime_types=("uro",))
    assert list(found.columns) == [*COLUMNS, "geometry"]
    assert sorted(zip(found["crime_type"], found["setting"], strict=True)) == sorted(
        (one.crime_type, one.setting) for one in wanted
    )
    assert len(fewer) == sum(one.crime_type == "uro" for one in wanted)
    assert set(found["seen_as"]) <= {level}
    assert found.geometry.isna().all() if level == "rode" else found.geometry.notna().all()
    if level == "250m":
        assert (np.column_stack([found.geometry.x, found.geometry.y]) % FIELD == FIELD / 2).all()


def test_another_municipality_is_never_seen(own: Database) -> None:
    precisely(own, "point")
    for role in (Role.police, Role.hotspot_chief):
        with own.acting(town.caller(role, place="0147")) as session:
            assert seen.read_page(session, town.question(), roder=None, most=10) == ([], None)


@pytest.mark.parametrize("role", [role for role in SIGNED_IN if POOL_OF[role] != "web_raw"])
def test_who_may_not_read_incidents_may_not_call_the_functions(own: Database, role: Role) -> None:
    for read in (seen.read_counts, seen.read_hours):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            own.session(POOL_OF[role], town.caller(role)) as session,
        ):
            read(session, town.question(), roder=None)
    period = {"since": town.question().begin(), "until": town.question().before}
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        own.session(POOL_OF[role], town.caller(role)) as session,
    ):
        read_needed(session, **period, crime_types=CRIME_TYPES)


@pytest.mark.parametrize(
    "call",
    [
        "raw.incident_view()",
        "raw.incident_shown('0101', 'police', NULL, NULL, now(), now(), NULL, NULL, true)",
        "work.fields_of('0101', NULL, NULL)",
        "work.roder_met('0101', NULL, NULL)",
        "work.roder_of_hotspots('0101', NULL)",
    ],
)
def test_what_the_functions_stand_on_cannot_be_called(own: Database, call: str) -> None:
    """Otherwise a chief's session could name itself a level of its own."""
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        own.acting(town.caller("hotspot_chief")) as session,
    ):
        session.execute(text(f"SELECT * FROM {call}"))  # noqa: S608


def test_fields_cut_by_a_border_are_shown_by_a_field_that_lies_at_least_half_inside(
    own: Database,
) -> None:
    precisely(own, "250m")
    ground = town.roder().query("code in @town.IN_HOTSPOT").union_all()
    with own.acting(town.caller("hotspot_chief", hotspots=(town.HOTSPOT,))) as session:
        cells = seen.read_cells(session, town.question(), roder=None, side_m=250)
    assert len(cells) > 4
    for cell in cells.itertuples():
        square = shapely.box(cell.west, cell.south, cell.west + FIELD, cell.south + FIELD)
        assert square.intersection(ground).area >= FIELD * FIELD / 2


def test_pages_follow_each_other_without_gap_or_repetition(own: Database) -> None:
    precisely(own, "rode")
    for role in ("police", "hotspot_chief"):
        for newest_first in (False, True):
            with own.acting(town.caller(role)) as session:
                whole, _ = seen.read_page(
                    session, town.question(), roder=None, most=1_000, newest_first=newest_first
                )
                pieces, after = [], None
                while True:
                    page, after = seen.read_page(
                        session,
                        town.question(),
                        roder=None,
                        most=7,
                        newest_first=newest_first,
                        after=after and seen.place_of(str(after)),
                    )
                    pieces += page
                    if after is None:
                        break
            assert pieces == whole
