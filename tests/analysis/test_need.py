"""Need of an area as density: what a map can colour."""

import geopandas as gpd
import pandas as pd
from shapely import box

from geo_service.analysis.need import density
from geo_service.domain.grid import DANISH_GRID


def test_density_is_per_square_kilometre() -> None:
    areas = gpd.GeoDataFrame(
        {"code": ["big", "small"]},
        geometry=[box(0, 0, 2_000, 1_000), box(2_000, 0, 2_500, 1_000)],
        crs=DANISH_GRID,
    )
    need = pd.DataFrame({"area_code": ["big", "small"], "slot_id": 3, "expected": [1.0, 1.0]})
    found = density(need, areas)
    assert list(found.columns) == ["code", "slot_id", "expected"]
    assert found.set_index("code")["expected"].to_dict() == {"big": 0.5, "small": 2.0}


def test_without_need_there_is_no_density() -> None:
    areas = gpd.GeoDataFrame({"code": []}, geometry=[], crs=DANISH_GRID)
    need = pd.DataFrame({"area_code": [], "slot_id": [], "expected": []})
    assert density(need, areas).empty
