"""The workspaces' first pages: what is there today, and where the rest is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Visit, needs
from api.dependencies import SettingsOf
from api.import_words import name_of
from api.pages.drawn import boards, map_file, released_file
from api.web.formats import weeks
from api.web.frame import EVERY_AREA, Choice, chosen_area
from api.web.listing import Column
from api.web.page import render
from api.web.translations import _
from geo_service.domain import vocabulary as words
from geo_service.domain.evenings import evening_of
from geo_service.settings import Settings
from geo_service.storage import choices, overview
from geo_service.storage.imports import stored_files

router = APIRouter(include_in_schema=False)

AGREED_DAYS: Final = 14
"""The meeting agrees on two weeks at a time."""

PROJECT_COLUMNS: Final = (
    Column("name", _("Projekt")),
    Column("owner", _("Ansvarlig")),
    Column("status", _("Status")),
    Column("next", _("Næste skridt")),
    Column("slip", _("Mod oprindelig plan")),
)
SHIFT_COLUMNS: Final = (
    Column("slot", _("Aften")),
    Column("team", _("Hold")),
    Column("agency", _("Hvem")),
)
INDEX_COLUMNS: Final = (
    Column("area", _("Område")),
    Column("year", _("Indeks for år"), numeric=True),
    Column("type", _("Kriminalitetstype")),
    Column("category", _("Indsatsbehov")),
    Column("value", _("Værdi"), numeric=True),
    Column("source", _("Kilde")),
)
GOAL_COLUMNS: Final = (
    Column("indicator", _("Effektmål")),
    Column("measured_by", _("Måles af")),
    Column("baseline", _("Nulpunkt"), numeric=True),
    Column("latest", _("Seneste måling"), numeric=True),
    Column("target", _("Mål"), numeric=True),
    Column("deadline", _("Frist")),
)


@router.get("/aften")
def evening(
    request: Request, visit: Annotated[Visit, needs("assignment.read")], settings: SettingsOf
) -> HTMLResponse:
    """Return the duty room: the drawn board for those who plan, the own shifts for the team."""
    today = evening_of(datetime.now(UTC))
    last = today + timedelta(days=AGREED_DAYS - 1)
    return render(
        request,
        "pages/evening.html",
        title=_("Aften"),
        workspace="aften",
        period=_("uge %(weeks)s", weeks=weeks(today, last, "").strip()),
        plans=visit.caller.sees("map.read", "aftenplan"),
        agrees=visit.caller.may("amendment.read"),
        **_board(request, visit, settings),
        columns=SHIFT_COLUMNS,
        shifts=[
            one
            for one in overview.shifts(visit.session, today, last)
            if one.agency != "police" or _shows_patrols(visit)
        ],
        agencies=words.AGENCIES,
        coverage=overview.coverage_areas(visit.session, today),
    )


def _shows_patrols(visit: Visit) -> bool:
    place = visit.caller.municipality or ""
    return choices.police_detail(visit.session, place)[0].rosters


def _board(request: Request, visit: Visit, settings: Settings) -> dict[str, Any]:
    """Return what the duty room shows of the evening map of the area that was chosen."""
    areas = dict(visit.identity.hotspot_choices)
    chosen = chosen_area(visit.identity, request.query_params.get("omraade"))
    drawn = {one.hotspot_area: one for one in boards(settings, visit)}
    return {
        "areas": areas,
        "area": areas.get(chosen),
        "board": drawn.get(chosen) if chosen in areas else None,
    }


@router.get("/byrum")
def projects(
    request: Request, visit: Annotated[Visit, needs("project.read")], settings: SettingsOf
) -> HTMLResponse:
    """Return the project office: the projects of the chosen area, the latest first."""
    area = area_shown(request, visit)
    return render(
        request,
        "pages/projects.html",
        title=_("Byrum"),
        workspace="byrum",
        wide=True,
        has_map=map_file(settings, visit, "byrum") is not None,
        own_only=visit.caller.organisation is not None,
        columns=PROJECT_COLUMNS,
        **area,
        projects=overview.projects(visit.session, area["only"]),
        kinds=words.PROJECT_KINDS,
        statuses=words.PROJECT_STATUSES,
    )


@router.get("/omraade")
def area(
    request: Request,
    visit: Annotated[Visit, needs("index.read", "goal.read")],
    aar: Annotated[str, Query(max_length=4)] = "",
) -> HTMLResponse:
    """Return what is known of the areas: published index results and effect goals."""
    may = visit.caller.may
    here = area_shown(request, visit)
    index = overview.published_index(visit.session) if may("published_index.read") else []
    goals = overview.goals(visit.session) if may("goal.read") else []
    if here["only"]:
        about = overview.areas_about(visit.session, here["only"], evening_of(datetime.now(UTC)))
        index = [one for one in index if (one.area_kind, one.area_code) in about]
        goals = [one for one in goals if (one.area_kind, one.area_code) in about]
    years = sorted({one.index_year for one in index}, reverse=True)
    year = next((one for one in years if str(one) == aar), None)
    return render(
        request,
        "pages/area.html",
        title=_("Område"),
        workspace="omraade",
        period=(str(year) if year else _("alle år")) if years else None,
        periods=_years(request, years, year),
        index_columns=INDEX_COLUMNS,
        index=[one for one in index if year in (None, one.index_year)],
        shows_index=may("published_index.read"),
        types={"all": _("samlet"), **words.CRIME_TYPES},
        categories=words.NEED_CATEGORIES,
        goal_columns=GOAL_COLUMNS,
        goals=goals,
        **here,
        shows_goals=may("goal.read"),
    )


def _years(request: Request, years: list[int], chosen: int | None) -> tuple[Choice, ...]:
    """Return the years of the index to choose from; none where there is no choice."""
    if len(years) < 2:  # noqa: PLR2004
        return ()
    all_years = Choice(_("alle år"), _here(request, aar=None), chosen is None)
    return (all_years, *(Choice(str(y), _here(request, aar=str(y)), y == chosen) for y in years))


def area_shown(request: Request, visit: Visit) -> dict[str, Any]:
    """Return what a page that is narrowed to the chosen hotspot area says of that.

    `only` is the code of the area, None where everything is shown; `area_name` is that of the
    area that is chosen, None while none is.
    """
    names = dict(visit.identity.hotspot_choices)
    code = chosen_area(visit.identity, request.query_params.get("omraade"))
    every = EVERY_AREA in request.query_params
    return {
        "only": code if code in names and not every else None,
        "area_name": names.get(code),
        "every_area": _here(request, **{EVERY_AREA: "1"}),
        "one_area": _here(request, **{EVERY_AREA: None}),
    }


def _here(request: Request, **changed: str | None) -> str:
    """Return the address of the page with something else chosen; None: no longer."""
    asked = {**request.query_params, **changed}
    kept = {key: value for key, value in asked.items() if value is not None}
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


@router.get("/beboere")
def residents(
    request: Request, visit: Annotated[Visit, needs("release.read")], settings: SettingsOf
) -> HTMLResponse:
    """Return the notice board: what has been shown to the public, and a draft for the chief."""
    return render(
        request,
        "pages/residents.html",
        title=_("Beboere"),
        workspace="beboere",
        released=released_file(settings) is not None,
        draft=map_file(settings, visit, "beboere") is not None,
    )


@router.get("/data")
def data(
    request: Request, visit: Annotated[Visit, needs("import.read", "incident_count.read")]
) -> HTMLResponse:
    """Return the way to incidents, areas and files, and the files that came last."""
    may = visit.caller.may
    return render(
        request,
        "pages/data.html",
        title=_("Data"),
        workspace="data",
        incidents=may("incident.read"),
        counts=may("incident_count.read"),
        imports=[
            (one.batch, name_of(one.batch, visit.caller))
            for one in (stored_files(visit.session, limit=5) if may("import.read") else [])
        ],
        shows_imports=may("import.read"),
    )
