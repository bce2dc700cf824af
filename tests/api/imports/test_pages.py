"""Files by the web: who may send what, what is refused, and what the report says."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.children import shown_name
from api.main import make_app
from geo_service.domain.access import SIGNED_IN, Role
from geo_service.settings import Settings
from geo_service.storage.areas import read_areas
from geo_service.storage.database import Database
from geo_service.storage.tables import ImportBatch
from geo_service.storage.withdrawing import Held
from geo_service.workflows.withdraw_edition import withdraw_edition
from tests import doors, make, people
from tests.sending import HERE, csv, ended, report, rows, send, stored

MAY_SEND = {Role.police, Role.hotspot_chief}


def somebody(own: Database, app: FastAPI, role: Role) -> TestClient:
    return people.browser(app, people.token_of(own, role), follow_redirects=False)


def areas(folder: Path, first: int, count: int = 2) -> bytes:
    codes = [str(first + number) for number in range(count)]
    file = make.area_file(folder / "areas.geojson", make.squares(count).assign(code=codes))
    return file.read_bytes()


def batches(own: Database) -> list[ImportBatch]:
    with own.working(people.EVERYWHERE) as session:
        found = list(session.scalars(select(ImportBatch).order_by(ImportBatch.id)))
        session.expunge_all()
        return found


def test_where_the_service_may_not_store_a_file_the_page_says_how_it_is_done(
    own: Database, settings: Settings, tmp_path: Path
) -> None:
    for role in ("web_raw", "web_work", "web_auth"):  # what the service is given in compose
        shutil.copy(own.secrets / role, tmp_path / role)
    less = Database(address=own.address, secrets=tmp_path)
    token = people.token_of(own, Role.police)
    police = people.browser(make_app(settings, less), token, follow_redirects=False)
    page = police.get(f"{HERE}/ny")
    assert page.status_code == 200
    assert "Filer læses ind med en kommando her" in page.text
    assert 'name="fil"' not in page.text
    before = stored(own)
    refused = send(police, rows(81))
    assert refused.status_code == 503
    assert "Filer læses ind med en kommando her" in refused.text
    assert "Prøv igen" not in refused.text
    assert stored(own) == before
    for role in ("web_raw", "web_work", "web_auth"):
        less.engine(role).dispose()


def test_a_file_is_stored_and_told(own: Database, app: FastAPI, police: TestClient) -> None:
    before = stored(own)
    page = report(police, app, send(police, rows(1, 2)))
    assert "Filen er gemt" in page
    assert stored(own) == before + 2
    batch = batches(own)[-1]
    assert batch.imported_by.startswith("user:")
    listed = police.get(HERE).text
    assert "haendelser.csv" in listed
    assert "Prøve police" in listed
    told = police.get(f"{HERE}/{batch.id}").text
    assert "haendelser.csv" in told
    assert "Prøve police" in told
    again = report(police, app, send(police, rows(1, 2)))
    assert "Netop denne fil er læst ind før" in again
    assert f"{HERE}/{batch.id}" in again
    assert "Filen er gemt" not in again
    assert stored(own) == before + 2


def test_one_bad_row_stores_nothing_and_is_named(
    own: Database, app: FastAPI, police: TestClient
) -> None:
    bad = make.incident_row(11)
    bad[4] = "ikke et tal"
    before = stored(own)
    answer = send(police, csv(make.incident_row(10), bad))
    page = report(police, app, answer)
    assert "Intet er gemt" in page
    assert "1 af 2 rækker kan ikke bruges" in page
    assert "række 3" in page
    assert "--accept-partial" not in page  # our form has no options
    assert stored(own) == before
    job = ended(app, answer)
    refused = [one for one in doors.entries(own, object_ref=job.id) if one.object_kind == "import"]
    assert [(one.action, one.detail["refused"], one.detail["faults"]) for one in refused] == [
        ("import", "faulty", 1)
    ]
    partial = report(police, app, send(police, csv(make.incident_row(12), bad), delvis="1"))
    assert "Filen er gemt" in partial
    assert "række 3" in partial
    assert stored(own) == before + 1
    batch = batches(own)[-1]
    counted = batch.rows_stored + batch.rows_rejected + batch.rows_duplicate
    assert (batch.rows_in_file, batch.rows_rejected) == (counted, 1)


def test_many_faults_are_shown_piece_by_piece(app: FastAPI, police: TestClient) -> None:
    bad = [make.incident_row(number) for number in range(2_100)]
    for row in bad:
        row[4] = "x"
    answer = send(police, csv(*bad))
    page = report(police, app, answer)
    assert page.count("<tr lang") == 100
    more = police.get(f"{answer.headers['location']}?vis=400").text
    assert more.count("<tr lang") == 400
    every = police.get(f"{answer.headers['location']}?vis=99999999").text
    assert every.count("<tr lang") == 100  # nonsense means the first
    whole = police.get(f"{answer.headers['location']}?vis=9999").text
    assert whole.count("<tr lang") == 2_000
    assert "Og 100 til" in whole


CPR = "0101801234"


@pytest.mark.parametrize("sign", ["", "-", " ", "\u00a0", "–"])
def test_a_cpr_number_stops_the_file_and_is_never_told(
    own: Database, app: FastAPI, police: TestClient, sign: str
) -> None:
    row = make.incident_row(20)
    row[6] = f"{CPR[:6]}{sign}{CPR[6:]}"
    before = stored(own)
    page = report(police, app, send(police, csv(row)))
    assert "CPR" in page
    assert CPR[6:] not in page
    assert stored(own) == before
    assert CPR[6:] not in str([one.detail for one in doors.entries(own, action="import")])


@pytest.mark.parametrize("name", ["010180-1234.csv", "010180\u200b1234.csv", "01.01.80 1234.csv"])
def test_a_cpr_number_in_the_name_is_refused_and_not_told(police: TestClient, name: str) -> None:
    refused = send(police, rows(21), name=name)
    assert refused.status_code == 422
    assert "ligner et CPR-nummer" in refused.text
    assert "1234" not in refused.text


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "C:\\temp\\<script>alert(1)</script>.csv",
        "a" * 300 + ".csv",
        "\u202eexe.csv",
        "ny\nlinje\x07.csv",
        "/vsicurl/http:example.csv",
        ".csv",
        "  ",
    ],
)
def test_odd_file_names_become_plain_ones(name: str) -> None:
    shown = shown_name(name)
    assert shown
    assert len(shown) <= 90
    assert not set(shown) & set('/\\<>"&\u202e\n\x07:')


def test_a_name_is_text_on_every_page(own: Database, app: FastAPI, police: TestClient) -> None:
    page = report(police, app, send(police, rows(22), name="<img src=x onerror=alert(1)>.csv"))
    assert "<img" not in page
    assert "<img" not in police.get(HERE).text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n  ",
        b"\x00\xff" * 100,
        b"PK\x03\x04",
        b"{}",
        "id;type;fra;til;øst;nord;rum\r\n".encode("utf-16"),
        b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>',
    ],
)
def test_what_is_no_such_file_is_refused_in_words(
    own: Database, app: FastAPI, police: TestClient, content: bytes
) -> None:
    before = stored(own)
    answer = send(police, content)
    if content:
        assert "Intet er gemt" in report(police, app, answer)
    else:
        assert answer.status_code == 422
        assert "Vælg en fil" in answer.text
    assert stored(own) == before


def test_nothing_of_a_large_file_is_put_on_a_disk(
    app: FastAPI, police: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on_disk(_file: object) -> NoReturn:
        raise AssertionError("an upload was written to a disk")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", on_disk)
    answer = send(police, b"x;y\r\n" * 1_000_000)
    assert "Intet er gemt" in report(police, app, answer)


def test_a_form_is_one_file_and_each_field_once(police: TestClient) -> None:
    file = ("a.csv", rows(23))
    twice = police.post(f"{HERE}/ny", files=[("fil", file), ("fil", file)])
    elsewhere = police.post(f"{HERE}/ny", files=[("fil", file), ("delvis", file)])
    no_file = police.post(f"{HERE}/ny", data={"fil": "a.csv"})
    assert [one.status_code for one in (twice, elsewhere, no_file)] == [422, 422, 422]


def test_a_chief_sends_areas(own: Database, app: FastAPI, tmp_path: Path) -> None:
    chief = somebody(own, app, Role.hotspot_chief)
    choices = {"slags": "quarter", "nummer": "code", "navn": "name", "fra": "2020-01-01"}
    content = areas(tmp_path, 900)
    page = report(chief, app, send(chief, content, name="kvarterer.geojson", **choices))
    assert "Filen er gemt" in page
    assert "kvarterer.geojson" in chief.get(HERE).text
    moved = areas(tmp_path, 901)
    page = report(chief, app, send(chief, moved, name="kvarterer.geojson", **choices))
    assert "Lad filen gælde fra en anden dag" in page


def test_a_file_of_a_few_areas_asks_what_becomes_of_the_others(
    own: Database, app: FastAPI, tmp_path: Path
) -> None:
    chief = somebody(own, app, Role.hotspot_chief)
    choices = {"slags": "housing_estate", "nummer": "code", "fra": "2020-01-01"}
    report(chief, app, send(chief, areas(tmp_path, 920, 3), name="a.geojson", **choices))
    later = choices | {"fra": "2021-01-01"}
    one = areas(tmp_path, 920, 1)
    refused = send(chief, one, name="b.geojson", **later)
    page = report(chief, app, refused)
    assert "--on-missing" not in chief.get(f"{refused.headers['location']}/forloeb").text
    assert "Intet er gemt" in page
    assert "2 af de 3 områder (boligafdeling)" in page
    assert "Vælg: »de gælder videre« (" in page
    assert "--on-missing" not in page
    page = report(chief, app, send(chief, one, name="b.geojson", mangler="keep", **later))
    assert "Filen er gemt" in page
    assert "Gælder videre fra 01-01-2021" in page
    with own.working(people.EVERYWHERE) as session:
        held = read_areas(session, "0101", "housing_estate", date(2021, 1, 1))
    assert held["code"].tolist() == ["920", "921", "922"]
    number = batches(own)[-1].id
    assert "rukket tilbage" not in chief.get(f"{HERE}/{number}").text
    with own.working(people.EVERYWHERE) as session:
        edition = Held("0101", "housing_estate", date(2021, 1, 1))
        withdraw_edition(session, edition, withdrawn_by="os:test", today=make.TODAY, confirmed=True)
    assert "Trukket tilbage 23-11-2026" in chief.get(f"{HERE}/{number}").text
    assert "Det, filen bragte, gælder ikke mere" in chief.get(f"{HERE}/{number}").text
    assert "– trukket tilbage" in chief.get(HERE).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slags", "gade"),
        ("nummer", ""),
        ("nummer", "x" * 81),
        ("navn", "a\x07b"),
        ("fra", "31-12-2020"),
        ("fra", "2999-01-01"),
        ("fra", "1012-01-01"),
        ("koordinater", "EPSG:3857"),
        ("ugyldige", "måske"),
        ("overlap", "måske"),
        ("mangler", "måske"),
        ("kilde", "x" * 201),
        ("kilde", CPR),
    ],
)
def test_a_field_that_cannot_be_used_is_named(
    own: Database, app: FastAPI, tmp_path: Path, field: str, value: str
) -> None:
    chief = somebody(own, app, Role.hotspot_chief)
    choices = {"slags": "quarter", "nummer": "code", "fra": "2020-01-01", field: value}
    answer = send(chief, areas(tmp_path, 910), name="x.geojson", **choices)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert "Vælg også filen igen" in answer.text


@pytest.mark.parametrize("role", [role for role in SIGNED_IN if role not in MAY_SEND])
def test_others_cannot_send(own: Database, app: FastAPI, role: Role) -> None:
    client = somebody(own, app, role)
    assert client.get(f"{HERE}/ny").status_code == 404
    assert send(client, rows(30)).status_code == 404
    assert client.get(HERE).status_code == 404


def test_each_sees_the_form_of_their_own(own: Database, app: FastAPI, police: TestClient) -> None:
    chief = somebody(own, app, Role.hotspot_chief).get(f"{HERE}/ny").text
    own_form = police.get(f"{HERE}/ny").text
    assert ('name="delvis"' in own_form, 'name="slags"' in own_form) == (True, False)
    assert ('name="delvis"' in chief, 'name="slags"' in chief) == (False, True)


def test_the_names_of_the_polices_files_stay_with_them(
    own: Database, app: FastAPI, police: TestClient
) -> None:
    report(police, app, send(police, rows(50), name="hemmeligt-navn.csv"))
    number = batches(own)[-1].id
    chief = somebody(own, app, Role.hotspot_chief)
    for path in ("/data", HERE, f"{HERE}/{number}"):
        page = chief.get(path)
        assert page.status_code == 200
        assert "Politiets fil" in page.text, path
        assert "hemmeligt-navn" not in page.text, path
        assert "hemmeligt-navn" in police.get(path).text, path


def test_another_policemans_file_is_not_there(
    own: Database, app: FastAPI, police: TestClient
) -> None:
    report(police, app, send(police, rows(51)))
    number = batches(own)[-1].id
    other = somebody(own, app, Role.police)
    missing = other.get(f"{HERE}/999999")
    assert missing.status_code == 404
    for odd in (number, "0", "-1", "9" * 30, "²", "x", f"{number} "):
        refused = other.get(f"{HERE}/{odd}")
        assert (refused.status_code, refused.content) == (404, missing.content), odd
    elsewhere = people.browser(
        app, people.token_of(own, Role.hotspot_chief, municipality="0147"), follow_redirects=False
    )
    assert elsewhere.get(f"{HERE}/{number}").status_code == 404


def test_without_roder_the_report_says_who_can_help(own: Database, app: FastAPI) -> None:
    elsewhere = people.browser(
        app, people.token_of(own, Role.police, municipality="0147"), follow_redirects=False
    )
    page = report(elsewhere, app, send(elsewhere, rows(60)))
    assert "Bed hotspotchefen læse dem ind først" in page
    assert "tryghed areas" not in page
