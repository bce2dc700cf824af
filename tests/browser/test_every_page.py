"""Every page of the application in a real browser: accessible, calm, light, and at home.

The pages come from the application's own routes, over rows of every kind and over none. Each is
seen by a role that may, another one for another seed; with --full by every such role in every look.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from api.access import declared_routes, policies_of
from api.main import make_app
from api.security.rates import Rates
from geo_service.domain.access import RIGHTS, SIGNED_IN, Role
from geo_service.settings import Settings
from geo_service.storage import areas as area_store
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from tests import people
from tests.access import house
from tests.access import planted as plants
from tests.access.test_matrix import address_of
from tests.browser.axe import violations
from tests.browser.conftest import TELL_OF_VIOLATIONS
from tests.browser.serving import served
from tests.volumes import volume

pytestmark = pytest.mark.browser

MOST_BYTES = 300_000
LOOKS = list(product(("da", "en"), (False, True), (1440, 390)))
LOOKS_A_PAGE = volume(2, len(LOOKS))
ROLES_A_PAGE = volume(1, len(SIGNED_IN))
MANY = 10_000_000
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WEIGHT = """() => performance.getEntriesByType("resource")
  .concat(performance.getEntriesByType("navigation"))
  .filter((one) => !one.name.includes("leaflet") && !one.name.includes("/kort/"))
  .reduce((sum, one) => sum + one.transferSize, 0)"""


DRAWN = {
    *(f"/kort/{name}.html" for name in ("aftenplan", "byrum", "beboere")),
    "/kort/offentlig/beboere.html",
}


@dataclass(frozen=True)
class Seen:
    """A page to open: as whom, and where."""

    role: Role
    path: str


@dataclass
class Town:
    """A served application, its pages, and a token of each role."""

    address: str
    pages: list[Seen]
    tokens: dict[Role, str]
    filled: bool


def pages_of(
    app: FastAPI,
    planted: plants.Planted | None,
    tokens: dict[Role, str],
    chance: random.Random,
) -> list[Seen]:
    """Return the pages that answer with HTML, each with some of the roles that it answers."""
    found = []
    for route in declared_routes(app):
        path = str(route.path)
        if "GET" not in (route.methods or ()) or path.startswith(("/static/", "/api/")):
            continue
        if "{" in path and planted is None:
            continue
        address = address_of(path, planted) if planted else path
        may = [one for one in SIGNED_IN if any(one in RIGHTS[p] for p in policies_of(route))]
        answered = [role for role in may if is_page(app, tokens[role], address)]
        some = chance.sample(answered, min(len(answered), ROLES_A_PAGE))
        found += [Seen(role, address) for role in some]
    return found


def maps_of(app: FastAPI, tokens: dict[Role, str]) -> list[Seen]:
    """Return the drawn maps that the Hotspot chief opens; none where none is drawn."""
    chief = people.program(app, tokens[Role.hotspot_chief])
    paths = [f"/kort/{name}.html" for name in ("byrum", "beboere")]
    return [Seen(Role.hotspot_chief, path) for path in paths if chief.get(path).status_code == 200]


def is_page(app: FastAPI, token: str, address: str) -> bool:
    answer = people.program(app, token).get(address, follow_redirects=False)
    taken_away = "attachment" in answer.headers.get("content-disposition", "")
    is_html = "html" in answer.headers.get("content-type", "")
    return answer.status_code == 200 and is_html and not taken_away


def seeded() -> random.Random:
    return random.Random(int(os.environ.get("TRYGHED_TEST_SEED", "1")))  # noqa: S311


def token_in(database: Database, role: Role) -> str:
    return people.token_of(
        database, role, kind="token", **house.rights_of(role, house.scope_of(role))
    )


@pytest.fixture(scope="module", params=["filled", "empty"])
def town(
    request: pytest.FixtureRequest,
    own_database: Callable[[str], Database],
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Town]:
    database = own_database(f"tryghed_pages_{request.param}")
    planted = None
    with database.working(people.EVERYWHERE) as session:
        if request.param == "filled":
            planted = plants.plant(session, copies=3)
        else:
            area_store.ensure_municipality(session, plants.HOME, "København")
    state = tmp_path_factory.mktemp("state")
    if planted is not None:
        house.plant_accounts(database, planted)
        house.plant_hotspots(database)
        house.draw_maps(database, state / "maps")
        shutil.copytree(state / "maps", state / "public")
    tokens = {role: token_in(database, role) for role in SIGNED_IN}
    settings = Settings(state=state, secrets_dir=cluster.secrets)
    app = make_app(settings, database, rates=Rates(requests_per_minute=MANY))
    pages = pages_of(app, planted, tokens, seeded()) + maps_of(app, tokens)
    with served(app) as address:
        yield Town(address, pages, tokens, planted is not None)


class Reader:
    """A browser of one role that writes down everything odd."""

    def __init__(self, chromium: Browser, town: Town, role: Role) -> None:
        self.context = chromium.new_context(
            extra_http_headers={"Authorization": f"Bearer {town.tokens[role]}"}
        )
        self.odd: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.add_init_script(TELL_OF_VIOLATIONS)
        self.page.on("pageerror", lambda error: self.odd.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.odd.append("dialog"), dialog.dismiss()))
        self.page.on(
            "console",
            lambda message: (
                self.odd.append(message.text) if message.type in {"warning", "error"} else None
            ),
        )
        self.page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((town.address, "data:", "file:"))
                else self.odd.append(f"asked {request.url}")
            ),
        )


@pytest.fixture
def readers(chromium: Browser, town: Town) -> Iterator[Callable[[Role], Reader]]:
    made: dict[Role, Reader] = {}

    def of(role: Role) -> Reader:
        if role not in made:
            made[role] = Reader(chromium, town, role)
        return made[role]

    yield of
    for reader in made.values():
        reader.context.close()


def look(reader: Reader, address: str, *, language: str, dark: bool, width: int) -> list[str]:
    """Open a page in one way and return everything that is wrong with it."""
    page = reader.page
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.set_viewport_size({"width": width, "height": 900})
    joint = "&" if "?" in address else "?"
    page.goto(f"{address}{joint}sprog={language}", wait_until="load")
    spoken = "da" if "/kort/" in address else language  # a drawn map is a file, in Danish
    wrong = [] if page.locator("html").get_attribute("lang") == spoken else ["language"]
    over = page.evaluate(OVERFLOW)
    wrong += [f"{over} px too wide"] if over > 0 else []
    wrong += reader.odd
    wrong += violations(page)
    reader.odd.clear()  # the policy refuses what axe itself would like to add
    return wrong


def test_every_page_is_accessible_in_every_look(
    town: Town, readers: Callable[[Role], Reader]
) -> None:
    assert len(town.pages) > 15
    drawn = {one.path for one in town.pages if one.path.startswith("/kort/")}
    assert drawn == (DRAWN if town.filled else set())
    chance = seeded()
    wrong = []
    for one in town.pages:
        reader = readers(one.role)
        for language, dark, width in chance.sample(LOOKS, LOOKS_A_PAGE):
            found = look(reader, town.address + one.path, language=language, dark=dark, width=width)
            what = f"{one.path} as {one.role}, {language}, {'dark' if dark else 'light'}, {width}"
            wrong += [f"{what}: {line}" for line in found]
    assert not wrong, "\n".join(wrong)


def test_every_page_is_light_and_fits_at_twice_the_size(
    town: Town, readers: Callable[[Role], Reader]
) -> None:
    """200 % zoom of 1440 px is a window of 720 px; a map's own data are not counted."""
    wrong = []
    for one in town.pages:
        page = readers(one.role).page
        page.set_viewport_size({"width": 720, "height": 450})
        page.goto(town.address + one.path, wait_until="load")
        over, bytes_sent = page.evaluate(OVERFLOW), page.evaluate(WEIGHT)
        if over > 0:
            wrong.append(f"{one.path}: {over} px too wide")
        if bytes_sent > MOST_BYTES and not page.locator(".map-panel").count():
            wrong.append(f"{one.path}: {bytes_sent} bytes")
    assert not wrong, "\n".join(wrong)
