"""What every table has in common: names of constraints, checks, and columns with a meaning.

Every row belongs to a municipality; every time is aware (UTC inside); money is whole øre;
every geometry is on the Danish grid and is refused unless it is valid, finite and in Denmark.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    MetaData,
    String,
    Text,
    func,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

from geo_service.domain import grid


def geometry(kind: str) -> Geometry:
    """Return a Danish-grid column type; its index is declared in `__table_args__`."""
    return Geometry(kind, srid=grid.DANISH_GRID_SRID, spatial_index=False)


Id = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
MunicipalityCode = Annotated[
    str, mapped_column(String(4), ForeignKey("work.municipality.code"), nullable=False)
]
Code = Annotated[str, mapped_column(String(40))]
LongText = Annotated[str, mapped_column(Text)]
Day = Annotated[date, mapped_column(Date)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
RecordedAt = Annotated[
    datetime, mapped_column(DateTime(timezone=True), server_default=func.now(), nullable=False)
]
Oere = Annotated[int, mapped_column(BigInteger)]
Outline = Annotated[WKBElement, mapped_column(geometry("MULTIPOLYGON"))]
Point = Annotated[WKBElement, mapped_column(geometry("POINT"))]
AnyShape = Annotated[WKBElement, mapped_column(geometry("GEOMETRY"))]


class Base(DeclarativeBase):
    """Root of the tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def one_of(column: str, codes: Iterable[str]) -> CheckConstraint:
    """Allow only the codes of the vocabulary in `column`."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_is_known")


def in_denmark(column: str = "geom") -> CheckConstraint:
    """Refuse a geometry that is invalid, not finite or outside Denmark.

    A comparison with NaN is false for the upper limits, so the box also refuses what
    `ST_IsValid` lets through: `POINT(NaN NaN)` is valid for PostGIS.
    """
    return CheckConstraint(
        f"ST_IsValid({column}) AND NOT ST_IsEmpty({column})"
        f" AND ST_XMin({column}) >= {grid.DENMARK_WEST_M:.0f}"
        f" AND ST_XMax({column}) <= {grid.DENMARK_EAST_M:.0f}"
        f" AND ST_YMin({column}) >= {grid.DENMARK_SOUTH_M:.0f}"
        f" AND ST_YMax({column}) <= {grid.DENMARK_NORTH_M:.0f}",
        name=f"{column}_is_valid_and_in_denmark",
    )


def in_order(start: str, end: str) -> CheckConstraint:
    """Refuse a period that ends before it starts."""
    return CheckConstraint(f"{start} <= {end}", name=f"{start}_not_after_{end}")
