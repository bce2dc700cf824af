"""Accounts and their rights, as an administrator reaches them.

`reach` is a municipality, or None for the whole service. Within a municipality an administrator
meets those who have, or had, a right there, and of their rights only those of the municipality;
everybody else does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session

from geo_service.domain.access import Role
from geo_service.storage.locking import word_for
from geo_service.storage.tables import (
    Area,
    Invitation,
    Municipality,
    UserAccount,
    UserRight,
    WebSession,
)


class State(StrEnum):
    """What an account can be used for now."""

    disabled = "disabled"
    locked = "locked"
    invited = "invited"
    without_rights = "without_rights"
    active = "active"


@dataclass(frozen=True)
class HeldRight:
    """A right of somebody, in force while `ended_at` is None."""

    id: int
    role: Role
    municipality: str | None
    municipality_name: str | None
    hotspot_areas: tuple[str, ...] | None
    organisation: str | None
    team: str | None
    granted_by: str
    granted_at: datetime
    ended_by: str | None
    ended_at: datetime | None


@dataclass(frozen=True)
class User:
    """An account, with the rights within reach; the newest right first."""

    id: int
    login: str
    name: str
    language: str
    state: State
    is_demo: bool
    has_password: bool
    version: int
    created_at: datetime
    changed_at: datetime
    changed_by: str
    last_sign_in: datetime | None
    invited_until: datetime | None
    is_elsewhere: bool
    """Whether rights out of reach are in force: then the account itself is out of reach too."""
    rights: tuple[HeldRight, ...]

    @property
    def in_force(self) -> tuple[HeldRight, ...]:
        """The rights that count now."""
        return tuple(right for right in self.rights if right.ended_at is None)


@dataclass(frozen=True)
class Looked:
    """What a list of users is limited to, in which order, and which part of it."""

    text: str = ""
    role: str = ""
    municipality: str = ""
    state: str = ""
    sort: str = "name"
    descending: bool = False
    limit: int = 50
    offset: int = 0


IN_FORCE: Final = UserRight.ended_at.is_(None)


def find_users(
    session: Session, reach: str | None, looked: Looked, *, now: datetime
) -> tuple[list[User], int]:
    """Return the part of the users that is asked for, and how many there are in all."""
    conditions = [_within(reach), *_limits(reach, looked, now)]
    total = count_users(session, reach, looked, now=now)
    column = {
        "login": UserAccount.login,
        "last_sign_in": _last_sign_in(reach),
    }.get(looked.sort, func.lower(UserAccount.name))
    order = column.desc().nulls_last() if looked.descending else column.asc().nulls_first()
    ids = session.scalars(
        select(UserAccount.id)
        .where(*conditions)
        .order_by(order, UserAccount.id)
        .limit(looked.limit)
        .offset(looked.offset)
    ).all()
    found = {user.id: user for user in _users(session, reach, ids, now)}
    return [found[one] for one in ids], total


def count_by_state(session: Session, reach: str | None, *, now: datetime) -> dict[State, int]:
    """Count the users in reach by what their accounts can be used for."""
    state = _state(reach, now).label("state")
    query = select(state, func.count()).where(_within(reach)).group_by(state)
    found = {State(row[0]): row[1] for row in session.execute(query)}
    return {one: found.get(one, 0) for one in State}


def find_user(
    session: Session,
    reach: str | None,
    *,
    now: datetime,
    number: int | None = None,
    login: str = "",
) -> User | None:
    """Return a user by number or by login, None where nobody of that kind is in reach."""
    same = UserAccount.id == number if number is not None else UserAccount.login == login
    ids = session.scalars(select(UserAccount.id).where(same, _within(reach))).all()
    return next(iter(_users(session, reach, ids, now)), None)


def count_users(session: Session, reach: str | None, looked: Looked, *, now: datetime) -> int:
    """Count the users that are asked for, whichever part of them is shown."""
    conditions = [_within(reach), *_limits(reach, looked, now)]
    return session.scalar(select(func.count()).select_from(UserAccount).where(*conditions)) or 0


def municipalities(session: Session, reach: str | None) -> dict[str, str]:
    """Return code and name of the municipalities in reach."""
    query = select(Municipality.code, Municipality.name).order_by(Municipality.name)
    if reach is not None:
        query = query.where(Municipality.code == reach)
    return {row.code: row.name for row in session.execute(query)}


def hotspot_areas(session: Session, municipality: str | None, on: date) -> dict[str, str]:
    """Return code and name of a municipality's hotspot areas in force on a day."""
    query = (
        select(Area.code, Area.name)
        .where(
            Area.municipality_code == municipality,
            Area.kind == "hotspot_area",
            Area.valid_from <= on,
            or_(Area.valid_to.is_(None), Area.valid_to > on),
        )
        .order_by(Area.name)
    )
    return {row.code: row.name for row in session.execute(query)}


