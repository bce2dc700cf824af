"""Schema `adm`: who may sign in, as what, and what they are signed in with now.

Of secrets that travel (session, invitation, token) only a SHA-256 is kept; of passwords an
argon2 hash.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.domain.access import SIGNED_IN
from geo_service.storage.tables.base import (
    Base,
    Code,
    Id,
    LongText,
    Moment,
    RecordedAt,
    one_of,
)

SCHEMA = {"schema": "adm"}


class UserAccount(Base):
    """Somebody who may sign in; never deleted, since the audit names them by number."""

    __tablename__ = "user_account"
    __table_args__ = (
        UniqueConstraint("login"),
        UniqueConstraint("oidc_issuer", "oidc_subject"),
        one_of("language", ("da", "en")),
        CheckConstraint("login = lower(login) AND login <> ''", name="login_is_lower_case"),
        CheckConstraint(
            "(oidc_issuer IS NULL) = (oidc_subject IS NULL)", name="oidc_issuer_and_subject"
        ),
        SCHEMA,
    )

    id: Mapped[Id]
    login: Mapped[LongText]
    name: Mapped[LongText]
    language: Mapped[Code] = mapped_column(server_default="da")
    password_hash: Mapped[LongText | None]
    """argon2id; null until an invitation is taken up, and for those who sign in by OIDC."""
    password_changed_at: Mapped[Moment | None]
    oidc_issuer: Mapped[LongText | None]
    oidc_subject: Mapped[LongText | None]
    failed_sign_ins: Mapped[int] = mapped_column(server_default=text("0"))
    locked_until: Mapped[Moment | None]
    disabled_at: Mapped[Moment | None]
    is_demo: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Made by the demo; may be entered from the sign-in page without a password."""
    created_by: Mapped[LongText]
    created_at: Mapped[RecordedAt]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_by: Mapped[LongText]
    changed_at: Mapped[RecordedAt]


class UserRight(Base):
    """A role with its data scope; ended, never deleted."""

    __tablename__ = "user_right"
    __table_args__ = (
        one_of("role", SIGNED_IN),
        CheckConstraint(
            "municipality_code IS NOT NULL OR role = 'admin'", name="municipality_unless_admin"
        ),
        CheckConstraint(
            "organisation IS NOT NULL OR role NOT IN ('partner', 'agency')",
            name="organisation_of_partner_and_agency",
        ),
        Index(
            "uq_user_right_in_force",
            "user_id",
            "role",
            "municipality_code",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        SCHEMA,
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("adm.user_account.id"))
    role: Mapped[Code]
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("work.municipality.code"))
    """Null: an administrator of the whole service."""
    hotspot_areas: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Codes; null: the whole municipality."""
    organisation: Mapped[LongText | None]
    team_code: Mapped[Code | None]
    granted_by: Mapped[LongText]
    granted_at: Mapped[RecordedAt]
    ended_by: Mapped[LongText | None]
    ended_at: Mapped[Moment | None]


class WebSession(Base):
    """Being signed in: in a browser (web) or from the command line and programs (token)."""

    __tablename__ = "web_session"
    __table_args__ = (
        UniqueConstraint("token_sha256"),
        one_of("kind", ("web", "token")),
        Index(None, "user_id"),
        SCHEMA,
    )

    id: Mapped[Id]
    kind: Mapped[Code]
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    user_id: Mapped[int] = mapped_column(ForeignKey("adm.user_account.id"))
    right_id: Mapped[int | None] = mapped_column(ForeignKey("adm.user_right.id"))
    """The right that is acted under now; null: none is in force any more."""
    hotspot_area: Mapped[Code | None]
    """What was chosen in the top bar last."""
    label: Mapped[LongText | None]
    created_at: Mapped[RecordedAt]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]


class Invitation(Base):
    """A link that lets somebody choose a password, once."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("token_sha256"), Index(None, "user_id"), SCHEMA)

    id: Mapped[Id]
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    user_id: Mapped[int] = mapped_column(ForeignKey("adm.user_account.id"))
    created_by: Mapped[LongText]
    created_at: Mapped[RecordedAt]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class SignInState(Base):
    """What an OIDC sign-in under way must remember on the server: state, nonce, verifier."""

    __tablename__ = "sign_in_state"
    __table_args__ = (UniqueConstraint("state_sha256"), SCHEMA)

    id: Mapped[Id]
    state_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    nonce: Mapped[LongText]
    code_verifier: Mapped[LongText]
    next_path: Mapped[LongText]
    expires_at: Mapped[Moment]


class CalendarFeed(Base):
    """The address of a team's duty calendar: only a SHA-256 of its token is kept."""

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "user_account_id"), SCHEMA)

    id: Mapped[Id]
    user_account_id: Mapped[int] = mapped_column(ForeignKey("adm.user_account.id"))
    municipality_code: Mapped[Code]
    team_code: Mapped[Code]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[RecordedAt]
    revoked_at: Mapped[Moment | None]
