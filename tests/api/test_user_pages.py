"""`/administration` and `/administration/brugere`: what an administrator sees and does there."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.main import make_app
from api.pages.user_words import FAULT_WORDS, FIELDS, STATES
from geo_service.domain.access import SIGNED_IN, Role
from geo_service.domain.rights import FAULTS, Wanted
from geo_service.settings import Settings
from geo_service.storage.database import Database
from geo_service.storage.rights import State, User
from tests import doors, people
from tests.offices import AWAY, HOME, Office, make_office

USERS = "/administration/brugere"
_numbers = iter(range(1, 10_000))


@pytest.fixture(scope="module")
def office(own_database: Callable[[str], Database]) -> Office:
    return make_office(own_database("tryghed_user_pages"))


@pytest.fixture
def app(office: Office, settings: Settings) -> FastAPI:
    return make_app(settings, office.database)


@pytest.fixture
def admin(app: FastAPI, office: Office) -> Iterator[TestClient]:
    token = people.token_of(office.database, "admin")
    with people.browser(app, token, follow_redirects=False) as client:
        yield client


@pytest.fixture
def everywhere(app: FastAPI, office: Office) -> Iterator[TestClient]:
    token = people.token_of(office.database, "admin", municipality=None)
    with people.browser(app, token, follow_redirects=False) as client:
        yield client


@pytest.fixture
def user(office: Office) -> User:
    return office.add(office.home, f"bruger-{next(_numbers)}")


def page_of(user: User) -> str:
    return f"{USERS}/{user.id}"


def words(text: str) -> str:
    """The words of a page, one space between them."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def forms(page: str, action: str) -> dict[str, Any]:
    """Return what a browser would send of the form that posts to an address."""
    start = rf'<form method="post" action="{re.escape(action)}">'
    form = re.search(rf"{start}(.*?)</form>", page, re.DOTALL)
    assert form, action
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form[1]):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        if name and value and ('type="checkbox"' not in tag or " checked" in tag):
            sent[name[1]] = html.unescape(value[1])
    for name, options in re.findall(
        r'<select[^>]*name="(\w+)".*?>(.*?)</select>', form[1], re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def deeds(user: User) -> list[tuple[str, str, dict[str, Any]]]:
    """Every request that is about one user."""
    one, right = page_of(user), user.rights[0].id
    seen = {"version": str(user.version)}
    return [
        ("GET", one, {}),
        ("POST", one, {**seen, "navn": "Andet navn", "sprog": "en"}),
        ("POST", f"{one}/rettigheder", {**seen, "rolle": "tmf", "kommune": HOME}),
        ("POST", f"{one}/rettigheder/{right}/afslut", seen),
        ("POST", f"{one}/rettigheder/{right}/giv-igen", seen),
        ("POST", f"{one}/invitation", seen),
        ("POST", f"{one}/spaer", seen),
        ("POST", f"{one}/aabn", seen),
        ("POST", f"{one}/log-ud", seen),
    ]


# --- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in SIGNED_IN if role is not Role.admin])
def test_nobody_else_finds_the_pages(app: FastAPI, office: Office, user: User, role: Role) -> None:
    client = people.browser(app, people.token_of(office.database, role), follow_redirects=False)
    opened = [("GET", path, {}) for path in ("/administration", USERS, f"{USERS}/ny")]
    for method, path, data in [*opened, ("POST", f"{USERS}/ny", {}), *deeds(user)]:
        answer = client.request(method, path, data=data)
        missing = client.request(method, "/no/such/page", data=data)
        assert (answer.status_code, answer.content) == (404, missing.content), f"{method} {path}"
    assert office.read(user.id) == user


def test_a_user_of_another_municipality_is_a_page_that_does_not_exist(
    admin: TestClient, office: Office
) -> None:
    stranger = office.add(office.away, f"fremmed-{next(_numbers)}", Wanted("police", AWAY))
    missing = admin.get("/no/such/page")
    for method, path, data in deeds(stranger):
        answer = admin.request(method, path, data=data)
        nowhere = admin.request(method, "/no/such/page", data=data)
        assert (answer.status_code, answer.content) == (404, nowhere.content), f"{method} {path}"
    for number in ("0", "-1", "x", "²", "1.0", "9" * 40, str(2**63)):
        assert admin.get(f"{USERS}/{number}").content == missing.content, number
    assert office.read(stranger.id) == stranger
    listed = admin.get(USERS, params={"soeg": stranger.login}).text
    assert "Ingen brugere passer" in listed
    assert "Aalborg" not in admin.get(f"{USERS}/ny").text


# --- the pages ----------------------------------------------------------------------------------


def test_the_first_page_counts_and_leads_on(admin: TestClient, user: User) -> None:
    page = admin.get("/administration")
    assert page.status_code == 200
    for path in (USERS, "/administration/revision", "/administration/opbevaring"):
        assert f'href="{path}"' in page.text
        assert admin.get(path).status_code == 200
    assert "København" in page.text


def test_the_list_says_who_is_what_where(admin: TestClient, office: Office) -> None:
    number = next(_numbers)
    office.add(office.home, f"liste-{number}", Wanted("hotspot_chief", HOME, ("1",)))
    page = admin.get(USERS, params={"soeg": f"liste-{number}", "tilstand": "invited"})
    told = words(page.text)
    for text in (
        f"liste-{number}",
        "Hotspotchef",
        "København: Ydre Nørrebro",
        "inviteret",
        "aldrig",
    ):
        assert text in told
    for limits in (
        {"rolle": "police"},
        {"tilstand": "active"},
    ):
        found = admin.get(USERS, params={"soeg": f"liste-{number}", **limits})
        assert "Ingen brugere passer" in found.text
    nonsense = {"soeg": "%", "rolle": "x", "kommune": "y", "tilstand": "z", "sorter": "q"}
    assert admin.get(USERS, params=nonsense).status_code == 200


def test_a_list_has_pages_and_an_order(everywhere: TestClient, office: Office) -> None:
    for number in range(5):
        office.add(office.away, f"orden-{number}", Wanted("tmf", AWAY))

    def logins(**query: str) -> list[str]:
        page = everywhere.get(USERS, params={"soeg": "orden-", "vis": "2", **query}).text
        return re.findall(rf"<td>(orden-\d)@{AWAY}</td>", page)

    assert logins(sorter="login") == ["orden-0", "orden-1"]
    assert logins(sorter="login", side="3") == ["orden-4"]
    assert logins(sorter="-login") == ["orden-4", "orden-3"]


def test_somebody_is_invited_and_gets_in(admin: TestClient, app: FastAPI, office: Office) -> None:
    login = f"ny-{next(_numbers)}"
    page = admin.get(f"{USERS}/ny").text
    sent = {
        **forms(page, f"{USERS}/ny"),
        "login": login.upper(),
        "navn": "Ny bruger",
        "rolle": "hotspot_chief",
        "omraader": [f"{HOME}:1", f"{HOME}:2"],
    }
    made = admin.post(f"{USERS}/ny", data=sent)
    assert made.status_code == 200, made.text
    assert made.headers["cache-control"] == "no-store"
    link = re.search(r'value="(https?://[^"]*/invitation/[^"]*)"', made.text)
    assert link
    guest = doors.browser(app)
    assert guest.get(urlsplit(link[1]).path).status_code == 200
    (entry,) = doors.entries(office.database, action="create", object_kind="user")[-1:]
    assert link[1].rsplit("/", 1)[1] not in str(entry.detail)
    found = admin.get(USERS, params={"soeg": login}).text
    assert "Ydre Nørrebro, Valby" in words(found)


def test_a_wrong_field_says_so_where_it_is_and_keeps_the_rest(admin: TestClient) -> None:
    sent = {
        "login": "Æ",
        "navn": "<b>Navn</b>",
        "sprog": "da",
        "rolle": "partner",
        "kommune": AWAY,
        "hold": "G1",
    }
    page = admin.post(f"{USERS}/ny", data=sent)
    assert page.status_code == 422
    for name in ("login", "kommune", "organisation", "hold"):
        assert f'id="f-{name}-error"' in page.text or name == "kommune"
        assert f'href="#f-{name}"' in page.text
    assert 'value="&lt;b&gt;Navn&lt;/b&gt;"' in page.text
    assert "<b>Navn" not in page.text


def test_every_fault_and_state_has_words() -> None:
    assert FAULT_WORDS.keys() == FAULTS.keys()
    assert set(STATES) == set(State)
    assert set(FIELDS.values()) == {
        *("login", "navn", "sprog", "rolle", "kommune", "omraader", "organisation", "hold"),
    }


def test_all_that_can_be_done_is_done_from_the_page(
    admin: TestClient, office: Office, user: User
) -> None:
    one = page_of(user)

    def press(action: str, **typed: Any) -> str:
        sent = forms(admin.get(one).text, f"{one}{action}")
        answer = admin.post(f"{one}{action}", data={**sent, **typed})
        assert answer.status_code == 303, answer.text
        where = answer.headers["location"]
        assert where.startswith(f"{one}?ok=")
        page = admin.get(where)
        assert page.status_code == 200
        return page.text

    assert "Gemt." in press("", navn="Nyt navn")
    assert "Rettigheden er givet" in press(
        "/rettigheder", rolle="street_team", omraader=[f"{HOME}:2"], hold="G1"
    )
    held = {right.role: right for right in office.read(user.id).in_force}
    told = press(f"/rettigheder/{held[Role.street_team].id}/afslut")
    assert "Rettigheden er afsluttet" in told
    undo = re.search(r'action="([^"]*giv-igen\?version=\d+)"', told)
    assert undo
    assert admin.post(html.unescape(undo[1])).status_code == 303
    again = {right.role: right for right in office.read(user.id).in_force}[Role.street_team]
    assert (again.hotspot_areas, again.team) == (("2",), "G1")
    told = press("/spaer")
    assert "Kontoen er spærret" in told
    undo = re.search(r'action="([^"]*/aabn\?version=\d+)"', told)
    assert undo
    assert admin.post(html.unescape(undo[1])).status_code == 303
    assert office.read(user.id).state is State.invited
    assert "logget ud alle steder" in press("/log-ud")
    shown = admin.post(f"{one}/invitation", data=forms(admin.get(one).text, f"{one}/invitation"))
    assert "/invitation/" in shown.text


def test_an_administrator_is_shown_no_lever_for_themselves(
    admin: TestClient, office: Office
) -> None:
    token = people.token_of(office.database, "admin", login="mig-selv", name="Mig selv")
    admin.cookies.clear()
    with people.browser(admin.app, token, follow_redirects=False) as client:  # type: ignore[arg-type]
        found = client.get(USERS, params={"soeg": "mig-selv"}).text
        path = re.search(rf'href="({USERS}/\d+)"', found)
        assert path
        page = client.get(path[1]).text
        assert "gives og afsluttes af en anden administrator" in page
        for action in ("/afslut", "/spaer", "/rettigheder"):
            assert f'{action}"' not in page
        version = forms(page, path[1])["version"]
        refused = client.post(f"{path[1]}/spaer", data={"version": version})
        assert refused.status_code == 422
        assert "Din egen konto" in refused.text


# --- two at once --------------------------------------------------------------------------------


def test_two_who_change_the_same_user_meet_the_page_of_conflict(
    admin: TestClient, everywhere: TestClient, office: Office, user: User
) -> None:
    one = page_of(user)
    mine, theirs = (forms(client.get(one).text, one) for client in (admin, everywhere))
    assert everywhere.post(one, data={**theirs, "navn": "Deres navn"}).status_code == 303
    page = admin.post(one, data={**mine, "navn": "Mit navn"})
    assert page.status_code == 409
    told = words(page.text)
    assert re.search(r"Ændret af Prøve admin den \d+\. \w+ \d{4} kl\. \d\d\.\d\d", told)
    for text in (user.name, "Deres navn", "Mit navn"):
        assert text in told
    assert office.read(user.id).name == "Deres navn"
    settled = admin.post(one, data=forms(page.text, one))
    assert settled.status_code == 303
    assert office.read(user.id).name == "Mit navn"


@pytest.mark.parametrize("number", [2, 3, 5, 6, 7])
def test_a_deed_on_an_older_page_is_refused_and_says_why(
    admin: TestClient, office: Office, user: User, number: int
) -> None:
    office.do(office.everywhere, lambda work: work.save(user.id, user.version))
    _, path, data = deeds(user)[number]
    page = admin.post(path, data=data)
    assert page.status_code == 409, path
    assert "Ændret af" in words(page.text)
    assert office.read(user.id).in_force == user.in_force


def test_what_was_typed_stays_after_a_conflict(
    admin: TestClient, office: Office, user: User
) -> None:
    office.do(office.everywhere, lambda work: work.save(user.id, user.version))
    sent = {"version": user.version, "rolle": "partner", "kommune": HOME, "organisation": "DSB"}
    page = admin.post(f"{page_of(user)}/rettigheder", data=sent).text
    assert 'value="DSB"' in page
    assert '<option value="partner" selected>' in page
    again = forms(page, f"{page_of(user)}/rettigheder")
    assert admin.post(f"{page_of(user)}/rettigheder", data=again).status_code == 303


def test_a_refused_deed_leaves_nothing_behind(
    admin: TestClient, office: Office, user: User
) -> None:
    """The version counts up only when something was done."""
    sent = {"version": user.version, "rolle": "hotspot_chief", "kommune": HOME}
    assert admin.post(f"{page_of(user)}/rettigheder", data=sent).status_code == 422
    assert office.read(user.id) == user
