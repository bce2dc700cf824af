"""A chief who asks as often as wanted, by small boxes, areas, times, pages, counts and squares.

Two worlds differ in nothing but where incidents lie within what is shown of them: within the
rode, within the field of 250 m. If any answer to any question differs, the question tells more
than the precision that the police set. And the other way round: a bisection, run as an attacker
would, ends at the precision and not at the point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from geo_service.domain.incident_question import Box, Question, Slot
from geo_service.domain.vocabulary import CRIME_TYPES, PUBLIC_SPACE_TYPES
from geo_service.storage import incidents_seen as seen
from geo_service.storage.database import Database
from geo_service.storage.incident_parts import read_parts
from geo_service.storage.incidents_needed import read_needed
from tests import people
from tests.storage import seen_town as town
from tests.storage.seen_town import Seen
from tests.volumes import volume

EXAMPLES = volume(25, 400)
FIELD = 250.0
WEST, SOUTH, EAST, NORTH = 12.4955, 55.6720, 12.5265, 55.6905
"""Around the town, in degrees."""
SCOPES = [None, (town.HOTSPOT,), (town.HOTSPOT, town.OTHER_HOTSPOT)]


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_attacked")
    town.build(database)
    return database


def within(shape: Any, rng: np.random.Generator) -> tuple[float, float]:
    """A random point inside a shape, not on its border."""
    west, south, east, north = shape.bounds
    inner = shape.buffer(-0.01)
    while True:
        east_m, north_m = rng.uniform(west, east), rng.uniform(south, north)
        if inner.contains(shapely.Point(east_m, north_m)):
            return east_m, north_m


def field_of(point: tuple[float, float]) -> Any:
    west, south = (np.floor(np.array(point) / FIELD) * FIELD).tolist()
    return shapely.box(west, south, west + FIELD, south + FIELD)


def is_in_town(point: tuple[float, float]) -> bool:
    return bool(shapely.intersects(town.roder().geometry.to_numpy(), shapely.Point(point)).any())


def rode_of(point: tuple[float, float]) -> str:
    shapes = town.roder().geometry.to_numpy()
    found = np.flatnonzero(shapely.intersects(shapes, shapely.Point(point)))
    return str(town.roder()["code"].iloc[found[0]])


@st.composite
def worlds(draw: st.DrawFn, *, precision: str, limited: bool) -> tuple[list[Seen], list[Seen]]:
    """Two lists of incidents: the second has each moved within what is shown of it.

    At 250 m an incident moves anywhere in its field, over the borders of roder as well. Only for
    somebody limited to hotspot areas does it stay in its rode: whether it is theirs to see is
    the one thing that its rode decides.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shapes = list(town.roder().geometry)
    first, second = [], []
    for _ in range(draw(st.integers(3, 12))):
        number = int(rng.integers(len(shapes)))
        point = within(shapes[number], rng)
        room = shapes[number]
        if precision == "250m":
            room = shapely.intersection(room, field_of(point)) if limited else field_of(point)
        moved = within(room, rng) if room.area > 1 else point
        rest = {
            "crime_type": draw(st.sampled_from([*PUBLIC_SPACE_TYPES, "indbrud"])),
            "setting": draw(st.sampled_from(["public_space", "unknown", "indoor"])),
            "minutes": draw(st.sampled_from([0, 1_190, 1_200, 1_200, 9_000, 20_000])),
            "lasts": draw(st.sampled_from([0, 0, 45, 600])),
        }
        first.append(Seen(point, **rest))
        second.append(Seen(moved, **rest))
    return first, second[::-1]  # nor does it matter in which order they were stored


