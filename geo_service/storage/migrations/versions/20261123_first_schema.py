"""The first schema: four schemas, their tables, and what each login role may do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SRID = 25832  # written out: a migration must not change when the code does
SCHEMAS = ("raw", "work", "pub")  # `adm` holds the version table and is made before us

PLANNING = "team, shift, coverage_area, commitment, evening_plan, plan_assignment, evening_log"
PROGRAMME = (
    "improvement_project, funding_line, action, offer, offer_hours, effect_goal, effect_goal_value"
)


def upgrade() -> None:
    for schema in SCHEMAS:
        op.execute(f"CREATE SCHEMA {schema}")
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=True),
        sa.Column("object_ref", sa.Text(), nullable=True),
        sa.Column("municipality_code", sa.String(length=40), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column(
            "detail",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        schema="adm",
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False, schema="adm")
    op.create_table(
        "municipality",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "code ~ '^[0-9]{4}$'", name=op.f("ck_municipality_code_has_four_digits")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipality")),
        schema="work",
    )
    op.create_table(
        "release",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("manifest", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('published', 'corrected', 'withdrawn')",
            name=op.f("ck_release_status_is_known"),
        ),
        sa.CheckConstraint(
            "period_from <= period_to", name=op.f("ck_release_period_from_not_after_period_to")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_release_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint(
            "municipality_code", "number", name=op.f("uq_release_municipality_code_number")
        ),
        schema="pub",
    )
    op.create_table(
        "coverage_area",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("hotspot_area_code", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("capacity", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("not_at_night_reason", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("geom", Geometry("MULTIPOLYGON", SRID, spatial_index=False), nullable=False),
        sa.CheckConstraint(
            "agency IN ('police', 'street_team')", name=op.f("ck_coverage_area_agency_is_known")
        ),
        sa.CheckConstraint(
            "ST_IsValid(geom) AND NOT ST_IsEmpty(geom) AND ST_XMin(geom) >= 400000 AND ST_XMax(geom) <= 900000 AND ST_YMin(geom) >= 6000000 AND ST_YMax(geom) <= 6450000",
            name=op.f("ck_coverage_area_geom_is_valid_and_in_denmark"),
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_coverage_area_capacity_positive")),
        sa.CheckConstraint(
            "valid_from < valid_to", name=op.f("ck_coverage_area_valid_from_before_valid_to")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_coverage_area_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_area")),
        sa.UniqueConstraint(
            "municipality_code",
            "code",
            "valid_from",
            name=op.f("uq_coverage_area_municipality_code_code_valid_from"),
        ),
        schema="raw",
    )
    op.create_index(
        op.f("ix_coverage_area_geom"),
        "coverage_area",
        ["geom"],
        unique=False,
        schema="raw",
        postgresql_using="gist",
    )
    op.create_table(
        "evening_plan",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("hotspot_area_code", sa.String(length=40), nullable=False),
        sa.Column("first_evening", sa.Date(), nullable=False),
        sa.Column("last_evening", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("state", sa.String(length=40), server_default="draft", nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("inputs_hash", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'agreed', 'in_force', 'reviewed')",
            name=op.f("ck_evening_plan_state_is_known"),
        ),
        sa.CheckConstraint(
            "first_evening <= last_evening",
            name=op.f("ck_evening_plan_first_evening_not_after_last_evening"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_evening_plan_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evening_plan")),
        sa.UniqueConstraint(
            "municipality_code",
            "hotspot_area_code",
            "first_evening",
            "version",
            name="uq_evening_plan_area_evening_version",
        ),
        schema="raw",
    )
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "agency IN ('police', 'street_team')", name=op.f("ck_team_agency_is_known")
        ),
        sa.CheckConstraint("members > 0", name=op.f("ck_team_members_positive")),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_team_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint(
            "municipality_code", "code", name=op.f("uq_team_municipality_code_code")
        ),
        schema="raw",
    )
    op.create_table(
        "effect_goal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("area_kind", sa.String(length=40), nullable=False),
        sa.Column("area_code", sa.String(length=40), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("measured_by", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("target_value", sa.Numeric(precision=12, scale=4), nullable=True),
        sa.Column("target_category", sa.String(length=40), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("baseline_value", sa.Numeric(precision=12, scale=4), nullable=True),
        sa.Column("baseline_year", sa.Integer(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("comparison", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "area_kind IN ('rode', 'district', 'bydel', 'hotspot_area', 'housing_estate', 'lokaludvalg', 'quarter', 'public_area')",
            name=op.f("ck_effect_goal_area_kind_is_known"),
        ),
        sa.CheckConstraint(
            "direction IN ('fall', 'rise', 'reach')", name=op.f("ck_effect_goal_direction_is_known")
        ),
        sa.CheckConstraint(
            "kind IN ('direction', 'target', 'percentage_fall', 'convergence', 'milestone')",
            name=op.f("ck_effect_goal_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_effect_goal_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect_goal")),
        sa.UniqueConstraint(
            "municipality_code", "code", name=op.f("uq_effect_goal_municipality_code_code")
        ),
        schema="work",
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=40), server_default="stored", nullable=False),
        sa.Column("rows_in_file", sa.Integer(), nullable=False),
        sa.Column("rows_stored", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("rows_duplicate", sa.Integer(), nullable=False),
        sa.Column(
            "remarks",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column(
            "imported_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('stored', 'undone')", name=op.f("ck_import_batch_status_is_known")
        ),
        sa.CheckConstraint(
            "rows_in_file = rows_stored + rows_rejected + rows_duplicate",
            name=op.f("ck_import_batch_rows_add_up"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_import_batch_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        schema="work",
    )
    op.create_index(
        "uq_import_batch_stored_file",
        "import_batch",
        ["municipality_code", "kind", "sha256"],
        unique=True,
        schema="work",
        postgresql_where=sa.text("status = 'stored' AND kind = 'incidents'"),
    )
    op.create_table(
        "improvement_project",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("hotspot_area_code", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("partners", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=True),
        sa.Column("case_url", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("baseline_cost_oere", sa.BigInteger(), nullable=True),
        sa.Column("baseline_end", sa.Date(), nullable=True),
        sa.Column("forecast_cost_oere", sa.BigInteger(), nullable=True),
        sa.Column("forecast_end", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("updated_on", sa.Date(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                srid=25832,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('lighting', 'station', 'sightlines', 'cleaning', 'planting', 'path', 'entrance', 'square')",
            name=op.f("ck_improvement_project_kind_is_known"),
        ),
        sa.CheckConstraint(
            "status IN ('idea', 'examined', 'applied', 'granted', 'designed', 'tendered', 'built', 'delivered', 'inspected', 'in_operation', 'reopened', 'abandoned')",
            name=op.f("ck_improvement_project_status_is_known"),
        ),
        sa.CheckConstraint(
            "ST_IsValid(geom) AND NOT ST_IsEmpty(geom) AND ST_XMin(geom) >= 400000 AND ST_XMax(geom) <= 900000 AND ST_YMin(geom) >= 6000000 AND ST_YMax(geom) <= 6450000",
            name=op.f("ck_improvement_project_geom_is_valid_and_in_denmark"),
        ),
        sa.CheckConstraint(
            "baseline_cost_oere >= 0",
            name=op.f("ck_improvement_project_baseline_cost_not_negative"),
        ),
        sa.CheckConstraint(
            "forecast_cost_oere >= 0",
            name=op.f("ck_improvement_project_forecast_cost_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_improvement_project_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_project")),
        sa.UniqueConstraint(
            "municipality_code", "code", name=op.f("uq_improvement_project_municipality_code_code")
        ),
        schema="work",
    )
    op.create_index(
        op.f("ix_improvement_project_geom"),
        "improvement_project",
        ["geom"],
        unique=False,
        schema="work",
        postgresql_using="gist",
    )
    op.create_table(
        "incident_count",
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("rode_code", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("crime_type", sa.String(length=40), nullable=False),
        sa.Column("incidents", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "crime_type IN ('vold', 'indbrud', 'tyveri', 'narkotika', 'haervaerk', 'chikane', 'uro')",
            name=op.f("ck_incident_count_crime_type_is_known"),
        ),
        sa.CheckConstraint("incidents >= 0", name=op.f("ck_incident_count_incidents_not_negative")),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_incident_count_municipality_code"),
        ),
        sa.PrimaryKeyConstraint(
            "municipality_code", "rode_code", "month", "crime_type", name=op.f("pk_incident_count")
        ),
        schema="work",
    )
    op.create_table(
        "index_score",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("area_kind", sa.String(length=40), nullable=False),
        sa.Column("area_code", sa.String(length=40), nullable=False),
        sa.Column("index_year", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("crime_type", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("method_hash", sa.String(length=64), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Numeric(precision=12, scale=6), nullable=True),
        sa.Column("low", sa.Numeric(precision=12, scale=6), nullable=True),
        sa.Column("high", sa.Numeric(precision=12, scale=6), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column(
            "computed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "area_kind IN ('rode', 'district', 'bydel', 'hotspot_area', 'housing_estate', 'lokaludvalg', 'quarter', 'public_area')",
            name=op.f("ck_index_score_area_kind_is_known"),
        ),
        sa.CheckConstraint(
            "category IN ('ordinaert', 'intensiveret', 'markant')",
            name=op.f("ck_index_score_category_is_known"),
        ),
        sa.CheckConstraint(
            "crime_type IN ('all', 'vold', 'indbrud', 'tyveri', 'narkotika', 'haervaerk', 'chikane', 'uro')",
            name=op.f("ck_index_score_crime_type_is_known"),
        ),
        sa.CheckConstraint(
            "part IN ('total', 'questionnaire', 'reports', 'exposure', 'neighbourhood_problem')",
            name=op.f("ck_index_score_part_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_index_score_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_score")),
        sa.UniqueConstraint(
            "municipality_code",
            "area_kind",
            "area_code",
            "index_year",
            "part",
            "crime_type",
            "method_hash",
            "inputs_hash",
            name="uq_index_score_figure_method",
        ),
        schema="work",
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=False),
        sa.Column("age_to", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT", SRID, spatial_index=False), nullable=False),
        sa.CheckConstraint(
            "kind IN ('club', 'it_container', 'activity')", name=op.f("ck_offer_kind_is_known")
        ),
        sa.CheckConstraint(
            "ST_IsValid(geom) AND NOT ST_IsEmpty(geom) AND ST_XMin(geom) >= 400000 AND ST_XMax(geom) <= 900000 AND ST_YMin(geom) >= 6000000 AND ST_YMax(geom) <= 6450000",
            name=op.f("ck_offer_geom_is_valid_and_in_denmark"),
        ),
        sa.CheckConstraint("age_from <= age_to", name=op.f("ck_offer_age_from_not_after_age_to")),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_offer_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint(
            "municipality_code", "code", name=op.f("uq_offer_municipality_code_code")
        ),
        schema="work",
    )
    op.create_index(
        op.f("ix_offer_geom"),
        "offer",
        ["geom"],
        unique=False,
        schema="work",
        postgresql_using="gist",
    )
    op.create_table(
        "population",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("area_kind", sa.String(length=40), nullable=False),
        sa.Column("area_code", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sex", sa.String(length=40), server_default="all", nullable=False),
        sa.Column("age_from", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("residents", sa.Integer(), nullable=False),
        sa.Column("dwellings", sa.Integer(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "area_kind IN ('rode', 'district', 'bydel', 'hotspot_area', 'housing_estate', 'lokaludvalg', 'quarter', 'public_area')",
            name=op.f("ck_population_area_kind_is_known"),
        ),
        sa.CheckConstraint(
            "sex IN ('all', 'female', 'male')", name=op.f("ck_population_sex_is_known")
        ),
        sa.CheckConstraint(
            "age_from <= age_to", name=op.f("ck_population_age_from_not_after_age_to")
        ),
        sa.CheckConstraint("residents >= 0", name=op.f("ck_population_residents_not_negative")),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_population_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_population")),
        sa.UniqueConstraint(
            "municipality_code",
            "area_kind",
            "area_code",
            "year",
            "sex",
            "age_from",
            "age_to",
            name="uq_population_area_year_group",
            postgresql_nulls_not_distinct=True,
        ),
        schema="work",
    )
    op.create_table(
        "published_index_result",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("area_kind", sa.String(length=40), nullable=False),
        sa.Column("area_code", sa.String(length=40), nullable=False),
        sa.Column("index_year", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("crime_type", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("value", sa.Numeric(precision=10, scale=4), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "area_kind IN ('rode', 'district', 'bydel', 'hotspot_area', 'housing_estate', 'lokaludvalg', 'quarter', 'public_area')",
            name=op.f("ck_published_index_result_area_kind_is_known"),
        ),
        sa.CheckConstraint(
            "category IN ('ordinaert', 'intensiveret', 'markant')",
            name=op.f("ck_published_index_result_category_is_known"),
        ),
        sa.CheckConstraint(
            "crime_type IN ('all', 'vold', 'indbrud', 'tyveri', 'narkotika', 'haervaerk', 'chikane', 'uro')",
            name=op.f("ck_published_index_result_crime_type_is_known"),
        ),
        sa.CheckConstraint(
            "part IN ('total', 'questionnaire', 'reports', 'exposure', 'neighbourhood_problem')",
            name=op.f("ck_published_index_result_part_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_published_index_result_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_index_result")),
        sa.UniqueConstraint(
            "municipality_code",
            "area_kind",
            "area_code",
            "index_year",
            "part",
            "crime_type",
            "source",
            name="uq_published_index_result_figure",
        ),
        schema="work",
    )
    op.create_table(
        "survey_result",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("area_kind", sa.String(length=40), nullable=False),
        sa.Column("area_code", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("share_pct", sa.Numeric(precision=6, scale=3), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=True),
        sa.Column("design_effect", sa.Numeric(precision=6, scale=3), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "area_kind IN ('rode', 'district', 'bydel', 'hotspot_area', 'housing_estate', 'lokaludvalg', 'quarter', 'public_area')",
            name=op.f("ck_survey_result_area_kind_is_known"),
        ),
        sa.CheckConstraint("answers >= 0", name=op.f("ck_survey_result_answers_not_negative")),
        sa.CheckConstraint(
            "share_pct BETWEEN 0 AND 100", name=op.f("ck_survey_result_share_pct_is_a_share")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_survey_result_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_result")),
        sa.UniqueConstraint(
            "municipality_code",
            "area_kind",
            "area_code",
            "year",
            "series",
            "question",
            "answer",
            name="uq_survey_result_area_year_answer",
        ),
        schema="work",
    )
    op.create_table(
        "commitment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("coverage_area_id", sa.BigInteger(), nullable=False),
        sa.Column("evening", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "agency IN ('police', 'street_team')", name=op.f("ck_commitment_agency_is_known")
        ),
        sa.CheckConstraint(
            "form IN ('on_foot', 'driving', 'container_visit', 'on_call')",
            name=op.f("ck_commitment_form_is_known"),
        ),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck_commitment_starts_at_before_ends_at")
        ),
        sa.ForeignKeyConstraint(
            ["coverage_area_id"],
            ["raw.coverage_area.id"],
            name=op.f("fk_commitment_coverage_area_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_commitment_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint(
            "municipality_code",
            "agency",
            "coverage_area_id",
            "starts_at",
            name="uq_commitment_agency_place_start",
        ),
        schema="raw",
    )
    op.create_table(
        "evening_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("coverage_area_id", sa.BigInteger(), nullable=False),
        sa.Column("evening", sa.Date(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("trend", sa.String(length=40), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "trend IN ('less', 'as_usual', 'more')", name=op.f("ck_evening_log_trend_is_known")
        ),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_evening_log_minutes_positive")),
        sa.ForeignKeyConstraint(
            ["coverage_area_id"],
            ["raw.coverage_area.id"],
            name=op.f("fk_evening_log_coverage_area_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_evening_log_municipality_code"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["raw.team.id"], name=op.f("fk_evening_log_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evening_log")),
        sa.UniqueConstraint(
            "team_id",
            "coverage_area_id",
            "arrived_at",
            name=op.f("uq_evening_log_team_id_coverage_area_id_arrived_at"),
        ),
        schema="raw",
    )
    op.create_table(
        "plan_assignment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("evening_plan_id", sa.BigInteger(), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("coverage_area_id", sa.BigInteger(), nullable=False),
        sa.Column("evening", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("is_joint", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "form IN ('on_foot', 'driving', 'container_visit', 'on_call')",
            name=op.f("ck_plan_assignment_form_is_known"),
        ),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck_plan_assignment_starts_at_before_ends_at")
        ),
        sa.ForeignKeyConstraint(
            ["coverage_area_id"],
            ["raw.coverage_area.id"],
            name=op.f("fk_plan_assignment_coverage_area_id"),
        ),
        sa.ForeignKeyConstraint(
            ["evening_plan_id"],
            ["raw.evening_plan.id"],
            name=op.f("fk_plan_assignment_evening_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_plan_assignment_municipality_code"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["raw.team.id"], name=op.f("fk_plan_assignment_team_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_assignment")),
        sa.UniqueConstraint(
            "evening_plan_id",
            "team_id",
            "starts_at",
            name=op.f("uq_plan_assignment_evening_plan_id_team_id_starts_at"),
        ),
        schema="raw",
    )
    op.create_table(
        "shift",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("evening", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_shift_starts_at_before_ends_at")),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_shift_municipality_code"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["raw.team.id"], name=op.f("fk_shift_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sa.UniqueConstraint("team_id", "starts_at", name=op.f("uq_shift_team_id_starts_at")),
        schema="raw",
    )
    op.create_table(
        "action",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("improvement_project_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column(
            "economy_checked", sa.String(length=40), server_default="pending", nullable=False
        ),
        sa.Column(
            "environment_checked", sa.String(length=40), server_default="pending", nullable=False
        ),
        sa.Column(
            "planning_checked", sa.String(length=40), server_default="pending", nullable=False
        ),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "economy_checked IN ('yes', 'no', 'pending')",
            name=op.f("ck_action_economy_checked_is_known"),
        ),
        sa.CheckConstraint(
            "environment_checked IN ('yes', 'no', 'pending')",
            name=op.f("ck_action_environment_checked_is_known"),
        ),
        sa.CheckConstraint(
            "planning_checked IN ('yes', 'no', 'pending')",
            name=op.f("ck_action_planning_checked_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["improvement_project_id"],
            ["work.improvement_project.id"],
            name=op.f("fk_action_improvement_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_action_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        schema="work",
    )
    op.create_index(
        op.f("ix_action_improvement_project_id"),
        "action",
        ["improvement_project_id"],
        unique=False,
        schema="work",
    )
    op.create_table(
        "area",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("outline", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_batch_id", sa.BigInteger(), nullable=True),
        sa.Column("geom", Geometry("MULTIPOLYGON", SRID, spatial_index=False), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("municipality_code"), "="),
            (sa.column("kind"), "="),
            (sa.column("code"), "="),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            using="gist",
            name="ex_area_one_edition_at_a_time",
        ),
        sa.CheckConstraint(
            "kind IN ('rode', 'district', 'bydel', 'hotspot_area', 'housing_estate', 'lokaludvalg', 'quarter', 'public_area')",
            name=op.f("ck_area_kind_is_known"),
        ),
        sa.CheckConstraint(
            "outline IN ('official', 'derived', 'schematic')", name=op.f("ck_area_outline_is_known")
        ),
        sa.CheckConstraint(
            "ST_IsValid(geom) AND NOT ST_IsEmpty(geom) AND ST_XMin(geom) >= 400000 AND ST_XMax(geom) <= 900000 AND ST_YMin(geom) >= 6000000 AND ST_YMax(geom) <= 6450000",
            name=op.f("ck_area_geom_is_valid_and_in_denmark"),
        ),
        sa.CheckConstraint(
            "valid_from < valid_to", name=op.f("ck_area_valid_from_before_valid_to")
        ),
        sa.ForeignKeyConstraint(
            ["import_batch_id"], ["work.import_batch.id"], name=op.f("fk_area_import_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_area_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint(
            "municipality_code",
            "kind",
            "code",
            "valid_from",
            name=op.f("uq_area_municipality_code_kind_code_valid_from"),
        ),
        schema="work",
    )
    op.create_index(
        op.f("ix_area_geom"), "area", ["geom"], unique=False, schema="work", postgresql_using="gist"
    )
    op.create_table(
        "effect_goal_value",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("effect_goal_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("area_label", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(precision=12, scale=4), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["effect_goal_id"],
            ["work.effect_goal.id"],
            name=op.f("fk_effect_goal_value_effect_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_effect_goal_value_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect_goal_value")),
        sa.UniqueConstraint(
            "effect_goal_id",
            "year",
            "area_label",
            name=op.f("uq_effect_goal_value_effect_goal_id_year_area_label"),
        ),
        schema="work",
    )
    op.create_table(
        "funding_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("improvement_project_id", sa.BigInteger(), nullable=False),
        sa.Column("funder", sa.Text(), nullable=False),
        sa.Column("applied_oere", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("granted_oere", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("committed_oere", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("spent_oere", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("price_level_year", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "least(applied_oere, granted_oere, committed_oere, spent_oere) >= 0",
            name=op.f("ck_funding_line_amounts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["improvement_project_id"],
            ["work.improvement_project.id"],
            name=op.f("fk_funding_line_improvement_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_funding_line_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_line")),
        sa.UniqueConstraint(
            "improvement_project_id",
            "funder",
            name=op.f("uq_funding_line_improvement_project_id_funder"),
        ),
        schema="work",
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("member_kind", sa.String(length=40), nullable=False),
        sa.Column("member_code", sa.String(length=40), nullable=False),
        sa.Column("group_kind", sa.String(length=40), nullable=False),
        sa.Column("group_code", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=40), server_default="decided", nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_batch_id", sa.BigInteger(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("municipality_code"), "="),
            (sa.column("member_kind"), "="),
            (sa.column("member_code"), "="),
            (sa.column("group_kind"), "="),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            where=sa.text("group_kind <> 'hotspot_area'"),
            using="gist",
            name="ex_membership_one_group_at_a_time",
        ),
        sa.CheckConstraint(
            "group_kind IN ('rode', 'district', 'bydel', 'hotspot_area', 'housing_estate', 'lokaludvalg', 'quarter', 'public_area')",
            name=op.f("ck_membership_group_kind_is_known"),
        ),
        sa.CheckConstraint(
            "member_kind IN ('rode', 'district', 'bydel', 'hotspot_area', 'housing_estate', 'lokaludvalg', 'quarter', 'public_area')",
            name=op.f("ck_membership_member_kind_is_known"),
        ),
        sa.CheckConstraint(
            "status IN ('recommended', 'decided')", name=op.f("ck_membership_status_is_known")
        ),
        sa.CheckConstraint(
            "valid_from < valid_to", name=op.f("ck_membership_valid_from_before_valid_to")
        ),
        sa.ForeignKeyConstraint(
            ["import_batch_id"],
            ["work.import_batch.id"],
            name=op.f("fk_membership_import_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_membership_municipality_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "municipality_code",
            "member_kind",
            "member_code",
            "group_kind",
            "group_code",
            "valid_from",
            name="uq_membership_member_group_start",
        ),
        schema="work",
    )
    op.create_index(
        op.f("ix_membership_municipality_code_group_kind_group_code"),
        "membership",
        ["municipality_code", "group_kind", "group_code"],
        unique=False,
        schema="work",
    )
    op.create_table(
        "offer_hours",
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_offer_hours_weekday_is_iso")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["work.offer.id"], name=op.f("fk_offer_hours_offer_id")
        ),
        sa.PrimaryKeyConstraint("offer_id", "weekday", "opens", name=op.f("pk_offer_hours")),
        schema="work",
    )
    op.create_table(
        "incident",
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source_system", sa.String(length=40), nullable=False),
        sa.Column("source_ref", sa.Text(), nullable=False),
        sa.Column("crime_type", sa.String(length=40), nullable=False),
        sa.Column("setting", sa.String(length=40), server_default="unknown", nullable=False),
        sa.Column("found_by", sa.String(length=40), server_default="unknown", nullable=False),
        sa.Column("occurred_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rode_id", sa.BigInteger(), nullable=True),
        sa.Column("import_batch_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("geom", Geometry("POINT", SRID, spatial_index=False), nullable=False),
        sa.CheckConstraint(
            "crime_type IN ('vold', 'indbrud', 'tyveri', 'narkotika', 'haervaerk', 'chikane', 'uro')",
            name=op.f("ck_incident_crime_type_is_known"),
        ),
        sa.CheckConstraint(
            "found_by IN ('citizen', 'patrol', 'unknown')",
            name=op.f("ck_incident_found_by_is_known"),
        ),
        sa.CheckConstraint(
            "setting IN ('public_space', 'indoor', 'unknown')",
            name=op.f("ck_incident_setting_is_known"),
        ),
        sa.CheckConstraint(
            "ST_IsValid(geom) AND NOT ST_IsEmpty(geom) AND ST_XMin(geom) >= 400000 AND ST_XMax(geom) <= 900000 AND ST_YMin(geom) >= 6000000 AND ST_YMax(geom) <= 6450000",
            name=op.f("ck_incident_geom_is_valid_and_in_denmark"),
        ),
        sa.CheckConstraint(
            "occurred_from <= occurred_to",
            name=op.f("ck_incident_occurred_from_not_after_occurred_to"),
        ),
        sa.ForeignKeyConstraint(
            ["import_batch_id"], ["work.import_batch.id"], name=op.f("fk_incident_import_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["work.municipality.code"],
            name=op.f("fk_incident_municipality_code"),
        ),
        sa.ForeignKeyConstraint(["rode_id"], ["work.area.id"], name=op.f("fk_incident_rode_id")),
        sa.PrimaryKeyConstraint("municipality_code", "id", name=op.f("pk_incident")),
        sa.UniqueConstraint(
            "municipality_code",
            "source_system",
            "source_ref",
            name=op.f("uq_incident_municipality_code_source_system_source_ref"),
        ),
        schema="raw",
    )
    op.create_index(
        op.f("ix_incident_geom"),
        "incident",
        ["geom"],
        unique=False,
        schema="raw",
        postgresql_using="gist",
    )
    op.create_index(
        op.f("ix_incident_municipality_code_occurred_from"),
        "incident",
        ["municipality_code", "occurred_from"],
        unique=False,
        schema="raw",
    )
    op.create_index(
        op.f("ix_incident_rode_id_occurred_from"),
        "incident",
        ["rode_id", "occurred_from"],
        unique=False,
        schema="raw",
    )

    grant()


def grant() -> None:
    """Give each login role what its pages and jobs need, and nothing else."""
    for statement in (
        "GRANT USAGE ON SCHEMA raw, work TO web_raw, job",
        "GRANT USAGE ON SCHEMA work TO web_work",
        "GRANT USAGE ON SCHEMA pub TO web_pub, job",
        "GRANT USAGE ON SCHEMA adm TO web_auth, web_raw, web_work, job",
        "GRANT SELECT ON ALL TABLES IN SCHEMA raw TO web_raw",
        "GRANT SELECT ON ALL TABLES IN SCHEMA work TO web_raw, web_work",
        "GRANT SELECT ON ALL TABLES IN SCHEMA pub TO web_pub",
        "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA pub TO job",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA raw, work TO job",
        f"GRANT INSERT, UPDATE ON {qualified('raw', PLANNING)} TO web_raw",
        f"GRANT INSERT, UPDATE ON {qualified('work', PROGRAMME)} TO web_raw, web_work",
        # appended by everybody who acts, read by the administration, changed by nobody
        "GRANT INSERT ON adm.audit_entry TO web_auth, web_raw, web_work, job",
        "GRANT SELECT ON adm.audit_entry TO web_auth",
        "GRANT SELECT ON adm.alembic_version TO web_auth, web_raw, web_work, job",
    ):
        op.execute(statement)


def qualified(schema: str, tables: str) -> str:
    """Put the schema before each table of a list."""
    return ", ".join(f"{schema}.{table}" for table in tables.split(", "))


def downgrade() -> None:
    op.drop_index(op.f("ix_incident_rode_id_occurred_from"), table_name="incident", schema="raw")
    op.drop_index(
        op.f("ix_incident_municipality_code_occurred_from"), table_name="incident", schema="raw"
    )
    op.drop_index(
        op.f("ix_incident_geom"), table_name="incident", schema="raw", postgresql_using="gist"
    )
    op.drop_table("incident", schema="raw")
    op.drop_table("offer_hours", schema="work")
    op.drop_index(
        op.f("ix_membership_municipality_code_group_kind_group_code"),
        table_name="membership",
        schema="work",
    )
    op.drop_table("membership", schema="work")
    op.drop_table("funding_line", schema="work")
    op.drop_table("effect_goal_value", schema="work")
    op.drop_index(op.f("ix_area_geom"), table_name="area", schema="work", postgresql_using="gist")
    op.drop_table("area", schema="work")
    op.drop_index(op.f("ix_action_improvement_project_id"), table_name="action", schema="work")
    op.drop_table("action", schema="work")
    op.drop_table("shift", schema="raw")
    op.drop_table("plan_assignment", schema="raw")
    op.drop_table("evening_log", schema="raw")
    op.drop_table("commitment", schema="raw")
    op.drop_table("survey_result", schema="work")
    op.drop_table("published_index_result", schema="work")
    op.drop_table("population", schema="work")
    op.drop_index(op.f("ix_offer_geom"), table_name="offer", schema="work", postgresql_using="gist")
    op.drop_table("offer", schema="work")
    op.drop_table("index_score", schema="work")
    op.drop_table("incident_count", schema="work")
    op.drop_index(
        op.f("ix_improvement_project_geom"),
        table_name="improvement_project",
        schema="work",
        postgresql_using="gist",
    )
    op.drop_table("improvement_project", schema="work")
    op.drop_index(
        "uq_import_batch_stored_file",
        table_name="import_batch",
        schema="work",
        postgresql_where=sa.text("status = 'stored' AND kind = 'incidents'"),
    )
    op.drop_table("import_batch", schema="work")
    op.drop_table("effect_goal", schema="work")
    op.drop_table("team", schema="raw")
    op.drop_table("evening_plan", schema="raw")
    op.drop_index(
        op.f("ix_coverage_area_geom"),
        table_name="coverage_area",
        schema="raw",
        postgresql_using="gist",
    )
    op.drop_table("coverage_area", schema="raw")
    op.drop_table("release", schema="pub")
    op.drop_table("municipality", schema="work")
    op.drop_index(op.f("ix_audit_entry_at"), table_name="audit_entry", schema="adm")
    op.drop_table("audit_entry", schema="adm")
    for schema in reversed(SCHEMAS):
        op.execute(f"DROP SCHEMA {schema}")
    op.execute("REVOKE ALL ON SCHEMA adm FROM web_auth, web_raw, web_work, job")
    op.execute("REVOKE ALL ON adm.alembic_version FROM web_auth, web_raw, web_work, job")
