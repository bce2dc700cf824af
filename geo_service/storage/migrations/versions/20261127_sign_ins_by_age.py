"""A run of the deletion may be of sessions, invitations and sign-ins under way."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAME = "ck_retention_run_kind_is_known"
OF_MUNICIPALITIES = "kind IN ('incidents', 'observations', 'plans', 'audit')"
WITH_SIGN_INS = "kind IN ('incidents', 'observations', 'plans', 'audit', 'sign_ins')"


def upgrade() -> None:
    op.drop_constraint(op.f(NAME), "retention_run", schema="adm", type_="check")
    op.create_check_constraint(op.f(NAME), "retention_run", WITH_SIGN_INS, schema="adm")


def downgrade() -> None:
    op.execute("DELETE FROM adm.retention_run WHERE kind = 'sign_ins'")
    op.drop_constraint(op.f(NAME), "retention_run", schema="adm", type_="check")
    op.create_check_constraint(op.f(NAME), "retention_run", OF_MUNICIPALITIES, schema="adm")
