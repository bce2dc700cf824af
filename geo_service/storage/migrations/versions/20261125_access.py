"""Accounts, rights, sessions, settings, retention, and a chain of the audit apart from it.

What each login role may do is no longer granted here: `storage/walls.py` does it from the
declaration of access, after every migration.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FUNCTIONS = """
  DO $$
  DECLARE f record;
  BEGIN
    FOR f IN SELECT oid::regprocedure AS signature FROM pg_proc WHERE prokind = 'f'
      AND pronamespace IN ('raw'::regnamespace, 'work'::regnamespace, 'adm'::regnamespace)
    LOOP EXECUTE format('DROP FUNCTION %s CASCADE', f.signature); END LOOP;
  END $$"""
"""All are made by the walls, again after every migration; policies that call them go with them."""


def upgrade() -> None:
    op.create_table(
        "sign_in_state",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("state_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("code_verifier", sa.Text(), nullable=False),
        sa.Column("next_path", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_state")),
        sa.UniqueConstraint("state_sha256", name=op.f("uq_sign_in_state_state_sha256")),
        schema="adm",
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=40), server_default="da", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("oidc_issuer", sa.Text(), nullable=True),
        sa.Column("oidc_subject", sa.Text(), nullable=True),
        sa.Column("failed_sign_ins", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "language IN ('da', 'en')", name=op.f("ck_user_account_language_is_known")
        ),
        sa.CheckConstraint(
            "login = lower(login) AND login <> ''", name=op.f("ck_user_account_login_is_lower_case")
        ),
        sa.CheckConstraint(
            "(oidc_issuer IS NULL) = (oidc_subject IS NULL)",
            name=op.f("ck_user_account_oidc_issuer_and_subject"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
        sa.UniqueConstraint(
            "oidc_issuer", "oidc_subject", name=op.f("uq_user_account_oidc_issuer_oidc_subject")
        ),
        schema="adm",
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["adm.user_account.id"], name=op.f("fk_invitation_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_invitation_token_sha256")),
        schema="adm",
    )
    op.create_index(
        op.f("ix_invitation_user_id"), "invitation", ["user_id"], unique=False, schema="adm"
    )
    op.create_table(
        "retention_rule",
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('incidents', 'observations', 'plans', 'audit')",
            name=op.f("ck_retention_rule_kind_is_known"),
        ),
        sa.CheckConstraint(
            "keep_days BETWEEN 1 AND 36500", name=op.f("ck_retention_rule_keep_days_is_sensible")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_retention_rule_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("municipality_code", "kind", name=op.f("pk_retention_rule")),
        schema="adm",
    )
    op.create_table(
        "retention_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("cut_off", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("remaining_older", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column(
            "ran_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "kind IN ('incidents', 'observations', 'plans', 'audit')",
            name=op.f("ck_retention_run_kind_is_known"),
        ),
        sa.CheckConstraint("deleted >= 0", name=op.f("ck_retention_run_deleted_not_negative")),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_retention_run_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
        schema="adm",
    )
    op.create_index(
        op.f("ix_retention_run_municipality_code_kind_as_of"),
        "retention_run",
        ["municipality_code", "kind", "as_of"],
        unique=False,
        schema="adm",
    )
    op.create_table(
        "setting",
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_setting_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("municipality_code", "key", name=op.f("pk_setting")),
        schema="adm",
    )
    op.create_table(
        "user_right",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=True),
        sa.Column("hotspot_areas", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("team_code", sa.String(length=40), nullable=True),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column(
            "granted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "municipality_code IS NOT NULL OR role = 'admin'",
            name=op.f("ck_user_right_municipality_unless_admin"),
        ),
        sa.CheckConstraint(
            "organisation IS NOT NULL OR role NOT IN ('partner', 'agency')",
            name=op.f("ck_user_right_organisation_of_partner_and_agency"),
        ),
        sa.CheckConstraint(
            "role IN ('police', 'hotspot_chief', 'street_team', 'tmf', 'partner', 'agency', 'council', 'admin')",
            name=op.f("ck_user_right_role_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_user_right_municipality_code"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["adm.user_account.id"], name=op.f("fk_user_right_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_right")),
        schema="adm",
    )
    op.create_index(
        "uq_user_right_in_force",
        "user_right",
        ["user_id", "role", "municipality_code"],
        unique=True,
        schema="adm",
        postgresql_where=sa.text("ended_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "incident_precision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("precision", sa.String(length=40), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column(
            "set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "precision IN ('rode', '250m', 'point')",
            name=op.f("ck_incident_precision_precision_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_incident_precision_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_precision")),
        schema="raw",
    )
    op.create_index(
        op.f("ix_incident_precision_municipality_code_set_at"),
        "incident_precision",
        ["municipality_code", "set_at"],
        unique=False,
        schema="raw",
    )
    op.create_table(
        "audit_seal",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "sealed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("retention_run_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["retention_run_id"],
            ["adm.retention_run.id"],
            name=op.f("fk_audit_seal_retention_run_id"),
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_seal_entry_id")),
        schema="adm",
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("right_id", sa.BigInteger(), nullable=True),
        sa.Column("hotspot_area", sa.String(length=40), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('web', 'token')", name=op.f("ck_web_session_kind_is_known")),
        sa.ForeignKeyConstraint(
            ["right_id"], ["adm.user_right.id"], name=op.f("fk_web_session_right_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["adm.user_account.id"], name=op.f("fk_web_session_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_web_session_token_sha256")),
        schema="adm",
    )
    op.create_index(
        op.f("ix_web_session_user_id"), "web_session", ["user_id"], unique=False, schema="adm"
    )
    op.add_column(
        "audit_entry", sa.Column("role", sa.String(length=40), nullable=True), schema="adm"
    )
    op.add_column(
        "audit_entry",
        sa.Column("is_sealed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="adm",
    )
    op.create_index(
        op.f("ix_audit_entry_actor_at"), "audit_entry", ["actor", "at"], unique=False, schema="adm"
    )
    op.create_index(
        op.f("ix_audit_entry_object_kind_object_ref_at"),
        "audit_entry",
        ["object_kind", "object_ref", "at"],
        unique=False,
        schema="adm",
    )
    op.create_index(
        "ix_audit_entry_unsealed",
        "audit_entry",
        ["id"],
        unique=False,
        schema="adm",
        postgresql_where=sa.text("NOT is_sealed"),
    )
    op.drop_column("audit_entry", "previous_hash", schema="adm")
    op.drop_column("audit_entry", "hash", schema="adm")


NO_WALLS = """
DO $$
DECLARE p record;
BEGIN
  FOR p IN SELECT schemaname, tablename, policyname FROM pg_policies
           WHERE schemaname IN ('raw', 'work')
  LOOP EXECUTE format('DROP POLICY %I ON %I.%I', p.policyname, p.schemaname, p.tablename);
  END LOOP;
  FOR p IN SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('raw', 'work')
  LOOP EXECUTE format('ALTER TABLE %I.%I DISABLE ROW LEVEL SECURITY', p.schemaname, p.tablename);
  END LOOP;
