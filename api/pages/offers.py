"""Offers for young people: list, map, the grid of holes and overlap, and the holiday plan."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Refused, Visit, needs
from api.pages.evening_desk import MOST, desk_of, hotspot_of
from api.pages.map_table import TableFile
from api.pages.offer_map import offer_map
from api.web.frame import frame_of
from api.web.notices import Notice
from api.web.page import nonce_of, render
from api.web.translations import _
from geo_service.domain.frames import rows_of
from geo_service.domain.hours_text import dated_text, hours_text
from geo_service.domain.offers import AGE_GROUPS
from geo_service.domain.vocabulary import OFFER_COVERS, OFFER_KINDS
from geo_service.errors import AlreadyExists, Conflict, InvalidInput
from geo_service.storage import offers as store
from geo_service.storage.offers import KeptOffer
from geo_service.workflows import offers as work
from geo_service.workflows.offers import OfferForm

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/tilbud"
PLAN: Final = "/aften/ferieplan"
SIGNS: Final = {
    "gap": "stop",
    "not_told": "wait",
    "partial_gap": "warn",
    "open": "good",
    "overlap": "neutral",
}
EVERY_PART: Final = "alle"

Reader = Annotated[Visit, needs("offer.read")]
Planner = Annotated[Visit, needs("school_holiday.read")]
Writer = Annotated[Visit, needs("offer.write")]
Version = Annotated[int, Form(ge=0, le=MOST)]
Text = Annotated[str, Form(max_length=200)]
LongText = Annotated[str, Form(max_length=5_000)]
Tick = Annotated[str, Form(max_length=4)]


@router.get(HERE)
def offers(
    request: Request,
    visit: Reader,
    uge: Annotated[str, Query(max_length=10)] = "",
    omraade: Annotated[str, Query(max_length=80)] = "",
    gemt: Annotated[int, Query(ge=0, le=1)] = 0,
) -> Response:
    """Return the offers and what a week gives each age group; or the table of their map."""
    desk, hotspot = desk_of(visit), hotspot_of(visit)
    monday = _monday(uge, desk.today)
    kept = store.read_offers(visit.session, desk.municipality)
    running = work.current(kept, desk.today)
    parts = work.parts_of(desk, hotspot[0] if hotspot else None)
    chosen = omraade if omraade in {*parts["code"], EVERY_PART} else ""
    wanted = parts if chosen == EVERY_PART else parts[parts["code"] == chosen]
    grid = list(rows_of(work.week_grid(desk, running, monday, wanted)))
    names = dict(zip(parts["code"], parts["name"], strict=True))
    language = frame_of(request).language
    file = TableFile("tilbud", HERE, hotspot[0] if hotspot else desk.municipality)
    kort = file.offered_on(
        offer_map(
            visit,
            [one for one in kept if one.offer in running],
            parts,
            language=language,
            query=dict(request.query_params),
            href=HERE if visit.caller.may("offer.write") else None,
        )
    )
    if file.is_asked(request):
        return file.answer(visit, kort, language)
    return render(
        request,
        "pages/offers.html",
        title=_("Tilbud til unge"),
        workspace="aften",
        wide=True,
        crumbs=_crumbs(visit),
        notices=(Notice(_("Gemt.")),) if gemt else (),
        here=HERE,
        plan=PLAN,
        offers=[(one, hours_text(one.offer.hours), dated_text(one.offer.dated)) for one in kept],
        running=running,
        kinds=OFFER_KINDS,
        covers=OFFER_COVERS,
        signs=SIGNS,
        days=[monday + timedelta(days=n) for n in range(work.WEEK)],
        cells=_cells(grid),
        names=names,
        lacking=[one for one in grid if one.cover in ("gap", "not_told", "partial_gap")],
        doubled=[one for one in grid if one.cover == "overlap"],
        area_name=hotspot[1] if hotspot else None,
        parts=[(code, name) for code, name in names.items() if code],
        chosen=chosen,
        every_part=EVERY_PART,
        monday=monday,
        earlier=monday - timedelta(days=work.WEEK),
        later=monday + timedelta(days=work.WEEK),
        holidays=work.coming_holidays(desk)[:8],
        may_write=visit.caller.may("offer.write"),
        kort=kort,
        nonce=nonce_of(request),
    )


@router.get(PLAN)
def holiday_plan(
    request: Request,
    visit: Planner,
    fra: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """Return the plan of a coming school holiday: what is missing, and whom to ask."""
    desk, hotspot = desk_of(visit), hotspot_of(visit)
    coming = work.coming_holidays(desk)
    holiday = next((one for one in coming if one.first.isoformat() == fra), None)
    holiday = holiday or next(iter(coming), None)
    plan = None
    if holiday is not None:
        running = work.current(store.read_offers(visit.session, desk.municipality), desk.today)
        parts = work.parts_of(desk, hotspot[0] if hotspot else None)
        plan = work.plan_of(desk, running, holiday, parts)
    return render(
        request,
        "pages/holiday_plan.html",
        title=_("Ferieplan"),
        workspace="aften",
        crumbs=(*_crumbs(visit), (_("Tilbud til unge"), HERE)),
        here=PLAN,
        coming=coming,
        holiday=holiday,
        plan=plan,
        cells=_cells(list(rows_of(plan.grid))) if plan else {},
        groups=[str(one) for one in AGE_GROUPS],
        covers=OFFER_COVERS,
        signs=SIGNS,
        may_write=visit.caller.may("school_holiday.write"),
    )


def _typed(  # noqa: PLR0913, PLR0917 - the fields of the form
    kode: Text = "",
    navn: Text = "",
    art: Text = "",
    drives_af: Text = "",
    fra_alder: Text = "",
    til_alder: Text = "",
    sted: Text = "",
    tider: LongText = "",
    andre_tider: LongText = "",
    ens: Tick = "",
    slut: Tick = "",
) -> OfferForm:
    """Return an offer as it was typed."""
    return OfferForm(
        kode.strip(), navn, art, drives_af, fra_alder, til_alder, sted, tider, andre_tider,
        ens == "1", slut == "1",
    )  # fmt: skip


@router.get(f"{HERE}/nyt")
def new_offer(request: Request, visit: Writer) -> HTMLResponse:
    """Return the form of one more offer."""
    return _form(request, visit, None)


@router.post(f"{HERE}/nyt")
def make(request: Request, visit: Writer, typed: Annotated[OfferForm, Depends(_typed)]) -> Response:
    """Store one more offer."""
    return _save(request, visit, None, typed, 0)


@router.get(HERE + "/{offer_id}")
def offer(request: Request, visit: Writer, offer_id: int) -> HTMLResponse:
    """Return the form of an offer."""
    return _form(request, visit, _found(visit, offer_id))


@router.post(HERE + "/{offer_id}")
def change(
    request: Request,
    visit: Writer,
    offer_id: int,
    typed: Annotated[OfferForm, Depends(_typed)],
    version: Version = 0,
) -> Response:
    """Change an offer."""
    before = _found(visit, offer_id)
    same_code = OfferForm(**{**vars(typed), "code": before.offer.code})
    return _save(request, visit, before, same_code, version)


def _found(visit: Visit, offer_id: int) -> KeptOffer:
    kept = store.read_offers(visit.session, visit.caller.municipality or "")
    found = next((one for one in kept if one.id == offer_id), None)
    if found is None:
        raise Refused
    return found


def _save(
    request: Request, visit: Visit, before: KeptOffer | None, typed: OfferForm, version: int
) -> Response:
    try:
        with visit.session.begin_nested():
            work.save_offer(desk_of(visit), typed, before=before, version=version)
    except Conflict as conflict:
        return _form(request, visit, before, typed=typed, conflict=conflict)
    except (InvalidInput, AlreadyExists) as fault:
        return _form(request, visit, before, typed=typed, error=fault.words)
    visit.audit("change" if before else "create", ref=typed.code)
    return RedirectResponse(f"{HERE}?gemt=1", status_code=303)


def _form(
    request: Request,
    visit: Visit,
    before: KeptOffer | None,
    *,
    typed: OfferForm | None = None,
    error: str | None = None,
    conflict: Conflict | None = None,
) -> HTMLResponse:
    hotspot, desk = hotspot_of(visit), desk_of(visit)
    kort = offer_map(
        visit,
        [],
        work.parts_of(desk, hotspot[0] if hotspot else None),
        language=frame_of(request).language,
        query={},
    )
    return render(
        request,
        "pages/offer.html",
        title=before.offer.name if before else _("Nyt tilbud"),
        workspace="aften",
        wide=True,
        status=409 if conflict else 422 if error else 200,
        crumbs=(*_crumbs(visit), (_("Tilbud til unge"), HERE)),
        here=HERE,
        action=f"{HERE}/{before.id}" if before else f"{HERE}/nyt",
        before=before,
        typed=typed or _fields(before),
        kinds=OFFER_KINDS,
        error=error,
        conflict=conflict,
        kort=kort,
        nonce=nonce_of(request),
    )


def _fields(before: KeptOffer | None) -> OfferForm:
    if before is None:
        return OfferForm("", "", "club", "", "14", "17", "", "", "")
    one = before.offer
    place = f"{one.at.x:.0f} {one.at.y:.0f}" if one.at else ""
    return OfferForm(
        one.code, one.name, one.kind, one.operator, str(one.ages.first), str(one.ages.last),
        place, hours_text(one.hours), dated_text(one.dated), one.same_in_holidays,
        before.ended_on is not None,
    )  # fmt: skip


def _cells(grid: list[Any]) -> dict[tuple[str, str], list[Any]]:
    """Return the cells of each part and age group, in the order of the days."""
    cells: dict[tuple[str, str], list[Any]] = {}
    for one in grid:
        cells.setdefault((one.part_code, one.age_group), []).append(one)
    return cells


def _crumbs(visit: Visit) -> tuple[tuple[Any, str], ...]:
    return ((_("Aften"), "/aften"),) if visit.caller.may("assignment.read") else ()


def _monday(text: str, today: date) -> date:
    try:
        asked = date.fromisoformat(text) if text else today
    except ValueError:
        asked = today
    if not 0 <= asked.year - datetime.now(UTC).year + 10 <= 20:  # noqa: PLR2004 - ten years
        asked = today
    return asked - timedelta(days=asked.weekday())
