"""What the authority states about the pages: how accessible they are, and what happens to data."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import get_settings
from api.pages.who_sees import who_sees_what
from api.security.identity import COOKIE, FORM_COOKIE
from api.web.page import render
from api.web.translations import _
from geo_service.domain.retention import KEPT

router = APIRouter(include_in_schema=False)


def _contacts(request: Request) -> dict[str, Any]:
    settings = get_settings(request)
    return {
        "owner": settings.site_owner,
        "email": settings.contact_email,
        "phone": settings.contact_phone,
        "dpo": settings.dpo_email,
    }


@router.get("/tilgaengelighed")
def accessibility(request: Request) -> HTMLResponse:
    """Show the accessibility statement."""
    return render(
        request,
        "pages/accessibility.html",
        title=_("Tilgængelighedserklæring"),
        **_contacts(request),
    )


@router.get("/privatliv")
def privacy(request: Request) -> HTMLResponse:
    """Show in plain words what is stored and who sees it."""
    return render(
        request,
        "pages/privacy.html",
        title=_("Privatliv"),
        sees=who_sees_what(),
        kept=KEPT,
        cookies=(COOKIE, FORM_COOKIE),
        **_contacts(request),
    )
