"""The grid of offers: which age group has something open, on which day, in which part.

A hole (hul) is a day on which some age of the group has nothing; an overlap is a day on which
two offers for the same age are open at once for long enough to be one too many. Both are told;
whether they matter is for people to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from geo_service.domain.calendar import SchoolHoliday, is_public_holiday, school_holiday_on
from geo_service.domain.danish_time import length_words
from geo_service.domain.evenings import Period, Slot, at_hour, overlap_minutes
from geo_service.domain.grid import require_crs
from geo_service.domain.offers import AGE_GROUPS, AgeGroup, Offer
from geo_service.errors import InvalidInput

WINDOW: Final = (14, 26)
"""Hours of the day that count, from the midnight before: from after school to 02.00."""
REACH_M: Final = 250.0
"""How far from a part of the area an offer may lie and still be its; a setting."""
LEAST_MINUTES: Final = 60.0
"""A shorter opening is none; a shorter overlap is two offers handing over to each other."""
COLUMNS: Final = (
    "part_code", "age_group", "day", "cover", "open", "not_told", "ages_without", "minutes",
    "double_minutes", "text",
)  # fmt: skip


@dataclass(frozen=True)
class Holidays:
    """The days on which offers may keep other hours, in one municipality."""

    municipality: str
    school: tuple[SchoolHoliday, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Tell whether a day is a public holiday or the schools are closed."""
        closed = school_holiday_on(day, self.school, municipality=self.municipality)
        return is_public_holiday(day) or closed is not None


def serving(
    offers: Iterable[Offer], parts: gpd.GeoDataFrame, *, reach_m: float = REACH_M
) -> dict[str, list[str]]:
    """Return the codes of the offers of each part, by distance.

    Parameters
    ----------
    offers
        Those without a place serve every part.
    parts
        Columns code and geometry (polygons, EPSG:25832).
    reach_m
        How far outside a part an offer may lie.

    Raises
    ------
    WrongCRS
        If the parts are not in EPSG:25832.
    InvalidInput
        If the reach is negative.
    """
    require_crs(parts, "parts")
    if reach_m < 0:
        raise InvalidInput("How far an offer reaches cannot be negative.")
    listed = list(offers)
    return {
        str(code): [
            one.code
            for one in listed
            if one.at is None or shapely.distance(one.at, outline) <= reach_m
        ]
        for code, outline in zip(parts["code"], parts.geometry, strict=True)
    }


def offer_grid(
    offers: Iterable[Offer],
    days: Sequence[date],
    *,
    holidays: Holidays,
    parts: Mapping[str, Sequence[str]] | None = None,
    age_groups: Sequence[AgeGroup] = AGE_GROUPS,
    window: tuple[int, int] = WINDOW,
) -> pd.DataFrame:
    """Return what is open for each age group on each day in each part of the area.

    Parameters
    ----------
    offers
        All offers.
    days
        The days wanted; what is open after midnight counts for the day before.
    holidays
        When weekly hours do not hold unless the operator has said so.
    parts
        Codes of the offers of each part, as `serving` makes them; None: the whole area as one
        part, with code "".
    age_groups
        The target groups.
    window
        First and last hour that count, from the midnight before the day.

    Returns
    -------
    DataFrame
        One row per part, age group and day: part_code, age_group (str), day, cover (a key of
        `vocabulary.OFFER_COVERS`), open and not_told (tuples of codes), ages_without (tuple of
        years of age without an opening), minutes (open, for the age that has least),
        double_minutes (two or more open, for the age that has most), text (Danish).
    """
    known = {one.code: one for one in offers}
    of_part = parts if parts is not None else {"": list(known)}
    rows = []
    for day in days:
        is_holiday = holidays.holds_on(day)
        open_that_day = {
            code: _within(one.openings(day, is_holiday=is_holiday), day, window)
            for code, one in known.items()
        }
        silent = {code for code, one in known.items() if not one.told(day, is_holiday=is_holiday)}
        for part, codes in of_part.items():
            there = [known[code] for code in codes]
            rows += [
                (part, str(group), day, *_cell(group, there, open_that_day, silent))
                for group in age_groups
            ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["part_code", "age_group", "day"], kind="stable", ignore_index=True)


