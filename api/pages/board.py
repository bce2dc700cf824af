"""The board of an agreement: need and promises per coverage area and evening, and its edits.

Every edit is a form that posts; with a script the forms are filled by dragging or by keys, and
htmx puts the new board in the place of the old one. The checks are made here, after each edit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Visit
from api.pages.agreement_news import need_of
from api.pages.agreements import (
    BADGES,
    CRUMBS,
    HERE,
    LineWriter,
    Reader,
    agreement_of,
    line_form,
    suspended_in,
    typed_line,
)
from api.pages.board_map import board_map, slots_in
from api.pages.board_words import cell_story, need_facts
from api.pages.evening_desk import MOST, Text, Version, desk_of
from api.pages.map_table import TableFile
from api.web.frame import frame_of
from api.web.page import nonce_of, render
from api.web.translations import Message, _
from geo_service.domain import vocabulary as words
from geo_service.domain.agreements import is_settled, state_on
from geo_service.domain.commitments import PARTS_OF_EVENING
from geo_service.errors import AlreadyExists, Conflict, InvalidInput
from geo_service.storage import coverage as coverage_store
from geo_service.storage.agreements import Agreement, Line
from geo_service.workflows import agreement_lines as line_work
from geo_service.workflows.agreement_board import Board, agreement_board
from geo_service.workflows.agreement_desk import may_change
from geo_service.workflows.agreement_lines import Target
from maps.palette import legend

router = APIRouter(include_in_schema=False)

DONE: Final[dict[str, Message]] = {
    "flyttet": _("Tilsagnet er flyttet."),
    "tilfoejet": _("Tilsagnet er tilføjet."),
    "fjernet": _("Tilsagnet er fjernet."),
}
SIGNS: Final = {
    "hole": "▲",
    "team_overlap": "⇄",
    "unagreed_double": "●●",
    "joint_alone": "●○",
    "rest": "◷",
}
"""What stands in a cell that a rule has something to say of; the words are below the board."""
HOLES_SHOWN: Final = 6


@dataclass(frozen=True)
class Choice:
    """What is chosen on the board: a cell, or a line and where it may go."""

    place: str = ""
    evening: date | None = None
    line: int | None = None
    slot: str = ""
    """The slot that the map shows, by its label; "" for the whole evening."""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _chosen(
    sted: Annotated[str, Query(max_length=63)] = "",
    aften: Annotated[str, Query(max_length=10)] = "",
    linje: Annotated[int | None, Query(ge=0, le=MOST)] = None,
    tidsrum: Annotated[str, Query(max_length=12)] = "",
) -> Choice:
    return Choice(sted, _day(aften), linje, tidsrum)


@router.get(HERE + "/{plan_id}/tavle")
def board(
    request: Request,
    visit: Reader,
    plan_id: int,
    chosen: Annotated[Choice, Depends(_chosen)],
    gjort: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Return the board with what is chosen told beside it, or its map's table as a file."""
    if TableFile.is_asked(request):
        return _table(request, visit, plan_id, chosen)
    return _page(request, visit, plan_id, chosen, said=DONE.get(gjort))


def _target(
    hvor: Text = "", aften: Text = "", tidsrum: Text = "", grund: Text = ""
) -> dict[str, str]:
    """Return where a commitment is to go, as it was typed."""
    return {"hvor": hvor, "aften": aften, "tidsrum": tidsrum, "grund": grund}


@router.post(HERE + "/{plan_id}/tavle/flyt/{line_id}")
def move(
    request: Request,
    visit: LineWriter,
    plan_id: int,
    line_id: int,
    version: Version,
    typed: Annotated[dict[str, str], Depends(_target)],
) -> Response:
    """Put one commitment elsewhere or on another evening."""
    desk = desk_of(visit)
    evening = _day(typed["aften"])
    chosen = Choice(typed["hvor"], evening, line_id)

    def act() -> Choice:
        if evening is None:
            raise InvalidInput(_("Vælg en aften på listen."))
        target = Target(typed["hvor"], evening, typed["tidsrum"])
        line_work.move_line(desk, plan_id, version, line_id, target, why=typed["grund"])
        return chosen

    return _answer(request, visit, plan_id, act, "flyttet", chosen, typed)


@router.post(HERE + "/{plan_id}/tavle/tilsagn")
def add(
    request: Request,
    visit: LineWriter,
    plan_id: int,
    version: Version,
    typed: Annotated[dict[str, str], Depends(typed_line)],
) -> Response:
    """Store one commitment in the chosen cell."""
    desk = desk_of(visit)
    chosen = Choice(typed["hvor"], _day(typed["aften"]))

    def act() -> Choice:
        line_work.add_line(desk, plan_id, version, line_form(typed), why=typed["grund"])
        return chosen

    return _answer(request, visit, plan_id, act, "tilfoejet", chosen, typed)


@router.post(HERE + "/{plan_id}/tavle/fjern/{line_id}")
def remove(
    request: Request,
    visit: LineWriter,
    plan_id: int,
    line_id: int,
    version: Version,
    grund: Text = "",
) -> Response:
    """Take one commitment away."""
    desk = desk_of(visit)

    def act() -> Choice:
        line = line_work.remove_line(desk, plan_id, version, line_id, why=grund)
        return Choice(line.area_code, line.evening)

    return _answer(request, visit, plan_id, act, "fjernet", Choice(line=line_id), {"grund": grund})


