"""Schema `work`: what lies beneath every map (water, green, blocks, roads, railways, names)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.domain.basemap import BASEMAP_KINDS, FIRST_RANK, LAST_RANK
from geo_service.storage.tables.base import (
    AnyShape,
    Base,
    Code,
    Id,
    LongText,
    MunicipalityCode,
    in_denmark,
    one_of,
)


class BasemapFeature(Base):
    """A piece of a municipality's base map; the whole is replaced when a new one is loaded."""

    __tablename__ = "basemap_feature"
    __table_args__ = (
        one_of("kind", BASEMAP_KINDS),
        CheckConstraint(f"rank BETWEEN {FIRST_RANK} AND {LAST_RANK}", name="rank_in_range"),
        in_denmark(),
        Index(None, "geom", postgresql_using="gist"),
        Index(None, "municipality_code", "kind"),
        {"schema": "work"},
    )

    id: Mapped[Id]
    municipality_code: Mapped[MunicipalityCode]
    kind: Mapped[Code]
    name: Mapped[LongText | None]
    rank: Mapped[int] = mapped_column(SmallInteger)
    """1: on every map … 5: only close by."""
    source: Mapped[LongText]
    """Whom to credit on the map."""
    geom: Mapped[AnyShape]  # EPSG:25832, metres
