"""What the authority states about the pages: how accessible they are, and what happens to data."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import get_settings
from api.web.page import render
from api.web.translations import Message, _

router = APIRouter(include_in_schema=False)

SEES: Final[tuple[tuple[Message, Message], ...]] = (
    (
        _("Politi"),
        _("Hændelser, egne tilsagn, aftenplaner, index og projekter. Politiet bestemmer selv, "
          "hvor nøjagtigt andre ser politiets hændelser."),
    ),
    (
        _("Hotspotchef og koordinator"),
        _("Hændelser med den nøjagtighed, politiet har sat, gadeteamets iagttagelser, planer, "
          "index og projekter."),
    ),
    (_("Gadeteam"), _("Sit eget område i ord og flader, sine egne iagttagelser og aftenplanen.")),
    (
        _("Teknik- og Miljøforvaltningen"),
        _("Antal pr. område og projekter i byrummet, ingen enkelte hændelser."),
    ),
    (_("Partnere"), _("Egne projekter og aftalepunkter, og det offentliggjorte.")),
    (_("Råd, udvalg og andre forvaltninger"), _("Det, der er frigivet.")),
    (_("Offentligheden"), _("Kun det, der er offentliggjort.")),
    (_("Administratorer"), _("Brugere, roller og sletning, men ikke hændelser og planer.")),
)  # fmt: skip


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
        request, "pages/privacy.html", title=_("Privatliv"), sees=SEES, **_contacts(request)
    )
