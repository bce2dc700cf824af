"""Which incidents and notes say where presence is needed in the evening, and which do not.

Reports to the police and calls of citizens, and what the street team has released from its
evening log. What a patrol finds itself is left out: it would send the patrol back to where it
has been, whatever happens elsewhere. What is left out is counted by reason, never in silence.
No attribute of a person is read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_service.domain.grid import DANISH_GRID, require_crs
from geo_service.domain.vocabulary import CRIME_TYPES, PUBLIC_SPACE_TYPES
from geo_service.errors import InvalidInput

COLUMNS: Final = ("source", "crime_type", "occurred_from", "occurred_to", "area_code")
REASONS: Final = {
    "patrol": "fundet af patrulje",
    "indoor": "indendørs",
    "type": "type, der ikke er valgt",
    "not_released": "note, der ikke er frigivet",
    "no_time": "uden tid",
}
"""Why something is left out; the first that applies counts."""
BURGLARY: Final = "indbrud"
"""Happens within, and is tried from without: where it is chosen, it counts wherever it was."""


@dataclass(frozen=True)
class NeedEvents:
    """What counts towards need, and how many were left out for which reason."""

    events: gpd.GeoDataFrame
    """Columns of `COLUMNS` and geometry (EPSG:25832); notes have an area_code, no point."""
    left_out: dict[str, int]
    """Number per reason of `REASONS`."""


def need_events(
    incidents: gpd.GeoDataFrame,
    notes: pd.DataFrame | None = None,
    *,
    crime_types: Collection[str] = PUBLIC_SPACE_TYPES,
) -> NeedEvents:
    """Choose what counts towards need.

    Parameters
    ----------
    incidents
        Points, EPSG:25832, with crime_type, occurred_from, occurred_to (aware); where there
        are columns found_by and setting, patrol-found and indoor ones are left out.
    notes
        Notes of the evening log: area_code, crime_type, occurred_from, occurred_to and
        released (bool).
    crime_types
        Types that count; burglary and theft only where they are named.

    Raises
    ------
    WrongCRS
        If the incidents are not in EPSG:25832.
    InvalidInput
        If a type is not one of ours.
    """
    require_crs(incidents, "incidents")
    unknown = sorted(set(crime_types) - CRIME_TYPES.keys())
    if unknown:
        raise InvalidInput(
            f"Unknown types {', '.join(unknown)}; there are {', '.join(CRIME_TYPES)}."
        )
    parts = [_labelled(incidents, "report")]
    if notes is not None and len(notes):
        points = gpd.GeoSeries([None] * len(notes), index=notes.index, crs=DANISH_GRID)
        parts.append(_labelled(gpd.GeoDataFrame(notes, geometry=points), "evening_log"))
    reasons = pd.concat([_reason(part, crime_types) for part in parts], ignore_index=True)
    together = pd.concat([_plain(part) for part in parts], ignore_index=True)
    counted = reasons.value_counts()
    return NeedEvents(
        events=together[reasons == ""].reset_index(drop=True),
        left_out={reason: int(counted.get(reason, 0)) for reason in REASONS},
    )


def _labelled(events: gpd.GeoDataFrame, source: str) -> gpd.GeoDataFrame:
    return events.assign(source=source)


def _plain(events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the columns that count, times in UTC, so that parts fit below each other."""
    given = events if "area_code" in events else events.assign(area_code=None)
    plain = given[[*COLUMNS, given.geometry.name]]
    if given.geometry.name != "geometry":
        plain = plain.rename_geometry("geometry")
    return plain.assign(
        area_code=plain["area_code"].astype(object),
        occurred_from=pd.to_datetime(plain["occurred_from"], utc=True),
        occurred_to=pd.to_datetime(plain["occurred_to"], utc=True),
    )


def _reason(events: gpd.GeoDataFrame, crime_types: Collection[str]) -> pd.Series:
    """Return why each event is left out; an empty text where it is not."""
    nothing = pd.Series("", index=events.index)
    found_by = events.get("found_by", nothing)
    setting = events.get("setting", nothing)
    released = events.get("released", pd.Series(data=True, index=events.index))
    no_time = events["occurred_from"].isna() | events["occurred_to"].isna()
    left_out = [
        found_by == "patrol",
        (setting == "indoor") & (events["crime_type"] != BURGLARY),
        ~events["crime_type"].isin(list(crime_types)),
        ~released.astype(bool),
        no_time,
    ]
    return pd.Series(np.select(left_out, list(REASONS), default=""), index=events.index)
