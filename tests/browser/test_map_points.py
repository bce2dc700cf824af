"""Points by URL: asked for what is seen, counted in words, and as hostile as text can be."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect

from geo_service.errors import NotReady
from maps.inpage import MapPanel, Points
from tests.browser.keys import stops_between
from tests.browser.map_app import map_app
from tests.browser.map_visits import MapVisit, Open, opener
from tests.maps import panels
from tests.maps.hostile import HOSTILE

pytestmark = pytest.mark.browser

AT = (12.53, 55.678)
COUNT = ".map-count"
CELLS = "86.314 hændelser i udsnittet, vist som felter med antal. Zoom ind for at se dem enkeltvis."


COLOUR_OF = """async (url) => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  return [...pen.getImageData(1, 1, 1, 1).data.slice(0, 3)];
}"""


def panel_of(query: Mapping[str, str]) -> list[MapPanel]:
    asked = query.get("svar", "punkter")
    url = f"/punkter?svar={asked}&uge=48"
    return [panels.town_panel(points=Points(url, "hændelser", table="/tabel"), query=query)]


def point(number: int, title: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": number,
        "properties": {"title": title, "level": number % 5 + 1, **properties},
        "geometry": {
            "type": "Point",
            "coordinates": [AT[0] + 0.0004 * (number % 8), AT[1] + 0.0003 * (number // 8)],
        },
    }


def cell(number: int, count: int) -> dict[str, Any]:
    west, south = AT[0] + 0.004 * number, AT[1]
    ring = [[west, south], [west + 0.004, south], [west + 0.004, south + 0.002], [west, south]]
    return {
        "type": "Feature",
        "id": f"c{number}",
        "properties": {"title": f"Felt {number}", "n": count, "level": 3},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def collection(features: list[Any], matched: int, *, aggregated: bool = False) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": features,
        "matched": matched,
        "returned": len(features),
        "aggregated": aggregated,
    }


def answers(asked: Mapping[str, str]) -> Any:
    kind = asked["svar"]
    if kind == "fejl":
        raise NotReady("nede")
    if kind == "ingen":
        return collection([], 0)
    if kind == "felter":
        return collection([cell(i, 1200 + i) for i in range(3)], 86_314, aggregated=True)
    if kind == "mange-felter":
        return collection([cell(i, 1200 + i) for i in range(120)], 86_314, aggregated=True)
    if kind == "mange":
        return collection([point(i, f"Uro {i}") for i in range(80)], 12_345)
    if kind.startswith("ondt"):
        text = HOSTILE[int(kind.removeprefix("ondt"))]
        hrefs = ["javascript:window.hit=1", "//a.dk", "https://a.dk", 7]
        return collection(
            [point(i, f"{text} {i}", facts=[[text, text]], href=hrefs[i]) for i in range(4)], 4
        )
    facts = [["Type", "Uro"], ["Tid", "fre 27. nov kl. 20.00"]]
    return collection(
        [point(i, f"Uro {i}", facts=facts, href=f"/haendelse/{i}") for i in range(12)], 12
    )


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return map_app(panel_of, points=answers)


@pytest.fixture
def visit(chromium: Browser, app: FastAPI) -> Iterator[Open]:
    app.state.reports.clear()
    app.state.asked.clear()
    with opener(chromium, app) as open_:
        yield open_


def box_of(asked: Mapping[str, str]) -> list[float]:
    return [float(side) for side in asked["bbox"].split(",")]


def test_points_are_asked_for_with_what_is_seen(visit: Open) -> None:
    seen = visit()
    page = seen.page
    expect(page.locator(COUNT)).to_have_text("Viser 12 hændelser i udsnittet.")
    first = seen.app.state.asked[0]
    assert (first["svar"], first["uge"]) == ("punkter", "48")
    west, south, east, north = box_of(first)
    assert west < AT[0] < east
    assert south < AT[1] < north
    assert first["zoom"].isdigit()
    assert page.get_by_role("link", name="Vis som tabel").get_attribute("href") == "/tabel"
    with page.expect_response("**/punkter*"):
        page.get_by_role("button", name="Zoom ind").click()
    expect(page.locator(COUNT)).to_have_text("Viser 12 hændelser i udsnittet.")
    nearer = box_of(seen.app.state.asked[-1])
    assert nearer[2] - nearer[0] < (east - west) * 0.6
    assert seen.axe() == []
    seen.quiet()


def test_points_lie_above_everything_and_can_be_pointed_at(visit: Open) -> None:
    seen = visit()
    page = seen.page
    expect(page.locator(COUNT)).to_contain_text("Viser 12")
    with page.expect_response("**/punkter*"):
        page.evaluate(
            "([lng, lat]) => document.getElementById('kort').mapPanel.map"
            ".setView([lat, lng], 18, { animate: false })",
            list(AT),
        )
    expect(page.locator(COUNT)).to_contain_text("Viser 12")
    at = page.evaluate(
        """([lng, lat]) => {
          const { map } = document.getElementById("kort").mapPanel;
          const box = map.getContainer().getBoundingClientRect();
          const { x, y } = map.latLngToContainerPoint([lat, lng]);
          return { x: x + box.left, y: y + box.top };
        }""",
        list(AT),
    )
    top = page.evaluate("({ x, y }) => document.elementFromPoint(x, y).tagName", at)
    assert top == "CANVAS"
    clip = {"x": at["x"] - 1, "y": at["y"] - 1, "width": 3, "height": 3}
    level_one = "data:image/png;base64," + b64encode(page.screenshot(clip=clip)).decode()
    colour = page.evaluate(COLOUR_OF, level_one)
    assert colour == [238, 244, 241]  # class 1, pale: nothing of ours lies above it
    page.mouse.click(at["x"], at["y"])
    assert "Uro 0" in page.locator(".map-chosen").inner_text()
    assert "Uro 0" in page.locator(".map-item[aria-pressed=true]").inner_text()


def test_a_map_that_moves_on_asks_once_when_it_rests(visit: Open) -> None:
    seen = visit()
    page = seen.page
    expect(page.locator(COUNT)).to_contain_text("Viser 12")
    before = len(seen.app.state.asked)
    with page.expect_response("**/punkter*"):
        page.evaluate(
            "() => { const { map } = document.getElementById('kort').mapPanel;"
            " for (let i = 0; i < 20; i++) map.panBy([10, 0], { animate: false }); }"
        )
    expect(page.locator(COUNT)).to_contain_text("Viser 12")
    assert len(seen.app.state.asked) == before + 1
    seen.quiet()


def test_a_question_is_withdrawn_when_the_map_moves_on(visit: Open) -> None:
    seen = visit()
    page = seen.page
    expect(page.locator(COUNT)).to_contain_text("Viser 12")
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    held: list[Any] = []
    page.route("**/punkter*", lambda route: held.append(route) if not held else route.continue_())
    with page.expect_request("**/punkter*"):
        page.get_by_role("button", name="Zoom ind").click()
    with page.expect_response("**/punkter*"):
        page.get_by_role("button", name="Zoom ud").click()
    expect(page.locator(COUNT)).to_contain_text("Viser 12")
    assert len(failed) == 1
    assert seen.complaints == []


@pytest.mark.parametrize(
    ("kind", "said", "listed"),
    [
        ("ingen", "Ingen hændelser i udsnittet. Zoom ud, eller vælg en anden periode.", 0),
        (
            "felter",
            CELLS,
            3,
        ),
        (
            "mange",
            "Viser 80 af 12.345 hændelser i udsnittet. Zoom ind for at se resten.",
            50,
        ),
    ],
)
def test_what_is_not_all_there_is_is_said(visit: Open, kind: str, said: str, listed: int) -> None:
    seen = visit(f"/?svar={kind}")
    page = seen.page
    expect(page.locator(COUNT)).to_have_text(said)
    assert page.locator(".map-item").count() == listed
    if kind == "felter":
        assert page.locator("path.map-cell").count() == 3
        assert "1.200" in page.locator(".map-figure-mark").first.inner_text()
    if kind == "mange":
        assert page.locator(".map-rest").inner_text() == "og 30 mere i udsnittet"
    assert seen.axe() == []
    seen.quiet()


def test_the_list_is_reached_right_after_the_controls_of_the_map(visit: Open) -> None:
    seen = visit("/?svar=mange-felter")
    page = seen.page
    expect(page.locator(COUNT)).to_have_text(CELLS)
    assert page.locator("path.map-cell").count() == 120
    stops = stops_between(page, ".map-panel h2", ".map-item")
    assert stops[stops.index("button Udskriv") + 1 :] == [
        "a Spring kortet over",
        "a Spring kort og liste over",
        f"div {page.locator('.folium-map').get_attribute('aria-label')}",
        "a Zoom ind",
        "a Zoom ud",
        "button Vis det hele",
        "summary Lag",
    ]


@pytest.mark.parametrize("path", ["/", "/?svar=mange-felter", "/?svar=ingen"])
def test_one_link_leads_past_the_map_and_one_past_the_list_too(visit: Open, path: str) -> None:
    seen = visit(path)
    page = seen.page
    expect(page.locator(COUNT)).to_contain_text("udsnittet")
    page.get_by_role("link", name="Spring kortet over").focus()
    seen.press("Enter", "Tab")
    if "ingen" in path:
        assert seen.focused() == "Efter kortet", "an empty list holds nobody up"
    else:
        assert page.evaluate("document.activeElement.matches('.map-item')")
    page.get_by_role("link", name="Spring kort og liste over").focus()
    seen.press("Enter", "Tab")
    assert seen.focused() == "Efter kortet"


def choose_second(seen: MapVisit) -> None:
    expect(seen.page.locator(COUNT)).to_contain_text("Viser 12")
    seen.page.locator(".map-item").first.focus()
    seen.press("ArrowDown", "Enter")


def test_a_point_is_chosen_by_keys_and_stays_chosen_when_the_map_moves(visit: Open) -> None:
    seen = visit()
    page = seen.page
    choose_second(seen)
    chosen = page.locator(".map-chosen")
    for words in ("Uro 1", "Type", "fre 27. nov kl. 20.00"):
        assert words in chosen.inner_text()
    assert chosen.get_by_role("link", name="Åbn").get_attribute("href") == "/haendelse/1"
    with page.expect_response("**/punkter*"):
        page.evaluate(
            "document.getElementById('kort').mapPanel.map.panBy([30, 0], { animate: false })"
        )
    expect(page.locator(COUNT)).to_contain_text("Viser 12")
    assert "Uro 1" in chosen.inner_text()
    assert "Uro 1" in page.locator(".map-item[aria-pressed=true]").inner_text()
    assert "Uro 1" in seen.focused()
    seen.quiet()


def test_a_failure_is_said_and_can_be_tried_again(visit: Open) -> None:
    seen = visit()
    page = seen.page
    expect(page.locator(COUNT)).to_contain_text("Viser 12")
    page.route("**/punkter*", lambda route: route.fulfill(status=503))
    page.get_by_role("button", name="Zoom ind").click()
    expect(page.locator(COUNT)).to_contain_text("Punkterne kunne ikke hentes")
    page.unroute("**/punkter*")
    page.locator(".map-again").focus()
    seen.press("Enter")
    expect(page.locator(COUNT)).to_contain_text("Viser 12")
    assert seen.app.state.reports == []


@pytest.mark.parametrize("which", range(len(HOSTILE)))
def test_hostile_points_are_read_and_never_run(visit: Open, which: int) -> None:
    seen = visit(f"/?svar=ondt{which}")
    page = seen.page
    expect(page.locator(COUNT)).to_contain_text("Viser 4")
    words = " ".join(HOSTILE[which].split())
    for i in range(4):
        page.locator(".map-item").nth(i).click()
        told = " ".join(page.locator(".map-chosen").inner_text().split())
        assert told.count(words) == 3
    assert page.locator(".map-chosen a").count() == 0  # no address of ours among them
    assert page.locator("section img").count() == 0
    seen.quiet()
