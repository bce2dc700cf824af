"""Checks of shifts and absences: who is in two places, rested too little, or not there at all.

Every check is pure and gives findings in a fixed order, so that the same staffing always reads
the same. Lengths are true lengths: a night in which the clock is put forward is an hour shorter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from typing import Final

from geo_service.domain.danish_time import length_words, moment_words, period_said, period_words
from geo_service.domain.evenings import (
    HOURS_A_DAY,
    Period,
    clock_change_minutes,
    elapsed_minutes,
    overlap_minutes,
)
from geo_service.domain.findings import Finding
from geo_service.domain.staffing import Absence, Shift, StreetTeamRules, crew_of
from geo_service.messages import _

DAY: Final = timedelta(hours=HOURS_A_DAY)


def check_staffing(
    shifts: Iterable[Shift],
    absences: Iterable[Absence] = (),
    *,
    rules: StreetTeamRules,
    members: Collection[str] | None = None,
    agreed_at: datetime | None = None,
) -> list[Finding]:
    """Return everything the checks find, what blocks first and then by evening.

    Parameters
    ----------
    shifts, absences
        Of the street team.
    rules
        Its settings.
    members
        Codes that are known; None where every code is.
    agreed_at
        When the agreement that rests on these shifts was made; None where there is none.
    """
    listed, away = sorted(shifts), list(absences)
    findings = [
        *unknown_members(listed, members),
        *overlapping_shifts(listed),
        *short_rests(listed, rules),
        *clock_changes(listed),
        *understaffed(listed, away, rules),
    ]
    if agreed_at is not None:
        findings += absences_after(agreed_at, listed, away, rules)
    return sorted(findings, key=lambda one: (not one.blocks, str(one.evening)))


def unknown_members(shifts: Iterable[Shift], members: Collection[str] | None) -> list[Finding]:
    """Return a finding per member that is not among the known ones."""
    if members is None:
        return []
    unknown = sorted({shift.member for shift in shifts} - set(members))
    return [
        Finding(
            "unknown_member",
            _(
                "%(code)s er ikke oprettet i gadeteamet. Opret betegnelsen, eller ret vagten.",
                code=code,
            ),
            about=(code,),
            blocks=True,
        )
        for code in unknown
    ]


def overlapping_shifts(shifts: Iterable[Shift]) -> list[Finding]:
    """Return a finding per pair of shifts in which one member is on duty twice at once."""
    return [
        _overlap(first, second, shared)
        for own in _by_member(shifts).values()
        for first, second in combinations(own, 2)
        if (shared := overlap_minutes(first.period, second.period))
    ]


def short_rests(shifts: Iterable[Shift], rules: StreetTeamRules) -> list[Finding]:
    """Return a finding per stretch of 24 hours without the unbroken rest that is demanded.

    The 24 hours are counted from the start of each shift, as they pass and not by the clock. A
    break inside a split evening is no fault as long as there is a long enough rest after it.

    References
    ----------
    Directive 2003/88/EC, article 3: eleven consecutive hours of rest in every 24 hours.
    """
    findings = []
    needed = rules.rest_hours * 60
    for member, own in _by_member(shifts).items():
        told: set[Shift] = set()
        for position in range(len(own)):
            rest, before, after = _longest_rest(own[position:])
            if rest < needed and before not in told:
                told.add(before)
                findings.append(_short_rest(member, rest, before, after, rules))
    return findings


def clock_changes(shifts: Iterable[Shift]) -> list[Finding]:
    """Return a finding, which never blocks, per shift in which the clock is changed."""
    return [
        Finding("clock_change", f"{shift.member}: {sentence}", (shift.member,), shift.evening)
        for shift in shifts
        if (sentence := clock_change_sentence(shift.starts_at, shift.ends_at))
    ]


def clock_change_sentence(starts_at: datetime, ends_at: datetime) -> str:
    """Say how long a period across a clock change really is; empty where there is none."""
    change = clock_change_minutes(starts_at, ends_at)
    if not change:
        return ""
    way = "frem" if change > 0 else "tilbage"
    length = length_words(elapsed_minutes(starts_at, ends_at))
    return (
        f"Uret stilles {way} i nat, så {period_words(starts_at, ends_at)} varer {length}, "
        f"ikke {length_words(elapsed_minutes(starts_at, ends_at) + change)}."
    )


def understaffed(
    shifts: Sequence[Shift], absences: Sequence[Absence], rules: StreetTeamRules
) -> list[Finding]:
    """Return a finding per evening on which some are on duty, but never enough to go together."""
    findings = []
    for evening in sorted({shift.evening for shift in shifts}):
        own = [shift for shift in shifts if shift.evening == evening]
        marks = sorted({mark for shift in own for mark in (shift.starts_at, shift.ends_at)})
        most = max(
            len(crew_of(Period(start, end), own, absences, least_minutes=_half(start, end)))
            for start, end in pairwise(marks)
        )
        if most < rules.least_together:
            findings.append(
                Finding(
                    "understaffed",
                    f"{period_words(marks[0], marks[-1])} er der højst {most} på vagt ad gangen, "
                    f"og man går mindst {rules.least_together} sammen.",
                    tuple(sorted({shift.member for shift in own})),
                    evening,
                )
            )
    return findings


def absences_after(
    agreed_at: datetime,
    shifts: Sequence[Shift],
    absences: Iterable[Absence],
    rules: StreetTeamRules,
) -> list[Finding]:
    """Return a finding per absence that was reported after the agreement and meets a shift.

    It never blocks: people are ill when they are ill. It says what is left of the evening.
    """
    given = sorted(absences, key=lambda one: (one.starts_at, one.member))
    findings = []
    for absence in given:
        if absence.reported_at <= agreed_at:
            continue
        for shift in shifts:
            shared = overlap_minutes(shift.period, absence.period)
            if shift.member != absence.member or not shared:
                continue
            meanwhile = Period(
                max(shift.starts_at, absence.starts_at), min(shift.ends_at, absence.ends_at)
            )
            crew = crew_of(meanwhile, shifts, given, least_minutes=shared / 2)
            findings.append(_absence(absence, shift, len(crew), rules))
    return findings


def _by_member(shifts: Iterable[Shift]) -> dict[str, list[Shift]]:
    """Return each member's shifts in order of time, members by code."""
    own: dict[str, list[Shift]] = {}
    for shift in sorted(shifts):
        own.setdefault(shift.member, []).append(shift)
    return dict(sorted(own.items()))


