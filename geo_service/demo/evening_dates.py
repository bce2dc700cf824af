"""What the demo's evenings are planned by: absence, staffed places, holidays, activities.

All of it is made up, the dates included; holidays lie where schools often have them.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any, Final

import pandas as pd

from geo_service.demo.hotspots import NORREBRO, SJAELOR
from geo_service.demo.presence import EVENINGS, on_duty
from geo_service.demo.wall_time import as_moments, moment

MADE_UP: Final = "opdigtet i demoen"
STAFFED: Final = (
    ("container", "it-container", "IT-containeren bag Sjælør Boulevard", "sj-boulevard-syd"),
    ("outreach_club_worker", "klub-mjolner", "Udgående klubmedarbejdere", "yn-mjolnerparken"),
)
STAFFED_HOURS: Final = (
    ("it-container", (1, 3), time(16), time(20)),
    ("it-container", (2, 4, 5), time(18), time(22)),
    ("klub-mjolner", (4, 5, 6), time(20), time(0, 30)),
)
AWAY: Final = ("G2", "GB1")
"""Team and member that are reported absent after the agreement was made."""


def absences(*, as_of: date) -> pd.DataFrame:
    """Return one absence, told on the first day: team_code, member, starts_at, ends_at, …."""
    team, member = AWAY
    evening, starts, ends = next(
        (evening, starts, ends)
        for evening in (as_of + timedelta(days=n) for n in range(1, EVENINGS))
        for code, starts, ends in on_duty(evening)
        if code == team
    )
    frame = pd.DataFrame(
        [
            {
                "team_code": team,
                "member": member,
                "starts_at": moment(evening, starts),
                "ends_at": moment(evening, ends),
                "reported_at": moment(as_of, 9 * 60),
            }
        ],
        dtype=object,
    )
    columns = ("starts_at", "ends_at", "reported_at")
    return frame.assign(**{column: as_moments(frame[column]) for column in columns})


def staffed() -> pd.DataFrame:
    """Return who else is there on purpose: kind, code, name, coverage_area_code."""
    return pd.DataFrame(
        STAFFED, columns=["kind", "code", "name", "coverage_area_code"], dtype=object
    )


def staffed_hours() -> pd.DataFrame:
    """Return weekly hours: staffed_code, weekday (1 = Monday), opens, closes."""
    rows = [
        {"staffed_code": code, "weekday": weekday, "opens": opens, "closes": closes}
        for code, weekdays, opens, closes in STAFFED_HOURS
        for weekday in weekdays
    ]
    return pd.DataFrame(rows, dtype=object)


def school_holidays(*, as_of: date) -> pd.DataFrame:
    """Return the holidays from `as_of` to the end of the next year: name, first and last day."""
    rows = [
        {"name": name, "first_day": first, "last_day": last, "source": MADE_UP}
        for year in (as_of.year, as_of.year + 1)
        for name, first, last in _holidays(year)
        if last >= as_of
    ]
    return pd.DataFrame(rows, dtype=object)


def activities(*, as_of: date) -> pd.DataFrame:
    """Return what happens in the coming two weeks, with place and time."""
    saturday = as_of + timedelta(days=(5 - as_of.weekday()) % 7)
    rows: list[dict[str, Any]] = [
        {
            "hotspot_area_code": hotspot,
            "kind": kind,
            "name": name,
            "place": place,
            "starts_at": moment(day, starts),
            "ends_at": moment(day, ends),
            "source": MADE_UP,
        }
        for hotspot, kind, name, place, day, starts, ends in (
            (NORREBRO, "match", "Hjemmekamp", "Nørrebrohallen", saturday, 18 * 60, 21 * 60),
            (None, "event", "Lystænding", "Rådhuspladsen", saturday + timedelta(days=1),
             16 * 60, 19 * 60),
            (SJAELOR, "offer", "Filmaften", "Akacieparken", saturday + timedelta(days=6),
             18 * 60, 22 * 60),
        )
    ]  # fmt: skip
    frame = pd.DataFrame(rows, dtype=object)
    return frame.assign(
        starts_at=as_moments(frame["starts_at"]), ends_at=as_moments(frame["ends_at"])
    )


def _holidays(year: int) -> list[tuple[str, date, date]]:
    """Return the weeks that schools are often closed in: 7, 27 to 32, 42, and Christmas."""
    return [
        ("Vinterferie", date.fromisocalendar(year, 7, 1), date.fromisocalendar(year, 7, 5)),
        ("Sommerferie", date.fromisocalendar(year, 27, 1), date.fromisocalendar(year, 32, 5)),
        ("Efterårsferie", date.fromisocalendar(year, 42, 1), date.fromisocalendar(year, 42, 5)),
        ("Juleferie", date(year, 12, 21), date(year + 1, 1, 3)),
    ]
