"""One demo year on the schematic roder, made once for all tests here."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest

from geo_service.demo.year import DemoYear, generate
from geo_service.domain.grid import DANISH_GRID
from geo_service.importing.places import DISTRICTS, read_stations

AS_OF = date(2026, 11, 23)
SEED = 7


@pytest.fixture(scope="session")
def roder() -> gpd.GeoDataFrame:
    read = gpd.read_file(DISTRICTS / "roder_schematic.geojson").to_crs(DANISH_GRID)
    district = [None if pd.isna(n) else str(int(n)) for n in read["distrikt_nr"]]
    return gpd.GeoDataFrame(
        {
            "code": read["rode_nr"].astype(int).astype(str),
            "name": read["rodenavn"],
            "district": district,
            "bydel": read["bydel"],
        },
        geometry=read.geometry,
    )


@pytest.fixture(scope="session")
def stations() -> gpd.GeoDataFrame:
    return read_stations()


@pytest.fixture(scope="session")
def year(roder: gpd.GeoDataFrame, stations: gpd.GeoDataFrame) -> DemoYear:
    return generate(roder=roder, stations=stations, seed=SEED, as_of=AS_OF)
