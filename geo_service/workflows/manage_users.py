"""Administer users: invite, give and end rights, switch off; each in the audit.

A municipality's administrator reaches those with a right in the municipality, and their rights
there. An account is changed only by somebody who reaches every right of it in force: else
inviting somebody again, or switching off, would reach past the own municipality. Nobody gives
or ends rights of their own: an administrator could give themselves the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.domain.rights import (
    Fault,
    Unusable,
    Wanted,
    account_faults,
    login_faults,
    own_login,
    right_faults,
)
from geo_service.errors import NotFound
from geo_service.messages import _
from geo_service.storage import grants, rights
from geo_service.storage.audit import append
from geo_service.storage.invitations import end_invitations, make_invitation
from geo_service.storage.locking import save_version
from geo_service.storage.rights import HeldRight, User
from geo_service.storage.sessions import end_sessions
from geo_service.storage.tables import UserAccount

NOT_THERE: Final = "There is no such user, or none that you administer."
"""Said of a user who does not exist and of one out of reach, alike."""
WHAT: Final = _("Brugeren")


@dataclass(frozen=True)
class Work:
    """Who administers, when, and in which transaction."""

    session: Session
    caller: Caller
    now: datetime

    @property
    def reach(self) -> str | None:
        """The municipality that is administered, None for all."""
        return self.caller.municipality

    def user(self, user_id: int) -> User:
        """Return a user in reach; raises NotFound."""
        found = rights.find_user(self.session, self.reach, now=self.now, number=user_id)
        if found is None:
            raise NotFound(NOT_THERE)
        return found

    def save(self, user_id: int, version: int, **values: Any) -> None:
        """Change the account if it is still as it was on the screen; locks it."""
        save_version(
            self.session,
            UserAccount,
            UserAccount.id == user_id,
            version=version,
            what=WHAT,
            actor=self.caller.actor,
            now=self.now,
            **values,
        )

    def note(
        self, action: str, user_id: int | None, municipality: str | None = None, **detail: Any
    ) -> None:
        """Write into the audit what was done to whom; None: to nobody in particular."""
        append(
            self.session,
            actor=self.caller.actor,
            role=self.caller.role.value,
            action=action,
            object_kind="user",
            object_ref="" if user_id is None else f"user:{user_id}",
            municipality=municipality or self.reach,
            detail=detail,
        )


def create_user(
    work: Work, *, login: str, name: str, language: str, wanted: Wanted
) -> tuple[User, str]:
    """Make an account with one right; return it with the secret of its invitation.

    A municipality's administrator makes logins that end with @ and its code (`own_login`).

    Raises
    ------
    Unusable
        Names every field that cannot be used.
    """
    typed, name = login.strip().lower(), name.strip()
    faults = login_faults(typed, wanted.municipality)
    faults += account_faults(name=name, language=language) + _faults(work, wanted)
    if faults:
        raise Unusable(*faults)
    actor, login = work.caller.actor, own_login(typed, work.reach)
    user_id = grants.add_account(
        work.session, login=login, name=name, language=language, actor=actor
    )
    if user_id is None:
        raise Unusable(Fault("login", "login_taken"))
    grants.add_right(work.session, user_id, wanted, actor=actor)
    token = make_invitation(work.session, user_id, by=actor, now=work.now)
    work.note("create", user_id, wanted.municipality, right=_told(wanted))
    return work.user(user_id), token


def change_user(work: Work, user_id: int, *, version: int, name: str, language: str) -> User:
    """Change what an account is called and which language it reads."""
    user = work.user(user_id)
    _require_whole(user)
    name = name.strip()
    if faults := account_faults(name=name, language=language):
        raise Unusable(*faults)
    work.save(user_id, version, name=name, language=language)
    changed = [
        field
        for field, before, after in (
            ("name", user.name, name),
            ("language", user.language, language),
        )
        if before != after
    ]
    work.note("change", user_id, fields=changed)
    return work.user(user_id)


def grant_right(work: Work, user_id: int, wanted: Wanted, *, version: int) -> User:
    """Give a user a right within the administrator's reach."""
    work.user(user_id)
    if user_id == work.caller.user_id:
        raise Unusable(Fault("", "right_of_own"))
    if faults := _faults(work, wanted):
        raise Unusable(*faults)
    work.save(user_id, version)
    right_id = grants.add_right(work.session, user_id, wanted, actor=work.caller.actor)
    if right_id is None:
        raise Unusable(Fault("role", "right_held"))
    if work.reach is None:
        # a link made by somebody with less reach must not open what is given now
        grants.end_invitations_of_others(
            work.session, user_id, actor=work.caller.actor, now=work.now
        )
    work.note("grant", user_id, wanted.municipality, right=_told(wanted))
    return work.user(user_id)


