"""The facts about Copenhagen that come with the project: station places, names, memberships."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo_service.domain.grid import DANISH_GRID
from geo_service.settings import PROJECT_ROOT

DISTRICTS = PROJECT_ROOT / "data" / "districts"
STATIONS_SOURCE = "Københavns Kommune, 2024"
"""To be stated wherever the stations are shown."""


def read_stations(folder: Path = DISTRICTS) -> gpd.GeoDataFrame:
    """Return stations in Copenhagen: name, kind, geometry (points, EPSG:25832)."""
    facts = _read(folder / "stationer.csv")
    points = gpd.points_from_xy(facts.pop("easting"), facts.pop("northing"), crs=DANISH_GRID)
    return gpd.GeoDataFrame(facts, geometry=points)


def read_district_names(folder: Path = DISTRICTS) -> dict[tuple[str, str], str]:
    """Return the districts' names by ("district", number)."""
    facts = _read(folder / "distrikter.csv")
    return {
        ("district", number): name
        for number, name in zip(facts["distrikt_nr"], facts["name"], strict=True)
    }


def read_dated_memberships(folder: Path = DISTRICTS) -> pd.DataFrame:
    """Return memberships that outlines cannot tell: rode, district, valid_from, valid_to, note."""
    return _read(folder / "memberships.csv")


def _read(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path, sep=";", decimal=",", dtype=str, keep_default_na=False)
    for column in frame.columns.intersection(["easting", "northing"]):
        frame[column] = frame[column].str.replace(",", ".").astype(float)
    return frame
