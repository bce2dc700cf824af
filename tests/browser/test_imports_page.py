"""Sending a file in a real browser: by keyboard, on a phone, without a script, in every state."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import product
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from sqlalchemy import text

from api.main import make_app
from geo_service.settings import Settings
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from tests import doors, make, people
from tests.browser.axe import violations
from tests.browser.conftest import Visit
from tests.browser.keys import press_until
from tests.browser.serving import served
from tests.sending import HERE, LONG_S, rows, wait_for_step

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]
Hold = Callable[[], AbstractContextManager[None]]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TALLEST = """() => Math.max(0, ...[...document.querySelectorAll("thead th")]
  .map((one) => one.getBoundingClientRect().height))"""
"""Three lines are a heading of a column; one letter on each line is none."""
WAIT_MS = LONG_S * 1000


@pytest.fixture(scope="module")
def town(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_imports_browser")
    with database.working(people.EVERYWHERE) as session:
        make.stored_squares(session)
    return database


@pytest.fixture(scope="module")
def app(
    town: Database, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FastAPI]:
    settings = Settings(state=tmp_path_factory.mktemp("state"), secrets_dir=cluster.secrets)
    made = make_app(settings, town)
    yield made
    made.state.jobs.close()


@pytest.fixture(scope="module")
def house(app: FastAPI) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def inside(visit: Open, house: str, town: Database) -> Callable[..., Visit]:
    """Open a page as somebody of the police, or in another role."""

    def enter(path: str, role: str = "police", **options: object) -> Visit:
        who = doors.somebody(town, role)
        seen = visit(f"{house}/log-ind", **options)
        seen.page.locator("#f-login").fill(who.login)
        seen.page.locator("#f-password").fill(doors.PASSWORD)
        seen.page.locator("main form button").first.click()
        seen.page.wait_for_url(f"{house}/")
        seen.page.goto(house + path)
        return seen

    return enter


@pytest.fixture
def hold(town: Database) -> Hold:
    """Let whoever stores incidents wait for as long as the test likes."""

    @contextmanager
    def _hold() -> Iterator[None]:
        with town.as_owner() as owner:
            owner.execute(text("LOCK TABLE raw.incident IN SHARE ROW EXCLUSIVE MODE"))
            try:
                yield
            finally:
                owner.rollback()

    return _hold


def a_file(folder: Path, content: bytes, name: str = "haendelser.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def with_faults(first: int, count: int) -> bytes:
    return rows(first, count).replace(b";uro;", b";noget helt andet, som er langt;")


def clean_in_every_look(page: Page) -> None:
    for width, colours in product((1440, 390), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=colours)
        assert violations(page) == [], (page.url, width, colours)
    for width in (1440, 720, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(OVERFLOW) <= 0, (page.url, width)
        assert page.evaluate(TALLEST) < 70, (page.url, width)


def look_until_it_ended(page: Page) -> None:
    """Ask the page again and again by its link, as somebody without scripts must.

    A page on its way shows neither the link nor a result, so each answer is waited for.
    """
    again = page.get_by_role("link", name="Se, hvor langt det er")
    ended = page.locator(".box-title")
    deadline = time.monotonic() + LONG_S
    while time.monotonic() < deadline:
        expect(again.or_(ended).first).to_be_visible(timeout=WAIT_MS)
        if ended.count():
            return
        with page.expect_navigation():
            again.click()


def over(page: Page, title: str) -> None:
    expect(page.locator(".box-title").first).to_have_text(title, timeout=WAIT_MS)


@pytest.mark.parametrize("width", [1440, 390])
def test_by_keyboard_alone_from_the_list_to_the_report(
    inside: Callable[..., Visit], tmp_path: Path, width: int
) -> None:
    seen = inside(HERE, width=width)
    page = seen.page
    press_until(page, f'main a[href="{HERE}/ny"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HERE}/ny")
    press_until(page, "input[type=file]")
    page.locator("input[type=file]").set_input_files(a_file(tmp_path, rows(width, 2)))
    press_until(page, "input[name=delvis]")
    page.keyboard.press("Space")
    press_until(page, "main form button[type=submit]")
    page.keyboard.press("Enter")
    over(page, "Filen er gemt")
    press_until(page, "main .box a")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("haendelser.csv")
    assert (seen.foreign, seen.complaints) == ([], [])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_following_and_cancelling(
    inside: Callable[..., Visit], app: FastAPI, hold: Hold, tmp_path: Path, scripts: bool
) -> None:
    page = inside(f"{HERE}/ny", scripts=scripts, width=390).page
    with hold():
        number = 5_000 + scripts
        page.locator("input[type=file]").set_input_files(a_file(tmp_path, rows(number)))
        page.locator("main form button[type=submit]").click()
        page.wait_for_url("**/arbejde/*")
        wait_for_step(app.state.jobs._jobs[page.url.rsplit("/", 1)[1]], 2)
        again = page.get_by_role("link", name="Se, hvor langt det er")
        if scripts:
            expect(page.locator(".job-text")).to_have_text("Gemmer hændelserne", timeout=WAIT_MS)
            assert page.evaluate("document.querySelector('progress').value") >= 2
            expect(again).to_be_hidden()
        else:
            again.click()
            expect(page.locator(".job-text")).to_have_text("Gemmer hændelserne")
        page.get_by_role("button", name="Afbryd").click()
        over(page, "Afbrudt")
    page.reload()
    over(page, "Afbrudt")
    page.get_by_role("link", name="Alle indlæsninger").click()
    expect(page.locator("main")).to_contain_text("afbrudt")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_report_names_what_to_mend_and_shows_more(
    inside: Callable[..., Visit], tmp_path: Path, scripts: bool
) -> None:
    page = inside(f"{HERE}/ny", scripts=scripts).page
    faulty = a_file(tmp_path, with_faults(6_000, 150))
    page.locator("input[type=file]").set_input_files(faulty)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/arbejde/*")
    if not scripts:
        look_until_it_ended(page)
    over(page, "Intet er gemt")
    assert page.locator("#fejlliste tbody tr").count() == 100
    page.get_by_role("link", name="Vis flere").click()
    expect(page.locator("#fejlliste tbody tr")).to_have_count(150)


@pytest.mark.parametrize("language", ["da", "en"])
def test_each_state_is_accessible_and_fits(
    inside: Callable[..., Visit],
    app: FastAPI,
    hold: Hold,
    house: str,
    tmp_path: Path,
    language: str,
) -> None:
    seen = inside(f"{HERE}?sprog={language}")
    page = seen.page
    first = 7_000 + 500 * (language == "en")
    assert page.locator("html").get_attribute("lang") == language
    clean_in_every_look(page)
    page.goto(f"{house}{HERE}/ny?sprog={language}")
    clean_in_every_look(page)
    page.locator("main form button[type=submit]").click()  # no file: an error is shown
    expect(page.locator(".errors")).to_be_focused()
    clean_in_every_look(page)
    long_name = f"{'et meget langt navn ' * 4}{'x' * 30}.csv"
    page.locator("input[type=file]").set_input_files(a_file(tmp_path, rows(first), long_name))
    with hold():
        page.locator("main form button[type=submit]").click()
        page.wait_for_url("**/arbejde/*")
        job = app.state.jobs._jobs[page.url.rsplit("/", 1)[1].split("?")[0]]
        page.goto(f"{page.url.split('?')[0]}?sprog={language}")
        wait_for_step(job, 2)
        clean_in_every_look(page)
        page.goto(f"{house}{HERE}?sprog={language}")
        clean_in_every_look(page)
    assert job.over.wait(LONG_S)
    page.goto(f"{house}{HERE}/arbejde/{job.id}?sprog={language}")
    clean_in_every_look(page)
    page.goto(f"{house}{HERE}/{job.batch}?sprog={language}")
    clean_in_every_look(page)
    page.goto(f"{house}{HERE}/ny?sprog={language}")
    page.locator("input[type=file]").set_input_files(a_file(tmp_path, with_faults(first, 120)))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/arbejde/*")
    job = app.state.jobs._jobs[page.url.rsplit("/", 1)[1].split("?")[0]]
    assert job.over.wait(LONG_S)
    page.goto(f"{house}{HERE}/arbejde/{job.id}?sprog={language}")
    clean_in_every_look(page)
    assert seen.foreign == []


def test_the_chiefs_form_keeps_what_was_written(
    inside: Callable[..., Visit], tmp_path: Path
) -> None:
    page = inside(f"{HERE}/ny", "hotspot_chief", width=390).page
    clean_in_every_look(page)
    file = make.area_file(tmp_path / "kvarterer.geojson", make.squares(2))
    page.locator("input[type=file]").set_input_files(file)
    page.locator("#f-slags").select_option("quarter")
    page.locator("#f-nummer").fill("code")
    page.locator("#f-navn").fill("x" * 81)
    page.locator("#f-fra").fill("2020-01-01")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".errors a")).to_have_attribute("href", "#f-navn")
    expect(page.locator("#f-nummer")).to_have_value("code")
    expect(page.locator("#f-slags")).to_have_value("quarter")
    clean_in_every_look(page)
    page.locator("#f-navn").fill("name")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").click()
    over(page, "Filen er gemt")