def _answer(
    request: Request,
    visit: Visit,
    plan_id: int,
    act: Callable[[], Choice],
    done: str,
    failed: Choice,
    typed: dict[str, str],
) -> Response:
    """Carry out an edit; what cannot be done shows the board as it is, and what was typed."""
    agreement_of(visit, plan_id)
    try:
        with visit.session.begin_nested():
            chosen = act()
    except Conflict as conflict:
        return _page(request, visit, plan_id, failed, conflict=conflict, typed=typed)
    except (InvalidInput, AlreadyExists) as fault:
        return _page(request, visit, plan_id, failed, error=fault.words, typed=typed)
    visit.audit("change", ref=str(plan_id), what=done)
    if _wants_part(request):
        return _page(request, visit, plan_id, chosen, said=DONE[done])
    asked = f"gjort={done}&sted={chosen.place}&aften={chosen.evening}"
    asked += f"&linje={chosen.line}" if chosen.line is not None else ""
    return RedirectResponse(f"{HERE}/{plan_id}/tavle?{asked}", status_code=303)


def _wants_part(request: Request) -> bool:
    """Tell whether htmx asks, which puts the board and the panel into the page that is there."""
    return request.headers.get("HX-Request") == "true"


def _page(
    request: Request,
    visit: Visit,
    plan_id: int,
    chosen: Choice,
    *,
    said: Message | None = None,
    error: str | None = None,
    conflict: Conflict | None = None,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    desk = desk_of(visit)
    agreement = agreement_of(visit, plan_id)
    need = need_of(request, visit, agreement)
    shown = agreement_board(desk, agreement, need)
    part = _wants_part(request)
    amends = is_settled(agreement.state)
    agencies = {one for one in words.AGENCIES if may_change(visit.caller, agreement, one)}
    evenings = [evening for week in shown.weeks for evening in week]
    line = next((one for one in shown.lines if one.id == chosen.line), None)
    cell = _cell(shown, chosen, line)
    return render(
        request,
        "parts/board_swap.html" if part else "pages/board.html",
        title=_("Tavlen"),
        workspace="aften",
        wide=True,
        status=409 if conflict else 422 if error else 200,
        crumbs=(*CRUMBS, (_("Aftalen"), f"{HERE}/{plan_id}")),
        here=f"{HERE}/{plan_id}",
        agreement=agreement,
        state=state_on(
            agreement.state, agreement.first_evening, agreement.last_evening, desk.today
        ),
        states=words.PLAN_SEEN,
        badges=BADGES,
        board=shown,
        evenings=evenings,
        today=desk.today,
        classes={int(entry["number"]): entry for entry in legend(shown.breaks)},
        signs=SIGNS,
        rule_words=words.PLAN_RULES,
        holes=[one for one in shown.findings if one.rule == "hole"],
        holes_shown=HOLES_SHOWN,
        others=[one for one in shown.findings if one.rule != "hole"],
        cell=cell,
        suspended=suspended_in(visit, agreement, desk.today),
        story=cell_story(need, cell),
        facts=need_facts(need, is_demo=visit.identity.signed_in.is_demo),
        line=line,
        may_move={
            one.id
            for one in shown.lines
            if one.agency in agencies and (not amends or one.evening >= desk.today)
        },
        agencies=[(code, words.AGENCIES[code]) for code in words.AGENCIES if code in agencies],
        agency_words=words.AGENCIES,
        teams=list(coverage_store.team_ids(visit.session, agency="street_team")),
        forms=words.PRESENCE_FORMS,
        parts=list(PARTS_OF_EVENING),
        amends=amends,
        said=said,
        error=error,
        conflict=conflict,
        typed=typed or {},
        **({} if part else _beside(request, visit, shown, chosen)),
    )


def _cell(shown: Board, chosen: Choice, line: Line | None) -> Any:
    """Return the cell that is chosen, or the one of the line that is."""
    asked = (chosen.place, chosen.evening)
    if asked not in shown.cells and line is not None:
        asked = (line.area_code, line.evening)
    return shown.cells.get(asked)  # type: ignore[arg-type]


def _table(request: Request, visit: Visit, plan_id: int, chosen: Choice) -> Response:
    """Return the table of the map as a file."""
    agreement = agreement_of(visit, plan_id)
    need = need_of(request, visit, agreement)
    beside = _beside(request, visit, agreement_board(desk_of(visit), agreement, need), chosen)
    file = _file(agreement, beside["map_evening"])
    told = {"precision": need.precision} if need else {}
    return file.answer(visit, beside["kort"], frame_of(request).language, **told)


def _file(agreement: Agreement, evening: date) -> TableFile:
    path = f"{HERE}/{agreement.id}/tavle"
    return TableFile("behov", path, agreement.hotspot_area, evening, confidential=True)


def _beside(request: Request, visit: Visit, shown: Board, chosen: Choice) -> dict[str, Any]:
    """Return the map of the evening and slot that are chosen, else of the busiest evening."""
    asked = chosen.evening
    is_ours = any(asked in week for week in shown.weeks)
    evening = asked if asked is not None and is_ours else shown.busiest
    slots = slots_in(shown, evening)
    slot = next((one for one in slots if one.label == chosen.slot), None)
    return {
        "map_evening": evening,
        "map_slots": [one.label for one in slots],
        "map_slot": slot.label if slot else "",
        "kort": _file(shown.agreement, evening).offered_on(
            board_map(
                visit,
                shown,
                slot or evening,
                request.app.state.sheets,
                language=frame_of(request).language,
                query=dict(request.query_params),
            )
        ),
        "nonce": nonce_of(request),
    }
