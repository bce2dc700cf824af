"""The demo as it is today, served, with somebody of each of its accounts signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext

from api.main import make_app
from api.security.identity import COOKIE
from api.security.rates import Rates
from geo_service.demo.accounts import ACCOUNTS, HOTSPOT_AREA
from geo_service.demo.load import DemoChoices, load_demo
from geo_service.domain.access import Role
from geo_service.settings import Settings
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from tests import people
from tests.api.agreements.deeds import today
from tests.browser.serving import served

MANY = 10_000_000


@dataclass
class ServedTown:
    """A served application, and the session of somebody of each role."""

    app: FastAPI
    address: str
    tokens: dict[Role, str]
    sign_in: Callable[[Role], str]

    def enter(self, chromium: Browser, role: Role | None) -> BrowserContext:
        """Return a browser that is signed in by its cookie, as a person is; or not at all."""
        context = chromium.new_context(timezone_id="Europe/Copenhagen")
        if role is None:
            return context
        self._give_cookie(context, role)
        return context

    def enter_again(self, context: BrowserContext, role: Role) -> None:
        """Sign a browser in anew whose session has been ended."""
        self.tokens[role] = self.sign_in(role)
        context.clear_cookies()
        self._give_cookie(context, role)

    def _give_cookie(self, context: BrowserContext, role: Role) -> None:
        secure = self.address.replace("http:", "https:")
        context.add_cookies(
            [{"name": COOKIE, "value": self.tokens[role], "url": secure, "secure": True}]
        )


@contextmanager
def served_demo(database: Database, *, state: Path, cluster: Cluster) -> Iterator[ServedTown]:
    """Load the demo as of this evening and serve it; everybody has chosen its hotspot area."""
    with database.working(people.EVERYWHERE) as session:
        choices = DemoChoices(seed=2026, as_of=today())
        load_demo(session, choices, loaded_by="os:test", progress=lambda _: None)
    rights = {wanted.role: wanted for _, wanted in ACCOUNTS.values()}
    settings = Settings(state=state, secrets_dir=cluster.secrets)
    app = make_app(settings, database, rates=Rates(requests_per_minute=MANY))

    def sign_in(role: Role) -> str:
        wanted = rights[role]
        token = people.token_of(
            database,
            role,
            hotspot_areas=list(wanted.hotspot_areas) if wanted.hotspot_areas else None,
            team_code=wanted.team,
            organisation=wanted.organisation,
        )
        chosen = {"omraade": HOTSPOT_AREA, "naeste": "/"}
        people.browser(app, token).post("/konto/omraade", data=chosen)
        return token

    with served(app) as address:
        yield ServedTown(app, address, {role: sign_in(role) for role in rights}, sign_in)
