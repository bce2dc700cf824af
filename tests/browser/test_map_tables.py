"""The tables under the maps, and the names on them: whole words, folded on phones, all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from maps.evening import evening_page
from maps.projects import projects_page
from maps.residents import residents_page
from tests.browser.conftest import Visit
from tests.maps import frames, town

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]

LONG = {"owner": "Teknik- og Miljøforvaltningen", "kind": "oversigtsforhold"}
CUT = """() => {
  const cut = [];
  for (const box of document.querySelectorAll(".list th, .list td, .holder")) {
    const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/\\p{L}+/gu)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        const tops = [...range.getClientRects()].map((line) => Math.round(line.top));
        if (new Set(tops).size > 1) cut.push(word[0]);
      }
    }
  }
  return cut;
}"""


def projects() -> str:
    given = frames.project_page(projects=frames.projects().assign(**LONG, status="undersøges"))
    given["funding"] = given["funding"].assign(funder="Boligorganisationen")
    given["actions"] = given["actions"].assign(actor="Boligorganisationen")
    return projects_page(**given)


def written(folder: Path, html: str) -> Path:
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1440, 1100, 390])
def test_no_word_is_cut_on_the_screen(visit: Open, tmp_path: Path, width: int) -> None:
    page = visit(written(tmp_path, projects()), width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.locator("#project-table td:visible").count() > 0
    assert page.evaluate(CUT) == []


TABLES = [
    (projects, "#project-table", "12 projekter som tabel"),
    (lambda: residents_page(**frames.resident_page()), "#share-table", "35 områder som tabel"),
    (
        lambda: residents_page(**frames.resident_page()),
        "#count-table",
        "Anmeldelser i 35 områder som tabel",
    ),
    (lambda: evening_page(**frames.evening()), "#plan-table", "16 udsendelser som tabel"),
]


@pytest.mark.parametrize(("draw", "table", "words"), TABLES)
def test_a_long_table_is_folded_on_a_phone(
    visit: Open, tmp_path: Path, draw: Callable[[], str], table: str, words: str
) -> None:
    seen = visit(written(tmp_path, draw()), width=390)
    page = seen.page
    rows = page.locator(f"{table} tbody tr")
    assert rows.count() == int("".join(filter(str.isdigit, words)))
    assert not rows.first.is_visible()
    summary = page.locator("summary", has_text=words).filter(visible=True).first
    summary.focus()
    page.keyboard.press("Enter")
    assert rows.last.is_visible()
    page.keyboard.press("Enter")
    assert not rows.first.is_visible()
    page.emulate_media(media="print")
    rows.last.wait_for(state="visible")
    page.emulate_media(media="screen")
    rows.last.wait_for(state="hidden")
    assert seen.complaints == []


@pytest.mark.parametrize(("draw", "table", "words"), TABLES)
@pytest.mark.parametrize(("width", "scripts"), [(1440, True), (390, False)])
def test_a_long_table_stands_open_where_there_is_room_or_nothing_runs(
    visit: Open,
    tmp_path: Path,
    draw: Callable[[], str],
    table: str,
    words: str,
    width: int,
    scripts: bool,
) -> None:
    page = visit(written(tmp_path, draw()), width=width, scripts=scripts).page
    assert page.locator(f"{table} tbody tr").last.is_visible()
    assert page.locator("summary", has_text=words).first.is_visible()


def crowded() -> dict[str, Any]:
    """Ten areas of one rode each, with long names, side by side."""
    names = [f"Dækningsområdet ved den {n}. plads" for n in range(1, 11)]
    shapes = town.roder().geometry.to_numpy()[[9, 10, 11, 12, 17, 18, 19, 20, 25, 26]]
    return frames.evening(
        coverage=town.layer(
            [{"code": f"A{i}", "name": name, "kind": "politi"} for i, name in enumerate(names, 1)],
            list(shapes),
        )
    )


def named_on_the_map(page: Page) -> list[str]:
    """Return the names that can be read: on the map, or beside the number that stands there."""
    shown = page.locator(".zone-name:not(.stepped-back) .name:visible").all_inner_texts()
    numbers = page.locator(".zone-name:not(.stepped-back) .number:visible").all_inner_texts()
    key = page.locator("#zone-key li").evaluate_all(
        "(items) => items.map((item) => [...item.childNodes].map((part) => part.textContent))"
    )
    assert [number for number, _ in key] == numbers
    return shown + [name for _, name in key]


@pytest.mark.parametrize("width", [1440, 390])
def test_every_area_of_the_evening_is_named(visit: Open, tmp_path: Path, width: int) -> None:
    given = crowded()
    page = visit(written(tmp_path, evening_page(**given)), width=width).page
    for slot in ("3", "23", "1"):
        page.locator(f"td[data-slot='{slot}']").click()
        assert sorted(named_on_the_map(page)) == sorted(given["coverage"]["name"])
    boxes = page.evaluate(
        """() => [...document.querySelectorAll(".zone-name .name, .zone-name .number")]
        .map((one) => one.getBoundingClientRect()).filter((box) => box.width)
        .map((box) => [box.left, box.right, box.top, box.bottom])"""
    )
    apart = [
        a[1] <= b[0] + 1 or b[1] <= a[0] + 1 or a[3] <= b[2] + 1 or b[3] <= a[2] + 1
        for i, a in enumerate(boxes)
        for b in boxes[i + 1 :]
    ]
    assert all(apart)


def test_the_printed_table_says_which_projects_were_chosen(visit: Open, tmp_path: Path) -> None:
    page = visit(written(tmp_path, projects_page(**frames.project_page()))).page
    chosen = page.locator("#selection")
    assert not chosen.is_visible()
    page.locator(".holder", has_text="DSB").click()
    page.emulate_media(media="print")
    assert chosen.inner_text() == "Udvalg: 1 af 12 projekter, DSB har bolden."
    assert page.locator("#project-table tbody tr:visible").count() == 1
    assert page.locator(".facts").evaluate("(node) => getComputedStyle(node).page") == "wide"
    page.emulate_media(media="screen")
    page.locator("#all").click()
    assert not chosen.is_visible()
