"""How precisely others than the police see its incidents: shown to both, set by the police."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.access import Visit, needs
from api.web.page import render
from api.web.translations import Message, _
from geo_service.domain.vocabulary import PRECISIONS
from geo_service.errors import Conflict, InvalidInput
from geo_service.storage import incident_precision
from geo_service.workflows import see_incidents

router = APIRouter(include_in_schema=False)

PATH: Final = "/data/haendelser/noejagtighed"
ABOUT: Final[dict[str, Message]] = {
    "rode": _("Andre får at vide, hvilken rode det skete i, og ikke hvor i roden."),
    "250m": _(
        "Andre ser felter på 250 gange 250 meter. Hvor grænsen for deres område skærer et felt, "
        "vises det sammen med nabofeltet."
    ),
    "point": _("Andre ser stedet, som I ser det, men ikke nummer, kilde og hvem der opdagede det."),
}


@router.get(PATH)
def show(request: Request, visit: Annotated[Visit, needs("precision.read")]) -> Response:
    """Return the setting in force, what it was before, and the form for the police."""
    return _page(request, visit)


@router.post(PATH)
def change(
    request: Request,
    visit: Annotated[Visit, needs("precision.write")],
    precision: Annotated[str, Form(max_length=40)] = "",
    version: Annotated[int, Form(ge=0, le=2**62)] = 0,
) -> Response:
    """Set the precision, unless somebody else did so since the form was shown."""
    try:
        made = see_incidents.set_precision(visit.session, visit.caller, precision, version=version)
    except Conflict as conflict:
        return _page(request, visit, status=409, chosen=precision, conflict=conflict)
    except InvalidInput:
        error = _("Vælg, hvor nøjagtigt andre ser hændelserne.")
        return _page(request, visit, status=422, error=error)
    visit.audit("set", ref=str(made.version), precision=made.precision, after=version)
    return RedirectResponse(f"{PATH}?gemt=1", status_code=303)


def _page(
    request: Request,
    visit: Visit,
    *,
    status: int = 200,
    chosen: str | None = None,
    error: Message | None = None,
    conflict: Conflict | None = None,
) -> Response:
    now, *earlier = incident_precision.history(visit.session, visit.caller.municipality or "")
    context: dict[str, Any] = {
        "now": now,
        "earlier": earlier,
        "chosen": chosen or now.precision,
        "options": [(code, _(PRECISIONS[code]), ABOUT[code]) for code in PRECISIONS],
        "about": ABOUT,
        "names": PRECISIONS,
        "may_set": visit.caller.may("precision.write"),
        "error": error,
        "conflict": conflict,
        "saved": request.query_params.get("gemt") == "1" and status < 400,  # noqa: PLR2004
        "path": PATH,
    }
    return render(
        request,
        "pages/incident_precision.html",
        title=_("Hvor nøjagtigt andre ser politiets hændelser"),
        workspace="data",
        status=status,
        crumbs=((_("Data"), "/data"), (_("Hændelser"), "/data/haendelser")),
        **context,
    )
