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
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from geo_service.analysis.apportion import apportioned, ground_shares
from geo_service.analysis.baselines import WEEKS_A_YEAR
from geo_service.analysis.need import PlainNeed, density, plain_need
from geo_service.analysis.need_events import need_events
from geo_service.domain.evenings import NIGHT_ENDS, Slot, at_hour
from geo_service.domain.grid import DANISH_GRID
from geo_service.domain.vocabulary import PUBLIC_SPACE_TYPES
from geo_service.storage import incidents_seen as seen
from geo_service.storage.incidents_needed import read_needed

FIELD_M: Final = 250.0
"""The side of a square that incidents are shown by at the precision `250m`."""


@dataclass(frozen=True)
class EveningNeed:
    """What is expected where, counted from what, and how far that can be trusted."""

    figures: pd.DataFrame
    """Area_code, slot_id, n, expected, low, high; a row per coverage area and slot."""
    density: pd.DataFrame
    """Code, slot_id, expected per km²; a row per rode of the hotspot area and slot."""
    incidents: int
    """How many were counted within the period."""
    weeks: int
    """How many weeks were counted."""
    until: date
    """The first evening that was not counted any more."""


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
    since, until = _known_evenings(session, slots[0].evening)
    shown = read_needed(
        session,
        since=at_hour(since, 0),
        until=at_hour(until, NIGHT_ENDS),  # the night after the last evening belongs to it
        crime_types=PUBLIC_SPACE_TYPES,
    )

    def need_in(area_code: pd.Series, areas: gpd.GeoDataFrame) -> PlainNeed:
        events = need_events(shown.assign(area_code=area_code)).events
        return plain_need(events, areas, slots, since=since, until=until)

    by_rode = need_in(shown["rode"], roder)
    if precision == "point":
        need = need_in(pd.Series(None, index=shown.index, dtype=object), coverage)
    else:
        units, unit_of_each = _units(shown, roder)
        need = apportioned(
            need_in(unit_of_each, units),
            ground_shares(units, coverage),
            list(coverage["code"]),
            slots,
        )
    first = until - timedelta(weeks=need.period_weeks)
    return EveningNeed(
        figures=need.figures,
        density=density(by_rode.figures, roder),
        incidents=int((shown["occurred_from"] >= at_hour(first, 0)).sum()),
        weeks=need.period_weeks,
        until=until,
    )


def _known_evenings(session: Session, first_evening: date) -> tuple[date, date]:
    """Return the first evening of which everything is known, and the first that is not counted.

    The night after the day of the newest incident may be still to come.
    """
    days = seen.read_days(session)
    until = first_evening if days is None else min(first_evening, days[1])
    year_ago = until - timedelta(weeks=WEEKS_A_YEAR)
    since = year_ago if days is None else max(year_ago, days[0])
    return min(since, until - timedelta(weeks=1)), until


def _units(shown: gpd.GeoDataFrame, roder: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Return the roder and squares that incidents are shown by, and which one each is shown by.

    A square ends where the hotspot area does: what it shows happened within.
    """
    in_square = (shown["seen_as"] == "250m").to_numpy()
    middles = shown.geometry[in_square]
    corners = np.floor(np.column_stack([middles.x, middles.y]) / FIELD_M) * FIELD_M
    corners = corners.reshape(-1, 2)
    unit_of_each = pd.Series(shown["rode"].to_numpy(dtype=object), index=shown.index, dtype=object)
    unit_of_each[in_square] = [f"felt {east:.0f} {north:.0f}" for east, north in corners]
    different = np.unique(corners, axis=0)
    squares = shapely.intersection(
        shapely.box(different[:, 0], different[:, 1], *(different + FIELD_M).T),
        roder.union_all(),
    )
    names = [f"felt {east:.0f} {north:.0f}" for east, north in different]
    units = gpd.GeoDataFrame(
        {"code": [*roder["code"], *names]},
        geometry=[*roder.geometry, *squares],
        crs=DANISH_GRID,
    )
    return units, unit_of_each
