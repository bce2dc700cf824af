"""A team's own choices: whether it wants to check in on the spot, which is off by default."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team_setting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("checks_in", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_team_setting_municipality_code"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["raw.team.id"], name=op.f("fk_team_setting_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_setting")),
        sa.UniqueConstraint("team_id", name=op.f("uq_team_setting_team_id")),
        schema="raw",
    )


def downgrade() -> None:
    op.execute("COMMENT ON SCHEMA adm IS NULL")
    op.drop_table("team_setting", schema="raw")
