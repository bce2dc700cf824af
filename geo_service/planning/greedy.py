"""A first, simple evening plan: each free team goes where most need is left.

Commitments are given and stay as they are. One street team an evening joins the police. In
each slot the free teams are placed one after the other, each in the coverage area with the
greatest need that nobody covers yet; a team for which no such area is left is free to choose.
Greedy: quick and easy to explain, but not always the best plan there is, as it neither weighs
areas that overlap nor looks past the slot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from geo_service.domain.evenings import WEEKDAYS, Slot
from geo_service.domain.vocabulary import AGENCIES
from geo_service.errors import InvalidInput

WORTH_GOING: Final = 0.05
"""Least expected incidents in a slot for which a team is sent; below it, it is free to choose."""

COLUMNS: Final = ("slot_id", "team", "agency", "area_code", "form", "reason")


@dataclass(frozen=True)
class Presence:
    """One team that is out in one slot; `area_code` is given for a commitment, else chosen."""

    slot_id: int
    team: str
    agency: str
    form: str
    area_code: str | None = None
    is_joint_visit: bool = False


def with_joint_visits(
    presences: list[Presence],
    need: pd.DataFrame,
    slots: list[Slot],
    *,
    may_join: Set[str],
) -> list[Presence]:
    """Let one free street team an evening join the police where most need is.

    Joint presence is decided first and on purpose: left to a plan that covers need, it never
    comes about, since a second team in one place covers nothing new.

    Parameters
    ----------
    presences
        Who is out when; police commitments name their area.
    need
        Columns area_code, slot_id and expected.
    slots
        The evenings' slots.
    may_join
        The coverage areas that the street team goes to.

    Returns
    -------
    list
        The presences, one free street team an evening sent to the commitment with the
        greatest need; equal needs go to the earlier slot, then the lower code.
    """
    expected = need.set_index(["slot_id", "area_code"])["expected"].to_dict()
    joined = list(presences)
    for evening in sorted({slot.evening for slot in slots}):
        in_evening = {slot.slot_id for slot in slots if slot.evening == evening}
        free = {
            one.slot_id: one
            for one in sorted(presences, key=lambda one: one.team, reverse=True)
            if one.agency == "street_team" and one.area_code is None
        }
        meetings = [
            (-expected.get((one.slot_id, one.area_code), 0.0), one.slot_id, one.area_code)
            for one in presences
            if one.agency == "police"
            and one.area_code in may_join
            and one.slot_id in in_evening & free.keys()
        ]
        if meetings:
            _, slot_id, code = min(meetings)
            team = free[slot_id]
            joined.remove(team)
            joined.append(replace(team, area_code=code, is_joint_visit=True))
    return joined


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
        Who is out when; those with an area keep it. A free team that is named twice in a
        slot, or is committed in it, is placed once.
    capacity
        The coverage areas that may be chosen; one with less than 1 is closed. More than one
        team is never chosen for an area, but several may be committed to it.
    period
        The period behind `need`, in Danish, for the reasons.

    Returns
    -------
    DataFrame
        Columns slot_id, team, agency, area_code, form, reason, joint (both agencies there).
        Equal needs go to the lower code, and the order of the rows and presences given
        changes nothing.

    Raises
    ------
    InvalidInput
        If a presence is in a slot that is not among `slots`, a commitment names an area
        without need figures in its slot, or a team is committed to two areas at once.
    """
    slot_of = {slot.slot_id: slot for slot in slots}
    figures = dict(iter(need.groupby("slot_id")))
    rows: list[tuple[object, ...]] = []
    for slot_id in sorted({presence.slot_id for presence in presences}):
        if slot_id not in slot_of:
            raise InvalidInput(f"Somebody is out in slot {slot_id}, which is not planned here.")
        here = figures.get(slot_id, need.iloc[:0])
        incidents = dict(zip(here["area_code"], here["n"], strict=True))
        placed = _place(
            [presence for presence in presences if presence.slot_id == slot_id],
            dict(zip(here["area_code"], here["expected"], strict=True)),
            may_choose={code for code, teams in capacity.items() if teams >= 1},
        )
        for one, code in placed:
            reason = _reason(one, int(incidents[code]), slot_of[slot_id], period)
            rows.append((slot_id, one.team, one.agency, code, one.form, reason))
    plan = pd.DataFrame(rows, columns=list(COLUMNS))
    agencies = plan.groupby(["slot_id", "area_code"])["agency"].transform("nunique")
    return plan.assign(joint=agencies > 1)


def _place(
    presences: list[Presence], expected: Mapping[str, float], *, may_choose: Set[str]
) -> Iterator[tuple[Presence, str]]:
    """Yield each presence of a slot with its area, commitments first."""
    area_of: dict[tuple[str, str], str] = {}
    for presence in sorted(presences, key=_commitments_first):
        who = presence.agency, presence.team
        code = presence.area_code
        if code is None:
            left = (may_choose & expected.keys()) - set(area_of.values())
            worth = [area for area in left if expected[area] >= WORTH_GOING]
            code = min(worth, key=lambda area: (-expected[area], area), default=None)
            if code is None or who in area_of:
                continue
        elif code not in expected:
            raise InvalidInput(f"A commitment names the coverage area {code}, not known here.")
        elif who in area_of:
            if area_of[who] != code:
                raise InvalidInput(
                    f"{presence.team} is committed to {area_of[who]} and to {code} in one slot."
                )
            continue
        area_of[who] = code
        yield presence, code


def _commitments_first(presence: Presence) -> tuple[bool, str, str, str, str]:
    code = presence.area_code
    return code is None, presence.team, presence.agency, code or "", presence.form


def _reason(presence: Presence, incidents: int, slot: Slot, period: str) -> str:
    """Say in Danish what the choice rests on."""
    weekday = f"{WEEKDAYS[slot.evening.weekday()]}e"
    counted = (
        "1 hændelse kan være sket" if incidents == 1 else f"{incidents} hændelser kan være sket"
    )
    what = f"{counted} {weekday} kl. {slot.label} {period}"
    if presence.is_joint_visit:
        return f"Fælles med politiet, aftenens ene fælles besøg: {what}."
    if presence.area_code is not None:
        return f"Tilsagn fra {AGENCIES[presence.agency]}et. {what}."
    return f"Størst behov, som ingen dækker: {what}."
