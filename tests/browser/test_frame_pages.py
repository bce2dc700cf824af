"""The frame and its parts in a real browser, behind the policy that every page has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.conftest import Visit
from tests.browser.serving import served
from tests.web.house import make_house, somebody

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]

PAGES = ("/stil?omraade=va", "/tilgaengelighed", "/privatliv", "/konflikt")
ALL_PAGES = (*PAGES, "/fejl/404", "/fejl/422", "/fejl/500")
MOST_BYTES = 300_000
WIDTHS = (1440, 1024, 1440 // 2, 390, 320)
"""A desk, a small desk, a desk at 200 %, a phone, and the narrowest that WCAG asks for."""


@pytest.fixture(scope="module")
def house() -> Iterator[str]:
    """The pages for somebody who is signed in."""
    with served(make_house(somebody())) as address:
        yield address


@pytest.fixture(scope="module")
def street() -> Iterator[str]:
    """The pages for somebody who is not."""
    with served(make_house()) as address:
        yield address


def with_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}sprog={language}"


def has_room(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def without_status(seen: Visit) -> list[str]:
    """Return the complaints, without the one that a browser makes of every error page."""
    return [text for text in seen.complaints if "the server responded with a status of" not in text]


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("path", ALL_PAGES)
def test_a_page_fits_and_is_quiet(visit: Open, house: str, path: str, language: str) -> None:
    seen = visit(house + with_language(path, language))
    page = seen.page
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert has_room(page), width
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert seen.foreign == []
    assert without_status(seen) == []


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("path", ALL_PAGES)
def test_axe_finds_nothing(visit: Open, house: str, path: str, language: str) -> None:
    page = visit(house + with_language(path, language)).page
    for width, colours in product((1440, 390), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=colours)
        assert violations(page) == [], (width, colours)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_in_what_opens(visit: Open, house: str, width: int, dark: bool) -> None:
    page = visit(house + PAGES[0], width=width, dark=dark).page
    for menu in page.locator("details.menu:visible").all():
        menu.locator("summary").click()
        assert menu.locator(".sheet").is_visible()
        assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("[data-opens]").click()
    assert page.locator("dialog").is_visible()
    assert violations(page) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_for_somebody_not_signed_in(visit: Open, street: str, width: int) -> None:
    page = visit(street + "/tilgaengelighed", width=width).page
    assert violations(page) == []
    assert page.locator("nav.places").count() == 0


def test_axe_would_find_something(visit: Open, street: str) -> None:
    page = visit(street + "/privatliv").page
    page.evaluate("document.querySelector('h1').outerHTML = '<input>'")
    assert {line.partition(":")[0] for line in violations(page)} >= {
        "label",
        "page-has-heading-one",
    }


@pytest.mark.parametrize("path", ALL_PAGES)
def test_a_page_is_light(visit: Open, house: str, path: str) -> None:
    """All bytes over the wire, heads included, with nothing in the cache."""
    page = visit("about:blank").page
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(house + path)
    page.wait_for_load_state("networkidle")
    assert len(sizes) >= 6
    assert sum(sizes) < MOST_BYTES


def walk(page: Page, most: int = 120) -> list[str]:
    """Press Tab until the page is through; return what had the focus, in order."""
    told: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => {
              const node = document.activeElement;
              if (!node || node === document.body) return "";
              const box = node.getBoundingClientRect();
              const seen = box.width > 0 && getComputedStyle(node).outlineStyle !== "none";
              const name = node.getAttribute("aria-label") || node.id || node.textContent.trim();
              return (seen ? "" : "UNSEEN ") + name.replace(/\\s+/g, " ");
            }"""
        )
        if not name:
            return told
        told.append(name)
    raise AssertionError(f"no end after {most} steps")


@pytest.mark.parametrize("width", [1440, 390])
def test_keys_go_through_the_page_from_the_top(visit: Open, house: str, width: int) -> None:
    page = visit(house + "/privatliv", width=width).page
    told = walk(page)
    roles = page.locator(".role-sees summary").all_inner_texts()
    assert len(roles) >= 8
    bar = ["Gå til indholdet", "Tryghedskort", "Hotspotområde: Vælg område"]
    wide = ["Aften", "Byrum", "Område", "Beboere", "Data", "Bruger: Hotspotchefen"]
    languages = ["DA – Dansk", "EN – English"]
    assert told[: len(bar)] == bar
    rest = told[len(bar) :]
    expected = [*wide, *languages] if width == 1440 else ["Menu"]
    assert rest == [*expected, *roles, "Tilgængelighedserklæring", "Privatliv"]


