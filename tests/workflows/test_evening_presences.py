"""Who the evening board takes to be out: teams, however their shifts are written down."""

from __future__ import annotations

from datetime import date

import pandas as pd

from geo_service.domain.evenings import at_hour, slots_of
from geo_service.workflows.evening_map import _presences

EVENING = date(2026, 11, 27)
NOTHING = pd.DataFrame(columns=["agency", "area_code", "evening", "starts_at", "ends_at", "form"])


def shift(team: str, first: int = 18, last: int = 22) -> dict[str, object]:
    return {
        "team": team,
        "agency": "street_team",
        "evening": EVENING,
        "starts_at": at_hour(EVENING, first),
        "ends_at": at_hour(EVENING, last),
    }


def test_two_members_of_a_team_are_one_team() -> None:
    slots = slots_of(EVENING, 1)
    shifts = pd.DataFrame([shift("G1"), shift("G1"), shift("G2", 20, 22)])
    out = [(one.slot_id, one.team) for one in _presences(NOTHING, shifts, slots)]
    assert out == [(1, "G1"), (2, "G1"), (2, "G2")]
