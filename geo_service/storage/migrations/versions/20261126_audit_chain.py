"""The chain of the audit: a salt per entry, and links that stand without the entry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FUNCTIONS = ("adm.forget_audit", "adm.seal_audit", "adm.audit_link", "adm.audit_hash")
# made by the walls, again after every migration


def upgrade() -> None:
    op.add_column(
        "audit_entry",
        sa.Column("salt", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        schema="adm",
    )
    op.create_index(
        op.f("ix_audit_entry_municipality_code_id"),
        "audit_entry",
        ["municipality_code", "id"],
        unique=False,
        schema="adm",
    )
    # nothing was ever sealed before this version, so there is nothing to fill in
    op.add_column(
        "audit_seal",
        sa.Column("entry_at", sa.DateTime(timezone=True), nullable=False),
        schema="adm",
    )
    op.add_column("audit_seal", sa.Column("municipality_code", sa.String(length=40)), schema="adm")
    op.add_column(
        "audit_seal", sa.Column("content_hash", sa.LargeBinary(), nullable=False), schema="adm"
    )
    op.create_index(
        op.f("ix_audit_seal_retention_run_id"),
        "audit_seal",
        ["retention_run_id"],
        unique=False,
        schema="adm",
        postgresql_where=sa.text("retention_run_id IS NOT NULL"),
    )
    op.alter_column("retention_run", "municipality_code", nullable=True, schema="adm")


def downgrade() -> None:
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION IF EXISTS {function}")
    op.execute("COMMENT ON SCHEMA adm IS NULL")  # the walls are built anew
    op.execute("DELETE FROM adm.audit_seal")  # links of a kind that the version before cannot read
    op.execute("DELETE FROM adm.retention_run WHERE municipality_code IS NULL")
    op.alter_column("retention_run", "municipality_code", nullable=False, schema="adm")
    op.drop_index(op.f("ix_audit_seal_retention_run_id"), table_name="audit_seal", schema="adm")
    op.drop_column("audit_seal", "content_hash", schema="adm")
    op.drop_column("audit_seal", "municipality_code", schema="adm")
    op.drop_column("audit_seal", "entry_at", schema="adm")
    op.drop_index(
        op.f("ix_audit_entry_municipality_code_id"), table_name="audit_entry", schema="adm"
    )
    op.drop_column("audit_entry", "salt", schema="adm")
