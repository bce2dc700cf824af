"""Pages as text: nothing inline, everything escaped, every part what it promises."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from jinja2 import UndefinedError

from api.pages.style import MOMENT
from api.web.page import environment, nonce_of, render
from geo_service.settings import PROJECT_ROOT
from tests.web.house import make_house, somebody

PAGES = ("/stil", "/tilgaengelighed", "/privatliv", "/konflikt", "/fejl/404", "/fejl/500")
TEMPLATES = sorted((PROJECT_ROOT / "api" / "templates").rglob("*.html"))
OLD = {"start.html"}
HOSTILE = "<script>hit()</script>'\"{{ 7*7 }}\ud800\x00`${1}"


class Tags(HTMLParser):
    """Every tag with its attributes, and every id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture(scope="module")
def house() -> TestClient:
    return TestClient(make_house(somebody()))


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_inline_and_every_reference_has_its_target(
    house: TestClient, path: str, language: str
) -> None:
    text = house.get(path, params={"sprog": language}).text
    assert text.startswith("<!doctype html>\n")
    tags = Tags(text)
    ids = [a["id"] for _, a in tags.found if "id" in a]
    assert len(ids) == len(set(ids))
    for tag, attributes in tags.found:
        assert not [name for name in attributes if name == "style" or name.startswith("on")], tag
        for name in ("for", "aria-labelledby", "aria-describedby", "data-opens"):
            for target in (attributes.get(name) or "").split():
                assert target in ids, (tag, name, target)
        if (attributes.get("href") or "").startswith("#"):
            assert (attributes["href"] or "")[1:] in ids
    assert all("src" in script for script in tags.all("script"))
    assert tags.all("style") == []
    assert len(tags.all("h1")) == 1
    for address in (a.get("src") or a.get("href") for _, a in tags.found):
        assert address is None or address.startswith(("/", "#"))


@pytest.mark.parametrize("path", PAGES)
def test_every_form_that_posts_carries_the_token(house: TestClient, path: str) -> None:
    for form in re.findall(r'<form method="post".*?</form>', house.get(path).text, re.DOTALL):
        assert f'name="_token" value="{somebody().csrf}"' in form


@pytest.mark.parametrize(
    "path", [one for one in TEMPLATES if one.name not in OLD], ids=lambda path: path.name
)
def test_a_template_switches_no_escaping_off(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "autoescape" not in text
    for expression in re.findall(r"\{\{.*?\}\}", text, re.DOTALL):
        assert "|safe" not in expression.replace(" ", ""), expression


def test_what_comes_from_outside_stays_text() -> None:
    app = make_house(somebody(municipality_name=HOSTILE, areas=(("<&>", HOSTILE),)))

    @app.get("/data")
    def page(request: Request) -> HTMLResponse:
        return render(request, "conflict.html", title=HOSTILE, workspace="data", who=HOSTILE,
                      when=MOMENT, theirs="/", action="/", version=1,
                      fields=[("f", HOSTILE, HOSTILE, HOSTILE, HOSTILE)])  # fmt: skip

    text = TestClient(app).get("/data").text
    assert "<script>hit" not in text
    assert "{{ 7*7 }}" in text
    assert "\x00" not in text
    assert len(Tags(text).all("script")) == 3


def test_a_name_that_is_not_given_is_an_error() -> None:
    app = make_house()

    @app.get("/empty")
    def page(request: Request) -> HTMLResponse:
        return render(request, "conflict.html", title="x")

    with pytest.raises(UndefinedError):
        TestClient(app).get("/empty")


def test_signed_in_pages_are_kept_nowhere(house: TestClient) -> None:
    assert house.get("/stil").headers["cache-control"] == "no-store"
    street = TestClient(make_house()).get("/stil")
    assert street.headers["cache-control"] == "no-cache"
    assert "set-cookie" not in street.headers


def test_a_nonce_is_made_once_per_answer() -> None:
    app = make_house()
    seen: list[str] = []

    @app.get("/map")
    def page(request: Request) -> HTMLResponse:
        assert nonce_of(request) == nonce_of(request) == request.state.nonce
        seen.append(request.state.nonce)
        return HTMLResponse("")

    client = TestClient(app)
    for _ in range(2):
        client.get("/map")
    assert len(set(seen)) == 2
    assert len(seen[0]) >= 20


def test_sorting_is_by_links(house: TestClient) -> None:
    def order(query: str) -> tuple[list[str], dict[str, str]]:
        text = house.get(f"/stil?{query}").text
        heads = dict(re.findall(r'aria-sort="(\w+)"><a href="[^"]*sorter=([-\w]+)"', text))
        return re.findall(r'<th scope="row"><a[^>]*>([^<]+)', text), heads

    assert order("")[0][0] == "Hothers Plads"
    assert order("")[1]["descending"] == "count"
    assert order("sorter=count")[0][0] == "Aldersrogade"
    assert order("sorter=count")[1]["ascending"] == "-count"
    assert order("sorter=-place")[0][0] == "Nørrebrohallen"
    assert order("sorter=kind") == order("sorter=%27--") == order("")


@pytest.mark.parametrize(
    "query", ["side=0", "side=-1", "side=99999999", "side=x", "side=²", "vis=9e9"]
)
def test_nonsense_in_the_address_is_a_page_all_the_same(house: TestClient, query: str) -> None:
    assert house.get(f"/stil?{query}").status_code == 200


def test_statements_say_what_is_missing_until_it_is_filled_in() -> None:
    app = make_house()
    empty = TestClient(app).get("/tilgaengelighed").text
    assert "Erklæringen er ikke færdig" in empty
    assert empty.count("<mark>") == 3
    app.state.settings = app.state.settings.model_copy(
        update={
            "site_owner": "Byens <Forvaltning>",
            "contact_email": "post@example.org",
            "contact_phone": "12 34",
            "dpo_email": "dpo@example.org",
        }
    )
    for path in ("/tilgaengelighed", "/privatliv"):
        filled = TestClient(app).get(path).text
        assert "<mark>" not in filled
        assert "Byens &lt;Forvaltning&gt;" in filled
    assert "ikke færdig" not in TestClient(app).get("/tilgaengelighed").text


def test_numbers_and_times_are_written_in_the_language_of_the_page(house: TestClient) -> None:
    danish, english = (house.get(f"/stil?sprog={one}").text for one in ("da", "en"))
    for text in (
        "1.214",
        "12,3\u00a0%",
        "fre 27. nov kl. 20.00–22.00",
        "uge 48",
        "7\u00a0mio.\u00a0kr.",
    ):
        assert text in danish
    for text in (
        "1,214",
        "12.3%",
        "Fri 27 Nov, 20:00–22:00",
        "week 48",
        "DKK\u00a07.0\u00a0million",
    ):
        assert text in english
    weeks = environment("da").filters["weeks"]
    assert weeks((date(2026, 11, 23), date(2026, 12, 6))) == "uge 48–49 2026"
    assert weeks((date(2026, 12, 28), date(2027, 1, 10))) == "uge 53 2026 – uge 1 2027"
