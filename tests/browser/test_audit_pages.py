"""The pages of the audit and of the limits in a real browser: each state, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from api.main import make_app
from geo_service.settings import Settings
from geo_service.storage import areas as store
from geo_service.storage.audit import append
from geo_service.storage.audit_chain import seal
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from tests import doors, people
from tests.browser.axe import violations
from tests.browser.conftest import Visit
from tests.browser.serving import served

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]
AUDIT, LIMITS = "/administration/revision", "/administration/opbevaring"
STATES = {
    "filled": AUDIT,
    "second page": f"{AUDIT}?fra=2020-01-01&foer=60",
    "empty": f"{AUDIT}?tekst=findes-ikke-her&fra=2020-01-01",
    "wrong": f"{AUDIT}?fra=2026-02-02&til=2026-02-01",
    "subject wrong": f"{AUDIT}/indsigt?konto=&genstand=",
    "limits": LIMITS,
    "saved": f"{LIMITS}?gemt=plans",
}


@pytest.fixture(scope="module")
def town(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_audit_browser")
    with database.working(people.EVERYWHERE) as session:
        store.ensure_municipality(session, "0101", "København")
    for number in range(70):
        with database.session("web_auth") as session:
            append(
                session,
                actor="user:1" if number % 2 else "os:drift",
                role="police" if number % 2 else None,
                action=("read", "search", "refuse")[number % 3],
                object_kind="incident",
                object_ref=f"/data/haendelser/{number}" * (5 if number == 69 else 1),
                municipality="0101",
                detail={"asked": {"omraade": ["ydre-norrebro"], "fra": ["2026-11-01"]}, "rows": 7},
            )
    seal(database)
    return database


@pytest.fixture(scope="module")
def house(
    town: Database, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    settings = Settings(state=tmp_path_factory.mktemp("state"), secrets_dir=cluster.secrets)
    with served(make_app(settings, town)) as address:
        yield address


@pytest.fixture
def inside(visit: Open, house: str, town: Database) -> Callable[..., Visit]:
    """Open a page as an administrator of the municipality."""

    def enter(path: str, **options: object) -> Visit:
        who = doors.somebody(town, "admin")
        seen = visit(f"{house}/log-ind", **options)
        seen.page.locator("#f-login").fill(who.login)
        seen.page.locator("#f-password").fill(doors.PASSWORD)
        seen.page.locator("main form button").first.click()
        seen.page.wait_for_url(f"{house}/")
        seen.page.goto(house + path)
        return seen

    return enter


def complaints(seen: Visit) -> list[str]:
    return [text for text in seen.complaints if "the server responded with a status of" not in text]


def has_room(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("name", STATES)
def test_each_state_is_accessible_fits_and_is_quiet(
    inside: Callable[..., Visit], name: str, language: str
) -> None:
    path = STATES[name]
    seen = inside(f"{path}{'&' if '?' in path else '?'}sprog={language}")
    page = seen.page
    assert page.locator("html").get_attribute("lang") == language
    assert (seen.foreign, complaints(seen)) == ([], [])  # axe brings styles of its own
    for width, colours in product((1440, 390), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=colours)
        assert violations(page) == [], (width, colours)
    for width in (1440, 720, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert has_room(page), width


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_searching_paging_and_taking_home(inside: Callable[..., Visit], scripts: bool) -> None:
    page = inside(AUDIT, scripts=scripts, width=390).page
    page.locator("#f-person").fill("os:drift")
    page.locator("#f-handling").select_option("refuse")
    page.get_by_role("button", name="Vis", exact=True).click()
    rows = page.locator("#liste tbody tr")
    assert rows.count() == 12
    assert "afvist" in rows.first.inner_text()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Hent som CSV").click()
    assert taken.value.suggested_filename.startswith("revision-")
    page.goto(f"{page.url.split('?')[0]}?fra=2020-01-01")
    first = rows.first.inner_text()
    page.get_by_role("link", name="Ældre").click()
    assert rows.first.inner_text() != first
    page.get_by_role("link", name="Til de nyeste").click()
    page.locator("#f-genstand").fill("incident:7")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Hent indsigt").click()
    assert taken.value.suggested_filename.startswith("indsigt-")


def test_by_keyboard_alone(inside: Callable[..., Visit]) -> None:
    page = inside(LIMITS).page
    page.locator("#f-plans").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "f-plans"
    page.keyboard.press("Control+a")
    page.keyboard.type("400")
    page.keyboard.press("Enter")
    page.wait_for_url("**gemt=plans")
    assert page.locator("#f-plans").input_value() == "400"


def test_the_second_who_saves_sees_both_and_decides(
    inside: Callable[..., Visit], town: Database
) -> None:
    seen = inside(LIMITS, width=390)
    page = seen.page
    page.locator("#f-observations").fill("200")
    with town.as_owner() as connection:
        connection.execute(
            text(
                "INSERT INTO adm.retention_rule (municipality_code, kind, keep_days, changed_by)"
                " VALUES ('0101', 'observations', 300, 'user:1')"
            )
        )
        connection.commit()
    page.locator("form", has=page.locator("#f-observations")).get_by_role("button").click()
    page.wait_for_selector("[role=alert]")
    told = page.locator("main").inner_text()
    assert "300 dage" in told
    assert "200 dage" in told
    assert has_room(page)
    assert complaints(seen) == []
    assert violations(page) == []
    page.get_by_role("button", name="Gem min udgave i stedet").click()
    page.wait_for_url("**gemt=observations")
    assert page.locator("#f-observations").input_value() == "200"
