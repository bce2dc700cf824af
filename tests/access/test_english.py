"""Whoever chose English is told in English what is wrong: by every form, and by the API.

Each form of each page is sent with one field after the other filled in badly, and the answer is
searched for the Danish of any text that has an English. What is found in a file or a plan stands in
Danish and says so (`lang="da"`); what people have typed is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product
from typing import Final

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from api.access import declared_routes
from api.main import make_app
from api.security.hosts import NOT_OUR_NAME
from api.web.translations import accepted_language
from docs.write_translations import FILES, catalogue
from geo_service.domain.access import Role
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import people
from tests.access import house
from tests.access import planted as plants
from tests.access.planted import Planted
from tests.access.test_matrix import NOTHING_THERE, address_of
from tests.volumes import volume

PAGES: Final = (
    "/",
    "/aften",
    "/data",
    "/administration",
    "/konto",
    "/beboere",
    "/omraade",
    "/byrum",
)
BAD: Final = ("", "x;y", "99999999", "2031-02-30", "-1", "a" * 3_000, "Ring til Bo på 12345678")
BAD_OF_ONE: Final = volume(2, len(BAD))
"""How many bad values each field is given."""
FIRST_ERROR: Final = 400
SHORTEST: Final = 12
"""Characters of a Danish text that cannot be English by chance."""


def danish() -> list[str]:
    """Return the parts of every Danish text that its English does not hold."""
    parts = set()
    for text, message in catalogue(FILES[0]).items():
        originals = [text] if isinstance(text, str) else list(text)
        said = message.string if isinstance(message.string, str) else " ".join(message.string)
        for part in re.split(r"%\(\w+\)s|%%", " ".join(originals)):
            words = part.strip(" .,:;")
            if len(words) >= SHORTEST and " " in words and words not in said:
                parts.add(words)
    return sorted(parts)


DANISH: Final = danish()


def untranslated(text: str) -> list[str]:
    """Return what stands in a text in Danish although it has an English."""
    return [words for words in DANISH if words in text]


@dataclass
class SentForm:
    """A form as its page shows it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


VOID: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)


class Page(HTMLParser):
    """The forms of a page, and its text without what says that it is Danish or what was typed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[SentForm] = []
        self.text = ""
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    @property
    def _is_left_out(self) -> bool:
        return any(left_out for _tag, left_out in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down a form or a field of one."""
        asked = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            is_danish = asked.get("lang") == "da" and tag != "html"
            self._open.append((tag, is_danish or tag in ("textarea", "script", "option")))
        if tag == "form":
            self.forms.append(SentForm(asked.get("action", ""), asked.get("method", "get").lower()))
        elif tag in ("input", "select", "textarea") and self.forms and asked.get("name"):
            if asked.get("type") not in ("file", "submit", "radio", "checkbox"):
                self.forms[-1].fields[asked["name"]] = asked.get("value", "")
        elif tag == "option" and self.forms and "selected" in asked and self.forms[-1].fields:
            name = list(self.forms[-1].fields)[-1]
            self.forms[-1].fields[name] = asked.get("value", "")
        if not self._is_left_out:
            self.text += " " + " ".join(asked.get(name, "") for name in ("title", "aria-label"))

    def handle_endtag(self, tag: str) -> None:
        """Close a tag, with what was left open in it."""
        while self._open and any(one == tag for one, _left_out in self._open):
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        """Take down what a reader sees."""
        if not self._is_left_out:
            self.text += data


@pytest.fixture(scope="module")
def planted(own: Database) -> Planted:
    with own.working(people.EVERYWHERE) as session:
        made = plants.plant(session)
    house.plant_accounts(own, made)
    return made


@pytest.fixture
def app(own: Database, settings: Settings) -> Iterator[FastAPI]:
    app = make_app(settings, own)
    yield app
    app.state.jobs.close()
    app.state.plan_jobs.close()


def in_english(path: str) -> str:
    path = path.partition("#")[0]
    return path if "sprog=" in path else f"{path}{'&' if '?' in path else '?'}sprog=en"


def forms_of(app: FastAPI, client: TestClient, planted: Planted) -> Iterator[SentForm]:
    """Yield every form that changes something, each once, from every page that somebody reaches."""
    met = set()
    for route in declared_routes(app):
        path = str(route.path)
        if "GET" not in (route.methods or ()) or path.startswith(NO_PAGES) or path in NOTHING_THERE:
            continue
        answer = client.get(in_english(address_of(path, planted)))
        if "html" not in answer.headers.get("content-type", ""):
            continue
        for form in Page(answer.text).forms:
            action = (form.action or path).partition("?")[0]
            known = (re.sub(r"\d+", "0", action), *sorted(form.fields))
            if form.method == "post" and action not in LEFT_OUT and known not in met:
                met.add(known)
                yield SentForm(action, "post", form.fields)


NO_PAGES: Final = ("/api/", "/static/", "/kort/", "/baggrundskort/")
LEFT_OUT: Final = {"/log-ud", "/konto/omraade"}
"""What would end the visit, or choose another place for the rest of it."""


