"""The agreements of a hotspot area: the list, the board of one, and what its forms do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Refused, Visit, needs
from api.pages.evening_desk import MOST, Text, Version, desk_of, hotspot_of
from api.web.formats import weeks
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import Message, _
from geo_service.domain import vocabulary as words
from geo_service.domain.agreements import (
    ENDED,
    EVENINGS,
    MOST_EVENINGS,
    State,
    Step,
    evenings_of,
    is_settled,
    next_first_evening,
    state_on,
    steps_for,
)
from geo_service.domain.commitments import PARTS_OF_EVENING
from geo_service.errors import AlreadyExists, Conflict, InvalidInput, NotFound
from geo_service.storage import agreements as store
from geo_service.storage import choices, suspensions
from geo_service.storage import coverage as coverage_store
from geo_service.storage.agreements import Agreement, Line
from geo_service.storage.suspensions import Suspended
from geo_service.workflows import agreement_lines as line_work
from geo_service.workflows import agreements as work
from geo_service.workflows import presence, staffing
from geo_service.workflows import take_proposal as work_proposals
from geo_service.workflows.agreement_desk import may_change
from geo_service.workflows.agreement_lines import LineForm

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/aftaler"
CRUMBS: Final = ((_("Aften"), "/aften"), (_("Aftaler"), HERE))
STEP_WORDS: Final[dict[Step, Message]] = {
    Step.send: _("Send til den anden part"),
    Step.take_back: _("Tag tilbage som kladde"),
    Step.agree: _("Godkend aftalen"),
    Step.review: _("Afslut gennemgangen"),
}
DONE: Final[dict[str, Message]] = {
    "send": _("Sendt. Den anden part kan nu godkende."),
    "take_back": _("Aftalen er en kladde igen."),
    "agree": _("Godkendt af begge. Aftalen gælder fra sin første aften."),
    "review": _("Gennemgangen er afsluttet."),
    "tilfoejet": _("Tilsagnet er tilføjet."),
    "fjernet": _("Tilsagnet er fjernet."),
    "referat": _("Gemt."),
    "holdt": _("Gemt."),
    "droppet": _("Forslaget er droppet. Aftalen er, som den var."),
}
BADGES: Final[dict[str, str]] = {
    State.draft: "neutral",
    State.sent: "wait",
    State.agreed: "good",
    State.in_force: "good",
    ENDED: "warn",
    State.reviewed: "neutral",
}

Reader = Annotated[Visit, needs("amendment.read")]
Writer = Annotated[Visit, needs("plan.write")]
Signer = Annotated[Visit, needs("plan.agree")]
LineWriter = Annotated[Visit, needs("commitment.write")]


@dataclass(frozen=True)
class Evening:
    """One evening of the board: its commitments."""

    day: date
    lines: tuple[Line, ...]


def agreement_of(visit: Visit, plan_id: int) -> Agreement:
    """Return an agreement; one that the caller does not reach reads like a page that is none."""
    try:
        return store.read_agreement(visit.session, plan_id)
    except NotFound as nothing:
        raise Refused from nothing


def suspended_in(visit: Visit, agreement: Agreement, today: date) -> Suspended | None:
    """Return the suspension of tonight's plan, where tonight is one of the agreement's evenings."""
    if not agreement.first_evening <= today <= agreement.last_evening:
        return None
    return suspensions.read_suspension(visit.session, agreement.hotspot_area, today)


@router.get(HERE)
def agreements(request: Request, visit: Reader) -> HTMLResponse:
    """Return the agreements of the chosen hotspot area, and the form that starts the next."""
    return _list_page(request, visit)


@router.post(HERE)
def start(
    request: Request,
    visit: Writer,
    foerste: Text = "",
    aftener: Text = str(EVENINGS),
    kopi: Text = "",
) -> Response:
    """Make a draft, as a copy of the last agreement if that is wanted."""
    hotspot = hotspot_of(visit)
    if hotspot is None:
        raise Refused
    try:
        first = date.fromisoformat(foerste)
        length = int(aftener)
        last = first + timedelta(days=length - 1)
    except (ValueError, OverflowError):
        error = _("Vælg den første aften, og hvor mange aftener aftalen dækker.")
        return _list_page(request, visit, error=error, first=foerste, length=aftener)
    try:
        made = work.start(desk_of(visit), hotspot[0], (first, last), copy=kopi == "1")
    except (InvalidInput, AlreadyExists) as fault:
        return _list_page(request, visit, error=fault.words, first=foerste, length=aftener)
    visit.audit("create", ref=str(made.plan_id), copied=kopi == "1", left_out=len(made.left_out))
    return RedirectResponse(f"{HERE}/{made.plan_id}?udeladt={len(made.left_out)}", 303)


def _list_page(
    request: Request,
    visit: Visit,
    *,
    error: str | None = None,
    first: str | None = None,
    length: str = str(EVENINGS),
) -> HTMLResponse:
    hotspot = hotspot_of(visit)
    found = store.read_agreements(visit.session, hotspot[0]) if hotspot else []
    today = desk_of(visit).today
    upcoming = next_first_evening(found[0].last_evening if found else None, today)
    return render(
        request,
        "pages/agreements.html",
        title=_("Aftaler"),
        workspace="aften",
        status=422 if error else 200,
        crumbs=CRUMBS[:1],
        here=HERE,
        area_name=hotspot[1] if hotspot else None,
        may_choose=bool(visit.identity.hotspot_choices),
        agreements=[
            (one, state_on(one.state, one.first_evening, one.last_evening, today)) for one in found
        ],
        states=words.PLAN_SEEN,
        badges=BADGES,
        may_write=visit.caller.may("plan.write"),
        error=error,
        first=first if first is not None else upcoming.isoformat(),
        length=length,
        most=MOST_EVENINGS,
        earliest=today.isoformat(),
        has_last=any(one.last_evening < upcoming for one in found),
    )


@router.get(HERE + "/{plan_id}")
def agreement(
    request: Request,
    visit: Reader,
    plan_id: int,
    gjort: Annotated[str, Query(max_length=40)] = "",
    udeladt: Annotated[int, Query(ge=0, le=MOST)] = 0,
    aften: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """Return the board of one agreement."""
    notices = [Notice(DONE[gjort])] if gjort in DONE else []
    if udeladt:
        left_out = _("%(count)s tilsagn fra sidste aftale kunne ikke komme med.", count=udeladt)
        notices.append(Notice(left_out, kind="warn"))
    return board(request, visit, plan_id, notices=tuple(notices), typed={"aften": aften})


def board(
    request: Request,
    visit: Visit,
    plan_id: int,
    *,
    notices: tuple[Notice, ...] = (),
    typed: dict[str, str] | None = None,
    error: str | None = None,
    conflict: Conflict | None = None,
    minutes: str | None = None,
) -> HTMLResponse:
    """Return the page of an agreement; what was typed and not stored stands in its form."""
    desk = desk_of(visit)
    found = agreement_of(visit, plan_id)
    lines = store.read_lines(visit.session, plan_id)
    areas = {code: one.area for code, one in desk.areas(found).items()}
    changeable = {agency for agency in words.AGENCIES if may_change(visit.caller, found, agency)}
    return render(
        request,
        "pages/agreement.html",
        title=_(
            "Aftalen uge %(weeks)s",
            weeks=weeks(found.first_evening, found.last_evening, "").strip(),
        ),
        workspace="aften",
        wide=True,
        status=409 if conflict else 422 if error else 200,
        crumbs=CRUMBS,
        notices=notices,
        here=f"{HERE}/{plan_id}",
        agreement=found,
        state=state_on(found.state, found.first_evening, found.last_evening, desk.today),
        states=words.PLAN_SEEN,
        badges=BADGES,
        waiting=waiting_for(found),
        evenings=[
            Evening(day, tuple(line for line in lines if line.evening == day))
            for day in evenings_of(found.first_evening, found.last_evening)
        ],
        lines=lines,
        today=desk.today,
        suspended=suspended_in(visit, found, desk.today),
        warnings=[
            *staffing.after_agreement(desk, found),
            *line_work.warnings(
                found, lines, areas, staffed=presence.staffed_now(desk, found.hotspot_area)
            ),
            *presence.stay_findings(desk, lines),
        ],
        areas=[(code, area.name) for code, area in areas.items()],
        agencies=[(code, words.AGENCIES[code]) for code in words.AGENCIES if code in changeable],
        agency_words=words.AGENCIES,
        teams=list(coverage_store.team_ids(visit.session, agency="street_team")),
        forms=words.PRESENCE_FORMS,
        parts=list(PARTS_OF_EVENING),
        changeable=changeable,
        amends=is_settled(found.state),
        amendments=store.read_amendments(visit.session, plan_id),
        steps=[
            (step, STEP_WORDS[step])
            for step in steps_for(
                found.state,
                visit.caller.role,
                signed=found.signed,
                last=found.last_evening,
                today=desk.today,
            )
        ],
        typed=typed or {},
        error=error,
        conflict=conflict,
        minutes=found.minutes if minutes is None else minutes,
        kept_words=words.KEPT,
        names_units=choices.police_detail(visit.session, desk.municipality)[0].unit_names,
        proposal=work_proposals.for_agreement(desk, found),
        may_propose=visit.caller.may("proposal.write") and found.state is State.draft,
    )


def waiting_for(found: Agreement) -> Message | None:
    """Say whose yes is missing, if it is sent and one is."""
    if found.state is not State.sent:
        return None
    return _("afventer politiet") if not found.signed.police else _("afventer hotspotchefen")


def _answer(request: Request, visit: Visit, plan_id: int, typed: dict[str, str],
            act: Callable[[], str], deed: str = "change", **context: Any) -> Response:  # fmt: skip
    """Carry out what a form asks for; what cannot be done shows the form again, as it was."""
    try:
        with visit.session.begin_nested():
            done = act()
    except Conflict as conflict:
        return board(request, visit, plan_id, typed=typed, conflict=conflict, **context)
    except (InvalidInput, AlreadyExists) as fault:
        return board(request, visit, plan_id, typed=typed, error=fault.words, **context)
    visit.audit(deed, ref=str(plan_id), what=done)
    return RedirectResponse(f"{HERE}/{plan_id}?gjort={done}", status_code=303)


def typed_line(
    hvem: Text = "",
    hvor: Text = "",
    aften: Text = "",
    tidsrum: Text = "",
    hvordan: Text = "",
    hvorfor: Text = "",
    grund: Text = "",
    enhed: Text = "",
) -> dict[str, str]:
    """Return the fields of a commitment as they were typed.

    None is called `form`: a script that asks a form for its `form` would get that field.
    """
    return {
        "hvem": hvem,
        "hvor": hvor,
        "aften": aften,
        "tidsrum": tidsrum,
        "hvordan": hvordan,
        "hvorfor": hvorfor,
        "grund": grund,
        "enhed": enhed,
    }


@router.post(HERE + "/{plan_id}/tilsagn")
def add(
    request: Request,
    visit: LineWriter,
    plan_id: int,
    version: Version,
    typed: Annotated[dict[str, str], Depends(typed_line)],
) -> Response:
    """Store one commitment."""
    desk = desk_of(visit)

    def act() -> str:
        line_work.add_line(desk, plan_id, version, line_form(typed), why=typed["grund"])
        return "tilfoejet"

    return _answer(request, visit, plan_id, typed, act)


def line_form(typed: dict[str, str]) -> LineForm:
    """Return what was typed about a commitment as the rules read it."""
    agency, _mark, team = typed["hvem"].partition(":")
    try:
        evening = date.fromisoformat(typed["aften"])
    except ValueError as error:
        raise InvalidInput(_("Vælg en aften på listen.")) from error
    return LineForm(
        agency=agency,
        team=team,
        area_code=typed["hvor"],
        evening=evening,
        part=typed["tidsrum"],
        form=typed["hvordan"],
        reason=typed["hvorfor"],
        unit=typed["enhed"] if agency == "police" else "",
    )


@router.post(HERE + "/{plan_id}/tilsagn/{line_id}/fjern")
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

    def act() -> str:
        line_work.remove_line(desk, plan_id, version, line_id, why=grund)
        return "fjernet"

    return _answer(request, visit, plan_id, {}, act)


@router.post(HERE + "/{plan_id}/trin")
def step(
    request: Request, visit: Signer, plan_id: int, version: Version, trin: Text = ""
) -> Response:
    """Send, take back, agree or close."""
    if trin not in list(Step):
        raise Refused
    desk = desk_of(visit)

    def act() -> str:
        work.take_step(desk, plan_id, version, Step(trin))
        return trin

    deed = "agree" if trin == Step.agree else "change"
    return _answer(request, visit, plan_id, {}, act, deed)


@router.post(HERE + "/{plan_id}/referat")
def write_minutes(
    request: Request,
    visit: Signer,
    plan_id: int,
    version: Version,
    referat: Text = "",
    grund: Text = "",
) -> Response:
    """Store what else the meeting agreed on; after both have agreed, with a reason."""
    desk = desk_of(visit)

    def act() -> str:
        work.write_minutes(desk, plan_id, version, referat, why=grund)
        return "referat"

    return _answer(request, visit, plan_id, {}, act, minutes=referat)
