"""The incidents explorer in a real browser: map, week and fields; keys, thumbs, axe, paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from api.main import make_app
from geo_service.settings import Settings
from geo_service.storage import incidents as store
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from tests import people
from tests.api.test_incidents import SEEN_BY_CHIEF, spread
from tests.browser.axe import violations
from tests.browser.conftest import Visit
from tests.browser.keys import stops_between
from tests.browser.serving import served
from tests.storage import seen_town as town

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]

PAGE = "/data/haendelser?fra=2026-10-01&til=2026-11-01&sted=alle"
PRECISION = "/data/haendelser/noejagtighed"
EMPTY = "/data/haendelser?fra=2020-01-01&til=2020-02-01&sted=alle"
WRONG = "/data/haendelser?fra=igår"
WIDTHS = (1440, 1024, 720, 390, 320)
PLANTED = len(spread())


def signed_in(app: ASGIApp, token: str) -> ASGIApp:
    """Let every request carry a token: what a browser at work gets by signing in."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = [*scope["headers"], (b"authorization", f"Bearer {token}".encode())]
            scope = {**scope, "headers": headers}
        await app(scope, receive, send)

    return asked


@pytest.fixture(scope="module")
def explorer(
    own_database: Callable[[str], Database],
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, str]]:
    """Addresses of the service, as the police and as a chief meet it."""
    database = own_database("tryghed_explorer_seen")
    town.build(database)
    with database.working(people.EVERYWHERE) as session:
        town.plant(session, town.WORLDS[0], spread())
        store.count_by_rode(session, town.WORLDS[0])
    settings = Settings(state=tmp_path_factory.mktemp("state"), secrets_dir=cluster.secrets)
    tokens = {
        role: people.token_of(database, role, kind="token") for role in ("police", "hotspot_chief")
    }
    apps = {role: signed_in(make_app(settings, database), tokens[role]) for role in tokens}
    with served(apps["police"]) as police, served(apps["hotspot_chief"]) as chief:  # type: ignore[arg-type]
        yield {"police": police, "hotspot_chief": chief}


def settled(page: Page) -> Page:
    """Wait until the map has what it asked for."""
    expect(page.locator(".map-list .map-item").first).to_be_visible()
    return page


@pytest.mark.parametrize("role", ["police", "hotspot_chief"])
def test_the_page_fits_and_is_quiet(visit: Open, explorer: dict[str, str], role: str) -> None:
    seen = visit(explorer[role] + PAGE)
    settled(seen.page)
    for width in WIDTHS:
        seen.page.set_viewport_size({"width": width, "height": 844})
        room = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert seen.page.evaluate(room), width
    assert seen.foreign == []
    assert seen.complaints == []


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("role", ["police", "hotspot_chief"])
@pytest.mark.parametrize("path", [PAGE, EMPTY, WRONG, PRECISION])
def test_axe_finds_nothing(
    visit: Open, explorer: dict[str, str], path: str, role: str, language: str
) -> None:
    mark = "&" if "?" in path else "?"
    page = visit(f"{explorer[role]}{path}{mark}sprog={language}").page
    if path == PAGE:
        settled(page)
    for width, colours in product((1440, 390), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=colours)
        assert violations(page) == [], (width, colours)


def test_police_see_points_and_a_chief_sees_roder(visit: Open, explorer: dict[str, str]) -> None:
    police = settled(visit(explorer["police"] + PAGE).page)
    expect(police.locator(".map-count")).to_contain_text(f"Viser {PLANTED} hændelser")
    assert police.locator("canvas").count() > 0
    chief = settled(visit(explorer["hotspot_chief"] + PAGE).page)
    expect(chief.locator(".map-count")).to_contain_text(f"{SEEN_BY_CHIEF} hændelser i udsnittet")
    expect(chief.locator(".map-count")).not_to_contain_text("enkeltvis")
    assert chief.locator("path.map-cell").count() > 5
    expect(chief.locator(".map-list .map-item").first).to_contain_text("Rode")


def test_points_lie_above_the_land(visit: Open, explorer: dict[str, str]) -> None:
    """Leaflet's own style puts a canvas below the shapes of its pane."""
    page = settled(visit(explorer["police"] + PAGE).page)
    above = page.evaluate("""() => {
      const canvas = document.querySelector(".map-panel canvas"), pane = canvas.parentElement;
      const shapes = document.querySelector(".map-panel .leaflet-overlay-pane");
      return Number(getComputedStyle(pane).zIndex) > Number(getComputedStyle(shapes).zIndex);
    }""")
    assert above


