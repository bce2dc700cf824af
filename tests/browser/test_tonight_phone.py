"""Tonight on a phone whose network is cut: shown, planned anew, and erased in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import text

from api.main import make_app
from api.security.identity import COOKIE
from geo_service.domain.access import Role
from geo_service.domain.evenings import evening_of
from geo_service.settings import Settings
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from tests import agreed, people
from tests.browser.axe import violations
from tests.browser.serving import served

pytestmark = pytest.mark.browser

HERE = "/aften/i-aften"
DATABASES = "async () => (await indexedDB.databases()).map((one) => one.name)"
KEPT_FILES = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  }
  return found;
}"""  # noqa: E501
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Evening:
    """A served application, and what a team's browser signs in by."""

    database: Database
    address: str
    token: str
    ends: datetime


@pytest.fixture(scope="module")
def evening(
    own_database: Callable[[str], Database],
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Evening]:
    database = own_database("tryghed_phone")
    agreed.town(database)
    now = datetime.now(UTC)
    with database.as_owner() as owner:
        owner.execute(
            text(
                "WITH plan AS (INSERT INTO raw.evening_plan (municipality_code, hotspot_area_code,"
                " first_evening, last_evening, state, method, inputs_hash, agreed_police_at,"
                " agreed_chief_at) VALUES ('0101', 'yn', :evening, :evening, 'agreed', 'meeting',"
                " '', now(), now()) RETURNING id)"
                " INSERT INTO raw.commitment (municipality_code, evening_plan_id, agency,"
                " coverage_area_id, team_id, evening, starts_at, ends_at, form, reason)"
                " SELECT '0101', plan.id, 'street_team', c.id, t.id, :evening,"
                " CAST(:now AS timestamptz) + make_interval(mins => CASE c.code"
                " WHEN 'torvet' THEN 5 ELSE 120 END), CAST(:now AS timestamptz)"
                " + make_interval(mins => CASE c.code WHEN 'torvet' THEN 120 ELSE 240 END),"
                " 'on_foot', 'Mange samles her'"
                " FROM plan, raw.coverage_area c, raw.team t"
                " WHERE c.code IN ('torvet', 'parken') AND t.code = 'G1'"
            ),
            {"evening": evening_of(now), "now": now},
        )
        owner.execute(text("UPDATE raw.coverage_area SET level = 'red' WHERE code = 'parken'"))
        owner.commit()
    token = people.token_of(
        database, Role.street_team, hotspot_areas=[agreed.HOTSPOT], team_code="G1"
    )
    settings = Settings(state=tmp_path_factory.mktemp("state"), secrets_dir=cluster.secrets)
    with served(make_app(settings, database)) as address:
        yield Evening(database, address, token, now + timedelta(minutes=240))


