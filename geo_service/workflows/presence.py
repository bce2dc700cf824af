"""What the rule of presence finds in an agreement: the street team's stays against its setting.

A commitment of the police is when a place is to be covered, and no visit: it is not measured by the
length of one.
"""

from __future__ import annotations

from collections.abc import Sequence

from geo_service.domain.findings import Finding
from geo_service.domain.presence_rules import Visit
from geo_service.planning.presence_checks import check_visits
from geo_service.storage import choices
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
    return check_visits(
        stays, names={line.area_code: line.area_name for line in lines}, rules=rules
    )
