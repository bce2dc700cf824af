"""The need of a hotspot area's evenings, from what its Hotspot chief is shown of incidents.

One figure for everybody who may open the board: counted in the chief's own session, so that the
scope and the precision that the police set hold for what is drawn as for what is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from geo_service.analysis.apportion import apportioned
from geo_service.analysis.baselines import WEEKS_A_YEAR
from geo_service.analysis.need import PlainNeed, density, plain_need, together
from geo_service.analysis.need_events import need_events
from geo_service.domain.evenings import NIGHT_ENDS, Slot, at_hour
from geo_service.domain.grid import DANISH_GRID
from geo_service.domain.vocabulary import PUBLIC_SPACE_TYPES, TYPES_BY_RODE
from geo_service.storage import incidents_seen as seen
from geo_service.storage.evening_log import read_seen
from geo_service.storage.incidents_needed import read_needed

FIELD_M: Final = 250.0
"""The side of a square that incidents are shown by at the precision `250m`."""
SQUARE: Final = "felt "
"""What the code of such a square begins with; its corner follows."""


@dataclass(frozen=True)
class EveningNeed:
    """What is expected where, counted from what, and how far that can be trusted."""

    figures: pd.DataFrame
    """Area_code, slot_id, n, expected, low, high and a column per baseline shown; a row per
    coverage area and slot."""
    density: pd.DataFrame
    """Code, slot_id, expected per km²; a row per rode of the hotspot area and slot."""
    incidents: int
    """How many were counted within the period, notes of the evening log left out."""
    notes: int
    """How many released notes of the street team were counted within it."""
    chosen_types: tuple[str, ...]
    """Of `vocabulary.TYPES_BY_RODE`, those that were counted."""
    weeks: int
    """How many weeks were counted."""
    history_weeks: int
    """How many weeks of history there are; decides which baselines can be shown."""
    until: date
    """The first evening that was not counted any more."""


@dataclass(frozen=True)
class KnownIncidents:
    """What a Hotspot chief is shown of incidents, chosen for need, and by what it is shown.

    Neither what patrols found nor what happened indoors is shown to a chief at all.
    """

    events: gpd.GeoDataFrame
    """As `need_events` chooses them; area_code is the rode or square, None for a point."""
    by_rode: gpd.GeoDataFrame
    """The same events, area_code the rode of each."""
    units: gpd.GeoDataFrame | None
    """The roder and squares that incidents are shown by (code, EPSG:25832); None for points."""
    since: date
    until: date
    """The first evening of which everything is known, and the first that is not counted."""
    is_empty: bool
    """Whether the municipality holds no incident at all."""
    notes: gpd.GeoDataFrame
    """Released notes of the street team that say what was seen; area_code the coverage area."""
    chosen: gpd.GeoDataFrame
    """Burglary and theft, where the police let them count; area_code the rode."""
    roder: gpd.GeoDataFrame
    """The roder of the hotspot area: code, EPSG:25832."""


def evening_need(
    session: Session,
    coverage: gpd.GeoDataFrame,
    roder: gpd.GeoDataFrame,
    slots: list[Slot],
    *,
    precision: str,
) -> EveningNeed:
    """Count the need of coverage areas and roder in each slot.

    Parameters
    ----------
    session
        Of a Hotspot chief, limited to the hotspot area.
    coverage, roder
        The parts that are covered, and the roder of the hotspot area: code, EPSG:25832.
    slots
        In order of time.
    precision
        How precisely the caller of the session is shown incidents.
    """
    known = known_incidents(session, roder, before=slots[0].evening, precision=precision)
    return need_from(known, coverage, roder, slots)


def known_incidents(
    session: Session,
    roder: gpd.GeoDataFrame,
    *,
    before: date,
    precision: str,
    weeks: int = WEEKS_A_YEAR,
) -> KnownIncidents:
    """Read the incidents of up to so many weeks before an evening, as the session is shown them."""
    since, until, is_empty = _known_evenings(session, before, weeks)
    read = read_needed(
        session,
        since=at_hour(since, 0),
        until=at_hour(until, NIGHT_ENDS),  # the night after the last evening belongs to it
        crime_types=(*PUBLIC_SPACE_TYPES, *TYPES_BY_RODE),
    )
    is_chosen = read["crime_type"].isin(TYPES_BY_RODE)
    shown = read[~is_chosen].reset_index(drop=True)
    chosen = read[is_chosen].reset_index(drop=True)
    by_rode = need_events(shown.assign(area_code=shown["rode"])).events
    if precision == "point":
        units, unit_of_each = None, pd.Series(None, index=shown.index, dtype=object)
    else:
        units, unit_of_each = _units(shown, roder)
    return KnownIncidents(
        events=need_events(shown.assign(area_code=unit_of_each)).events,
        by_rode=by_rode,
        units=units,
        since=since,
        until=until,
        is_empty=is_empty,
        notes=_notes(session, since, until),
        chosen=need_events(
            chosen.assign(area_code=chosen["rode"]), crime_types=TYPES_BY_RODE
        ).events,
        roder=roder[["code", "geometry"]],
    )


def need_from(
    known: KnownIncidents,
    coverage: gpd.GeoDataFrame,
    roder: gpd.GeoDataFrame,
    slots: list[Slot],
) -> EveningNeed:
    """Count the need of coverage areas and roder in each slot from what is known."""

    def need_in(events: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> PlainNeed:
        return plain_need(events, areas, slots, since=known.since, until=known.until)

    by_rode = need_in(pd.concat([known.by_rode, known.chosen], ignore_index=True), roder)
    if known.units is None:
        need = need_in(known.events, coverage)
    else:
        need = apportioned(need_in(known.events, known.units), known.units, coverage, slots)
    for beside in needs_beside(known, coverage, slots).values():
        need = together(need, beside)
    first = known.until - timedelta(weeks=need.period_weeks)

    def lately(events: gpd.GeoDataFrame) -> int:
        return int((events["occurred_from"] >= at_hour(first, 0)).sum())

    return EveningNeed(
        figures=need.figures,
        density=density(by_rode.figures, roder),
        incidents=lately(known.events) + lately(known.chosen),
        notes=lately(known.notes),
        chosen_types=tuple(sorted(known.chosen["crime_type"].unique())),
        weeks=need.period_weeks,
        history_weeks=need.weeks,
        until=known.until,
    )


def needs_beside(
    known: KnownIncidents, coverage: gpd.GeoDataFrame, slots: list[Slot]
) -> dict[str, PlainNeed]:
    """Return by type the need that comes of notes, and of burglary and theft that count.

    Notes are of their coverage area; what is known by rode is shared out over its ground.
    """
    found = {}
    for kind, notes in known.notes.groupby("crime_type"):
        of_here = notes[notes["area_code"].isin(coverage["code"])]
        found[str(kind)] = plain_need(
            of_here, coverage, slots, since=known.since, until=known.until
        )
    for kind, chosen in known.chosen.groupby("crime_type"):
        by_rode = plain_need(chosen, known.roder, slots, since=known.since, until=known.until)
        found[str(kind)] = apportioned(by_rode, known.roder, coverage, slots)
    return found


def _notes(session: Session, since: date, until: date) -> gpd.GeoDataFrame:
    """Return the street team's released notes of evenings [since, until) as events of need."""
    notes = read_seen(session, since, until)
    return need_events(_no_incidents(), notes.assign(released=True)).events


