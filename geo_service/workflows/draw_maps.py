"""Draw the three maps from the database into a folder; whole pages or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import geopandas as gpd
from sqlalchemy.orm import Session

from geo_service.domain import vocabulary as words
from geo_service.domain.evenings import COPENHAGEN
from geo_service.errors import NotFound
from geo_service.importing.places import STATIONS_SOURCE, read_stations
from geo_service.storage import areas as area_store
from geo_service.storage import programme
from geo_service.storage.basemap import basemap_source
from geo_service.storage.tables import Municipality
from geo_service.workflows.base_layers import ground_of
from geo_service.workflows.drawn_outlines import outlines_of
from geo_service.workflows.drawn_scope import DrawnScope, write_map, write_whole
from geo_service.workflows.residents_map import draw_residents, residents_board
from maps.danish import counted, long_day
from maps.facts import PageFacts
from maps.projects import projects_page

RESIDENTS: Final = "beboere.html"
PAGES: Final = ("byrum.html", RESIDENTS)
DEMO_SOURCE: Final = "opdigtede tal, lavet af et frø; ingen af dem beskriver virkeligheden"


@dataclass(frozen=True)
class DrawnFor:
    """Which maps: whose, of when, and when they were drawn (aware)."""

    municipality: str
    as_of: date
    drawn_at: datetime


@dataclass(frozen=True)
class Drawn:
    """The pages that were written, and why the others were not."""

    written: list[Path]
    missing: dict[str, str]


def draw_maps(
    session: Session, wanted: DrawnFor, folder: Path, *, public_folder: Path | None = None
) -> Drawn:
    """Draw the municipality's pages that there are data for, and write them.

    The evening maps are drawn per hotspot area: see `draw_evenings`.

    With `public_folder` the residents' page is written there as well, where the public
    site shows it: that is somebody's decision, never a side effect.

    Raises
    ------
    NotFound
        If the municipality has no areas.
    """
    if not area_store.has_areas(session, wanted.municipality):
        raise NotFound(
            f"There are no data of municipality {wanted.municipality} yet. `tryghed demo` makes up "
            "a year; `tryghed areas import` loads areas of your own."
        )
    stations = read_stations()
    draw: dict[str, Callable[[], str]] = {
        "byrum.html": lambda: _projects(session, wanted, stations),
        "beboere.html": lambda: _residents(session, wanted),
    }
    pages: dict[str, str] = {}
    missing: dict[str, str] = {}
    for name in PAGES:
        try:
            pages[name] = draw[name]()
        except NotFound as error:
            missing[name] = str(error)
    if public_folder is not None and RESIDENTS in pages:
        write_whole(public_folder / RESIDENTS, pages[RESIDENTS], folder_mode=0o755, mode=0o644)
    scope = DrawnScope(wanted.municipality, wanted.as_of.isoformat())
    return Drawn(
        [write_map(folder, Path(name).stem, html, scope) for name, html in pages.items()], missing
    )


def _projects(session: Session, wanted: DrawnFor, stations: gpd.GeoDataFrame) -> str:
    projects = programme.read_projects(session, wanted.municipality)
    if projects.empty:
        raise NotFound("There are no projects in public space yet.")
    bydele = area_store.read_areas(session, wanted.municipality, "bydel", wanted.as_of)
    return projects_page(
        projects=projects.assign(
            kind=projects["kind"].map(words.PROJECT_KINDS),
            status=projects["status"].map(words.PROJECT_STATUSES),
        ),
        funding=programme.read_funding(session, wanted.municipality),
        actions=programme.read_actions(session, wanted.municipality),
        stations=stations,
        bydele=bydele[["name", "geometry"]],
        base_layers=ground_of(session, wanted.municipality, bydele),
        facts=page_facts(
            session,
            wanted,
            place=counted(len(projects), "byrumsprojekt", "byrumsprojekter"),
            period=f"status {long_day(wanted.as_of)}",
            drawn={"bydele": bydele},
            stations=True,
        ),
        today=wanted.as_of,
    )


def _residents(session: Session, wanted: DrawnFor) -> str:
    board = residents_board(session, wanted.municipality, wanted.as_of)
    facts = page_facts(
        session,
        wanted,
        place=counted(len(board.areas), "distrikt", "distrikter"),
        period=board.period,
        drawn={"distrikter": board.areas, "bydele": board.bydele},
    )
    return draw_residents(session, board, municipality=wanted.municipality, facts=facts)


def page_facts(
    session: Session,
    wanted: DrawnFor,
    *,
    place: str,
    period: str,
    drawn: Mapping[str, gpd.GeoDataFrame],
    stations: bool = False,
    notes: tuple[str, ...] = (),
) -> PageFacts:
    """Return what a page says about itself; `drawn` are the areas on it, by their plural."""
    municipality = session.get_one(Municipality, wanted.municipality)
    outlines = outlines_of(drawn)
    sources = list(outlines.sources)
    if stations:
        sources.append(f"Stationer: {STATIONS_SOURCE}")
    sources.append(DEMO_SOURCE if municipality.is_demo else "egne indlæste data")
    beneath = basemap_source(session, wanted.municipality)
    if beneath:
        sources.append(f"Grundkort: {beneath}")
    return PageFacts(
        municipality=municipality.name,
        place=place,
        period=period,
        sources=tuple(sources),
        outline=outlines.words,
        schematic_parts=outlines.schematic,
        drawn_at=wanted.drawn_at.astimezone(COPENHAGEN),
        demo=municipality.is_demo,
        notes=notes,
    )
