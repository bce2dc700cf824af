"""Look at incidents: where and when it usually happens, and whether it is more than usual.

Everything is of the caller of the session: what the roles see differently, the database decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy.orm import Session

from geo_service.analysis.usual import Comparison, Level, compare
from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.domain.incident_question import Question
from geo_service.domain.vocabulary import CRIME_TYPES, PUBLIC_SPACE_TYPES
from geo_service.errors import NotFound
from geo_service.storage import areas as area_store
from geo_service.storage import incident_parts, incident_precision
from geo_service.storage import incidents as incident_store
from geo_service.storage import incidents_seen as seen

USUAL_DAYS: Final = 56
"""Eight weeks: long enough for the hours of a week, short enough to be now."""
SURE_OF_A_PART: Final = 0.99
EARLIER: Final = 6
"""How many earlier periods of the same length are looked at."""
SIDES_M: Final = (100, 250, 500, 1_000, 2_000, 5_000, 10_000)
MOST_CELLS: Final = 900


@dataclass(frozen=True)
class Part:
    """A type or a rode among what was asked for, and how it stands to what is usual there."""

    code: str
    """Empty for what lies outside all roder."""
    name: str
    count: int
    usual: Comparison


@dataclass(frozen=True)
class Overview:
    """The answer to a question, counted; parts stand with the largest count first."""

    total: int
    by_type: tuple[Part, ...]
    by_rode: tuple[Part, ...]
    usual: Comparison
    weights: npt.NDArray[np.float64]
    """Aoristic weight of each hour of the week (168)."""
    in_week: int
    """How many incidents the weights are of: those of all hours."""


def precision_for(session: Session, caller: Caller) -> str:
    """Return how precisely the caller sees where incidents happened: point, 250m or rode."""
    if caller.role is Role.police:
        return "point"
    return incident_precision.in_force(session, caller.municipality or "").precision


def set_precision(
    session: Session, caller: Caller, precision: str, *, version: int
) -> incident_precision.Setting:
    """Let the police set how precisely others see; `version` is the setting it is to follow.

    Raises
    ------
    Conflict
        If somebody else has set it meanwhile.
    """
    return incident_precision.set_precision(
        session, caller.municipality or "", precision, set_by=caller.actor, version=version
    )


def types_for(caller: Caller) -> tuple[str, ...]:
    """Return the types of which the caller sees single incidents."""
    return tuple(CRIME_TYPES) if caller.role is Role.police else PUBLIC_SPACE_TYPES


def usual_period(session: Session, *, today: date) -> tuple[date, date]:
    """Return the eight weeks [first, until) up to the newest incident, or to today without any."""
    days = seen.read_days(session)
    until = (days[1] if days else today) + timedelta(days=1)
    return until - timedelta(days=USUAL_DAYS), until


def roder_asked(session: Session, caller: Caller, question: Question) -> tuple[int, ...] | None:
    """Return the roder of the area asked for; None for the whole of the caller's scope."""
    return seen.roder_of(session, caller.municipality or "", question.area)


def overview(session: Session, question: Question, roder: tuple[int, ...] | None) -> Overview:
    """Count what was asked for, and the same in the periods before."""
    periods = _whole_periods(session, question)
    by_type, by_rode = incident_parts.read_parts(session, question, roder=roder, earlier=periods)
    weights, in_week = seen.read_hours(session, question, roder=roder)
    by_period = [sum(part.by_period[number] for part in by_type) for number in range(periods + 1)]
    return Overview(
        total=by_period[0],
        by_type=_parts(by_type),
        by_rode=_parts(by_rode),
        usual=compare(by_period[0], by_period[1:]),
        weights=weights,
        in_week=in_week,
    )


def _parts(counted: Sequence[incident_parts.Counted]) -> tuple[Part, ...]:
    """Compare each part with itself; so many at once that only a clear difference is one."""
    found = [
        Part(
            part.code,
            part.name,
            part.by_period[0],
            compare(part.by_period[0], part.by_period[1:], level=SURE_OF_A_PART),
        )
        for part in counted
    ]
    present = [part for part in found if part.count or part.usual.level is not Level.as_usual]
    return tuple(sorted(present, key=lambda part: (-part.count, len(part.code), part.code)))


def _whole_periods(session: Session, question: Question) -> int:
    """Return how many periods of the same length lie before this one and within the data."""
    days = seen.read_days(session)
    if days is None:
        return 0
    return max(0, min(EARLIER, (question.first - days[0]).days // question.days))


def counted_only(
    session: Session, caller: Caller, question: Question, roder: tuple[int, ...] | None
) -> tuple[tuple[date, date] | None, pd.DataFrame]:
    """Return the months, and per rode and type what the caller knows as counts alone.

    Whole months within the period only: None where there is no such month. Without an area,
    somebody limited to hotspot areas gets their roder.
    """
    first = question.first if question.first.day == 1 else _next_month(question.first)
    until = question.until.replace(day=1)
    empty = pd.DataFrame(columns=["rode", "rode_name", "crime_type", "incidents"])
    if first >= until or not caller.may("incident_count.read"):
        return None, empty
    roder = roder if roder is not None else roder_in_scope(session, caller)
    last = (until - timedelta(days=1)).replace(day=1)
    found = incident_store.counts_by_rode(session, roder=roder, first=first, last=last)
    return (first, last), found[found["crime_type"].isin(question.crime_types)]


def roder_in_scope(session: Session, caller: Caller) -> tuple[int, ...] | None:
    """Return the roder of the caller's hotspot areas; None where no area limits the caller."""
    if caller.hotspot_areas is None:
        return None
    found: set[int] = set()
    for code in caller.hotspot_areas:
        with suppress(NotFound):  # a hotspot area of the right that has no roder today
            area = ("hotspot_area", code)
            found.update(seen.roder_of(session, caller.municipality or "", area) or ())
    return tuple(sorted(found))


def areas_to_choose(
    session: Session, caller: Caller, kind: str, day: date
) -> list[tuple[str, str]]:
    """Return code and name of the areas that the caller may ask for and see anything of."""
    areas = area_store.read_names(session, caller.municipality or "", kind, day)
    if caller.hotspot_areas is None:
        return areas
    if kind == "hotspot_area":
        return [area for area in areas if area[0] in caller.hotspot_areas]
    if kind != "rode":  # larger than the scope, or not whole within it
        return []
    mine = set(seen.codes_of(session, roder_in_scope(session, caller) or ()))
    return [area for area in areas if area[0] in mine]


def outline_words(session: Session, caller: Caller, day: date) -> str:
    """Say which edition of roder is drawn: `skematisk`, or its year and source."""
    editions = [
        row
        for row in area_store.editions(session)
        if row["kind"] == "rode" and row["municipality"] == caller.municipality
    ]
    in_force = [row for row in editions if row["valid_from"] <= day] or editions[:1]
    if not in_force or in_force[-1]["outline"] == "schematic":
        return "skematisk"
    return f"roder {in_force[-1]['valid_from'].year}, {in_force[-1]['source']}"


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def side_for(extent_m: tuple[float, float]) -> int:
    """Return the side of squares that are few enough to be read in a box of this extent."""
    width, height = extent_m
    fitting = (side for side in SIDES_M if width / side * (height / side) <= MOST_CELLS)
    return next(fitting, SIDES_M[-1])
