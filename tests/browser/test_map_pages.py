"""The three map pages in a real browser, opened as files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import folium
import pytest

from maps import palette
from maps.base import leaflet
from maps.evening import evening_page
from maps.projects import projects_page
from maps.residents import residents_page
from maps.text import escape
from tests.browser.conftest import Visit
from tests.maps import frames
from tests.maps.hostile import HOSTILE, poisoned

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]

TAKES: dict[str, Callable[..., dict[str, Any]]] = {
    "evening": frames.evening,
    "projects": frames.project_page,
    "residents": frames.resident_page,
}
DRAW = {"evening": evening_page, "projects": projects_page, "residents": residents_page}
PAGES = tuple(DRAW)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    paths = {}
    for name, draw in DRAW.items():
        paths[name] = folder / f"{name}.html"
        paths[name].write_text(draw(**TAKES[name]()), encoding="utf-8")
    return paths


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_page_opens_alone_and_quietly(
    visit: Open, written: dict[str, Path], name: str, width: int
) -> None:
    seen = visit(written[name], width=width)
    page = seen.page
    assert page.locator("path.leaflet-interactive").count() >= 5
    assert page.locator("html").get_attribute("lang") == "da"
    assert "Tryghedskort" in page.title()
    assert page.locator("h1").count() == 1
    assert page.locator(".legend").is_visible()
    assert page.locator(".leaflet-control-scale-line").is_visible()
    assert (
        "demo: opdigtede hændelser, svar, planer og projekter, skematiske roder"
        in page.locator(".banner").inner_text()
    )
    facts = page.locator("footer.facts").inner_text()
    for words in ("Omrids: skematiske", "23. november 2026 kl. 10.12", "Københavns Kommune"):
        assert words in facts
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.foreign == []
    assert seen.complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_zooming_is_not_forbidden(visit: Open, written: dict[str, Path], name: str) -> None:
    page = visit(written[name]).page
    content = page.locator("meta[name=viewport]").get_attribute("content")
    assert content == "width=device-width, initial-scale=1"


@pytest.mark.parametrize("name", PAGES)
def test_what_a_thumb_meets_is_44_pixels(visit: Open, written: dict[str, Path], name: str) -> None:
    page = visit(written[name], width=390).page
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, summary, .tick, .leaflet-bar a")]
        .map((node) => [node.textContent, node.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && box.height < 44)
        .map(([text, box]) => `${text.trim()} ${box.height}`)"""
    )
    assert small == []


@pytest.mark.parametrize("name", PAGES)
def test_hostile_text_is_shown_and_never_runs(visit: Open, tmp_path: Path, name: str) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(DRAW[name](**poisoned(TAKES[name]())), encoding="utf-8")
    seen = visit(path)
    page = seen.page
    for mark in page.locator("path.leaflet-interactive").all()[:8]:
        mark.dispatch_event("mouseover")
        mark.dispatch_event("click")
    for button in page.locator("main button:visible").all()[:20]:
        button.dispatch_event("click")
    assert page.evaluate("window.hit") is None
    assert seen.complaints == []
    assert seen.foreign == []
    assert page.locator("img").count() == 0
    shown = page.locator("body").inner_text()
    for text in HOSTILE:
        assert " ".join(text.split()) in " ".join(shown.split())
    assert "49" not in page.locator(".facts .reservations").inner_text()


def test_escaped_text_is_inert_inside_folium_itself(visit: Open, tmp_path: Path) -> None:
    text = "".join(HOSTILE)
    drawn = folium.Map(location=[55.7, 12.5], tiles=None, maxZoom=19)
    folium.CircleMarker([55.7, 12.5], tooltip=folium.Tooltip(escape(text), permanent=True)).add_to(
        drawn
    )
    root = drawn.get_root()
    root.render()
    path = tmp_path / "folium.html"
    path.write_text(
        f"<meta charset=utf-8><style>{leaflet('leaflet.css')}.folium-map{{height:300px}}</style>"
        f"{root.html.render()}<script>{leaflet('leaflet.js')}</script>"
        f"<script>{root.script.render()}</script>",
        encoding="utf-8",
    )
    page = visit(path).page
    assert page.evaluate("window.hit") is None
    read = page.locator(".leaflet-tooltip").text_content() or ""
    assert read.split() == text.split()