@st.composite
def boxes(draw: st.DrawFn, points: list[tuple[float, float]]) -> Box | None:
    """Boxes of every size down to centimetres: over the town, or right beside an incident."""
    kind = draw(st.sampled_from(["none", "town", "incident", "incident"]))
    if kind == "none":
        return None
    size = 10 ** draw(st.floats(-7, -1.5))
    if kind == "town":
        longitude = draw(st.floats(WEST, EAST, allow_nan=False))
        latitude = draw(st.floats(SOUTH, NORTH, allow_nan=False))
    else:
        longitude, latitude = seen._TO_GRID.transform(
            *draw(st.sampled_from(points)), direction="INVERSE"
        )
        longitude -= draw(st.floats(0, 2)) * size
        latitude -= draw(st.floats(0, 1)) * size
    return longitude, latitude, longitude + 2 * size, latitude + size


@st.composite
def attacks(
    draw: st.DrawFn, *, precision: str, limited: bool
) -> tuple[tuple[list[Seen], list[Seen]], list[Question]]:
    """Two worlds, and questions by somebody who guesses well where to ask."""
    pair = draw(worlds(precision=precision, limited=limited))
    points = [one.point for world in pair for one in world]
    areas = [None, *(("rode", code) for code in roder_of_all(pair)), ("hotspot_area", town.HOTSPOT)]
    one_question = st.builds(
        Question,
        first=st.just(town.FIRST),
        until=st.just(town.UNTIL),
        crime_types=st.sampled_from([tuple(CRIME_TYPES), ("uro",), ("indbrud", "vold")]),
        box=boxes(points),
        area=st.sampled_from(areas),
        slot=st.sampled_from([None, None, Slot((0, 1), 17, 26), Slot((4,), 20, 22)]),
    )
    return pair, draw(st.lists(one_question, min_size=2, max_size=4))


def everything(session: Session, place: str, question: Question, side_m: int) -> list[Any]:
    """Everything that can be asked, in words that do not depend on the world's own numbers."""
    roder = seen.roder_of(session, place, question.area)
    page, after = seen.read_page(session, question, roder=roder, most=3)
    rest = seen.read_page(session, question, roder=roder, most=50, after=after)[0] if after else []
    newest, _ = seen.read_page(session, question, roder=roder, most=50, newest_first=True)
    counts = seen.read_counts(session, question, roder=roder, earlier=3)
    cells = seen.read_cells(session, question, roder=roder, side_m=side_m)
    weights, number = seen.read_hours(session, question, roder=roder)
    return [
        page,
        str(after),
        rest,
        newest,
        counts.drop(columns="rode_id").to_dict("records"),
        *(sorted(part, key=str) for part in read_parts(session, question, roder=roder, earlier=3)),
        cells.to_dict("records"),
        weights.round(9).tolist(),
        number,
        seen.read_days(session),
        needed(session, question),
    ]


def needed(session: Session, question: Question) -> list[Any]:
    """What the need for presence is counted from: it asks for no place at all."""
    since, until = question.begin(), question.before
    found = read_needed(session, since=since, until=until, crime_types=question.crime_types)
    rows = found.drop(columns="geometry").to_dict("records")
    return [rows, [None if one is None else one.wkt for one in found.geometry]]


def roder_of_all(pair: tuple[list[Seen], list[Seen]]) -> list[str]:
    """The roder in which an incident lies in either world: the areas worth asking for."""
    points = [one.point for world in pair for one in world]
    return sorted({rode_of(point) for point in points if is_in_town(point)})


def counted_in(session: Session, place: str, code: str) -> int:
    """How many incidents there are said to be in a rode: the plainest question of all."""
    question = town.question(area=("rode", code))
    roder = seen.roder_of(session, place, question.area)
    return int(seen.read_counts(session, question, roder=roder)["incidents"].sum())


