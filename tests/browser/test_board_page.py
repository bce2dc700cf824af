"""The board in a real browser: dragged, moved by keys, on a phone, without a script, accessible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.main import make_app
from geo_service.domain.access import Role
from geo_service.settings import Settings
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from tests import agreed, people
from tests.api.agreements.deeds import add, started, step, today
from tests.browser.axe import violations
from tests.browser.serving import served

pytestmark = pytest.mark.browser
RIGHT = {"hotspot_areas": [agreed.HOTSPOT]}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def town(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_board")
    agreed.town(database)
    agreed.known(database, today())
    return database


@pytest.fixture(scope="module")
def app(town: Database, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return make_app(
        Settings(state=tmp_path_factory.mktemp("state"), secrets_dir=cluster.secrets), town
    )


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    with served(app) as at:
        yield at


@pytest.fixture(scope="module")
def plan(town: Database, app: FastAPI) -> str:
    chief = people.browser(
        app, people.token_of(town, Role.hotspot_chief, **RIGHT), follow_redirects=False
    )
    made = started(chief)
    add(chief, made)
    return made


@pytest.fixture
def context(chromium: Browser, town: Database) -> Iterator[BrowserContext]:
    token = people.token_of(town, Role.hotspot_chief, kind="token", **RIGHT)
    opened = chromium.new_context(extra_http_headers={"Authorization": f"Bearer {token}"})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, address: str, plan: str) -> Page:
    opened = context.new_page()
    opened.set_viewport_size({"width": 1440, "height": 1000})
    opened.goto(f"{address}{plan}/tavle")
    return opened


def chip_in(page: Page, place: str, after: int = 0) -> str:
    return f"#c-{place}-{today() + timedelta(days=after)} .chip"


def where(page: Page) -> str:
    """Return the cell that the one promise stands in."""
    return page.locator(".chip").evaluate("(one) => one.closest('td').id")


def test_a_promise_is_dragged_and_moved_by_keys(page: Page) -> None:
    odd: list[str] = []
    page.on("console", lambda said: odd.append(said.text) if said.type == "error" else None)
    begins = where(page)
    target = f"c-parken-{today() + timedelta(days=1)}"
    page.drag_and_drop(".chip", f"#{target}")
    expect(page.locator(f"#{target} .chip")).to_be_visible()
    expect(page.locator("#tavle-siger")).to_have_text("Tilsagnet er flyttet.")
    expect(page.locator(f"#{target} .chip")).to_be_focused()
    for key in ("Space", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator("#tavle-siger")).to_contain_text("Torvet")
    page.keyboard.press("Escape")
    assert where(page) == target
    for key in ("Space", "ArrowDown", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(f"#{begins} .chip")).to_be_focused()
    assert odd == []


def test_a_cell_tells_its_need_beside_the_map(page: Page) -> None:
    page.locator(f"#c-torvet-{today() + timedelta(days=5)} .need").click()
    panel = page.locator("#felt")
    expect(panel).to_contain_text("Ventet 2,0 hændelser den aften")
    expect(panel).to_be_focused()
    expect(page.locator(".map-panel.ready path.shade")).to_have_count(2)


def test_a_page_that_has_grown_old_is_told_so(
    page: Page, town: Database, app: FastAPI, plan: str
) -> None:
    begins = where(page)
    token = people.token_of(town, Role.police, name="Lokalpolitiet")
    police = people.browser(app, token, follow_redirects=False)
    assert add(police, plan, hvem="police", hvor="parken", tidsrum="17–18").status_code == 303
    page.drag_and_drop(".chip.street_team", f"#c-parken-{today() + timedelta(days=2)}")
    expect(page.locator("#tavle [role=alert]")).to_contain_text("Lokalpolitiet")
    assert page.locator(".chip.street_team").evaluate("(o) => o.closest('td').id") == begins


def test_after_both_agreed_a_reason_is_asked_for(
    page: Page, town: Database, app: FastAPI, plan: str
) -> None:
    chief = people.browser(
        app, people.token_of(town, Role.hotspot_chief, **RIGHT), follow_redirects=False
    )
    police = people.browser(app, people.token_of(town, Role.police), follow_redirects=False)
    assert step(chief, plan, "send").status_code == 303
    assert step(police, plan, "agree").status_code == 303
    page.reload()
    target = f"c-parken-{today() + timedelta(days=3)}"
    page.drag_and_drop(".chip.street_team", f"#{target}")
    expect(page.locator("#flyt-grund")).to_be_focused()
    page.keyboard.type("Klubben holder lukket")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{target} .chip.street_team")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_it_is_accessible_and_fits(page: Page, address: str, plan: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    line = page.locator(".chip.street_team").get_attribute("data-line")
    for asked in ("", f"?linje={line}", f"?sted=torvet&aften={today()}"):
        page.goto(f"{address}{plan}/tavle{asked}")
        page.locator(".map-panel.ready").wait_for()
        assert page.evaluate(OVERFLOW) <= 0
        assert violations(page) == []


def test_without_a_script_it_is_a_list_and_forms(
    chromium: Browser, town: Database, address: str, plan: str
) -> None:
    token = people.token_of(town, Role.hotspot_chief, kind="token", **RIGHT)
    opened = chromium.new_context(
        java_script_enabled=False, extra_http_headers={"Authorization": f"Bearer {token}"}
    )
    page = opened.new_page()
    page.goto(f"{address}{plan}/tavle")
    page.locator(".promises a").first.click()
    page.locator("#flyt-aften").select_option(str(today() + timedelta(days=4)))
    page.locator("#flyt-grund").fill("Klubben holder lukket")
    page.get_by_role("button", name="Flyt", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Tilsagnet er flyttet.")
    opened.close()
