"""Tonight: who is where, on a phone and on one page of paper; and the switch of an unquiet evening.

The switch tells people, and commands nobody: SSP's own readiness plan says who does what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Refused, Visit, needs
from api.pages.evening_desk import Version, desk_of, hotspot_of
from api.pages.tonight_phone import WORKER, contacts_of, data_of
from api.papers import pdf_answer
from api.security.headers import permissions
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import Message, _
from geo_service.domain import vocabulary as words
from geo_service.domain.access import Role
from geo_service.domain.evenings import evening_of, overlap_minutes
from geo_service.errors import Conflict, NotFound
from geo_service.storage import agreements as store
from geo_service.storage import choices, locking, suspensions, team_settings
from geo_service.storage import coverage as coverage_store
from geo_service.storage.agreements import Line
from geo_service.workflows import offers
from maps.text import embed

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/i-aften"
UNQUIET: Final = _("Urolig aften")
DONE: Final[dict[str, Message]] = {
    "valgt": _("Gemt. Holdet ser det her."),
    "stod-ja": _("Aftenen var allerede meldt urolig. Intet er ændret."),
    "stod-nej": _("Aftenen var allerede meldt rolig igen. Intet er ændret."),
}
Reader = Annotated[Visit, needs("commitment.read")]
Switcher = Annotated[Visit, needs("suspension.write")]


@dataclass(frozen=True)
class Place:
    """One commitment of tonight, and who else is there meanwhile."""

    line: Line
    others: tuple[Line, ...]


@router.get(HERE)
def tonight(request: Request, visit: Reader, gjort: str = "") -> HTMLResponse:
    """Return the evening's places in the order of the clock, and what a phone keeps of them."""
    return _page(request, visit, gjort=gjort)


def _page(
    request: Request, visit: Visit, *, gjort: str = "", conflict: Conflict | None = None
) -> HTMLResponse:
    content = _content(visit)
    evening, code = content["evening"], content["area_code"]
    choice = team_settings.read_choice(visit.session, visit.caller.team)
    checks_in = choice.checks_in and visit.caller.may("team_setting.read")
    phone = data_of(
        request,
        [(place.line, place.others) for place in content["stops"]],
        coverage_store.read_coverage(visit.session, visit.caller.municipality or "", code, evening),
        checks_in=checks_in,
        rules=choices.presence_rules(visit.session, visit.caller.municipality or ""),
        evening=evening,
        area_name=content["area_name"],
        is_suspended=content["suspended"] is not None,
    )
    page = render(
        request,
        "pages/tonight.html",
        title=_("I aften"),
        workspace="aften",
        crumbs=((_("Aften"), "/aften"),),
        here=HERE,
        may_switch=visit.caller.may("suspension.write"),
        writes_log=visit.caller.may("log.write") and bool(visit.caller.team),
        phone=embed(phone),
        choice=choice if _may_choose(visit) else None,
        notices=(Notice(DONE[gjort]),) if gjort in DONE else (),
        conflict=conflict,
        status=409 if conflict else 200,
        worker=WORKER,
        contacts=contacts_of(request),
        **content,
    )
    page.headers["Permissions-Policy"] = permissions(geolocation=checks_in)
    return page


@router.get(HERE + ".pdf")
def tonight_pdf(visit: Reader) -> Response:
    """Return the evening on one page of paper."""
    content = _content(visit)
    visit.audit("export", ref=content["evening"].isoformat(), what="tonight")
    return pdf_answer("tonight.html", f"i-aften-{content['evening']}", title="I aften", **content)


