"""Every router of the application, in the order of its workspaces."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, FastAPI

from api.access import needs
from api.described import PROBLEMS
from api.pages import (
    account,
    administration,
    agreement_sheet,
    agreements,
    areas,
    audit,
    board,
    board_file,
    calendar,
    coverage,
    coverage_list,
    delivered,
    drawn,
    duties,
    duty_calendar,
    evening_log,
    evening_rules,
    import_jobs,
    imports,
    incident_export,
    incident_map,
    incident_precision,
    incident_totals,
    incidents,
    invitations,
    meeting,
    need,
    offers,
    oidc,
    places,
    proposals,
    retention,
    sign_in,
    staffed,
    start,
    statements,
    style,
    tiles,
    tonight,
    tonight_phone,
    user_changes,
    users,
    workspaces,
)
from api.routes import areas as areas_api
from api.routes import audit as audit_api
from api.routes import health, openapi, public_pages
from api.routes import imports as imports_api
from api.routes import incidents as incidents_api
from api.routes import plans as plans_api
from api.routes import retention as retention_api
from api.routes import users as users_api
from api.web import statics

ENTRANCE: Final = (sign_in, invitations, account, oidc)
ROOMS: Final = (
    start,
    workspaces,
    drawn,
    agreements,
    agreement_sheet,
    board,
    board_file,
    proposals,
    need,
    meeting,
    tonight,
    tonight_phone,
    evening_log,
    delivered,
    places,
    duty_calendar,
    coverage_list,  # before coverage: /liste is no number of an area
    coverage,
    duties,
    staffed,
    evening_rules,
    offers,
    calendar,
)
DATA: Final = (
    areas,
    import_jobs,  # before imports: /ny is no number of a file
    imports,
    incidents,
    incident_map,
    incident_export,
    incident_precision,
    incident_totals,
)
ADMINISTRATION: Final = (administration, users, user_changes, audit, retention)
API: Final = (
    areas_api,
    incidents_api,
    imports_api,
    plans_api,
    users_api,
    audit_api,
    retention_api,
    openapi,
)


def include_routers(app: FastAPI, *, public: bool) -> None:
    """Include the routers; the public site has files, statements and the residents' map."""
    app.include_router(health.router)
    app.include_router(statics.router, dependencies=[needs("open")])
    app.include_router(statements.router, dependencies=[needs("open_page")])
    if public:
        app.include_router(public_pages.router)
        return
    app.include_router(style.router, dependencies=[needs("open_page")])
    app.include_router(tiles.router, dependencies=[needs("basemap.read")])
    for page in (*ENTRANCE, *ROOMS, *DATA, *ADMINISTRATION):
        router: APIRouter = page.router
        app.include_router(router)
    for part in API:
        app.include_router(part.router, prefix="/api/v1", responses=PROBLEMS)