@contextmanager
def phone(chromium: Browser, evening: Evening) -> Iterator[tuple[BrowserContext, Page]]:
    """A phone that has opened tonight's page once, with its worker in charge."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, timezone_id="Europe/Copenhagen"
    )
    secure = evening.address.replace("http:", "https:")
    context.add_cookies([{"name": COOKIE, "value": evening.token, "url": secure, "secure": True}])
    page = context.new_page()
    page.goto(evening.address + HERE)
    expect(page.locator(".kept-until")).to_be_visible()
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    yield context, page
    context.close()


def test_without_a_network_it_is_there_and_nothing_else_is(
    chromium: Browser, evening: Evening
) -> None:
    with phone(chromium, evening) as (context, page):
        page.goto(f"{evening.address}/aften/log")
        context.set_offline(True)
        page.goto(evening.address + HERE)
        expect(page.locator("#telefon")).to_contain_text("Fortroligt: må ikke deles")
        expect(page.locator(".place")).to_have_count(2)
        expect(page.locator("#telefon")).to_contain_text("Mange samles her")
        expect(page.get_by_role("link", name="112")).to_be_visible()
        assert page.evaluate(OVERFLOW) <= 0
        assert violations(page) == []
        kept = page.evaluate(KEPT_FILES)
        assert f"{HERE}/uden-net" in kept
        assert not [path for path in kept if not path.startswith(("/static/", f"{HERE}/uden-net"))]
        with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
            page.goto(f"{evening.address}/aften/log")


def test_a_new_plan_from_here_is_a_suggestion(chromium: Browser, evening: Evening) -> None:
    with phone(chromium, evening) as (context, page):
        context.set_offline(True)
        page.goto(evening.address + HERE)
        page.get_by_text("Ny plan herfra").click()
        page.get_by_role("button", name="Foreslå en rækkefølge").click()
        steps = page.locator(".suggested li")
        expect(steps).to_have_count(2)
        expect(steps.first).to_contain_text("Parken")  # red before green, though promised later
        expect(page.locator(".replan")).to_contain_text("Aftalen er ikke ændret")
        page.get_by_label("Parken").uncheck()
        page.get_by_role("button", name="Foreslå en rækkefølge").click()
        expect(steps).to_have_count(1)
        assert violations(page) == []


def test_checking_in_sends_no_position_and_fills_the_log(
    chromium: Browser, evening: Evening
) -> None:
    with evening.database.as_owner() as owner:
        owner.execute(
            text(
                "INSERT INTO raw.team_setting (municipality_code, team_id, checks_in, changed_by,"
                " changed_at) SELECT municipality_code, id, true, 'os:test', now() FROM raw.team"
                " WHERE code = 'G1'"
            )
        )
        middle = owner.execute(
            text(
                "SELECT ST_X(p) AS longitude, ST_Y(p) AS latitude FROM (SELECT ST_Transform("
                "ST_Centroid(geom), 4326) AS p FROM raw.coverage_area WHERE code = 'parken') AS c"
            )
        ).one()
        owner.commit()
    try:
        with phone(chromium, evening) as (context, page):
            context.grant_permissions(["geolocation"], origin=evening.address)
            context.set_geolocation(dict(middle._mapping))
            sent: list[str] = []
            page.on("request", lambda request: sent.append(request.url))
            expect(page.locator(".check-in")).to_contain_text("sendes ikke og gemmes ikke")
            page.get_by_role("button", name="Vi er her").click()
            expect(page.locator(".check-in")).to_contain_text("I er i Parken")
            assert sent == []
            page.get_by_role("link", name="Skriv log for Parken").click()
            expect(page.get_by_label("Hvor", exact=True)).to_have_value("parken")
            assert not [one for one in sent if "parken" in one.partition("#")[0]]
            context.set_geolocation({"longitude": 8.0, "latitude": 56.0})
            page.goto(evening.address + HERE)
            page.get_by_role("button", name="Vi er her").click()
            expect(page.locator(".check-in")).to_contain_text("ikke i et af dækningsområderne")
            assert violations(page) == []
    finally:
        with evening.database.as_owner() as owner:
            owner.execute(text("DELETE FROM raw.team_setting"))
            owner.commit()


@pytest.mark.parametrize(("hours", "left"), [(11.9, 1), (12.1, 0)])
def test_it_erases_itself_twelve_hours_after_the_slot(
    chromium: Browser, evening: Evening, hours: float, left: int
) -> None:
    with phone(chromium, evening) as (context, page):
        context.set_offline(True)
        page.clock.set_fixed_time(evening.ends + timedelta(hours=hours))
        page.goto(evening.address + HERE)
        if left:
            expect(page.locator(".place")).to_have_count(1)  # the earlier slot is gone already
        else:
            expect(page.get_by_text("Her er ikke noget gemt").first).to_be_visible()
        assert ("i-aften" in page.evaluate(DATABASES)) is bool(left)


def test_it_erases_itself_while_it_is_open(chromium: Browser, evening: Evening) -> None:
    with phone(chromium, evening) as (context, page):
        context.set_offline(True)
        page.clock.install(time=datetime.now(UTC))
        page.goto(evening.address + HERE)
        expect(page.locator(".place")).to_have_count(2)
        for _hour in range(17):
            page.clock.fast_forward("01:00:01")
        expect(page.get_by_text("Her er ikke noget gemt").first).to_be_visible()
        assert "i-aften" not in page.evaluate(DATABASES)


def test_any_page_of_ours_that_is_opened_later_erases_it(
    chromium: Browser, evening: Evening
) -> None:
    with phone(chromium, evening) as (_context, page):
        page.clock.set_fixed_time(evening.ends + timedelta(hours=13))
        page.goto(f"{evening.address}/privatliv")
        page.wait_for_function("async () => !(await indexedDB.databases()).length")


def test_the_sign_in_page_erases_it_at_once(chromium: Browser, evening: Evening) -> None:
    with phone(chromium, evening) as (context, page):
        context.clear_cookies()
        page.goto(evening.address + HERE)
        expect(page.get_by_label("Adgangskode")).to_be_visible()
        page.wait_for_function("async () => !(await indexedDB.databases()).length")
        page.wait_for_function("async () => !(await caches.keys()).length")


def test_signing_out_erases_it_at_once(chromium: Browser, evening: Evening) -> None:
    with phone(chromium, evening) as (context, page):
        assert "i-aften" in page.evaluate(DATABASES)
        page.get_by_text("Menu").first.click()
        page.get_by_role("button", name="Log ud").last.click()
        expect(page.get_by_label("Adgangskode")).to_be_visible()
        assert page.evaluate(DATABASES) == []
        assert page.evaluate("async () => (await caches.keys()).length") == 0
        assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0  # noqa: E501  # fmt: skip
        context.set_offline(True)
        with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
            page.goto(evening.address + HERE)
