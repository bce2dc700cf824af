"""The board: need and promises per place and evening, moved by either side, checked each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from geo_service.domain.evenings import at_hour
from geo_service.storage.database import Database
from tests import agreed
from tests.api.agreements.deeds import add, agreement, moved_back, started, today, version

PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def known(own: Database) -> Iterator[None]:
    agreed.known(own, today())
    yield
    with own.as_owner() as owner:
        owner.execute(text("TRUNCATE raw.incident, raw.incident_precision CASCADE"))
        owner.commit()


def board(client: TestClient, plan: str, **asked: str) -> str:
    answer = client.get(f"{plan}/tavle", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.text


def line(client: TestClient, plan: str) -> str:
    """Return the number of the first promise that the client may move."""
    found = re.search(r'data-line="(\d+)" aria', board(client, plan))
    assert found is not None
    return found[1]


def move(
    client: TestClient, plan: str, number: str, *, part: bool = False, **typed: str
) -> Response:
    fields = {"version": str(version(client, plan)), "hvor": "parken", "aften": str(today())}
    return client.post(
        f"{plan}/tavle/flyt/{number}", data={**fields, **typed}, headers=PART if part else {}
    )


def cell(page: str, place: str, evening: str) -> str:
    found = re.search(rf'<td id="c-{place}-{evening}".*?</td>', page, flags=re.DOTALL)
    assert found is not None
    return found[0]


def test_need_stands_in_the_cells_and_in_words(chief: TestClient, police: TestClient) -> None:
    plan = started(chief)
    evening = (today() + timedelta(days=5)).isoformat()  # the weekday that all happens on
    page = board(chief, plan, sted="torvet", aften=evening)
    assert "n 26" in cell(page, "torvet", evening)
    assert "n 0" in cell(page, "parken", evening)
    panel = page[page.index('id="felt"') : page.index('class="map-panel"')]
    assert "Ventet 2,0 hændelser den aften" in panel
    assert "n = 26 over 13 uger" in panel
    assert "Samme tidsrum sidste år: ikke nok data; i stedet: samme tidsrum, seneste 8" in panel
    assert "Byens profil gange områdets sum" in panel
    assert "patruljer selv har fundet, er aldrig med" in panel
    theirs = board(police, plan, sted="torvet", aften=evening)
    assert theirs[theirs.index('id="felt"') :].count("n = 26 over 13 uger") == 1


def test_the_map_shows_one_slot_of_the_evening(chief: TestClient) -> None:
    plan = started(chief)
    evening = (today() + timedelta(days=5)).isoformat()
    page = board(chief, plan, aften=evening, tidsrum="20–22")
    table = page.partition('id="kort-tabel"')[2].partition("</table>")[0]
    assert re.search(r"Torvet.*?>2 \(", table, re.DOTALL)
    assert "kl. 20–22" in page.partition('class="map-panel"')[2]
    assert 'aria-current="true">20–22</a>' in page
    quiet = board(chief, plan, aften=evening, tidsrum="17–18")
    table = quiet.partition('id="kort-tabel"')[2].partition("</table>")[0]
    assert not re.search(r"Torvet.*?>2 \(", table, re.DOTALL)
    whole = board(chief, plan, aften=evening, tidsrum="nat")
    assert 'aria-current="true">Hele aftenen</a>' in whole


def test_a_team_on_duty_without_a_promise_is_told(own: Database, chief: TestClient) -> None:
    plan = started(chief)
    assert "På vagt uden tilsagn" not in board(chief, plan)
    with own.as_owner() as owner:
        owner.execute(
            text(
                "INSERT INTO raw.shift (municipality_code, team_id, evening, starts_at, ends_at)"
                " SELECT '0101', id, :evening, :starts, :ends FROM raw.team WHERE code = 'G1'"
            ),
            {"evening": today(), "starts": at_hour(today(), 18), "ends": at_hour(today(), 24)},
        )
        owner.commit()
    try:
        told = board(chief, plan).partition("På vagt uden tilsagn")[2].partition("</ul>")[0]
        assert "G1 kl. 18.00–24.00" in told.replace("\xa0", " ")
        assert add(chief, plan, tidsrum="20–22").status_code == 303
        told = board(chief, plan).partition("På vagt uden tilsagn")[2].partition("</ul>")[0]
        assert "G1 kl. 18.00–20.00, G1 kl. 22.00–24.00" in told.replace("\xa0", " ")
    finally:
        with own.as_owner() as owner:
            owner.execute(text("TRUNCATE raw.shift"))
            owner.commit()


def test_what_is_open_is_told_with_a_link_to_its_cell(
    chief: TestClient, police: TestClient
) -> None:
    plan = started(chief)
    evening = today() + timedelta(days=5)
    page = board(chief, plan)
    assert f'<a href="#c-torvet-{evening}">Hul: Torvet' in page
    add(chief, plan, aften=evening.isoformat(), tidsrum="hele aftenen", hvorfor="")
    add(police, plan, aften=evening.isoformat(), hvem="police")
    add(chief, plan, aften=evening.isoformat(), hvor="parken", tidsrum="21–23")
    page = board(chief, plan)
    assert f'<a href="#c-torvet-{evening}">Hul: Torvet' not in page
    for rule in ("Overlap: G1", "Dobbelt uden aftale: Torvet", "Uden begrundelse: Torvet"):
        assert f'<a href="#c-torvet-{evening}">{rule}' in page, rule
    assert "●●" in cell(page, "torvet", evening.isoformat())


def test_how_long_somebody_must_be_there_is_the_setting(chief: TestClient) -> None:
    plan = started(chief)
    evening = today() + timedelta(days=5)
    add(chief, plan, aften=evening.isoformat(), tidsrum="20–21")
    assert f'<a href="#c-torvet-{evening}">Hul: Torvet' not in board(chief, plan)
    size = {"version": "0", "medlemmer": "4", "sammen": "2", "hvile": "11", "minutter": "90"}
    assert chief.post("/aften/regler/gadeteam", data=size).status_code == 303
    assert f'<a href="#c-torvet-{evening}">Hul: Torvet' in board(chief, plan)


def test_a_promise_is_moved_by_a_form_and_by_htmx(chief: TestClient) -> None:
    plan = started(chief)
    add(chief, plan)
    moved = move(chief, plan, line(chief, plan))
    assert moved.status_code == 303
    page = chief.get(moved.headers["location"]).text
    assert "Tilsagnet er flyttet." in page
    assert "G1 20–22" in cell(page, "parken", str(today()))
    tomorrow = str(today() + timedelta(days=1))
    part = move(chief, plan, line(chief, plan), part=True, aften=tomorrow, tidsrum="22–24")
    assert part.status_code == 200
    assert "<html" not in part.text
    assert '<div id="felt" hx-swap-oob="innerHTML">' in part.text
    assert "G1 22–24" in cell(part.text, "parken", tomorrow)
    assert "G1 20–22" not in part.text


def test_it_is_added_and_removed_on_the_board(chief: TestClient) -> None:
    plan = started(chief)
    typed = {
        "version": str(version(chief, plan)),
        "hvem": "street_team:G2",
        "hvor": "torvet",
        "aften": str(today()),
        "tidsrum": "20–22",
        "hvordan": "on_foot",
    }
    assert chief.post(f"{plan}/tavle/tilsagn", data=typed).status_code == 303
    number = line(chief, plan)
    gone = chief.post(
        f"{plan}/tavle/fjern/{number}", data={"version": version(chief, plan)}, headers=PART
    )
    assert "Tilsagnet er fjernet." in gone.text
    assert "G2 20–22" not in gone.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"hvor": "havnen"}, "et dækningsområde, der ikke findes"),
        ({"aften": "2020-01-01"}, "ligger ikke i aftalens aftener"),
        ({"aften": "x"}, "Vælg en aften på listen"),
        ({"tidsrum": "25–27"}, "Tidsrummet kan ikke læses"),
        ({"hvor": "torvet"}, "Tilsagnet står der allerede"),
    ],
)
def test_a_move_that_cannot_be_is_told_and_changes_nothing(
    chief: TestClient, typed: dict[str, str], said: str
) -> None:
    plan = started(chief)
    add(chief, plan)
    before = version(chief, plan)
    answer = move(chief, plan, line(chief, plan), part=True, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert version(chief, plan) == before
    assert "G1 20–22" in cell(board(chief, plan), "torvet", str(today()))


def test_nobody_moves_the_other_sides_promise(chief: TestClient, police: TestClient) -> None:
    plan = started(chief)
    add(chief, plan)
    number = line(chief, plan)
    assert f'data-line="{number}" aria' not in board(police, plan)
    assert move(police, plan, number).status_code == 404
    assert move(chief, plan, "999999").status_code == 404


def test_the_second_of_two_editors_meets_the_board_as_it_is(
    chief: TestClient, police: TestClient
) -> None:
    plan = started(chief)
    add(chief, plan)
    number, seen = line(chief, plan), version(chief, plan)
    add(police, plan, hvem="police", hvor="parken", tidsrum="22–24")
    late = move(chief, plan, number, part=True, version=str(seen), tidsrum="21–23")
    assert late.status_code == 409
    assert "Lokalpolitiet" in late.text
    assert 'value="21–23"' in late.text
    assert "Politi 22–24" in late.text


def test_what_is_agreed_is_moved_with_a_reason_that_both_see(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    plan = agreement(chief, police)
    tomorrow = str(today() + timedelta(days=1))
    number = line(chief, plan)
    without = move(chief, plan, number, part=True, aften=tomorrow)
    assert without.status_code == 422
    assert "hvorfor aftalen ændres" in without.text
    why = "Klubben holder lukket"
    assert move(chief, plan, number, aften=tomorrow, grund=why).status_code == 303
    told = police.get(plan).text
    assert "Flyttet: Torvet, G1, gående" in told
    assert why in told
    moved_back(own, 3)
    past = move(chief, plan, number, aften=tomorrow, grund=why)
    assert past.status_code == 422
    assert "Aftenen er gået" in past.text


def test_the_need_is_counted_once_and_again_after_an_import(
    own: Database, chief: TestClient, police: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []
    module = "api.pages.agreement_news"
    count = __import__(module, fromlist=["agreement_need"]).agreement_need
    monkeypatch.setattr(
        f"{module}.agreement_need", lambda *a, **k: (counted.append(1), count(*a, **k))[1]
    )
    plan = started(chief)
    board(chief, plan)
    add(chief, plan)
    board(police, plan)
    assert len(counted) == 1
    with own.as_owner() as owner:
        owner.execute(
            text("""INSERT INTO work.import_batch (municipality_code, kind, file_name, sha256,
                      status, rows_in_file, rows_stored, rows_rejected, rows_duplicate, imported_by)
                    VALUES ('0101', 'incidents', 'f.csv', repeat('0', 64), 'stored',
                            1, 1, 0, 0, 'os:test')""")
        )
        owner.commit()
    board(police, plan)
    assert len(counted) == 2


def test_the_evening_plan_is_one_file_of_this_agreement(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    plan = agreement(chief, police)
    answer = police.get(f"{plan}/kort")
    assert answer.status_code == 200
    disposition = answer.headers["content-disposition"]
    assert disposition == f'attachment; filename="aftenplan-{today()}.html"'
    page = answer.text
    assert "Fortroligt: må ikke deles" in page
    assert "Planen er aftalt af politi og hotspotchef" in page
    assert page.count("Mange unge samles her") >= 2
    assert not re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)', page)
    removed = re.search(r'data-line="(\d+)" aria', board(chief, plan))
    assert removed is not None
    chief.post(
        f"{plan}/tavle/fjern/{removed[1]}",
        data={"version": version(chief, plan), "grund": "Klubben holder lukket"},
    )
    left = chief.get(f"{plan}/kort").text
    assert left.count("Mange unge samles her") == page.count("Mange unge samles her") / 2
    with own.as_owner() as owner:
        told = owner.execute(
            text("""SELECT role, detail->>'what' FROM adm.audit_entry
                    WHERE action = 'export' AND detail->>'what' = 'map' ORDER BY id""")
        ).all()
    assert [tuple(one) for one in told][-2:] == [("police", "map"), ("hotspot_chief", "map")]
