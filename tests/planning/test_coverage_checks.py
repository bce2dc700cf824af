"""Outlines of coverage areas: valid, inside the hotspot area, and told where they overlap."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.coverage_areas import CoverageArea, corridor
from geo_service.errors import InvalidInput
from geo_service.planning.coverage_checks import check_coverage

EAST, NORTH = 722_000, 6_178_000
HOTSPOT = shapely.box(EAST, NORTH, EAST + 1_000, NORTH + 1_000)


def square(code: str, east: float, north: float, side: float = 200, **other) -> CoverageArea:
    outline = shapely.box(EAST + east, NORTH + north, EAST + east + side, NORTH + north + side)
    return CoverageArea(code, code.title(), "area", other.pop("agency", "police"), outline, **other)


def test_areas_inside_are_sound():
    assert (
        check_coverage([square("a", 0, 0), square("b", 200, 0), square("c", 800, 800)], HOTSPOT)
        == []
    )


def test_an_area_outside_is_refused_with_how_much():
    half, whole = square("half", 900, 0), square("whole", 2_000, 0)
    findings = check_coverage([half, whole], HOTSPOT)
    assert all(finding.blocks for finding in findings)
    assert str(findings[0].text).startswith(
        "Half ligger delvis uden for hotspotområdet (19.600 m², 49 %)"
    )
    assert str(findings[1].text).startswith("Whole ligger helt uden for hotspotområdet")


def test_a_hand_drawn_border_may_stray_by_two_metres():
    assert check_coverage([square("a", -1.9, 0)], HOTSPOT) == []
    assert check_coverage([square("a", -2.5, 0)], HOTSPOT)
    assert check_coverage([square("a", -2.5, 0)], HOTSPOT, border_m=3) == []


@given(east=st.floats(-500, 1_200), north=st.floats(-500, 1_200), side=st.floats(21, 500))
def test_an_area_is_refused_exactly_when_it_leaves_the_hotspot_area(east, north, side):
    inside = min(east, north) >= -2 and max(east, north) + side <= 1_002
    strays = max(-2 - east, east + side - 1_002, -2 - north, north + side - 1_002)
    corner = east < 0 or east + side > 1_000
    corner = corner and (north < 0 or north + side > 1_000)  # the border is round at its corners
    findings = check_coverage([square("a", east, north, side)], HOTSPOT)
    if abs(strays) > 1e-6 and not corner:
        assert bool(findings) != inside


def test_outlines_that_are_no_areas_are_refused():
    bow = CoverageArea(
        "bow",
        "Sløjfen",
        "area",
        "police",
        shapely.Polygon(
            [(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)]
        ),
    )
    findings = check_coverage([bow, square("dot", 0, 0, 10)], HOTSPOT)
    assert [finding.about for finding in findings] == [("bow",), ("dot",)]
    assert "krydser sig selv" in str(findings[0].text)
    assert "100 m²; det mindste er 400 m²" in str(findings[1].text)


def test_a_point_without_coordinates_is_refused():
    whole = shapely.box(EAST, NORTH, EAST + 100, NORTH + 100)
    outline = shapely.transform(whole, lambda xy: np.where(xy == NORTH + 100, math.nan, xy))
    (finding,) = check_coverage([CoverageArea("a", "A", "area", "police", outline)], HOTSPOT)
    assert "uden koordinater" in str(finding.text)


def test_overlap_is_told_within_an_agency_only():
    first, second = square("a", 0, 0), square("b", 100, 0)
    (finding,) = check_coverage([first, second], HOTSPOT)
    assert not finding.blocks
    assert "A og B har 20.000 m² til fælles" in str(finding.text)
    assert check_coverage([first, square("b", 100, 0, agency="street_team")], HOTSPOT) == []


def test_one_code_for_two_areas_is_refused():
    (finding,) = check_coverage([square("a", 0, 0), square("a", 300, 0)], HOTSPOT)
    assert finding.blocks
    assert "Koden a står to gange" in str(finding.text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "A 1"}, "små bogstaver"),
        ({"name": " "}, "navnet"),
        ({"name": "a;b"}, "semikolon"),
        ({"name": "x" * 81}, "navnet"),
        ({"kind": "street"}, "dækningsområde, rute eller runde"),
        ({"agency": "army"}, "politi eller gadeteam"),
        ({"kind": "route", "agency": "police"}, "gadeteamets"),
        ({"capacity": 0}, "1 til 20 hold"),
        ({"not_at_night": ""}, "grunden"),
        ({"not_at_night": "to\nlinjer"}, "én linje"),
        ({"outline": shapely.Point(EAST, NORTH)}, "flade"),
        ({"outline": shapely.MultiPolygon()}, "flade"),
    ],
)
def test_an_area_that_is_none_is_refused(change, words):
    fields = {
        "code": "a",
        "name": "A",
        "kind": "area",
        "agency": "street_team",
        "outline": shapely.box(EAST, NORTH, EAST + 100, NORTH + 100),
    }
    with pytest.raises(InvalidInput, match=words):
        CoverageArea(**(fields | change))


def test_a_route_is_the_ground_on_both_sides_of_its_line():
    line = shapely.LineString([(EAST, NORTH), (EAST + 100, NORTH)])
    ground = corridor(line, reach_m=10)
    assert ground.area == pytest.approx(100 * 20 + math.pi * 100, rel=0.01)
    route = CoverageArea("r", "Runden", "route", "street_team", ground)
    assert route.outline.geom_type == "MultiPolygon"
    with pytest.raises(InvalidInput, match="rute"):
        corridor(shapely.LineString())
