"""A first, simple evening plan: each free team goes where most need is left.

Police commitments are given and stay as they are. In each slot the teams are placed one
after the other, each in the coverage area with the greatest need that nobody covers yet.
Greedy: quick and easy to explain, but not always the best plan there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from geo_service.domain.evenings import WEEKDAYS, Slot
from geo_service.errors import InvalidInput

WORTH_GOING: Final = 0.05
"""Least expected incidents in a slot for which a team is sent; below it, it is free to choose."""


@dataclass(frozen=True)
class Presence:
    """One team that is out in one slot; `area_code` is given for a commitment, else chosen."""

    slot_id: int
    team: str
    agency: str
    form: str
    area_code: str | None = None


def greedy_plan(
    need: pd.DataFrame,
    presences: list[Presence],
    slots: list[Slot],
    *,
    capacity: dict[str, int],
    period: str,
) -> pd.DataFrame:
    """Place the teams slot by slot and say why.

    Parameters
    ----------
    need
        Columns area_code, slot_id, n, expected, low, high as `analysis.need` makes them.
    presences
        Who is out when; those with an area keep it.
    capacity
        Most teams per coverage area that may be chosen.
    period
        The period behind `need`, in Danish, for the reasons.

    Returns
    -------
    DataFrame
        Columns slot_id, team, agency, area_code, form, joint (both agencies there), reason.

    Raises
    ------
    InvalidInput
        If a commitment names an area without need figures.
    """
    known = set(need["area_code"])
    slot_of = {slot.slot_id: slot for slot in slots}
    rows: list[dict[str, object]] = []
    for slot_id in sorted({presence.slot_id for presence in presences}):
        here = [presence for presence in presences if presence.slot_id == slot_id]
        figures = need[need["slot_id"] == slot_id].set_index("area_code")
        open_need = figures.loc[[code for code in figures.index if code in capacity], "expected"]
        placed: dict[str, list[str]] = {}
        for presence in sorted(here, key=lambda one: (one.area_code is None, one.team)):
            code = presence.area_code
            if code is not None and code not in known:
                raise InvalidInput(f"A commitment names the coverage area {code}, not known here.")
            if code is None:
                room = open_need[
                    [len(placed.get(area, [])) < capacity[area] for area in open_need.index]
                ]
                uncovered = room[[not placed.get(area) for area in room.index]]
                if uncovered.empty or uncovered.max() < WORTH_GOING:
                    continue
                code = str(uncovered.idxmax())
            placed.setdefault(code, []).append(presence.agency)
            rows.append(
                {
                    "slot_id": slot_id,
                    "team": presence.team,
                    "agency": presence.agency,
                    "area_code": code,
                    "form": presence.form,
                    "reason": _reason(
                        int(figures["n"].to_dict()[code]),
                        slot_of[slot_id],
                        period,
                        is_commitment=presence.area_code is not None,
                    ),
                }
            )
    plan = pd.DataFrame(rows, columns=["slot_id", "team", "agency", "area_code", "form", "reason"])
    agencies = plan.groupby(["slot_id", "area_code"])["agency"].transform("nunique")
    return plan.assign(joint=agencies > 1)


def _reason(incidents: int, slot: Slot, period: str, *, is_commitment: bool) -> str:
    """Say in Danish what the choice rests on."""
    weekday = f"{WEEKDAYS[slot.evening.weekday()]}e"
    counted = "1 hændelse" if incidents == 1 else f"{incidents} hændelser"
    what = f"{counted} {weekday} kl. {slot.label} {period}"
    if is_commitment:
        return f"Tilsagn fra politiet. {what}."
    return f"Størst behov, som ingen dækker: {what}."
