"""Hostile text in every text field, every page opened in Chromium: it is read, and never runs.

Each round gives every field of every row another payload, and draws the maps anew. A seeded part
of the rounds runs each time; with --full every payload has stood in every field. Then every form
is sent with payloads in its fields: what could not be stored is shown again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser
from sqlalchemy import ARRAY, CursorResult, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from api.main import make_app
from api.pages.drawn import RELEASED
from api.security.rates import Rates
from geo_service.domain.access import SIGNED_IN, Role
from geo_service.domain.kinds import KINDS
from geo_service.settings import Settings
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.storage.tables import Base
from tests import people
from tests.access import house
from tests.access import planted as plants
from tests.access.planted import HOME, OWN_HOTSPOT, Canary, Planted, Variant
from tests.access.test_matrix import address_of
from tests.browser.hostile_payloads import PAYLOADS
from tests.browser.serving import served
from tests.browser.test_every_page import (
    DRAWN,
    MANY,
    Reader,
    Seen,
    Town,
    maps_of,
    pages_of,
    seeded,
    token_in,
)
from tests.volumes import volume

pytestmark = pytest.mark.browser

PARTS = volume(1, 20)
ROUNDS_A_PART = volume(2, len(PAYLOADS) // 20)
LEAST_MET = 20
LEAST_FORMS = 20
BOARD_FILE = "/aften/aftaler/{plan_id}/kort"
FILES_WITH_TEXT = DRAWN
REFUSED = re.compile(
    "Failed to load resource: the server responded with a status of 4"
    '|The specified value ".*" does not conform to the required format, "yyyy-MM-dd"'
    '|The specified value ".*" cannot be parsed, or is out of range',
    re.DOTALL,
)
"""What Chromium says of an answer that refuses a form, and of a word shown as a date or number."""


class Fields:
    """The text fields of planted rows, and what stands in each now."""

    def __init__(self, database: Database, planted: Planted, settings: Settings) -> None:
        self._database, self._settings = database, settings
        fields = [one for one in planted.canaries if one.variant.municipality == HOME]
        self.now: dict[Canary, str] = {one: one.text for one in fields}

    def fill(self, first: int) -> None:
        """Give each field the payload that follows, beginning with number `first`."""
        with self._database.working(people.EVERYWHERE) as session:
            for place, (field, old) in enumerate(list(self.now.items())):
                # the number keeps keys apart that must not be equal
                room = most_letters(field) - len(f" {place}")
                new = f"{PAYLOADS[(first + place) % len(PAYLOADS)][:room]} {place}"
                changed = session.execute(text(_put(field)), {"new": new, "old": old})
                assert cast("CursorResult[Any]", changed).rowcount == 1, f"{field} kept {old!r}"
                self.now[field] = new
        with self._database.session("web_auth") as session:
            session.execute(
                text("UPDATE adm.user_account SET name = :name || id"),
                {"name": PAYLOADS[first % len(PAYLOADS)]},
            )
        self.draw()

    def draw(self) -> None:
        """Draw the maps of what stands in the fields now, and show the public one."""
        house.draw_maps(self._database, self._settings.maps_dir, [(HOME, OWN_HOTSPOT)])
        self._settings.public_maps_dir.mkdir(exist_ok=True)
        shown = (self._settings.maps_dir / RELEASED).read_bytes()
        (self._settings.public_maps_dir / RELEASED).write_bytes(shown)


def type_of(field: Canary) -> TypeEngine[Any]:
    return Base.metadata.tables[str(KINDS[field.kind].table)].c[field.column].type


def most_letters(field: Canary) -> int:
    """Return how long a text of a field may be: a code is cut off in the middle of a payload."""
    kind = type_of(field)
    inner = kind.item_type if isinstance(kind, ARRAY) else kind
    return getattr(inner, "length", None) or 1_000


def _put(field: Canary) -> str:
    """Return the statement that puts a text in the place of another; in JSON, where it stands."""
    table, column = KINDS[field.kind].table, field.column
    kind = type_of(field)
    if isinstance(kind, ARRAY):
        return f"UPDATE {table} SET {column} = ARRAY[:new] WHERE :old = ANY ({column})"  # noqa: S608
    if isinstance(kind, JSONB):
        old, new = (f"to_jsonb(CAST(:{name} AS text))::text" for name in ("old", "new"))
        put = f"replace({column}::text, {old}, {new})::jsonb"
        return f"UPDATE {table} SET {column} = {put} WHERE strpos({column}::text, {old}) > 0"  # noqa: S608
    return f"UPDATE {table} SET {column} = :new WHERE {column} = :old"  # noqa: S608


@pytest.fixture(scope="module")
def hostile(
    own_database: Callable[[str], Database],
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Town, Fields]]:
    database = own_database("tryghed_hostile")
    with database.working(people.EVERYWHERE) as session:
        planted = plants.plant(session)
    own: Variant = plants.VARIANTS[0]
    assert own.municipality == HOME
    house.plant_accounts(database, planted)
    house.plant_hotspots(database)
    planted.canaries.append(Canary(house.name_of(own), "area", "name", own))
    tokens = {role: token_in(database, role) for role in SIGNED_IN}
    settings = Settings(state=tmp_path_factory.mktemp("state"), secrets_dir=cluster.secrets)
    fields = Fields(database, planted, settings)
    fields.draw()
    app = make_app(settings, database, rates=Rates(requests_per_minute=MANY))
    pages = pages_of(app, planted, tokens, seeded()) + maps_of(app, tokens)
    assert {one.path for one in pages if one.path.startswith("/kort/")} == DRAWN
    pages.append(Seen(Role.hotspot_chief, address_of(BOARD_FILE, planted)))
    with served(app) as address:
        yield Town(address, pages, tokens, filled=True), fields


def test_there_are_two_hundred_of_them() -> None:
    assert len(set(PAYLOADS)) == 200


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_that_was_typed_runs(
    chromium: Browser, hostile: tuple[Town, Fields], part: int, tmp_path: Path
) -> None:
    town, fields = hostile
    order = seeded().sample(range(len(PAYLOADS)), len(PAYLOADS))
    rounds = order[part * ROUNDS_A_PART : (part + 1) * ROUNDS_A_PART]
    readers: dict[Role, Reader] = {}
    wrong: list[str] = []
    met: set[str] = set()
    on_files: dict[str, int] = {}
    for first in rounds:
        fields.fill(first)
        for one in town.pages:
            if one.role not in readers:
                readers[one.role] = Reader(chromium, town, one.role)
            reader = readers[one.role]
            reader.page.goto(opened(reader, town.address + one.path, tmp_path), wait_until="load")
            for choice in reader.page.locator(".map-list button").all()[:1]:
                choice.click()
            wrong += what_is_wrong(reader, f"round {first}, {one.path}")
            shown = reader.page.locator("body").inner_text()
            here = {now for now in fields.now.values() if now.strip() in shown}
            met |= here
            if one.path in FILES_WITH_TEXT or one.path.endswith("/kort"):
                on_files[one.path] = on_files.get(one.path, 0) + len(here)
    for reader in readers.values():
        reader.context.close()
    assert not wrong, "\n".join(wrong)
    assert len(met) >= LEAST_MET, "hardly any text was on the pages: the search is blind"
    assert len(on_files) == len(FILES_WITH_TEXT) + 1
    assert all(on_files.values()), f"a drawn map shows none of the text: {on_files}"


def opened(reader: Reader, address: str, folder: Path) -> str:
    """Return where a page is opened: a map that is taken away is a file then."""
    if not address.endswith("/kort"):
        return address
    taken = reader.context.request.get(address)
    assert "attachment" in taken.headers["content-disposition"]
    (folder / "kort.html").write_bytes(taken.body())
    return (folder / "kort.html").as_uri()


def what_is_wrong(reader: Reader, where: str) -> list[str]:
    """Return what went wrong on the page that is open, and forget it."""
    wrong = [f"{where}: {odd}" for odd in reader.odd if not REFUSED.match(odd)]
    reader.odd.clear()
    if reader.page.evaluate("window.pwned") is not None:
        wrong.append(f"{where}: something ran")
    return wrong


SEND = """([action, texts, everything]) => {
  const form = [...document.querySelectorAll("form[method=post]")].find(
    (one) => new URL(one.action).pathname.replace(/[0-9]+/g, "N") === action);
  form.noValidate = true;
  let next = 0;
  for (const field of form.elements) {
    if (!field.name || field.name === "_token" || field.type === "file") continue;
    const text = texts[next++ % texts.length];
    const typed = field.matches("textarea, input[type=text], input:not([type])");
    if (!typed && !everything) continue;
    if (field.tagName === "SELECT") field.add(new Option("x", text, true, true));
    else if (field.tagName === "TEXTAREA") field.value = text;
    else if (field.tagName === "INPUT") {
      for (const limit of ["maxlength", "pattern", "type"]) field.removeAttribute(limit);
      field.value = text;
    }
  }
  HTMLFormElement.prototype.submit.call(form);
}"""
HAS_FIELDS = """() => [...document.querySelectorAll("form[method=post]")].map((form) => [
  new URL(form.action).pathname.replace(/[0-9]+/g, "N"),
  [...form.elements].some((one) => one.name && one.name !== "_token" && one.type !== "hidden"
    && one.tagName !== "BUTTON" && one.type !== "file")])"""
ECHOED = """(texts) => {
  const said = document.body.innerText + [...document.querySelectorAll("input, textarea, option")]
    .map((one) => one.value).join("\\n");
  return texts.filter((one) => said.includes(one)).length;
}"""


def forms_of(reader: Reader, town: Town, role: Role) -> list[tuple[str, str]]:
    """Return page and address of the forms with fields, each once, that a role is shown."""
    found: dict[str, str] = {}
    for one in town.pages:
        if one.role is role and not one.path.endswith("/kort"):
            reader.page.goto(town.address + one.path, wait_until="load")
            for action, has_fields in reader.page.evaluate(HAS_FIELDS):
                if has_fields:
                    found.setdefault(action, one.path)
    return [(path, action) for action, path in found.items()]


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_that_a_form_says_back_runs(
    chromium: Browser, hostile: tuple[Town, Fields], part: int
) -> None:
    """Free text hostile and the rest in order, and then everything; without the browser's rules."""
    town, _fields = hostile
    order = seeded().sample(PAYLOADS, len(PAYLOADS))
    wrong: list[str] = []
    sent: set[str] = set()
    echoed = 0
    for role in dict.fromkeys(one.role for one in town.pages):
        reader = Reader(chromium, town, role)
        forms = forms_of(reader, town, role)
        for number in range(part * ROUNDS_A_PART, (part + 1) * ROUNDS_A_PART):
            texts = order[number:] + order[:number]
            for path, action in forms:
                reader.page.goto(town.address + path, wait_until="load")
                reader.odd.clear()
                with reader.page.expect_navigation(wait_until="load") as answer:
                    reader.page.evaluate(SEND, [action, texts, number % 2 == 1])
                where = f"round {number}, {action} of {path} as {role}"
                if (status := answer.value.status) >= 500:
                    wrong.append(f"{where}: {status}")
                wrong += what_is_wrong(reader, where)
                echoed += reader.page.evaluate(ECHOED, texts[:20]) > 0
                sent.add(action)
        reader.context.close()
    assert not wrong, "\n".join(wrong)
    assert len(sent) >= LEAST_FORMS, sorted(sent)
    assert echoed >= LEAST_FORMS, "hardly any form says back what it was sent: the search is blind"
