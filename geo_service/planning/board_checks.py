"""What a board of commitments leaves open: holes, teams in two places, meetings by accident, rest.

Nothing here blocks: the board tells, and people decide. Lengths are true lengths.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, groupby, pairwise
from typing import Final

import pandas as pd

from geo_service.domain.commitments import Commitment
from geo_service.domain.danish_time import length_words, moment_words, period_words
from geo_service.domain.evenings import Period, Slot, elapsed_minutes, overlap_minutes
from geo_service.domain.findings import Finding
from geo_service.domain.frames import rows_of
from geo_service.domain.staffing import StreetTeamRules
from geo_service.domain.vocabulary import AGENCIES
from geo_service.planning.plan_problem import Duty

JOINT_WORD: Final = "fælles"
"""What a reason says where two are in one place on purpose."""
_JOINT: Final = re.compile(rf"(?<![\w-]){JOINT_WORD}(?![\w-])")
_NAMED: Final = {"police": "politi", "street_team": "gadeteam"}
"""How a reason names whom it is joint with, by agency."""


@dataclass(frozen=True)
class Promise:
    """A commitment and why it is given."""

    commitment: Commitment
    reason: str = ""

    @property
    def is_joint(self) -> bool:
        """Whether its reason says that others are meant to be there too."""
        return says_joint(self.reason)


def says_joint(reason: str) -> bool:
    """Tell whether a reason says, in a word of its own, that others are meant to be there too."""
    return _JOINT.search(reason.casefold()) is not None


def holes(
    commitments: Iterable[Commitment],
    need: pd.DataFrame,
    slots: Sequence[Slot],
    *,
    names: Mapping[str, str],
    gap_from: float,
    least_minutes: float,
) -> list[Finding]:
    """Return a finding per stretch of an evening in which need is expected and nobody promised.

    Parameters
    ----------
    commitments
        Of both agencies; one who is on call is nowhere.
    need
        Columns area_code, slot_id and expected.
    slots
        The slots of the evenings that are looked at.
    names
        What the areas are called, by code.
    gap_from
        Expected incidents in slots in a row from which they are a hole.
    least_minutes
        How much of a slot somebody must be there for.

    Returns
    -------
    list
        The greatest hole first; slots in a row are one.
    """
    there: dict[tuple[str, date], list[Period]] = defaultdict(list)
    for one in commitments:
        if one.gives_presence:
            there[one.area_code, one.evening].append(one.period)
    figures = {(row.area_code, row.slot_id): float(row.expected) for row in rows_of(need)}
    found: list[tuple[float, Finding]] = []
    for code, name in names.items():
        for evening, own in groupby(slots, key=lambda slot: slot.evening):
            alone = [
                slot
                for slot in own
                if not any(
                    overlap_minutes(slot.period, period) >= least_minutes
                    for period in there[code, evening]
                )
            ]
            for stretch in _in_a_row(alone):
                expected = sum(figures.get((code, slot.slot_id), 0.0) for slot in stretch)
                if expected < gap_from:
                    continue
                when = period_words(stretch[0].starts_at, stretch[-1].ends_at)
                text = (
                    f"{name}, {when}: ventet {_figure(expected)}, og ingen har lovet at være der."
                )
                found.append((-expected, Finding("hole", text, (code,), evening)))
    return [finding for _, finding in sorted(found, key=lambda pair: pair[0])]


def team_overlaps(promises: Iterable[Promise], *, names: Mapping[str, str]) -> list[Finding]:
    """Return a finding per pair of places in which one team has promised to be at once."""
    findings = []
    for team, own in _by_team(promises).items():
        for first, second in combinations(own, 2):
            elsewhere = first.area_code != second.area_code
            if elsewhere and overlap_minutes(first.period, second.period):
                places = f"{_name(first, names)} og {_name(second, names)}"
                findings.append(
                    Finding(
                        "team_overlap",
                        f"{team} er lovet til {places} på samme tid, "
                        f"{period_words(*second.period)}. Flyt eller forkort det ene.",
                        (first.area_code, second.area_code),
                        first.evening,
                    )
                )
    return findings


@dataclass(frozen=True)
class Free:
    """A team that is on duty for a while in an evening in which it has promised nothing."""

    evening: date
    team: str
    period: Period


def free_teams(
    duties: Iterable[Duty], slots: Sequence[Slot], commitments: Iterable[Commitment]
) -> list[Free]:
    """Return when teams of the street team are on duty and promised nowhere, by evening and team.

    Parameters
    ----------
    duties
        Who is on duty in which slot.
    slots
        In order of time; slots in a row are told as one while.
    commitments
        Those with a team; one that is on call is nowhere, and not free either.
    """
    by_id = {slot.slot_id: slot for slot in slots}
    promised: dict[str | None, list[Period]] = defaultdict(list)
    for one in commitments:
        promised[one.unit].append(one.period)
    free: dict[tuple[date, str], list[Slot]] = defaultdict(list)
    for duty in duties:
        slot = by_id[duty.slot_id]
        busy = any(overlap_minutes(period, slot.period) for period in promised[duty.team])
        if duty.agency == "street_team" and not busy:
            free[slot.evening, duty.team].append(slot)
    return [
        Free(evening, team, Period(run[0].starts_at, run[-1].ends_at))
        for (evening, team), own in sorted(free.items())
        for run in _in_a_row(sorted(own, key=lambda slot: slot.starts_at))
    ]


def unagreed_doubles(
    promises: Iterable[Promise], *, names: Mapping[str, str], least_minutes: float
) -> list[Finding]:
    """Return a finding per meeting in one place that no reason calls joint.

    Two who are there at once for `least_minutes` cover no more than one, so it should be on
    purpose.
    """
    by_place: dict[tuple[date, str], list[Promise]] = defaultdict(list)
    for one in promises:
        if one.commitment.gives_presence:
            by_place[one.commitment.evening, one.commitment.area_code].append(one)
    findings = []
    for (evening, code), here in sorted(by_place.items()):
        for one, other in combinations(here, 2):
            first, second = one.commitment, other.commitment
            others = (first.agency, first.unit) != (second.agency, second.unit)
            meet = overlap_minutes(first.period, second.period) >= least_minutes
            if others and meet and not (one.is_joint or other.is_joint):
                shared = Period(
                    max(first.starts_at, second.starts_at), min(first.ends_at, second.ends_at)
                )
                findings.append(
                    Finding(
                        "unagreed_double",
                        f"{names.get(code, code)}, {period_words(*shared)}: {_who(first)} og "
                        f"{_who(second)} er der samtidig. Flyt den ene, eller skriv »{JOINT_WORD}« "
                        "i en begrundelse, hvis det er meningen.",
                        (code,),
                        evening,
                    )
                )
    return findings


def joint_alone(promises: Sequence[Promise], *, names: Mapping[str, str]) -> list[Finding]:
    """Return a finding per commitment called joint while the others are not there.

    The others are the agency that the reason names; anybody else, where it names none.
    """
    there = [one.commitment for one in promises if one.commitment.gives_presence]
    findings = []
    for promise in promises:
        one = promise.commitment
        if not (promise.is_joint and one.gives_presence):
            continue
        named = [
            agency
            for agency, word in _NAMED.items()
            if agency != one.agency and word in promise.reason.casefold()
        ]
        if not any(
            other.area_code == one.area_code
            and (other.agency, other.unit) != (one.agency, one.unit)
            and (not named or other.agency in named)
            and overlap_minutes(other.period, one.period) > 0
            for other in there
        ):
            findings.append(
                Finding(
                    "joint_alone",
                    f"{_name(one, names)}, {period_words(*one.period)}: begrundelsen for "
                    f"{_who(one)} siger »{JOINT_WORD}«, men den anden part har ikke lovet at være "
                    "der imens. Tilføj det andet tilsagn, eller ret begrundelsen.",
                    (one.area_code,),
                    one.evening,
                )
            )
    return findings


def team_rests(
    promises: Iterable[Promise],
    shifts: Mapping[str, Sequence[Period]],
    *,
    rules: StreetTeamRules,
) -> list[Finding]:
    """Return a finding per night after which a team begins before it has had its rest.

    Parameters
    ----------
    promises
        A team's evening lasts from the first of its commitments to the last.
    shifts
        When each team is on duty as well, by code.
    rules
        The street team's settings.

    References
    ----------
    Directive 2003/88/EC, article 3: eleven consecutive hours of rest in every 24 hours.
    """
    needed = rules.rest_hours * 60
    findings = []
    for team, own in _by_team(promises).items():
        marks = {one.evening: one.area_code for one in own}
        spans = _evenings([*(one.period for one in own), *shifts.get(team, ())], needed / 2)
        promised = [(one.period, one) for one in own]
        for before, after in pairwise(spans):
            rest = elapsed_minutes(before.ends_at, after.starts_at)
            late = [one for period, one in promised if overlap_minutes(period, before)]
            early = [one for period, one in promised if overlap_minutes(period, after)]
            if rest < needed and (late or early):
                at = (late or early)[-1]
                findings.append(
                    Finding(
                        "rest",
                        f"{team} har {length_words(rest)} fra {moment_words(before.ends_at)} til "
                        f"{moment_words(after.starts_at)}; kravet er {length_words(needed)}. Flyt "
                        "det ene tilsagn.",
                        (marks[at.evening],),
                        at.evening,
                    )
                )
    return findings


def _evenings(periods: Iterable[Period], apart: float) -> list[Period]:
    """Return periods drawn together where less than `apart` minutes lie between them."""
    spans: list[Period] = []
    for period in sorted(periods):
        if spans and elapsed_minutes(spans[-1].ends_at, period.starts_at) < apart:
            last = spans.pop()
            spans.append(Period(last.starts_at, max(last.ends_at, period.ends_at)))
        else:
            spans.append(period)
    return spans


def _in_a_row(slots: Sequence[Slot]) -> Iterator[list[Slot]]:
    """Yield slots that follow each other without a break together."""
    stretch: list[Slot] = []
    for slot in slots:
        if stretch and stretch[-1].slot_id + 1 != slot.slot_id:
            yield stretch
            stretch = []
        stretch.append(slot)
    if stretch:
        yield stretch


def _by_team(promises: Iterable[Promise]) -> dict[str, list[Commitment]]:
    """Return the commitments of each team of the street team, in order of time, teams by code."""
    own: dict[str, list[Commitment]] = defaultdict(list)
    for one in sorted(promises, key=lambda promise: promise.commitment.starts_at):
        if one.commitment.agency == "street_team" and one.commitment.unit:
            own[one.commitment.unit].append(one.commitment)
    return dict(sorted(own.items()))


def _who(one: Commitment) -> str:
    return one.unit if one.agency == "street_team" and one.unit else AGENCIES[one.agency]


def _name(one: Commitment, names: Mapping[str, str]) -> str:
    return names.get(one.area_code, one.area_code)


def _figure(expected: float) -> str:
    number = f"{expected:.1f}".replace(".", ",").removesuffix(",0")
    return f"{number} {'hændelse' if number == '1' else 'hændelser'}"
