"""The demo's agreements: one that has run out and waits for its meeting, and one in force.

Both agencies' commitments are lines of them: the police's as `presence.commitments` promises
them, and for each shift of the street team two places of the evening's hotspot area.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from geo_service.demo import presence
from geo_service.demo.hotspots import NORREBRO, SJAELOR
from geo_service.demo.wall_time import as_moments, moment
from geo_service.domain.frames import rows_of

ACTOR: Final = "os:demo"
LEAST_STAY: Final = 45  # minutes: the street team's rule
REASONS: Final = (
    "Her samles mange, når klubben lukker",
    "Flest hændelser denne ugedag de seneste otte uger",
    "Beboerne har bedt om kendte ansigter her",
    "Mørk passage mellem station og boliger",
    "Roligt for tiden, men kontakten skal holdes",
)
JOINT_REASON: Final = "Fælles med gadeteamet"
ALONE_REASON: Final = "Uro og hærværk om aftenen"
"""What stands instead where the street team has not promised to be there."""
POLICE_REASONS: Final = (
    ALONE_REASON,
    "Handel på stedet efter mørkets frembrud",
    JOINT_REASON,
    "Mange mennesker ved stationen",
)


def agreements(*, as_of: date) -> pd.DataFrame:
    """Return the agreements of both hotspot areas: the two weeks before `as_of`, and after.

    Ydre Nørrebro has the next one too, an empty draft: there the first proposal is made.
    """
    rows = [
        {
            "hotspot_area_code": hotspot,
            "first_evening": first,
            "last_evening": first + timedelta(days=presence.EVENINGS - 1),
            "state": "agreed",
            "method": "meeting",
            "inputs_hash": "",
            "changed_by": ACTOR,
            "sent_by": ACTOR,
            "sent_at": moment(first - timedelta(days=3), 10 * 60 + 12),
            "agreed_chief_by": ACTOR,
            "agreed_chief_at": moment(first - timedelta(days=3), 10 * 60 + 12),
            "agreed_police_by": ACTOR,
            "agreed_police_at": moment(first - timedelta(days=2), 9 * 60 + 40),
        }
        for hotspot in (NORREBRO, SJAELOR)
        for first in _starts(as_of)
    ]
    following = as_of + timedelta(days=presence.EVENINGS)
    rows.append(
        {
            "hotspot_area_code": NORREBRO,
            "first_evening": following,
            "last_evening": following + timedelta(days=presence.EVENINGS - 1),
            "state": "draft",
            "method": "meeting",
            "inputs_hash": "",
            "changed_by": ACTOR,
        }
    )
    frame = pd.DataFrame(rows, dtype=object)
    moments = ("sent_at", "agreed_chief_at", "agreed_police_at")
    return frame.assign(**{column: as_moments(frame[column]) for column in moments})


def lines(rng: np.random.Generator, police: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Return the commitments of both agencies in both agreements.

    Parameters
    ----------
    police
        Those of the coming evenings, as `presence.commitments` makes them.

    Returns
    -------
    DataFrame
        The columns of `police`, and first_evening and hotspot_area_code of the agreement,
        team_code (None for the police) and reason.
    """
    before = presence.commitments(rng, as_of=_starts(as_of)[0])
    frames = [before, police, _street_team(rng, as_of)]
    whole = pd.concat([frame.astype(object) for frame in frames], ignore_index=True)
    is_police = whole["agency"] == "police"
    reasons = [
        str(rng.choice(POLICE_REASONS if police_line else REASONS)) for police_line in is_police
    ]
    alone = whole.index[~_meets_the_others(whole)]
    for row in alone:  # after the draws, so that all others stay what they were
        reasons[row] = ALONE_REASON if reasons[row] == JOINT_REASON else reasons[row]
    whole = whole.assign(
        team_code=whole["team_code"].where(~is_police, None),
        reason=reasons,
        first_evening=[_start_of(evening, as_of) for evening in whole["evening"]],
        hotspot_area_code=[
            NORREBRO if str(code).startswith("yn-") else SJAELOR
            for code in whole["coverage_area_code"]
        ],
    )
    return whole.assign(
        starts_at=as_moments(whole["starts_at"]), ends_at=as_moments(whole["ends_at"])
    )


def _meets_the_others(whole: pd.DataFrame) -> pd.Series:
    """Tell of each commitment whether the other agency has promised to be there meanwhile."""
    there = whole[whole["form"] != "on_call"]
    return pd.Series(
        [
            any(
                (there["agency"] != one.agency)
                & (there["coverage_area_code"] == one.coverage_area_code)
                & (there["starts_at"] < one.ends_at)
                & (there["ends_at"] > one.starts_at)
            )
            for one in rows_of(whole)
        ],
        index=whole.index,
    )


def _street_team(rng: np.random.Generator, as_of: date) -> pd.DataFrame:
    """Return two places for each shift of the street team, half of it in each."""
    rows: list[dict[str, Any]] = []
    for first in _starts(as_of):
        for evening in (first + timedelta(days=offset) for offset in range(presence.EVENINGS)):
            hotspot = presence.hotspot_of(evening)
            taken: set[str] = set()
            for team, starts, ends in presence.on_duty(evening):
                if presence.AGENCY_OF[team] == "police":
                    continue
                middle = starts + max(LEAST_STAY, (ends - starts) // 2)
                for begins, until in ((starts, middle), (middle, ends)):
                    free = [one for one in presence.LIVELY[hotspot] if one not in taken]
                    place = str(rng.choice(free))
                    taken.add(place)
                    rows.append(
                        {
                            "agency": "street_team",
                            "team_code": team,
                            "coverage_area_code": place,
                            "evening": evening,
                            "starts_at": moment(evening, begins),
                            "ends_at": moment(evening, until),
                            "form": "on_foot",
                        }
                    )
    return pd.DataFrame(rows, dtype=object)


def _starts(as_of: date) -> tuple[date, date]:
    return as_of - timedelta(days=presence.EVENINGS), as_of


def _start_of(evening: date, as_of: date) -> date:
    before, now = _starts(as_of)
    return now if evening >= now else before
