"""The drawn evening map: one per hotspot area, and nothing on it that its chief may not see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from geoalchemy2.shape import from_shape

from geo_service.analysis.groups import as_multi
from geo_service.domain.access import Role
from geo_service.domain.grid import DANISH_GRID, DANISH_GRID_SRID
from geo_service.errors import NotFound
from geo_service.storage import areas as area_store
from geo_service.storage.database import Database
from geo_service.storage.tables import CoverageArea
from geo_service.workflows.draw_evenings import SHOWN_BY, draw_evenings
from geo_service.workflows.draw_maps import Drawn, DrawnFor
from geo_service.workflows.drawn_scope import read_scopes
from tests import doors, people
from tests.storage import seen_town as town
from tests.storage.seen_town import Seen

PLACE, AWAY = town.WORLDS
DRAWN_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
OF = {town.HOTSPOT: town.IN_HOTSPOT, town.OTHER_HOTSPOT: town.IN_OTHER}

ENDS = [Seen((town.WEST + 50, town.SOUTH + 50), "indbrud", minutes=n) for n in (0, 27 * 1_440)]
"""How far the data of the municipality reach is no secret: the same in every world."""


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_evenings")
    town.build(database)
    with database.working(people.EVERYWHERE) as session:
        for place in town.WORLDS:
            grounds = {hotspot: as_multi(ground_of(codes)) for hotspot, codes in OF.items()}
            named = gpd.GeoDataFrame(
                {"code": list(grounds), "name": [f"Området {one}" for one in grounds]},
                geometry=list(grounds.values()),
                crs=DANISH_GRID,
            )
            edition = area_store.Edition(place, "hotspot_area", date(2014, 9, 1), "derived", "test")
            for hotspot, whole in grounds.items():
                session.add_all(coverage_of(place, hotspot, whole))
            area_store.store_areas(session, named, edition)
    return database


def ground_of(codes: tuple[str, ...]) -> shapely.Geometry:
    roder = town.roder()
    return roder[roder["code"].isin(codes)].union_all()


def coverage_of(place: str, hotspot: str, whole: shapely.Geometry) -> list[CoverageArea]:
    """Two coverage areas that fill a hotspot area and cut its roder."""
    west, south, east, north = whole.bounds
    middle = (west + east) / 2
    halves = {"vest": (west, south, middle, north), "øst": (middle, south, east, north)}
    return [
        CoverageArea(
            municipality_code=place,
            hotspot_area_code=hotspot,
            code=f"{hotspot}-{side}",
            name=f"Dækning {hotspot} {side}",
            agency="street_team",
            valid_from=date(2026, 1, 1),
            geom=from_shape(
                as_multi(shapely.intersection(whole, shapely.box(*sides))), srid=DANISH_GRID_SRID
            ),
        )
        for side, sides in halves.items()
    ]


def draw(
    own: Database,
    folder: Path,
    *,
    hotspot: str | None = town.HOTSPOT,
    place: str = PLACE,
    scope: tuple[str, ...] | None = None,
) -> Drawn:
    chief = town.caller(Role.hotspot_chief, place, scope)
    wanted = DrawnFor(place, town.UNTIL, DRAWN_AT)
    return draw_evenings(own, chief, wanted, folder, hotspot_area=hotspot)


def page(own: Database, folder: Path) -> str:
    (path,) = draw(own, folder).written
    return path.read_text(encoding="utf-8")


def prepare(own: Database, precision: str, incidents: list[Seen], *, place: str = PLACE) -> None:
    with own.working(people.EVERYWHERE) as session:
        town.set_precision(session, precision)
        town.plant(session, place, [*ENDS, *incidents])


def within(shape: shapely.Geometry, rng: np.random.Generator) -> tuple[float, float]:
    west, south, east, north = shape.bounds
    inner = shape.buffer(-0.01)
    while True:
        point = rng.uniform(west, east), rng.uniform(south, north)
        if inner.contains(shapely.Point(point)):
            return point


def evenings(codes: tuple[str, ...], count: int, **rest: str) -> list[Seen]:
    """Incidents at half past eight in the evening, spread over roder and weeks."""
    rng = np.random.default_rng(7)
    shapes = town.roder().set_index("code").geometry
    return [
        Seen(
            within(shapes[codes[n % len(codes)]], rng),
            minutes=1_440 * int(rng.integers(0, 27)) + 1_230,
            **{"crime_type": "uro"} | rest,
        )
        for n in range(count)
    ]


def moved(incidents: list[Seen], precision: str) -> list[Seen]:
    """Each incident elsewhere within what is shown of it."""
    rng = np.random.default_rng(8)
    shapes = town.roder().geometry.to_numpy()
    made = []
    for one in incidents:
        rode = shapes[np.flatnonzero(shapely.contains_xy(shapes, *one.point))[0]]
        if precision == "250m":
            corner = np.floor(np.array(one.point) / 250) * 250
            rode = shapely.intersection(rode, shapely.box(*corner, *(corner + 250)))
        made.append(Seen(within(rode, rng), one.crime_type, one.setting, one.minutes))
    return made


@pytest.mark.parametrize("precision", ["rode", "250m", "point"])
def test_the_map_follows_the_precision_that_the_police_set(
    own: Database, tmp_path: Path, precision: str
) -> None:
    """Moved within what is shown, incidents leave the page as it was; at the point they do not."""
    incidents = evenings(town.IN_HOTSPOT, 40)
    prepare(own, precision, incidents)
    first = page(own, tmp_path)
    prepare(own, precision, moved(incidents, precision))
    assert (page(own, tmp_path) == first) is (precision != "point")
    counted = sum(one.minutes >= 6 * 1_440 for one in incidents)  # three whole weeks are known
    assert f"{counted} hændelser i hotspotområdet i 3 uger til 31. oktober 2026" in first
    assert SHOWN_BY[precision] in first
    (scope,) = read_scopes(tmp_path).values()
    assert (scope.hotspot_area, scope.precision) == (town.HOTSPOT, precision)


HIDDEN = {
    "indoors": {"setting": "indoor"},
    "found by a patrol": {"found_by": "patrol"},
    "burglary": {"crime_type": "indbrud"},
    "theft": {"crime_type": "tyveri"},
}


@pytest.mark.parametrize("precision", ["rode", "250m", "point"])
@pytest.mark.parametrize("what", [*HIDDEN, "in another hotspot area", "in none"])
def test_what_the_chief_may_not_see_leaves_no_trace(
    own: Database, tmp_path: Path, precision: str, what: str
) -> None:
    incidents = evenings(town.IN_HOTSPOT, 12)
    prepare(own, precision, incidents)
    first = page(own, tmp_path)
    where = {"in another hotspot area": town.IN_OTHER, "in none": ("1", "16")}
    more = evenings(where.get(what, town.IN_HOTSPOT), 9, **HIDDEN.get(what, {}))
    prepare(own, precision, incidents + more)
    assert page(own, tmp_path) == first
    prepare(own, precision, incidents + evenings(town.IN_HOTSPOT, 1))
    assert page(own, tmp_path) != first  # what may be seen does leave one


def test_nothing_of_what_lies_outside_is_in_the_file(own: Database, tmp_path: Path) -> None:
    prepare(own, "point", evenings(tuple(str(n) for n in range(1, 17)), 160))
    html = page(own, tmp_path)
    for code in town.roder()["code"]:
        assert (f'"Rode {code}"' in html) is (code in town.IN_HOTSPOT), code
    assert f"Dækning {town.HOTSPOT} vest" in html
    assert town.OTHER_HOTSPOT not in html


def test_the_map_stands_on_what_is_known(own: Database, tmp_path: Path) -> None:
    """The night after the newest incident may be to come; weeks without data are not counted."""
    prepare(own, "rode", evenings(town.IN_HOTSPOT, 5))
    html = page(own, tmp_path)
    assert "uger til 31. oktober 2026" in html
    chief = town.caller(Role.hotspot_chief)
    wanted = DrawnFor(PLACE, date(2027, 3, 1), DRAWN_AT)
    (path,) = draw_evenings(own, chief, wanted, tmp_path, hotspot_area=town.HOTSPOT).written
    assert "uger til 31. oktober 2026" in path.read_text(encoding="utf-8")


def test_without_incidents_there_is_a_map_all_the_same(own: Database, tmp_path: Path) -> None:
    prepare(own, "rode", [])
    assert "0 hændelser i hotspotområdet" in page(own, tmp_path)


def test_each_hotspot_area_has_a_file_that_keeps_its_name(own: Database, tmp_path: Path) -> None:
    prepare(own, "rode", evenings(town.IN_HOTSPOT + town.IN_OTHER, 20))
    drawn = draw(own, tmp_path, hotspot=None)
    whose = {name: scope.hotspot_area for name, scope in read_scopes(tmp_path).items()}
    assert whose == {"aftenplan": town.HOTSPOT, f"aftenplan-{PLACE}-h-other": town.OTHER_HOTSPOT}
    assert {path.stem for path in drawn.written} == set(whose)
    assert drawn.missing == {}
    (other,) = draw(own, tmp_path, hotspot=town.OTHER_HOTSPOT).written
    assert other.stem == f"aftenplan-{PLACE}-h-other"
    for place in (AWAY, PLACE):  # the same codes in another municipality are other areas
        draw(own, tmp_path, hotspot=None, place=place)
    scopes = read_scopes(tmp_path)
    assert len(scopes) == 4
    assert (scopes["aftenplan"].municipality, scopes["aftenplan"].hotspot_area) == (
        PLACE,
        town.HOTSPOT,
    )


def test_a_code_is_never_a_path(own: Database, tmp_path: Path) -> None:
    from geo_service.workflows.drawn_scope import DrawnScope, board_name, write_map

    write_map(tmp_path, "aftenplan", "x", DrawnScope(PLACE, "2026-11-02", "a", "rode"))
    for code in ("../../secrets/job", "a/b", "Å", "", "."):
        name = board_name(tmp_path, DrawnScope(PLACE, "2026-11-02", code, "rode"))
        assert name.startswith(f"aftenplan-{PLACE}-")
        assert name.replace("-", "").isalnum()
        assert name.isascii()


def test_only_the_areas_of_ones_scope_are_drawn(own: Database, tmp_path: Path) -> None:
    drawn = draw(own, tmp_path, hotspot=None, scope=(town.OTHER_HOTSPOT,))
    assert [one.hotspot_area for one in read_scopes(tmp_path).values()] == [town.OTHER_HOTSPOT]
    assert len(drawn.written) == 1


def test_drawing_is_in_the_audit(own: Database, tmp_path: Path) -> None:
    prepare(own, "250m", [])
    draw(own, tmp_path)
    (entry,) = doors.entries(own, action="draw", object_ref="aftenplan")[-1:]
    assert (entry.role, entry.municipality_code) == ("hotspot_chief", PLACE)
    assert entry.detail["hotspot_area"] == town.HOTSPOT
    assert entry.detail["precision"] == "250m"


def test_a_place_without_hotspot_areas_says_how_to_load_one(own: Database, tmp_path: Path) -> None:
    with own.working(people.EVERYWHERE) as session:
        area_store.ensure_municipality(session, "0147", "Frederiksberg")
    drawn = draw(own, tmp_path, hotspot=None, place="0147")
    assert drawn.written == []
    assert "--within hotspot_area=" in drawn.missing["aftenplan"]
    assert "norrebro" not in str(drawn.missing)
    unknown = draw(own, tmp_path, hotspot="findes-ikke")
    assert list(unknown.missing) == ["aftenplan findes-ikke"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.hotspot_chief])
def test_nobody_else_draws(own: Database, tmp_path: Path, role: Role) -> None:
    wanted = DrawnFor(PLACE, town.UNTIL, DRAWN_AT)
    with pytest.raises(NotFound):
        draw_evenings(own, town.caller(role), wanted, tmp_path)
    assert list(tmp_path.iterdir()) == []
