"""What a form says when it was sent with faults: read first, accessible, in words, on every page.

The forms are found on the demo's own pages, for somebody of each role and for nobody. Each is sent
by somebody who may: with nothing in it, with nonsense in it, and with a version that is outrun. One
fault of each is seen in a seeded look; with --full every fault in every look. What is granted is
granted: some forms need nothing typed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from itertools import product
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from api.access import declared_routes
from geo_service.demo.accounts import HOTSPOT_AREA
from geo_service.domain.access import Role
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.storage.plan_proposals import add_proposal
from geo_service.storage.tables import EveningPlan
from tests import people
from tests.access import planted as plants
from tests.browser.axe import violations
from tests.browser.conftest import TELL_OF_VIOLATIONS
from tests.browser.demo_town import ServedTown, served_demo
from tests.browser.test_every_page import OVERFLOW, seeded
from tests.volumes import volume

pytestmark = pytest.mark.browser

LOOKS = list(product((False, True), (1440, 390)))
LANGUAGES = ("da", "en")
IS_FULL = volume(0, 1) == 1
LEFT_OUT = {
    "/log-ud": "it ends the session that the other forms are sent in",
    "/stil": "the page of examples: what its forms go to is nowhere",
    "/aften/aftaler/#/tavle": "no one sends it: the board's script makes it one to tavle/flyt/#",
}
"""Forms that are not sent, and why."""
FEWEST_FAULTY = 40
"""So many forms at least tell of a fault; fewer means that the test has gone blind."""
VISITS = {False: 3, True: 1}
"""Pages of one kind, without a query and with one: a draft has other forms than what is agreed."""

MOST_PLACES = 6
"""So many pages are tried for a form; what was sent before may have taken it from some."""

FORM = re.compile(r"(<form\b[^>]*>)(.*?)</form>", re.DOTALL)
TYPED = re.compile(r'<(?:textarea|select|input(?![^>]*type="hidden"))')
VERSION = re.compile('name="(version|stod)"')
FIELD = re.compile(r'\b(method|action)="([^"]*)"')
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')

FIND = """(kind) => [...document.querySelectorAll("form[method=post]")].find((form) =>
  new URL(form.action).pathname.replace(/\\d+/g, "#") === kind) ?? null"""
SEND = """(form, [way, language]) => {
  const nonsense = { date: "0001-01-01", time: "04:44", number: "-7" };
  for (const one of form.elements) {
    if (way === "outrun") {
      if (["version", "stod"].includes(one.name)) one.value = "0";
    } else if (one.matches("[type=checkbox], [type=radio]")) {
      one.checked = false;
    } else if (one.matches("textarea, input:not([type=hidden], [type=file])")) {
      one.value = way === "nothing" ? "" : nonsense[one.type] ?? "=?!";
    } else if (one.matches("select") && way === "nothing") {
      const none = [...one.options].find((option) => option.value === "");
      if (none) one.value = "";
    }
  }
  const to = new URL(form.action);
  to.searchParams.set("sprog", language);
  form.action = to.href;
  if (form.getAttribute("hx-post")) form.setAttribute("hx-post", to.pathname + to.search);
  form.noValidate = true;
  document.addEventListener("htmx:after:swap", () => { document.body.dataset.swapped = ""; });
  form.requestSubmit([...form.elements].find((one) => one.type === "submit"));
}"""
"""Sends a form by its first button, as a browser does that checks nothing itself."""
SAID = """() => document.activeElement.matches("[data-focus]")
  ? document.activeElement.innerText.trim() : "" """


@dataclass(frozen=True)
class Form:
    """A form that posts: in which town and on which page it stands, for whom, where it goes."""

    town: ServedTown
    role: Role | None
    page: str
    kind: str
    """Where it goes, with a # for each number."""
    fields: int
    """How many fields it has that somebody fills in."""
    has_version: bool


