"""`/api/v1/users`: users and their rights, as an administrator reaches them."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query

from api.access import Visit, needs
from api.administration import work_of
from api.described import Problem
from api.user_schemas import (
    LARGEST,
    ChangeIn,
    GrantIn,
    InvitedOut,
    RoleName,
    UserIn,
    UserOut,
    UsersOut,
    VersionIn,
)
from geo_service.domain.rights import LONGEST_NAME
from geo_service.storage.rights import Looked, State, User, find_users
from geo_service.workflows import manage_users as manage

router = APIRouter(prefix="/users", tags=["users"])

Reading = Annotated[Visit, needs("user.read")]
Writing = Annotated[Visit, needs("user.write")]
UserId = Annotated[int, Path(ge=1, le=2**63 - 1)]

NO_SUCH: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": Problem, "description": "No such user within reach"}
}
FAULTY: Final[dict[int | str, dict[str, Any]]] = {
    422: {"model": Problem, "description": "Cannot be done; says why"}
}
TAKEN: Final[dict[int | str, dict[str, Any]]] = {
    409: {"model": Problem, "description": "Not as things stand, or not by you; says why"}
}
MAY_FAIL: Final = NO_SUCH | FAULTY | TAKEN


@router.get("", responses=FAULTY)
def list_users(
    visit: Reading,
    search: Annotated[str, Query(max_length=LONGEST_NAME, pattern=r"^[^\x00]*$")] = "",
    role: Annotated[RoleName | None, Query()] = None,
    municipality: Annotated[str | None, Query(pattern="^[0-9]{4}$")] = None,
    state: Annotated[State | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
    offset: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
) -> UsersOut:
    """Return users in the order of their names."""
    looked = Looked(
        text=search,
        role=role or "",
        municipality=municipality or "",
        state=state or "",
        limit=limit,
        offset=offset,
    )
    work = work_of(visit)
    found, total = find_users(work.session, work.reach, looked, now=work.now)
    return UsersOut(total=total, users=[UserOut.of(user) for user in found])


@router.post("", status_code=201, responses=FAULTY | TAKEN)
def create_user(visit: Writing, user: UserIn) -> InvitedOut:
    """Make an account with one right, and return the link that lets its owner in."""
    made, token = manage.create_user(
        work_of(visit),
        login=user.login,
        name=user.name,
        language=user.language,
        wanted=user.right.wanted(),
    )
    return _invited(visit, made, token)


@router.get("/{user_id}", responses=NO_SUCH | FAULTY)
def read_user(visit: Reading, user_id: UserId) -> UserOut:
    """Return one user."""
    return UserOut.of(work_of(visit).user(user_id))


@router.patch("/{user_id}", responses=MAY_FAIL)
def change_user(visit: Writing, user_id: UserId, change: ChangeIn) -> UserOut:
    """Change the name and the language."""
    made = manage.change_user(
        work_of(visit),
        user_id,
        version=change.version,
        name=change.name,
        language=change.language,
    )
    return _done(visit, made)


@router.post("/{user_id}/rights", status_code=201, responses=MAY_FAIL)
def grant_right(visit: Writing, user_id: UserId, right: GrantIn) -> UserOut:
    """Give a further right."""
    made = manage.grant_right(work_of(visit), user_id, right.wanted(), version=right.version)
    return _done(visit, made)


@router.post("/{user_id}/rights/{right_id}/end", responses=MAY_FAIL)
def end_right(visit: Writing, user_id: UserId, right_id: UserId, seen: VersionIn) -> UserOut:
    """End a right, at once."""
    made = manage.end_right(work_of(visit), user_id, right_id, version=seen.version)
    return _done(visit, made)


@router.post("/{user_id}/invitation", status_code=201, responses=MAY_FAIL)
def invite_again(visit: Writing, user_id: UserId, seen: VersionIn) -> InvitedOut:
    """Return a new link to choose a password by; the one before leads nowhere any more."""
    made, token = manage.invite_again(work_of(visit), user_id, version=seen.version)
    return _invited(visit, made, token)


@router.post("/{user_id}/disable", responses=MAY_FAIL)
def disable_user(visit: Writing, user_id: UserId, seen: VersionIn) -> UserOut:
    """Switch the account off, at once and everywhere."""
    return _done(visit, manage.disable_user(work_of(visit), user_id, version=seen.version))


@router.post("/{user_id}/enable", responses=MAY_FAIL)
def enable_user(visit: Writing, user_id: UserId, seen: VersionIn) -> UserOut:
    """Open the account again."""
    return _done(visit, manage.enable_user(work_of(visit), user_id, version=seen.version))


@router.post("/{user_id}/sign-out", responses=MAY_FAIL)
def sign_out_everywhere(visit: Writing, user_id: UserId) -> UserOut:
    """End every session of the user."""
    return _done(visit, manage.sign_out_everywhere(work_of(visit), user_id))


def _done(visit: Visit, user: User) -> UserOut:
    visit.recorded = True  # the use case wrote down what was done, and to whom
    return UserOut.of(user)


def _invited(visit: Visit, user: User, token: str) -> InvitedOut:
    visit.recorded = True
    return InvitedOut(**UserOut.facts(user), invitation=f"/invitation/{token}")