@router.post(HERE + "/tjek-ind")
def choose(
    request: Request,
    visit: Annotated[Visit, needs("team_setting.write")],
    version: Version = 0,
    valg: Annotated[str, Form(max_length=4)] = "",
) -> Response:
    """Switch checking in on the spot on or off, for the caller's own team."""
    if not visit.caller.team or valg not in ("til", "fra"):
        raise Refused
    try:
        with visit.session.begin_nested():
            team_settings.save_choice(
                visit.session,
                visit.caller.team,
                checks_in=valg == "til",
                version=version,
                actor=visit.caller.actor,
                now=datetime.now(UTC),
            )
    except Conflict as conflict:
        return _page(request, visit, conflict=conflict)
    except NotFound as nothing:
        raise Refused from nothing
    visit.audit("change", ref=visit.caller.team, checks_in=valg == "til")
    return RedirectResponse(f"{HERE}?gjort=valgt", status_code=303)


def _may_choose(visit: Visit) -> bool:
    return visit.caller.may("team_setting.write") and bool(visit.caller.team)


@router.post(HERE + "/urolig")
def switch(
    request: Request,
    visit: Switcher,
    urolig: Annotated[str, Form(max_length=4)] = "",
    stod: Annotated[int, Form(ge=0, le=2**62)] = 0,
) -> Response:
    """Suspend tonight's plan, or let it hold again.

    `stod` is the suspension that was on the screen, 0 where there was none: nobody lifts one
    that they have not seen.
    """
    hotspot = hotspot_of(visit)
    if hotspot is None or urolig not in ("ja", "nej"):
        raise Refused
    desk, code, actor = desk_of(visit), hotspot[0], visit.caller.actor
    evening = evening_of(desk.now)
    if urolig == "ja":
        done = suspensions.suspend(visit.session, desk.municipality, code, evening, actor=actor)
    else:
        stands = suspensions.read_suspension(visit.session, code, evening)
        if stands is not None and stands.id != stod:
            who = stands.declared_by or locking.SOMEBODY
            told = Conflict(UNQUIET, changed_by=who, changed_at=stands.declared_at)
            return _page(request, visit, conflict=told)
        done = stands is not None and suspensions.lift(
            visit.session, stands.id, actor=actor, now=desk.now
        )
    if not done:
        return RedirectResponse(f"{HERE}?gjort=stod-{urolig}", status_code=303)
    visit.audit("change", ref=f"{code}:{evening}", unquiet=urolig == "ja")
    return RedirectResponse(HERE, status_code=303)


def _content(visit: Visit) -> dict[str, Any]:
    evening = evening_of(datetime.now(UTC))
    hotspot = hotspot_of(visit)
    code = hotspot[0] if hotspot else ""
    lines = store.read_evening(visit.session, code, evening)
    own = _own(visit, lines)
    if visit.caller.role is Role.street_team:
        lines = [*lines, *store.police_beside(visit.session, code, evening)]
    return {
        "evening": evening,
        "area_code": code,
        "area_name": hotspot[1] if hotspot else None,
        "may_choose": bool(visit.identity.hotspot_choices),
        "stops": [Place(line, _others(line, lines)) for line in own],
        "suspended": suspensions.read_suspension(visit.session, code, evening),
        "fixed": offers.fixed_tonight(desk_of(visit), code, evening) if hotspot else [],
        "forms": words.PRESENCE_FORMS,
        "agencies": words.AGENCIES,
        "is_demo": visit.identity.signed_in.is_demo,
        "made_at": datetime.now(UTC),
    }


def _own(visit: Visit, lines: list[Line]) -> list[Line]:
    """Return the lines that are the caller's work: the team's, the police's, or all for a chief."""
    if visit.caller.role is Role.police:
        return [line for line in lines if line.agency == "police"]
    if visit.caller.role is Role.street_team:
        mine = (visit.caller.team, None)
        return [line for line in lines if line.agency == "street_team" and line.team in mine]
    return lines


def _others(line: Line, lines: list[Line]) -> tuple[Line, ...]:
    period = (line.starts_at, line.ends_at)
    return tuple(
        other
        for other in lines
        if other.id != line.id
        and other.area_code == line.area_code
        and overlap_minutes(period, (other.starts_at, other.ends_at))
    )
