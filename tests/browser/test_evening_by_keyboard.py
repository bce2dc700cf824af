"""Every task of the evening workspace by keys alone: on a phone's width, and at twice the size.

Tab, Enter, Space, arrow keys and what is typed, over the demo as it is this evening. Each test ends
with what the page says and holds once the deed is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from geo_service.demo.accounts import HOTSPOT_AREA
from geo_service.domain.access import Role
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.storage.tables import EveningPlan
from tests import people
from tests.api.agreements.deeds import today
from tests.browser.demo_town import ServedTown, served_demo
from tests.browser.keys import follow, press_until

pytestmark = pytest.mark.browser
Enter = Callable[[Role, str], Page]

MOST_STOPS = 400
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
GROUND = (722400, 6178400)
"""A spot in the demo's hotspot area, in metres (EPSG:25832)."""


@pytest.fixture(scope="module")
def database(own_database: Callable[[str], Database]) -> Database:
    return own_database("tryghed_keys")


@pytest.fixture(scope="module")
def town(
    database: Database, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedTown]:
    state = tmp_path_factory.mktemp("state")
    with served_demo(database, state=state, cluster=cluster) as served:
        yield served


@pytest.fixture(params=[390, 1440 // 2], ids=["phone", "twice the size"])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def enter(chromium: Browser, town: ServedTown, width: int) -> Iterator[Enter]:
    """Open a page as somebody; every page that was opened fits at the end."""
    pages: list[Page] = []

    def _enter(role: Role, path: str) -> Page:
        page = town.enter(chromium, role).new_page()
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"{town.address}{path}")
        pages.append(page)
        return page

    yield _enter
    for page in pages:
        assert page.evaluate(OVERFLOW) <= 0, page.url
        page.context.close()


def write(page: Page, field: str, text: str) -> None:
    """Go on to a field and type into it; what stood there is gone."""
    press_until(page, field, most=MOST_STOPS)
    page.keyboard.press("Control+A")
    for number, line in enumerate(text.split("\n")):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.type(line)


def write_day(page: Page, field: str, day: date) -> None:
    """Type a day into a field for days, part by part as an English browser shows it."""
    press_until(page, field, most=MOST_STOPS)
    page.keyboard.type(f"{day:%m%d%Y}")
    expect(page.locator(field)).to_have_value(day.isoformat())


def pick(page: Page, field: str, number: int) -> None:
    """Go on to a list and choose an entry by the arrow keys, counted from 0."""
    press_until(page, field, most=MOST_STOPS)
    page.keyboard.press("Home")
    for _ in range(number):
        page.keyboard.press("ArrowDown")


def send(page: Page, words: str, button: str = "main button") -> None:
    """Go on to a button by its words and press it."""
    press_until(page, button, words, most=MOST_STOPS)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def said(page: Page, words: str) -> None:
    expect(page.locator("#status")).to_contain_text(words)


def test_an_agreement_is_made_sent_and_agreed(enter: Enter, width: int) -> None:
    chief = enter(Role.hotspot_chief, "/aften/aftaler")
    send(chief, "Start aftalen")
    write(chief, "#f-tidsrum", f"{15 + width // 300}–{16 + width // 300}")
    write(chief, "#f-hvorfor", f"Mange samles her {width}")
    send(chief, "Tilføj tilsagn")
    said(chief, "Tilsagnet er tilføjet.")
    expect(chief.locator(".line", has_text=f"Mange samles her {width}")).to_have_count(1)
    send(chief, "Send til den anden part")
    said(chief, "Sendt.")
    police = enter(Role.police, chief.url.removeprefix(chief.evaluate("location.origin")))
    send(police, "Godkend aftalen")
    said(police, "Godkendt af begge.")
    expect(police.locator(".agreement-state")).to_contain_text("aftalt af politi og hotspotchef")


def test_the_meeting_says_what_was_held(enter: Enter, database: Database) -> None:
    page = enter(Role.hotspot_chief, f"/aften/aftaler/{in_force(database)}/moede")
    chosen = page.locator("select[name=holdt]")
    assert chosen.count() >= 3
    codes = page.locator("select[name=holdt]").first.evaluate(
        "(list) => [...list.options].map((one) => one.value.split(':')[1])"
    )
    fields = [f"#{chosen.nth(number).get_attribute('id')}" for number in range(3)]
    wanted = ["held", "partly", "not"]
    for field, code in zip(fields, wanted, strict=True):
        pick(page, field, codes.index(code))
    send(page, "Gem")
    said(page, "Gemt.")
    found = [page.locator(field).input_value().partition(":")[2] for field in fields]
    assert found == wanted


def in_force(database: Database) -> int:
    """Return the number of the agreement whose meeting looks back on evenings that have been."""
    with database.working(people.EVERYWHERE) as session:
        return session.scalars(
            select(EveningPlan.id)
            .where(
                EveningPlan.hotspot_area_code == HOTSPOT_AREA,
                EveningPlan.first_evening <= today(),
            )
            .order_by(EveningPlan.first_evening.desc())
        ).first() or pytest.fail("the demo has no agreement in force")


def test_a_coverage_area_is_written_by_its_corners(enter: Enter, width: int) -> None:
    page = enter(Role.hotspot_chief, "/aften/omraader")
    follow(page, "Tegn et nyt")
    write(page, "#f-navn", f"Pladsen {width}")
    write(page, "#f-kode", f"plads-{width}")
    write(page, "#f-hjoerner", corners(width))
    send(page, "Gem")
    expect(page.locator("main")).to_contain_text(f"Pladsen {width}")


def corners(shift: int) -> str:
    """Return a square of 20 m that lies apart from the one of another width."""
    east, north = GROUND[0] + shift // 10, GROUND[1]
    around = ((0, 0), (20, 0), (20, 20), (0, 20))
    return "\n".join(f"{east + x} {north + y}" for x, y in around)


def test_a_coverage_area_is_written_as_a_list(enter: Enter, width: int) -> None:
    page = enter(Role.hotspot_chief, "/aften/omraader")
    follow(page, "Som liste")
    head = f"liste-{width}; Listen {width}; runde; gadeteam; 1"
    write(page, "#f-liste", f"{head}\n{corners(width)}")
    send(page, "Se, hvad reglerne siger")
    expect(page.locator("[aria-labelledby=regler]")).to_contain_text("Det kan gemmes.")
    send(page, "Gem")
    expect(page.locator("main")).to_contain_text(f"Listen {width}")


def test_a_shift_and_an_absence_are_told(enter: Enter, width: int) -> None:
    page = enter(Role.hotspot_chief, "/aften/vagter")
    evening = today() + timedelta(days=60 + width // 100)
    write_day(page, "#f-aften", evening)
    send(page, "Tilføj vagt")
    said(page, "Vagten er tilføjet.")
    write_day(page, "#f-f_fra", evening)
    before = page.locator("[aria-labelledby=fravaer] li").count()
    send(page, "Meld fravær")
    said(page, "Fraværet er meldt.")
    expect(page.locator("[aria-labelledby=fravaer] li")).to_have_count(before + 1)


def test_an_offer_is_written(enter: Enter, width: int) -> None:
    page = enter(Role.hotspot_chief, "/aften/tilbud")
    follow(page, "Skriv et tilbud ind")
    typed = {
        "navn": f"Klubben {width}",
        "kode": f"klub-{width}",
        "drives_af": "Klubberne",
        "fra_alder": "14",
        "til_alder": "17",
        "tider": "ma–fr 18–22",
        "sted": "{} {}".format(*GROUND),
    }
    for name, text in typed.items():
        write(page, f"#f-{name}", text)
    send(page, "Gem")
    said(page, "Gemt.")
    expect(page.locator("main")).to_contain_text(f"Klubben {width}")


def test_something_that_happens_is_put_into_the_calendar(enter: Enter, width: int) -> None:
    page = enter(Role.hotspot_chief, "/aften/kalender")
    write(page, "#f-navn", f"Fodboldkamp {width}")
    write(page, "#f-sted", "Parken")
    write_day(page, "#f-dag", today() + timedelta(days=2))
    send(page, "Tilføj")
    said(page, "Gemt.")
    expect(page.locator("[aria-labelledby=begivenheder]")).to_contain_text(f"Fodboldkamp {width}")


def test_a_staffed_container_is_written(enter: Enter, width: int) -> None:
    page = enter(Role.hotspot_chief, "/aften/bemanding")
    write(page, "#f-kode", f"bem-{width}")
    write(page, "#f-navn", f"Containeren {width}")
    pick(page, "#f-hvor", 1)
    write(page, "#f-tider", "ma–to 16–20")
    send(page, "Gem")
    expect(page.locator(".cover-list")).to_contain_text(f"Containeren {width}")


def test_a_places_level_of_the_week_is_set(enter: Enter, width: int) -> None:
    page = enter(Role.police, "/aften/steder")
    level = page.locator("select[name=niveau]").first
    field = f"#{level.get_attribute('id')}"
    number = 2 if width == 390 else 0
    wanted = level.locator("option").nth(number).get_attribute("value") or ""
    pick(page, field, number)
    send(page, "Gem")
    said(page, "Gemt.")
    expect(page.locator(field)).to_have_value(wanted)


def test_a_rule_of_presence_is_set(enter: Enter, width: int) -> None:
    page = enter(Role.police, "/aften/regler")
    minutes = str(10 + width // 300)
    write(page, "#patrol-mindst", minutes)
    send(page, "Gem")
    said(page, "Gemt.")
    expect(page.locator("#patrol-mindst")).to_have_value(minutes)


def test_the_weights_of_the_need_are_set(enter: Enter, width: int) -> None:
    page = enter(Role.hotspot_chief, "/aften/behov")
    weeks = str(10 + width // 100)
    write(page, "#f-halvering", weeks)
    send(page, "Gem halveringstid og vægte")
    said(page, "Gemt.")
    expect(page.locator("#f-halvering")).to_have_value(weeks)


def test_a_note_is_written_released_and_followed(enter: Enter, width: int) -> None:
    words = f"Lyset er slukket {width}"
    team = enter(Role.street_team, "/aften/log")
    pick(team, "#f-aften", 1)  # yesterday
    write(team, "#f-kl", f"20.{width % 60:02}")
    press_until(team, "[name=tendens]", most=MOST_STOPS)
    team.keyboard.press("ArrowDown")
    write(team, "#f-note", words)
    send(team, "Gem")
    expect(team.locator(".notes li", has_text=words)).to_be_visible()
    chief = enter(Role.hotspot_chief, "/aften/log")
    note = chief.locator(".notes li", has_text=words)
    number = (note.get_attribute("id") or "").removeprefix("n-")
    press_until(chief, f"#v-{number}", most=MOST_STOPS)
    chief.keyboard.press("Space")
    press_until(chief, "main button", "Frigiv de valgte", most=MOST_STOPS)
    with chief.expect_navigation():
        chief.keyboard.press("Enter")
    pick(chief, f"#o-{number}", 1)
    send(chief, "Gem")
    said(chief, "Gemt.")
    expect(chief.locator(f"#o-{number}")).to_have_value("discussed")


def test_the_team_turns_its_check_in_on(enter: Enter) -> None:
    page = enter(Role.street_team, "/aften/i-aften")
    before = page.locator("[name=valg]").get_attribute("value")
    send(page, "Slå ")
    expect(page.locator("[name=valg]")).not_to_have_attribute("value", before or "")
