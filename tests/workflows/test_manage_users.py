"""Users and rights: how far an administrator reaches, and what nobody may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from geo_service.domain.access import Role
from geo_service.domain.rights import FAULTS, Unusable, Wanted
from geo_service.errors import NotFound
from geo_service.storage.database import Database
from geo_service.storage.invitations import invited
from geo_service.storage.rights import Looked, State, count_by_state, find_user, find_users
from geo_service.storage.sessions import find_session
from geo_service.storage.tables import AuditEntry
from geo_service.workflows import manage_users as manage
from tests import doors, people
from tests.offices import AWAY, CHIEF, DEEDS, HOME, Office, codes, make_office


@pytest.fixture(scope="module")
def office(own_database: Callable[[str], Database]) -> Office:
    return make_office(own_database("tryghed_users"))


# --- reach --------------------------------------------------------------------------------------


def test_a_municipality_meets_its_own_users_and_no_others(office: Office) -> None:
    here = office.add(office.home, "her")
    there = office.add(office.away, "der", Wanted("police", AWAY))
    for caller, seen, hidden in ((office.home, here, there), (office.away, there, here)):
        found, total = office.do(
            caller, lambda w: find_users(w.session, w.reach, Looked(limit=500), now=w.now)
        )
        assert seen.id in {user.id for user in found}
        assert hidden.id not in {user.id for user in found}
        assert total == len(found)
        assert office.do(caller, lambda w, one=seen: w.user(one.id)).login == seen.login
        with pytest.raises(NotFound) as missing:
            office.do(caller, lambda w, one=hidden: w.user(one.id))
        with pytest.raises(NotFound) as nobody:
            office.do(caller, lambda w: w.user(10**9))
        assert str(missing.value) == str(nobody.value)
    everybody, _ = office.do(
        office.everywhere, lambda w: find_users(w.session, w.reach, Looked(limit=500), now=w.now)
    )
    assert {here.id, there.id} <= {user.id for user in everybody}


@pytest.mark.parametrize("name", DEEDS)
def test_nothing_can_be_done_to_a_user_of_another_municipality(office: Office, name: str) -> None:
    user = office.add(office.away, f"fremmed-{name.replace(' ', '-')}", Wanted("police", AWAY))
    with pytest.raises(NotFound, match=manage.NOT_THERE):
        office.do(office.home, lambda w: DEEDS[name](w, user))
    assert office.read(user.id) == user


ACCOUNT_DEEDS = ["change", "invite", "disable", "enable", "sign out"]


@pytest.mark.parametrize("name", ACCOUNT_DEEDS)
def test_an_account_with_rights_elsewhere_is_not_a_municipalitys_to_change(
    office: Office, name: str
) -> None:
    """Else a municipality's administrator could take the link of one who reaches further."""
    user = office.add(office.home, f"begge-{name.replace(' ', '-')}")
    office.do(
        office.everywhere,
        lambda w: manage.grant_right(w, user.id, Wanted("admin"), version=user.version),
    )
    seen = office.do(office.home, lambda w: w.user(user.id))
    assert seen.is_elsewhere
    assert [right.role for right in seen.rights] == [Role.hotspot_chief]
    with pytest.raises(Unusable) as refused:
        office.do(office.home, lambda w: DEEDS[name](w, seen))
    assert codes(refused.value) == [("", "rights_elsewhere")]
    ended = office.do(office.home, lambda w: DEEDS["end"](w, seen))
    assert ended.in_force == ()
    assert [right.municipality for right in office.read(user.id).in_force] == [None]


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        (Wanted("admin"), ("municipality", "service_unreached")),
        (Wanted("admin", AWAY), ("municipality", "municipality_unknown")),
        (Wanted("police", AWAY), ("municipality", "municipality_unknown")),
        (Wanted("police", "9999"), ("municipality", "municipality_unknown")),
        (Wanted("police"), ("municipality", "municipality_missing")),
        (Wanted("public", HOME), ("role", "role_unknown")),
        (Wanted("owner", HOME), ("role", "role_unknown")),
        (Wanted("tmf", HOME, ("1",)), ("hotspot_areas", "hotspot_not_for_role")),
        (Wanted("police", HOME, ("77",)), ("hotspot_areas", "hotspot_unknown")),
        (Wanted("police", HOME, ()), ("hotspot_areas", "hotspot_unknown")),
        (Wanted("partner", HOME), ("organisation", "organisation_missing")),
        (Wanted("partner", HOME, None, "a\nb"), ("organisation", "organisation_missing")),
        (Wanted("tmf", HOME, None, "DSB"), ("organisation", "organisation_not_for_role")),
        (Wanted("police", HOME, None, None, "G1"), ("team", "team_not_for_role")),
        (Wanted("street_team", HOME, None, None, "G" * 41), ("team", "team_form")),
    ],
)
def test_a_municipality_gives_no_more_than_it_has(
    office: Office, wanted: Wanted, fault: tuple[str, str]
) -> None:
    user = office.add(office.home, f"grænse{abs(hash(wanted))}".replace("æ", "ae"))
    with pytest.raises(Unusable) as refused:
        office.do(
            office.home, lambda w: manage.grant_right(w, user.id, wanted, version=user.version)
        )
    assert codes(refused.value) == [fault]
    assert FAULTS[fault[1]] in str(refused.value)
    assert office.read(user.id) == user


