"""Every map in a page gives its table as a file: the same rows, guarded, and written down."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.spreadsheets import BOM
from geo_service.storage.database import Database
from tests import agreed, make
from tests.api.agreements.deeds import started, today
from tests.api.cover.test_offers import typed


@pytest.fixture(autouse=True)
def known(own: Database) -> Iterator[None]:
    agreed.known(own, today())
    yield
    with own.as_owner() as owner:
        owner.execute(text("TRUNCATE raw.incident, raw.incident_precision CASCADE"))
        owner.commit()


def offers(chief: TestClient) -> str:
    assert chief.post("/aften/tilbud/nyt", data=typed()).status_code == 303
    return "/aften/tilbud"


def places(_chief: TestClient) -> str:
    return "/aften/steder"


def coverage(_chief: TestClient) -> str:
    return "/aften/omraader"


def one_area(chief: TestClient) -> str:
    found = re.search(r'href="(/aften/omraader/\d+)"', chief.get("/aften/omraader").text)
    assert found is not None
    return found[1]


def new_area(_chief: TestClient) -> str:
    return "/aften/omraader/ny"


def board(chief: TestClient) -> str:
    return f"{started(chief)}/tavle"


def edition(_chief: TestClient) -> str:
    return f"/data/omraader/rode/{make.edition('rode').valid_from}"


PAGES: dict[Callable[[TestClient], str], str] = {
    offers: "offer",
    places: "presence",
    coverage: "coverage",
    one_area: "coverage",
    new_area: "coverage",
    board: "amendment",
    edition: "area",
}
OPEN = {offers, edition}
"""Maps of what is no plan: nothing in them is confidential."""


def shown(page: str) -> list[list[str]]:
    """The table of the page's map."""
    table = re.search(r'<details class="map-table".*?</table>', page, re.DOTALL)
    assert table is not None
    rows = re.findall(r"<tr.*?</tr>", table[0], re.DOTALL)
    cells = [re.findall(r"<(t[hd])[^>]*>(.*?)</\1>", row, re.DOTALL) for row in rows]
    return [[unescape(re.sub("<[^>]+>", "", text)) for _tag, text in row] for row in cells]


def link(page: str) -> str:
    found = re.search(r'<a href="([^"]*)">Hent data \(CSV\)</a>', page)
    assert found is not None, "the map offers no file"
    return unescape(found[1])


def read(content: bytes) -> list[list[str]]:
    written = content.decode("utf-8")
    assert written.startswith(BOM)
    return list(csv.reader(io.StringIO(written.removeprefix(BOM)), delimiter=";"))


def newest_entry(own: Database) -> Any:
    with own.as_owner() as owner:
        entries = owner.execute(text("SELECT * FROM adm.audit_entry ORDER BY id DESC LIMIT 1"))
        return entries.mappings().one()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_the_file_holds_what_the_table_shows(
    own: Database, chief: TestClient, page: Callable[[TestClient], str]
) -> None:
    path = page(chief)
    seen = chief.get(path).text
    table = shown(seen)
    file = chief.get(link(seen))
    assert file.status_code == 200, file.text
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.headers["cache-control"] == "no-store"
    rows = read(file.content)
    name = re.search(r'attachment; filename="([^"]+)"', file.headers["content-disposition"])
    assert name is not None
    assert re.fullmatch(r"[a-z0-9-]+-\d{4}-\d\d-\d\d\.csv", name[1])
    if page in OPEN:
        assert rows == table
    else:
        assert [row[:-1] for row in rows] == table
        assert {row[-1] for row in rows} == {"Fortroligt"}
        assert name[1].startswith("fortroligt-")
        assert agreed.HOTSPOT in name[1]
    if page in {offers, places, coverage}:
        assert name[1].endswith(f"{datetime.now(COPENHAGEN).date()}.csv")
    entry = newest_entry(own)
    assert (entry["action"], entry["object_kind"]) == ("export", PAGES[page])
    assert entry["detail"]["rows"] == len(table) - 1
    assert entry["object_ref"] == path


def test_the_file_keeps_the_order_that_was_chosen(chief: TestClient) -> None:
    falling = chief.get("/aften/steder?sorter=-sted&vis=tabel").text
    rows = read(chief.get(link(falling)).content)
    assert [row[:-1] for row in rows] == shown(falling)
    names = [row[0] for row in rows[1:]]
    assert len(names) > 1
    assert names == sorted(names, reverse=True)


def test_a_name_that_would_be_a_formula_is_text_in_the_file(
    own: Database, chief: TestClient
) -> None:
    with own.as_owner() as owner:
        owner.execute(text("UPDATE raw.coverage_area SET name = '=1+1' WHERE code = 'parken'"))
        owner.commit()
    names = [row[0] for row in read(chief.get("/aften/omraader?hent=csv").content)]
    assert "'=1+1" in names
    assert "=1+1" not in names


def test_whoever_may_not_see_the_page_gets_no_file(chief: TestClient, team: TestClient) -> None:
    path = board(chief)
    for where in (path, "/aften/steder"):
        refused = team.get(f"{where}?hent=csv")
        assert refused.status_code == 404
        assert "text/csv" not in refused.headers["content-type"]
