"""Reading the audit: search by criteria, page by page, and how the chain stands.

The caller says whose entries may be seen: `municipality` of a `Criterion` is no wish of the user.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.orm import Session

from geo_service.domain.evenings import COPENHAGEN
from geo_service.storage.audit_chain import Head, head_of
from geo_service.storage.tables import AuditEntry, AuditSeal, UserAccount

EVERYWHERE: Final = "*"
MOST: Final = 50_000
"""Entries of one file."""


@dataclass(frozen=True)
class Criterion:
    """What is looked for; None stands for anything."""

    municipality: str
    """Code, or `EVERYWHERE` for the administrators of the whole service."""
    person: str | None = None
    """Part of a login or a name, or the whole of an actor such as `os:NAME` or `user:7`."""
    action: str | None = None
    kind: str | None = None
    ref: str | None = None
    since: date | None = None
    until: date | None = None
    """The last day, itself included; days of Copenhagen."""
    text: str | None = None
    """Part of the reference, the purpose or what is said of the deed."""

    @property
    def told(self) -> dict[str, Any]:
        """The criterion as the audit writes it down."""
        return {
            name: value
            for name, value in vars(self).items()
            if value is not None and name != "municipality"
        }


@dataclass(frozen=True)
class Entry:
    """An entry as it is shown."""

    id: int
    at: datetime
    actor: str
    name: str | None
    """Of the account, if it is one."""
    role: str | None
    action: str
    kind: str | None
    ref: str | None
    municipality: str | None
    purpose: str | None
    detail: Any
    position: int | None
    """In the chain; None: not sealed yet."""


@dataclass(frozen=True)
class ChainState:
    """How the chain stands, without following it."""

    head: Head
    unsealed: int
    oldest_unsealed: datetime | None
    verified_at: datetime | None
    verified: dict[str, Any] | None
    """What the last control found: `position`, `hash`, and `fault` if there was one."""


def search(
    session: Session, criterion: Criterion, *, before: int | None = None, limit: int = 50
) -> tuple[list[Entry], int | None]:
    """Return the newest entries that meet a criterion, and from where the next page goes on.

    `before` is what the page before returned.
    """
    query = _entries().where(*_conditions(criterion)).order_by(AuditEntry.id.desc())
    if before is not None:
        query = query.where(AuditEntry.id < before)
    found = _read(session, query.limit(limit + 1))
    more = len(found) > limit
    return found[:limit], found[limit - 1].id if more else None


def of_account(session: Session, account: int, *, municipality: str) -> list[Entry]:
    """Return what an account did and what was done to it, oldest first."""
    actor = f"user:{account}"
    own = or_(
        AuditEntry.actor == actor,
        and_(
            AuditEntry.object_kind.in_(("user", "account")),
            or_(_is(str(account)), _is(actor)),
        ),
    )
    return _oldest_first(session, own, municipality)


def of_object(session: Session, kind: str, ref: str, *, municipality: str) -> list[Entry]:
    """Return what was done to one thing, oldest first; `ref` may also end a path."""
    return _oldest_first(session, and_(AuditEntry.object_kind == kind, _is(ref)), municipality)


def chain_state(session: Session) -> ChainState:
    """Return the head, what waits to be sealed, and the last control."""
    waiting = session.execute(
        select(func.count(), func.min(AuditEntry.at)).where(~AuditEntry.is_sealed)
    ).one()
    last = session.execute(
        select(AuditEntry.at, AuditEntry.detail)
        .where(AuditEntry.action == "verify", AuditEntry.object_kind == "audit")
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    return ChainState(
        head=head_of(session),
        unsealed=waiting[0],
        oldest_unsealed=waiting[1],
        verified_at=last.at if last else None,
        verified=last.detail if last else None,
    )


def name_of(session: Session, actor: str) -> str:
    """Return the name of an actor's account, or the actor as it is written."""
    number = actor.removeprefix("user:")
    found = session.get(UserAccount, int(number)) if number.isdigit() else None
    return found.name if found else actor


# --- how it is asked ----------------------------------------------------------------------------


def _entries() -> Select[AuditEntry, str, int]:
    return (
        select(AuditEntry, UserAccount.name, AuditSeal.position)
        .outerjoin(UserAccount, AuditEntry.actor == func.concat("user:", UserAccount.id))
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
    )


def _read(session: Session, query: Select[AuditEntry, str, int]) -> list[Entry]:
    return [
        Entry(
            id=row.id, at=row.at, actor=row.actor, name=name, role=row.role, action=row.action,
            kind=row.object_kind, ref=row.object_ref, municipality=row.municipality_code,
            purpose=row.purpose, detail=row.detail, position=position,
        )
        for row, name, position in session.execute(query)
    ]  # fmt: skip


def _oldest_first(
    session: Session, condition: ColumnElement[bool], municipality: str
) -> list[Entry]:
    query = _entries().where(condition, *_within(municipality))
    return _read(session, query.order_by(AuditEntry.id).limit(MOST))


def _within(municipality: str) -> Sequence[ColumnElement[bool]]:
    if municipality == EVERYWHERE:
        return ()
    return (AuditEntry.municipality_code == municipality,)


def _conditions(criterion: Criterion) -> list[ColumnElement[bool]]:
    made = list(_within(criterion.municipality))
    if criterion.person:
        made.append(_by(criterion.person))
    if criterion.action:
        made.append(AuditEntry.action == criterion.action)
    if criterion.kind:
        made.append(AuditEntry.object_kind == criterion.kind)
    if criterion.ref:
        made.append(_is(criterion.ref))
    if criterion.since:
        made.append(AuditEntry.at >= _midnight(criterion.since))
    if criterion.until:
        made.append(AuditEntry.at < _midnight(criterion.until + timedelta(days=1)))
    if criterion.text:
        wanted = _part(criterion.text)
        made.append(
            or_(
                AuditEntry.object_ref.ilike(wanted, escape="\\"),
                AuditEntry.purpose.ilike(wanted, escape="\\"),
                cast(AuditEntry.detail, TEXT).ilike(wanted, escape="\\"),
            )
        )
    return made


def _by(person: str) -> ColumnElement[bool]:
    wanted = _part(person)
    accounts = select(func.concat("user:", UserAccount.id)).where(
        or_(
            UserAccount.login.ilike(wanted, escape="\\"),
            UserAccount.name.ilike(wanted, escape="\\"),
        )
    )
    return or_(AuditEntry.actor == person, AuditEntry.actor.in_(accounts))


def _is(ref: str) -> ColumnElement[bool]:
    ends = "%/" + _escaped(ref)
    return or_(AuditEntry.object_ref == ref, AuditEntry.object_ref.like(ends, escape="\\"))


def _part(text: str) -> str:
    return f"%{_escaped(text)}%"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=COPENHAGEN)