def test_policy_stops_a_script_that_is_not_ours(visit: Open, tmp_path: Path) -> None:
    path = tmp_path / "changed.html"
    html = evening_page(**frames.evening())
    path.write_text(html.replace("</body>", "<script>window.hit=1</script></body>"), "utf-8")
    seen = visit(path)
    assert seen.page.evaluate("window.hit") is None
    assert any("policy: script-src" in line for line in seen.complaints)


def test_evening_starts_where_the_first_evening_needs_most(
    visit: Open, written: dict[str, Path]
) -> None:
    page = visit(written["evening"]).page
    assert page.locator("#panel h2").inner_text() == "man 23. nov kl. 20.00–22.00"
    assert "Fortroligt: må ikke deles" in page.locator(".secret").inner_text()
    assert page.locator(".zone-name .badge").all_inner_texts() == ["G2", "G1", "P1"]


def test_keys_move_through_the_grid(visit: Open, written: dict[str, Path]) -> None:
    seen = visit(written["evening"])
    page = seen.page
    page.locator("td[aria-selected=true]").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#panel h2").inner_text() == "man 23. nov kl. 22.00–24.00"
    assert "Uro ved stationen" in page.locator("#panel").inner_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert "tirs 24. nov kl. 00.00–02.00 (natten til ons)" in page.locator("#panel").inner_text()
    page.keyboard.press("ArrowRight")  # the edge: nothing further
    assert page.locator("td[tabindex='0']").count() == 1
    assert page.evaluate("document.activeElement.dataset.slot") == "10"
    assert seen.complaints == []


def test_enter_chooses_a_cell(visit: Open, written: dict[str, Path]) -> None:
    page = visit(written["evening"]).page
    cell = page.locator("td[data-slot='23']")
    cell.focus()
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").inner_text() == "fre 27. nov kl. 20.00–22.00"
    shades = page.evaluate(
        "new Set([...document.querySelectorAll('path.shade')].map((p) => `${p.classList}`)).size"
    )
    assert shades >= 3


def test_everything_follows_the_cell_that_is_chosen(visit: Open, written: dict[str, Path]) -> None:
    seen = visit(written["evening"])
    page = seen.page
    places = ("#finding", "#panel h2", "#map-title")
    for slot, words in (("23", "fre 27. nov kl. 20.00–22.00"), ("10", "tirs 24. nov kl. 00.00")):
        page.locator(f"td[data-slot='{slot}']").click()
        for place in places:
            assert page.locator(place).inner_text().startswith(words), place
    page.evaluate("location.hash = '#tid=3'")
    page.locator("#finding", has_text="man 23. nov kl. 20.00–22.00: ").wait_for()
    for place in places:
        assert page.locator(place).inner_text().startswith("man 23. nov kl. 20.00–22.00"), place
    page.locator(".jump.top").click()
    peak = page.locator("td[aria-selected=true] .need").inner_text()
    assert float(peak) == max(
        float(text) for text in page.locator(".need").all_inner_texts() if text != "·"
    )
    assert seen.complaints == []


def test_the_slider_walks_through_all_slots_in_time(visit: Open, written: dict[str, Path]) -> None:
    page = visit(written["evening"]).page
    slide = page.get_by_role("slider", name="Tidsrum")
    slide.focus()
    page.keyboard.press("Home")
    assert page.locator("#map-title").inner_text().startswith("man 23. nov kl. 17.00–18.00")
    page.keyboard.press("ArrowRight")
    said = page.locator("#map-title").inner_text()
    assert said.startswith("man 23. nov kl. 18.00–20.00")
    assert said.startswith(str(slide.get_attribute("aria-valuetext")))
    page.locator("td[data-slot='23']").click()
    assert slide.get_attribute("aria-valuetext") == "fre 27. nov kl. 20.00–22.00"
    page.keyboard.press("Tab")  # the cell keeps the focus while the slider follows
    assert page.locator("td[aria-selected=true]").get_attribute("data-slot") == "23"


def test_a_gap_is_named_and_marked(visit: Open, written: dict[str, Path]) -> None:
    page = visit(written["evening"]).page
    page.locator(".jump").first.click()
    assert page.locator("#panel li.pointed").inner_text().startswith("▲ hul")
    assert page.locator("path.zone.gap").count() >= 1


