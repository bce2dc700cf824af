"""The pages and the API of the audit and of retention: who sees what, and what is written down."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from api.audit_query import read_asked
from api.main import make_app
from api.sealing import Sealer
from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.retention import KEPT
from geo_service.settings import Settings
from geo_service.storage import areas as area_store
from geo_service.storage import retention as store
from geo_service.storage.audit import append
from geo_service.storage.audit_chain import seal, verify
from geo_service.storage.database import Database
from geo_service.storage.tables import Shift, Team
from tests import people
from tests.access import planted as plants

PAGE, LIMITS = "/administration/revision", "/administration/opbevaring"
HERE, AWAY = "0101", "0851"


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_audit_pages")
    with database.working(people.EVERYWHERE) as session:
        area_store.ensure_municipality(session, HERE, "København")
        area_store.ensure_municipality(session, AWAY, "Aalborg")
    return database


@pytest.fixture
def app(own: Database, settings: Settings) -> FastAPI:
    return make_app(settings, own)


@pytest.fixture
def admin(own: Database, app: FastAPI) -> TestClient:
    return people.browser(app, people.token_of(own, "admin"), follow_redirects=False)


@pytest.fixture
def everywhere(own: Database, app: FastAPI) -> TestClient:
    token = people.token_of(own, "admin", municipality=None)
    return people.browser(app, token, follow_redirects=False)


def deed(own: Database, ref: str, municipality: str | None = HERE, **options) -> None:
    detail = options.pop("detail", {})
    known = {"actor": "user:1", "action": "read", "object_kind": "incident", **options}
    with own.session("web_auth") as session:
        append(session, object_ref=ref, municipality=municipality, detail=detail, **known)


def last(own: Database, action: str) -> tuple[str, dict]:
    with own.session("web_auth") as session:
        row = session.execute(
            text(
                "SELECT object_ref, detail FROM adm.audit_entry WHERE action = :action"
                " ORDER BY id DESC LIMIT 1"
            ),
            {"action": action},
        ).one()
    return row.object_ref, row.detail


# --- who ----------------------------------------------------------------------------------------

PATHS = [PAGE, f"{PAGE}/hent", f"{PAGE}/indsigt?konto=1", LIMITS]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", [role for role in Role if role not in ("admin", "public")])
def test_nobody_but_the_administration_gets_in(
    own: Database, app: FastAPI, role: Role, path: str
) -> None:
    client = people.browser(app, people.token_of(own, role))
    missing = client.get("/administration/findes-ikke")
    assert client.get(path).status_code == missing.status_code == 404
    for api in ("/api/v1/audit", "/api/v1/retention"):
        assert client.get(api).status_code == 404
    change = client.put(f"/api/v1/retention/{HERE}/plans", json={"keep_days": 1, "version": 0})
    assert change.status_code == 404


def test_a_municipality_sees_its_own_and_the_service_sees_all(
    own: Database, admin: TestClient, everywhere: TestClient
) -> None:
    for place in (HERE, AWAY, None):
        deed(own, f"whose-{place}", place)
    for path in (PAGE, f"{PAGE}/hent?format=csv", f"{PAGE}/hent?format=json", "/api/v1/audit"):
        found = admin.get(path)
        assert found.status_code == 200
        assert f"whose-{HERE}" in found.text
        for strange in (f"whose-{AWAY}", "whose-None"):
            assert strange not in found.text
        seen = everywhere.get(path).text
        assert all(f"whose-{place}" in seen for place in (HERE, AWAY, None))


# --- searching ----------------------------------------------------------------------------------


def test_each_criterion_narrows_and_the_search_is_written_down(
    own: Database, admin: TestClient
) -> None:
    deed(own, "4712", action="search", object_kind="project", detail={"asked": {"q": "Æblehaven"}})
    deed(own, "4713", actor="os:drift", purpose="tilsyn")
    today = datetime.now(COPENHAGEN).date().isoformat()
    for query, hit in [
        ("tekst=æblehaven", "4712"),
        ("tekst=tilsyn", "4713"),
        ("person=os:drift", "4713"),
        ("slags=project&handling=search", "4712"),
        ("reference=4712", "4712"),
        (f"reference=4712&fra={today}&til={today}", "4712"),
    ]:
        body = admin.get(f"{PAGE}?{query}").text
        assert f'<span class="under">{hit}</span>' in body, query
    deed(own, "no_pattern")
    deed(own, "noXpattern")
    found = admin.get("/api/v1/audit", params={"text": "no_pattern", "action": "read"}).json()
    assert [one["ref"] for one in found["entries"]] == ["no_pattern"]
    for nothing in ("fra=2020-01-01&til=2020-01-02", "tekst=%25%25", "person=user:1' OR"):
        assert "Intet fundet" in admin.get(f"{PAGE}?{nothing}").text, nothing
    admin.get(f"{PAGE}?tekst=Æblehaven&person=Prøve")
    _ref, told = last(own, "search")
    assert told["asked"] == {"person": "Prøve", "text": "Æblehaven"}
    assert told["rows"] >= 0


def test_a_search_for_a_cpr_number_is_written_down_without_it(
    own: Database, admin: TestClient
) -> None:
    for written in ("010190-1234", "0101901234", "01.01.1990 1234"):
        admin.get(PAGE, params={"tekst": f"findes {written}?"})
        _, told = last(own, "search")
        assert told["asked"]["text"] == "findes [cpr]?"
        admin.get("/api/v1/audit", params={"ref": written})
        _, told = last(own, "search")
        assert told["asked"]["ref"] == "[cpr]"


def test_pages_follow_each_other_without_gap_or_repeat(
    own: Database, everywhere: TestClient
) -> None:
    for number in range(25):
        deed(own, f"page-{number:02}", purpose="bladring")
    seen: list[str] = []
    before = None
    while True:
        params = {"text": "bladring", "limit": 7} | ({"before": before} if before else {})
        found = everywhere.get("/api/v1/audit", params=params).json()
        seen += [one["ref"] for one in found["entries"] if one["action"] == "read"]
        deed(own, "in between", purpose="bladring")  # does not move what is read
        before = found["next_before"]
        if before is None:
            break
    assert [ref for ref in seen if ref != "in between"] == [
        f"page-{n:02}" for n in range(24, -1, -1)
    ]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("handling=snage", "Vælg en handling"),
        ("slags=person", "Vælg en slags"),
        ("fra=i%20g%C3%A5r", "Skriv en dag"),
        ("til=9999-12-31", "Skriv en dag"),
        ("fra=2026-02-02&til=2026-02-01", "slutter, før den begynder"),
    ],
)
def test_a_field_that_cannot_be_read_says_so(admin: TestClient, query: str, said: str) -> None:
    answer = admin.get(f"{PAGE}?{query}")
    assert answer.status_code == 422
    assert said in answer.text
    assert admin.get(f"{PAGE}/hent?{query}").status_code == 422


@pytest.mark.parametrize(
    "params",
    [
        {"text": "\x00"},
        {"text": "a\x00b", "person": "%\\_"},
        {"ref": "\u202e\u2028"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"before": -1},
        {"before": 2**63},
        {"limit": 0},
        {"limit": 501},
        {"action": "snage"},
    ],
)
def test_nonsense_in_the_api_is_no_fault_of_ours(admin: TestClient, params: dict) -> None:
    assert admin.get("/api/v1/audit", params=params).status_code in (200, 422)


def test_where_nothing_is_asked_the_last_week_is_meant() -> None:
    today = datetime(2026, 11, 25, tzinfo=UTC).date()
    caller = Caller("user:1", Role.admin, HERE)
    asked = read_asked({}, caller=caller, today=today)
    assert (asked.criterion.since, asked.criterion.until) == (today - timedelta(days=6), today)
    cleared = read_asked({"fra": "", "til": ""}, caller=caller, today=today)
    assert (cleared.criterion.since, cleared.criterion.until) == (None, None)


# --- files --------------------------------------------------------------------------------------

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "=cmd|' /C calc'!A0"]


def test_a_file_for_a_spreadsheet_holds_text_and_no_formula(
    own: Database, admin: TestClient
) -> None:
    for formula in FORMULAS:
        deed(own, formula, purpose='formel; med "tegn"')
    answer = admin.get(f"{PAGE}/hent", params={"tekst": "formel", "format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith('attachment; filename="revision-')
    body = answer.content.decode("utf-8")
    assert body.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert len(rows) == len(FORMULAS)
    assert {row["formål"] for row in rows} == {'formel; med "tegn"'}
    for row in rows:
        for said in row.values():
            assert not said.lstrip().startswith(("=", "+", "-", "@", "＝")), said
    _ref, told = last(own, "export")
    assert told["rows"] == len(FORMULAS)
    assert told["asked"] == {"text": "formel"}
    found = json.loads(admin.get(f"{PAGE}/hent?tekst=formel&format=json").content)
    assert [one["formål"] for one in found if one["formål"]] == ['formel; med "tegn"'] * len(
        FORMULAS
    )


def test_who_is_written_down_learns_of_it_without_names(own: Database, admin: TestClient) -> None:
    people.token_of(own, "police", login="snushane")
    with own.session("web_auth") as session:
        who = session.scalars(
            text("SELECT id FROM adm.user_account WHERE login = 'snushane'")
        ).one()
    deed(own, "99", object_kind="project", actor=f"user:{who}", role="police")
    deed(own, "99", AWAY, object_kind="project", actor=f"user:{who}", role="police")
    answer = admin.get(f"{PAGE}/indsigt?genstand=project:99&format=json")
    rows = json.loads(answer.content)
    assert [(row["hvem"], row["rolle"]) for row in rows] == [("Medarbejder 1", "Politi")]
    for name in ("snushane", "Prøve", f"user:{who}"):
        assert name not in answer.text
    assert last(own, "disclose")[0] == "project:99"
    mine = admin.get(f"{PAGE}/indsigt?konto={who}&format=json").json()
    assert [row["hvem"] for row in mine] == ["dig"]
    for bad in ("konto=&genstand=", "konto=1&genstand=project:9", "genstand=person:1", "konto=x"):
        again = admin.get(f"{PAGE}/indsigt?{bad}")
        assert again.status_code == 422
        assert 'href="#f-konto"' in again.text
    assert admin.get(f"{PAGE}/indsigt?konto=1&format=xlsx").status_code == 422


def test_the_page_says_how_the_chain_stands(own: Database, admin: TestClient) -> None:
    assert "Kæden er aldrig kontrolleret" in admin.get(PAGE).text
    deed(own, "chain", None, action="verify", object_kind="audit", detail={"position": 1})
    body = admin.get(PAGE).text
    assert "aldrig kontrolleret" not in body
    fault = {"position": 1, "fault": "entry_changed"}
    deed(own, "chain", None, action="verify", object_kind="audit", detail=fault)
    assert "Kæden holder ikke" in admin.get(PAGE).text


HOSTILE = ["<script>alert(1)</script>", "${7*7}", "`x`", "{{7*7}}", '"><img src=x onerror=y>']


@pytest.mark.parametrize("text_", HOSTILE)
def test_what_is_written_down_stays_text(own: Database, admin: TestClient, text_: str) -> None:
    deed(own, text_, purpose=text_, detail={text_: text_})
    body = admin.get(PAGE, params={"tekst": text_}).text
    assert "<script>alert" not in body
    assert "<img src=x" not in body
    assert ">49<" not in body


# --- sealing ------------------------------------------------------------------------------------


def test_the_web_process_seals_by_itself(own: Database, app: FastAPI) -> None:
    with TestClient(app):
        deed(own, "sealed by itself")
        assert _sealed_within(own, "sealed by itself", seconds=5)
    deed(own, "after the end")
    with own.session("web_auth") as session:
        waiting = session.scalars(
            text("SELECT count(*) FROM adm.audit_entry WHERE NOT is_sealed")
        ).one()
    assert waiting == 1  # nobody seals any more


def test_the_end_of_the_process_seals_what_was_done(own: Database, app: FastAPI) -> None:
    with TestClient(app):
        deed(own, "at the very end")
    assert _sealed_within(own, "at the very end", seconds=0)


def test_a_database_that_is_away_is_waited_for(own: Database, settings: Settings) -> None:
    gone = replace(own, address=own.address.set(database="no_such_database"))
    sealer = Sealer(gone, every_s=0.01)
    sealer.start()
    waited = threading.Event()
    for _ in range(200):
        if sealer.is_failing:
            break
        waited.wait(0.05)
    assert sealer.is_failing
    sealer.stop()
    assert not sealer._thread.is_alive()


def _sealed_within(own: Database, ref: str, *, seconds: float) -> bool:
    question = text("SELECT bool_and(is_sealed) FROM adm.audit_entry WHERE object_ref = :ref")
    pause = threading.Event()
    for _ in range(max(1, int(seconds / 0.1))):
        with own.session("web_auth") as session:
            if session.scalar(question, {"ref": ref}):
                return True
        pause.wait(0.1)
    return False


# --- retention ----------------------------------------------------------------------------------


def test_a_limit_is_chosen_and_the_second_who_chooses_is_asked(
    own: Database, admin: TestClient
) -> None:
    body = admin.get(LIMITS).text
    assert body.count('name="keep_days"') == len(KEPT)
    assert "standard; ingen har valgt" in body
    form = {"kind": "plans", "keep_days": "400", "version": "0"}
    saved = admin.post(LIMITS, data=form)
    assert (saved.status_code, saved.headers["location"]) == (
        303,
        f"{LIMITS}?kommune={HERE}&gemt=plans",
    )
    assert "Gemt." in admin.get(saved.headers["location"]).text
    ref, told = last(own, "change")
    assert (ref, told) == (f"{HERE}:plans", {"fields": ["keep_days"], "was": 730, "now": 400})
    second = admin.post(LIMITS, data={**form, "keep_days": "500"})
    assert second.status_code == 409
    assert "400" in second.text
    assert "500" in second.text
    assert "Prøve admin" in second.text
    mine = admin.post(LIMITS, data={**form, "keep_days": "500", "version": "1"})
    assert mine.status_code == 303


@pytest.mark.parametrize("days", ["", "0", "-1", "1,5", "٣", "99999", "9" * 40, "29 dage"])
def test_a_limit_that_makes_no_sense_is_said_at_its_field(admin: TestClient, days: str) -> None:
    for kind in ("plans", "audit"):
        answer = admin.post(LIMITS, data={"kind": kind, "keep_days": days, "version": "0"})
        assert answer.status_code == 422 or (kind, days) == ("plans", "99999")
        if days:
            assert f'href="#f-{kind}"' in answer.text


def test_a_municipality_chooses_for_itself_alone(
    own: Database, admin: TestClient, everywhere: TestClient
) -> None:
    form = {"kind": "plans", "keep_days": "300", "version": "0"}
    for place in (AWAY, "9999", "x"):
        assert admin.get(f"{LIMITS}?kommune={place}").status_code == 404
        assert admin.post(LIMITS, data={**form, "kommune": place}).status_code == 404
        path = f"/api/v1/retention/{place}/plans"
        assert admin.put(path, json={"keep_days": 9, "version": 0}).status_code in (404, 422)
    assert admin.post(LIMITS, data={**form, "kind": "persons"}).status_code == 404
    assert everywhere.post(LIMITS, data={**form, "kommune": AWAY}).status_code == 303
    assert everywhere.get(f"{LIMITS}?kommune={AWAY}").status_code == 200
    assert 'name="kommune"' in everywhere.get(LIMITS).text


def test_the_api_reads_and_chooses(own: Database, everywhere: TestClient) -> None:
    rules = everywhere.get("/api/v1/retention").json()
    assert {(one["municipality"], one["kind"]) for one in rules} == {
        (place, kind) for place in (HERE, AWAY) for kind in KEPT
    }
    path = f"/api/v1/retention/{AWAY}/incidents"
    chosen = everywhere.put(path, json={"keep_days": 1000, "version": 0}).json()
    assert (chosen["keep_days"], chosen["version"]) == (1000, 1)
    again = everywhere.put(path, json={"keep_days": 900, "version": 0})
    assert again.status_code == 409
    for bad in ({"keep_days": 0, "version": 1}, {"keep_days": "9", "version": 1}, {"version": 1}):
        assert everywhere.put(path, json=bad).status_code == 422
    extra = {"keep_days": 900, "version": 1, "changed_by": "user:1"}
    assert everywhere.put(path, json=extra).status_code == 422
    audit = f"/api/v1/retention/{AWAY}/audit"
    assert everywhere.put(audit, json={"keep_days": 29, "version": 0}).status_code == 422


def test_all_of_it_is_one_whole_chain(own: Database) -> None:
    seal(own)
    with own.session("web_auth") as session:
        assert verify(session.connection()).fault is None


@pytest.fixture(autouse=True)
def nothing_waits(own: Database) -> Iterator[None]:
    yield
    seal(own)


# --- what a period deletes ----------------------------------------------------------------------

THIRD = "0461"


def plant_shifts(own: Database, place: str, days_ago: list[int]) -> None:
    today = datetime.now(COPENHAGEN).date()
    with own.working(people.EVERYWHERE) as session:
        team = Team(
            municipality_code=place, code="G1", name="Hold 1", agency="street_team", members=2
        )
        session.add(team)
        session.flush()
        for days in days_ago:
            evening = today - timedelta(days=days)
            begins = datetime.combine(evening, time(18), COPENHAGEN)
            ends = begins + timedelta(hours=4)
            when = {"evening": evening, "starts_at": begins, "ends_at": ends}
            session.add(Shift(municipality_code=place, team_id=team.id, **when))


def test_what_a_shorter_period_deletes_is_told_before_it_is_saved(
    own: Database, everywhere: TestClient
) -> None:
    with own.working(people.EVERYWHERE) as session:
        area_store.ensure_municipality(session, THIRD, "Odense")
    plant_shifts(own, THIRD, [20, 30, 31, 90])
    plant_shifts(own, HERE, [90, 91])
    form = {"kommune": THIRD, "kind": "plans", "keep_days": "30"}
    with own.session("web_auth") as session:
        was = store.read_rules(session, THIRD)["plans"]
    form["version"] = str(was.version)
    asked = everywhere.post(LIMITS, data=form)
    assert asked.status_code == 422
    assert "Med den sletter næste kørsel 2 rækker" in asked.text
    assert 'name="deletes" value="2"' in asked.text
    with own.session("web_auth") as session:
        assert store.read_rules(session, THIRD)["plans"] == was, "nothing is saved"
    assert everywhere.post(LIMITS, data={**form, "deletes": "1"}).status_code == 422
    assert everywhere.post(LIMITS, data={**form, "deletes": "2"}).status_code == 303
    assert last(own, "change")[1]["deletes"] == 2
    longer = {**form, "keep_days": "31", "version": str(was.version + 1)}
    assert everywhere.post(LIMITS, data=longer).status_code == 303, "a longer one needs no word"


def test_what_is_due_is_counted_as_it_is_deleted(own: Database) -> None:
    before = datetime.combine(datetime.now(COPENHAGEN).date(), time(), COPENHAGEN)
    with own.working(people.EVERYWHERE) as session:
        older = {
            kind: store.count_older(session, kind, municipality=THIRD, cut_off=before)
            for kind in KEPT
        }
    for role, told in (("admin", True), ("hotspot_chief", False)):
        caller = Caller(actor="user:1", role=Role(role), municipality=THIRD)
        with own.session("web_auth", caller) as session:
            for kind, number in older.items():
                if told:
                    due = store.count_due(session, kind, municipality=THIRD, cut_off=before)
                    assert due == number
                for place in (HERE, THIRD) if not told else (HERE,):
                    with pytest.raises(ProgrammingError), session.begin_nested():
                        store.count_due(session, kind, municipality=place, cut_off=before)


def test_one_row_of_every_table_is_counted_as_it_is_deleted(
    own_database: Callable[[str], Database],
) -> None:
    database = own_database("tryghed_due")
    before = datetime.combine(plants.EVENING + timedelta(days=2), time(), COPENHAGEN)
    later = {"later": plants.EVENING + timedelta(days=30)}
    with database.working(people.EVERYWHERE) as session:
        plants.plant(session)
        for table in ("commitment", "plan_assignment"):  # these go with their plan alone
            session.execute(text(f"UPDATE raw.{table} SET evening = :later"), later)  # noqa: S608
    caller = Caller(actor="user:1", role=Role.admin, municipality=plants.HOME)
    known = {"municipality": plants.HOME, "cut_off": before}
    for kind in ("incidents", "observations", "plans"):
        with database.session("web_auth", caller) as session:
            due = store.count_due(session, kind, **known)
        with database.working(people.EVERYWHERE) as session:
            gone = store.delete_older(session, kind, as_of=before.date(), actor="os:test", **known)
        assert due == gone.deleted, gone.parts
        assert gone.parts.keys() == store.OLDER[kind].keys()
        assert min(gone.parts.values()) > 0, gone.parts
