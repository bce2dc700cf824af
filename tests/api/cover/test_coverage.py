"""Coverage areas: who draws them, what the rules say, and that no outline is lost."""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from geo_service.storage.database import Database
from tests import make, people
from tests.api.agreements import deeds

HERE = "/aften/omraader"


def corners(west: float = 10, south: float = 200, side: float = 50) -> str:
    """A square, in metres from the corner of the town."""
    e, n = make.WEST + west, make.SOUTH + south
    points = ((e, n), (e + side, n), (e + side, n + side), (e, n + side))
    return "\n".join(f"{x:.0f} {y:.0f}" for x, y in points)


def fields(**typed: str) -> dict[str, str]:
    return {
        "kode": "ny",
        "navn": "Nyt sted",
        "art": "runde",
        "hvem": "gadeteam",
        "hold": "2",
        "niveau": "yellow",
        "hjoerner": corners(),
        "hvad": "gem",
        **typed,
    }


def rows(own: Database, code: str) -> list[Any]:
    with own.as_owner() as owner:
        found = owner.execute(
            text("SELECT * FROM raw.coverage_area WHERE code = :code ORDER BY valid_from"),
            {"code": code},
        )
        return list(found)


def form_of(client: TestClient, name: str) -> tuple[str, dict[str, str]]:
    """The address of an area's form, and its version."""
    page = client.get(HERE).text
    found = re.search(rf'href="({HERE}/\d+)"[^>]*>\s*Ret {name}', page)
    assert found, page
    version = re.search(r'name="version" value="(\d+)"', client.get(found[1]).text)
    assert version
    return found[1], {"version": version[1]}


def sentence(answer: Response) -> str:
    return re.sub(r"\s+", " ", answer.text)


def test_a_drawn_area_is_stored_and_shown_with_what_it_is(own: Database, chief: TestClient) -> None:
    preview = chief.post(f"{HERE}/ny", data=fields(hvad="se"))
    assert preview.status_code == 200
    assert "Det kan gemmes" in preview.text
    assert rows(own, "ny") == []
    assert chief.post(f"{HERE}/ny", data=fields(nat="Ingen lys")).status_code == 303
    (row,) = rows(own, "ny")
    assert (row.capacity, row.kind, row.level, row.not_at_night_reason) == (
        2,
        "round",
        "yellow",
        "Ingen lys",
    )
    assert row.valid_from == deeds.today()
    page = chief.get(HERE).text
    assert "Nyt sted" in page
    assert "Ingen lys" in page


def test_what_blocks_is_said_by_its_rule_and_not_stored(own: Database, chief: TestClient) -> None:
    outside = chief.post(f"{HERE}/ny", data=fields(hjoerner=corners(west=-5_000)))
    assert outside.status_code == 422
    assert "uden for hotspotområdet" in sentence(outside)
    small = chief.post(f"{HERE}/ny", data=fields(hjoerner=corners(side=5)))
    assert "det mindste er 400 m²" in sentence(small)
    crossed = "\n".join(corners().split("\n")[i] for i in (0, 2, 1, 3))
    assert chief.post(f"{HERE}/ny", data=fields(hjoerner=crossed)).status_code == 422
    swapped = chief.post(f"{HERE}/ny", data=fields(hjoerner="6178400 722400\n1 2\n3 4"))
    assert "ombyttet?" in sentence(swapped)
    assert chief.post(f"{HERE}/ny", data=fields(navn="A; B")).status_code == 422
    person = chief.post(f"{HERE}/ny", data=fields(nat="Ring til Peter Hansen"))
    assert person.status_code == 422
    taken = chief.post(f"{HERE}/ny", data=fields(kode="torvet"))
    assert "er taget" in sentence(taken)
    assert rows(own, "ny") == []
    assert len(rows(own, "torvet")) == 1


def test_ground_that_two_areas_share_is_told_and_can_be_stored(chief: TestClient) -> None:
    shared = fields(hjoerner=corners(west=20, south=20), hvad="se")
    preview = chief.post(f"{HERE}/ny", data=shared)
    assert preview.status_code == 200
    assert "m² til fælles" in sentence(preview)
    assert chief.post(f"{HERE}/ny", data={**shared, "hvad": "gem"}).status_code == 303


