"""The pages of users in a real browser: each state, wide and narrow, by keyboard, two at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from playwright.sync_api import Page

from api.main import make_app
from geo_service.domain.rights import Wanted
from geo_service.settings import Settings
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.workflows import manage_users as manage
from tests import doors
from tests.browser.axe import violations
from tests.browser.conftest import Visit
from tests.browser.serving import served
from tests.offices import HOME, Office, make_office

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]
Enter = Callable[..., Visit]
USERS = "/administration/brugere"


@pytest.fixture(scope="module")
def office(own_database: Callable[[str], Database]) -> Office:
    """Sixty users with long names and many rights, so that pages are full."""
    made = make_office(own_database("tryghed_users_browser"))
    for number in range(60):
        made.add(made.home, f"bruger-{number:02}@kommunen.example", Wanted("police", HOME))
    full = made.add(made.home, "fyldt", Wanted("hotspot_chief", HOME, ("1", "2")))
    for wanted in (Wanted("partner", HOME, None, "Boligorganisationen"), Wanted("tmf", HOME)):
        full = made.give(made.home, full, wanted)
    return made


@pytest.fixture(scope="module")
def house(
    office: Office, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    settings = Settings(state=tmp_path_factory.mktemp("state"), secrets_dir=cluster.secrets)
    with served(make_app(settings, office.database)) as address:
        yield address


@pytest.fixture
def inside(visit: Open, house: str, office: Office) -> Enter:
    """Open a page as an administrator of the municipality, or of all."""

    def enter(path: str, *, everywhere: bool = False, **options: object) -> Visit:
        who = doors.somebody(office.database, "admin", municipality=None if everywhere else HOME)
        seen = visit(f"{house}/log-ind", **options)
        seen.page.locator("#f-login").fill(who.login)
        seen.page.locator("#f-password").fill(doors.PASSWORD)
        seen.page.locator("main form button").first.click()
        seen.page.wait_for_url(f"{house}/")
        seen.page.goto(house + path)
        return seen

    return enter


def complaints(seen: Visit) -> list[str]:
    return [text for text in seen.complaints if "the server responded with a status of" not in text]


def has_room(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def hold_to_the_rules(page: Page) -> None:
    """Hold what is on the screen to WCAG in both colours, and to every width."""
    for width, colours in product((1440, 390), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=colours)
        assert violations(page) == [], (width, colours)
    for width in (1440, 720, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert has_room(page), width


def opened(page: Page) -> None:
    """Open everything that is folded away."""
    folded = page.locator("main details:not([open]) > summary")
    while folded.count():
        folded.first.click()


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize(
    "path",
    ["/administration", USERS, f"{USERS}?soeg=findes-ikke", f"{USERS}/ny"],
    ids=["start", "filled", "empty", "form"],
)
def test_each_page_is_accessible_fits_and_is_quiet(inside: Enter, path: str, language: str) -> None:
    mark = "&" if "?" in path else "?"
    seen = inside(f"{path}{mark}sprog={language}", everywhere=True)
    assert seen.page.locator("html").get_attribute("lang") == language
    assert (seen.foreign, complaints(seen)) == ([], [])  # axe brings styles of its own
    hold_to_the_rules(seen.page)


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_page_of_a_user_in_its_states(inside: Enter, office: Office, language: str) -> None:
    user = office.add(office.home, f"tilstande-{language}")
    user = office.give(office.home, user, Wanted("police", HOME, ("1",)))
    seen = inside(f"{USERS}/{user.id}?sprog={language}")
    opened(seen.page)
    assert complaints(seen) == []
    hold_to_the_rules(seen.page)
    seen.page.locator("#gaelder button").first.click()
    seen.page.wait_for_url("**ok=afsluttet**")
    opened(seen.page)
    hold_to_the_rules(seen.page)
    assert seen.page.locator("#status form").count() == 1, "it can be undone"


def test_a_form_with_faults_leads_to_each(inside: Enter) -> None:
    seen = inside(f"{USERS}/ny", width=390)
    page = seen.page
    page.locator("#f-login").fill("Æ")
    page.locator("#f-navn").fill("Prøve")
    page.locator("#f-rolle").select_option("partner")
    page.get_by_role("button", name="Invitér").click()
    page.wait_for_selector("[role=alert]")
    assert complaints(seen) == []
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.get_by_role("link", name="Skriv organisationen").click()
    assert page.evaluate("document.activeElement.id") == "f-organisation"
    hold_to_the_rules(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_inviting_finding_and_switching_off_on_a_phone(
    inside: Enter, office: Office, house: str, scripts: bool
) -> None:
    login = f"telefon-{scripts}".lower()
    page = inside(USERS, width=390, scripts=scripts).page
    page.get_by_role("link", name="Invitér en bruger").click()
    page.locator("#f-login").fill(login)
    page.locator("#f-navn").fill("Prøve telefon")
    page.locator("#f-rolle").select_option("hotspot_chief")
    page.get_by_label("Valby").check()
    page.get_by_role("button", name="Invitér").click()
    link = page.locator("#f-link").input_value()
    assert link.startswith(f"{house}/invitation/")
    page.get_by_role("link", name="Alle brugere").click()
    page.locator("#f-soeg").fill(login)
    page.get_by_role("button", name="Vis", exact=True).click()
    page.get_by_role("link", name="Prøve telefon").click()
    assert "København: Valby" in page.locator("#gaelder").inner_text()
    page.get_by_role("button", name="Spær kontoen").click()
    assert "Kontoen er spærret" in page.locator("#status").inner_text()
    page.get_by_role("button", name="Fortryd").click()
    assert "Kontoen er åben igen" in page.locator("#status").inner_text()


def test_a_right_is_given_by_keyboard_alone(inside: Enter, office: Office) -> None:
    user = office.add(office.home, "tastatur")
    page = inside(f"{USERS}/{user.id}").page
    page.get_by_text("Vælg rolle og hvor langt den rækker").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "f-rolle"
    page.keyboard.type("Teknik")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == "Giv rettigheden":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**ok=givet")
    assert [right.role for right in office.read(user.id).in_force] == ["tmf", "hotspot_chief"]


def test_the_second_who_saves_sees_both_and_decides(inside: Enter, office: Office) -> None:
    user = office.add(office.home, "to-paa-en-gang")
    seen = inside(f"{USERS}/{user.id}", width=390)
    page = seen.page
    page.locator("#f-navn").fill("Mit navn")
    office.do(
        office.everywhere,
        lambda work: manage.change_user(
            work, user.id, version=user.version, name="Deres navn", language="da"
        ),
    )
    page.get_by_role("button", name="Gem", exact=True).click()
    page.wait_for_selector("[role=alert]")
    told = page.locator("main").inner_text()
    for text in ("Ændret af", "kl.", "Prøve Bruger", "Deres navn", "Mit navn"):
        assert text in told
    assert complaints(seen) == []
    hold_to_the_rules(page)
    page.get_by_role("button", name="Gem min udgave i stedet").click()
    page.wait_for_url("**ok=gemt")
    assert office.read(user.id).name == "Mit navn"
