"""The FastAPI application: pages, three maps, and a small API.

Two shapes: the full one for those who work with it, and the public one, a process of its own
that knows one database role and shows the residents' map.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from api.access import require_policies
from api.described import describe
from api.jobs import Jobs
from api.kept import NEEDS, Kept
from api.plan_jobs import PlanJobs
from api.problems import answer_problems
from api.routing import include_routers
from api.sealing import sealing
from api.security.bounds import Bounds
from api.security.headers import SecurityHeaders
from api.security.hosts import KnownHosts
from api.security.provider import provider_of
from api.security.rates import Rates
from api.security.whole import Whole
from geo_service.settings import Settings
from geo_service.storage.database import Database
from geo_service.workflows.agreement_need import AgreementNeed
from geo_service.workflows.need_method import NeedMethod
from maps.sheet import Sheet

OUR_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")


def make_app(
    settings: Settings, database: Database, *, public: bool = False, rates: Rates | None = None
) -> FastAPI:
    """Return the application; `public` leaves out everything but the residents' map."""
    app = FastAPI(
        title="Tryghedskort",
        summary="Areas and the state of the service",
        version="0.1.0",
        docs_url=None,  # its page loads scripts from another host
        redoc_url=None,
        openapi_url=None,  # ours names a policy
        redirect_slashes=False,  # it would tell of paths, and by a scheme that is not the browser's
        lifespan=at_work,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.public = public
    app.state.rates = rates or Rates(requests_per_minute=settings.requests_per_minute)
    app.state.jobs = Jobs(database)
    app.state.sheets = Kept[Sheet]()
    app.state.needs = Kept[AgreementNeed | None](most=NEEDS)
    app.state.methods = Kept[NeedMethod | None](most=NEEDS)
    app.state.plan_jobs = PlanJobs(database, most_at_once=1)
    app.state.provider = None if public else provider_of(settings)
    include_routers(app, public=public)
    require_policies(app)
    describe(app)
    answer_problems(app)
    # from the inside out; the last added is the first that sees a request
    app.add_middleware(Bounds)
    # a page elsewhere that lets its own name point here must not read what is here
    app.add_middleware(KnownHosts, names=_names(settings))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Whole)
    return app


@asynccontextmanager
async def at_work(app: FastAPI) -> AsyncIterator[None]:
    """Seal the audit while the application runs, and end what it started."""
    async with sealing(app):
        try:
            yield
        finally:
            for jobs in (app.state.jobs, app.state.plan_jobs):
                await run_in_threadpool(jobs.close)


def _names(settings: Settings) -> list[str]:
    """Return the names the service may be called by: this machine's, and its public one."""
    public = urlsplit(settings.origin).hostname if settings.origin else None
    return [*OUR_NAMES, *([public] if public else [])]
