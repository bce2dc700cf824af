"""Coverage areas as one text, all of a hotspot area, and the outlines of a file as such a text."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Visit
from api.import_requests import sent_with
from api.pages.coverage import CRUMBS, HERE, Drawer, LongText, Text, drawn_in, require_hotspot
from api.pages.evening_desk import desk_of, hotspot_of
from api.web.page import render
from api.web.translations import Message, _
from geo_service.domain.coverage_areas import coverage_text
from geo_service.errors import AlreadyExists, Conflict, InvalidInput
from geo_service.importing.coverage_outlines import list_of_outlines
from geo_service.storage.coverage_editing import Drawn
from geo_service.workflows import coverage_drawing as work
from geo_service.workflows.coverage_drawing import Draft

router = APIRouter(include_in_schema=False)

LIST: Final = f"{HERE}/liste"
_SEEN: Final = re.compile(r"([a-z0-9æøå-]{1,63})=([0-9]{1,9})")


@router.get(LIST)
def as_list(request: Request, visit: Drawer) -> HTMLResponse:
    """Return the areas that the caller draws as a list with coordinates."""
    drawn = _current(visit)
    own = [one.area for one in drawn if work.may_draw(desk_of(visit), one.area.agency)]
    return _list_page(request, visit, coverage_text(own), _versions(drawn))


@router.post(LIST)
def store_list(
    request: Request,
    visit: Drawer,
    liste: LongText = "",
    set: LongText = "",  # noqa: A002 - the name of the field in the form
    hvad: Text = "",
) -> Response:
    """Show what the rules say of a list, or store it whole."""
    hotspot = require_hotspot(visit)
    versions = {code: int(number) for code, number in _SEEN.findall(set)}
    try:
        draft = work.read_draft(desk_of(visit), hotspot[0], liste)
        if hvad != "gem":
            visit.audit("read", ref=LIST)
        if hvad != "gem" or not draft.can_be_stored:
            return _list_page(request, visit, liste, versions, draft=draft)
        with visit.session.begin_nested():
            work.store_draft(desk_of(visit), hotspot[0], draft, versions)
    except Conflict as conflict:
        return _list_page(request, visit, liste, versions, conflict=conflict)
    except (InvalidInput, AlreadyExists) as fault:
        return _list_page(request, visit, liste, versions, error=fault.words)
    visit.audit("change", ref=hotspot[0], added=len(draft.new), changed=len(draft.changed))
    return RedirectResponse(f"{HERE}?gjort=gemt", status_code=303)


@router.post(f"{LIST}/fil")
async def read_file(request: Request, visit: Drawer) -> Response:
    """Turn the outlines of a GeoJSON into a list to look over; nothing is stored."""
    async with sent_with(request, file_field="fil") as sent:
        if sent.fault or sent.file is None:
            return await run_in_threadpool(_list_of_own, request, visit, sent.fault)
        await sent.file.seek(0)  # its length was asked for
        content = await sent.file.read()
        name = sent.upload.name
    return await run_in_threadpool(_list_of_file, request, visit, content, name)


def _current(visit: Visit) -> list[Drawn]:
    found = work.in_force(drawn_in(visit, hotspot_of(visit)), desk_of(visit).today)
    return [one for one in found if one.valid_to is None]


def _versions(drawn: list[Drawn]) -> dict[str, int]:
    return {one.area.code: one.version for one in drawn}


def _list_of_own(request: Request, visit: Visit, error: Message | None) -> HTMLResponse:
    return _list_page(request, visit, "", _versions(_current(visit)), error=error)


def _list_of_file(request: Request, visit: Visit, content: bytes, name: str) -> HTMLResponse:
    visit.audit("read", ref=LIST, bytes=len(content))
    versions = _versions(_current(visit))
    try:
        text, remarks = list_of_outlines(content, file=name)
        draft = work.read_draft(desk_of(visit), require_hotspot(visit)[0], text)
    except InvalidInput as fault:
        return _list_page(request, visit, "", versions, error=fault.words)
    return _list_page(request, visit, text, versions, draft=draft, remarks=remarks)


def _list_page(
    request: Request,
    visit: Visit,
    text: str,
    versions: dict[str, int],
    *,
    draft: Draft | None = None,
    error: str | Message | None = None,
    conflict: Conflict | None = None,
    **more: Any,
) -> HTMLResponse:
    wrong = error or (draft is not None and not draft.can_be_stored and not draft.same)
    return render(
        request,
        "pages/coverage_list.html",
        title=_("Dækningsområder som liste"),
        workspace="aften",
        status=409 if conflict else 422 if wrong else 200,
        crumbs=CRUMBS,
        here=HERE,
        has_area=hotspot_of(visit) is not None,
        text=text,
        seen=",".join(f"{code}={number}" for code, number in versions.items()),
        draft=draft,
        error=error,
        conflict=conflict,
        remarks=more.get("remarks", []),
    )