def forms_in(town: ServedTown) -> dict[str, list[Form]]:
    """Return the forms on all pages that somebody can get to, by where they go (# a number)."""
    found: dict[str, list[Form]] = {}
    for role, token in (*town.tokens.items(), (None, None)):
        for page, text in pages_for(town, people.browser(town.app, token)):
            for action, inside in posting(text):
                kind = re.sub(r"\d+", "#", action.partition("?")[0])
                form = Form(town, role, page, kind, len(TYPED.findall(inside)),
                            VERSION.search(inside) is not None)  # fmt: skip
                found.setdefault(kind, []).append(form)
    return found


def pages_for(town: ServedTown, client: TestClient) -> Iterator[tuple[str, str]]:
    """Yield address and text of the pages there are, and of a few of each kind they link to."""
    waiting = [
        str(route.path)
        for route in declared_routes(town.app)
        if "GET" in (route.methods or ()) and not re.search(r"{|^/api/|[.]\w+$", str(route.path))
    ]
    seen, visits = set(waiting), dict[tuple[str, ...], int]()
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer.headers.get("content-type", ""):
            continue
        yield address, answer.text
        for found in map(unescape, LINK.findall(answer.text)):
            link = urljoin(address, found)
            parts = urlsplit(link)
            names = sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
            kind = (re.sub(r"\d+", "#", parts.path), *names)
            if link in seen or parts.netloc or "sprog" in names or "." in parts.path:
                continue
            if visits.setdefault(kind, 0) < VISITS[bool(names)]:
                visits[kind] += 1
                seen.add(link)
                waiting.append(link)


def posting(text: str) -> Iterator[tuple[str, str]]:
    """Yield where each form of a page goes, and what stands in it."""
    for head, inside in FORM.findall(text):
        said = dict(FIELD.findall(head))
        if said.get("method") == "post":
            yield unescape(said["action"]), inside


@pytest.fixture(scope="module")
def forms(
    own_database: Callable[[str], Database],
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, list[Form]]]:
    database = own_database("tryghed_faults")
    with served_demo(database, state=tmp_path_factory.mktemp("state"), cluster=cluster) as town:
        propose(database)
        people.browser(town.app, town.tokens[Role.street_team]).post("/aften/vagtkalender")
        yield forms_in(town)


def propose(database: Database) -> None:
    """Let a proposal wait for the demo's draft."""
    with database.working(people.EVERYWHERE) as session:
        draft = session.scalars(
            select(EveningPlan).where(
                EveningPlan.state == "draft", EveningPlan.hotspot_area_code == HOTSPOT_AREA
            )
        ).one()
        add_proposal(
            session,
            draft.municipality_code,
            draft.hotspot_area_code,
            (draft.first_evening, draft.last_evening),
            result=plants.proposal_result("Ingen er på vagt."),
            actor="os:test",
        )


