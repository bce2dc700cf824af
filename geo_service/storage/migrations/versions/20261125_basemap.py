"""A base map of each municipality's own: water, green, blocks, roads, railways, names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SRID = 25832  # written out: a migration must not change when the code does


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "basemap_feature",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("GEOMETRY", SRID, spatial_index=False), nullable=False),
        sa.CheckConstraint(
            "kind IN ('water', 'green', 'block', 'road', 'railway', 'name')",
            name=op.f("ck_basemap_feature_kind_is_known"),
        ),
        sa.CheckConstraint("rank BETWEEN 1 AND 5", name=op.f("ck_basemap_feature_rank_in_range")),
        sa.CheckConstraint(
            "ST_IsValid(geom) AND NOT ST_IsEmpty(geom) AND ST_XMin(geom) >= 400000"
            " AND ST_XMax(geom) <= 900000 AND ST_YMin(geom) >= 6000000"
            " AND ST_YMax(geom) <= 6450000",
            name=op.f("ck_basemap_feature_geom_is_valid_and_in_denmark"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_basemap_feature_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basemap_feature")),
        schema="work",
    )
    op.create_index(
        op.f("ix_basemap_feature_geom"),
        "basemap_feature",
        ["geom"],
        unique=False,
        schema="work",
        postgresql_using="gist",
    )
    op.create_index(
        op.f("ix_basemap_feature_municipality_code_kind"),
        "basemap_feature",
        ["municipality_code", "kind"],
        unique=False,
        schema="work",
    )
    op.execute("GRANT SELECT ON work.basemap_feature TO web_raw, web_work")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON work.basemap_feature TO job")


def downgrade() -> None:
    op.drop_table("basemap_feature", schema="work")
