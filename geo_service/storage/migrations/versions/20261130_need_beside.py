"""What counts in need beside reports from public space, and how many visits a level is due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SEEN = ("vold", "narkotika", "haervaerk", "chikane", "uro")
LEVELS = ("green", "yellow", "red")
BY_ROLE = ("indbrud", "tyveri")


def upgrade() -> None:
    op.add_column(
        "evening_log", sa.Column("seen", sa.String(length=40), nullable=True), schema="raw"
    )
    op.create_check_constraint(
        op.f("ck_evening_log_seen_is_known"),
        "evening_log",
        f"seen IN ({', '.join(repr(kind) for kind in SEEN)})",
        schema="raw",
    )
    for kind in BY_ROLE:
        op.add_column(
            "police_choice",
            sa.Column(
                f"{kind}_in_need", sa.Boolean(), server_default=sa.text("false"), nullable=False
            ),
            schema="raw",
        )
    op.create_table(
        "level_choice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        *(sa.Column(level, sa.Integer(), nullable=False) for level in LEVELS),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column(
            "set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "1 <= green AND green <= yellow AND yellow <= red AND red <= 35",
            name=op.f("ck_level_choice_visits_grow_with_level"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_level_choice_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level_choice")),
        schema="raw",
    )
    op.create_index(
        op.f("ix_level_choice_municipality_code_set_at"),
        "level_choice",
        ["municipality_code", "set_at"],
        schema="raw",
    )


def downgrade() -> None:
    op.drop_table("level_choice", schema="raw")
    for kind in BY_ROLE:
        op.drop_column("police_choice", f"{kind}_in_need", schema="raw")
    op.drop_constraint(
        op.f("ck_evening_log_seen_is_known"), "evening_log", schema="raw", type_="check"
    )
    op.drop_column("evening_log", "seen", schema="raw")
