"""The demo's three maps and the start page in a real Chromium, as their users open them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page
from sqlalchemy import text

from api.main import make_app
from geo_service.demo.accounts import ensure_accounts
from geo_service.demo.load import DemoChoices, load_demo
from geo_service.domain.access import Role
from geo_service.domain.callers import Caller, Job
from geo_service.settings import Settings
from geo_service.storage.bootstrap import prepare
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.workflows.draw_evenings import draw_evenings
from geo_service.workflows.draw_maps import PAGES as OF_THE_PLACE
from geo_service.workflows.draw_maps import DrawnFor, draw_maps
from tests.browser.conftest import Visit
from tests.browser.keys import follow, press_until

pytestmark = pytest.mark.browser

AS_OF = date(2026, 11, 23)
PAGES = ("aftenplan.html", *OF_THE_PLACE)
QUESTIONS = {
    "aftenplan.html": "Aften",
    "byrum.html": "Byrum",
    "beboere.html": "Tryghed",
}


@pytest.fixture(scope="module")
def demo(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a service whose database holds the demo and whose maps are drawn."""
    database = Database(address=cluster.url.set(database="tryghed_pages"), secrets=cluster.secrets)
    prepare(database)
    state = tmp_path_factory.mktemp("pages")
    wanted = DrawnFor("0101", AS_OF, datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    with database.working(Job("os:test", municipalities=None)) as session:
        choices = DemoChoices(seed=2026, as_of=AS_OF)
        load_demo(session, choices, loaded_by="os:test", progress=lambda _: None)
        draw_maps(session, wanted, state / "maps", public_folder=state / "public")
    chief = Caller("os:test", Role.hotspot_chief, "0101")
    draw_evenings(database, chief, wanted, state / "maps")
    with database.session("web_auth") as session:
        ensure_accounts(session, actor="os:test")
    yield Settings(state=state, secrets_dir=cluster.secrets)
    for role in ("job", "web_work", "web_raw", "web_auth"):
        database.engine(role).dispose()
    with database.as_administrator("postgres") as server:
        server.execute(text("DROP DATABASE tryghed_pages WITH (FORCE)"))


@pytest.fixture
def address(demo: Settings, cluster: Cluster) -> Iterator[str]:
    """The address of the service, running in this process."""
    database = Database(address=cluster.url.set(database="tryghed_pages"), secrets=cluster.secrets)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(demo, database), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


CLASSES_IN_THE_HOTSPOT = """() => {
  const zones = [...document.querySelectorAll("path.zone")];
  const counts = {};
  for (const rode of document.querySelectorAll("path.shade")) {
    const { x, y, width, height } = rode.getBBox();
    const middle = new DOMPoint(x + width / 2, y + height / 2);
    if (!zones.some((zone) => zone.isPointInFill(middle))) continue;
    const level = [...rode.classList].find((name) => /^k[1-5]$/.test(name));
    counts[level] = (counts[level] ?? 0) + 1;
  }
  return counts;
}"""


def test_the_busiest_evenings_are_not_of_one_colour(
    visit: Callable[..., Visit], demo: Settings
) -> None:
    page = visit(demo.state / "maps" / "aftenplan.html").page
    busy = page.locator("td.k3, td.k4, td.k5")
    assert busy.count() >= 3
    assert page.locator("td.k4, td.k5").count() >= 2
    for cell in busy.all():
        cell.click()
        found = page.evaluate(CLASSES_IN_THE_HOTSPOT)
        is_busiest = "k3" not in (cell.get_attribute("class") or "")
        assert len(found) >= (3 if is_busiest else 2), cell.get_attribute("aria-label")
        assert max(found.values()) <= 0.6 * sum(found.values()), found


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_and_says_what_it_is(
    demo: Settings, visit: Callable[..., Visit], name: str, width: int
) -> None:
    seen = visit(demo.maps_dir / name, width=width)
    page = seen.page
    page.wait_for_selector(".leaflet-container path")
    assert seen.foreign == []
    assert seen.complaints == []
    assert page.locator("html").get_attribute("lang") == "da"
    assert QUESTIONS[name] in page.title()
    words = page.locator("body").inner_text()
    for said in ("opdigtede hændelser", "skematiske", "2026", "København"):
        assert said in words
    assert page.locator("table").count() >= 1
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width


def test_the_evening_board_says_who_is_where_and_where_nobody_is(
    demo: Settings, visit: Callable[..., Visit]
) -> None:
    page = visit(demo.maps_dir / "aftenplan.html").page
    words = page.locator("body").inner_text()
    for said in ("G1", "P1", "Fortroligt", "Mjølnerparken", "hændelser"):
        assert said in words


def test_the_projects_page_lists_all_thirty(demo: Settings, visit: Callable[..., Visit]) -> None:
    page = visit(demo.maps_dir / "byrum.html").page
    assert page.locator("table tbody tr:visible").count() >= 30
    words = page.locator("body").inner_text()
    for said in ("Sjælør Station", "DSB", "Hvem har bolden?"):
        assert said in words


def test_the_residents_page_shows_no_point_and_no_small_number(
    demo: Settings, visit: Callable[..., Visit]
) -> None:
    page = visit(demo.maps_dir / "beboere.html").page
    assert page.locator(".leaflet-container circle, .leaflet-marker-icon img").count() == 0
    numbers = page.locator("table td").all_inner_texts()
    assert not {"1", "2", "3", "4"} & {number.strip() for number in numbers}
    html = (demo.maps_dir / "beboere.html").read_text(encoding="utf-8")
    for secret in ("Gadeteam", "tilsagn", "Mjølnerparken"):
        assert secret not in html


GROUPS = [("hotspotchef", "Aften"), ("hotspotråd", "Beboere")]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(("account", "word"), GROUPS)
def test_from_the_start_page_each_group_gets_to_its_map(
    visit: Callable[..., Visit], address: str, account: str, word: str, width: int
) -> None:
    seen = visit(address, width=width)
    page = seen.page
    page.get_by_role("button", name=f"Gå ind som {account}").click()
    assert page.url == f"{address}/"
    page.locator("main").get_by_role("link", name=word).click()
    shown = page.frame_locator("iframe")
    shown.locator(".leaflet-container path").first.wait_for()
    assert "opdigtede" in shown.locator(".banner").inner_text()
    assert (seen.foreign, seen.complaints) == ([], [])


def test_from_the_start_page_the_administration_gets_to_its_projects(
    visit: Callable[..., Visit], address: str
) -> None:
    seen = visit(address)
    page = seen.page
    page.get_by_role("button", name="Gå ind som TMF").click()
    page.locator("main").get_by_role("link", name="Byrum").click()
    assert "Sjælør Station" in page.locator("main").inner_text()
    page.get_by_role("link", name="Vis på kort").first.click()
    page.locator(".leaflet-container path").first.wait_for()
    assert (seen.foreign, seen.complaints) == ([], [])


PHONE_AND_TWICE_THE_SIZE = pytest.mark.parametrize("width", [390, 1440 // 2])


def go_in(page: Page, account: str) -> None:
    """Sign in by a button of the demo, with the keys alone."""
    press_until(page, "main button", f"Gå ind som {account}")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@PHONE_AND_TWICE_THE_SIZE
def test_the_evening_is_chosen_by_keyboard(
    visit: Callable[..., Visit], address: str, width: int
) -> None:
    page = visit(address, width=width).page
    go_in(page, "hotspotchef")
    follow(page, "Aften")
    board = page.frame_locator("iframe")
    board.locator(".leaflet-container path").first.wait_for()
    frame = page.frames[1]
    press_until(page, ".jump", inside=frame)
    wanted = frame.evaluate("document.activeElement.textContent.trim().split(' ')[1]")
    page.keyboard.press("Enter")
    said = board.locator("#map-title").inner_text()
    assert said.startswith(wanted), "the board shows the gap that was chosen"
    press_until(page, ".choose", inside=frame)
    page.keyboard.press("Enter")
    assert fits(page)


@PHONE_AND_TWICE_THE_SIZE
def test_a_project_is_found_on_the_map_by_keyboard(
    visit: Callable[..., Visit], address: str, width: int
) -> None:
    page = visit(address, width=width).page
    go_in(page, "TMF")
    follow(page, "Byrum")
    assert fits(page)
    follow(page, "Vis på kort")
    page.locator(".leaflet-container path").first.wait_for()
    press_until(page, "button.choose", "Sjælør")
    page.keyboard.press("Enter")
    assert "Sjælør" in page.locator(".panel").inner_text()
    assert fits(page)


@PHONE_AND_TWICE_THE_SIZE
def test_an_area_is_found_by_keyboard(
    visit: Callable[..., Visit], address: str, width: int
) -> None:
    page = visit(address, width=width).page
    go_in(page, "hotspotchef")
    follow(page, "Data")
    follow(page, "Områder")
    follow(page, "distrikt")
    assert fits(page)
    press_until(page, ".map-list button")
    name = page.evaluate("document.activeElement.textContent.trim().split('\\n')[0]")
    page.keyboard.press("Enter")
    assert name.partition(" ")[2] in page.locator(".map-chosen").inner_text()


@PHONE_AND_TWICE_THE_SIZE
def test_the_residents_area_is_chosen_by_keyboard(
    visit: Callable[..., Visit], address: str, width: int
) -> None:
    page = visit(address, width=width).page
    go_in(page, "hotspotråd")
    follow(page, "Beboere")
    board = page.frame_locator("iframe")
    board.locator(".leaflet-container path").first.wait_for()
    press_until(page, "select", inside=page.frames[1])
    page.keyboard.press("ArrowDown")
    assert "svar" in board.locator("[aria-live]").first.inner_text()
    assert fits(page)


@PHONE_AND_TWICE_THE_SIZE
def test_a_retention_period_is_set_by_keyboard(
    visit: Callable[..., Visit], address: str, width: int
) -> None:
    page = visit(address, width=width).page
    go_in(page, "administrator")
    follow(page, "Administration")
    follow(page, "Opbevaring")
    press_until(page, "#f-plans")
    page.keyboard.type(str(width))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("#f-plans").input_value() == str(width)
    assert fits(page)


def test_every_page_can_be_opened_from_a_usb_stick(
    demo: Settings, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    for name in PAGES:
        copy = tmp_path / name
        copy.write_bytes((demo.maps_dir / name).read_bytes())
        seen = visit(copy)
        seen.page.wait_for_selector(".leaflet-container path")
        assert (seen.foreign, seen.complaints) == ([], [])
