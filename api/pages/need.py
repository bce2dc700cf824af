"""How well the figures hit: the need model beside plain baselines, and which one plans are made by.

The trial is made when the page is opened, and kept until what it rests on changes.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Visit, needs
from api.kept import Kept
from api.pages.evening_desk import MOST, desk_of, hotspot_of
from api.web.listing import Column
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import Message, _
from geo_service.analysis.baselines import Baseline
from geo_service.analysis.rolling_origin import METHODS, MODEL
from geo_service.domain import vocabulary as words
from geo_service.domain.need_choice import NeedChoice
from geo_service.errors import Conflict, InvalidInput
from geo_service.storage import choices
from geo_service.workflows import evening_rules
from geo_service.workflows.need_method import (
    NeedMethod,
    method_here,
    method_inputs,
)

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/behov"
COLUMNS: Final = (
    Column("method", _("Måde at regne på")),
    Column("pai_5", _("PAI, 5 %"), numeric=True),
    Column("pai_10", _("PAI, 10 %"), numeric=True),
    Column("pai_20", _("PAI, 20 %"), numeric=True),
    Column("pei_10", _("PEI, 10 %"), numeric=True),
    Column("rri_10", _("RRI, 10 %"), numeric=True),
    Column("log_score", _("Log-score"), numeric=True),
    Column("calibration", _("Kalibrering"), numeric=True),
)
METHOD_WORDS: Final[dict[str, Message]] = {
    MODEL: _("behovsmodellen"),
    Baseline.same_slot_last_year: _("samme tidsrum sidste år"),
    Baseline.last_12_months: _("gennemsnit af de seneste 12 måneder"),
    Baseline.city_profile: _("byens profil gange områdets sum"),
    Baseline.last_8_weeks: _("samme tidsrum, seneste 8 uger"),
    Baseline.mean_so_far: _("gennemsnit indtil nu"),
}
Reader = Annotated[Visit, needs("need_choice.read")]
Writer = Annotated[Visit, needs("need_choice.write")]
Number = Annotated[str, Form(max_length=8)]


@router.get(HERE)
def need(
    request: Request, visit: Reader, gemt: Annotated[int, Query(ge=0, le=MOST)] = 0
) -> HTMLResponse:
    """Return how well each way of expecting incidents hit, and which one is used."""
    notices = (Notice(_("Gemt. Det gælder for nye forslag.")),) if gemt else ()
    return _page(request, visit, notices=notices)


def _weights(
    vold: Number = "",
    narkotika: Number = "",
    haervaerk: Number = "",
    chikane: Number = "",
    uro: Number = "",
) -> dict[str, str]:
    """Return the weights as they were typed, by type."""
    return {
        "vold": vold,
        "narkotika": narkotika,
        "haervaerk": haervaerk,
        "chikane": chikane,
        "uro": uro,
    }


@router.post(HERE)
def choose(
    request: Request,
    visit: Writer,
    weights: Annotated[dict[str, str], Depends(_weights)],
    version: Annotated[int, Form(ge=0, le=2**62)] = 0,
    halvering: Number = "",
) -> Response:
    """Set how incidents age and weigh in the need that plans are made for."""
    try:
        with visit.session.begin_nested():
            evening_rules.set_need(desk_of(visit), halvering, weights, version=version)
    except Conflict as conflict:
        return _page(request, visit, conflict=conflict)
    except InvalidInput as fault:
        return _page(request, visit, error=fault.words, typed={**weights, "halvering": halvering})
    visit.audit("set", ref="need")
    return RedirectResponse(f"{HERE}?gemt=1", status_code=303)


def _page(
    request: Request,
    visit: Visit,
    *,
    notices: tuple[Notice, ...] = (),
    error: str | None = None,
    conflict: Conflict | None = None,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    desk, hotspot = desk_of(visit), hotspot_of(visit)
    choice, chosen = choices.need_choice(visit.session, desk.municipality)
    method = _method(request, visit, hotspot[0]) if hotspot else None
    table = method.test.table if method and method.test else None
    return render(
        request,
        "pages/need.html",
        title=_("Hvor godt rammer behovet?"),
        workspace="aften",
        wide=True,
        status=409 if conflict else 422 if error else 200,
        crumbs=((_("Aften"), "/aften"),),
        notices=notices,
        here=HERE,
        area_name=hotspot[1] if hotspot else None,
        may_choose=bool(visit.identity.hotspot_choices),
        method=method,
        columns=COLUMNS,
        rows=[(name, table.loc[name]) for name in METHODS] if table is not None else [],
        method_words=METHOD_WORDS,
        values=_as_typed(choice) | (typed or {}),
        kinds=words.PUBLIC_SPACE_TYPES,
        chosen=chosen,
        types=words.CRIME_TYPES,
        may_set=visit.caller.may("need_choice.write"),
        error=error,
        conflict=conflict,
    )


def _as_typed(choice: NeedChoice) -> dict[str, str]:
    """Return what is chosen as the form takes it."""
    given = {"halvering": choice.half_life_weeks, **choice.weights}
    return {name: f"{value:g}".replace(".", ",") for name, value in given.items()}


def _method(request: Request, visit: Visit, hotspot_area: str) -> NeedMethod | None:
    kept: Kept[NeedMethod | None] = request.app.state.methods
    today = desk_of(visit).today
    return kept.get(
        method_inputs(visit.session, visit.caller, hotspot_area, today),
        lambda: method_here(visit.session, visit.caller, hotspot_area, today),
    )
