"""Areas in their editions: which there are, where each comes from, and what each holds."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, Response

from api.access import Visit, needs
from api.pages.area_map import edition_map
from api.pages.incident_words import say
from api.pages.map_table import TableFile
from api.web.formats import FILTERS
from api.web.frame import frame_of
from api.web.listing import Column
from api.web.page import nonce_of, render
from api.web.translations import _
from geo_service.domain import vocabulary as words
from geo_service.errors import NotFound
from geo_service.storage import areas as store

router = APIRouter(include_in_schema=False)

EDITION_COLUMNS: Final = (
    Column("kind", _("Slags")),
    Column("period", _("Gælder")),
    Column("areas", _("Områder"), numeric=True),
    Column("outline", _("Omrids")),
    Column("source", _("Kilde")),
)


@router.get("/data/omraader")
def editions(request: Request, visit: Annotated[Visit, needs("area.read")]) -> HTMLResponse:
    """Return the editions of every kind of area."""
    return render(
        request,
        "pages/editions.html",
        title=_("Områder"),
        workspace="data",
        crumbs=((_("Data"), "/data"),),
        columns=EDITION_COLUMNS,
        editions=_own(visit),
        kinds=words.AREA_KINDS,
        outlines=words.OUTLINES,
        may_import=visit.caller.may("area.write"),
    )


@router.get("/data/omraader/{kind}/{valid_from}")
def edition(
    request: Request,
    kind: Annotated[str, Path(max_length=40)],
    valid_from: date,
    visit: Annotated[Visit, needs("area.read")],
) -> Response:
    """Return the areas of one edition, or their table as a file."""
    found = [row for row in _own(visit) if (row["kind"], row["valid_from"]) == (kind, valid_from)]
    if not found:
        raise NotFound("Den udgave findes ikke.")
    language = frame_of(request).language
    file = TableFile("omraader", request.url.path, kind, valid_from)
    kort = file.offered_on(
        edition_map(visit, found[0], language=language, query=dict(request.query_params))
    )
    if file.is_asked(request):
        return file.answer(visit, kort, language)
    return render(
        request,
        "pages/edition.html",
        title=_(
            "%(kind)s fra %(day)s",
            kind=say(_(words.AREA_KINDS[kind]), language).capitalize(),
            day=FILTERS[language]["long_day"](valid_from),
        ),
        workspace="data",
        wide=True,
        crumbs=((_("Data"), "/data"), (_("Områder"), "/data/omraader")),
        edition=found[0],
        outlines=words.OUTLINES,
        kort=kort,
        nonce=nonce_of(request),
    )


def _own(visit: Visit) -> list[dict[str, Any]]:
    """Return the editions of the caller's municipality."""
    return store.editions(visit.session)
