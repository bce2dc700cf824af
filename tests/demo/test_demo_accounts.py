"""The demo's accounts: one per role, made once, without a password, within the demo's data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from geo_service.demo import hotspots, presence, programme, project_facts
from geo_service.demo.accounts import ACCOUNTS, HOTSPOT_AREA, STREET_TEAM, ensure_accounts
from geo_service.domain.access import SIGNED_IN
from geo_service.storage import accounts
from geo_service.storage import areas as store
from geo_service.storage.database import Database
from geo_service.storage.rights import Looked, State, User, find_users
from geo_service.workflows.cli_sign_in import begin
from geo_service.workflows.sign_in import SignInRefused
from tests import doors, people


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    """A database whose two municipalities are the demo's, before there were accounts."""
    database = own_database("tryghed_demo_accounts")
    with database.working(people.EVERYWHERE) as session:
        for code, name in (("0101", "København"), ("0851", "Aalborg")):
            store.ensure_municipality(session, code, name, is_demo=True)
    return database


def made(database: Database) -> list[str]:
    with database.session("web_auth") as session:
        return ensure_accounts(session, actor="os:test")


def read(database: Database) -> list[User]:
    with database.session("web_auth") as session:
        found, _ = find_users(session, None, Looked(limit=100), now=datetime.now(UTC))
    return found


def test_there_is_one_per_role_and_it_is_made_once(own: Database) -> None:
    assert made(own) == list(ACCOUNTS)
    before = read(own)
    assert made(own) == []
    assert read(own) == before
    assert {right.role for user in before for right in user.rights} == set(SIGNED_IN)
    for user in before:
        assert user.is_demo
        assert not user.has_password
        assert user.state is State.active
        assert user.name.startswith("Demo: ")
        (right,) = user.rights
        assert right.municipality == "0101"
    entries = doors.entries(own, action="create", object_kind="user")
    assert len(entries) == len(ACCOUNTS)


def test_what_they_are_limited_to_is_in_the_demo() -> None:
    assert HOTSPOT_AREA in hotspots.MEMBERS
    assert (STREET_TEAM, "street_team") in [(team[0], team[2]) for team in presence.TEAMS]
    takes_part = {name for fact in project_facts.PROJECTS for name in (fact.owner, *fact.partners)}
    assert ACCOUNTS["dsb"][1].organisation in takes_part
    measured = set(programme.effect_goals()["measured_by"].dropna())
    assert ACCOUNTS["bif"][1].organisation in measured


def test_they_are_entered_without_a_password_while_all_is_made_up(own: Database) -> None:
    made(own)

    def ask() -> str:
        raise AssertionError("no password is asked for")

    entered = begin(own, "politi", ask=ask, now=datetime.now(UTC), label="test")
    assert entered.caller.login == "politi"
    with own.session("web_auth") as session:
        assert {one.name for one in accounts.demo_accounts(session)} == {
            name for name, _ in ACCOUNTS.values()
        }


def test_beside_real_data_nobody_enters_without_a_password(
    own_database: Callable[[str], Database],
) -> None:
    database = own_database("tryghed_demo_beside_real")
    with database.working(people.EVERYWHERE) as session:
        store.ensure_municipality(session, "0101", "København", is_demo=True)
        store.ensure_municipality(session, "0147", "Frederiksberg")
    made(database)
    with pytest.raises(SignInRefused):
        begin(database, "politi", ask=lambda: "", now=datetime.now(UTC), label="test")
