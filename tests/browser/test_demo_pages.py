"""The demo's three maps and the start page in a real Chromium, as their users open them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser
from sqlalchemy import text

from api.main import make_app
from geo_service.demo.load import DemoChoices, load_demo
from geo_service.settings import Settings
from geo_service.storage.bootstrap import prepare
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.workflows.draw_maps import PAGES, DrawnFor, draw_maps
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

AS_OF = date(2026, 11, 23)
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
    wanted = DrawnFor("0101", "ydre-norrebro", AS_OF, datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    with database.session("job") as session:
        choices = DemoChoices(seed=2026, as_of=AS_OF)
        load_demo(session, choices, loaded_by="os:test", progress=lambda _: None)
        draw_maps(session, wanted, state / "maps", public_folder=state / "public")
    yield Settings(state=state, secrets_dir=cluster.secrets)
    for role in ("job", "web_work"):
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


@pytest.mark.parametrize("width", [1440, 390])
def test_from_the_start_page_to_each_map(chromium: Browser, address: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith(address) else complaints.append(request.url),
    )
    page.goto(address)
    assert "opdigtede" in page.locator(".banner").inner_text()
    for name, word in (("Aften", "Aften"), ("Byrum", "Byrum"), ("Beboere", "Tryghed")):
        page.goto(address)
        page.get_by_role("link", name=name).first.click()
        page.wait_for_selector(".leaflet-container path")
        assert word in page.title()
    assert complaints == []
    context.close()


def test_every_page_can_be_opened_from_a_usb_stick(
    demo: Settings, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    for name in PAGES:
        copy = tmp_path / name
        copy.write_bytes((demo.maps_dir / name).read_bytes())
        seen = visit(copy)
        seen.page.wait_for_selector(".leaflet-container path")
        assert (seen.foreign, seen.complaints) == ([], [])