def open_in_slots(
    offers: Iterable[Offer],
    slots: Iterable[Slot],
    *,
    holidays: Holidays,
    least_minutes: float = 30.0,
) -> pd.DataFrame:
    """Return which offers are open in which slots: slot_id, offer_code, minutes.

    They are fixed presence of adults in the evening plan.
    """
    listed = list(offers)
    rows = []
    for slot in slots:
        is_holiday = holidays.holds_on(slot.evening)
        for one in listed:
            openings = one.openings(slot.evening, is_holiday=is_holiday)
            minutes = sum(overlap_minutes(opening, slot.period) for opening in openings)
            if minutes >= least_minutes:
                rows.append((slot.slot_id, one.code, minutes))
    return pd.DataFrame(rows, columns=["slot_id", "offer_code", "minutes"])


def _within(openings: list[Period], day: date, window: tuple[int, int]) -> list[Period]:
    """Return the openings cut to the hours that count; those that are too short drop out."""
    first, last = at_hour(day, window[0]), at_hour(day, window[1])
    cut = [Period(max(one.starts_at, first), min(one.ends_at, last)) for one in openings]
    return [one for one in cut if one.minutes >= LEAST_MINUTES]


def _cell(
    group: AgeGroup,
    offers: Sequence[Offer],
    openings: Mapping[str, list[Period]],
    silent: set[str],
) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[int, ...], float, float, str]:
    meant = [one for one in offers if set(one.ages.ages) & set(group.ages)]
    is_open = [one for one in meant if openings[one.code]]
    not_told = [one for one in meant if one.code in silent]
    by_age = {
        age: _minutes([period for one in is_open if age in one.ages.ages
                       for period in openings[one.code]])
        for age in group.ages
    }  # fmt: skip
    without = tuple(age for age, (minutes, _) in by_age.items() if not minutes)
    double = max(minutes for _, minutes in by_age.values())
    if len(without) == len(by_age):
        cover = "not_told" if not_told else "gap"
    elif without:
        cover = "partial_gap"
    else:
        cover = "overlap" if double >= LEAST_MINUTES else "open"
    least = min(minutes for minutes, _ in by_age.values())
    text = _text(cover, is_open, not_told, without, double)
    codes, untold = (tuple(one.code for one in kind) for kind in (is_open, not_told))
    return cover, codes, untold, without, least, double, text


def _minutes(periods: list[Period]) -> tuple[float, float]:
    """Return the minutes in which at least one, and at least two, of some periods hold."""
    changes = sorted(
        [(one.starts_at.timestamp(), 1) for one in periods]
        + [(one.ends_at.timestamp(), -1) for one in periods]
    )
    once = twice = 0.0
    holding, before = 0, 0.0
    for moment, change in changes:
        once += (moment - before) * (holding >= 1)
        twice += (moment - before) * (holding > 1)
        holding, before = holding + change, moment
    return once / 60, twice / 60


def _text(
    cover: str,
    is_open: Sequence[Offer],
    not_told: Sequence[Offer],
    without: tuple[int, ...],
    double: float,
) -> str:
    names = ", ".join(one.name for one in is_open)
    if cover == "gap":
        return "Intet åbent."
    if cover == "not_told":
        return f"Intet oplyst åbent. Spørg: {', '.join(one.name for one in not_told)}."
    if cover == "partial_gap":
        return f"Åbent: {names}. Intet for {', '.join(map(str, without))} år."
    if cover == "overlap":
        return f"Åbent: {names}. {length_words(double)} er der mindst to på én gang."
    return f"Åbent: {names}."