def sent_badly(form: SentForm) -> Iterator[Mapping[str, str]]:
    """Yield the fields of a form, one of them at a time filled in as nobody should."""
    turn = len(form.action)
    for place, name in enumerate(form.fields):
        if name == "_token":
            continue
        for number in range(BAD_OF_ONE):
            yield {**form.fields, name: BAD[(turn + place + number) % len(BAD)]}


@pytest.mark.parametrize(
    "role", [Role.hotspot_chief, Role.police, Role.street_team, Role.admin, Role.tmf]
)
def test_no_form_answers_in_danish_to_who_chose_english(
    own: Database, app: FastAPI, planted: Planted, role: Role
) -> None:
    token = house.sign_in(own, role)
    client = people.browser(app, token, follow_redirects=False)
    forms, refused, wrong = list(forms_of(app, client, planted)), 0, []
    for form in forms:
        for fields in sent_badly(form):
            answer = client.post(in_english(form.action), data=dict(fields))
            if "html" not in answer.headers.get("content-type", "") or answer.status_code == 303:
                continue
            refused += answer.status_code >= 400
            if found := untranslated(Page(answer.text).text):
                wrong.append((form.action, dict(fields), found[:3]))
    assert not wrong, "\n".join(map(str, wrong[:8]))
    assert forms
    if role in (Role.hotspot_chief, Role.police, Role.admin):
        assert refused > 10


# --- the API --------------------------------------------------------------------------------------

SENT: Final = (None, {}, {"version": 99_999_999}, {"name": 7, "version": 1})
ASKED: Final = (
    {},
    {"limit": "0", "before": "x", "on": "i går", "kind": "x", "side_m": "1", "role": "x"},
    {"since": "2026-11-02", "until": "2026-10-05"},
    {"bbox": "12.5,55.6,12.4,55.7"},
    {"bbox": "720000,6175000,721000,6176000", "area": "rode:findes-ikke"},
    {"area": "rode:findes-ikke", "search": "\x00"},
)
FOR_PROGRAMS: Final = {"da": None, "en": "en-GB,en;q=0.9,da;q=0.5"}
"""By the language of the answer: what `Accept-Language` says."""


def wrong_of(answer: Response) -> tuple[str, str]:
    """Return the code and the words of what is wrong with a request, empty where nothing is."""
    found = answer.json()
    if answer.status_code >= FIRST_ERROR:
        return found["code"], found["detail"]
    notes = found.get("notes", []) if isinstance(found, dict) else []
    return ("notes", notes[0]) if notes else ("", "")


@pytest.mark.parametrize("role", [Role.police, Role.hotspot_chief, Role.admin, None])
def test_the_api_says_what_is_wrong_in_the_language_asked_for(
    own: Database, app: FastAPI, planted: Planted, role: Role | None
) -> None:
    token = "" if role is None else people.token_of(own, role, kind="token")
    client, met = people.program(app, token), set()
    for route in declared_routes(app):
        path = str(route.path)
        if not path.startswith("/api/v1/") or path.endswith("openapi.json"):
            continue
        address = address_of(path, planted)
        for method in sorted(route.methods or ()):
            for asked, sent in product(ASKED, SENT if method != "GET" else (None,)):
                said = {}
                for language, header in FOR_PROGRAMS.items():
                    headers = {} if header is None else {"Accept-Language": header}
                    answer = client.request(
                        method, address, params=asked, json=sent, headers=headers
                    )
                    said[language] = wrong_of(answer)
                    if answer.status_code >= FIRST_ERROR:
                        assert answer.headers["content-language"] == language
                (code, danish), (same, english) = said["da"], said["en"]
                if code or same:
                    met.add(code)
                    assert code == same, (method, address, said)
                    assert danish != english, (method, address, said)
                    assert not untranslated(english), (method, address, english)
    assert met >= ({"not_signed_in"} if role is None else {"invalid", "not_found"})
    if role in (Role.police, Role.admin):
        assert "notes" in met
    if role is Role.admin:
        assert "conflict" in met


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "da"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("da,en;q=0.8", "da"),
        ("da;q=0.2, EN;q=0.8", "en"),
        ("en;q=0", "da"),
        ("en;q=7", "da"),
        ("fr, de;q=0.5", "da"),
        ("fr, en;q=0.1", "en"),
        ("en;q=0.5,da;q=0.5", "da"),
        (";;q=,,=", "da"),
    ],
)
def test_the_language_that_is_liked_best_is_spoken(header: str, language: str) -> None:
    assert accepted_language(header) == language


def test_a_name_that_is_not_ours_is_told_in_both_languages(app: FastAPI) -> None:
    for path in ("/", "/api/v1/areas"):
        answer = people.browser(app).get(path, headers={"Host": "evil.example"})
        assert (answer.status_code, answer.text) == (400, NOT_OUR_NAME)
        assert "evil" not in answer.text
    first, second = NOT_OUR_NAME.splitlines()
    assert "Tjenesten" in first
    assert "service" in second
