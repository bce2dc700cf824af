"""Checks of a sequence of visits, planned or delivered, against the rule of its kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from geo_service.analysis.dosage import dosage, visit_frame
from geo_service.domain.danish_time import day_words, length_words, period_words
from geo_service.domain.evenings import elapsed_minutes
from geo_service.domain.findings import Finding
from geo_service.domain.frames import rows_of
from geo_service.domain.presence_rules import PRESENCE_RULES, PresenceRule, Visit
from geo_service.domain.staffing import StaffedPresence

DAYS_A_WEEK: Final = 7
SAME_PLACES: Final = 3
"""Fewest places that two evenings must have in common before their order says anything."""
REGULAR_SHARE: Final = 0.5
"""Least share of weekdays that two weeks must have in common to be called regular."""


def check_visits(
    visits: Iterable[Visit],
    *,
    names: Mapping[str, str],
    rules: Mapping[str, PresenceRule] = PRESENCE_RULES,
) -> list[Finding]:
    """Return what the rules find in visits, kind by kind; nothing of it blocks.

    Parameters
    ----------
    visits
        Planned or delivered.
    names
        What the areas are called, by code; an unknown code is shown as it is.
    rules
        The rule of each kind.
    """
    of_kind: dict[str, list[Visit]] = defaultdict(list)
    for visit in sorted(visits):
        of_kind[visit.kind].append(visit)
    findings: list[Finding] = []
    for kind, own in sorted(of_kind.items()):
        rule = rules[kind]
        findings += visit_lengths(own, rule, names)
        if rule.varied_order:
            findings += repeated_orders(own)
        if rule.regular_days:
            findings += irregular_days(own, names)
    return findings


def visit_lengths(
    visits: Iterable[Visit], rule: PresenceRule, names: Mapping[str, str]
) -> list[Finding]:
    """Return a finding per visit that is shorter or longer than the rule has it."""
    findings = []
    for visit in visits:
        minutes = elapsed_minutes(visit.starts_at, visit.ends_at)
        most = rule.most_minutes
        if minutes < rule.least_minutes:
            advice = f"reglen er mindst {length_words(rule.least_minutes)}."
        elif most is not None and minutes > most:
            advice = f"over {length_words(most)} giver ikke mere; tiden kan bruges et andet sted."
        else:
            continue
        where = names.get(visit.area_code, visit.area_code)
        findings.append(
            Finding(
                "visit_length",
                f"{where}, {period_words(*visit.period)}: besøget er på {length_words(minutes)}; "
                f"{advice}",
                (visit.area_code,),
                visit.evening,
            )
        )
    return findings


@dataclass(frozen=True)
class Lengths:
    """How many visits of one kind kept to the length of its rule, and how many did not."""

    kind: str
    visits: int
    too_short: int
    too_long: int
    rule: PresenceRule


def counted_lengths(
    visits: Iterable[Visit], *, rules: Mapping[str, PresenceRule] = PRESENCE_RULES
) -> list[Lengths]:
    """Return, per kind with a visit, how long they were beside the rule."""
    minutes: dict[str, list[float]] = defaultdict(list)
    for visit in visits:
        minutes[visit.kind].append(elapsed_minutes(visit.starts_at, visit.ends_at))
    return [
        Lengths(
            kind,
            len(own),
            sum(one < rules[kind].least_minutes for one in own),
            sum(one > (rules[kind].most_minutes or one) for one in own),
            rules[kind],
        )
        for kind, own in sorted(minutes.items())
    ]


def long_gaps(
    visits: Iterable[Visit],
    windows: Iterable[Visit],
    *,
    names: Mapping[str, str],
    rules: Mapping[str, PresenceRule] = PRESENCE_RULES,
) -> list[Finding]:
    """Return a finding per window in which a place goes longer without a visit than its rule has.

    Parameters
    ----------
    visits
        Planned or delivered; too short ones end no gap.
    windows
        When each place was to be covered, and by which kind.
    names
        What the areas are called, by code.
    rules
        The rule of each kind.
    """
    due = visit_frame(windows)
    findings = []
    for row in rows_of(dosage(visit_frame(visits), due, rules=rules)):
        longest = rules[row.kind].longest_gap_minutes
        if longest is None or row.longest_gap_long_minutes <= longest:
            continue
        findings.append(
            Finding(
                "visit_gap",
                f"{names.get(row.area_code, row.area_code)}, "
                f"{period_words(row.starts_at, row.ends_at)}: "
                f"{length_words(row.longest_gap_long_minutes)} uden et besøg på mindst "
                f"{length_words(rules[row.kind].least_minutes)}; reglen er højst "
                f"{length_words(longest)}.",
                (row.area_code,),
                row.evening,
            )
        )
    return findings


def repeated_orders(visits: Iterable[Visit]) -> list[Finding]:
    """Return a finding per evening that takes its places in the order of the one before.

    Only places that both evenings have count, by their first visit, and only where there are
    at least three of them.
    """
    first_visits: dict[date, list[str]] = defaultdict(list)
    for visit in sorted(visits):
        if visit.area_code not in first_visits[visit.evening]:
            first_visits[visit.evening].append(visit.area_code)
    findings = []
    for (before, earlier), (evening, later) in pairwise(sorted(first_visits.items())):
        common = set(earlier) & set(later)
        orders = [[area for area in order if area in common] for order in (earlier, later)]
        if len(common) >= SAME_PLACES and orders[0] == orders[1]:
            findings.append(
                Finding(
                    "order_repeats",
                    f"{day_words(evening)} tager de {len(common)} fælles steder i samme rækkefølge "
                    f"som {day_words(before)}. Byt om, så runden ikke kan forudses.",
                    tuple(orders[1]),
                    evening,
                )
            )
    return findings


def irregular_days(visits: Iterable[Visit], names: Mapping[str, str]) -> list[Finding]:
    """Return a finding per place whose weekdays change from one week to the next.

    Two weeks in a row are compared by the weekdays they have in common out of all they have;
    weeks without a visit to the place are passed over.
    """
    weekdays: dict[str, dict[date, set[int]]] = defaultdict(lambda: defaultdict(set))
    for visit in visits:
        evening = visit.evening
        monday = evening - timedelta(days=evening.weekday())
        weekdays[visit.area_code][monday].add(evening.weekday())
    findings = []
    for area, weeks in sorted(weekdays.items()):
        pairs = list(pairwise(days for _, days in sorted(weeks.items())))
        shares = [len(one & other) / len(one | other) for one, other in pairs]
        if shares and sum(shares) / len(shares) < REGULAR_SHARE:
            findings.append(
                Finding(
                    "irregular_days",
                    f"{names.get(area, area)} besøges på skiftende ugedage. Faste dage gør, at "
                    "gadeteamet er til at finde.",
                    (area,),
                )
            )
    return findings


def container_hours(
    containers: Iterable[StaffedPresence], rule: PresenceRule, *, monday: date
) -> list[Finding]:
    """Return a finding per container without fixed hours, or open for less than the rule has it.

    Parameters
    ----------
    containers
        Staffed places; those of other kinds are passed over.
    rule
        The rule of containers.
    monday
        Of the week whose openings are looked at.
    """
    findings = []
    for one in containers:
        if one.kind != "container":
            continue
        week = [one.periods(monday + timedelta(days=day)) for day in range(DAYS_A_WEEK)]
        openings = [period for periods in week for period in periods]
        if rule.fixed_hours and not openings:
            told = [f"{one.name} har ingen faste tider; reglen er faste, offentliggjorte tider."]
        else:
            told = [
                f"{one.name}, {period_words(*opening)}: åben i {length_words(minutes)}; reglen er "
                f"mindst {length_words(rule.least_minutes)}."
                for opening in openings
                if (minutes := elapsed_minutes(*opening)) < rule.least_minutes
            ]
        findings += [Finding("container_hours", text, (one.area_code,)) for text in told]
    return findings