def _overlap(first: Shift, second: Shift, shared: float) -> Finding:
    return Finding(
        "overlapping_shifts",
        _(
            "%(member)s har to vagter på én gang: %(first)s og %(second)s (%(shared)s). Ret "
            "eller slet den ene.",
            member=first.member,
            first=period_said(*first.period),
            second=period_said(*second.period),
            shared=length_words(shared),
        ),
        (first.member,),
        first.evening,
        blocks=True,
    )


def _longest_rest(own: Sequence[Shift]) -> tuple[float, Shift, Shift | None]:
    """Return the longest rest in the 24 hours from the first shift's start, in minutes.

    With it come the shift before the rest and the one after; None where the 24 hours end it.
    """
    until = own[0].starts_at + DAY
    latest, longest = own[0], (-1.0, own[0], own[0])
    for following in own[1:]:
        if following.starts_at >= until:
            break
        rest = elapsed_minutes(latest.ends_at, following.starts_at)
        if rest > longest[0]:
            longest = rest, latest, following
        if following.ends_at > latest.ends_at:
            latest = following
    at_the_end = elapsed_minutes(latest.ends_at, until)
    return longest if longest[0] >= at_the_end else (at_the_end, latest, None)


def _short_rest(
    member: str, rest: float, before: Shift, after: Shift | None, rules: StreetTeamRules
) -> Finding:
    wanted = f"kravet er {length_words(rules.rest_hours * 60)}"
    ends = moment_words(before.ends_at)
    if after is None:
        text = (
            f"{member} har kun {length_words(rest)} tilbage af døgnet, når vagten slutter {ends}; "
            f"{wanted}. Gør vagten kortere."
        )
    else:
        changed = clock_change_minutes(before.ends_at, after.starts_at)
        clock = f" (uret stilles {'frem' if changed > 0 else 'tilbage'} imens)" if changed else ""
        text = (
            f"{member} har {length_words(rest)} fra vagten slutter {ends}, til den næste begynder "
            f"{moment_words(after.starts_at)}{clock}; {wanted}. Flyt den ene vagt."
        )
    return Finding("rest", text, (member,), before.evening)


def _absence(absence: Absence, shift: Shift, left: int, rules: StreetTeamRules) -> Finding:
    if left >= rules.least_together:
        consequence = f"{left} er stadig på vagt."
    elif left:
        consequence = f"Kun {left} er tilbage, og man går mindst {rules.least_together} sammen."
    else:
        consequence = "Ingen er tilbage."
    return Finding(
        "absence_after_agreement",
        f"{absence.member} er meldt fraværende {period_words(*shift.period)}, efter at aftalen "
        f"blev lavet. {consequence} Lav en ændring af aftalen, eller find en afløser.",
        (absence.member,),
        shift.evening,
    )


def _half(start: datetime, end: datetime) -> float:
    return elapsed_minutes(start, end) / 2
