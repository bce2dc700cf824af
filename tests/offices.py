"""A database with administrators at work: each with a reach of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.domain.rights import Unusable, Wanted
from geo_service.storage import areas as store
from geo_service.storage.database import Database
from geo_service.storage.rights import User, find_user
from geo_service.workflows import manage_users as manage
from geo_service.workflows.manage_users import Work
from tests import doors, make, people

HOME, AWAY = "0101", "0851"
CHIEF = Wanted("hotspot_chief", HOME)


@dataclass(frozen=True)
class Office:
    """A database with two municipalities, and an administrator of each and of both."""

    database: Database
    everywhere: Caller
    home: Caller
    away: Caller

    def do(self, caller: Caller, deed: Callable[[Work], Any]) -> Any:
        with self.database.acting(caller) as session:
            return deed(Work(session, caller, datetime.now(UTC)))

    def add(self, caller: Caller, login: str, wanted: Wanted = CHIEF) -> User:
        def create(work: Work) -> User:
            made, _ = manage.create_user(
                work, login=login, name="Prøve Bruger", language="da", wanted=wanted
            )
            return made

        made: User = self.do(caller, create)
        return made

    def give(self, caller: Caller, user: User, wanted: Wanted) -> User:
        version = user.version
        given: User = self.do(
            caller, lambda work: manage.grant_right(work, user.id, wanted, version=version)
        )
        return given

    def read(self, user_id: int) -> User:
        with self.database.session("web_auth") as session:
            found = find_user(session, None, now=datetime.now(UTC), number=user_id)
        assert found is not None
        return found


def administrator(database: Database, municipality: str | None, login: str) -> Caller:
    who = doors.somebody(database, "admin", login=login, municipality=municipality)
    return Caller(
        actor=who.actor, role=Role.admin, municipality=municipality, user_id=who.id, login=login
    )


def make_office(database: Database) -> Office:
    """Fill a database with two municipalities and their administrators."""
    with database.working(people.EVERYWHERE) as session:
        make.stored_squares(session)
        hotspots = make.squares(2).assign(name=["Ydre Nørrebro", "Valby"])
        store.store_areas(session, hotspots, make.edition("hotspot_area"))
        store.ensure_municipality(session, AWAY, "Aalborg")
    return Office(
        database,
        administrator(database, None, "alle"),
        administrator(database, HOME, "hjemme"),
        administrator(database, AWAY, "ude"),
    )


def codes(error: Unusable) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in error.faults]


DEEDS: dict[str, Callable[[Work, User], Any]] = {
    "change": lambda w, u: manage.change_user(w, u.id, version=u.version, name="x", language="da"),
    "grant": lambda w, u: manage.grant_right(w, u.id, Wanted("tmf", HOME), version=u.version),
    "end": lambda w, u: manage.end_right(w, u.id, u.rights[0].id, version=u.version),
    "grant again": lambda w, u: manage.grant_again(w, u.id, u.rights[0].id, version=u.version),
    "invite": lambda w, u: manage.invite_again(w, u.id, version=u.version),
    "disable": lambda w, u: manage.disable_user(w, u.id, version=u.version),
    "enable": lambda w, u: manage.enable_user(w, u.id, version=u.version),
    "sign out": lambda w, u: manage.sign_out_everywhere(w, u.id),
}
