"""The first administrator: made by the owner of the operating-system account, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from geo_service.domain.access import Role
from geo_service.domain.rights import Fault, Unusable, Wanted, account_faults, login_faults
from geo_service.errors import AlreadyExists
from geo_service.storage import grants, rights
from geo_service.storage.accounts import set_password
from geo_service.storage.audit import append
from geo_service.storage.invitations import end_invitations, make_invitation


def make_first_admin(
    session: Session,
    *,
    login: str,
    name: str,
    actor: str,
    now: datetime,
    password_hash: str | None = None,
) -> str | None:
    """Make an administrator of the whole service; return the secret of an invitation.

    With a password there is no invitation. Again for the same login, as long as nobody has
    chosen a password, it makes a new link.

    Raises
    ------
    AlreadyExists
        If somebody can sign in as administrator already.
    Unusable
        If the login or the name cannot be used.
    """
    login = login.strip().lower()
    if faults := login_faults(login, None) + account_faults(name=name.strip(), language="da"):
        raise Unusable(*faults)
    grants.hold_administrators(session)
    if grants.administrators(session, demo=False):
        raise AlreadyExists(
            "There is an administrator already, who invites others: sign in with "
            "`tryghed login`, then `tryghed users invite`."
        )
    user_id = _account(session, login, name.strip(), actor, now, password_hash)
    wanted = Wanted(Role.admin.value)
    grants.add_right(session, user_id, wanted, actor=actor)
    append(
        session,
        actor=actor,
        action="create",
        object_kind="user",
        object_ref=f"user:{user_id}",
        municipality=None,
        detail={"right": {"role": wanted.role, "municipality": None}, "first": True},
    )
    if password_hash is not None:
        return None
    return make_invitation(session, user_id, by=actor, now=now)


def _account(
    session: Session, login: str, name: str, actor: str, now: datetime, password_hash: str | None
) -> int:
    made = grants.add_account(
        session, login=login, name=name, actor=actor, password_hash=password_hash
    )
    if made is not None:
        return made
    found = rights.find_user(session, None, now=now, login=login)
    unused = found is not None and found.state is rights.State.invited
    if found is None or not unused or any(r.role is not Role.admin for r in found.in_force):
        raise Unusable(Fault("login", "login_taken"))
    if password_hash is not None:
        set_password(session, found.id, password_hash, now=now, by=actor)
        end_invitations(session, found.id, now=now)
    return found.id
