"""Dissolving keeps the area, and every polygon of it."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from geo_service.analysis.groups import as_multi, dissolve
from geo_service.domain.grid import DANISH_GRID, WEB
from geo_service.errors import WrongCRS

SCHEMATIC = Path(__file__).resolve().parents[2] / "data" / "districts" / "roder_schematic.geojson"


def memberships(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["member_code", "group_kind", "group_code"], dtype=object)


@pytest.fixture
def squares() -> gpd.GeoDataFrame:
    shapes = [box(0, 0, 1, 1), box(1, 0, 2, 1), box(5, 5, 6, 6)]
    return gpd.GeoDataFrame({"code": ["a", "b", "c"]}, geometry=shapes, crs=DANISH_GRID)


def test_groups_are_dissolved_from_their_members(squares):
    whole = dissolve(
        squares,
        memberships(
            ("c", "district", "2"),
            ("a", "district", "1"),
            ("b", "district", "1"),
            ("a", "bydel", "x"),
            ("c", "bydel", "x"),
        ),
    )
    rows = list(zip(whole["kind"], whole["code"], whole["members"], strict=True))
    assert rows == [("bydel", "x", 2), ("district", "1", 2), ("district", "2", 1)]
    assert whole.crs == DANISH_GRID
    assert set(whole.geom_type) == {"MultiPolygon"}
    apart, joined, single = whole.geometry
    assert len(apart.geoms) == 2
    assert len(joined.geoms) == 1
    assert joined.equals(box(0, 0, 2, 1))
    assert single.equals(box(5, 5, 6, 6))


def test_the_schematic_districts_are_as_large_as_their_roder():
    """35 districts from 391 roder; the five others belong to none."""
    roder = gpd.read_file(SCHEMATIC).to_crs(DANISH_GRID)
    roder["code"] = roder["rode_nr"].astype(str)
    inside = roder[roder["distrikt_nr"].notna()]
    whole = dissolve(
        roder,
        pd.DataFrame(
            {
                "member_code": inside["code"],
                "group_kind": "district",
                "group_code": inside["distrikt_nr"].astype(int).astype(str),
            }
        ),
    ).set_index("code")
    assert len(whole) == 35
    assert whole["members"].sum() == 391
    parts = inside.geometry.area.groupby(inside["distrikt_nr"].astype(int).astype(str)).sum()
    # neighbours share their corners to 7 decimals of a degree, so slivers stay below a m²
    assert (whole.area - parts).abs().max() < 1.0
    assert whole.is_valid.all()


def test_members_without_an_outline_are_passed_over_and_a_repeated_one_counts_once(squares):
    whole = dissolve(
        squares,
        memberships(("a", "district", "1"), ("a", "district", "1"), ("zz", "district", "1")),
    )
    assert list(whole["members"]) == [1]
    assert whole.area.sum() == 1


@pytest.mark.parametrize("rows", [(), (("zz", "district", "1"),)], ids=["none", "no outline"])
def test_without_members_there_are_no_groups(squares, rows):
    none = dissolve(squares, memberships(*rows))
    assert list(none.columns) == ["kind", "code", "members", "geometry"]
    assert none.empty
    assert none.crs == DANISH_GRID


def test_without_areas_there_are_no_groups(squares):
    assert dissolve(squares.iloc[:0], memberships(("a", "district", "1"))).empty


def test_degrees_are_refused(squares):
    with pytest.raises(WrongCRS, match="`areas`"):
        dissolve(squares.set_crs(WEB, allow_override=True), memberships())


def test_polygons_inside_collections_are_kept():
    pair = MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)])
    nested = GeometryCollection(
        [pair, LineString([(0, 0), (9, 9)]), GeometryCollection([box(4, 4, 6, 6), Point(8, 8)])]
    )
    assert as_multi(nested).area == 1 + 1 + 4
    assert as_multi(pair).equals(pair)
    assert as_multi(box(0, 0, 1, 1)).geom_type == "MultiPolygon"


def test_a_repaired_outline_keeps_all_its_polygons():
    """A bow tie with a spike: the repair gives two triangles and a line in one collection."""
    ring = Polygon([(0, 0), (2, 2), (2, 0), (0, 2), (0, 5), (0, 0)])
    repaired = shapely.make_valid(ring)
    assert repaired.geom_type == "GeometryCollection"
    assert as_multi(repaired).area == pytest.approx(repaired.area) == pytest.approx(2)


def test_what_has_no_polygon_is_an_empty_multipolygon():
    assert as_multi(LineString([(0, 0), (1, 1)])).is_empty
    assert as_multi(Polygon()).geom_type == "MultiPolygon"
