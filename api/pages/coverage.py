"""Coverage areas: the list and the map, and one area drawn."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.access import Refused, Visit, needs
from api.pages.coverage_map import coverage_map
from api.pages.evening_desk import MOST, desk_of, hotspot_of
from api.pages.map_table import TableFile
from api.web.frame import frame_of
from api.web.notices import Notice
from api.web.page import nonce_of, render
from api.web.translations import _
from geo_service.domain import vocabulary as words
from geo_service.domain.coverage_areas import MOST_TEAMS, coverage_text
from geo_service.errors import AlreadyExists, Conflict, InvalidInput, NotFound
from geo_service.storage import coverage_editing as store
from geo_service.storage.coverage_editing import Drawn
from geo_service.workflows import coverage_drawing as work
from geo_service.workflows.coverage_drawing import Draft

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/omraader"
AFTEN: Final = (_("Aften"), "/aften")
CRUMBS: Final = (AFTEN, (_("Dækningsområder"), HERE))
DONE: Final = {
    "gemt": _("Gemt. Det nye gælder fra i dag; det, der var aftalt om det gamle, står ved magt."),
    "genaabnet": _("Området gælder igen."),
    "nedlagt": _("Området er nedlagt."),
}
FIELDS: Final = ("kode", "navn", "art", "hvem", "hold", "nat")
LONGEST: Final = 2_000_000

Reader = Annotated[Visit, needs("coverage.read")]
Drawer = Annotated[Visit, needs("coverage.write")]
Version = Annotated[int, Form(ge=0, le=MOST)]
Text = Annotated[str, Form(max_length=2_000)]
LongText = Annotated[str, Form(max_length=LONGEST)]


@router.get(HERE)
def areas(
    request: Request,
    visit: Reader,
    gjort: Annotated[str, Query(max_length=20)] = "",
    nr: Annotated[int, Query(ge=0, le=MOST)] = 0,
    tilsagn: Annotated[int, Query(ge=0, le=MOST)] = 0,
) -> Response:
    """Return the coverage areas of the chosen hotspot area, as a list and on the map."""
    return _overview(request, visit, done=gjort, number=nr, still_promised=tilsagn)


def _overview(
    request: Request,
    visit: Visit,
    *,
    done: str = "",
    number: int = 0,
    still_promised: int = 0,
    conflict: Conflict | None = None,
) -> Response:
    hotspot = hotspot_of(visit)
    drawn = drawn_in(visit, hotspot)
    desk = desk_of(visit)
    ended = next((one for one in drawn if one.id == number and one.valid_to), None)
    notices = [Notice(DONE[done])] if done in DONE and ended is None else []
    current = work.in_force(drawn, desk.today)
    language = frame_of(request).language
    kort = None
    if hotspot:
        kort = coverage_map(
            visit,
            current,
            work.outline_of(desk, hotspot[0]),
            place=hotspot[1],
            language=language,
            query=dict(request.query_params),
            href=HERE if visit.caller.may("coverage.write") else None,
        )
    file = _file(HERE, hotspot)
    kort = file.offered_on(kort)
    if file.is_asked(request):
        return file.answer(visit, kort, language)
    return render(
        request,
        "pages/coverage.html",
        title=_("Dækningsområder"),
        workspace="aften",
        wide=True,
        status=409 if conflict else 200,
        conflict=conflict,
        crumbs=(AFTEN,),
        notices=tuple(notices),
        here=HERE,
        area_name=hotspot[1] if hotspot else None,
        may_choose=bool(visit.identity.hotspot_choices),
        areas=current,
        earlier=[one for one in drawn if one not in current],
        ended=ended if ended and work.may_draw(desk, ended.area.agency) else None,
        still_promised=still_promised,
        today=desk.today,
        may_draw={agency for agency in words.AGENCIES if work.may_draw(desk, agency)},
        agencies=words.AGENCIES,
        kinds=words.COVERAGE_KINDS,
        levels=words.AREA_LEVELS,
        kort=kort,
        nonce=nonce_of(request),
    )


@router.get(f"{HERE}/ny")
def new_area(request: Request, visit: Drawer) -> Response:
    """Return the form that draws one more area."""
    own = "police" if not work.may_draw(desk_of(visit), "street_team") else "street_team"
    return _form(request, visit, None, {"hvem": words.AGENCIES[own], "hold": "1"})


def _typed(
    kode: Text = "",
    navn: Text = "",
    art: Text = "",
    hvem: Text = "",
    hold: Text = "1",
    nat: Text = "",
    niveau: Text = "",
    hjoerner: LongText = "",
) -> dict[str, str]:
    """Return what was typed of one area; a line break in a word is a space."""
    said = {"kode": kode, "navn": navn, "art": art, "hvem": hvem, "hold": hold, "nat": nat}
    plain = {key: " ".join(text.split()) for key, text in said.items()}
    return plain | {"niveau": niveau, "hjoerner": hjoerner}


@router.post(f"{HERE}/ny")
def make_area(
    request: Request,
    visit: Drawer,
    typed: Annotated[dict[str, str], Depends(_typed)],
    hvad: Text = "",
) -> Response:
    """Show what the rules say of a new area, or store it."""
    return _save(request, visit, None, typed, 0, store_it=hvad == "gem")


@router.get(HERE + "/{area_id}")
def area(request: Request, visit: Reader, area_id: int) -> Response:
    """Return one area on the map: its form for whoever draws it, its facts for who reads."""
    hotspot, found = _found(visit, area_id)
    return _form(request, visit, found, None, hotspot=hotspot)


@router.post(HERE + "/{area_id}")
def change(
    request: Request,
    visit: Drawer,
    area_id: int,
    typed: Annotated[dict[str, str], Depends(_typed)],
    version: Version = 0,
    hvad: Text = "",
) -> Response:
    """Show what the rules say of a change, or store it."""
    hotspot, before = _own(visit, area_id)
    return _save(request, visit, before, typed, version, store_it=hvad == "gem", hotspot=hotspot)


@router.post(HERE + "/{area_id}/nedlaeg")
def end(request: Request, visit: Drawer, area_id: int, version: Version = 0) -> Response:
    """Let an area hold no longer; it can be opened again."""
    return _ended(request, visit, area_id, version, again=False)


@router.post(HERE + "/{area_id}/genaabn")
def reopen(request: Request, visit: Drawer, area_id: int, version: Version = 0) -> Response:
    """Let an area that was ended hold on."""
    return _ended(request, visit, area_id, version, again=True)


# --- what the routes share ----------------------------------------------------------------------


def require_hotspot(visit: Visit) -> tuple[str, str]:
    """Return the hotspot area that is chosen; without one there is no page."""
    hotspot = hotspot_of(visit)
    if hotspot is None:
        raise Refused
    return hotspot


def drawn_in(visit: Visit, hotspot: tuple[str, str] | None) -> list[Drawn]:
    """Return the coverage areas of a hotspot area; none where none is chosen."""
    if hotspot is None:
        return []
    return store.read_drawn(visit.session, visit.caller.municipality or "", hotspot[0])


def _found(visit: Visit, area_id: int) -> tuple[tuple[str, str], Drawn]:
    """Return an area and its hotspot area; one out of reach reads like a page that is none."""
    code = store.hotspot_of(visit.session, area_id)
    if code is None:
        raise Refused
    hotspot = (code, dict(visit.identity.hotspot_choices).get(code, code))
    found = next((one for one in drawn_in(visit, hotspot) if one.id == area_id), None)
    if found is None:
        raise Refused
    return hotspot, found


def _own(visit: Visit, area_id: int) -> tuple[tuple[str, str], Drawn]:
    """Return an area that the caller may change, and its hotspot area."""
    hotspot, found = _found(visit, area_id)
    if not work.may_draw(desk_of(visit), found.area.agency):
        raise Refused
    return hotspot, found


def _save(
    request: Request,
    visit: Visit,
    before: Drawn | None,
    typed: dict[str, str],
    version: int,
    *,
    store_it: bool,
    hotspot: tuple[str, str] | None = None,
) -> Response:
    hotspot = hotspot or require_hotspot(visit)
    if before is not None:
        typed = {**typed, "kode": before.area.code}
    line = "; ".join(typed[name] for name in FIELDS).rstrip("; ")
    try:
        draft = work.read_draft(desk_of(visit), hotspot[0], f"{line}\n{typed['hjoerner']}")
        if before is None and (draft.changed or draft.same):
            raise AlreadyExists(
                _("Koden %(kode)s er taget. Giv området en anden.", kode=typed["kode"])
            )
        only_level = before is not None and draft.same and typed["niveau"] != before.level
        if only_level and before is not None:
            draft = Draft(changed=[before.area])
        if not store_it:
            visit.audit("read", ref=typed["kode"], drawn=True)
        if not store_it or not draft.can_be_stored:
            return _form(
                request, visit, before, typed, draft=draft, version=version, hotspot=hotspot
            )
        with visit.session.begin_nested():
            work.store_draft(
                desk_of(visit),
                hotspot[0],
                draft,
                {typed["kode"]: version},
                level=typed["niveau"] or None,
            )
    except Conflict as conflict:
        return _form(
            request, visit, before, typed, conflict=conflict, version=version, hotspot=hotspot
        )
    except (InvalidInput, AlreadyExists) as fault:
        return _form(
            request, visit, before, typed, error=fault.words, version=version, hotspot=hotspot
        )
    visit.audit("create" if before is None else "change", ref=typed["kode"], drawn=True)
    return RedirectResponse(f"{HERE}?gjort=gemt", status_code=303)


def _ended(request: Request, visit: Visit, area_id: int, version: int, *, again: bool) -> Response:
    desk, (hotspot, _before) = desk_of(visit), _own(visit, area_id)
    left = 0
    try:
        if again:
            work.reopen_area(desk, hotspot[0], area_id, version)
        else:
            left = work.end_area(desk, hotspot[0], area_id, version)
    except NotFound as nothing:
        raise Refused from nothing
    except Conflict as conflict:
        return _overview(request, visit, conflict=conflict)
    visit.audit("change", ref=str(area_id), ended=not again)
    done = "genaabnet" if again else f"nedlagt&nr={area_id}&tilsagn={left}"
    return RedirectResponse(f"{HERE}?gjort={done}", status_code=303)


def _form(  # noqa: PLR0913 - what was typed, and what became of it
    request: Request,
    visit: Visit,
    before: Drawn | None,
    typed: dict[str, str] | None,
    *,
    draft: Draft | None = None,
    error: str | None = None,
    conflict: Conflict | None = None,
    version: int | None = None,
    hotspot: tuple[str, str] | None = None,
) -> Response:
    hotspot, desk = hotspot or hotspot_of(visit), desk_of(visit)
    draws = before is None or work.may_draw(desk, before.area.agency)
    current = [
        one for one in work.in_force(drawn_in(visit, hotspot), desk.today) if one.valid_to is None
    ]
    language = frame_of(request).language
    others = [one for one in current if before is None or not draws or one.id != before.id]
    kort = None
    if hotspot:
        kort = coverage_map(
            visit,
            others,
            work.outline_of(desk, hotspot[0]),
            place=hotspot[1],
            language=language,
            query={},
        )
    action = f"{HERE}/{before.id}" if before else f"{HERE}/ny"
    file = _file(action, hotspot)
    kort = file.offered_on(kort)
    if file.is_asked(request):
        return file.answer(visit, kort, language)
    wrong = error or (draft and not draft.can_be_stored and (draft.rejections or draft.findings))
    return render(
        request,
        "pages/coverage_area.html",
        title=before.area.name if before else _("Nyt dækningsområde"),
        workspace="aften",
        wide=True,
        status=409 if conflict else 422 if wrong else 200,
        crumbs=CRUMBS,
        here=HERE,
        action=action,
        area=before,
        has_area=hotspot is not None,
        version=before.version if before and version is None else version or 0,
        typed=_fields(before) | (typed or {}),
        kinds=[(word, word) for word in words.COVERAGE_KINDS.values()],
        agencies=[
            (word, word) for code, word in words.AGENCIES.items() if work.may_draw(desk, code)
        ],
        levels=words.AREA_LEVELS,
        level_word=words.AREA_LEVELS[before.level] if before else "",
        may_draw=draws,
        most_teams=MOST_TEAMS,
        draft=draft,
        error=error,
        conflict=conflict,
        kort=kort,
        nonce=nonce_of(request),
    )


def _file(path: str, hotspot: tuple[str, str] | None) -> TableFile:
    return TableFile("daekningsomraader", path, hotspot[0] if hotspot else "", confidential=True)


def _fields(before: Drawn | None) -> dict[str, str]:
    """Return what an area's form holds before anybody types."""
    if before is None:
        return dict.fromkeys((*FIELDS, "niveau", "hjoerner"), "")
    one = before.area
    return {
        "kode": one.code,
        "navn": one.name,
        "art": words.COVERAGE_KINDS[one.kind],
        "hvem": words.AGENCIES[one.agency],
        "hold": str(one.capacity),
        "nat": one.not_at_night or "",
        "niveau": before.level,
        "hjoerner": coverage_text([one]).partition("\n")[2],
    }
