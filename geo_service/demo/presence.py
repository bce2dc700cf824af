"""Who is out in the evening: teams, their shifts, the police's commitments, and the logs.

The street team are four who take turns in two pairs; nobody is named. Monday to Thursday one
pair is out, on Fridays both, at the weekend one each evening. An evening belongs to the day
it begins on, also when it ends after midnight.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_service.demo.hotspots import NORREBRO, SJAELOR
from geo_service.demo.wall_time import as_moments, moment

EVENINGS: Final = 14
"""From one meeting with the police to the next."""
ROSTER_EVENINGS: Final = 2 * EVENINGS
"""Shifts are laid for this agreement and the next, so that the next can be planned."""
LOG_EVENINGS: Final = 8 * 7

TEAMS: Final = (
    ("G1", "Gadeteam 1", "street_team", 2, ("GA1", "GA2")),
    ("G2", "Gadeteam 2", "street_team", 2, ("GB1", "GB2")),
    ("P1", "Lokalpoliti 1", "police", 2, ()),
)
AGENCY_OF: Final = {team[0]: team[2] for team in TEAMS}

FIRST_PAIR, SECOND_PAIR, POLICE = "first", "second", "police"


class Duty(NamedTuple):
    """Who is out on a weekday, from when to when (minutes from the midnight before)."""

    who: str
    starts: int
    ends: int


ROSTER: Final = (
    (Duty(FIRST_PAIR, 18 * 60, 23 * 60),),
    (Duty(SECOND_PAIR, 18 * 60, 23 * 60), Duty(POLICE, 18 * 60, 22 * 60)),
    (Duty(FIRST_PAIR, 18 * 60, 23 * 60),),
    (Duty(SECOND_PAIR, 18 * 60, 23 * 60), Duty(POLICE, 20 * 60, 24 * 60)),
    (
        Duty(FIRST_PAIR, 19 * 60 + 30, 23 * 60),
        Duty(SECOND_PAIR, 20 * 60, 25 * 60),
        Duty(POLICE, 20 * 60, 26 * 60),
    ),
    (Duty(FIRST_PAIR, 19 * 60, 25 * 60), Duty(POLICE, 20 * 60, 26 * 60)),
    (Duty(SECOND_PAIR, 17 * 60, 22 * 60),),
)
"""Monday to Sunday."""

AREA_OF_WEEKDAY: Final = (NORREBRO, SJAELOR, NORREBRO, SJAELOR, NORREBRO, NORREBRO, SJAELOR)
"""Where the evening's visits are; every second Saturday it is the other area."""

SATURDAY: Final = 5
STRETCH: Final = 120  # minutes of one commitment: a slot of the evening plan
LIVELY: Final = {
    NORREBRO: (
        "yn-mjolnerparken",
        "yn-hothers-plads",
        "yn-norrebrohallen",
        "yn-aldersrogade",
        "yn-haraldsgade",
        "yn-skjolds-plads",
    ),
    SJAELOR: ("sj-station", "sj-boulevard-syd", "sj-akacieparken", "sj-carl-jacobsens-vej"),
}
FORMS: Final = ("on_foot", "driving", "on_call")
FORM_SHARES: Final = (0.65, 0.25, 0.1)
CONTAINER: Final = "sj-boulevard-syd"  # the IT container stands there
TRENDS: Final = ("less", "as_usual", "more")
TREND_SHARES: Final = (0.2, 0.6, 0.2)
SEEN: Final = ("uro", "haervaerk", "narkotika")
SEEN_SHARES: Final = (0.10, 0.04, 0.04, 0.82)
"""How often something is seen in a stay, by type; the last: nothing."""
FORGOTTEN: Final = 0.06  # shifts after which nobody wrote a log
MEETING_DAYS: Final = 14


def teams() -> pd.DataFrame:
    """Return the teams: code, name, agency, members (counted) and their codes, never names."""
    columns = ["code", "name", "agency", "members", "member_codes"]
    return pd.DataFrame(TEAMS, columns=columns, dtype=object)


def police_choice() -> pd.DataFrame:
    """Return what the police show: when patrols are on duty, and no name of a unit."""
    return pd.DataFrame([{"unit_names": False, "rosters": True, "set_by": "os:demo"}])


def shifts(*, as_of: date) -> pd.DataFrame:
    """Return the shifts of the coming evenings: team_code, evening, starts_at, ends_at."""
    rows = [
        {
            "team_code": team,
            "evening": evening,
            "starts_at": moment(evening, starts),
            "ends_at": moment(evening, ends),
        }
        for evening in _evenings(as_of, ROSTER_EVENINGS)
        for team, starts, ends in on_duty(evening)
    ]
    return _with_moments(pd.DataFrame(rows, dtype=object), "starts_at", "ends_at")


