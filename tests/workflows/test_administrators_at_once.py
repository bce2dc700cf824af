"""Two administrators at once, and the one who must always be there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest

from geo_service.domain.rights import Unusable, Wanted
from geo_service.errors import AlreadyExists, Conflict
from geo_service.storage import grants
from geo_service.storage.database import Database
from geo_service.storage.invitations import invited
from geo_service.storage.rights import State, User, find_user
from geo_service.workflows.first_admin import make_first_admin
from tests import doors
from tests.offices import DEEDS, Office, administrator, codes, make_office


@pytest.fixture(scope="module")
def office(own_database: Callable[[str], Database]) -> Office:
    return make_office(own_database("tryghed_at_once"))


def test_the_second_to_save_is_told_who_was_first_and_when(office: Office) -> None:
    user = office.add(office.home, "samtidig")
    before = datetime.now(UTC)
    office.do(office.home, lambda w: DEEDS["change"](w, user))
    for name in ("change", "grant", "end", "invite", "disable", "enable"):
        with pytest.raises(Conflict) as conflict:
            office.do(office.everywhere, lambda w, one=name: DEEDS[one](w, user))
        assert conflict.value.changed_by == office.read(office.home.user_id or 0).name
        assert before <= conflict.value.changed_at <= datetime.now(UTC)
    assert len(office.read(user.id).in_force) == 1


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do several things at the same moment, each on a connection of its own."""
    gate = Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return deed()
        except (Conflict, Unusable) as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [done.result() for done in [pool.submit(one, deed) for deed in deeds]]


@pytest.mark.parametrize("round_", range(5))
def test_of_two_administrators_at_once_one_wins(office: Office, round_: int) -> None:
    user = office.add(office.home, f"kaploeb-{round_}")
    outcome = at_once(
        lambda: office.do(office.home, lambda w: DEEDS["grant"](w, user)),
        lambda: office.do(office.everywhere, lambda w: DEEDS["end"](w, user)),
        lambda: office.do(office.everywhere, lambda w: DEEDS["disable"](w, user)),
    )
    assert sum(isinstance(one, User) for one in outcome) == 1
    assert sum(isinstance(one, Conflict) for one in outcome) == 2
    assert office.read(user.id).version == user.version + 1


def administrators_left(database: Database) -> int:
    with database.session("web_auth") as session:
        return grants.administrators(session, demo=True)


@pytest.mark.parametrize("deed", ["end", "disable"])
def test_the_last_administrator_stays_even_when_each_takes_the_other(
    own_database: Callable[[str], Database], deed: str
) -> None:
    database = own_database(f"tryghed_last_{deed}")
    one, two = (administrator(database, None, login) for login in ("en", "to"))
    office = Office(database, one, one, one)
    seen = {who.login: office.read(who.user_id or 0) for who in (one, two)}
    outcome = at_once(
        lambda: office.do(one, lambda w: DEEDS[deed](w, seen["to"])),
        lambda: office.do(two, lambda w: DEEDS[deed](w, seen["en"])),
    )
    kept = [error for error in outcome if isinstance(error, Unusable)]
    assert [codes(error) for error in kept] == [[("", "last_admin")]]
    assert administrators_left(database) == 1


def test_an_invited_administrator_does_not_stand_in_for_the_last(
    own_database: Callable[[str], Database],
) -> None:
    """Nobody knows yet whether the invited one will ever choose a password."""
    database = own_database("tryghed_last_invited")
    one, two = (administrator(database, None, login) for login in ("en", "to"))
    office = Office(database, one, one, one)
    office.add(one, "inviteret", Wanted("admin"))
    office.do(one, lambda w: DEEDS["disable"](w, office.read(two.user_id or 0)))
    with pytest.raises(Unusable) as refused:
        office.do(two, lambda w: DEEDS["end"](w, office.read(one.user_id or 0)))
    assert codes(refused.value) == [("", "last_admin")]


# --- the first ----------------------------------------------------------------------------------


def test_the_first_administrator_is_made_once(own_database: Callable[[str], Database]) -> None:
    database = own_database("tryghed_first_admin")
    now = datetime.now(UTC)

    def first(login: str, **options: Any) -> str | None:
        with database.session("web_auth") as session:
            return make_first_admin(
                session, login=login, name="Administrator", actor="os:ejer", now=now, **options
            )

    link = first("Admin")
    assert link is not None
    again = first("admin")
    assert again not in (None, link), "as long as nobody has chosen a password"
    assert first("admin", password_hash="x") is None
    for login in ("admin", "en-anden"):
        with pytest.raises(AlreadyExists, match="administrator already"):
            first(login)
    with database.session("web_auth") as session:
        found = find_user(session, None, now=now, login="admin")
        assert found is not None
        assert [(right.role, right.municipality) for right in found.in_force] == [("admin", None)]
        assert found.state is State.active
        for token in (link, again):
            assert invited(session, str(token), now=now) is None
    assert [entry.actor for entry in doors.entries(database, object_kind="user")] == ["os:ejer"] * 3


def test_of_two_first_administrators_one_is_made(
    own_database: Callable[[str], Database],
) -> None:
    database = own_database("tryghed_two_first")

    def first(login: str) -> str:
        with suppress(AlreadyExists), database.session("web_auth") as session:
            make_first_admin(
                session,
                login=login,
                name="Administrator",
                actor="os:ejer",
                now=datetime.now(UTC),
                password_hash="x",
            )
            return login
        return ""

    assert sorted(map(bool, at_once(lambda: first("en"), lambda: first("to")))) == [False, True]
    assert administrators_left(database) == 1
