"""Codes of members, choices for the evening work, and who changed offers and staffed places."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EDITED = (("raw", "staffed_presence"), ("work", "offer"))


def _choice(name: str, *columns: sa.Column[object], checks: tuple[sa.CheckConstraint, ...]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        *columns,
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column(
            "set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f(f"fk_{name}_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        *checks,
        schema="raw",
    )


def upgrade() -> None:
    _choice(
        "presence_rule",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("least_minutes", sa.Integer(), nullable=False),
        sa.Column("most_minutes", sa.Integer(), nullable=True),
        sa.Column("longest_gap_minutes", sa.Integer(), nullable=True),
        sa.Column("varied_order", sa.Boolean(), nullable=False),
        sa.Column("regular_days", sa.Boolean(), nullable=False),
        sa.Column("fixed_hours", sa.Boolean(), nullable=False),
        checks=(
            sa.CheckConstraint(
                "kind IN ('patrol', 'street_team', 'container')",
                name=op.f("ck_presence_rule_kind_is_known"),
            ),
            sa.CheckConstraint(
                "least_minutes > 0", name=op.f("ck_presence_rule_least_minutes_positive")
            ),
        ),
    )
    _choice(
        "street_team_choice",
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("least_together", sa.Integer(), nullable=False),
        sa.Column("rest_minutes", sa.Integer(), nullable=False),
        sa.Column("least_minutes", sa.Integer(), nullable=False),
        checks=(
            sa.CheckConstraint(
                "least_together BETWEEN 1 AND members",
                name=op.f("ck_street_team_choice_least_together_of_members"),
            ),
            sa.CheckConstraint(
                "rest_minutes BETWEEN 0 AND 1439",
                name=op.f("ck_street_team_choice_rest_minutes_of_a_day"),
            ),
        ),
    )
    _choice(
        "police_choice",
        sa.Column("unit_names", sa.Boolean(), nullable=False),
        sa.Column("rosters", sa.Boolean(), nullable=False),
        checks=(),
    )
    for name, columns in (
        ("presence_rule", ["municipality_code", "kind", "set_at"]),
        ("street_team_choice", ["municipality_code", "set_at"]),
        ("police_choice", ["municipality_code", "set_at"]),
    ):
        op.create_index(op.f(f"ix_{name}_{'_'.join(columns)}"), name, columns, schema="raw")
    op.add_column(
        "team",
        sa.Column(
            "member_codes", sa.ARRAY(sa.String(length=40)), server_default="{}", nullable=False
        ),
        schema="raw",
    )
    for schema, table in EDITED:
        op.add_column(table, sa.Column("ended_on", sa.Date(), nullable=True), schema=schema)
        op.add_column(
            table,
            sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
            schema=schema,
        )
        op.add_column(
            table,
            sa.Column("changed_by", sa.Text(), server_default="", nullable=False),
            schema=schema,
        )
        op.add_column(
            table,
            sa.Column(
                "changed_at",
                sa.DateTime(timezone=True),
                server_default=sa.text("now()"),
                nullable=False,
            ),
            schema=schema,
        )


NO_POLICIES = """
  DO $$
  DECLARE p record;
  BEGIN
    FOR p IN SELECT schemaname, tablename, policyname FROM pg_policies
             WHERE schemaname IN ('raw', 'work')
    LOOP EXECUTE format('DROP POLICY %I ON %I.%I', p.policyname, p.schemaname, p.tablename);
    END LOOP;
  END $$"""
"""They name columns that go, and are made again by the walls."""


def downgrade() -> None:
    op.execute(NO_POLICIES)
    op.execute("COMMENT ON SCHEMA adm IS NULL")
    for schema, table in EDITED:
        for column in ("changed_at", "changed_by", "version", "ended_on"):
            op.drop_column(table, column, schema=schema)
    op.drop_column("team", "member_codes", schema="raw")
    for name in ("police_choice", "street_team_choice", "presence_rule"):
        op.drop_table(name, schema="raw")
