"""Coverage areas drawn in a real browser: clicks become corners, and corners what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import dist

import pytest
from playwright.sync_api import Browser, Page, expect

from api.main import make_app
from geo_service.domain.access import Role
from geo_service.settings import Settings
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from tests import agreed, make, people
from tests.browser.axe import violations
from tests.browser.serving import served

pytestmark = pytest.mark.browser
FIELD = "#f-hjoerner"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def address(
    own_database: Callable[[str], Database],
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, str]]:
    database = own_database("tryghed_draw")
    agreed.town(database)
    settings = Settings(state=tmp_path_factory.mktemp("state"), secrets_dir=cluster.secrets)
    token = people.token_of(
        database, Role.hotspot_chief, kind="token", hotspot_areas=[agreed.HOTSPOT]
    )
    with served(make_app(settings, database)) as served_at:
        yield served_at, token


@pytest.fixture(params=[1440, 390], ids=["wide", "phone"])
def page(
    request: pytest.FixtureRequest, chromium: Browser, address: tuple[str, str]
) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": request.param, "height": 900},
        extra_http_headers={"Authorization": f"Bearer {address[1]}"},
    )
    yield context.new_page()
    context.close()


def corners(page: Page) -> list[tuple[float, float]]:
    text = page.locator(FIELD).input_value()
    pairs = [line.replace(",", ".").split() for line in text.split("\n") if line.strip()]
    return [(float(east), float(north)) for east, north in pairs]


def test_clicks_on_the_map_are_corners_in_metres(page: Page, address: tuple[str, str]) -> None:
    page.goto(f"{address[0]}/aften/omraader/ny")
    canvas = page.locator("#kort .leaflet-container")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    middle = (box["width"] / 2, box["height"] / 2)
    for dx, dy in ((-40, -40), (40, -40), (40, 40), (-40, 40)):
        canvas.click(position={"x": middle[0] + dx, "y": middle[1] + dy})
    drawn = corners(page)
    assert len(drawn) == 4
    for east, north in drawn:  # inside the hotspot area, which the map shows
        assert make.WEST < east < make.WEST + make.SIDE
        assert make.SOUTH < north < make.SOUTH + make.SIDE
    sides = [dist(drawn[i], drawn[(i + 1) % 4]) for i in range(4)]
    assert max(sides) - min(sides) < 1  # a square on the screen is one on the ground
    page.get_by_role("button", name="Fortryd", exact=True).click()
    assert len(corners(page)) == 3
    expect(page.locator(".draw-tools [role=status]")).to_contain_text("3 hjørner")


def test_what_is_typed_is_drawn_where_it_lies(page: Page, address: tuple[str, str]) -> None:
    """The corners of a square are drawn on the square that the server has drawn."""
    page.goto(f"{address[0]}/aften/omraader/ny")
    expect(page.locator("#kort .leaflet-container")).to_be_visible()
    e, n = make.WEST, make.SOUTH
    square = ((e, n), (e + 100, n), (e + 100, n + 100), (e, n + 100))
    page.locator(FIELD).fill("\n".join(f"{east:.0f} {north:.0f}" for east, north in square))
    mine = page.locator("path.drawn-ring").bounding_box()
    theirs = page.locator("path.shade").nth(1).bounding_box()  # Torvet; the list is by name
    assert mine
    assert theirs
    for side in ("x", "y", "width", "height"):
        assert abs(mine[side] - theirs[side]) < 3, side


def test_the_pages_are_accessible_and_fit(page: Page, address: tuple[str, str]) -> None:
    for path in ("", "/ny", "/liste"):
        page.goto(f"{address[0]}/aften/omraader{path}")
        assert page.evaluate(OVERFLOW) == 0, path
        assert violations(page) == [], path
