"""Who acts on the command line: a token of one's own, a password for once, or nobody."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo_service.cli import acting
from geo_service.cli.acting import act, password_of
from geo_service.cli.tokens import read_tokens
from geo_service.domain.access import Role
from geo_service.domain.rights import Wanted
from geo_service.errors import NotReady, NotSignedIn
from geo_service.settings import get_settings
from geo_service.storage import grants
from geo_service.storage.database import Database
from geo_service.storage.rights import find_user
from geo_service.storage.tables import Municipality
from geo_service.workflows.cli_sign_in import NotAllowed
from geo_service.workflows.sign_in import SignInRefused
from tests import doors, people
from tests.cli.test_commands import environment, staff, tryghed
from tests.offices import AWAY, DEEDS, HOME, Office, make_office

__all__ = ["environment", "staff"]


@pytest.fixture(scope="module")
def office(own_database: Callable[[str], Database]) -> Office:
    return make_office(own_database("tryghed_acting"))


@pytest.fixture
def state(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The state folder of commands that run in this process, on the office's database."""
    monkeypatch.setenv("TRYGHED_STATE", str(tmp_path))
    monkeypatch.setattr("geo_service.cli.opening.open_database", lambda: office.database)
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


@pytest.fixture
def password_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "kodeord"
    file.write_text(f"{doors.PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("TRYGHED_PASSWORD_FILE", str(file))
    get_settings.cache_clear()
    return file


# --- the token file -----------------------------------------------------------------------------


def test_a_token_is_ones_own(tmp_path: Path) -> None:
    tokens = read_tokens(tmp_path)
    tokens.keep("chef", "a")
    tokens.keep("politi", "b")
    assert tokens.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tokens.path.parent.iterdir()] == [f"{os.getuid()}.json"]
    again = read_tokens(tmp_path)
    assert (again.current, again.by_login) == ("politi", {"chef": "a", "politi": "b"})
    again.drop("politi")
    assert read_tokens(tmp_path).current == "chef"
    again.drop("chef")
    assert (read_tokens(tmp_path).current, read_tokens(tmp_path).by_login) == ("", {})


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_not_used(tmp_path: Path, mode: int) -> None:
    tokens = read_tokens(tmp_path)
    tokens.keep("chef", "a")
    tokens.path.chmod(mode)
    with pytest.raises(NotReady, match="read by others"):
        read_tokens(tmp_path)


def test_a_link_to_a_file_elsewhere_is_not_followed(tmp_path: Path) -> None:
    tokens = read_tokens(tmp_path / "own")
    tokens.keep("chef", "a")
    link = tmp_path / "state" / "signed-in" / tokens.path.name
    link.parent.mkdir(parents=True)
    link.symlink_to(tokens.path)
    with pytest.raises(NotReady, match="read by others"):
        read_tokens(tmp_path / "state")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"current": 1}', '{"tokens": []}'])
def test_a_damaged_file_means_nobody(tmp_path: Path, text: str) -> None:
    tokens = read_tokens(tmp_path)
    tokens.keep("chef", "a")
    tokens.path.write_text(text, encoding="utf-8")
    assert read_tokens(tmp_path).by_login == {}


# --- who acts -----------------------------------------------------------------------------------


def test_nobody_is_told_what_to_do(state: Path) -> None:
    with pytest.raises(NotSignedIn, match=r"tryghed login LOGIN"):
        act("area.read")


def test_where_there_is_no_user_the_first_is_spoken_of(
    own_database: Callable[[str], Database], state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = own_database("tryghed_acting_empty")
    monkeypatch.setattr("geo_service.cli.opening.open_database", lambda: empty)
    with pytest.raises(NotSignedIn, match=r"tryghed users first-admin"):
        act("area.read")


ALLOWED = {
    "area.write": {Role.hotspot_chief},
    "area.read": set(Role) - {Role.admin, Role.public},
    "incident.import": {Role.police},
    "map.draw": {Role.hotspot_chief},
    "map.publish": {Role.hotspot_chief},
    "user.write": {Role.admin},
}
"""Written out: what a command may be used by does not follow the declaration unnoticed."""


@pytest.mark.parametrize("policy", ALLOWED)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.public])
def test_each_role_may_what_is_its_own_and_where(
    office: Office, state: Path, policy: str, role: Role
) -> None:
    login = f"{role}-{policy}".replace("_", "-")
    people.at_the_prompt(office.database, state, role, login=login)
    if role in ALLOWED[policy]:
        found = act(policy, municipality=HOME)
        assert (found.caller.login, found.caller.role) == (login, role)
        assert found.municipalities == (HOME,)
        assert act(policy).municipalities == (HOME,)
    else:
        with pytest.raises(NotAllowed, match="--as LOGIN"):
            act(policy, municipality=HOME)
    with pytest.raises(NotAllowed) as refused:
        act(policy, municipality=AWAY)
    assert AWAY in str(refused.value)
    (entry,) = doors.entries(office.database, action="refuse", object_ref="command line")[-1:]
    assert entry.actor == f"user:{_number(office, login)}"
    assert entry.detail == {"policy": policy, "asked_in": AWAY}


def _number(office: Office, login: str) -> int:
    with office.database.session("web_auth") as session:
        found = find_user(session, None, now=datetime.now(UTC), login=login)
    assert found is not None
    return found.id