def test_everything_on_the_style_page_is_reached_and_seen(visit: Open, house: str) -> None:
    page = visit(house + PAGES[0]).page
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.locator(".brand").focus()
    told = walk(page)
    assert [name for name in told if name.startswith("UNSEEN")] == []
    assert told[-1] == "Privatliv"


def test_the_skip_link_leads_to_the_content(visit: Open, house: str) -> None:
    page = visit(house + "/privatliv").page
    page.keyboard.press("Tab")
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "indhold"


def test_what_is_wrong_has_the_focus(visit: Open, house: str) -> None:
    page = visit(house + PAGES[0]).page
    assert page.evaluate("document.activeElement.className") == "errors"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "f-mail"
    described = page.locator("#f-mail").get_attribute("aria-describedby")
    assert described == "f-mail-hint f-mail-error"


def test_a_dialog_opens_and_gives_the_focus_back(visit: Open, house: str) -> None:
    page = visit(house + PAGES[0]).page
    opener = page.locator("[data-opens]")
    opener.focus()
    page.keyboard.press("Enter")
    assert page.locator("dialog").is_visible()
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    assert page.evaluate("document.activeElement.dataset.opens") == "del-op"


def test_menus_close_by_escape_and_by_a_click_elsewhere(visit: Open, house: str) -> None:
    page = visit(house + "/privatliv").page
    summary = page.locator(".menu summary").first
    summary.press("Enter")
    assert page.locator(".menu[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    summary.click()
    page.locator("h1").click()
    assert page.locator(".menu[open]").count() == 0


def test_without_scripts_menus_open_and_dialogs_are_pages(visit: Open, house: str) -> None:
    page = visit(house + PAGES[0], width=390, scripts=False).page
    page.locator(".thumb > summary").click()
    assert page.locator(".thumb .sheet a", has_text="Byrum").is_visible()
    assert page.locator(".without-script").is_visible()
    page.locator(".thumb > summary").click()
    page.locator("[data-opens]").click()
    assert page.url.endswith("#dialog")


@pytest.mark.parametrize("path", ALL_PAGES)
def test_what_a_thumb_meets_is_44_pixels(visit: Open, house: str, path: str) -> None:
    page = visit(house + path, width=390).page
    small = page.evaluate(
        """() => [...document.querySelectorAll(
          "button, select, summary, .button, input:not([type=hidden]), .tabs a, .pages a, .foot a, "
          + "thead a, .crumbs a")]
        .map((node) => [node, (node.closest(".tick") || node).getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && box.height < 44)
        .map(([node, box]) => `${node.outerHTML.slice(0, 80)} ${box.height}`)"""
    )
    assert small == []


def test_htmx_sends_the_token_and_adds_no_style(visit: Open, house: str) -> None:
    seen = visit(house + "/privatliv")
    page = seen.page
    page.evaluate(
        """() => { const b = document.createElement("button"); b.id = "try";
        b.setAttribute("hx-get", "/stil"); b.setAttribute("hx-target", "#status");
        b.setAttribute("hx-select", "h1"); document.querySelector("main").append(b);
        htmx.process(b); }"""
    )
    with page.expect_request("**/stil") as asked:
        page.locator("#try").click()
    assert asked.value.headers["x-csrf-token"] == somebody().csrf
    page.locator("#status h1").wait_for()
    assert page.evaluate("document.adoptedStyleSheets.length") == 0
    assert seen.complaints == []


@pytest.mark.parametrize(("end", "value"), [("done", 1), ("failed", 3)])
def test_long_work_is_followed_to_its_end(visit: Open, house: str, end: str, value: int) -> None:
    seen = visit(house + PAGES[0])
    page = seen.page
    page.evaluate(
        """(end) => {
          document.getElementById("arbejde").dataset.events = `/arbejde?end=${end}`;
          document.dispatchEvent(new Event("htmx:after:swap"));
        }""",
        end,
    )
    page.locator(".job.over").wait_for()
    assert page.locator(".job-text").inner_text() == f"slut: {end}"
    assert page.evaluate("document.querySelector('.job progress').value") == value
    assert not page.locator(".job .buttons").is_visible()
    assert page.url.startswith(house)  # an address elsewhere is not followed
    assert seen.complaints == []


def test_on_paper_the_house_is_gone(visit: Open, house: str) -> None:
    page = visit(house + PAGES[0]).page
    page.emulate_media(media="print")
    for gone in ("nav.places", ".foot", ".actions", ".filters", ".languages", "form .buttons"):
        assert not page.locator(gone).first.is_visible()
    for kept in ("h1", ".ribbon", "#liste", ".figures"):
        assert page.locator(kept).first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(format="A4").startswith(b"%PDF")