def _no_incidents() -> gpd.GeoDataFrame:
    columns = ["crime_type", "occurred_from", "occurred_to"]
    return gpd.GeoDataFrame(
        pd.DataFrame(columns=columns, dtype=object), geometry=[], crs=DANISH_GRID
    )


def _known_evenings(session: Session, first_evening: date, weeks: int) -> tuple[date, date, bool]:
    """Return the first known evening, the first that is not counted, and whether there is nothing.

    Of the first everything is known. The night after the newest incident's day may be still to
    come.
    """
    days = seen.read_days(session)
    until = first_evening if days is None else min(first_evening, days[1])
    earliest = until - timedelta(weeks=weeks)
    since = earliest if days is None else max(earliest, days[0])
    return min(since, until - timedelta(weeks=1)), until, days is None


def _units(shown: gpd.GeoDataFrame, roder: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Return the roder and squares that incidents are shown by, and which one each is shown by.

    A square ends where the hotspot area does: what it shows happened within.
    """
    in_square = (shown["seen_as"] == "250m").to_numpy()
    middles = shown.geometry[in_square]
    corners = np.floor(np.column_stack([middles.x, middles.y]) / FIELD_M) * FIELD_M
    corners = corners.reshape(-1, 2)
    unit_of_each = pd.Series(shown["rode"].to_numpy(dtype=object), index=shown.index, dtype=object)
    unit_of_each[in_square] = [f"{SQUARE}{east:.0f} {north:.0f}" for east, north in corners]
    squares = _squares(np.unique(corners, axis=0), roder)
    units = gpd.GeoDataFrame(
        {"code": [*roder["code"], *squares["code"]]},
        geometry=[*roder.geometry, *squares.geometry],
        crs=DANISH_GRID,
    )
    return units, unit_of_each


def every_square(roder: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return each square that incidents in some roder may be shown by: code, EPSG:25832."""
    west, south, east, north = np.floor(roder.total_bounds / FIELD_M) * FIELD_M
    corners = np.array(
        [
            (x, y)
            for x in np.arange(west, east + FIELD_M, FIELD_M)
            for y in np.arange(south, north + FIELD_M, FIELD_M)
        ]
    )
    squares = _squares(corners, roder)
    return squares[squares.area > 0].reset_index(drop=True)


def _squares(corners: npt.NDArray[np.float64], roder: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return squares by their lower left corners, ended where the roder end."""
    return gpd.GeoDataFrame(
        {"code": [f"{SQUARE}{east:.0f} {north:.0f}" for east, north in corners]},
        geometry=shapely.intersection(
            shapely.box(corners[:, 0], corners[:, 1], *(corners + FIELD_M).T), roder.union_all()
        ),
        crs=DANISH_GRID,
    )
