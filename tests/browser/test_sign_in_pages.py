"""Sign-in and one's own account in a real browser: with and without scripts, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from playwright.sync_api import Page

from api.main import make_app
from geo_service.settings import Settings
from geo_service.storage import areas as store
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from tests import doors, make, people
from tests.browser.axe import violations
from tests.browser.conftest import Visit
from tests.browser.serving import served

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def demo_town(own_database: Callable[[str], Database]) -> Database:
    """A database of the demo, with a door to go in by."""
    database = own_database("tryghed_browsers")
    with database.working(people.EVERYWHERE) as session:
        store.ensure_municipality(session, "0101", "København", is_demo=True)
        hotspots = make.squares(2).assign(name=["Ydre Nørrebro", "Valby"])
        store.store_areas(session, hotspots, make.edition("hotspot_area"))
    doors.somebody(database, "police", name="Politi", password=None, is_demo=True)
    return database


@pytest.fixture(scope="module")
def house(
    demo_town: Database, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    settings = Settings(state=tmp_path_factory.mktemp("state"), secrets_dir=cluster.secrets)
    with served(make_app(settings, demo_town)) as address:
        yield address


def sign_in(page: Page, login: str, password: str = doors.PASSWORD) -> None:
    page.locator("#f-login").fill(login)
    page.locator("#f-password").fill(password)
    page.locator("main form button").first.click()


def complaints(seen: Visit) -> list[str]:
    return [text for text in seen.complaints if "the server responded with a status of" not in text]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("width", [1440, 390])
def test_in_about_and_out_again(
    visit: Open, house: str, demo_town: Database, width: int, scripts: bool
) -> None:
    """The whole way, by the forms alone: asked for a page, in, another right, a new word, out."""
    who = doors.somebody(demo_town, "hotspot_chief", "tmf")
    seen = visit(f"{house}/konto", width=width, scripts=scripts)
    page = seen.page
    assert page.url == f"{house}/log-ind?naeste=%2Fkonto"
    sign_in(page, who.login, "forkert adgangskode")
    assert "er forkert" in page.locator("[role=alert]").inner_text()
    assert page.locator("#f-login").input_value() == who.login
    sign_in(page, who.login)
    assert page.url == f"{house}/konto"
    page.locator("button[name=ret]").click()
    assert "valgte rettighed" in page.locator("#status").inner_text()
    page.locator("#f-omraade").select_option("2")
    page.get_by_role("button", name="Vælg område").click()
    assert page.locator("#f-omraade").input_value() == "2"
    page.locator("#f-present").fill(doors.PASSWORD)
    page.locator("#f-new").fill(doors.ANOTHER)
    page.locator("#f-again").fill(doors.ANOTHER)
    page.get_by_role("button", name="Skift adgangskode").click()
    assert "skiftet" in page.locator("#status").inner_text()
    page.get_by_role("button", name="Log ud alle steder").click()
    assert page.url == f"{house}/log-ind"
    sign_in(page, who.login, doors.ANOTHER)
    assert page.url == f"{house}/"
    assert (seen.foreign, complaints(seen)) == ([], [])


def test_by_keyboard_alone(visit: Open, house: str, demo_town: Database) -> None:
    who = doors.somebody(demo_town)
    page = visit(f"{house}/log-ind?naeste=/konto").page
    page.locator("#f-login").focus()
    page.keyboard.type(who.login)
    page.keyboard.press("Tab")
    page.keyboard.type("forkert adgangskode")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    for key in ("Tab", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type(doors.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{house}/konto")


def test_an_invitation_is_taken_up(visit: Open, house: str, demo_town: Database) -> None:
    who = doors.somebody(demo_town, password=None)
    page = visit(f"{house}/invitation/{doors.invite(demo_town, who)}", width=390).page
    for new in ("sommer2026!!", doors.ANOTHER):
        page.locator("#f-new").fill(new)
        page.locator("#f-again").fill(new)
        page.get_by_role("button", name="Gem og log ind").click()
    assert page.url == f"{house}/"


def test_the_demo_is_a_press_away(visit: Open, house: str) -> None:
    page = visit(f"{house}/log-ind?naeste=/konto").page
    page.get_by_role("button", name="Gå ind som Politi").click()
    assert page.url == f"{house}/konto"


def test_no_script_of_the_page_sees_the_session(
    visit: Open, house: str, demo_town: Database
) -> None:
    page = visit(f"{house}/log-ind?naeste=/konto").page
    sign_in(page, doors.somebody(demo_town).login)
    assert page.evaluate("document.cookie") == ""
    kept = {one["name"]: one for one in page.context.cookies()}
    assert set(kept) == {"__Host-tryghed", "__Host-tryghed-form"}
    for one in kept.values():
        assert (one["secure"], one["httpOnly"], one["sameSite"]) == (True, True, "Lax")


@pytest.mark.parametrize("language", ["da", "en"])
def test_axe_finds_nothing(visit: Open, house: str, demo_town: Database, language: str) -> None:
    invited = doors.somebody(demo_town, password=None)
    who = doors.somebody(demo_town, "hotspot_chief", "admin", language=language)
    link = f"/invitation/{doors.invite(demo_town, invited)}"
    page = visit(house + "/log-ind").page

    def look(what: str) -> None:
        for width, colours in product((1440, 390), ("light", "dark")):
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=colours)
            assert violations(page) == [], (what, width, colours)
            fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            assert page.evaluate(fits), (what, width)

    for path in ("/log-ind", link, "/invitation/unknown"):
        page.goto(f"{house}{path}?sprog={language}")
        assert page.locator("html").get_attribute("lang") == language
        look(path)
    page.goto(f"{house}{link}?sprog={language}")
    page.locator("#f-new").fill("kort")
    page.locator("#f-again").fill("kort")
    page.locator("main form button").first.click()
    look("a weak password")
    page.goto(f"{house}/log-ind?sprog={language}&naeste=/konto")
    sign_in(page, who.login, "forkert adgangskode")
    look("a wrong password")
    sign_in(page, who.login)
    look("the account")
    page.locator("#f-navn").fill(" ")
    page.get_by_role("button", name="Gem" if language == "da" else "Save").click()
    look("a name that is empty")
