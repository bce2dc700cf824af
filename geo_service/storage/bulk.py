"""Whole frames into tables: columns by name, references by code, geometry by type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from geo_service.domain.frames import rows_of
from geo_service.domain.grid import DANISH_GRID_SRID
from geo_service.errors import InvalidInput
from geo_service.storage.tables import Base

References = Mapping[str, tuple[str, type[Base], str]]
"""Column with a code -> (column of the key, the table it is in, that table's code column)."""


def insert_frame(
    session: Session,
    model: type[Base],
    frame: pd.DataFrame,
    *,
    municipality: str,
    references: References | None = None,
) -> int:
    """Insert a frame's rows and return how many.

    Columns are named as in the table; a geometry column (EPSG:25832) becomes `geom`; a
    missing value becomes NULL; `municipality_code` is filled in where the frame has none.

    Raises
    ------
    InvalidInput
        If a column is not in the table, or a code refers to nothing.
    """
    if frame.empty:
        return 0
    table = model.__table__
    if not isinstance(table, Table):
        raise InvalidInput(f"{model.__name__} is not a table.")
    prepared = frame.rename(columns={"geometry": "geom"})
    if "municipality_code" not in prepared.columns:
        prepared = prepared.assign(municipality_code=municipality)
    if "municipality_code" not in table.columns:
        prepared = prepared.drop(columns="municipality_code")
    for column, (key, other, code) in (references or {}).items():
        known = _keys(session, other, code)
        unknown = set(prepared[column].dropna()) - known.keys()
        if unknown:
            raise InvalidInput(f"{column} refers to nothing: {', '.join(sorted(unknown)[:5])}.")
        prepared = prepared.assign(**{key: prepared[column].map(known)}).drop(columns=column)
    stray = set(prepared.columns) - set(table.columns.keys())
    if stray:
        raise InvalidInput(f"{table.name} has no column {', '.join(sorted(stray))}.")
    columns = list(prepared.columns)
    rows = [
        {name: _value(value) for name, value in zip(columns, row, strict=True)}
        for row in rows_of(prepared)
    ]
    session.execute(insert(model), rows)
    return len(rows)


def _keys(session: Session, model: type[Base], code: str) -> dict[str, int]:
    columns = model.__table__.columns
    return {row[0]: row[1] for row in session.execute(select(columns[code], columns["id"]))}


def _value(value: Any) -> Any:
    """Return what the driver understands: NULL for missing, plain Python for numpy."""
    if isinstance(value, shapely.Geometry):
        return from_shape(value, srid=DANISH_GRID_SRID)
    if isinstance(value, (list, tuple)):
        return list(value)
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value
