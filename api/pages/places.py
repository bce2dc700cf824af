"""The places: how long ago somebody was there, on a map, and what the week owes each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import geopandas as gpd
import pandas as pd
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.access import Refused, Visit, needs
from api.pages.evening_desk import Text, Version, desk_of, hotspot_of
from api.pages.incident_words import say
from api.pages.map_table import TableFile
from api.web.frame import frame_of
from api.web.listing import Column as TableColumn
from api.web.notices import Notice
from api.web.page import nonce_of, render
from api.web.translations import _
from geo_service.domain import vocabulary as words
from geo_service.domain.evenings import HOURS_A_DAY, evening_of
from geo_service.domain.frames import rows_of
from geo_service.domain.grid import DANISH_GRID
from geo_service.errors import Conflict, InvalidInput, NotFound
from geo_service.storage import areas as area_store
from geo_service.storage import choices
from geo_service.storage.coverage import KeptArea
from geo_service.workflows import evening_rules
from geo_service.workflows import presence_ledger as work
from geo_service.workflows.base_layers import ground_of
from maps import base, danish, layers, palette
from maps.facts import PageFacts
from maps.inpage import Cell, Column, Legend, MapPanel, Row, panel

router = APIRouter(include_in_schema=False)

HERE: Final = "/aften/steder"
BREAKS: Final = (1 * HOURS_A_DAY, 3 * HOURS_A_DAY, 7 * HOURS_A_DAY)
"""Hours since somebody was there: under a day, up to three, up to a week, and more."""
BREAK_WORDS: Final = (
    (_("under et døgn"), ""),
    (_("1 til 3 døgn"), ""),
    (_("3 til 7 døgn"), ""),
    (_("over 7 døgn"), ""),
)
LEVEL_BADGES: Final = {"green": "good", "yellow": "wait", "red": "stop"}
MAP_COLUMNS: Final = (
    ("sted", _("Sted"), False),
    ("sidst", _("Sidst nogen var der"), True),
    ("ugen", _("I denne uge"), True),
    ("niveau", _("Niveau"), True),
)
WEEK_COLUMNS: Final = (
    TableColumn("place", _("Sted")),
    TableColumn("week", _("I denne uge")),
    TableColumn("last", _("Sidst nogen var der")),
    TableColumn("level", _("Niveau")),
)
Reader = Annotated[Visit, needs("presence.read")]
Leveller = Annotated[Visit, needs("coverage.agree")]
DueWriter = Annotated[Visit, needs("level_choice.write")]
Number = Annotated[str, Form(max_length=4)]


@router.get(HERE)
def places(request: Request, visit: Reader, gjort: str = "") -> Response:
    """Return the places with hours since somebody was there, and the week's visits."""
    notices = (Notice(_("Gemt.")),) if gjort == "niveau" else ()
    return _page(request, visit, notices=notices)


@router.post(HERE + "/{area_id}/niveau")
def set_level(
    request: Request, visit: Leveller, area_id: int, version: Version = 0, niveau: Text = ""
) -> Response:
    """Change how many visits a week a place is due."""
    desk = desk_of(visit)
    try:
        with visit.session.begin_nested():
            work.set_level(desk, area_id, version, niveau)
    except Conflict as conflict:
        return _page(request, visit, conflict=conflict, status=409)
    except InvalidInput as fault:
        return _page(request, visit, error=fault.words, status=422)
    except NotFound as nothing:
        raise Refused from nothing
    visit.audit("change", ref=str(area_id), level=niveau)
    return RedirectResponse(f"{HERE}?gjort=niveau#ugen", status_code=303)


@router.post(HERE + "/niveauer")
def set_due(
    request: Request,
    visit: DueWriter,
    version: Version = 0,
    green: Number = "",
    yellow: Number = "",
    red: Number = "",
) -> Response:
    """Set how many visits a week each level is due."""
    typed = {"green": green, "yellow": yellow, "red": red}
    try:
        with visit.session.begin_nested():
            evening_rules.set_levels(desk_of(visit), typed, version=version)
    except Conflict as conflict:
        return _page(request, visit, conflict=conflict, status=409)
    except InvalidInput as fault:
        return _page(request, visit, error=fault.words, status=422, typed=typed)
    visit.audit("set", ref="levels")
    return RedirectResponse(f"{HERE}?gjort=niveau#niveauer", status_code=303)


