"""From shifts, absences and commitments to who is out in each slot; rest and absence as given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd

from geo_service.domain.evenings import Period, Slot, overlap_minutes
from geo_service.domain.frames import rows_of
from geo_service.domain.staffing import Absence, Shift, StreetTeamRules, crew_of
from geo_service.planning.plan_problem import POLICE, Duty, Promise

RULES: Final = StreetTeamRules()
NO_CODES: Final[Mapping[str, Sequence[str]]] = {}
NO_PLACE: Final = "on_call"
"""The form of a commitment that gives no presence."""


def duties_of(
    shifts: pd.DataFrame,
    absences: pd.DataFrame,
    slots: Iterable[Slot],
    *,
    elsewhere: pd.DataFrame,
    rules: StreetTeamRules = RULES,
    members: Mapping[str, Sequence[str]] = NO_CODES,
) -> list[Duty]:
    """Return which teams are on duty in which slot for long enough to be there.

    Parameters
    ----------
    shifts
        Agency, team, member (None: the team goes as one), starts_at, ends_at (aware).
    absences
        Agency, team, member (None: the whole team), starts_at, ends_at.
    slots
        What is planned.
    elsewhere
        Team, starts_at, ends_at of commitments in other hotspot areas: not here meanwhile.
    rules
        How many go together, and how long somebody must be there.
    members
        The codes of each team's members: a team that goes as one counts as each of them.
    """
    of_team: dict[tuple[str, str], list[object]] = defaultdict(list)
    for row in rows_of(shifts):
        of_team[row.agency, row.team].append(row)
    away = list(rows_of(absences))
    promised = list(rows_of(elsewhere))
    duties = []
    for slot in slots:
        for (agency, team), own in sorted(of_team.items()):
            gone = [row for row in away if row.team == team]
            if _is_out(slot.period, own, gone, agency, rules, members.get(team, ())) and not any(
                row.team == team and overlap_minutes((row.starts_at, row.ends_at), slot.period)
                for row in promised
            ):
                duties.append(Duty(slot.slot_id, agency, team))
    return duties


def _is_out(
    period: Period,
    own: list[object],
    gone: list[object],
    agency: str,
    rules: StreetTeamRules,
    members: Sequence[str],
) -> bool:
    """Tell whether enough of a team are there; a team without members goes as one."""
    codes: dict[object, str] = {}
    shifts = []
    for row in own:
        named = row.member  # type: ignore[attr-defined]
        for member in (named,) if named else members or (None,):
            code = codes.setdefault(member, f"M{len(codes)}")
            shifts.append(Shift(row.starts_at, row.ends_at, code))  # type: ignore[attr-defined]
    absences = [
        Absence(code, row.starts_at, row.ends_at, row.starts_at)  # type: ignore[attr-defined]
        for row in gone
        for member, code in codes.items()
        if row.member in (None, member)  # type: ignore[attr-defined]
    ]
    crew = crew_of(period, shifts, absences, least_minutes=rules.least_minutes)
    together = 1 if None in codes or agency == POLICE else rules.least_together
    return len(crew) >= together


def without_on_call(
    duties: Iterable[Duty], commitments: pd.DataFrame, slots: Iterable[Slot]
) -> list[Duty]:
    """Return who is left to be somewhere: a team on call is held back in every slot it touches.

    Parameters
    ----------
    duties
        Who is on duty in which slot.
    commitments
        Agency, team, starts_at, ends_at, form. Where one on call names no team, one of those on
        duty that are promised nowhere meanwhile is held back, of all promised ones if need be.
    slots
        What is planned.
    """
    left = sorted(duties)
    listed = sorted(rows_of(commitments), key=lambda row: row.team is None)
    for slot in slots:
        here = [row for row in listed if overlap_minutes((row.starts_at, row.ends_at), slot.period)]
        busy = {row.team for row in here if row.form != NO_PLACE and row.team}
        for row in (row for row in here if row.form == NO_PLACE):
            own = [one for one in left if (one.slot_id, one.agency) == (slot.slot_id, row.agency)]
            named = [one for one in own if one.team == row.team]
            any_of_them = sorted(own, key=lambda one: one.team in busy)[:1]
            held = named if row.team else any_of_them
            left = [one for one in left if one not in held]
    return left


def promises_of(
    commitments: pd.DataFrame, slots: Iterable[Slot], *, places: Iterable[str],
    duties: Iterable[Duty], least_minutes: float = RULES.least_minutes,
) -> tuple[list[Promise], list[str]]:  # fmt: skip
    """Return what is promised in each slot, and in Danish the promises that nobody can keep.

    Parameters
    ----------
    commitments
        Agency, area_code, team (None: not said), starts_at, ends_at, form.
    slots
        What is planned.
    places
        The coverage areas of the plan; a commitment elsewhere is said to be left out.
    duties
        Who is on duty: the street team keeps a promise only while a team of it is. A team keeps
        several in one slot where their times do not overlap.
    least_minutes
        Fewest minutes of a slot that a commitment must cover to count in it.
    """
    known = set(places)
    on_call = [row for row in rows_of(commitments) if row.form == NO_PLACE]
    out: dict[int, list[str]] = defaultdict(list)
    for one in duties:
        if one.agency != POLICE:
            out[one.slot_id].append(one.team)
    kept: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    promises: list[Promise] = []
    remarks: list[str] = []
    listed = [row for row in rows_of(commitments) if row.form != NO_PLACE]
    listed.sort(key=lambda row: (row.team is None, row.starts_at, row.area_code))
    listed_slots = list(slots)
    for row in listed:
        if row.area_code not in known:
            remarks.append(f"Et tilsagn i {row.area_code} er ikke med: området er ikke i planen.")
            continue
        during = (row.starts_at, row.ends_at)
        counted = {
            slot.slot_id: slot
            for slot in listed_slots
            if overlap_minutes(during, slot.period) >= least_minutes
        }
        keepers: dict[str, None] = {}
        for slot_id, slot in counted.items():
            team = row.team or ""
            if row.agency != POLICE:
                who = [team] if team else out[slot_id]
                free = [
                    one
                    for one in who
                    if one in out[slot_id]
                    and not any(overlap_minutes(during, taken) for taken in kept[one])
                ]
                if not free:
                    remarks.append(_nobody(row.area_code, slot, team, out[slot_id], on_call))
                    continue
                keepers[min(free, key=lambda one: len(kept[one]))] = None
            promises.append(Promise(slot_id, row.agency, row.area_code, team, row.form))
        for team in keepers:
            kept[team].append(during)
    return promises, list(dict.fromkeys(remarks))


def _nobody(code: str, slot: Slot, team: str, out: list[str], on_call: list[Any]) -> str:
    if not team:
        why = "ingen af gadeteamets hold er fri på vagt"
    elif any(
        row.team == team and overlap_minutes((row.starts_at, row.ends_at), slot.period)
        for row in on_call
    ):
        why = f"{team} er til rådighed på samme tid"
    elif team in out:
        why = f"{team} er lovet til et andet sted på samme tid"
    else:
        why = f"{team} er ikke på vagt"
    day = f"{slot.evening.day}.{slot.evening.month}."
    return f"Tilsagnet {code} den {day} kl. {slot.label} kan ikke holdes: {why}."
