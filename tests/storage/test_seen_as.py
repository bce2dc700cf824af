"""Reading as somebody else within a block: the other's eyes, and nobody's after it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.errors import NotReady
from geo_service.storage import incidents_seen as seen
from geo_service.storage.database import Database, seen_as
from geo_service.storage.incidents_needed import read_needed
from tests import people
from tests.storage import seen_town as town

PLACE = town.WORLDS[0]
POLICE = Caller("user:1", Role.police, PLACE)
CHIEF = Caller("user:1", Role.hotspot_chief, PLACE, hotspot_areas=(town.HOTSPOT,))


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_seen_as")
    town.build(database)
    roder = town.roder().set_index("code").geometry
    with database.working(people.EVERYWHERE) as session:
        inside, outside = roder[town.IN_HOTSPOT[0]], roder["1"]
        spots = [one.representative_point() for one in (inside, outside)]
        town.plant(session, PLACE, [town.Seen((spot.x, spot.y)) for spot in spots])
    return database


def shown(session: Session) -> int:
    return len(
        read_needed(
            session,
            since=town.START,
            until=town.START.replace(month=12),
            crime_types=("uro",),
        )
    )


def role(session: Session) -> str:
    return str(session.scalar(text("SELECT current_setting('tryghed.role')")))


def test_the_police_see_what_the_chief_is_shown_and_then_their_own_again(own: Database) -> None:
    with own.acting(POLICE) as session:
        assert shown(session) == 2
        with seen_as(session, CHIEF):
            assert role(session) == "hotspot_chief"
            assert shown(session) == 1
            assert set(read_needed(session, since=town.START, until=town.START.replace(month=12),
                                   crime_types=("uro",))["seen_as"]) == {"rode"}  # fmt: skip
        assert role(session) == "police"
        assert shown(session) == 2
        with pytest.raises(ZeroDivisionError), seen_as(session, CHIEF):
            raise ZeroDivisionError
        assert role(session) == "police"


def test_nobody_is_seen_as_somebody_of_elsewhere_or_of_another_pool(own: Database) -> None:
    tmf = Caller("user:2", Role.tmf, PLACE)
    elsewhere = Caller("user:1", Role.hotspot_chief, town.WORLDS[1])
    with own.acting(POLICE) as session:
        for other in (tmf, elsewhere):
            with pytest.raises(NotReady), seen_as(session, other):
                seen.read_days(session)
    with own.acting(tmf) as session, pytest.raises(NotReady), seen_as(session, CHIEF):
        seen.read_days(session)