def test_the_right_that_fits_is_taken_among_several(office: Office, state: Path) -> None:
    """A person may hold several; the command says which municipality it is about."""
    people.at_the_prompt(office.database, state, "police", login="flere")
    number = _number(office, "flere")
    for role, municipality in (("hotspot_chief", HOME), ("hotspot_chief", AWAY)):
        _give(office, number, role, municipality)
    assert act("incident.import", municipality=HOME).caller.role is Role.police
    assert act("area.write", municipality=HOME).caller.role is Role.hotspot_chief
    assert act("area.write", municipality=AWAY).caller.municipality == AWAY
    assert act("area.write").municipalities == (HOME, AWAY)
    with pytest.raises(NotAllowed):
        act("incident.import", municipality=AWAY)


def _give(office: Office, number: int, role: str, municipality: str) -> None:
    with office.database.session("web_auth") as session:
        grants.add_right(session, number, Wanted(role, municipality), actor="os:test")


def test_a_hotspot_area_limits_what_is_drawn(office: Office, state: Path) -> None:
    people.at_the_prompt(
        office.database, state, "hotspot_chief", login="kun-et", hotspot_areas=["1"]
    )
    assert act("map.draw", municipality=HOME, hotspot_area="1").caller.hotspot_areas == ("1",)
    with pytest.raises(NotAllowed):
        act("map.draw", municipality=HOME, hotspot_area="2")


def test_a_job_sees_the_municipality_and_no_other(office: Office, state: Path) -> None:
    people.at_the_prompt(office.database, state, "hotspot_chief", login="seende")
    with act("area.write", municipality=HOME).working() as session:
        assert session.get(Municipality, HOME) is not None
        assert session.get(Municipality, AWAY) is None


@pytest.mark.parametrize("deed", ["end", "disable", "sign out"])
def test_a_right_that_is_gone_is_gone_for_the_next_command(
    office: Office, state: Path, deed: str
) -> None:
    login = f"vaek-{deed.replace(' ', '-')}"
    people.at_the_prompt(office.database, state, "hotspot_chief", login=login)
    act("area.write", municipality=HOME)
    user = office.read(_number(office, login))
    office.do(office.home, lambda work: DEEDS[deed](work, user))
    with pytest.raises(NotSignedIn, match=f"tryghed login {login}"):
        act("area.write", municipality=HOME)


# --- passwords ----------------------------------------------------------------------------------


def test_as_somebody_for_once(office: Office, state: Path, password_file: Path) -> None:
    people.at_the_prompt(office.database, state, "hotspot_chief", login="mig")
    doors.somebody(office.database, "police", login="vagt")
    assert act("incident.import", login="Vagt", municipality=HOME).caller.login == "vagt"
    assert read_tokens(state).by_login.keys() == {"mig"}
    assert act("area.write", municipality=HOME).caller.login == "mig"
    assert act("area.write", login="mig", municipality=HOME).caller.login == "mig"
    password_file.write_text("forkert", encoding="utf-8")
    with pytest.raises(SignInRefused):
        act("incident.import", login="vagt", municipality=HOME)
    with pytest.raises(SignInRefused):
        act("incident.import", login="ingen", municipality=HOME)


def test_without_terminal_or_file_the_cure_is_named(
    state: Path, monkeypatch: pytest.MonkeyPatch, office: Office
) -> None:
    doors.somebody(office.database, "police", login="uden-skaerm")
    monkeypatch.setattr(acting, "TERMINAL", Path("/no/such/terminal"))
    with pytest.raises(NotSignedIn, match="TRYGHED_PASSWORD_FILE"):
        act("incident.import", login="uden-skaerm", municipality=HOME)


def test_a_password_keeps_its_spaces(tmp_path: Path, state: Path) -> None:
    file = tmp_path / "p"
    file.write_bytes(b"  to ord \r\n")
    assert password_of("x", file) == "  to ord "


# --- as a user meets it -------------------------------------------------------------------------


def test_signing_in_and_out_by_command(staff: dict[str, str], tmp_path: Path) -> None:
    first = tryghed(staff, "whoami")
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines() == [
        "chef: Prøve hotspot_chief",
        "  hotspot_chief (Hotspotchef og koordinator) in 0101",
        "also signed in: politi (--as LOGIN)",
    ]
    out = tryghed(staff, "logout")
    assert out.stdout == "chef is signed out. politi acts now.\n"
    assert tryghed(staff, "areas", "list", "--as", "chef").returncode == 1
    assert tryghed(staff, "logout", "politi").stdout == "politi is signed out.\n"
    for command in (("areas", "list"), ("whoami",), ("logout",)):
        nobody = tryghed(staff, *command)
        assert (nobody.returncode, nobody.stdout) == (1, ""), command
        assert "Nobody is signed in" in nobody.stderr
    held = Path(staff["TRYGHED_STATE"]) / "signed-in" / f"{os.getuid()}.json"
    assert json.loads(held.read_text("utf-8"))["tokens"] == {}


def test_the_wrong_person_is_refused_in_one_sentence(staff: dict[str, str], tmp_path: Path) -> None:
    done = tryghed(
        staff, *("import", "incidents", "x.csv", "--municipality", "0101", "--as", "chef")
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "chef has no right to incident.import in 0101. It belongs to: Politi." in done.stderr
    assert "Traceback" not in done.stderr
