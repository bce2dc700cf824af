"""The map of a page in a real browser, under the strict policy: keys, thumbs, paper, attacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect

from maps.inpage import Background, Legend, MapPanel
from tests.browser.map_app import map_app
from tests.browser.map_visits import Open, opener, served
from tests.maps import frames, panels
from tests.maps.hostile import HOSTILE

pytestmark = pytest.mark.browser
SCROLLS = """new Promise((done) => {
  let frames = 0;
  const look = () => {
    if (scrollY > 100 || ++frames > 600) done(scrollY > 100);
    else requestAnimationFrame(look);
  };
  look();
})"""


def shown(query: Mapping[str, str]) -> list[MapPanel]:
    """What the page of the tests shows, by its query."""
    if "ondt" in query:
        text = HOSTILE[int(query["ondt"])]
        return [
            panels.town_panel(
                given=panels.rows([f"{text} {i}" for i in range(40)], text),
                base_map=panels.ground(text[:24], text[:20]),
                facts=frames.facts(period=text, sources=(text,), outline=text, notes=(text,)),
                title=text,
                bydele=(text, text),
                legend=Legend(text, [{"number": 1, "word": text, "limits": text}], text, text),
                query=query,
            )
        ]
    if "tom" in query:
        return [panels.town_panel(given=[])]
    if "to" in query:
        return [panels.town_panel(), panels.town_panel(name="andet", title="Andet kort")]
    tiles = [Background("Skærmkort", "/fliser/{z}/{x}/{y}", "Klimadatastyrelsen")]
    return [panels.town_panel(query=query).over(tiles if "fliser" in query else [])]


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return map_app(shown)


@pytest.fixture
def visit(chromium: Browser, app: FastAPI) -> Iterator[Open]:
    app.state.reports.clear()
    with opener(chromium, app) as open_:
        yield open_


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_a_map_opens_quietly_and_says_what_it_shows(visit: Open, width: int, dark: bool) -> None:
    seen = visit(width=width, dark=dark)
    page = seen.page
    assert page.locator("path.shade").count() == 40
    assert page.locator("path.hatched").count() == 1
    assert page.locator(".map-list .map-item").count() == 40
    legend = page.locator(".map-legend").inner_text()
    for words in ("meget lav", "lav", "høj", "meget høj", "under 5", "for få til at vise"):
        assert words in legend
    facts = page.locator(".map-facts").inner_text()
    for words in ("uge 48 2026", "Københavns Kommune", "Omrids: skematiske", "kl. 10.12"):
        assert words in facts
    assert page.locator(".leaflet-control-scale-line").is_visible()
    assert page.get_by_role("img", name="Nord er opad").is_visible()
    assert page.get_by_role("link", name="Hent data (CSV)").get_attribute("href") == "/hent.csv"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.axe() == []
    seen.quiet()


def test_the_policy_of_the_test_is_strict(visit: Open) -> None:
    seen = visit()
    seen.page.evaluate(
        """() => { const s = document.createElement("script"); s.textContent = "window.hit = 1";
        document.body.append(s); const d = document.createElement("div");
        d.setAttribute("style", "color: red"); document.body.append(d); }"""
    )
    assert seen.page.evaluate("window.hit") is None
    assert len([line for line in seen.complaints if line.startswith("policy:")]) == 2


def test_the_list_drives_the_map_by_keys_alone(visit: Open) -> None:
    seen = visit()
    page = seen.page
    page.locator(".map-find").focus()
    seen.press("Tab")
    assert seen.focused().startswith("1\nRode 1") or "Rode 1" in seen.focused()
    seen.press("ArrowDown", "ArrowDown", "Enter")
    assert "Rode 3" in seen.focused()
    assert page.locator(".map-chosen h3").inner_text() == "Rode 3"
    chosen = page.locator(".map-chosen").inner_text()
    for words in ("Hændelser", "14", "Del", "Vestbyen", "Talt over et år."):
        assert words in chosen
    assert page.locator(".map-chosen").get_attribute("aria-live") == "polite"
    assert page.locator("path.shade.pointed").count() == 1
    assert page.locator(".map-tip").inner_text().startswith("Rode 3")
    assert page.locator(".map-item[aria-pressed=true]").count() == 1
    assert page.locator(".map-table tr.pointed").count() == 1
    assert seen.axe() == []
    seen.press("End", "Enter")
    assert page.locator(".map-chosen h3").inner_text() == "Rode 40"
    seen.press("Escape")
    assert page.locator("path.shade.pointed").count() == 0
    assert "Vælg i listen" in page.locator(".map-chosen").inner_text()
    assert "Rode 40" in seen.focused()
    seen.quiet()


def test_the_list_is_one_stop_for_tab_and_nobody_is_trapped(visit: Open) -> None:
    seen = visit()
    names = []
    for _ in range(40):
        seen.press("Tab")
        names.append(seen.focused() or seen.page.evaluate("`${document.activeElement.classList}`"))
        if names[-1] == "Efter kortet":
            break
    assert names[-1] == "Efter kortet"
    assert len([name for name in names if "Rode" in name]) == 1
    seen.quiet()


def test_a_skip_link_leads_past_map_and_list(visit: Open) -> None:
    seen = visit()
    link = seen.page.get_by_role("link", name="Spring kort og liste over")
    link.focus()
    seen.press("Enter")
    assert seen.page.evaluate("document.activeElement.id") == "kort-efter"


def test_the_map_drives_the_list(visit: Open) -> None:
    seen = visit()
    page = seen.page
    page.locator("path.shade").nth(25).dispatch_event("click")
    pressed = page.locator(".map-item[aria-pressed=true]")
    title = pressed.locator("b").inner_text()
    assert page.locator(".map-chosen h3").inner_text() == title
    expect(pressed).to_be_in_viewport()
    page.locator("path.shade.hatched").dispatch_event("click")
    assert "for få" in page.locator(".map-chosen").inner_text()
    seen.quiet()


def test_finding_in_the_list_says_how_many(visit: Open) -> None:
    seen = visit()
    page = seen.page
    page.get_by_label("Find i listen").fill("RODE 4")
    assert page.locator(".map-list li:visible").count() == 2
    assert page.locator(".map-count").inner_text() == "2 af 40 i listen"
    seen.press("Tab")
    assert "Rode 4" in seen.focused()
    page.get_by_label("Find i listen").fill("")
    assert page.locator(".map-list li:visible").count() == 40


def test_layers_are_taken_away_by_keys(visit: Open) -> None:
    seen = visit()
    page = seen.page
    page.locator(".map-layers summary").focus()
    seen.press("Enter", "Tab", "Space")
    assert seen.page.evaluate("document.activeElement.value") == "water"
    assert not page.locator("path.water").is_visible()
    assert page.locator("path.green").count() == 1
    assert seen.axe() == []
    seen.press("Space")
    assert page.locator("path.water").is_visible()
    page.get_by_label("Stednavne").uncheck()
    assert page.locator(".base-name:visible").count() == 0
    seen.quiet()


def test_the_table_is_the_same_and_sorts_by_link(visit: Open) -> None:
    seen = visit()
    page = seen.page
    page.get_by_role("link", name="Vis som tabel").focus()
    seen.press("Enter")
    assert page.locator(".map-table tbody tr:visible").count() == 40
    assert "Det samme som tabel" in seen.focused()
    assert seen.axe() == []
    page.locator(".map-table thead a", has_text="Hændelser").click()
    page.wait_for_selector("html[data-maps=ready]")
    assert page.locator(".map-table tbody tr:visible").count() == 40
    figures = page.locator(".map-table tbody tr td:nth-child(2)").all_inner_texts()
    assert figures[-1] == "for få"
    counts = [int(text) for text in figures[:-1]]
    assert counts == sorted(counts)
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Hændelser")
    items = page.locator(".map-item b").all_inner_texts()
    assert items == page.locator(".map-table tbody th").all_inner_texts()
    page.locator(".map-item").nth(3).click()
    assert page.locator(".map-chosen h3").inner_text() == items[3]
    seen.quiet()


def test_extent_and_choice_stand_in_the_address(visit: Open) -> None:
    seen = visit()
    page = seen.page
    page.locator(".map-item").nth(4).click()
    page.get_by_role("button", name="Zoom ind").click()
    expect(page).to_have_url(re.compile(r"/4$"))
    address = page.url
    assert re.search(r"#kort=[\d.]+/55\.\d{5}/12\.\d{5}/4$", address)
    other = visit("/" + address.rpartition("/#")[1].strip("/") + address.partition("#")[2])
    assert other.page.locator(".map-chosen h3").inner_text() == "Rode 5"
    zoom = "document.getElementById('kort').mapPanel.map.getZoom()"
    assert other.page.evaluate(zoom) == page.evaluate(zoom)
    broken = visit("/#kort=x/y/z/999999")
    assert broken.page.locator("path.shade").count() == 40
    broken.quiet()


@pytest.mark.parametrize("which", range(len(HOSTILE)))
def test_hostile_text_is_read_and_never_runs(visit: Open, which: int) -> None:
    seen = visit(f"/?ondt={which}&vis=tabel")
    page = seen.page
    for i in (0, 12):
        page.locator(".map-item").nth(i).click()
    page.locator("path.shade").nth(3).dispatch_event("mouseover")
    page.locator("path.shade").nth(3).dispatch_event("click")
    page.locator(".map-layers summary").click()
    page.get_by_label("Find i listen").fill("1")
    words = " ".join(HOSTILE[which].split())
    for place in (".map-chosen", ".map-legend", ".map-facts", ".map-table caption", ".map-tip"):
        assert words in " ".join(page.locator(place).first.inner_text().split()), place
    said = page.locator(".folium-map").get_attribute("aria-label") or ""
    assert words in " ".join(said.split())
    assert page.locator("section img").count() == 0
    assert "49" not in page.locator(".map-chosen h3").inner_text().replace(HOSTILE[which], "")
    seen.quiet()


def test_one_finger_scrolls_past_the_map_and_two_move_it(visit: Open) -> None:
    seen = visit(width=390)
    page = seen.page
    state = "document.getElementById('kort').mapPanel.map"
    assert page.evaluate(f"{state}.dragging.enabled()") is False
    assert page.evaluate(f"{state}.touchZoom.enabled()") is True
    touch = page.evaluate("getComputedStyle(document.querySelector('.folium-map')).touchAction")
    assert "pan-y" in touch
    at = page.locator(".folium-map").bounding_box()
    assert at is not None
    finger = page.context.new_cdp_session(page)
    for step, kind in enumerate(["touchStart", *["touchMove"] * 10, "touchEnd"]):
        x, y = at["x"] + 150, at["y"] + 300 - 25 * step
        touching = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touching})
    assert page.evaluate(SCROLLS)
    assert page.locator(".map-hint").text_content() == "Brug to fingre til at flytte kortet"
    page.get_by_role("button", name="Flyt kortet med én finger").click()
    assert page.evaluate(f"{state}.dragging.enabled()") is True
    order = [
        page.locator(css).bounding_box()["y"]  # type: ignore[index]
        for css in (".folium-map", ".map-chosen", ".map-legend", ".map-list", ".map-facts")
    ]
    assert order == sorted(order)
    seen.quiet()


def test_what_a_thumb_meets_is_44_pixels(visit: Open) -> None:
    page = visit(width=390).page
    page.locator(".map-layers summary").click()
    small = page.evaluate(
        """() => [...document.querySelectorAll(
          ".map-panel :is(button, summary, .map-layers label, .map-find, .map-actions a)," +
          ".map-panel .leaflet-bar a"
        )].map((node) => [node.innerText || node.className, node.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.height < 44 || box.width < 44))
        .map(([text, box]) => `${text} ${box.width} ${box.height}`)"""
    )
    assert small == []


def test_two_maps_in_one_page_do_not_meet(visit: Open) -> None:
    seen = visit("/?to")
    page = seen.page
    page.locator("#andet .map-item").nth(2).click()
    assert page.locator("#andet .map-chosen h3").inner_text() == "Rode 3"
    assert page.locator("#kort .map-chosen h3").count() == 0
    assert page.locator("#kort path.shade").count() == 40
    assert page.evaluate("Object.keys(window).filter((k) => /^(geo_json|map_)/.test(k))") == []
    assert seen.axe() == []
    seen.quiet()


def test_nothing_to_show_says_what_to_do(visit: Open) -> None:
    seen = visit("/?tom")
    assert "Der er ingenting at vise" in seen.page.locator(".map-choose").inner_text()
    assert seen.axe() == []
    seen.quiet()


def test_on_paper_it_is_a_map_with_its_facts(visit: Open) -> None:
    seen = visit(dark=True)
    page = seen.page
    page.locator(".map-item").nth(2).click()
    page.emulate_media(media="print")
    for css in (".map-actions", ".map-choose", ".map-layers", ".leaflet-control-zoom"):
        assert not page.locator(css).is_visible(), css
    for css in (".folium-map", ".map-legend", ".map-facts", ".map-north"):
        assert page.locator(css).is_visible(), css
    assert page.locator(".map-chosen h3").inner_text() == "Rode 3"
    colour = "getComputedStyle(document.querySelector('path.k4')).fill"
    assert page.evaluate(colour) == "rgb(87, 154, 191)"  # the light set, also of a dark screen
    width = page.locator(".folium-map").bounding_box()["width"]  # type: ignore[index]
    assert width == pytest.approx(184 / 25.4 * 96, abs=2)
    assert len(page.pdf(format="A4")) > 10_000


def test_a_background_takes_the_place_of_our_own_ground(visit: Open) -> None:
    seen = visit("/?fliser")
    page = seen.page
    page.locator(".map-layers summary").click()
    assert "Klimadatastyrelsen" in page.locator(".map-facts").inner_text()
    assert page.locator("img.leaflet-tile").count() == 0  # asked for by nobody
    with page.expect_request(re.compile(r"/fliser/\d+/\d+/\d+$")):
        page.get_by_label("Skærmkort").check()
    assert not page.locator("path.green").is_visible()
    page.get_by_label("Eget kort").check()
    assert page.locator("path.green").is_visible()
    assert page.locator("img.leaflet-tile").count() == 0
    assert seen.foreign == []
    assert seen.app.state.reports == []


def test_without_scripts_the_table_is_there(chromium: Browser, app: FastAPI) -> None:
    with served(app) as address:
        context = chromium.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{address}/?vis=tabel")
        assert page.locator(".map-table tbody tr:visible").count() == 40
        assert "JavaScript" in page.locator(".map-without").inner_text()
        assert not page.locator(".map-box").is_visible()
        assert not page.locator(".map-print").is_visible()
        context.close()