class Sender:
    """Browsers that send forms with faults in them and write down everything odd."""

    def __init__(self, chromium: Browser, stack: ExitStack) -> None:
        self.chromium, self.stack = chromium, stack
        self.pages: dict[Role | None, Page] = {}
        self.odd: list[str] = []

    def page_of(self, form: Form) -> Page:
        if form.role not in self.pages:
            context = form.town.enter(self.chromium, form.role)
            self.stack.callback(context.close)
            page = context.new_page()
            page.add_init_script(TELL_OF_VIOLATIONS)
            page.on("pageerror", lambda error: self.odd.append(str(error)))
            page.on("dialog", lambda dialog: (self.odd.append("dialog"), dialog.dismiss()))
            page.on("console", lambda said: self._hear(said.type, said.text))
            page.on("request", lambda asked: self._asked(asked.url, form.town.address))
            self.pages[form.role] = page
        return self.pages[form.role]

    def _hear(self, kind: str, text: str) -> None:
        """A browser tells of every status that is an error; that one is wanted here."""
        if kind in {"warning", "error"} and "responded with a status of 4" not in text:
            self.odd.append(text)

    def _asked(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:")):
            self.odd.append(f"asked {url}")

    def send_from(self, places: list[Form], way: str, language: str) -> tuple[Form, int | None]:
        """Send a form from the first of several places where it still stands."""
        for form in places:
            if (status := self.send(form, way, language)) is not None:
                return form, status
        return places[0], None

    def send(self, form: Form, way: str, language: str) -> int | None:
        """Send a form, and return the status of the answer; None where the form is gone."""
        page = self.page_of(form)
        page.set_viewport_size({"width": 1440, "height": 900})
        joint = "&" if "?" in form.page else "?"
        address = f"{form.town.address}{form.page}{joint}sprog={language}"
        page.goto(address, wait_until="load")
        if form.role is not None and "/log-ind" in page.url:  # a form has ended the session
            form.town.enter_again(page.context, form.role)
            page.goto(address, wait_until="load")
        found = page.evaluate_handle(FIND, form.kind).as_element()
        if found is None:
            return None
        if found.get_attribute("hx-post"):
            with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
                found.evaluate(SEND, [way, language])
            page.locator("body[data-swapped]").wait_for()
            return answered.value.status
        with page.expect_navigation(wait_until="load") as gone:
            found.evaluate(SEND, [way, language])
        return gone.value.status

    def wrong_with(self, page: Page, look: tuple[bool, int], language: str) -> list[str]:
        """Return everything that is wrong with the page that tells of a fault."""
        dark, width = look
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_viewport_size({"width": width, "height": 900})
        spoken = page.locator("html").get_attribute("lang")
        wrong = [] if spoken == language else [f"in {spoken}"]
        wrong += [] if page.evaluate(SAID) else ["what is wrong has not the focus"]
        over = page.evaluate(OVERFLOW)
        wrong += [f"{over} px too wide"] if over > 0 else []
        wrong += self.odd
        wrong += violations(page)
        self.odd.clear()  # the policy refuses what axe itself would like to add
        return wrong


def test_what_is_wrong_with_a_form_is_told_on_an_accessible_page(
    forms: dict[str, list[Form]], chromium: Browser
) -> None:
    chance, wrong, faulty, granted = seeded(), [], set(), set()
    with ExitStack() as stack:
        sender = Sender(chromium, stack)
        for kind in in_order(forms):
            places = chance.sample(forms[kind], min(len(forms[kind]), MOST_PLACES))
            for way, language in tries(places[0], chance):
                form, status = sender.send_from(places, way, language)
                what = f"{kind} on {form.page} as {form.role}, {way}, {language}: {status}"
                if status is None and kind in granted:
                    break  # it has done its work, and is not there any more
                if status is None or status >= 500:
                    wrong.append(what)
                elif status < 400:
                    granted.add(kind)
                else:
                    faulty.add(kind)
                    page = sender.page_of(form)
                    for look in LOOKS if IS_FULL else [chance.choice(LOOKS)]:
                        found = sender.wrong_with(page, look, language)
                        wrong += [f"{what}, {look}: {line}" for line in found]
                    if not IS_FULL:
                        break
                sender.odd.clear()
    assert len(faulty) >= FEWEST_FAULTY, sorted(granted - faulty)
    assert not wrong, "\n".join(wrong)


def in_order(forms: dict[str, list[Form]]) -> list[str]:
    """Return what is to be sent; a bare button comes last, for it may take a row of others away."""
    kinds = sorted(set(forms) - set(LEFT_OUT))
    return sorted(
        kinds, key=lambda kind: max((one.fields, one.has_version) for one in forms[kind]),
        reverse=True,
    )  # fmt: skip


def tries(form: Form, chance: random.Random) -> list[tuple[str, str]]:
    """Return in which ways a form is sent, and in which languages."""
    ways = ["outrun"] if form.has_version else []
    ways += ["nothing", "nonsense"] if form.fields else ["nothing"]
    if form.fields:
        chance.shuffle(ways)
    if IS_FULL:
        return list(product(ways, LANGUAGES))
    return [(way, chance.choice(LANGUAGES)) for way in ways]