@pytest.mark.parametrize("hotspots", SCOPES, ids=["all", "own", "two"])
@pytest.mark.parametrize("precision", ["rode", "250m"])
def test_no_question_tells_two_worlds_apart(
    own: Database, precision: str, hotspots: tuple[str, ...] | None
) -> None:
    with own.working(people.EVERYWHERE) as session:
        town.set_precision(session, precision)

    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(
        attacked=attacks(precision=precision, limited=hotspots is not None),
        side_m=st.sampled_from([1, 100, 250, 333, 1_000]),
    )
    def attack(attacked: tuple[tuple[list[Seen], list[Seen]], list[Question]], side_m: int) -> None:
        pair, asked = attacked
        with own.working(people.EVERYWHERE) as session:
            for place, incidents in zip(town.WORLDS, pair, strict=True):
                town.plant(session, place, incidents)
        told = []
        for place in town.WORLDS:
            with own.acting(town.caller("hotspot_chief", place, hotspots)) as session:
                swept = [counted_in(session, place, code) for code in roder_of_all(pair)]
                told.append(swept + [everything(session, place, one, side_m) for one in asked])
        assert told[0] == told[1]

    attack()


def bisected(session: Session, place: str) -> tuple[Box, int]:
    """Halve a box around the only incident for as long as it is found in one of the halves.

    Returns the smallest box that the attacker is sure of, and how many questions it took.
    """
    box, asked = (WEST, SOUTH, EAST, NORTH), 0
    for step in range(60):
        west, south, east, north = box
        if step % 2 == 0:
            middle = (west + east) / 2
            halves = [(west, south, middle, north), (middle, south, east, north)]
        else:
            middle = (south + north) / 2
            halves = [(west, south, east, middle), (west, middle, east, north)]
        found = []
        for half in halves:
            counts = seen.read_counts(session, town.question(box=half), roder=None)
            asked += 1
            if counts["incidents"].sum():
                found.append(half)
        if not found:
            return box, asked
        if len(found) == 2:  # both halves say yes: the attacker knows no more than before
            return box, asked
        box = found[0]
    return box, asked


@pytest.mark.parametrize("hotspots", [None, (town.HOTSPOT,)], ids=["all", "own"])
@pytest.mark.parametrize("precision", ["rode", "250m", "point"])
def test_bisection_ends_at_the_precision(
    own: Database, precision: str, hotspots: tuple[str, ...] | None
) -> None:
    """Where the box ends is the same for every point of a rode or field; only a point is found."""
    rng = np.random.default_rng(3)
    rode = town.roder().set_index("code").loc["6", "geometry"]
    place = town.WORLDS[0]
    with own.working(people.EVERYWHERE) as session:
        town.set_precision(session, precision)
    ends: dict[Any, set[Box]] = {}
    for _ in range(12):
        point = within(rode, rng)
        with own.working(people.EVERYWHERE) as session:
            town.plant(session, place, [Seen(point)])
        with own.acting(town.caller("hotspot_chief", place, hotspots)) as session:
            (row,), _ = seen.read_page(session, town.question(), roder=None, most=5)
            box, asked = bisected(session, place)
        assert asked > 1
        shown = row["rode"] if precision == "rode" else (row["longitude"], row["latitude"])
        ends.setdefault(shown, set()).add(box)
        if precision == "250m":
            shown_m = seen._TO_GRID.transform(*shown)
            assert np.allclose(np.array(shown_m) % FIELD, FIELD / 2, atol=0.01)
    assert all(len(found) == 1 for found in ends.values())
    assert len(ends) == 1 if precision == "rode" else len(ends) > 1


def test_the_attack_would_find_a_leak(own: Database) -> None:
    """At the point, two worlds are told apart at once: the test above is not blind."""
    with own.working(people.EVERYWHERE) as session:
        town.set_precision(session, "point")
        for place, shift in zip(town.WORLDS, (0.0, 60.0), strict=True):
            town.plant(session, place, [Seen((town.WEST + 500 + shift, town.SOUTH + 500))])
    told = []
    for place in town.WORLDS:
        with own.acting(town.caller("hotspot_chief", place)) as session:
            told.append(bisected(session, place)[0])
    assert told[0] != told[1]
