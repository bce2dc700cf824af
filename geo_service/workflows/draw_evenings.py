"""Draw the evening map of each hotspot area, as its Hotspot chief may see it, into a folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import geopandas as gpd
from sqlalchemy.orm import Session

from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.errors import NotFound
from geo_service.importing.places import read_stations
from geo_service.storage import areas as area_store
from geo_service.storage import audit
from geo_service.storage.database import Database
from geo_service.workflows.draw_maps import Drawn, DrawnFor, page_facts
from geo_service.workflows.drawn_scope import EVENING, DrawnScope, board_name, write_map
from geo_service.workflows.evening_map import EveningBoard, draw_evening, evening_board
from maps import danish

NO_AREA: Final = (
    "No hotspot area that you reach is loaded for municipality {municipality}. "
    "`tryghed areas import FILE --kind rode --within hotspot_area=COLUMN` loads roder with the "
    "hotspot area they lie in."
)
SHOWN_BY: Final = {
    "rode": (
        "Politiet har valgt, at andre kun ser, hvilken rode en hændelse er sket i. Rodens tal er "
        "derfor delt ud på dækningsområderne efter areal: de skelner ikke mellem områder i samme "
        "rode."
    ),
    "250m": (
        "Politiet har valgt, at andre ser hændelser i felter på 250 m. Feltets tal er derfor delt "
        "ud på dækningsområderne efter areal."
    ),
    "point": "Politiet har valgt, at andre ser, på hvilket punkt en hændelse er sket.",
}
FREE_TEAMS: Final = (
    "Gadeteamets hold hører ikke til et bestemt hotspotområde: planen regner med alle, der er på "
    "vagt, også hvis de samme aften er lovet væk til et andet område."
)


def draw_evenings(
    database: Database,
    caller: Caller,
    wanted: DrawnFor,
    folder: Path,
    *,
    hotspot_area: str | None = None,
) -> Drawn:
    """Draw a map for each hotspot area of the caller's, or for one of them.

    Each is drawn in a session of a Hotspot chief who is limited to that area. So nobody who may
    open it is shown more than they are allowed: the police, and chiefs of other areas beside it,
    see at least as much of it themselves.

    Raises
    ------
    NotFound
        If the caller may not draw.
    """
    if not caller.may("map.draw"):
        raise NotFound("Evening maps are drawn by the Hotspot chief.")
    with database.acting(caller) as session:
        named = dict(
            area_store.read_names(session, wanted.municipality, "hotspot_area", wanted.as_of)
        )
    mine = [code for code in named if caller.hotspot_areas is None or code in caller.hotspot_areas]
    codes = mine if hotspot_area is None else [hotspot_area]
    stations = read_stations()
    written: list[Path] = []
    missing: dict[str, str] = {}
    if not codes:
        missing[EVENING] = NO_AREA.format(municipality=wanted.municipality)
    for code in codes:
        chief = replace(
            caller,
            role=Role.hotspot_chief,
            municipality=wanted.municipality,
            hotspot_areas=(code,),
        )
        try:
            html, scope, name = _draw(
                database, chief, wanted, folder, named=named, stations=stations
            )
        except NotFound as error:
            missing[f"{EVENING} {code}"] = str(error)
        else:
            written.append(write_map(folder, name, html, scope))
    return Drawn(written, missing)


def _draw(
    database: Database,
    chief: Caller,
    wanted: DrawnFor,
    folder: Path,
    *,
    named: dict[str, str],
    stations: gpd.GeoDataFrame,
) -> tuple[str, DrawnScope, str]:
    """Return the page of the chief's one hotspot area, whose it is, and its name."""
    (code,) = chief.hotspot_areas or ("",)
    with database.acting(chief) as session:
        # the precision that is noted is the one that the incidents were read at
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        board = evening_board(session, wanted.municipality, code, wanted.as_of)
        scope = DrawnScope(wanted.municipality, wanted.as_of.isoformat(), code, board.precision)
        name = board_name(folder, scope)
        html = _page(
            session,
            board,
            wanted,
            stations,
            place=named.get(code, code),
            notes=(FREE_TEAMS,) if len(named) > 1 else (),
        )
        audit.append(
            session,
            actor=chief.actor,
            role=chief.role.value,
            action="draw",
            object_kind="map",
            object_ref=name,
            municipality=wanted.municipality,
            detail={
                "hotspot_area": code,
                "precision": board.precision,
                "weeks": board.need.weeks,
                "until": board.need.until.isoformat(),
            },
        )
    return html, scope, name


def _page(
    session: Session,
    board: EveningBoard,
    wanted: DrawnFor,
    stations: gpd.GeoDataFrame,
    *,
    place: str,
    notes: tuple[str, ...],
) -> str:
    need = board.need
    counted = f"{need.weeks} uger til {danish.long_day(need.until - timedelta(days=1))}"
    first, last = (danish.long_day(board.slots[at].evening) for at in (0, -1))
    facts = page_facts(
        session,
        wanted,
        place=place,
        period=f"{first} – {last}; behov talt over {counted}",
        drawn={
            "roder": board.roder,
            "bydele": area_store.read_areas(
                session, wanted.municipality, "bydel", board.slots[0].evening
            ),
        },
        stations=True,
        notes=(
            (
                f"{danish.number(need.incidents)} hændelser i hotspotområdet i {counted}: uro, "
                "vold og trusler, hærværk, narkotika, chikane. Det, der er sket indendørs, og "
                "det, politiet selv har fundet, er ikke med."
            ),
            SHOWN_BY[board.precision],
            (
                "En første, enkel plan: hvert hold sendes hen, hvor mest behov er udækket. "
                "Det er ikke nødvendigvis den bedste plan."
            ),
            *notes,
        ),
    )
    return draw_evening(
        session, board, municipality=wanted.municipality, stations=stations, facts=facts
    )
