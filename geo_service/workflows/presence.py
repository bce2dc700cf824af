"""What the rules of presence find in an agreement: the street team's stays, and containers.

A commitment of the police is when a place is to be covered, and no visit: it is not measured by the
length of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from geo_service.domain.findings import Finding
from geo_service.domain.presence_rules import Visit
from geo_service.planning.presence_checks import (
    check_visits,
    container_hours,
    visits_to_closed_containers,
)
from geo_service.storage import choices, staffed
from geo_service.storage.agreements import Line
from geo_service.workflows.agreement_desk import Desk


def stay_findings(desk: Desk, hotspot_area: str, lines: Sequence[Line]) -> list[Finding]:
    """Return what the rules find in promised presence; nothing of it blocks.

    Stays of the street team that are too short, places without regular days, and visits to a
    container where none is open.
    """
    stays = [
        Visit(line.starts_at, line.ends_at, line.area_code, "street_team")
        for line in lines
        if line.agency == "street_team" and line.form != "on_call"
    ]
    rules = {
        kind: rule
        for kind, (rule, _who) in choices.presence_rules(desk.session, desk.municipality).items()
    }
    to_containers = [
        Visit(line.starts_at, line.ends_at, line.area_code, "container")
        for line in lines
        if line.form == "container_visit"
    ]
    names = {line.area_code: line.area_name for line in lines}
    kept = staffed.read_staffed(desk.session, desk.municipality, hotspot_area)
    open_ones = [one.place for one in kept if one.ended_on is None or one.ended_on > desk.today]
    return [
        *check_visits(stays, names=names, rules=rules),
        *visits_to_closed_containers(to_containers, open_ones, names),
    ]


def container_findings(desk: Desk, hotspot_area: str) -> list[Finding]:
    """Return the containers whose hours this week are not what the rule of containers has them."""
    rule, _who = choices.presence_rules(desk.session, desk.municipality)["container"]
    kept = staffed.read_staffed(desk.session, desk.municipality, hotspot_area)
    here = [one.place for one in kept if one.ended_on is None or one.ended_on > desk.today]
    monday = desk.today - timedelta(days=desk.today.weekday())
    return container_hours(here, rule, monday=monday)
