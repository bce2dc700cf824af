"""Real incidents from elsewhere, moved to Copenhagen: real patterns, and nobody's real place.

Houston's police published the incidents of January to August 2010 with the hour, the type and
the kind of premises. The city's extent without its outliers (1st to 99th percentile of each
axis) is laid over Copenhagen's, which shrinks it to about a third; the times are moved by whole
weeks, so that the weekday and the hour of the clock stay. Nothing of the file is kept here.

New York's vehicle thefts of 2014 to 2017, most of them known to lie between two times, are moved
in the same way, for what needs more than a year.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.grid import DANISH_GRID

CITY: Final = (715_500.0, 6_168_000.0, 729_500.0, 6_181_500.0)
"""West, south, east, north of Copenhagen, EPSG:25832."""
TYPES: Final = {
    "theft": "tyveri",
    "auto theft": "tyveri",
    "burglary": "indbrud",
    "robbery": "vold",
    "aggravated assault": "vold",
}
"""Types that we have a word for; the others are left out."""
OUT_OF_DOORS: Final = r"road|street|park(?:ing)?|lot|bus|field|vacant|outside"


def houston(folder: Path, *, last_day: date) -> gpd.GeoDataFrame:
    """Return Houston's incidents in Copenhagen, the last of them in the week before `last_day`.

    Columns as `storage.incidents.store_incidents` takes them, without rode_id; known to the hour.
    """
    path = folder / "incidents" / "houston_2010_jan_aug_ggmap.csv.gz"
    read = pd.read_csv(path).dropna(subset=["lon", "lat"])
    read = read[read["offense"].isin(TYPES.keys())].reset_index(drop=True)
    wall = pd.to_datetime(read["datetime_local"]).dt.floor("D") + pd.to_timedelta(
        read["hour"], unit="h"
    )
    begin = _by_whole_weeks(wall, wall.max(), last_day)
    outside = read["location"].str.contains(OUT_OF_DOORS, case=False, na=False)
    return gpd.GeoDataFrame(
        {
            "source_system": "relocated",
            "source_ref": [f"H-{number}" for number in range(len(read))],
            "crime_type": read["offense"].map(TYPES),
            "setting": np.where(outside, "public_space", "indoor"),
            "found_by": "unknown",
            "occurred_from": begin.dt.tz_convert("UTC"),
            "occurred_to": (begin + pd.Timedelta(minutes=59)).dt.tz_convert("UTC"),
        },
        geometry=gpd.points_from_xy(
            _laid_over(read["lon"], CITY[0], CITY[2]), _laid_over(read["lat"], CITY[1], CITY[3])
        ),
        crs=DANISH_GRID,
    )


def new_york(folder: Path, *, last_day: date) -> gpd.GeoDataFrame:
    """Return New York's vehicle thefts in Copenhagen, the last of them before `last_day`.

    Columns crime_type, setting, found_by, occurred_from and occurred_to; a theft that ends
    before it begins in the file is left out.
    """
    path = folder / "incidents" / "nyc_vehicle_thefts_2014_2017.csv.gz"
    read = pd.read_csv(path).dropna(subset=["longitude", "latitude"])
    start, end = (
        pd.to_datetime(read[column].fillna(read["date_single"]))
        for column in ("date_start", "date_end")
    )
    kept = (start <= end) & (start >= pd.Timestamp(2014, 1, 1))
    read, start, end = read[kept], start[kept], end[kept]
    begin, until = (_by_whole_weeks(wall, end.max(), last_day) for wall in (start, end))
    return gpd.GeoDataFrame(
        {
            "crime_type": "tyveri",
            "setting": "public_space",
            "found_by": "unknown",
            "occurred_from": begin.dt.tz_convert("UTC").to_numpy(),
            # the hour that the clock repeats can turn a short span around
            "occurred_to": until.where(until >= begin, begin).dt.tz_convert("UTC").to_numpy(),
        },
        geometry=gpd.points_from_xy(
            _laid_over(read["longitude"], CITY[0], CITY[2]),
            _laid_over(read["latitude"], CITY[1], CITY[3]),
        ),
        crs=DANISH_GRID,
    )


def _by_whole_weeks(wall: pd.Series, latest: pd.Timestamp, last_day: date) -> pd.Series:
    """Return times of the clock moved so that the latest lies in the week before `last_day`."""
    weeks = (pd.Timestamp(last_day) - latest).days // 7
    return (wall + pd.Timedelta(weeks=weeks)).dt.tz_localize(
        COPENHAGEN, ambiguous=True, nonexistent="shift_forward"
    )


def _laid_over(values: pd.Series, first: float, last: float) -> pd.Series:
    """Stretch values to reach from `first` to `last`; outliers are drawn to the edges."""
    low, high = values.quantile(0.01), values.quantile(0.99)
    return first + (values.clip(low, high) - low) / (high - low) * (last - first)
