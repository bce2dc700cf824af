"""`/administration`: where an administrator begins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import text

from api.access import Visit, needs
from api.administration import work_of
from api.pages.user_words import STATES
from api.web.page import render
from api.web.translations import _
from geo_service.storage import rights
from geo_service.storage.bootstrap import schema_version

router = APIRouter(include_in_schema=False)


@router.get("/administration")
def start(request: Request, visit: Annotated[Visit, needs("user.read")]) -> HTMLResponse:
    """Show how many users there are, where things are done, and how the service stands."""
    work = work_of(visit)
    server = visit.session.scalar(text("SELECT current_setting('server_version')"))
    return render(
        request,
        "pages/administration.html",
        title=_("Administration"),
        workspace="administration",
        counts=rights.count_by_state(visit.session, work.reach, now=work.now),
        states=STATES,
        municipalities=list(rights.municipalities(visit.session, work.reach).values()),
        schema=schema_version(visit.session.connection()),
        server=str(server).split()[0],
    )
