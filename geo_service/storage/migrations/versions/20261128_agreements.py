"""The agreement: states, lines with reasons, changes, suspensions; absences, offers, activities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CHECKS = (
    ("commitment", "kept_is_known", "kept IN ('held', 'partly', 'not')"),
    ("coverage_area", "kind_is_known", "kind IN ('area', 'route', 'round')"),
    ("coverage_area", "level_is_known", "level IN ('green', 'yellow', 'red')"),
    ("evening_log", "follow_up_is_known", "follow_up IN ('seen', 'discussed', 'agreed', 'done')"),
    (
        "evening_plan",
        "agreed_by_both",
        "state NOT IN ('agreed', 'in_force', 'reviewed') OR (agreed_police_at IS NOT NULL AND agreed_chief_at IS NOT NULL)",
    ),
)


def upgrade() -> None:
    _add_tables()
    _add_columns()


def _add_tables() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_account_id", sa.BigInteger(), nullable=False),
        sa.Column("municipality_code", sa.String(length=40), nullable=False),
        sa.Column("team_code", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_account_id"],
            ["adm.user_account.id"],
            name=op.f("fk_calendar_feed_user_account_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
        schema="adm",
    )
    op.create_index(
        op.f("ix_calendar_feed_user_account_id"),
        "calendar_feed",
        ["user_account_id"],
        unique=False,
        schema="adm",
    )
    op.create_table(
        "suspension",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("hotspot_area_code", sa.String(length=40), nullable=False),
        sa.Column("evening", sa.Date(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column(
            "declared_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_suspension_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
        schema="raw",
    )
    op.create_index(
        "uq_suspension_area_evening",
        "suspension",
        ["municipality_code", "hotspot_area_code", "evening"],
        unique=True,
        schema="raw",
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "activity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("hotspot_area_code", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('event', 'offer', 'match', 'building_work', 'other')",
            name=op.f("ck_activity_kind_is_known"),
        ),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck_activity_starts_at_before_ends_at")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_activity_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        schema="work",
    )
    op.create_index(
        op.f("ix_activity_municipality_code_starts_at"),
        "activity",
        ["municipality_code", "starts_at"],
        unique=False,
        schema="work",
    )
    op.create_table(
        "school_holiday",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "first_day <= last_day", name=op.f("ck_school_holiday_first_day_not_after_last_day")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_school_holiday_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_holiday")),
        sa.UniqueConstraint(
            "municipality_code",
            "name",
            "first_day",
            name=op.f("uq_school_holiday_municipality_code_name_first_day"),
        ),
        schema="work",
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("member", sa.String(length=40), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "reported_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_absence_starts_at_before_ends_at")),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_absence_municipality_code"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["raw.team.id"], name=op.f("fk_absence_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        schema="raw",
    )
    op.create_index(
        op.f("ix_absence_team_id_starts_at"),
        "absence",
        ["team_id", "starts_at"],
        unique=False,
        schema="raw",
    )
    op.create_table(
        "plan_amendment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("evening_plan_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["evening_plan_id"],
            ["raw.evening_plan.id"],
            name=op.f("fk_plan_amendment_evening_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_plan_amendment_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_amendment")),
        schema="raw",
    )
    op.create_index(
        op.f("ix_plan_amendment_evening_plan_id"),
        "plan_amendment",
        ["evening_plan_id"],
        unique=False,
        schema="raw",
    )
    op.create_table(
        "staffed_presence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("coverage_area_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('container', 'outreach_club_worker')",
            name=op.f("ck_staffed_presence_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["coverage_area_id"],
            ["raw.coverage_area.id"],
            name=op.f("fk_staffed_presence_coverage_area_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_staffed_presence_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staffed_presence")),
        sa.UniqueConstraint(
            "municipality_code", "code", name=op.f("uq_staffed_presence_municipality_code_code")
        ),
        schema="raw",
    )
    op.create_table(
        "offer_dated_hours",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.CheckConstraint(
            "first_day <= last_day", name=op.f("ck_offer_dated_hours_first_day_not_after_last_day")
        ),
        sa.CheckConstraint(
            "num_nulls(weekday, opens, closes) IN (0, 3)",
            name=op.f("ck_offer_dated_hours_open_with_times_or_closed"),
        ),
        sa.CheckConstraint(
            "weekday BETWEEN 1 AND 7", name=op.f("ck_offer_dated_hours_weekday_is_iso")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_offer_dated_hours_municipality_code"),
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["work.offer.id"], name=op.f("fk_offer_dated_hours_offer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_dated_hours")),
        schema="work",
    )
    op.create_index(
        op.f("ix_offer_dated_hours_offer_id_first_day"),
        "offer_dated_hours",
        ["offer_id", "first_day"],
        unique=False,
        schema="work",
    )
    op.create_table(
        "staffed_hours",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("staffed_presence_id", sa.BigInteger(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_staffed_hours_weekday_is_iso")),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_staffed_hours_municipality_code"),
        ),
        sa.ForeignKeyConstraint(
            ["staffed_presence_id"],
            ["raw.staffed_presence.id"],
            name=op.f("fk_staffed_hours_staffed_presence_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staffed_hours")),
        sa.UniqueConstraint(
            "staffed_presence_id",
            "weekday",
            "opens",
            name=op.f("uq_staffed_hours_staffed_presence_id_weekday_opens"),
        ),
        schema="raw",
    )


def _add_columns() -> None:
    op.add_column(
        "commitment", sa.Column("evening_plan_id", sa.BigInteger(), nullable=True), schema="raw"
    )
    op.add_column("commitment", sa.Column("team_id", sa.BigInteger(), nullable=True), schema="raw")
    op.add_column("commitment", sa.Column("unit", sa.Text(), nullable=True), schema="raw")
    op.add_column(
        "commitment",
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        schema="raw",
    )
    op.add_column(
        "commitment", sa.Column("kept", sa.String(length=40), nullable=True), schema="raw"
    )
    op.add_column(
        "commitment",
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        schema="raw",
    )
    op.drop_constraint(
        op.f("uq_commitment_agency_place_start"), "commitment", schema="raw", type_="unique"
    )
    op.create_index(
        op.f("ix_commitment_evening_plan_id"),
        "commitment",
        ["evening_plan_id"],
        unique=False,
        schema="raw",
    )
    op.create_index(
        "uq_commitment_plan_agency_place_start",
        "commitment",
        [
            "municipality_code",
            "evening_plan_id",
            "agency",
            "coverage_area_id",
            "starts_at",
            "team_id",
        ],
        unique=True,
        schema="raw",
        postgresql_where=sa.text("removed_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_foreign_key(
        op.f("fk_commitment_evening_plan_id"),
        "commitment",
        "evening_plan",
        ["evening_plan_id"],
        ["id"],
        source_schema="raw",
        referent_schema="raw",
    )
    op.create_foreign_key(
        op.f("fk_commitment_team_id"),
        "commitment",
        "team",
        ["team_id"],
        ["id"],
        source_schema="raw",
        referent_schema="raw",
    )
    op.add_column(
        "coverage_area",
        sa.Column("kind", sa.String(length=40), server_default="area", nullable=False),
        schema="raw",
    )
    op.add_column(
        "coverage_area",
        sa.Column("level", sa.String(length=40), server_default="green", nullable=False),
        schema="raw",
    )
    op.add_column(
        "coverage_area",
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        schema="raw",
    )
    op.add_column(
        "coverage_area",
        sa.Column("changed_by", sa.Text(), server_default="", nullable=False),
        schema="raw",
    )
    op.add_column(
        "coverage_area",
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="raw",
    )
    op.add_column(
        "evening_log", sa.Column("note", sa.Text(), server_default="", nullable=False), schema="raw"
    )
    op.add_column(
        "evening_log", sa.Column("follow_up", sa.String(length=40), nullable=True), schema="raw"
    )
    op.add_column(
        "evening_log",
        sa.Column("written_by", sa.Text(), server_default="", nullable=False),
        schema="raw",
    )
    op.add_column(
        "evening_plan", sa.Column("copied_from_id", sa.BigInteger(), nullable=True), schema="raw"
    )
    op.add_column(
        "evening_plan",
        sa.Column("minutes", sa.Text(), server_default="", nullable=False),
        schema="raw",
    )
    op.add_column("evening_plan", sa.Column("sent_by", sa.Text(), nullable=True), schema="raw")
    op.add_column(
        "evening_plan",
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        schema="raw",
    )
    op.add_column(
        "evening_plan", sa.Column("agreed_police_by", sa.Text(), nullable=True), schema="raw"
    )
    op.add_column(
        "evening_plan",
        sa.Column("agreed_police_at", sa.DateTime(timezone=True), nullable=True),
        schema="raw",
    )
    op.add_column(
        "evening_plan", sa.Column("agreed_chief_by", sa.Text(), nullable=True), schema="raw"
    )
    op.add_column(
        "evening_plan",
        sa.Column("agreed_chief_at", sa.DateTime(timezone=True), nullable=True),
        schema="raw",
    )
    op.add_column(
        "evening_plan",
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        schema="raw",
    )
    op.add_column(
        "evening_plan",
        sa.Column("changed_by", sa.Text(), server_default="", nullable=False),
        schema="raw",
    )
    op.add_column(
        "evening_plan",
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        schema="raw",
    )
    op.drop_constraint(
        op.f("uq_evening_plan_area_evening_version"), "evening_plan", schema="raw", type_="unique"
    )
    op.create_foreign_key(
        op.f("fk_evening_plan_copied_from_id"),
        "evening_plan",
        "evening_plan",
        ["copied_from_id"],
        ["id"],
        source_schema="raw",
        referent_schema="raw",
        ondelete="SET NULL",
    )
    op.add_column("shift", sa.Column("member", sa.String(length=40), nullable=True), schema="raw")
    op.drop_constraint(op.f("uq_shift_team_id_starts_at"), "shift", schema="raw", type_="unique")
    op.create_unique_constraint(
        "uq_shift_team_member_start",
        "shift",
        ["team_id", "member", "starts_at"],
        schema="raw",
        postgresql_nulls_not_distinct=True,
    )
    op.add_column(
        "offer",
        sa.Column(
            "same_in_holidays", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        schema="work",
    )
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition, schema="raw")
    op.execute(
        "ALTER TABLE raw.evening_plan ADD CONSTRAINT ex_evening_plan_one_at_a_time EXCLUDE USING gist"
        " (municipality_code WITH =, hotspot_area_code WITH =,"
        " daterange(first_evening, last_evening, '[]') WITH &&)"
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
    op.execute("DROP FUNCTION IF EXISTS raw.own_plans CASCADE")
    _drop_columns()
    _drop_tables()


def _drop_columns() -> None:
    op.execute("ALTER TABLE raw.evening_plan DROP CONSTRAINT ex_evening_plan_one_at_a_time")
    for table, name, _condition in CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, schema="raw", type_="check")
    op.drop_column("offer", "same_in_holidays", schema="work")
    op.drop_constraint("uq_shift_team_member_start", "shift", schema="raw", type_="unique")
    op.create_unique_constraint(
        op.f("uq_shift_team_id_starts_at"),
        "shift",
        ["team_id", "starts_at"],
        schema="raw",
        postgresql_nulls_not_distinct=False,
    )
    op.drop_column("shift", "member", schema="raw")
    op.drop_constraint(
        op.f("fk_evening_plan_copied_from_id"), "evening_plan", schema="raw", type_="foreignkey"
    )
    op.create_unique_constraint(
        op.f("uq_evening_plan_area_evening_version"),
        "evening_plan",
        ["municipality_code", "hotspot_area_code", "first_evening", "version"],
        schema="raw",
        postgresql_nulls_not_distinct=False,
    )
    op.drop_column("evening_plan", "changed_at", schema="raw")
    op.drop_column("evening_plan", "changed_by", schema="raw")
    op.drop_column("evening_plan", "reviewed_at", schema="raw")
    op.drop_column("evening_plan", "agreed_chief_at", schema="raw")
    op.drop_column("evening_plan", "agreed_chief_by", schema="raw")
    op.drop_column("evening_plan", "agreed_police_at", schema="raw")
    op.drop_column("evening_plan", "agreed_police_by", schema="raw")
    op.drop_column("evening_plan", "sent_at", schema="raw")
    op.drop_column("evening_plan", "sent_by", schema="raw")
    op.drop_column("evening_plan", "minutes", schema="raw")
    op.drop_column("evening_plan", "copied_from_id", schema="raw")
    op.drop_column("evening_log", "written_by", schema="raw")
    op.drop_column("evening_log", "follow_up", schema="raw")
    op.drop_column("evening_log", "note", schema="raw")
    op.drop_column("coverage_area", "changed_at", schema="raw")
    op.drop_column("coverage_area", "changed_by", schema="raw")
    op.drop_column("coverage_area", "version", schema="raw")
    op.drop_column("coverage_area", "level", schema="raw")
    op.drop_column("coverage_area", "kind", schema="raw")
    op.drop_constraint(
        op.f("fk_commitment_team_id"), "commitment", schema="raw", type_="foreignkey"
    )
    op.drop_constraint(
        op.f("fk_commitment_evening_plan_id"), "commitment", schema="raw", type_="foreignkey"
    )
    op.drop_index(
        "uq_commitment_plan_agency_place_start",
        table_name="commitment",
        schema="raw",
        postgresql_where=sa.text("removed_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(op.f("ix_commitment_evening_plan_id"), table_name="commitment", schema="raw")
    op.create_unique_constraint(
        op.f("uq_commitment_agency_place_start"),
        "commitment",
        ["municipality_code", "agency", "coverage_area_id", "starts_at"],
        schema="raw",
        postgresql_nulls_not_distinct=False,
    )
    op.drop_column("commitment", "removed_at", schema="raw")
    op.drop_column("commitment", "kept", schema="raw")
    op.drop_column("commitment", "reason", schema="raw")
    op.drop_column("commitment", "unit", schema="raw")
    op.drop_column("commitment", "team_id", schema="raw")
    op.drop_column("commitment", "evening_plan_id", schema="raw")


def _drop_tables() -> None:
    op.drop_table("staffed_hours", schema="raw")
    op.drop_index(
        op.f("ix_offer_dated_hours_offer_id_first_day"),
        table_name="offer_dated_hours",
        schema="work",
    )
    op.drop_table("offer_dated_hours", schema="work")
    op.drop_table("staffed_presence", schema="raw")
    op.drop_index(
        op.f("ix_plan_amendment_evening_plan_id"), table_name="plan_amendment", schema="raw"
    )
    op.drop_table("plan_amendment", schema="raw")
    op.drop_index(op.f("ix_absence_team_id_starts_at"), table_name="absence", schema="raw")
    op.drop_table("absence", schema="raw")
    op.drop_table("school_holiday", schema="work")
    op.drop_index(
        op.f("ix_activity_municipality_code_starts_at"), table_name="activity", schema="work"
    )
    op.drop_table("activity", schema="work")
    op.drop_index(
        "uq_suspension_area_evening",
        table_name="suspension",
        schema="raw",
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.drop_table("suspension", schema="raw")
    op.drop_index(
        op.f("ix_calendar_feed_user_account_id"), table_name="calendar_feed", schema="adm"
    )
    op.drop_table("calendar_feed", schema="adm")
