"""The incidents explorer: what each role is shown, the fields, the file, and the precision."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.access import Visit
from api.main import make_app
from api.pages import incident_map
from geo_service.domain.access import RIGHTS, SIGNED_IN, Role
from geo_service.settings import Settings
from geo_service.storage import incidents as store
from geo_service.storage.database import Database
from geo_service.storage.tables import Area, AuditEntry, Incident
from maps.sheet import Sheet
from tests import people
from tests.api.test_incidents import SEEN_BY_CHIEF, spread
from tests.storage import seen_town as town
from tests.storage.seen_town import Seen

PAGE = "/data/haendelser"
PERIOD = "fra=2026-10-05&til=2026-11-01&sted=alle"
PRECISION = f"{PAGE}/noejagtighed"
PLANTED = len(spread())


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_explorer")
    town.build(database)
    with database.working(people.EVERYWHERE) as session:
        town.plant(session, town.WORLDS[0], spread())
        store.count_by_rode(session, town.WORLDS[0])
    return database


@pytest.fixture
def app(own: Database, settings: Settings) -> FastAPI:
    with own.working(people.EVERYWHERE) as session:
        town.set_precision(session, None)
    return make_app(settings, own)


@pytest.fixture
def as_role(own: Database, app: FastAPI) -> Callable[..., TestClient]:
    def client(role: Role | str, **right: Any) -> TestClient:
        if role == Role.street_team:
            right.setdefault("team_code", "t")
        return people.browser(app, people.token_of(own, role, **right), follow_redirects=False)

    return client


def shown(client: TestClient, query: str = PERIOD, *, status: int = 200) -> str:
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == status, answer.text[:400]
    assert answer.headers["cache-control"] == "no-store"
    return re.sub(r"\s+", " ", unescape(answer.text))


def last_audit(database: Database) -> AuditEntry:
    with database.session("web_auth") as session:
        found = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        session.expunge(found)
        return found


@pytest.mark.parametrize("role", SIGNED_IN)
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/csv", f"{PAGE}/kort?bbox=12.4,55.6,12.6,55.7"])
def test_only_those_who_may_read_incidents_are_let_in(
    as_role: Callable[..., TestClient], role: Role, path: str
) -> None:
    expected = 200 if role in RIGHTS["incident.read"] else 404
    assert as_role(role).get(path).status_code == expected


def test_police_are_told_where_when_and_how_it_stands(
    as_role: Callable[..., TestClient], own: Database
) -> None:
    page = shown(as_role("police"))
    assert f"{PLANTED} hændelser fra man 5. okt til søn 1. nov" in page
    assert "Du ser alle typer med punktet, fordi du er politi" in page
    assert "Andre ser typer i det offentlige rum: kun roden" in page
    assert f"{PLANTED} hændelser efter ugedag og time" in page
    assert "T-0" in page or "T-1" in page  # the source's number is a field of the police's own
    assert "Kun talt pr. rode" not in page
    entry = last_audit(own)
    assert (entry.action, entry.detail["matched"]) == ("read", PLANTED)


def test_a_chief_is_told_what_is_seen_and_why(as_role: Callable[..., TestClient]) -> None:
    page = shown(as_role("hotspot_chief"))
    assert f"{SEEN_BY_CHIEF} hændelser fra" in page
    assert "Du ser typer i det offentlige rum med politiets nøjagtighed: kun roden." in page
    assert "er kun talt pr. rode" in page
    assert not re.search(r"T-\d", page)
    assert "Indbrud</label>" not in page
    assert "Kendt ved" not in page


def test_a_map_is_drawn_once_for_all_who_see_the_same_ground(
    as_role: Callable[..., TestClient], own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[int, ...] | None] = []
    draw = incident_map._draw

    def counted(visit: Visit, day: date, chosen: tuple[int, ...] | None) -> Sheet:
        drawn.append(chosen)
        return draw(visit, day, chosen)

    monkeypatch.setattr(incident_map, "_draw", counted)
    police, chief = as_role("police"), as_role("hotspot_chief")
    first = shown(police)
    for client, query in ((police, "fra=2026-10-12&sted=alle"), (chief, PERIOD)):
        assert map_script(shown(client, query)) == map_script(first)
    assert drawn == [None]
    mine = shown(as_role("hotspot_chief", hotspot_areas=[town.HOTSPOT]))
    assert len(drawn) == 2
    assert map_script(mine) != map_script(first), "another extent is another map"
    with own.working(people.EVERYWHERE) as session:
        session.execute(update(Area).where(Area.code == "1").values(name="Rode et"))
    shown(police)
    assert len(drawn) == 3, "what has changed is drawn anew"


def map_script(page: str) -> str:
    return page[page.index("(window.mapQueue") : page.rindex("</script>")]


def test_the_top_bar_says_where_and_when_and_offers_the_usual_periods(
    as_role: Callable[..., TestClient],
) -> None:
    page = shown(as_role("police"), "type=uro&dag=fre&sted=alle")
    bar = page[page.index('<div class="scope">') : page.index('<div class="wide-only">')]
    assert re.sub(r"<[^>]+>", "", bar).startswith(" Kommune: 0101 ")
    offered = re.findall(r'<a href="([^"]+)"( aria-current="true")?>(\d+ [a-zåø]+)</a>', bar)
    assert [label for _, _, label in offered] == [
        "14 dage", "4 uger", "8 uger", "3 måneder", "12 måneder",
    ]  # fmt: skip
    assert [label for _, current, label in offered if current] == ["8 uger"], "what is shown now"
    for address, _, label in offered:
        kept = parse_qs(urlsplit(address).query)
        assert (kept["type"], kept["dag"]) == (["uro"], ["fre"])
        again = shown(as_role("police"), urlsplit(address).query)
        assert f'aria-current="true">{label}</a>' in again


def test_burglaries_reach_a_chief_as_counts_of_whole_months(
    as_role: Callable[..., TestClient],
) -> None:
    chief = as_role("hotspot_chief")
    page = shown(chief, "fra=2026-10-01&til=2026-10-31&sted=alle")
    table = page[page.index("Kun talt pr. rode") :]
    assert "oktober 2026 til og med oktober 2026" in table
    assert "Indbrud" in table
    assert "Kun talt pr. rode" not in shown(chief)  # no whole month lies in the period


def test_a_chief_of_one_area_is_offered_that_area(as_role: Callable[..., TestClient]) -> None:
    page = shown(as_role("hotspot_chief", hotspot_areas=[town.HOTSPOT]))
    offered = set(re.findall(r'<option value="rode:(\d+)"', page))
    assert offered == set(town.IN_HOTSPOT)
    assert "Kun hændelser i dine hotspotområder er med" in page


def test_the_fields_narrow_all_of_the_page(as_role: Callable[..., TestClient]) -> None:
    page = shown(as_role("police"), f"{PERIOD.replace('alle', 'rode:6')}&type=uro&type=vold")
    assert 'value="rode:6" selected' in page
    assert re.search(r'value="uro" checked', page)
    types = page[page.index('id="typerne"') : page.index('id="roderne"')]
    assert "Uro" in types
    assert "Tyveri" not in types
    found = re.search(r"(\d+) hændelser fra", page)
    assert found is not None
    assert f"{found[1]} hændelser efter ugedag" in page
    assert f"Viser 1–25 af {found[1]}" in page or int(found[1]) <= 25


def test_after_midnight_is_friday_evening(own: Database, app: FastAPI) -> None:
    place = town.WORLDS[1]
    inside = (town.WEST + 900, town.SOUTH + 900)
    with own.working(people.EVERYWHERE) as session:
        town.plant(session, place, [Seen(inside, minutes=5 * 1_440 + 60)])  # Saturday 01:00
    client = people.browser(app, people.token_of(own, "police", municipality=place))
    assert "1 hændelse fra" in shown(client, f"{PERIOD}&dag=fre&kl=00-02")
    assert "1 hændelse fra" in shown(client, f"{PERIOD}&dag=fre&kl=17-02")
    assert "Ingen hændelser passer" in shown(client, f"{PERIOD}&dag=lor&kl=17-02")
    week = shown(client)
    rows = re.findall(r'<th scope="row">(\d\d–\d\d)</th>(.*?)</tr>', week)
    cells = dict(rows)["01–02"]
    assert [cell != "·" for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells)[:7]] == [
        day == 4 for day in range(7)
    ]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("fra=igår", "Skriv datoen som år-måned-dag"),
        ("fra=2026-11-01&til=2026-10-01", "Perioden skal begynde, før den slutter"),
        ("fra=1999-01-01&til=2026-10-01", "højst vare ti år"),
        ("fra=0001-01-01", "mellem 1990 og 2099"),
        ("til=9999-12-31", "mellem 1990 og 2099"),
        ("sted=rode:999", "Området findes ikke"),
        ("sted=%3Cscript%3E", "Området findes ikke"),
    ],
)
def test_a_field_that_makes_no_sense_is_told_of_where_it_stands(
    as_role: Callable[..., TestClient], query: str, said: str
) -> None:
    page = shown(as_role("police"), query, status=422)
    assert said in page
    assert "<script>" not in page.lower().replace("<script src", "")
    assert as_role("police").get(f"{PAGE}/csv?{query}").status_code == 422


def test_an_empty_municipality_says_what_comes_next(own: Database, app: FastAPI) -> None:
    with own.working(people.EVERYWHERE) as session:
        town.plant(session, town.WORLDS[1], [])
    for role, said in (("police", "Læs en fil ind"), ("hotspot_chief", "Spørg politiet")):
        token = people.token_of(own, role, municipality=town.WORLDS[1])
        assert said in shown(people.browser(app, token), "")


def test_the_file_holds_the_fields_of_the_role(
    as_role: Callable[..., TestClient], own: Database
) -> None:
    answer = as_role("police").get(f"{PAGE}/csv?{PERIOD}")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == PLANTED
    first = rows[0]
    assert list(first)[:7] == ["id", "type", "fra", "til", "øst", "nord", "rum"]
    assert re.fullmatch(r"\d{6},\d\d", first["øst"])
    entry = last_audit(own)
    assert (entry.action, entry.detail["rows"]) == ("export", PLANTED)

    answer = as_role("hotspot_chief").get(f"{PAGE}/csv?{PERIOD}")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == SEEN_BY_CHIEF
    assert not {"id", "kendt_ved"} & rows[0].keys()
    assert {row["øst"] for row in rows} == {""}


def test_a_file_cannot_be_run_by_a_spreadsheet(own: Database, app: FastAPI) -> None:
    with own.working(people.EVERYWHERE) as session:
        town.plant(session, town.WORLDS[1], [Seen((town.WEST + 900, town.SOUTH + 900))])
        here = Incident.municipality_code == town.WORLDS[1]
        session.execute(update(Incident).where(here).values(source_ref="=cmd|' /C calc'!A0"))
    token = people.token_of(own, "police", municipality=town.WORLDS[1])
    answer = people.browser(app, token).get(f"{PAGE}/csv?{PERIOD}")
    assert "\r\n'=cmd" in answer.text


def test_what_is_too_large_for_a_file_says_so(
    as_role: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.incident_export.MOST_EXPORTED", 10)
    answer = as_role("police").get(f"{PAGE}/csv?{PERIOD}")
    assert answer.status_code == 422
    assert "kortere periode" in answer.text


def test_the_map_gets_points_fields_or_roder(as_role: Callable[..., TestClient]) -> None:
    police, chief = as_role("police"), as_role("hotspot_chief")
    address = f"{PAGE}/kort?{PERIOD}&bbox=12.40,55.60,12.60,55.75&zoom=12"
    points = police.get(address).json()
    assert (points["aggregated"], points["matched"], points["returned"]) == (
        False,
        PLANTED,
        PLANTED,
    )
    roder = chief.get(address).json()
    assert roder["aggregated"] is True
    assert roder["finest"] is True
    assert {one["geometry"]["type"] for one in roder["features"]} <= {"Polygon", "MultiPolygon"}
    police.post(PRECISION, data={"precision": "250m", "version": "0"})
    fields = chief.get(address).json()
    assert fields["matched"] == SEEN_BY_CHIEF
    assert {one["geometry"]["type"] for one in fields["features"]} == {"Polygon"}


@pytest.mark.parametrize(
    ("bbox", "status"),
    [
        ("12.4,55.6,12.6,55.7", 200),
        ("0,50,25,60", 200),  # zoomed far out: everything that the caller sees
        ("nan,55.6,12.6,55.7", 422),
        ("12.6,55.6,12.4,55.7", 422),
        ("1e999,55.6,12.4,55.7", 422),
        ("720000,6175000,721000,6176000", 422),
        ("2.2,48.8,2.4,48.9", 422),
        ("", 422),
    ],
)
def test_the_box_of_the_map(as_role: Callable[..., TestClient], bbox: str, status: int) -> None:
    assert as_role("police").get(f"{PAGE}/kort?bbox={bbox}").status_code == status


def test_police_set_the_precision_by_a_form(
    as_role: Callable[..., TestClient], own: Database
) -> None:
    police = as_role("police")
    assert "Lige nu ser andre: kun roden." in police.get(PRECISION).text
    answer = police.post(PRECISION, data={"precision": "250m", "version": "0"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PRECISION}?gemt=1")
    entry = last_audit(own)
    assert (entry.action, entry.object_kind, entry.detail["precision"]) == (
        "change",
        "precision",
        "250m",
    )
    assert "Lige nu ser andre: felt på 250 m." in police.get(PRECISION).text
    late = police.post(PRECISION, data={"precision": "point", "version": "0"})
    assert late.status_code == 409
    assert "En anden har rettet det samme" in late.text
    nonsense = police.post(PRECISION, data={"precision": "", "version": "1"})
    assert nonsense.status_code == 422
    assert "Vælg, hvor nøjagtigt andre ser hændelserne." in nonsense.text


def test_a_chief_reads_the_precision_and_cannot_set_it(
    as_role: Callable[..., TestClient],
) -> None:
    chief = as_role("hotspot_chief")
    assert '<form method="post" action="/data/haendelser' not in chief.get(PRECISION).text
    assert chief.post(PRECISION, data={"precision": "point", "version": "0"}).status_code == 404


def test_a_form_from_elsewhere_sets_nothing(own: Database, app: FastAPI) -> None:
    client = people.browser(app, people.token_of(own, "police"))
    del client.headers["X-CSRF-Token"]
    answer = client.post(PRECISION, data={"precision": "point", "version": "0"})
    assert answer.status_code in (403, 404)
    assert "Lige nu ser andre: kun roden." in client.get(PRECISION).text


def test_the_page_speaks_english(as_role: Callable[..., TestClient]) -> None:
    page = shown(as_role("police"), f"{PERIOD}&sprog=en")
    assert "incidents by weekday and hour" in page
    assert "Others see types in public space: the rode only" in page or "Others see" in page
    for danish in ("Hændelser efter", "Hvornår på ugen", "Mere end plejer"):
        assert danish not in page