def test_rights_carry_their_reach(office: Office) -> None:
    user = office.add(office.home, "omraade", Wanted("hotspot_chief", HOME, ("2", "1", "2")))
    assert user.in_force[0].hotspot_areas == ("1", "2")
    for wanted in (
        Wanted("partner", HOME, None, "DSB"),
        Wanted("street_team", HOME, ("1",), None, "G1"),
        Wanted("admin", HOME),
    ):
        user = office.give(office.home, user, wanted)
    assert {right.role: (right.organisation, right.team) for right in user.in_force} == {
        Role.hotspot_chief: (None, None),
        Role.partner: ("DSB", None),
        Role.street_team: (None, "G1"),
        Role.admin: (None, None),
    }
    with pytest.raises(Unusable, match="has the role there already"):
        office.do(
            office.home,
            lambda w: manage.grant_right(w, user.id, Wanted("admin", HOME), version=user.version),
        )
    assert office.read(user.id).version == user.version


def test_nobody_gives_or_ends_rights_of_their_own(office: Office) -> None:
    for caller in (office.home, office.everywhere):
        me = office.read(caller.user_id or 0)
        for deed, fault in (("grant", "right_of_own"), ("end", "right_of_own")):
            with pytest.raises(Unusable) as refused:
                office.do(caller, lambda w, one=deed, me=me: DEEDS[one](w, me))
            assert codes(refused.value) == [("", fault)]
        with pytest.raises(Unusable) as refused:
            office.do(caller, lambda w, me=me: DEEDS["disable"](w, me))
        assert codes(refused.value) == [("", "account_of_own")]


# --- what an account is -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "name", "field"),
    [
        ("", "Bruger", "login"),
        ("a", "Bruger", "login"),
        ("æble", "Bruger", "login"),
        ("to ord", "Bruger", "login"),
        (".skjult", "Bruger", "login"),
        ("a" * 65, "Bruger", "login"),
        ("navnloes", "", "name"),
        ("navnloes", "   ", "name"),
        ("navnloes", "a" * 121, "name"),
        ("navnloes", "to\nlinjer", "name"),
        ("navnloes", "nul\x00", "name"),
    ],
)
def test_a_login_and_a_name_have_a_form(office: Office, login: str, name: str, field: str) -> None:
    with pytest.raises(Unusable) as refused:
        office.do(
            office.home,
            lambda w: manage.create_user(w, login=login, name=name, language="da", wanted=CHIEF),
        )
    assert [fault.field for fault in refused.value.faults] == [field]


def test_a_login_is_written_small_and_taken_once(office: Office) -> None:
    for caller, stored in (
        (office.home, f"chef@kommune@{HOME}"),
        (office.everywhere, "chef@kommune"),
    ):
        assert office.add(caller, " Chef@Kommune ").login == stored
        with pytest.raises(Unusable) as refused:
            office.add(caller, "chef@kommune")
        assert codes(refused.value) == [("login", "login_taken")]


def test_taken_says_nothing_of_another_municipality(office: Office) -> None:
    home, police = CHIEF, Wanted("police", AWAY)
    assert office.add(office.home, "anna", home).login == f"anna@{HOME}"
    assert office.add(office.away, "anna", police).login == f"anna@{AWAY}"
    assert office.add(office.home, f"bo@{HOME}", home).login == f"bo@{HOME}"
    for caller, login, wanted in (
        (office.away, f"anna@{HOME}", police),
        (office.away, f"nobody@{HOME}", police),
        (office.everywhere, f"anna@{HOME}", police),
        (office.everywhere, f"root@{HOME}", Wanted("admin")),
    ):
        with pytest.raises(Unusable) as refused:
            office.add(caller, login, wanted)
        assert codes(refused.value) == [("login", "login_elsewhere")]


def test_all_faults_are_named_at_once(office: Office) -> None:
    with pytest.raises(Unusable) as refused:
        office.do(
            office.home,
            lambda w: manage.create_user(
                w, login="", name="", language="xx", wanted=Wanted("partner", AWAY)
            ),
        )
    assert [fault.field for fault in refused.value.faults] == [
        *("login", "name", "language", "municipality", "organisation"),
    ]


