"""Rules and settings of the evening work: what a visit is meant to be, the team, the police."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Refused, Visit, needs
from api.pages.evening_desk import MOST, desk_of
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import Message, _
from geo_service.domain.vocabulary import CRIME_TYPES, PRESENCE_KINDS, TYPES_BY_RODE
from geo_service.errors import Conflict, InvalidInput
from geo_service.storage import choices
from geo_service.storage import staffing as staffing_store
from geo_service.workflows import evening_rules as work
from geo_service.workflows import staffing

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/regler"
SAVED: Final = _("Gemt. Det gælder fra nu; det, der gjaldt før, kan stadig læses i basen.")
ABOUT: Final[dict[str, Message]] = {
    "patrol": _(
        "Korte besøg, der ikke kan forudses: 10–16 minutter, mindst hver anden time, i skiftende "
        "rækkefølge (Koper 1995)."
    ),
    "street_team": _(
        "Kendte ansigter til faste tider: mindst 45 minutter på et sted, på faste ugedage. Det er "
        "projektets egen indstilling."
    ),
    "container": _("Faste, offentliggjorte tider. En time er projektets egen indstilling."),
}

Reader = Annotated[Visit, needs("police_choice.read")]
RuleWriter = Annotated[Visit, needs("presence_rule.write")]
SizeWriter = Annotated[Visit, needs("street_team_choice.write")]
TeamWriter = Annotated[Visit, needs("team.write")]
PoliceWriter = Annotated[Visit, needs("police_choice.write")]
Version = Annotated[int, Form(ge=0, le=2**62)]
Number = Annotated[str, Form(max_length=6)]
Tick = Annotated[str, Form(max_length=4)]
Text = Annotated[str, Form(max_length=200)]
_SEEN: Final = re.compile(r"([^,=]+)=(\d{1,18})(?:,|$)")


@router.get(HERE)
def rules(
    request: Request, visit: Reader, gemt: Annotated[int, Query(ge=0, le=MOST)] = 0
) -> HTMLResponse:
    """Return the rules in force, and the forms of whoever may set them."""
    return _page(request, visit, notices=(Notice(SAVED),) if gemt else ())


def _rule(
    kind: str,
    mindst: Number = "",
    hoejst: Number = "",
    hver: Number = "",
    skiftende: Tick = "",
    faste_dage: Tick = "",
    faste_tider: Tick = "",
) -> work.RuleForm:
    """Return a rule as it was typed."""
    return work.RuleForm(
        kind, mindst, hoejst, hver, skiftende == "1", faste_dage == "1", faste_tider == "1"
    )


@router.post(HERE + "/tilstedevaerelse/{kind}")
def set_rule(
    request: Request,
    visit: RuleWriter,
    kind: str,
    typed: Annotated[work.RuleForm, Depends(_rule)],
    version: Version = 0,
) -> Response:
    """Set what one kind of presence is meant to be."""
    if kind not in PRESENCE_KINDS:
        raise Refused
    return _saved(
        request,
        visit,
        kind,
        lambda: work.set_rule(desk_of(visit), typed, version=version),
        typed={**vars(typed), "version": version},
    )


@router.post(HERE + "/gadeteam")
def set_size(
    request: Request,
    visit: SizeWriter,
    version: Version = 0,
    medlemmer: Number = "",
    sammen: Number = "",
    hvile: Number = "",
    minutter: Number = "",
) -> Response:
    """Set how large the street team is, how many go together, and how they rest."""
    typed = work.SizeForm(medlemmer, sammen, hvile, minutter)
    return _saved(
        request,
        visit,
        "gadeteam",
        lambda: work.set_size(desk_of(visit), typed, version=version),
        typed={**vars(typed), "version": version},
    )


@router.post(HERE + "/hold")
def set_team(
    request: Request,
    visit: TeamWriter,
    kode: Text = "",
    navn: Text = "",
    medlemmer: Text = "",
    udgaver: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Make a team, or change its name and the codes of its members.

    `udgaver` is which teams were on the screen, each with its version: `G1=3,G2=1`.
    """
    code = kode.strip().upper()
    version = {seen: int(number) for seen, number in _SEEN.findall(udgaver)}.get(code, 0)
    return _saved(
        request,
        visit,
        "hold",
        lambda: staffing.save_team(desk_of(visit), code, navn, medlemmer, version=version),
        typed={"kode": kode, "navn": navn, "medlemmer": medlemmer, "udgaver": udgaver},
    )


@router.post(HERE + "/politi")
def set_police(
    request: Request,
    visit: PoliceWriter,
    version: Version = 0,
    enheder: Tick = "",
    vagter: Tick = "",
    indbrud: Tick = "",
    tyveri: Tick = "",
) -> Response:
    """Set what the police show beyond their commitments, and which of their types count."""
    ticked = {"indbrud": indbrud, "tyveri": tyveri}
    return _saved(
        request,
        visit,
        "politi",
        lambda: work.set_police(
            desk_of(visit),
            unit_names=enheder == "1",
            rosters=vagter == "1",
            types_in_need=[kind for kind, tick in ticked.items() if tick == "1"],
            version=version,
        ),
        typed={**ticked, "enheder": enheder, "vagter": vagter, "version": version},
    )


def _saved(
    request: Request,
    visit: Visit,
    section: str,
    act: Callable[[], None],
    *,
    typed: dict[str, Any],
) -> Response:
    """Carry out what a form asks for; what cannot be done shows the form again, as it was typed."""
    try:
        with visit.session.begin_nested():
            act()
    except Conflict as conflict:
        return _page(request, visit, conflict=conflict, section=section, typed=typed)
    except InvalidInput as fault:
        return _page(request, visit, error=fault.words, section=section, typed=typed)
    visit.audit("set", ref=section)
    return RedirectResponse(f"{HERE}?gemt=1#{section}", status_code=303)


def _page(
    request: Request,
    visit: Visit,
    *,
    notices: tuple[Notice, ...] = (),
    error: str | None = None,
    conflict: Conflict | None = None,
    section: str = "",
    typed: dict[str, Any] | None = None,
) -> HTMLResponse:
    desk = desk_of(visit)
    teams = staffing_store.read_teams(visit.session, agency=staffing.own_agency(desk))
    return render(
        request,
        "pages/evening_rules.html",
        title=_("Hold og regler"),
        workspace="aften",
        status=409 if conflict else 422 if error else 200,
        crumbs=((_("Aften"), "/aften"), (_("Vagter og fravær"), "/aften/vagter")),
        notices=notices,
        here=HERE,
        kinds=PRESENCE_KINDS,
        types={kind: CRIME_TYPES[kind] for kind in TYPES_BY_RODE},
        about=ABOUT,
        rules=choices.presence_rules(visit.session, desk.municipality),
        size=choices.street_team_rules(visit.session, desk.municipality),
        police=choices.police_detail(visit.session, desk.municipality),
        teams=teams,
        seen=",".join(f"{team.code}={team.version}" for team in teams),
        own=staffing.own_agency(desk),
        may_name=visit.caller.may("team.write") and staffing.may_plan(desk),
        may=visit.caller.may,
        error=(section, error) if error else None,
        conflict=conflict,
        typed={section: typed or {}},
    )
