"""The evening log: the team writes after the shift, the coordinator releases, the police see."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Refused, Visit, needs
from api.pages.evening_desk import desk_of, hotspot_of
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import _
from geo_service.domain.evenings import evening_of
from geo_service.domain.log_guard import NO_PERSONS_REMINDER, OFFENCES_REMINDER
from geo_service.domain.vocabulary import CRIME_TYPES, FOLLOW_UPS, PUBLIC_SPACE_TYPES
from geo_service.errors import AlreadyExists, InvalidInput, NotFound
from geo_service.storage import coverage as coverage_store
from geo_service.storage import evening_log as store
from geo_service.workflows import evening_log as work
from geo_service.workflows.evening_log import LATE_DAYS, TRENDS, LogForm

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/log"
SHOWN_DAYS: Final = 28
DONE: Final = {
    "skrevet": _("Gemt. Tak."),
    "frigivet": _("Frigivet til mødet."),
    "fulgt": _("Gemt. Den, der skrev noten, kan se det."),
}

Reader = Annotated[Visit, needs("log.read")]
Writer = Annotated[Visit, needs("log.write")]
Releaser = Annotated[Visit, needs("log.release")]
Text = Annotated[str, Form(max_length=2_500)]


@router.get(HERE)
def log(request: Request, visit: Reader, gjort: str = "") -> HTMLResponse:
    """Return the log as the caller sees it, with the form for the team."""
    notices = (Notice(DONE[gjort]),) if gjort in DONE else ()
    return _page(request, visit, notices=notices)


def _typed(
    hvor: Text = "",
    aften: Text = "",
    kl: Text = "",
    minutter: Text = "",
    tendens: Text = "",
    saa: Text = "",
    hold: Text = "",
) -> dict[str, str]:
    """Return what was typed of a stay, but for the note, which is never shown again."""
    return {"hvor": hvor, "aften": aften, "kl": kl, "minutter": minutter, "tendens": tendens,
            "saa": saa, "hold": hold}  # fmt: skip


@router.post(HERE)
def write(
    request: Request,
    visit: Writer,
    typed: Annotated[dict[str, str], Depends(_typed)],
    note: Text = "",
) -> Response:
    """Store one stay; a text that may point at a person is not stored, and not shown again."""
    hotspot = hotspot_of(visit)
    if hotspot is None:
        raise Refused
    try:
        evening = date.fromisoformat(typed["aften"])
    except ValueError:
        return _page(request, visit, typed=typed, error=_("Vælg en aften på listen."))
    form = LogForm(
        typed["hvor"],
        evening,
        typed["kl"],
        typed["minutter"],
        typed["tendens"],
        typed["saa"],
        note,
        team=typed["hold"],
    )
    try:
        work.write_note(desk_of(visit), hotspot[0], form)
    except (InvalidInput, AlreadyExists, NotFound) as fault:
        visit.refuse(ref=typed["hvor"])
        return _page(request, visit, typed=typed, error=fault.words)
    visit.audit("create", ref=typed["hvor"], evening=typed["aften"])
    return RedirectResponse(f"{HERE}?gjort=skrevet", status_code=303)


@router.post(HERE + "/frigiv")
def release(
    visit: Releaser,
    noter: Annotated[list[int] | None, Form()] = None,
    uden_tekst: Annotated[str, Form(max_length=4)] = "",
) -> Response:
    """Release the notes that are ticked to the meeting, or all that hold no text to be read."""
    if uden_tekst == "ja":
        desk, hotspot = desk_of(visit), hotspot_of(visit)
        since = desk.today - timedelta(days=SHOWN_DAYS)
        found = store.read_notes(
            visit.session, since, desk.today, hotspot_area=hotspot[0] if hotspot else ""
        )
        noter = [one.id for one in found if not one.note]
    released = work.release(desk_of(visit), noter or [])
    if released:
        visit.audit("release", count=released)
    return RedirectResponse(f"{HERE}?gjort=frigivet", status_code=303)


@router.post(HERE + "/{note_id}/opfoelgning")
def follow(
    request: Request, visit: Releaser, note_id: int, opfoelgning: Text = "", stod: Text = ""
) -> Response:
    """Say how far the meeting has come with a note, unless somebody else said so meanwhile."""
    if not opfoelgning:
        return _page(request, visit, unfollowed=note_id)
    try:
        found = work.follow_up(desk_of(visit), note_id, opfoelgning, seen=stod)
    except (InvalidInput, NotFound) as fault:
        raise Refused from fault
    if found is not None:
        visit.refuse(ref=str(note_id), follow_up=opfoelgning)
        return _page(request, visit, outrun=(note_id, opfoelgning))
    visit.audit("change", ref=str(note_id), follow_up=opfoelgning)
    return RedirectResponse(f"{HERE}?gjort=fulgt#n-{note_id}", status_code=303)


def _page(
    request: Request,
    visit: Visit,
    *,
    typed: dict[str, str] | None = None,
    error: str | None = None,
    outrun: tuple[int, str] = (0, ""),
    unfollowed: int = 0,
    **context: Any,
) -> HTMLResponse:
    """Return the page.

    `outrun`: the note that somebody else was first at, and what was chosen. `unfollowed`: the
    note that nothing was chosen for.
    """
    desk = desk_of(visit)
    hotspot = hotspot_of(visit)
    code = hotspot[0] if hotspot else ""
    since = desk.today - timedelta(days=SHOWN_DAYS)
    is_released_only = not visit.caller.sees("log.read", "minutes")
    evening = evening_of(datetime.now(UTC))
    areas = coverage_store.read_coverage(visit.session, desk.municipality, code, evening)
    notes = [] if is_released_only else store.read_notes(
        visit.session, since, desk.today, hotspot_area=code
    )  # fmt: skip
    coordinates = visit.caller.may("log.release")
    released = (
        store.read_released(visit.session, since, desk.today, hotspot_area=code)
        if is_released_only
        else []
    )
    return render(
        request,
        "pages/evening_log.html",
        title=_("Aftenlog"),
        workspace="aften",
        status=409 if outrun[0] else 422 if error or unfollowed else 200,
        crumbs=((_("Aften"), "/aften"),),
        here=HERE,
        areas=[(one.area.code, one.area.name) for one in areas],
        evenings=[evening - timedelta(days=back) for back in range(LATE_DAYS)],
        notes=notes,
        waiting=[one for one in notes if one.released_at is None],
        folded={
            one.id
            for one in notes
            if one.released_at is not None
            and one.evening < desk.today - timedelta(days=LATE_DAYS)
            and one.id != outrun[0]
        },
        released=released,
        is_released_only=is_released_only,
        must_choose=hotspot is None and bool(visit.identity.hotspot_choices),
        trends=TRENDS,
        types={kind: CRIME_TYPES[kind] for kind in PUBLIC_SPACE_TYPES},
        follow_ups=FOLLOW_UPS,
        may_write=(bool(visit.caller.team) or coordinates) and visit.caller.may("log.write"),
        coordinates=coordinates,
        teams=[(code, code) for code in coverage_store.team_ids(visit.session)]
        if coordinates
        else [],
        typed=typed or {},
        error=error,
        outrun=outrun,
        unfollowed=unfollowed,
        reminder=OFFENCES_REMINDER,
        no_persons=NO_PERSONS_REMINDER,
        **context,
    )