END $$
"""
OLD_GRANTS = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA raw, work, pub, adm FROM web_raw, web_work, web_auth, job",
    "GRANT SELECT ON ALL TABLES IN SCHEMA raw TO web_raw",
    "GRANT SELECT ON ALL TABLES IN SCHEMA work TO web_raw, web_work",
    "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA pub TO job",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA raw, work TO job",
    "GRANT INSERT ON adm.audit_entry TO web_auth, web_raw, web_work, job",
    "GRANT SELECT ON adm.audit_entry TO web_auth",
    "GRANT SELECT ON adm.alembic_version TO web_auth, web_raw, web_work, job",
)  # no web page of the version before wrote anything


def downgrade() -> None:
    op.execute(NO_WALLS)
    op.execute("COMMENT ON SCHEMA adm IS NULL")
    op.execute(FUNCTIONS)
    op.add_column(
        "audit_entry",
        sa.Column("hash", postgresql.BYTEA(), autoincrement=False, nullable=True),
        schema="adm",
    )
    op.add_column(
        "audit_entry",
        sa.Column("previous_hash", postgresql.BYTEA(), autoincrement=False, nullable=True),
        schema="adm",
    )
    op.drop_index(
        "ix_audit_entry_unsealed",
        table_name="audit_entry",
        schema="adm",
        postgresql_where=sa.text("NOT is_sealed"),
    )
    op.drop_index(
        op.f("ix_audit_entry_object_kind_object_ref_at"), table_name="audit_entry", schema="adm"
    )
    op.drop_index(op.f("ix_audit_entry_actor_at"), table_name="audit_entry", schema="adm")
    op.drop_column("audit_entry", "is_sealed", schema="adm")
    op.drop_column("audit_entry", "role", schema="adm")
    op.drop_index(op.f("ix_web_session_user_id"), table_name="web_session", schema="adm")
    op.drop_table("web_session", schema="adm")
    op.drop_table("audit_seal", schema="adm")
    op.drop_index(
        op.f("ix_incident_precision_municipality_code_set_at"),
        table_name="incident_precision",
        schema="raw",
    )
    op.drop_table("incident_precision", schema="raw")
    op.drop_index(
        "uq_user_right_in_force",
        table_name="user_right",
        schema="adm",
        postgresql_where=sa.text("ended_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_table("user_right", schema="adm")
    op.drop_table("setting", schema="adm")
    op.drop_index(
        op.f("ix_retention_run_municipality_code_kind_as_of"),
        table_name="retention_run",
        schema="adm",
    )
    op.drop_table("retention_run", schema="adm")
    op.drop_table("retention_rule", schema="adm")
    op.drop_index(op.f("ix_invitation_user_id"), table_name="invitation", schema="adm")
    op.drop_table("invitation", schema="adm")
    op.drop_table("user_account", schema="adm")
    op.drop_table("sign_in_state", schema="adm")
    for statement in OLD_GRANTS:
        op.execute(statement)