def test_a_change_ends_the_old_outline_and_what_was_promised_stays(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    deeds.agreement(chief, police)
    before = rows(own, "torvet")[0]
    address, version = form_of(chief, "Torvet")
    change = fields(navn="Torvet øst", **version)
    assert chief.post(address, data=change).status_code == 303
    old, new = rows(own, "torvet")
    assert (old.id, old.name, old.geom) == (before.id, "Torvet", before.geom)
    assert old.valid_to == new.valid_from == deeds.today()
    assert (new.name, new.valid_to) == ("Torvet øst", None)
    with own.as_owner() as owner:
        promised = owner.scalar(
            text("SELECT count(*) FROM raw.commitment WHERE coverage_area_id = :id"), {"id": old.id}
        )
    assert promised == 1
    # a second change on the same day is of an outline that held for no evening
    address, version = form_of(chief, "Torvet øst")
    assert chief.post(address, data=fields(navn="Torvet vest", **version)).status_code == 303
    assert [one.name for one in rows(own, "torvet")] == ["Torvet", "Torvet vest"]


def test_the_second_of_two_who_edit_meets_a_page_that_says_who_was_first(
    own: Database, chief: TestClient
) -> None:
    address, version = form_of(chief, "Parken")
    assert chief.post(address, data=fields(navn="Parken nord", **version)).status_code == 303
    second = chief.post(address, data=fields(navn="Parken syd", **version))
    assert second.status_code == 409
    assert "Chefen" in second.text
    assert 'value="Parken syd"' in second.text
    assert [one.name for one in rows(own, "parken")] == ["Parken", "Parken nord"]


def test_an_area_is_ended_and_opened_again(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    deeds.agreement(chief, police)
    address, version = form_of(chief, "Torvet")
    ended = chief.post(f"{address}/nedlaeg", data=version)
    assert ended.status_code == 303
    page = chief.get(ended.headers["location"])
    assert "1 tilsagn fra i dag og frem" in page.text
    assert rows(own, "torvet")[0].valid_to == deeds.today()
    again = re.search(r'name="version" value="(\d+)"', page.text)
    assert again
    assert chief.post(f"{address}/genaabn", data={"version": again[1]}).status_code == 303
    assert rows(own, "torvet")[0].valid_to is None


def test_the_police_draw_their_own_and_the_street_team_none(
    own: Database, police: TestClient, team: TestClient
) -> None:
    theirs = police.post(f"{HERE}/ny", data=fields(art="dækningsområde"))
    assert theirs.status_code == 422
    assert "politiet tegner politiets egne" in sentence(theirs)
    own_area = fields(kode="p-ny", art="dækningsområde", hvem="politi")
    assert police.post(f"{HERE}/ny", data=own_area).status_code == 303
    assert rows(own, "p-ny")[0].agency == "police"
    number = rows(own, "torvet")[0].id
    theirs = police.get(f"{HERE}/{number}")
    assert theirs.status_code == 200
    assert "f-hjoerner" not in theirs.text
    assert police.post(f"{HERE}/{number}", data=fields(version="1")).status_code == 404
    assert police.post(f"{HERE}/{number}/nedlaeg", data={"version": "1"}).status_code == 404
    assert team.get(HERE).status_code == 200
    assert "f-hjoerner" not in team.get(f"{HERE}/{number}").text
    elsewhere = rows(own, "havnen")[0].id
    for path in (f"{HERE}/ny", f"{HERE}/liste", f"{HERE}/{elsewhere}"):
        assert team.get(path).status_code == 404
    assert rows(own, "torvet")[0].valid_to is None


def test_a_list_adds_and_changes_and_leaves_the_rest(own: Database, chief: TestClient) -> None:
    page = chief.get(f"{HERE}/liste").text
    seen = re.search(r'name="set" value="([^"]*)"', page)
    listed = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert seen
    assert listed
    assert "torvet; Torvet; dækningsområde; gadeteam; 2" in listed[1]
    text_ = listed[1].replace("torvet; Torvet;", "torvet; Torvet nu;").replace("&#34;", '"')
    text_ += f"\nny; Nyt sted; rute; gadeteam; 1\n{corners()}\n"
    data = {"liste": text_, "set": seen[1], "hvad": "se"}
    preview = chief.post(f"{HERE}/liste", data=data)
    assert "Nye: 1. Ændrede: 1. Uændrede: 1." in sentence(preview)
    assert rows(own, "ny") == []
    assert chief.post(f"{HERE}/liste", data={**data, "hvad": "gem"}).status_code == 303
    assert rows(own, "ny")[0].kind == "route"
    assert [one.name for one in rows(own, "torvet")] == ["Torvet", "Torvet nu"]
    assert len(rows(own, "parken")) == 1
    wrong = chief.post(f"{HERE}/liste", data={**data, "liste": "x; y; zone; gadeteam\n1 2"})
    assert wrong.status_code == 422
    assert "række 1" in sentence(wrong)


def geojson(**properties: str) -> bytes:
    e, n = make.WEST + 10, make.SOUTH + 200
    ring = [[e, n], [e + 50, n], [e + 50, n + 50], [e, n + 50], [e, n]]
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}},
        "features": [
            {
                "type": "Feature",
                "properties": {"navn": "Fra fil", **properties},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        ],
    }
    return json.dumps(document).encode()


def test_outlines_of_a_file_become_a_list_to_look_over(own: Database, chief: TestClient) -> None:
    answer = chief.post(f"{HERE}/liste/fil", files={"fil": ("o.geojson", geojson())})
    assert answer.status_code == 200
    assert "fra-fil; Fra fil; dækningsområde; gadeteam; 1" in answer.text
    assert "Nye: 1" in sentence(answer)
    assert rows(own, "fra-fil") == []
    cpr = chief.post(f"{HERE}/liste/fil", files={"fil": ("o.geojson", geojson(hvem="010190-1234"))})
    assert cpr.status_code == 422
    assert "010190" not in cpr.text
    for bad in (b"{}", b"\x00\x01", b'{"type": "FeatureCollection", "features": [1]}'):
        assert chief.post(f"{HERE}/liste/fil", files={"fil": ("o.geojson", bad)}).status_code == 422


def test_nobody_else_finds_the_pages(own: Database, app: Any) -> None:
    for role in ("tmf", "partner", "agency", "council", "admin"):
        client = people.browser(app, people.token_of(own, role), follow_redirects=False)
        for path in (HERE, f"{HERE}/ny", f"{HERE}/liste"):
            assert client.get(path).status_code == 404
