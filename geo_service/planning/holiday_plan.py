"""The holiday plan (ferieplan): before each school holiday, an open offer for every target group.

It shows which group lacks an open offer on which days, and whom to ask because nobody has told
the hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import pandas as pd

from geo_service.domain.calendar import SchoolHoliday
from geo_service.domain.danish_time import days_words
from geo_service.domain.frames import rows_of
from geo_service.domain.offers import AGE_GROUPS, AgeGroup, Offer
from geo_service.planning.offer_grid import Holidays, offer_grid

DAYS_BEFORE: Final = 42
"""How long before a holiday its plan is due: three meetings ahead; a setting."""
LACKING: Final = ("gap", "not_told", "partial_gap")


@dataclass(frozen=True)
class HolidayPlan:
    """What is open in a school holiday, and what is missing.

    Attributes
    ----------
    holiday
        The holiday.
    grid
        As `offer_grid` gives it, for every day of the holiday.
    missing
        Danish sentences, one per part and group: the days on which it lacks an open offer.
    ask
        Danish sentences, one per operator whose hours are not told.
    """

    holiday: SchoolHoliday
    grid: pd.DataFrame
    missing: list[str]
    ask: list[str]

    @property
    def is_complete(self) -> bool:
        """Whether every group has an open offer on every day."""
        return not self.missing


def holiday_plan(
    offers: Iterable[Offer],
    holiday: SchoolHoliday,
    *,
    school_holidays: Sequence[SchoolHoliday] = (),
    parts: Mapping[str, Sequence[str]] | None = None,
    part_names: Mapping[str, str] | None = None,
    age_groups: Sequence[AgeGroup] = AGE_GROUPS,
) -> HolidayPlan:
    """Return the plan of a school holiday.

    Parameters
    ----------
    offers
        All offers.
    holiday
        The holiday to plan.
    school_holidays
        Others that may meet it; they change nothing else.
    parts
        Codes of the offers of each part, as `serving` makes them; None: the whole area.
    part_names
        What the parts are called, by code.
    age_groups
        The target groups.
    """
    listed = list(offers)
    holidays = Holidays(holiday.municipality, (holiday, *school_holidays))
    grid = offer_grid(listed, holiday.days, holidays=holidays, parts=parts, age_groups=age_groups)
    lacking = grid[grid["cover"].isin(LACKING)]
    missing = [
        _missing(str(part), str(group), list(rows_of(days)), holiday, part_names or {})
        for (part, group), days in lacking.groupby(["part_code", "age_group"], sort=True)
    ]
    return HolidayPlan(holiday, grid, missing, _ask(listed, lacking, holiday))


def holiday_plans_due(
    school_holidays: Iterable[SchoolHoliday],
    *,
    municipality: str,
    today: date,
    days_before: int = DAYS_BEFORE,
) -> list[SchoolHoliday]:
    """Return the school holidays that are near and not over, the nearest first."""
    return sorted(
        (
            one
            for one in school_holidays
            if one.municipality == municipality
            and one.last >= today
            and one.first <= today + timedelta(days=days_before)
        ),
        key=lambda one: one.first,
    )


def _missing(
    part: str, group: str, rows: list[object], holiday: SchoolHoliday, names: Mapping[str, str]
) -> str:
    where = f"{names.get(part, part)}, " if part else ""
    days = sorted({row.day for row in rows})  # type: ignore[attr-defined]
    return (
        f"{where}{group}: intet åbent tilbud for hele gruppen {_spans(days)} "
        f"({len(days)} af {len(holiday.days)} dage i {holiday.name})."
    )


def _spans(days: Sequence[date]) -> str:
    """Return days in a row as one span each: `man 12. okt – ons 14. okt, fre 16. okt`."""
    first, spans = days[0], []
    for day, following in pairwise([*days, None]):
        if day is not None and following != day + timedelta(days=1):
            spans.append(days_words(first, day))
            first = following if following is not None else first
    return ", ".join(spans)


def _ask(offers: Iterable[Offer], lacking: pd.DataFrame, holiday: SchoolHoliday) -> list[str]:
    silent = {code for codes in lacking["not_told"] for code in codes}
    by_operator: dict[str, list[str]] = {}
    for one in offers:
        if one.code in silent:
            by_operator.setdefault(one.operator, []).append(one.name)
    when = days_words(holiday.first, holiday.last)
    return [
        f"Spørg {operator}, hvornår der er åbent {when}: {', '.join(names)}."
        for operator, names in sorted(by_operator.items())
    ]
