"""Who changed a team, and when: the second of two who save it is told of the first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "team",
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        schema="raw",
    )
    op.add_column(
        "team", sa.Column("changed_by", sa.Text(), server_default="", nullable=False), schema="raw"
    )
    op.add_column(
        "team",
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="raw",
    )


def downgrade() -> None:
    for column in ("changed_at", "changed_by", "version"):
        op.drop_column("team", column, schema="raw")
