"""The agreement in a real browser: its sheet on paper and in the dark, its forms on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from api.main import make_app
from geo_service.domain.access import Role
from geo_service.domain.evenings import at_hour
from geo_service.settings import Settings
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.storage.plan_proposals import add_proposal
from tests import agreed, people
from tests.access.planted import proposal_result
from tests.api.agreements.deeds import add, started, today
from tests.browser.axe import violations
from tests.browser.serving import served

pytestmark = pytest.mark.browser
GROUND = "(one) => getComputedStyle(one).backgroundColor"


def test_the_sheet_prints_and_leaves_the_menus_alone(
    chromium: Browser,
    own_database: Callable[[str], Database],
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    database = own_database("tryghed_agreement_sheet")
    agreed.town(database)
    settings = Settings(state=tmp_path_factory.mktemp("state"), secrets_dir=cluster.secrets)
    app = make_app(settings, database)
    right = {"hotspot_areas": [agreed.HOTSPOT]}
    chief = people.token_of(database, Role.hotspot_chief, **right)
    plan = started(people.browser(app, chief, follow_redirects=False))
    add(people.browser(app, chief, follow_redirects=False), plan)
    reader = people.token_of(database, Role.hotspot_chief, kind="token", **right)
    with served(app) as address:
        context = chromium.new_context(
            color_scheme="dark", extra_http_headers={"Authorization": f"Bearer {reader}"}
        )
        page = context.new_page()
        page.goto(f"{address}{plan}/ark")
        assert page.locator(".paper").evaluate(GROUND) == "rgb(255, 255, 255)"
        assert page.locator(".bar .sheet").first.evaluate(GROUND) != "rgb(255, 255, 255)"
        page.emulate_media(media="print")
        expect(page.locator(".paper")).to_be_visible()
        expect(page.locator(".paper")).to_contain_text("Mange unge samles her")
        context.close()


def test_a_proposal_is_open_to_everybody_and_fits_a_phone(
    chromium: Browser,
    own_database: Callable[[str], Database],
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    database = own_database("tryghed_proposal_page")
    agreed.town(database)
    settings = Settings(state=tmp_path_factory.mktemp("state"), secrets_dir=cluster.secrets)
    app = make_app(settings, database)
    right = {"hotspot_areas": [agreed.HOTSPOT]}
    chief = people.token_of(database, Role.hotspot_chief, **right)
    plan = started(people.browser(app, chief, follow_redirects=False))
    day = today()
    when = {
        "evening": day.isoformat(),
        "starts_at": at_hour(day, 20).isoformat(),
        "ends_at": at_hour(day, 22).isoformat(),
        "place": "torvet",
        "place_name": "Torvet",
    }
    what = {"form": "on_foot", "joint": True, "promised": False, "reasons": ["Mange hændelser."]}
    result = proposal_result("Ingen er på vagt lørdag.") | {
        "assignments": [
            when | what | {"agency": "street_team", "team": "G1"},
            when | what | {"agency": "police", "team": "P1"},
        ],
        "gaps": [when | {"expected": 1.2}],
        "joint_prices": [{"joint_visits": 0, "share": 0.5, "covered": 2.0}],
        "baselines": [{"name": "forslaget", "share": 0.5, "covered": 2.0, "joint_visits": 1}],
    }
    with database.working(people.EVERYWHERE) as session:
        evenings = (day, day + timedelta(days=13))
        add_proposal(session, "0101", agreed.HOTSPOT, evenings, result=result, actor="os:test")
    reader = people.token_of(database, Role.hotspot_chief, kind="token", **right)
    with served(app) as address:
        for scheme in ("light", "dark"):
            context = chromium.new_context(
                color_scheme=scheme,
                viewport={"width": 390, "height": 844},
                extra_http_headers={"Authorization": f"Bearer {reader}"},
            )
            page = context.new_page()
            for path in (plan, f"{plan}/forslag"):
                page.goto(f"{address}{path}")
                assert violations(page) == []
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            expect(page.get_by_text("foreslået til politiet")).to_be_visible()
            expect(page.get_by_role("checkbox", name="Torvet")).to_be_checked()
            context.close()
