"""A thousand canaries in protected fields: none is among the bytes of a role that may not see it.

Every page, answer and file that a role can reach is fetched: the routes themselves with the keys
of planted rows, everything their pages link to, exports, and what errors say.
"""

from __future__ import annotations

import itertools
import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, text

from api.access import declared_routes
from api.main import make_app
from api.pages.tonight_phone import SHELL, WORKER
from geo_service.domain.access import POOL_OF, RIGHTS, SIGNED_IN, Role
from geo_service.domain.evenings import at_hour, evening_of
from geo_service.domain.kinds import KINDS
from geo_service.settings import Settings
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.storage.tables import Base, Shift
from tests import people
from tests.access import house
from tests.access import planted as plants
from tests.access.owners import OWNERS
from tests.access.planted import HOME, NEIGHBOURS, OWN_HOTSPOT, OWN_TEAM, VARIANTS, Planted
from tests.access.test_matrix import address_of

CANARIES = 1_000
MOST_PAGES = 600
DAYS = "since=2026-11-01&until=2026-12-01"
SEES_INCIDENTS = (Role.police, Role.hotspot_chief)
SORTS = {b"text/html", b"application/json", b"text/css", b"text/javascript"}
SORTS_OF_INCIDENTS = {b"text/csv", b"application/geo+json", b"application/pdf"}
"""What there is to be searched, by content type: the blind search of a file finds nothing."""


@pytest.fixture(scope="module")
def planted(own: Database) -> Planted:
    with own.working(people.EVERYWHERE) as session:
        made = plants.plant(session, copies=9, variants=[*VARIANTS, *NEIGHBOURS])
    house.plant_accounts(own, made)
    return made


@pytest.fixture(scope="module")
def names(own: Database) -> dict[str, str]:
    return house.account_canaries(own)