def test_evening_tables_hold_every_row(visit: Open, written: dict[str, Path]) -> None:
    page = visit(written["evening"]).page
    assert page.locator("#plan-table tbody tr").count() == len(frames.plan())
    assert page.locator("#need-table tbody tr").count() == len(frames.coverage()) * 7
    assert page.locator("#offer-table tbody tr").count() == len(frames.offers())
    rows = page.locator("#density-table tbody tr")
    assert rows.count() == len(frames.roder())
    page.locator("td[data-slot='23']").click()
    assert page.locator("#density-when").text_content() == "fre 27. nov kl. 20.00–22.00"
    values = frames.density_values().query("slot_id == 23").set_index("code")["expected"]
    named = frames.roder().set_index("code")["name"]
    first = [cell.text_content() for cell in rows.first.locator("th, td").all()]
    assert first[0] == named[values.idxmax()]
    assert float((first[1] or "").replace(",", ".")) == pytest.approx(values.max(), rel=0.01)
    breaks = palette.nice_breaks(frames.density_values()["expected"])
    level = palette.classes([values.max()], breaks)[0]
    assert first[2] == palette.legend(breaks)[level - 1]["word"]


def test_filters_drive_map_and_table(visit: Open, written: dict[str, Path]) -> None:
    seen = visit(written["projects"])
    page = seen.page
    rows = page.locator("#project-table tbody tr:visible")
    signs = page.locator(".project:not(.gone) .disc")
    assert rows.count() == signs.count() == len(frames.projects())
    page.locator("#statuses input[value='idé']").uncheck()
    assert rows.count() == signs.count() == 10
    page.locator("#kinds input[value='belysning']").uncheck()
    assert rows.count() == signs.count() == 9
    page.locator("#all").click()
    page.locator(".holder", has_text="DSB").click()
    assert rows.count() == signs.count() == 1
    assert page.locator("#shown").inner_text() == "1 af 12 vises"
    assert seen.complaints == []


def test_the_panel_follows_the_filter(visit: Open, written: dict[str, Path]) -> None:
    seen = visit(written["projects"])
    page = seen.page
    rows = page.locator("#project-table tbody tr:visible button.choose")
    told, listed = page.locator("#panel h2"), page.locator("#panel .listed button")

    def agrees() -> None:
        assert told.inner_text() in rows.all_inner_texts()
        assert page.locator(".project.pointed:not(.gone)").count() == 1
        if rows.count() > 1:
            assert listed.all_inner_texts() == rows.all_inner_texts()
        else:
            assert listed.count() == 0

    agrees()
    page.locator(".holder", has_text="DSB").click()
    agrees()
    page.locator("#all").click()
    agrees()
    listed.last.click()
    assert told.inner_text() == rows.last.inner_text()
    chosen = told.inner_text()
    page.locator("#only-late").check()
    agrees()
    assert told.inner_text() != chosen
    for box in page.locator("#statuses input").all():
        box.uncheck()
    assert page.locator("#panel").inner_text() == "Ingen projekter passer til valget."
    assert page.locator(".project.pointed").count() == 0
    page.locator("#all").click()
    agrees()
    assert seen.complaints == []


A4_MM = 297 - 2 * 13
PX_PER_MM = 96 / 25.4


def test_the_projects_on_paper(visit: Open, tmp_path: Path) -> None:
    """Landscape, all columns on the sheet, no word cut, no row torn, the head on each sheet."""
    long = {"owner": "Teknik- og Miljøforvaltningen", "kind": "opgang/facade"}
    given = frames.project_page(projects=frames.projects().assign(**long, status="undersøges"))
    given["funding"] = given["funding"].assign(funder="Boligorganisationen")
    path = tmp_path / "projects.html"
    path.write_text(projects_page(**given), encoding="utf-8")
    page = visit(path, width=round(A4_MM * PX_PER_MM)).page
    sheets = re.findall(
        rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True)
    )
    lying = [float(width) > float(height) for width, height in sheets]
    assert not lying[0]
    assert any(lying)
    page.emulate_media(media="print")
    measured = page.evaluate(
        """() => {
          const table = document.querySelector("#project-table");
          const cut = [...table.querySelectorAll("th, td")].filter((cell) => {
            cell.style.overflowWrap = "normal";
            return cell.scrollWidth > cell.clientWidth + 1;
          });
          const size = (q) => parseFloat(getComputedStyle(table.querySelector(q)).fontSize) * 0.75;
          return {
            width: table.getBoundingClientRect().width,
            cut: cut.map((cell) => cell.textContent),
            sizes: [size("td .main"), size(".sub"), size("thead th")],
            torn: getComputedStyle(table.querySelector("tbody tr")).breakInside,
            head: getComputedStyle(table.tHead).display,
            sheet: getComputedStyle(table.closest(".tables")).page,
          };
        }"""
    )
    assert measured["width"] <= A4_MM * PX_PER_MM + 1
    assert measured["cut"] == []
    assert min(measured["sizes"]) >= 7.9
    assert (measured["torn"], measured["head"], measured["sheet"]) == (
        "avoid",
        "table-header-group",
        "wide",
    )


