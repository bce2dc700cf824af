"""Proposals of the optimiser for some evenings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("hotspot_area_code", sa.String(length=40), nullable=False),
        sa.Column("first_evening", sa.Date(), nullable=False),
        sa.Column("last_evening", sa.Date(), nullable=False),
        sa.Column("inputs_hash", sa.Text(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("dropped_by", sa.Text(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "first_evening <= last_evening",
            name=op.f("ck_plan_proposal_first_evening_not_after_last_evening"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_plan_proposal_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_proposal")),
        schema="raw",
    )
    op.create_index(
        "ix_plan_proposal_area_first_evening",
        "plan_proposal",
        ["municipality_code", "hotspot_area_code", "first_evening"],
        unique=False,
        schema="raw",
    )


def downgrade() -> None:
    op.drop_table("plan_proposal", schema="raw")