def commitments(rng: np.random.Generator, *, as_of: date) -> pd.DataFrame:
    """Return the police's commitments for the coming evenings.

    One row per two hours: agency, coverage_area_code, evening, starts_at, ends_at, form. In
    each stretch the police are in one place only, during their own shift; the place may be
    one that the street team covers, which is how both come to be there at once.
    """
    rows: list[dict[str, Any]] = []
    for evening in _evenings(as_of, EVENINGS):
        hotspot = hotspot_of(evening)
        for team, starts, ends in on_duty(evening):
            if AGENCY_OF[team] != "police":
                continue
            stretches = range(starts, ends, STRETCH)
            where = rng.choice(LIVELY[hotspot], size=len(stretches), replace=False)
            for begins, piece in zip(stretches, where, strict=True):
                until = min(begins + STRETCH, ends)
                form = str(rng.choice(FORMS, p=FORM_SHARES))
                if piece == CONTAINER and begins < 20 * 60:
                    form = "container_visit"
                rows.append(
                    {
                        "agency": "police",
                        "coverage_area_code": str(piece),
                        "evening": evening,
                        "starts_at": moment(evening, begins),
                        "ends_at": moment(evening, until),
                        "form": form,
                    }
                )
    return _with_moments(pd.DataFrame(rows, dtype=object), "starts_at", "ends_at")


def evening_logs(
    rng: np.random.Generator, coverage: gpd.GeoDataFrame, *, as_of: date
) -> pd.DataFrame:
    """Return what the teams noted after their shifts in the last eight weeks.

    Columns team_code, coverage_area_code, evening, arrived_at, minutes, trend, released_at, and
    what was seen there (a type of incident, None for nothing).
    Notes are released at noon on the day of the next meeting; later ones wait (NaT).
    """
    rows: list[dict[str, Any]] = []
    first = as_of - timedelta(days=LOG_EVENINGS)
    for evening in _evenings(first, LOG_EVENINGS):
        meeting = first + timedelta(days=((evening - first).days // MEETING_DAYS + 1) * 14)
        released = moment(meeting, 12 * 60) if meeting < as_of else None
        for team, starts, ends in on_duty(evening):
            places = _places_of(coverage, AGENCY_OF[team], hotspot_of(evening))
            if rng.random() < FORGOTTEN:
                continue
            at = starts + int(rng.integers(5, 30))
            for place in rng.permutation(places):
                minutes = int(rng.integers(8, 36))
                if at + minutes > ends - 10:
                    break
                rows.append(
                    {
                        "team_code": team,
                        "coverage_area_code": str(place),
                        "evening": evening,
                        "arrived_at": moment(evening, at),
                        "minutes": minutes,
                        "trend": str(rng.choice(TRENDS, p=TREND_SHARES)),
                        "released_at": released,
                    }
                )
                at += minutes + int(rng.integers(8, 40))
    frame = pd.DataFrame(rows, dtype=object)
    seen = rng.choice(np.array([*SEEN, ""], dtype=object), size=len(frame), p=SEEN_SHARES)
    frame["seen"] = [str(one) or None for one in seen]
    return _with_moments(frame, "arrived_at", "released_at")


def _evenings(first: date, count: int) -> list[date]:
    return [first + timedelta(days=offset) for offset in range(count)]


def on_duty(evening: date) -> list[tuple[str, int, int]]:
    """Return team, start and end (minutes); the pairs change places every week."""
    even_week = (evening.toordinal() - 1) // 7 % 2 == 0  # day 1 of the calendar was a Monday
    street = ("G1", "G2") if even_week else ("G2", "G1")
    team = {FIRST_PAIR: street[0], SECOND_PAIR: street[1], POLICE: "P1"}
    return [(team[duty.who], duty.starts, duty.ends) for duty in ROSTER[evening.weekday()]]


def hotspot_of(evening: date) -> str:
    """Return the hotspot area that an evening's visits are in."""
    even_week = evening.isocalendar().week % 2 == 0
    if evening.weekday() == SATURDAY and even_week:
        return SJAELOR
    return AREA_OF_WEEKDAY[evening.weekday()]


def _places_of(coverage: gpd.GeoDataFrame, agency: str, hotspot: str) -> list[str]:
    """Return the pieces an agency goes to: the street team its own, the police all of them."""
    mine = (coverage["hotspot_area_code"] == hotspot) & (
        (coverage["agency"] == agency) | (agency == "police")
    )
    return [str(code) for code in coverage.loc[mine, "code"]]


def _with_moments(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return frame.assign(**{column: as_moments(frame[column]) for column in columns})