def names_of(session: Session, actors: Iterable[str | None]) -> dict[str, str]:
    """Return what to call each actor."""
    asked = {actor for actor in actors if actor}
    numbers = {int(one.partition(":")[2]) for one in asked if one.startswith("user:")}
    rows = session.execute(
        select(UserAccount.id, UserAccount.name).where(UserAccount.id.in_(numbers))
    )
    by_actor = {f"user:{row.id}": row.name for row in rows}
    return {actor: by_actor.get(actor) or word_for(actor) for actor in asked}


# --- parts of the queries -----------------------------------------------------------------------


def _within(reach: str | None) -> ColumnElement[bool]:
    if reach is None:
        return true()
    return exists().where(UserRight.user_id == UserAccount.id, UserRight.municipality_code == reach)


def _limits(reach: str | None, looked: Looked, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if looked.text:
        found.append(
            or_(
                UserAccount.name.icontains(looked.text, autoescape=True),
                UserAccount.login.icontains(looked.text, autoescape=True),
            )
        )
    held = [UserRight.user_id == UserAccount.id, IN_FORCE, *_of_reach(reach)]
    if looked.role:
        found.append(exists().where(*held, UserRight.role == looked.role))
    if looked.municipality:
        found.append(exists().where(*held, UserRight.municipality_code == looked.municipality))
    if looked.state:
        found.append(_state(reach, now) == looked.state)
    return found


def _of_reach(reach: str | None) -> list[ColumnElement[bool]]:
    return [] if reach is None else [UserRight.municipality_code == reach]


def _state(reach: str | None, now: datetime) -> ColumnElement[str]:
    held = exists().where(UserRight.user_id == UserAccount.id, IN_FORCE, *_of_reach(reach))
    unused = and_(
        UserAccount.password_hash.is_(None),
        UserAccount.oidc_subject.is_(None),
        UserAccount.is_demo.is_(False),
    )
    return case(
        (UserAccount.disabled_at.is_not(None), State.disabled.value),
        (UserAccount.locked_until > now, State.locked.value),
        (~held, State.without_rights.value),
        (unused, State.invited.value),
        else_=State.active.value,
    )


def _last_sign_in(reach: str | None) -> Any:
    """When somebody signed in last, as far as it was under a right in reach."""
    return (
        select(func.max(WebSession.created_at))
        .join(UserRight, UserRight.id == WebSession.right_id)
        .where(WebSession.user_id == UserAccount.id, *_of_reach(reach))
        .scalar_subquery()
    )


def _users(
    session: Session, reach: str | None, ids: Iterable[int], now: datetime
) -> Iterable[User]:
    wanted = list(ids)
    invited_until = (
        select(func.max(Invitation.expires_at))
        .where(
            Invitation.user_id == UserAccount.id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(UserAccount, _state(reach, now), _last_sign_in(reach), invited_until)
        .where(UserAccount.id.in_(wanted))
        .execution_options(populate_existing=True)
    ).all()
    held = _rights(session, wanted)
    for account, state, last_sign_in, until in rows:
        all_of_them = held.get(account.id, [])
        yield User(
            id=account.id,
            login=account.login,
            name=account.name,
            language=account.language,
            state=State(state),
            is_demo=account.is_demo,
            has_password=account.password_hash is not None,
            version=account.version,
            created_at=account.created_at,
            changed_at=account.changed_at,
            changed_by=account.changed_by,
            last_sign_in=last_sign_in,
            invited_until=until,
            is_elsewhere=any(one.ended_at is None and out_of(reach, one) for one in all_of_them),
            rights=tuple(one for one in all_of_them if not out_of(reach, one)),
        )


def out_of(reach: str | None, right: HeldRight) -> bool:
    """Tell whether a right is out of an administrator's reach."""
    return reach is not None and right.municipality != reach


def _rights(session: Session, users: list[int]) -> dict[int, list[HeldRight]]:
    rows = session.execute(
        select(UserRight, Municipality.name)
        .outerjoin(Municipality, Municipality.code == UserRight.municipality_code)
        .where(UserRight.user_id.in_(users))
        .order_by(UserRight.ended_at.desc().nulls_first(), UserRight.id.desc())
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[HeldRight]] = {}
    for right, name in rows:
        areas = right.hotspot_areas
        found.setdefault(right.user_id, []).append(
            HeldRight(
                id=right.id,
                role=Role(right.role),
                municipality=right.municipality_code,
                municipality_name=name,
                hotspot_areas=None if areas is None else tuple(areas),
                organisation=right.organisation,
                team=right.team_code,
                granted_by=right.granted_by,
                granted_at=right.granted_at,
                ended_by=right.ended_by,
                ended_at=right.ended_at,
            )
        )
    return found
