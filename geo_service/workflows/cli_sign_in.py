"""Who acts on the command line: found by a token or a password, with the right for the job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from geo_service.domain.access import RIGHTS, ROLE_WORDS
from geo_service.domain.callers import Caller
from geo_service.errors import NotSignedIn, TryghedError
from geo_service.storage import accounts, audit, grants, sessions
from geo_service.storage.database import Database
from geo_service.workflows.sign_in import POOL, Entered, Entrance, enter_demo, sign_in, sign_out

KIND: Final = "token"


class NotAllowed(TryghedError):
    """Somebody is signed in, and has no right to what the command does."""


@dataclass(frozen=True)
class Job:
    """What a command is about to do: under which policy, and where; None: wherever one may."""

    policy: str
    municipality: str | None = None
    hotspot_area: str | None = None


def begin(
    database: Database, login: str, *, ask: Callable[[], str], now: datetime, label: str
) -> Entered:
    """Begin a session of the command line; the demo's accounts need no password.

    Raises
    ------
    SignInRefused, NoRight
        As on the sign-in page.
    """
    entrance = Entrance(kind=KIND, now=now, label=label)
    with database.session(POOL) as session:
        account = accounts.find_by_login(session, login)
        made_up = {one.id for one in accounts.demo_accounts(session)}
        number = None if account is None else account.id
    if number is not None and number in made_up:
        return enter_demo(database, number, entrance)
    return sign_in(database, login=login, password=ask(), entrance=entrance)


def resume(database: Database, token: str, *, now: datetime) -> Caller | None:
    """Return who a token stands for, None if it is not in force any more."""
    with database.session(POOL) as session:
        found = sessions.find_session(session, token, kind=KIND, now=now)
    return None if found is None else found.caller


def end(database: Database, token: str, *, now: datetime) -> Caller | None:
    """End the session of a token; return who it stood for."""
    with database.session(POOL) as session:
        found = sessions.find_session(session, token, kind=KIND, now=now)
    if found is None:
        return None
    sign_out(database, found.caller, found.session_id, now=now)
    return found.caller


def callers_for(database: Database, who: Caller, job: Job) -> list[Caller]:
    """Return the caller as each of their rights that the job may be done under.

    Raises
    ------
    NotAllowed
        If there is none; that is in the audit then.
    """
    if who.user_id is None:
        raise NotSignedIn("Nobody is signed in.")
    with database.session(POOL) as session:
        held = [one.caller for one in accounts.rights_in_force(session, who.user_id)]
    fit = [one for one in held if _fits(one, job)]
    if fit:
        return sorted(fit, key=lambda one: one.municipality or "")
    _write_refusal(database, who, job)
    raise NotAllowed(_refusal(who, job))


def someone_is_known(database: Database) -> bool:
    """Tell whether there is any account at all."""
    with database.session(POOL) as session:
        return grants.is_any_account(session)


def _fits(caller: Caller, job: Job) -> bool:
    if not caller.may(job.policy):
        return False
    if job.municipality is not None and caller.municipality not in (None, job.municipality):
        return False
    areas = caller.hotspot_areas
    return job.hotspot_area is None or areas is None or job.hotspot_area in areas


def _refusal(who: Caller, job: Job) -> str:
    where = f" in {job.municipality}" if job.municipality else ""
    where += f", {job.hotspot_area}" if job.hotspot_area else ""
    may = ", ".join(ROLE_WORDS[role] for role in RIGHTS[job.policy])
    return (
        f"{who.login} has no right to {job.policy}{where}. It belongs to: {may}. Use --as LOGIN "
        "with somebody who has it, or let an administrator give it (`tryghed users grant`)."
    )


def _write_refusal(database: Database, who: Caller, job: Job) -> None:
    with database.session(POOL) as session:
        audit.append(
            session,
            actor=who.actor,
            role=who.role.value,
            action="refuse",
            object_kind=job.policy.split(".", maxsplit=1)[0],
            object_ref="command line",
            municipality=who.municipality,
            detail={"policy": job.policy, "asked_in": job.municipality},
        )
