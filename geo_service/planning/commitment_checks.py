"""Checks of commitments: known areas, the right evenings, nothing promised twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from geo_service.domain.commitments import Commitment, PoliceDetail
from geo_service.domain.coverage_areas import CoverageArea
from geo_service.domain.danish_time import days_said, period_words
from geo_service.domain.evenings import HOURS_A_DAY, at_hour, overlap_minutes
from geo_service.domain.findings import Finding
from geo_service.domain.staffing import StaffedPresence
from geo_service.messages import Message, _
from geo_service.planning.staffing_checks import clock_change_sentence


def check_commitments(
    commitments: Iterable[Commitment],
    *,
    areas: Mapping[str, CoverageArea],
    first_evening: date,
    last_evening: date,
    detail: PoliceDetail | None = None,
    staffed: Sequence[StaffedPresence] = (),
) -> list[Finding]:
    """Return everything that is found, what blocks first and then by evening.

    Parameters
    ----------
    commitments
        Of both agencies.
    areas
        Coverage areas in force, by code.
    first_evening, last_evening
        The evenings of the agreement, both included.
    detail
        What the police have switched on; nothing by default.
    staffed
        Containers and club workers, for visits to a container.
    """
    listed = sorted(commitments, key=lambda one: (one.starts_at, one.area_code, one.agency))
    on = detail or PoliceDetail()
    findings = [
        finding
        for one in listed
        for said in [_said(one, areas)]
        for finding in (
            _outside(one, said, first_evening, last_evening),
            _place(one, said, areas),
            _night(one, areas),
            _unit(one, said, on),
            _container(one, said, staffed),
            _clock(one),
        )
        if finding
    ]
    findings += _doubles(listed, on, areas)
    return sorted(findings, key=lambda one: (not one.blocks, str(one.evening)))


def _outside(one: Commitment, said: str, first: date, last: date) -> Finding | None:
    if first <= one.evening <= last:
        return None
    return Finding(
        "outside_period",
        _(
            "%(said)s ligger ikke i aftalens aftener, %(days)s.",
            said=said,
            days=days_said(first, last),
        ),
        (one.area_code,),
        one.evening,
        blocks=True,
    )


def _place(one: Commitment, said: str, areas: Mapping[str, CoverageArea]) -> Finding | None:
    area = areas.get(one.area_code)
    if area is None:
        return Finding(
            "unknown_area",
            _(
                "%(said)s nævner et dækningsområde, der ikke findes på aftenen. Vælg et "
                "andet, eller opret det.",
                said=said,
            ),
            (one.area_code,),
            one.evening,
            blocks=True,
        )
    # the police may promise to be anywhere; the street team's rounds are its own
    if one.agency == "street_team" and area.agency != "street_team":
        return Finding(
            "wrong_agency",
            f"{area.name} er politiets alene, og gadeteamet har givet tilsagn om at være der.",
            (one.area_code,),
            one.evening,
        )
    return None


def _night(one: Commitment, areas: Mapping[str, CoverageArea]) -> Finding | None:
    area = areas.get(one.area_code)
    midnight = at_hour(one.evening, HOURS_A_DAY)
    if area is None or not area.not_at_night or not one.gives_presence or one.ends_at <= midnight:
        return None
    return Finding(
        "not_at_night",
        f"{area.name} dækkes ikke efter midnat: {area.not_at_night.rstrip('.')}. Slut tilsagnet "
        f"{period_words(*one.period)} kl. 24.00, eller vælg et andet sted.",
        (one.area_code,),
        one.evening,
    )


def _unit(one: Commitment, said: str, detail: PoliceDetail) -> Finding | None:
    if one.unit is None or one.agency == "street_team" or detail.unit_names:
        return None
    return Finding(
        "unit_names_off",
        _(
            "%(said)s har navn på en enhed. Et tilsagn er et sted og en tid; politiet kan "
            "slå enhedsnavne til.",
            said=said,
        ),
        (one.area_code,),
        one.evening,
        blocks=True,
    )


def _container(one: Commitment, said: str, staffed: Sequence[StaffedPresence]) -> Finding | None:
    if one.form != "container_visit":
        return None
    open_there = [
        period
        for place in staffed
        if place.kind == "container" and place.area_code == one.area_code
        for period in place.periods(one.evening)
    ]
    if any(overlap_minutes(one.period, period) for period in open_there):
        return None
    when = " og ".join(period_words(*period) for period in open_there)
    hours = f"Den er bemandet {when}." if when else "Den er ikke bemandet den aften."
    return Finding(
        "container_closed",
        f"{said} er et besøg i en container, der ikke er bemandet så længe. {hours}",
        (one.area_code,),
        one.evening,
    )


def _clock(one: Commitment) -> Finding | None:
    sentence = clock_change_sentence(one.starts_at, one.ends_at)
    return Finding("clock_change", sentence, (one.area_code,), one.evening) if sentence else None


def _doubles(
    listed: Sequence[Commitment], detail: PoliceDetail, areas: Mapping[str, CoverageArea]
) -> list[Finding]:
    """Return a finding per pair of promises of one agency for one place at one time."""
    findings = []
    for position, first in enumerate(listed):
        for second in listed[position + 1 :]:
            if second.starts_at >= first.ends_at:
                break
            same = (first.agency, first.area_code) == (second.agency, second.area_code)
            is_named = detail.unit_names or first.agency == "street_team"
            two_units = is_named and first.unit != second.unit
            if same and not two_units:
                findings.append(
                    Finding(
                        "double_commitment",
                        _(
                            "%(first)s og %(second)s gælder samme sted på samme tid. Læg dem "
                            "sammen, eller ret den ene.",
                            first=_said(first, areas),
                            second=_said(second, areas),
                        ),
                        (first.area_code,),
                        first.evening,
                        blocks=True,
                    )
                )
    return findings


def _said(one: Commitment, areas: Mapping[str, CoverageArea]) -> Message:
    area = areas.get(one.area_code)
    name = area.name if area else one.area_code
    return _("Tilsagnet %(name)s (%(what)s)", name=name, what=one.words)
