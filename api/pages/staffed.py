"""Containers and club workers: where they are, and when somebody is there."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Refused, Visit, needs
from api.pages.evening_desk import MOST, desk_of, hotspot_of
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import _
from geo_service.domain.hours_text import hours_text
from geo_service.domain.vocabulary import STAFFED_KINDS
from geo_service.errors import AlreadyExists, Conflict, InvalidInput
from geo_service.storage import coverage as coverage_store
from geo_service.storage import staffed as store
from geo_service.storage.staffed import KeptStaffed
from geo_service.workflows import presence
from geo_service.workflows import staffed as work
from geo_service.workflows.staffed import StaffedForm

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/bemanding"

Reader = Annotated[Visit, needs("staffed.read")]
Writer = Annotated[Visit, needs("staffed.write")]
Version = Annotated[int, Form(ge=0, le=MOST)]
Text = Annotated[str, Form(max_length=2_000)]


@router.get(HERE)
def staffed(
    request: Request,
    visit: Reader,
    ret: Annotated[int, Query(ge=0, le=MOST)] = 0,
    gemt: Annotated[int, Query(ge=0, le=1)] = 0,
) -> HTMLResponse:
    """Return the staffed presence of the chosen hotspot area, and the form that changes it."""
    notices = (Notice(_("Gemt.")),) if gemt else ()
    return _page(request, visit, chosen=ret, notices=notices)


def _typed(
    art: Text = "",
    kode: Text = "",
    navn: Text = "",
    hvor: Text = "",
    tider: Text = "",
    slut: Annotated[str, Form(max_length=4)] = "",
) -> StaffedForm:
    return StaffedForm(art, kode.strip(), navn, hvor, tider, slut == "1")


@router.post(HERE)
def add(
    request: Request, visit: Writer, typed: Annotated[StaffedForm, Depends(_typed)]
) -> Response:
    """Store one more."""
    return _save(request, visit, typed, None, 0)


@router.post(HERE + "/{staffed_id}")
def change(
    request: Request,
    visit: Writer,
    staffed_id: int,
    typed: Annotated[StaffedForm, Depends(_typed)],
    version: Version = 0,
) -> Response:
    """Change one."""
    before = next((one for one in _read(visit) if one.id == staffed_id), None)
    if before is None:
        raise Refused
    same_code = StaffedForm(**{**vars(typed), "code": before.place.code})
    return _save(request, visit, same_code, before, version)


def _read(visit: Visit) -> list[KeptStaffed]:
    hotspot = hotspot_of(visit)
    if hotspot is None:
        return []
    return store.read_staffed(visit.session, visit.caller.municipality or "", hotspot[0])


def _save(
    request: Request,
    visit: Visit,
    typed: StaffedForm,
    before: KeptStaffed | None,
    version: int,
) -> Response:
    hotspot = hotspot_of(visit)
    if hotspot is None:
        raise Refused
    chosen = before.id if before else 0
    try:
        work.save(desk_of(visit), hotspot[0], typed, before=before, version=version)
    except Conflict as conflict:
        return _page(request, visit, chosen=chosen, typed=typed, conflict=conflict)
    except (InvalidInput, AlreadyExists) as fault:
        return _page(request, visit, chosen=chosen, typed=typed, error=fault.words)
    visit.audit("change" if before else "create", ref=typed.code)
    return RedirectResponse(f"{HERE}?gemt=1", status_code=303)


def _page(
    request: Request,
    visit: Visit,
    *,
    chosen: int = 0,
    typed: StaffedForm | None = None,
    notices: tuple[Notice, ...] = (),
    error: str | None = None,
    conflict: Conflict | None = None,
) -> HTMLResponse:
    hotspot, desk, kept = hotspot_of(visit), desk_of(visit), _read(visit)
    areas = coverage_store.read_coverage(
        visit.session, desk.municipality, hotspot[0] if hotspot else "", desk.today
    )
    before = next((one for one in kept if one.id == chosen), None)
    if typed is None and before is not None:
        one = before.place
        typed = StaffedForm(
            one.kind, one.code, one.name, one.area_code, hours_text(one.hours),
            before.ended_on is not None,
        )  # fmt: skip
    return render(
        request,
        "pages/staffed.html",
        title=_("Containere og klubmedarbejdere"),
        workspace="aften",
        status=409 if conflict else 422 if error else 200,
        crumbs=((_("Aften"), "/aften"), (_("Vagter og fravær"), "/aften/vagter")),
        notices=notices,
        here=HERE,
        has_area=hotspot is not None,
        kept=[(one, hours_text(one.place.hours)) for one in kept],
        findings=presence.container_findings(desk, hotspot[0]) if hotspot else [],
        before=before,
        typed=typed or StaffedForm("container", "", "", "", ""),
        kinds=STAFFED_KINDS,
        areas=[(one.area.code, one.area.name) for one in areas],
        may_write=visit.caller.may("staffed.write"),
        error=error,
        conflict=conflict,
    )