def _page(
    request: Request,
    visit: Visit,
    *,
    status: int = 200,
    error: str | None = None,
    conflict: Conflict | None = None,
    notices: tuple[Notice, ...] = (),
    typed: dict[str, str] | None = None,
) -> Response:
    desk, hotspot = desk_of(visit), hotspot_of(visit)
    due, chosen = choices.visits_due(visit.session, desk.municipality)
    areas, week = work.week_of_places(desk, hotspot[0]) if hotspot else ([], pd.DataFrame())
    known = {one.area.code: one for one in areas}
    language = frame_of(request, workspace="aften").language
    owed = [(known[row.area_code], row, _ago(row.hours)) for row in rows_of(week)]
    shown = (
        _map(visit, hotspot, owed, language=language, query=dict(request.query_params))
        if hotspot and owed
        else None
    )
    file = TableFile("steder", HERE, hotspot[0] if hotspot else "", confidential=True)
    shown = file.offered_on(shown)
    if file.is_asked(request):
        return file.answer(visit, shown, language)
    return render(
        request,
        "pages/places.html",
        title=_("Stederne: hvornår var vi der sidst?"),
        workspace="aften",
        wide=True,
        status=status,
        notices=notices,
        crumbs=((_("Aften"), "/aften"),),
        here=HERE,
        area_name=hotspot[1] if hotspot else None,
        may_choose=bool(visit.identity.hotspot_choices),
        kort=shown,
        nonce=nonce_of(request) if shown else None,
        owed=owed,
        overdue=[one for one in owed if one[1].overdue],
        released_only=work.sees_released_only(desk),
        columns=WEEK_COLUMNS,
        levels=words.AREA_LEVELS,
        badges=LEVEL_BADGES,
        due=due,
        chosen=chosen,
        typed=typed or {},
        may_set=visit.caller.may("level_choice.write"),
        error=error,
        conflict=conflict,
    )


def _map(
    visit: Visit,
    hotspot: tuple[str, str],
    owed: list[tuple[KeptArea, Any, Any]],
    *,
    language: str,
    query: Mapping[str, str],
) -> MapPanel:
    by_place = sorted(owed, key=lambda one: (one[0].area.name, one[0].area.code))
    outlines = gpd.GeoDataFrame(
        {"code": [area.area.code for area, _row, _ago in by_place]},
        geometry=[area.area.outline for area, _row, _ago in by_place],
        crs=DANISH_GRID,
    )
    place, today = visit.caller.municipality or "", datetime.now(UTC).date()
    hotspots = area_store.read_areas(visit.session, place, "hotspot_area", today)
    whole = hotspots[hotspots["code"] == hotspot[0]]
    extent = outlines if whole.empty else whole
    made = base.new_map(extent, name="kort")
    ground = ground_of(visit.session, place, extent)
    base.add_ground(made, extent, base=ground)
    layers.add_shapes(made, "areas", layers.simplified(outlines), css="shade", interactive=True)
    bydele = area_store.read_areas(visit.session, place, "bydel", today)
    base.add_frame(made, extent, bydele, base=ground)
    return panel(
        made,
        title=say(_("Tid, siden nogen var på stedet"), language),
        facts=_facts(visit, hotspot[1]),
        extent=extent,
        rows=[_row(area, row, language) for area, row, _ago in by_place],
        columns=[Column(key, say(label, language), number) for key, label, number in MAP_COLUMNS],
        legend=Legend(
            say(_("Sidst nogen var der"), language),
            [
                {"number": number, "word": say(word, language), "limits": limits}
                for number, (word, limits) in enumerate(BREAK_WORDS, start=1)
            ],
            say(_("ikke logget i otte uger"), language),
        ),
        base_names=base.add_base_names(made, ground),
        query=query,
    )


def _row(area: KeptArea, row: Any, language: str) -> Row:
    level = say(_(words.AREA_LEVELS[row.level]), language)
    is_known = not math.isnan(row.hours)
    group = int(palette.classes([row.hours], BREAKS)[0])
    week = say(_week(row), language)
    return Row(
        title=area.area.name,
        cells=(
            Cell(say(_ago(row.hours), language), row.hours if is_known else math.inf),
            Cell(week, float(row.done)),
            Cell(level, float(list(words.AREA_LEVELS).index(row.level))),
        ),
        level=group,
        hidden=not is_known,
        mark=str(group) if is_known else "",
    )


def _week(row: Any) -> Any:
    """Return the week's visits in words; what is not logged is not known to be none."""
    if not row.done:
        return _("ikke logget; niveauet er %(due)s", due=row.due)
    return _("%(done)s af %(due)s", done=row.done, due=row.due)


def _ago(hours: float) -> Any:
    """Return how long ago in words."""
    if math.isnan(hours):
        return _("ikke logget i otte uger")
    if hours < 1:
        return _("under en time siden")
    if hours < 3 * HOURS_A_DAY:
        return _("%(hours)s timer siden", hours=math.floor(hours))
    return _("%(days)s døgn siden", days=math.floor(hours / HOURS_A_DAY))


def _facts(visit: Visit, area_name: str) -> PageFacts:
    signed_in = visit.identity.signed_in
    now = datetime.now(UTC)
    tonight = evening_of(now)
    return PageFacts(
        municipality=signed_in.municipality_name,
        place=area_name,
        period=f"{danish.long_day(tonight - timedelta(weeks=8))} – {danish.long_day(tonight)}",
        sources=("aftenloggen",),
        outline="dækningsområder",
        drawn_at=now,
        demo=signed_in.is_demo,
        notes=("Kun det, der er logget, tæller. Et sted uden log kan godt være besøgt.",),
    )