def test_who_is_late_comes_first(visit: Open, written: dict[str, Path]) -> None:
    page = visit(written["projects"]).page
    first = page.locator(".holder").first.inner_text()
    assert first.split("\n") == ["TMF", "2 åbne", "▲ 2 over tiden"]
    page.locator("#project-table button.choose", has_text="Projekt 1").first.focus()
    page.keyboard.press("Enter")
    story = page.locator("#panel").inner_text()
    for words in ("TMF: Udbud af armaturer", "DSB: 7 mio. kr. bevilget", "+41 dage"):
        assert words in story.replace("\u00a0", " ")


def test_choosing_an_area_shows_its_figures(visit: Open, written: dict[str, Path]) -> None:
    seen = visit(written["residents"])
    page = seen.page
    page.locator("#area").select_option(label="Distrikt 5")
    assert "for få svar til at vise" in page.locator("#panel").inner_text()
    assert "%" not in page.locator("#panel").inner_text()
    page.locator("#area").select_option(label="Distrikt 1")
    assert "80 svar" in page.locator("#panel").inner_text()
    assert page.locator("#share-table tr.pointed").count() == 1
    assert page.locator(".folium-map path.hatched").count() == 4
    assert page.locator("#share-table tbody tr").count() == len(frames.districts())
    assert seen.complaints == []


def test_order_of_the_residents_page(visit: Open, written: dict[str, Path]) -> None:
    page = visit(written["residents"]).page
    tops = [
        page.locator(place).first.bounding_box()["y"]  # type: ignore[index]
        for place in (
            ".finding",
            ".folium-map",
            "#share-table",
            "text=Sådan læses kortet",
            "footer.facts dl",
        )
    ]
    assert tops == sorted(tops)
    assert page.locator("text=Hvad kortet ikke viser").count() == 1


def test_residents_page_without_scripts(visit: Open, written: dict[str, Path]) -> None:
    page = visit(written["residents"], scripts=False).page
    assert page.locator(".drawn-map svg path.shade").count() == len(frames.districts())
    assert page.locator(".drawn-map svg").is_visible()
    assert not page.locator(".folium-map").is_visible()
    assert page.locator("#share-table tbody tr").count() == len(frames.districts())


@pytest.mark.parametrize("name", PAGES)
def test_skip_link_leads_past_the_map(visit: Open, written: dict[str, Path], name: str) -> None:
    page = visit(written[name]).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Spring kortet over"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "after-map"


@pytest.mark.parametrize("name", PAGES)
def test_dark_and_light_are_both_readable(visit: Open, written: dict[str, Path], name: str) -> None:
    contrast = """() => {
      const lum = (c) => {
        const [r, g, b] = c.match(/\\d+/g).slice(0, 3).map((v) => v / 255)
          .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const style = (q) => getComputedStyle(document.querySelector(q));
      const pair = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const ground = lum(style("body").backgroundColor);
      const texts = ["body", ".where"].map((q) => lum(style(q).color));
      return Math.min(...texts.map((text) => pair(text, ground)));
    }"""
    for dark in (False, True):
        assert visit(written[name], dark=dark).page.evaluate(contrast) >= 4.5


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_which_outlines_are_drawn_is_said_at_the_top(
    visit: Open, tmp_path: Path, name: str, width: int
) -> None:
    words = "officielle roder og bydele, udgave 2014 (Københavns Kommune)"
    path = tmp_path / "page.html"
    given = TAKES[name]()
    facts = replace(given["facts"], outline=words)
    path.write_text(DRAW[name](**(given | {"facts": facts})), encoding="utf-8")
    page = visit(path, width=width).page
    said = page.locator("header .outlines")
    assert said.inner_text() == f"Omrids: {words}"
    box = said.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 260
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def without_survey() -> dict[str, Any]:
    periods = (None, "hændelser 1. halvår 2026")
    return frames.resident_page(periods=periods, finding="Ingen undersøgelse.")