def test_the_list_drives_the_map_by_the_keyboard(visit: Open, explorer: dict[str, str]) -> None:
    page = settled(visit(explorer["hotspot_chief"] + PAGE).page)
    first = page.locator(".map-list .map-item").first
    first.focus()
    page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".map-chosen")).to_contain_text("Hændelser")


@pytest.mark.parametrize("role", ["police", "hotspot_chief"])
def test_few_stops_lie_between_the_heading_of_the_map_and_its_list(
    visit: Open, explorer: dict[str, str], role: str
) -> None:
    page = settled(visit(explorer[role] + PAGE).page)
    assert len(stops_between(page, ".map-panel h2", ".map-list .map-item")) <= 10
    page.get_by_role("link", name="Spring kortet over").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".map-list .map-item").first).to_be_focused()


def test_the_fields_can_be_used_by_the_keyboard_alone(
    visit: Open, explorer: dict[str, str]
) -> None:
    page = visit(explorer["police"] + PAGE).page
    page.locator("#f-dag").focus()
    page.keyboard.type("fre")
    page.keyboard.press("Tab")
    page.keyboard.type("20")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Vis":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**dag=fre**")
    assert "kl=20-22" in page.url
    assert page.locator("#f-dag").input_value() == "fre"
    assert page.locator(".week td.chosen").count() == 2


def test_it_works_without_a_script(visit: Open, explorer: dict[str, str]) -> None:
    page = visit(explorer["police"] + PAGE, scripts=False).page
    expect(page.locator(".map-without")).to_be_visible()
    expect(page.locator("#liste tbody tr").first).to_be_visible()
    page.locator("#f-kl").select_option("17-02")
    page.get_by_role("button", name="Vis", exact=True).click()
    assert "kl=17-02" in page.url
    page.locator("#liste thead a").first.click()
    assert "sorter=time" in page.url
    page.locator("nav.pages a[rel=next]").click()
    assert "side=2" in page.url


def test_a_figure_stands_in_every_cell_of_the_week(visit: Open, explorer: dict[str, str]) -> None:
    page = visit(explorer["police"] + PAGE).page
    cells = page.locator(".week tbody td:not(.sum)").all_inner_texts()
    assert len(cells) == 168
    assert all(text.strip() for text in cells)
    evening = page.locator(".week tr.evening th").all_inner_texts()
    assert [label[-5:] for label in evening] == [
        "17–18", "18–19", "19–20", "20–21", "21–22", "22–23", "23–24", "00–01", "01–02",
    ]  # fmt: skip


def test_targets_are_large_enough_for_a_thumb(visit: Open, explorer: dict[str, str]) -> None:
    page = settled(visit(explorer["police"] + PAGE, width=390).page)
    for place in (".filters .type", ".map-item", ".filters select"):
        box = page.locator(place).first.bounding_box()
        assert box is not None
        assert box["height"] >= 40, place


def test_it_prints_on_paper(visit: Open, explorer: dict[str, str], tmp_path: Path) -> None:
    page = settled(visit(explorer["police"] + PAGE).page)
    page.emulate_media(media="print")
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.locator(".week")).to_be_visible()
    expect(page.locator(".answer .lead")).to_be_visible()
    # a canvas that is not in a layer of its own wipes the land out in a PDF
    expect(page.locator(".leaflet-points-pane")).to_have_css("opacity", "0.99")
    written = page.pdf(path=tmp_path / "haendelser.pdf", format="A4")
    assert written.startswith(b"%PDF")


def test_police_set_the_precision_and_the_chief_sees_fields(
    visit: Open, explorer: dict[str, str]
) -> None:
    page = visit(explorer["police"] + PRECISION).page
    page.get_by_label("felt på 250 m").check()
    page.get_by_role("button", name="Gem").click()
    expect(page.locator("#status, .toast").filter(has_text="Gemt").first).to_be_visible()
    chief = settled(visit(explorer["hotspot_chief"] + PAGE).page)
    expect(chief.locator(".map-list .map-item").first).to_contain_text("Ved Rode")
    page.get_by_label("kun roden").check()
    page.get_by_role("button", name="Gem").click()
    expect(page.locator(".lead")).to_contain_text("kun roden")


def test_the_page_is_light_without_its_map(visit: Open, explorer: dict[str, str]) -> None:
    page = visit(explorer["police"] + PAGE).page
    whole = page.content()
    panel = page.locator(".map-panel").evaluate("one => one.outerHTML.length")
    assert len(whole) - panel < 120_000
