"""Visits due in a week by the level of each area (grøn, gul, rød), and the overdue ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

import pandas as pd

from geo_service.analysis.dosage import hours_since_presence
from geo_service.domain.danish_time import length_words
from geo_service.domain.evenings import HOURS_A_DAY, evening_of
from geo_service.domain.frames import rows_of
from geo_service.domain.presence_rules import VISITS_A_WEEK
from geo_service.domain.vocabulary import AREA_LEVELS
from geo_service.errors import InvalidInput
from geo_service.messages import _

DAYS: Final = 7
DAYS_FROM: Final = 3
"""From how many days on a wait is said in days."""
COLUMNS: Final = ("area_code", "level", "due", "done", "missing", "hours", "overdue", "text")


def weekly_visits(
    levels: Mapping[str, str],
    visits: pd.DataFrame,
    *,
    monday: date,
    now: datetime,
    due: Mapping[str, int] = VISITS_A_WEEK,
    least_minutes: float = 10.0,
) -> pd.DataFrame:
    """Return the visits each area is due in a week, those it got, and whether one is overdue.

    Parameters
    ----------
    levels
        Level (a key of `vocabulary.AREA_LEVELS`) by area.
    visits
        Delivered: area_code, starts_at, ends_at (aware), also from before the week.
    monday
        The first evening of the week.
    now
        Aware; later visits do not count.
    due
        Visits a week at each level.
    least_minutes
        Shorter visits are no visits here.

    Returns
    -------
    DataFrame
        One row per area: area_code, level, due, done, missing, hours (since somebody was there,
        NaN: never), overdue, text (Danish). Overdue: visits are missing, and the last is longer
        ago than an even spread over the week allows. Overdue ones come first, red before
        yellow before green, and the longest wait first.

    Raises
    ------
    InvalidInput
        If `monday` is none, a level is unknown, or a level has no positive number due.
    """
    if monday.weekday() != 0:
        raise InvalidInput(_("En uge begynder en mandag."))
    if unknown := sorted(set(levels.values()) - AREA_LEVELS.keys()):
        raise InvalidInput(_("Niveauet »%(unknown)s« findes ikke.", unknown=unknown[0]))
    if any(due.get(level, 0) < 1 for level in levels.values()):
        raise InvalidInput(_("Et niveau skal have mindst et besøg om ugen."))
    minutes = (visits["ends_at"] - visits["starts_at"]).dt.total_seconds() / 60
    long = visits[(minutes >= least_minutes) & (visits["starts_at"] <= pd.Timestamp(now))]
    gone = [(evening_of(one) - monday).days for one in long["starts_at"].dt.to_pydatetime()]
    days = pd.Series(gone, index=long.index, dtype=int)
    done = long[days.between(0, DAYS - 1)].groupby("area_code").size()
    since = hours_since_presence(long, sorted(levels), now=now)
    rows = [
        _row(row.area_code, levels[row.area_code], row.hours, due, int(done.get(row.area_code, 0)))
        for row in rows_of(since)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = {level: rank for rank, level in enumerate(("red", "yellow", "green"))}
    return (
        table.assign(rank=table["level"].map(order), wait=table["hours"].fillna(float("inf")))
        .sort_values(["overdue", "rank", "wait", "area_code"], ascending=[False, True, False, True])
        .drop(columns=["rank", "wait"])
        .reset_index(drop=True)
    )


def _row(
    area: str, level: str, hours: float, due: Mapping[str, int], done: int
) -> tuple[str, str, int, int, int, float, bool, str]:
    wanted = due[level]
    missing = max(0, wanted - done)
    spread = DAYS * HOURS_A_DAY / wanted
    never = pd.isna(hours)
    overdue = missing > 0 and (never or hours > spread)
    ago = "ingen har været her" if never else f"sidst for {_ago(hours)} siden"
    text = f"{done} af {wanted} besøg i denne uge; {ago}."
    return area, level, wanted, done, missing, float(hours), bool(overdue), text


def _ago(hours: float) -> str:
    """Return whole hours, from three days on whole days."""
    days = int(hours // HOURS_A_DAY)
    return length_words(hours // 1 * 60) if days < DAYS_FROM else f"{days} dage"
