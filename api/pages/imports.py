"""Files that have come in, and what became of each."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Visit, needs
from api.import_requests import jobs_of, sendable
from api.import_words import KIND_WORDS, name_of, remarks_of
from api.web.listing import Column, paging_of
from api.web.page import render
from api.web.translations import _
from geo_service.errors import NotFound
from geo_service.storage import imports as store

router = APIRouter(include_in_schema=False)

HERE: Final = "/data/indlaesninger"
COLUMNS: Final = (
    Column("file", _("Fil")),
    Column("kind", _("Slags")),
    Column("at", _("Læst ind")),
    Column("by", _("Af")),
    Column("rows", _("Rækker"), numeric=True),
    Column("stored", _("Gemt"), numeric=True),
    Column("rejected", _("Afvist"), numeric=True),
    Column("duplicate", _("Kendt i forvejen"), numeric=True),
)
Reader = Annotated[Visit, needs("import.read")]


@router.get(HERE)
def imports(request: Request, visit: Reader) -> HTMLResponse:
    """Return the files that have been stored, newest first, and the caller's own work."""
    paging = paging_of(request, total=store.count_stored_files(visit.session))
    found = store.stored_files(visit.session, limit=paging.size, offset=paging.offset)
    return render(
        request,
        "pages/imports.html",
        title=_("Indlæsninger"),
        workspace="data",
        crumbs=((_("Data"), "/data"),),
        columns=COLUMNS,
        batches=[(one.batch, name_of(one.batch, visit.caller), one.by) for one in found],
        jobs=jobs_of(request).of(visit.caller),
        kinds=KIND_WORDS,
        paging=paging,
        may_send=sendable(visit) is not None,
    )


@router.get(f"{HERE}/{{batch_id}}")
def batch(request: Request, visit: Reader, batch_id: str) -> HTMLResponse:
    """Return what became of one stored file."""
    found = store.stored_file(visit.session, int(batch_id)) if _number(batch_id) else None
    if found is None:
        raise NotFound("Den indlæsning findes ikke.")
    return render(
        request,
        "pages/import_batch.html",
        title=name_of(found.batch, visit.caller) or _("Politiets fil"),
        workspace="data",
        crumbs=((_("Data"), "/data"), (_("Indlæsninger"), HERE)),
        batch=found.batch,
        by=found.by,
        kinds=KIND_WORDS,
        remarks=remarks_of(found.batch, visit.caller),
    )


def _number(text: str) -> bool:
    """Tell whether a part of a path can be the number of a row."""
    return text.isascii() and text.isdigit() and len(text) <= len(str(2**31))