@pytest.fixture(scope="module")
def state(own: Database, planted: Planted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder in which every map is drawn."""
    state = tmp_path_factory.mktemp("state")
    house.plant_hotspots(own)
    house.draw_maps(own, state / "maps")
    return state


@pytest.fixture
def app(own: Database, settings: Settings, state: Path) -> FastAPI:
    return house.application(own, settings.model_copy(update={"state": state}))


def starts(app: FastAPI, planted: Planted) -> list[str]:
    """Every GET route with the keys of own and foreign rows, and some that are nonsense."""
    paths = [
        address_of(str(route.path), planted, owner)
        for route in declared_routes(app)
        if "GET" in (route.methods or ())
        for owner in OWNERS.values()
    ]
    nowhere = ["/sitemap.xml", "/robots.txt"]
    errors = ["/aften?omraade=%27%3B--", "/api/v1/areas?kind=%00", "/api/v1/incidents?bbox=1,2,3"]
    maps = [f"/kort/{name}.html" for name in (*house.EVENING_MAPS.values(), "byrum", "beboere")]
    files = [f"/api/v1/incidents?{DAYS}&form={form}" for form in ("incidents", "counts")]
    files.append("/data/haendelser/csv?fra=2026-11-01&til=2026-12-01")
    return list(dict.fromkeys([*paths, *maps, *files, *errors, *nowhere]))


def test_there_are_a_thousand_of_them(planted: Planted) -> None:
    assert len(planted.canaries) >= CANARIES
    assert len({one.text for one in planted.canaries}) == len(planted.canaries)


def test_every_column_of_text_holds_one(planted: Planted) -> None:
    """A column that is added later is planted too, or somebody says here why nobody types in it."""
    typed = {
        (kind, column.name)
        for kind, one in KINDS.items()
        if one.table and one.table.startswith(("raw.", "work."))
        for column in Base.metadata.tables[one.table].columns
        if plants.is_typed(kind, column)
    }
    assert typed == {(one.kind, one.column) for one in planted.canaries}
    assert len(typed) > 70


@pytest.mark.parametrize("role", SIGNED_IN)
def test_no_canary_reaches_a_role_that_may_not_see_it(
    own: Database,
    planted: Planted,
    names: dict[str, str],
    app: FastAPI,
    role: Role,
    cluster: Cluster,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    hotspots = house.scope_of(role)
    client = people.browser(app, house.sign_in(own, role), raise_server_exceptions=False)
    known, met, pages, drawn, paper = house.told(planted), set(), 0, set(), set()
    sorts: set[bytes] = set()
    for path, said in house.crawl(client, starts(app, planted), most=MOST_PAGES):
        pages += 1
        sorts |= set(re.findall(rb"^content-type: ([a-z/+-]+)", said, re.MULTILINE))
        for word, canary in known.items():
            if word in said:
                met.add(canary)
                drawn |= {path} if canary.kind == "coverage" else set()
                if b"%PDF-" in said and canary.kind in ("plan", "commitment"):
                    paper.add(path)
                assert house.may_see(canary, role, hotspots), f"{canary} at {path}"
        for name, place in names.items():
            if name.encode() in said:
                assert role is Role.admin, f"{name} at {path}"
                assert place == HOME, f"{name} at {path}"
    assert 20 < pages < MOST_PAGES, "some pages that are linked to were not searched"
    assert sorts >= SORTS | (SORTS_OF_INCIDENTS if role in SEES_INCIDENTS else set()), sorts
    if role in (Role.police, Role.hotspot_chief, Role.tmf):
        assert met, "a role with rights met none of its own: the search is blind"
    assert bool(paper) is (role in (Role.police, Role.hotspot_chief)), "papers are not read"
    evening = f"/kort/{house.EVENING_MAPS[HOME, OWN_HOTSPOT]}.html"
    assert (evening in drawn) is (role in (Role.police, Role.hotspot_chief)), drawn
    logged = caplog.text + "".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in (cluster.home / "log").glob("*.log")
    )
    assert caplog.records, "nothing is logged at all: the search is blind"
    assert not [one for one in planted.canaries if one.text in logged]


def test_nobody_at_all_meets_a_canary(
    own: Database, planted: Planted, names: dict[str, str], app: FastAPI, settings: Settings
) -> None:
    known = [one.text.encode() for one in planted.canaries] + [name.encode() for name in names]
    for shape in (app, make_app(settings, own, public=True)):
        client = people.browser(shape, raise_server_exceptions=False)
        for path, said in house.crawl(client, starts(app, planted), most=MOST_PAGES):
            found = list(itertools.islice((word for word in known if word in said), 1))
            assert not found, f"{found} at {path}"


def test_a_calendar_feed_holds_times_alone(own: Database, planted: Planted, app: FastAPI) -> None:
    """The one address that gives a shift to whoever has it says neither who nor where."""
    tonight = evening_of(datetime.now(UTC))
    with own.working(people.EVERYWHERE) as session:
        for variant in VARIANTS:
            session.execute(
                insert(Shift).values(
                    municipality_code=variant.municipality,
                    team_id=planted.keys["team"][variant]["id"],
                    member=f"KANARIE-{variant.number}",
                    evening=tonight,
                    starts_at=at_hour(tonight, 16 + variant.number),
                    ends_at=at_hour(tonight, 23),
                )
            )
    starts_at = {
        one: f"{at_hour(tonight, 16 + one.number).astimezone(UTC):%Y%m%dT%H%M%SZ}"
        for one in VARIANTS
    }
    worker = people.browser(app, house.sign_in(own, Role.street_team))
    page = worker.post("/aften/vagtkalender").text
    (address,) = re.findall(r"/kalender/[A-Za-z0-9_-]+\.ics", page)
    for client in (worker, people.browser(app)):
        said = client.get(address).text
        on_duty = {one for one, stamp in starts_at.items() if f"DTSTART:{stamp}" in said}
        assert on_duty == {VARIANTS[0]}, said
        assert "KANARIE" not in said
        assert not {OWN_TEAM, OWN_HOTSPOT, HOME} & set(re.split(r"[^\w-]", said))
    assert "KANARIE" not in people.browser(app).get("/kalender/x.ics").text


WITHOUT_PLANS = (Role.tmf, Role.partner, Role.agency, Role.council, Role.admin, Role.public)
OF_THE_EVENING = frozenset(
    {
        *("plan", "assignment", "commitment", "amendment", "proposal", "suspension", "coverage"),
        *("team", "team_setting", "shift", "absence", "staffed", "staffed_hours", "log"),
        *("presence", "presence_rule", "street_team_choice", "police_choice", "need_choice"),
        *("duty_feed", "activity"),
    }
)
"""What tells who will be where and when, or was; by the design's words, whatever is declared."""
EVENING_PATHS = ("/aften", "/api/v1/plans", "/kort/aftenplan")
NO_PLAN_IN_THEM = ("/aften/tilbud", "/aften/ferieplan", SHELL, WORKER)
"""Offers to young people, which are published anyhow, and the program of the offline page: the
same empty page for everybody, that a worker's own phone fills in."""


def of_the_evening(app: FastAPI, planted: Planted) -> list[tuple[str, str]]:
    """Return method and address of everything about an evening: pages, deeds, API, drawn maps."""
    found = [
        (method, address_of(str(route.path), planted))
        for route in declared_routes(app)
        if str(route.path).startswith(EVENING_PATHS) and str(route.path) not in NO_PLAN_IN_THEM
        for method in sorted(route.methods or ())
    ]
    return found + [("GET", f"/kort/{name}.html") for name in house.EVENING_MAPS.values()]


@pytest.mark.parametrize("role", WITHOUT_PLANS)
def test_no_plan_assignment_commitment_or_future_presence_is_reachable(
    own: Database, planted: Planted, app: FastAPI, settings: Settings, state: Path, role: Role
) -> None:
    """As tmf, partner, agency, council, admin or public; held to these words, not to RIGHTS."""
    given = [
        policy
        for policy, rights in RIGHTS.items()
        if role in rights and policy.split(".")[0] in OF_THE_EVENING
    ]
    assert not given, f"{role} is given {given}"
    asked = of_the_evening(app, planted)
    assert len(asked) > 80, "the pages of the evening are found by their addresses"
    is_public = role is Role.public
    token = None if is_public else house.sign_in(own, role)
    for method, path in asked:
        client = people.browser(app, token, follow_redirects=False)
        answer = client.request(method, path)
        what = f"{method} {path} as {role}: {answer.status_code}"
        assert answer.status_code == 404 or (is_public and answer.status_code in {303, 401}), what
        assert not is_public or answer.headers.get("location", "/log-ind").startswith("/log-ind")
    for path in (SHELL, WORKER):
        programs = [people.browser(app, one).get(path) for one in (token, None)]
        assert programs[0].content == programs[1].content, path
    shapes = [app]
    if is_public:
        public = settings.model_copy(update={"state": state})
        shapes.append(make_app(public, own, public=True))
        there = {str(route.path) for route in declared_routes(shapes[-1])}
        assert not {path for path in there if path.startswith(EVENING_PATHS)}
    secret = {one.text.encode(): one for one in planted.canaries if one.kind in OF_THE_EVENING}
    assert len(secret) > 100
    for shape in shapes:
        client = people.browser(shape, token, raise_server_exceptions=False)
        for path, said in house.crawl(client, starts(shape, planted), most=MOST_PAGES):
            found = [one for word, one in secret.items() if word in said]
            assert not found, f"{found[0]} at {path} as {role}"


@pytest.mark.parametrize("role", WITHOUT_PLANS)
def test_no_plan_is_reachable_in_the_database_either(own: Database, role: Role) -> None:
    ask = text("SELECT has_any_column_privilege(:pool, :table, 'SELECT, INSERT, UPDATE')")
    tables = [KINDS[kind].table for kind in OF_THE_EVENING if KINDS[kind].table]
    assert len(tables) > 15
    with own.as_administrator() as connection:
        for table in tables:
            asked = {"pool": POOL_OF[role], "table": table}
            assert not connection.execute(ask, asked).scalar_one(), table
