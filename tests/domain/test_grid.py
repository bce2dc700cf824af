"""Only frames in the Danish grid get further."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from geo_service.domain.frames import rows_of
from geo_service.domain.grid import DANISH_GRID, WEB, require_crs
from geo_service.errors import WrongCRS


@pytest.mark.parametrize("crs", [DANISH_GRID, 25832])
def test_the_danish_grid_is_accepted(crs):
    frame = gpd.GeoDataFrame({"code": ["1"]}, geometry=[Point(720_000, 6_170_000)], crs=crs)
    require_crs(frame, "areas")
    require_crs(frame.geometry, "areas")
    require_crs(frame.iloc[:0], "areas")


@pytest.mark.parametrize("crs", [WEB, "EPSG:25833", "EPSG:32632"])
def test_another_system_is_refused_with_the_cure(crs):
    """EPSG:32632 has the same numbers to the metre, and is still not what we keep."""
    frame = gpd.GeoDataFrame(geometry=[Point(12.5, 55.7)], crs=crs)
    with pytest.raises(WrongCRS, match=rf"`areas` must be in {DANISH_GRID}, but is in {crs}") as no:
        require_crs(frame, "areas")
    assert "areas.to_crs('EPSG:25832')" in str(no.value)


@pytest.mark.parametrize(
    "frame",
    [gpd.GeoDataFrame(geometry=[Point(0, 0)]), gpd.GeoDataFrame(), gpd.GeoDataFrame({"code": [1]})],
    ids=["no crs", "nothing at all", "no geometry"],
)
def test_a_frame_without_a_system_is_refused(frame):
    with pytest.raises(WrongCRS, match="no CRS at all"):
        require_crs(frame, "areas")


def test_rows_come_as_named_tuples_in_order():
    frame = pd.DataFrame({"code": ["b", "a"], "n": [1, 2]}, index=[7, 7])
    assert [(row.code, row.n) for row in rows_of(frame)] == [("b", 1), ("a", 2)]
    assert list(rows_of(frame.iloc[:0])) == []
