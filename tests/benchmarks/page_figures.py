"""How fast and how heavy the main pages are, measured on a running demo.

    ./tryghed demo --port 8493
    .venv/bin/python -m tests.benchmarks.page_figures http://127.0.0.1:8493

prints the table of docs/performance.md. Measure in a quiet moment: the figures are told, never
asserted. Each page is opened once to warm it, then `ROUNDS` times in one browser; the medians
are written. Bytes are those of a first visit, without a map's own script, style and drawing.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, SWITCHES

ROUNDS = 5
PAGES = ("/", "/aften", "/aften/aftaler", "/aften/aftaler/2", "/aften/aftaler/2/moede",
         "/aften/aftaler/2/tavle", "/aften/aftaler/2/ark", "/aften/aftaler/5/forslag",
         "/aften/i-aften", "/aften/log", "/aften/gennemfoert", "/aften/steder", "/aften/behov",
         "/aften/omraader", "/aften/omraader/ny", "/aften/omraader/liste", "/aften/vagter",
         "/aften/vagtkalender", "/aften/regler", "/aften/tilbud", "/aften/tilbud/nyt",
         "/aften/ferieplan", "/aften/kalender", "/aften/bemanding", "/byrum", "/omraade",
         "/beboere", "/data", "/data/haendelser", "/data/omraader", "/data/indlaesninger",
         "/data/indlaesninger/ny", "/konto", "/administration", "/administration/brugere",
         "/administration/opbevaring", "/administration/revision")  # fmt: skip
"""Every page of the demo; agreement 2 is the one in force, and 5 the draft after it."""
HOTSPOT_AREA = "Ydre Nørrebro"
ACCOUNTS = ("politi", "hotspotchef", "gadeteam", "administrator")
PAINTED = """() => new Promise((done) => {
  const look = () => {
    const [first] = performance.getEntriesByName("first-contentful-paint");
    if (first) done(first.startTime);
    else requestAnimationFrame(look);
  };
  look();
})"""
ANSWERED = "performance.getEntriesByType('navigation')[0].responseStart"
WEIGHT = """() => {
  const map = /leaflet|[/]map[-.]|[/]kort[/]|haendelser[/]kort/;
  const sent = [...performance.getEntriesByType("resource"),
                ...performance.getEntriesByType("navigation")];
  const drawing = [...document.querySelectorAll(".map-panel script")];
  const bytes = (one) => new TextEncoder().encode(one.textContent).length;
  return sent.filter((one) => !map.test(one.name)).reduce((sum, one) => sum + one.transferSize, 0)
    - drawing.reduce((sum, one) => sum + bytes(one), 0);
}"""


@dataclass(frozen=True)
class Figures:
    """What one page costs one role: milliseconds (medians) and bytes."""

    answered_ms: float
    painted_ms: float
    bytes_sent: int


def measure(browser: Browser, address: str, account: str) -> dict[str, Figures]:
    """Sign in by a button of the demo and measure each page that the account has."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name=f"Gå ind som {account}", exact=True).click()
    choose = page.locator("form[action='/konto/omraade'] button", has_text=HOTSPOT_AREA)
    if choose.count():  # whoever has several sees an evening once one is chosen
        with page.expect_navigation():
            choose.first.evaluate("button => button.click()")
    found = {}
    for path in PAGES:
        answer = page.goto(address + path, wait_until="load")
        if answer is not None and answer.ok:
            found[path] = _figures(browser, page, address + path)
    context.close()
    return found


def _figures(browser: Browser, page: Page, address: str) -> Figures:
    rounds = []
    for _ in range(ROUNDS):
        page.goto(address, wait_until="load")
        rounds.append((page.evaluate(ANSWERED), page.evaluate(PAINTED)))
    fresh = browser.new_context(storage_state=page.context.storage_state())
    first = fresh.new_page()
    first.goto(address, wait_until="load")
    weight = int(first.evaluate(WEIGHT))
    fresh.close()
    return Figures(median(one for one, _ in rounds), median(one for _, one in rounds), weight)


def main(address: str) -> None:
    """Print a row of a Markdown table for each page."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        by_account = {account: measure(browser, address, account) for account in ACCOUNTS}
        browser.close()
    heads = [f"{one}: answer, first paint, sent" for one in ACCOUNTS]
    lines = [["page", *heads], ["---"] * (1 + len(ACCOUNTS))]
    for path in PAGES:
        cells = [_cell(by_account[account].get(path)) for account in ACCOUNTS]
        lines.append([f"`{path}`", *cells])
    sys.stdout.writelines(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(one: Figures | None) -> str:
    if one is None:
        return "–"
    return f"{one.answered_ms:.0f} ms, {one.painted_ms:.0f} ms, {one.bytes_sent / 1000:.0f} kB"


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