def test_states_and_searches(office: Office) -> None:
    user = office.add(office.home, "tilstand")
    assert user.state is State.invited
    assert user.invited_until is not None
    now = datetime.now(UTC)

    def found(**limits: str) -> set[str]:
        looked = Looked(limit=500, **limits)  # type: ignore[arg-type]
        users, _ = office.do(
            office.home, lambda w: find_users(w.session, w.reach, looked, now=w.now)
        )
        return {one.login for one in users}

    assert found(text="TILST") == {user.login}
    assert found(text="ti%nd") == found(text="_ilstand") == set()
    assert user.login in found(role="hotspot_chief") & found(state="invited")
    assert user.login not in found(role="police") | found(state="active") | found(municipality=AWAY)
    who = doors.Somebody(user.id, user.login, ())
    for state, values in (
        ("active", {"password_hash": "x"}),
        ("locked", {"locked_until": now + timedelta(minutes=5)}),
        ("disabled", {"disabled_at": now}),
    ):
        doors.change(office.database, who, **values)
        assert user.login in found(state=state)
        assert office.read(user.id).state == state
    counts = office.do(office.home, lambda w: count_by_state(w.session, w.reach, now=w.now))
    assert counts[State.disabled] == len(found(state="disabled"))
    ended = office.do(office.home, lambda w: DEEDS["end"](w, office.read(user.id)))
    assert ended.in_force == ()
    assert user.login not in found(role="hotspot_chief")


# --- it counts at once --------------------------------------------------------------------------


def in_force(database: Database, token: str, kind: str = "web") -> bool:
    with database.session("web_auth") as session:
        return find_session(session, token, kind=kind, now=datetime.now(UTC)) is not None


@pytest.mark.parametrize("deed", ["end", "disable", "sign out"])
def test_who_is_signed_in_is_out_at_once(office: Office, deed: str) -> None:
    login = f"inde-{deed.replace(' ', '-')}"
    tokens = [people.token_of(office.database, "police", login=login)]
    with office.database.session("web_auth") as session:
        found = find_user(session, None, now=datetime.now(UTC), login=login)
        assert found is not None
        right = found.rights[0].id
        tokens.append(
            people.open_session(
                session, user_id=found.id, right_id=right, kind="token", now=datetime.now(UTC)
            )
        )
    assert in_force(office.database, tokens[0])
    assert in_force(office.database, tokens[1], "token")
    office.do(office.home, lambda w: DEEDS[deed](w, found))
    assert not in_force(office.database, tokens[0])
    assert not in_force(office.database, tokens[1], "token")


def test_a_link_ends_with_a_new_one_and_with_the_account(office: Office) -> None:
    def opens(token: str) -> bool:
        with office.database.session("web_auth") as session:
            return invited(session, token, now=datetime.now(UTC)) is not None

    user = office.add(office.home, "link")
    user, first = office.do(office.home, lambda w: DEEDS["invite"](w, user))
    assert opens(first)
    user, second = office.do(office.home, lambda w: DEEDS["invite"](w, user))
    assert (opens(first), opens(second)) == (False, True)
    user = office.do(office.home, lambda w: DEEDS["disable"](w, user))
    assert not opens(second)
    user = office.do(office.home, lambda w: DEEDS["enable"](w, user))
    assert not opens(second)
    user, third = office.do(office.home, lambda w: DEEDS["invite"](w, user))
    office.do(
        office.everywhere,
        lambda w: manage.grant_right(w, user.id, Wanted("admin"), version=user.version),
    )
    assert not opens(third), "a municipality's link would open an account that reaches further"


def test_every_deed_is_in_the_audit_with_whom_and_where(office: Office) -> None:
    user = office.add(office.everywhere, "sporet")
    for name in ("grant", "end", "disable", "enable", "change", "sign out"):
        office.do(office.everywhere, lambda w, one=name: DEEDS[one](w, office.read(user.id)))
    office.do(office.everywhere, lambda w: DEEDS["invite"](w, office.read(user.id)))
    with office.database.session("web_auth") as session:
        rows = session.execute(
            select(AuditEntry.action, AuditEntry.actor, AuditEntry.municipality_code)
            .where(AuditEntry.object_ref == f"user:{user.id}", AuditEntry.object_kind == "user")
            .order_by(AuditEntry.id)
        ).all()
    assert [row.action for row in rows] == [
        *("create", "grant", "end", "disable", "enable", "change", "sign_out", "invite"),
    ]
    assert {row.actor for row in rows} == {office.everywhere.actor}
    assert [row.municipality_code for row in rows[:2]] == [HOME, HOME]
