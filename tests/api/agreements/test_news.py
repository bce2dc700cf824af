"""What has changed since the last agreement: the same for police and chief, and plain about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_service.storage.database import Database
from tests import agreed
from tests.api.agreements.deeds import agreement, moved_back, started, today


@pytest.fixture(autouse=True)
def nothing_known(own: Database) -> Iterator[None]:
    yield
    with own.as_owner() as owner:
        owner.execute(text("TRUNCATE raw.incident, raw.incident_precision CASCADE"))
        owner.commit()


def news(client: TestClient, plan: str) -> str:
    page = client.get(f"{plan}/moede").text
    return page[page.index('id="aendret"') : page.index('id="set"')]


def row(found: str, place: str) -> list[str]:
    (line,) = re.findall(rf'<tr><th scope="row">{place}</th>(.*?)</tr>', found, flags=re.DOTALL)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", line, flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in cells]


def test_a_burst_is_more_than_usual_and_both_sides_are_told_the_same(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    agreed.known(own, today(), latest=12)
    agreement(chief, police)
    moved_back(own, 14)
    plan = started(chief)
    found = news(chief, plan)
    change, now, usual, counted, _ = row(found, "Torvet")
    assert (change, now, counted) == ("Mere end plejer", "24", "stedet selv")
    assert usual == "4,0"
    assert row(found, "Parken")[:2] == ["Som plejer", "0"]
    assert "Mere end plejer: 1. Mindre end plejer: 0." in found
    assert found == news(police, plan)


def test_it_says_what_is_not_known(own: Database, chief: TestClient) -> None:
    plan = started(chief)
    assert "Der er ingen hændelser indlæst" in news(chief, plan)
    agreed.known(own, today(), weeks=5)
    found = news(chief, plan)
    assert "der er for få uger med tal" in found
    assert "Kan ikke siges" in row(found, "Torvet")[0]
    assert "patruljer selv har fundet" in found
    assert "sket indendørs, er heller ikke med" in found


def test_by_rode_it_says_that_the_whole_rode_is_counted(own: Database, chief: TestClient) -> None:
    agreed.known(own, today())
    with own.as_owner() as owner:
        owner.execute(text("DELETE FROM raw.incident_precision"))
        owner.commit()
    found = news(chief, started(chief))
    assert row(found, "Torvet")[3] == row(found, "Parken")[3] == "rode 1 Rode 1"
    assert "de hele roder" in found
    assert row(found, "Parken")[1] == "4"


def test_one_rode_that_has_risen_is_told_once_and_by_its_name(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    agreed.known(own, today(), latest=12)
    with own.as_owner() as owner:
        owner.execute(text("DELETE FROM raw.incident_precision"))
        owner.commit()
    agreement(chief, police)
    moved_back(own, 14)
    found = news(chief, started(chief))
    assert "Mere end plejer: 1. Mindre end plejer: 0." in found
    said = " ".join(re.sub(r"<[^>]+>", "", found).split())
    assert "Rode 1 Rode 1: 24 i de nye uger, 4,0 plejer. Her ligger " in said
    places = ("Parken, Torvet", "Torvet, Parken")
    assert any(f"Her ligger {each}: det er én ændring." in said for each in places)
    for place in ("Torvet", "Parken"):
        change, _now, _usual, counted, year = row(found, place)
        assert (change, counted) == ("Mere end plejer", "rode 1 Rode 1 (steget)")
        assert year.startswith("rode 1 Rode 1: ")


def test_the_board_says_what_n_was_counted_in(own: Database, chief: TestClient) -> None:
    agreed.known(own, today())
    plan = started(chief)
    chosen = {"sted": "torvet", "aften": today().isoformat()}
    whose = "i de roder, stedet ligger i"
    by_point = chief.get(f"{plan}/tavle", params=chosen).text
    assert "talt af n = " in by_point
    assert whose not in by_point
    with own.as_owner() as owner:
        owner.execute(text("DELETE FROM raw.incident_precision"))
        owner.commit()
    by_rode = chief.get(f"{plan}/tavle", params=chosen).text
    assert re.search(rf"n = \d+ er alle hændelser {whose} over 13 uger", by_rode)
    assert f"n er alle hændelser {whose}." in by_rode
    assert "talt af n = " not in by_rode