@pytest.mark.parametrize("width", [1440, 390])
def test_without_a_survey_the_map_shows_what_is_reported(
    visit: Open, tmp_path: Path, width: int
) -> None:
    path = tmp_path / "counts.html"
    path.write_text(residents_page(**without_survey()), encoding="utf-8")
    seen = visit(path, width=width)
    page = seen.page
    text = page.locator("body").inner_text()
    assert "for få svar" not in text
    assert "%" not in text
    assert page.locator("#share-table").count() == 0

    def agrees(kind: str) -> None:
        """The map shows the table's column, and hatches what the table hides."""
        column = page.locator(f"#count-table td[data-label='{kind}'] .main").all_text_contents()
        shades = page.evaluate("atlas.read().shades")
        (shade,) = (one for one in shades if one["name"] == kind)
        assert sorted(label or "skjult" for label in shade["labels"]) == sorted(column)
        for place in (".folium-map", ".paper-map"):
            hatched = page.locator(f"{place} path.shade.hatched").count()
            assert hatched == column.count("skjult")
        assert page.locator("#map-title").inner_text() == f"Anmeldelser til politiet: {kind}"
        assert page.locator(".legend .swatches:visible").count() == 1

    agrees("Vold og trusler om vold")
    page.locator("#shade").select_option(label="Tyveri")
    agrees("Tyveri")
    page.locator("#shade").select_option(label="Narkotika")
    agrees("Narkotika")
    assert page.locator(".folium-map path.shade.hatched").count() > 0
    page.locator("#area").select_option(label="Distrikt 1")
    assert "Tyveri" in page.locator("#panel").inner_text()
    assert "%" not in page.locator("#panel").inner_text()
    assert seen.complaints == []


def without_a_row() -> dict[str, Any]:
    areas, counts = frames.districts().iloc[7:], frames.counts()
    return {"areas": areas, "counts": counts[counts["area_code"].isin(areas["code"])]}


def test_what_belongs_to_no_district_has_its_sign(visit: Open, tmp_path: Path) -> None:
    sign = "hører ikke til noget distrikt"
    given = frames.resident_page()
    path = tmp_path / "whole.html"
    path.write_text(residents_page(**given), encoding="utf-8")
    assert sign not in visit(path).page.locator(".legend").inner_text()
    path.write_text(residents_page(**(given | without_a_row())), "utf-8")
    page = visit(path).page
    assert sign in page.locator(".legend").inner_text()
    assert page.locator(".folium-map path.outside").count() == 1
    assert page.locator(".paper-map path.outside").count() == 1


def test_on_a_phone_a_project_on_the_map_leads_to_its_story(
    visit: Open, written: dict[str, Path]
) -> None:
    page = visit(written["projects"], width=390).page
    page.locator(".sign-box").first.scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.sign-box').click()")
    page.wait_for_function(
        "document.getElementById('panel').getBoundingClientRect().top < innerHeight * 0.7"
    )
    assert page.locator("#panel h2, #panel h3").first.is_visible()


TAKEN = {"projects": ("byrum.csv", "#project-table"), "residents": ("beboere.csv", "#share-table")}


@pytest.mark.parametrize("name", TAKEN)
def test_the_tables_can_be_taken_as_a_file_and_printed(
    visit: Open, written: dict[str, Path], name: str
) -> None:
    page = visit(written[name]).page
    with page.expect_download() as coming:
        page.get_by_role("button", name="Hent data (CSV)").click()
    file, table = TAKEN[name]
    assert coming.value.suggested_filename == file
    text = Path(coming.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0] == [one.strip() for one in page.locator(f"{table} thead th").all_inner_texts()]
    firsts = page.locator(f"{table} tbody th > :first-child").all_inner_texts()
    assert [row[0].split("; ")[0] for row in rows[1 : len(firsts) + 1]] == firsts
    assert any(row[:1] == ["Periode"] for row in rows)
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Udskriv").click()
    assert page.evaluate("window.printed")


def test_a_formula_in_a_table_is_text_in_the_file(visit: Open, tmp_path: Path) -> None:
    takes = frames.project_page()
    takes["projects"] = takes["projects"].assign(name='=cmd|"x";1')
    path = tmp_path / "formula.html"
    path.write_text(projects_page(**takes), encoding="utf-8")
    page = visit(path).page
    with page.expect_download() as coming:
        page.get_by_role("button", name="Hent data (CSV)").click()
    text = Path(coming.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[1][0].startswith('\'=cmd|"x";1')
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