def grant_again(work: Work, user_id: int, right_id: int, *, version: int) -> User:
    """Give a right that was ended once more, as far as it reached."""
    for right in work.user(user_id).rights:
        if right.id == right_id and right.ended_at is not None:
            wanted = Wanted(
                right.role.value,
                right.municipality,
                right.hotspot_areas,
                right.organisation,
                right.team,
            )
            return grant_right(work, user_id, wanted, version=version)
    raise NotFound(NOT_THERE)


def end_right(work: Work, user_id: int, right_id: int, *, version: int) -> User:
    """End a right within the administrator's reach, from now on."""
    held = _held(work.user(user_id), right_id)
    if user_id == work.caller.user_id:
        raise Unusable(Fault("", "right_of_own"))
    if held.role is Role.admin and held.municipality is None:
        _keep_an_administrator(work.session, without_right=right_id)
    work.save(user_id, version)
    grants.end_right(work.session, right_id, actor=work.caller.actor, now=work.now)
    work.note("end", user_id, held.municipality, role=held.role.value, right_id=right_id)
    return work.user(user_id)


def invite_again(work: Work, user_id: int, *, version: int) -> tuple[User, str]:
    """Make a new link to choose a password by; older ones lead nowhere from now on."""
    user = work.user(user_id)
    _require_whole(user)
    work.save(user_id, version)
    token = make_invitation(work.session, user_id, by=work.caller.actor, now=work.now)
    work.note("invite", user_id)
    return work.user(user_id), token


def disable_user(work: Work, user_id: int, *, version: int) -> User:
    """Switch an account off: signed out everywhere, and no way in until it is opened again."""
    user = work.user(user_id)
    _require_whole(user)
    if user_id == work.caller.user_id:
        raise Unusable(Fault("", "account_of_own"))
    _keep_an_administrator(work.session, without_user=user_id)
    work.save(user_id, version, disabled_at=work.now)
    ended = end_sessions(work.session, user_id, now=work.now)
    end_invitations(work.session, user_id, now=work.now)
    work.note("disable", user_id, sessions=ended)
    return work.user(user_id)


def enable_user(work: Work, user_id: int, *, version: int) -> User:
    """Open an account again that was switched off, or locked by wrong passwords."""
    _require_whole(work.user(user_id))
    work.save(user_id, version, disabled_at=None, locked_until=None, failed_sign_ins=0)
    work.note("enable", user_id)
    return work.user(user_id)


def sign_out_everywhere(work: Work, user_id: int) -> User:
    """End every session of a user, in browsers and on the command line."""
    _require_whole(work.user(user_id))
    ended = end_sessions(work.session, user_id, now=work.now)
    work.note("sign_out", user_id, sessions=ended)
    return work.user(user_id)


def _faults(work: Work, wanted: Wanted) -> list[Fault]:
    hotspots = rights.hotspot_areas(work.session, wanted.municipality, work.now.date())
    return right_faults(
        wanted,
        municipalities=list(rights.municipalities(work.session, work.reach)),
        hotspots=list(hotspots),
        everywhere=work.reach is None,
    )


def _held(user: User, right_id: int) -> HeldRight:
    for right in user.in_force:
        if right.id == right_id:
            return right
    raise NotFound(NOT_THERE)


def _require_whole(user: User) -> None:
    if user.is_elsewhere:
        raise Unusable(Fault("", "rights_elsewhere"))


def _keep_an_administrator(session: Session, **without: int) -> None:
    """Refuse to take the last administrator of the whole service out of use."""
    grants.hold_administrators(session)
    before = grants.administrators(session, demo=True)
    if before and not grants.administrators(session, demo=True, **without):
        raise Unusable(Fault("", "last_admin"))


def _told(wanted: Wanted) -> dict[str, Any]:
    """Return what the audit says of a right: the role and its reach."""
    areas = wanted.hotspot_areas
    return {
        "role": wanted.role,
        "municipality": wanted.municipality,
        "hotspot_areas": None if areas is None else list(areas),
        "organisation": wanted.organisation,
        "team": wanted.team,
    }
