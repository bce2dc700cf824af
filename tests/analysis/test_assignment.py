"""Each point lies in one area at most, and always in the same one."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from geo_service.analysis.assignment import assign_areas
from geo_service.domain.grid import DANISH_GRID, WEB
from geo_service.errors import WrongCRS

EAST, NORTH = 720_000, 6_170_000
SCHEMATIC = Path(__file__).resolve().parents[2] / "data" / "districts" / "roder_schematic.geojson"


def areas_of(**shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return areas whose code is the name without its leading letter."""
    codes = [name[1:] for name in shapes]
    return gpd.GeoDataFrame({"code": codes}, geometry=list(shapes.values()), crs=DANISH_GRID)


def points_at(*places: tuple[float, float]) -> gpd.GeoSeries:
    return gpd.GeoSeries([Point(place) for place in places], crs=DANISH_GRID)


def codes_of(points: gpd.GeoSeries, areas: gpd.GeoDataFrame) -> list[str | None]:
    codes = list(areas["code"])
    return [codes[position] if position >= 0 else None for position in assign_areas(points, areas)]


@st.composite
def overlapping_boxes(draw) -> gpd.GeoDataFrame:
    """Return boxes on a small grid, so that borders, overlaps and equal sizes are common."""
    side = st.integers(0, 6)
    corners = draw(st.lists(st.tuples(side, side, side, side), max_size=8))
    shapes = [box(x, y, x + 1 + w, y + 1 + h) for x, y, w, h in corners]
    codes = draw(st.permutations([str(number) for number in range(1, 13)]))[: len(shapes)]
    return gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=DANISH_GRID)


lattice = st.lists(st.tuples(st.integers(-1, 28), st.integers(-1, 28)), max_size=30).map(
    lambda places: points_at(*((x / 2, y / 2) for x, y in places))
)


@given(points=lattice, areas=overlapping_boxes())
def test_it_agrees_with_trying_every_area_for_every_point(points, areas):
    """Oracle: of all areas that the point touches, the smallest, then the lowest number."""
    expected = [
        min(
            (
                (shape.area, int(code), position)
                for position, (shape, code) in enumerate(
                    zip(areas.geometry, areas["code"], strict=True)
                )
                if shape.intersects(point)
            ),
            default=(0, 0, -1),
        )[-1]
        for point in points
    ]
    assert list(assign_areas(points, areas)) == expected


@given(points=lattice, areas=overlapping_boxes(), data=st.data())
def test_the_order_of_the_areas_changes_nothing(points, areas, data):
    order = data.draw(st.permutations(range(len(areas))))
    assert codes_of(points, areas) == codes_of(points, areas.iloc[list(order)])


def test_a_border_point_of_equal_areas_goes_to_the_lower_number():
    areas = areas_of(_10=box(0, 0, 10, 10), _9=box(10, 0, 20, 10))
    assert codes_of(points_at((10, 5), (9, 5), (11, 5)), areas) == ["9", "10", "9"]


def test_the_smaller_area_keeps_its_points_when_it_lies_in_another():
    areas = areas_of(_1=box(0, 0, 10, 10), _2=box(4, 4, 6, 6))
    inside, border, around, outside = (5, 5), (4, 5), (2, 2), (11, 11)
    found = codes_of(points_at(inside, border, around, outside), areas)
    assert found == ["2", "2", "1", None]


def test_a_hole_is_outside_and_its_edge_is_inside():
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    assert codes_of(points_at((5, 5), (4, 5)), areas_of(_1=ring)) == [None, "1"]


def test_missing_and_empty_points_lie_nowhere():
    points = gpd.GeoSeries([None, Point(), Point(1, 1)], crs=DANISH_GRID, index=[5, 5, 9])
    assert list(assign_areas(points, areas_of(_1=box(0, 0, 2, 2)))) == [-1, -1, 0]


def test_without_points_or_without_areas():
    areas = areas_of(_1=box(0, 0, 2, 2))
    assert assign_areas(points_at(), areas).shape == (0,)
    assert list(assign_areas(points_at((1, 1)), areas.iloc[:0])) == [-1]
    assert assign_areas(points_at((1, 1)), areas).dtype == np.int64


def test_degrees_are_refused_on_either_side():
    areas = areas_of(_1=box(0, 0, 2, 2))
    with pytest.raises(WrongCRS, match="`areas`"):
        assign_areas(points_at((1, 1)), areas.set_crs(WEB, allow_override=True))
    with pytest.raises(WrongCRS, match="`points`"):
        assign_areas(gpd.GeoSeries([Point(1, 1)], crs=WEB), areas)


def test_every_corner_of_the_schematic_roder_gets_one_rode_that_touches_it():
    """Corners of cells are the hardest points: up to five roder meet in one."""
    roder = gpd.read_file(SCHEMATIC).to_crs(DANISH_GRID).rename(columns={"rode_nr": "code"})
    corners = shapely.points(np.unique(shapely.get_coordinates(roder.geometry), axis=0))
    points = gpd.GeoSeries(corners, crs=DANISH_GRID)
    found = assign_areas(points, roder)
    assert (found >= 0).all()
    assert roder.geometry.iloc[found].intersects(points, align=False).all()
    turned = roder.iloc[::-1]
    again = assign_areas(points, turned)
    assert (roder["code"].to_numpy()[found] == turned["code"].to_numpy()[again]).all()


@pytest.mark.shared_data
def test_rode_394_keeps_its_points_inside_rode_392(shared_data):
    """The 2014 edition of Københavns Kommune: rode 394 (1.333 km²) lies inside rode 392."""
    roder = gpd.read_file(shared_data / "copenhagen" / "roder_2014.geojson")
    roder = roder.to_crs(DANISH_GRID).rename(columns={"rode_nr": "code"})
    roder["geometry"] = roder.geometry.make_valid()
    shape_of = dict(zip(roder["code"].astype(int), roder.geometry, strict=True))
    inner, outer = shape_of[394], shape_of[392]
    assert inner.area == pytest.approx(1.333e6, rel=1e-3)
    assert inner.intersection(outer).area == pytest.approx(inner.area, rel=1e-3)
    spots = gpd.GeoSeries(
        [inner.representative_point(), outer.difference(inner).representative_point()],
        crs=DANISH_GRID,
    )
    assert [int(code) for code in codes_of(spots, roder)] == [394, 392]
