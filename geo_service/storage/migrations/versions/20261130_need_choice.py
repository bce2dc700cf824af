"""How incidents age and weigh in the need that plans are made for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WEIGHTS = ("vold", "narkotika", "haervaerk", "chikane", "uro")


def upgrade() -> None:
    op.create_table(
        "need_choice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("half_life_weeks", sa.Float(), nullable=False),
        *(sa.Column(f"weight_{kind}", sa.Float(), nullable=False) for kind in WEIGHTS),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column(
            "set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "half_life_weeks BETWEEN 1 AND 520",
            name=op.f("ck_need_choice_half_life_weeks_within"),
        ),
        sa.CheckConstraint(
            f"least({', '.join(f'weight_{kind}' for kind in WEIGHTS)}) >= 0",
            name=op.f("ck_need_choice_weights_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_need_choice_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_choice")),
        schema="raw",
    )
    op.create_index(
        op.f("ix_need_choice_municipality_code_set_at"),
        "need_choice",
        ["municipality_code", "set_at"],
        schema="raw",
    )


def downgrade() -> None:
    op.drop_table("need_choice", schema="raw")
