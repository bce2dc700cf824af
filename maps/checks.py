"""What a page asks of its frames; refused in words before anything is drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo_service.domain.grid import require_crs
from geo_service.errors import InvalidInput


def require_columns(frame: pd.DataFrame, name: str, columns: Iterable[str]) -> None:
    """Refuse a frame that lacks a column."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InvalidInput(f"`{name}` lacks the column(s) {', '.join(missing)}.")


def require_layer(frame: gpd.GeoDataFrame, name: str, columns: Iterable[str]) -> None:
    """Refuse a layer without its columns, outside EPSG:25832 or with missing geometry."""
    require_columns(frame, name, columns)
    require_crs(frame, name)
    outlines = frame.geometry.to_numpy()
    bad = shapely.is_missing(outlines) | shapely.is_empty(outlines)
    if bad.any():
        raise InvalidInput(f"`{name}` has {int(bad.sum())} row(s) without geometry.")


def require_unique(frame: pd.DataFrame, name: str, column: str) -> None:
    """Refuse a frame in which a key stands twice."""
    twice = frame.loc[frame[column].duplicated(), column]
    if len(twice):
        raise InvalidInput(f"`{name}` has {twice.iloc[0]!r} more than once in `{column}`.")


def require_known(frame: pd.DataFrame, name: str, column: str, known: Collection[Any]) -> None:
    """Refuse a frame that names something that no other frame knows."""
    unknown = frame.loc[~frame[column].isin(list(known)), column]
    if len(unknown):
        raise InvalidInput(f"`{name}` names {unknown.iloc[0]!r} in `{column}`, which is not given.")


def given(value: Any) -> bool:
    """Tell whether a cell holds a value (not None, NaN, NaT or NA)."""
    return not bool(pd.isna(value))
