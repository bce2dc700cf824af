"""What the rules of presence find in an agreement: the street team's stays, and containers.

A commitment of the police is when a place is to be covered, and no visit: it is not measured by the
length of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from geo_service.domain.findings import Finding
from geo_service.domain.presence_rules import Visit
from geo_service.domain.staffing import StaffedPresence
from geo_service.planning.presence_checks import (
    check_visits,
    container_hours,
)
from geo_service.storage import choices, staffed
from geo_service.storage.agreements import Line
from geo_service.workflows.agreement_desk import Desk


def stay_findings(desk: Desk, lines: Sequence[Line]) -> list[Finding]:
    """Return the stays of the street team that are too short, and places without regular days."""
    stays = [
        Visit(line.starts_at, line.ends_at, line.area_code, "street_team")
        for line in lines
        if line.agency == "street_team" and line.form != "on_call"
    ]
    rules = {
        kind: rule
        for kind, (rule, _who) in choices.presence_rules(desk.session, desk.municipality).items()
    }
    names = {line.area_code: line.area_name for line in lines}
    return check_visits(stays, names=names, rules=rules)


def container_findings(desk: Desk, hotspot_area: str) -> list[Finding]:
    """Return the containers whose hours this week are not what the rule of containers has them."""
    rule, _who = choices.presence_rules(desk.session, desk.municipality)["container"]
    monday = desk.today - timedelta(days=desk.today.weekday())
    return container_hours(staffed_now(desk, hotspot_area), rule, monday=monday)


def staffed_now(desk: Desk, hotspot_area: str) -> list[StaffedPresence]:
    """Return the containers and club workers of a hotspot area that have not ended."""
    kept = staffed.read_staffed(desk.session, desk.municipality, hotspot_area)
    return [one.place for one in kept if one.ended_on is None or one.ended_on > desk.today]
