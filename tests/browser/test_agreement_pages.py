"""The agreement in a real browser: its sheet on paper and in the dark, its forms on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from api.main import make_app
from geo_service.domain.access import Role
from geo_service.settings import Settings
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from tests import agreed, people
from tests.api.agreements.deeds import add, started
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
