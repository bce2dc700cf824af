"""The declaration against the table of roles and data in the design, cell by cell.

The table is written down here once more, by hand, as the letters of limits: M the municipality,
D districts and roder, H own hotspot areas, O own, R released. A cell that is not here is a dash.
"""

from __future__ import annotations

import pytest

from geo_service.domain.access import BESIDE_THE_TABLE, RIGHTS, Limit, Role

LETTERS = {
    Limit.municipality: "M",
    Limit.district: "D",
    Limit.hotspot: "H",
    Limit.own: "O",
    Limit.released: "R",
}
TABLE = {
    ("police", "incidents"): (
        "incident.read M, incident_count.read M, incident.import M, precision.read M, "
        "precision.write M"
    ),
    ("police", "observations"): "log.read R",
    ("police", "evening plan"): (
        "plan.read M, plan.agree M, assignment.read M, commitment.read M, commitment.write O, "
        "amendment.read M, amendment.write M, "
        "proposal.read M, proposal.write M, suspension.read M, suspension.write M, "
        "staffed.read M, staffed_hours.read M, team.read M, team.write O, shift.read M, "
        "shift.write O, absence.read M"
    ),
    ("police", "figures"): "index.read M, published_index.read M",
    ("police", "projects"): "project.read M, funding.read M, action.read M",
    ("police", "releases"): "release.read R, release.approve M",
    ("hotspot_chief", "incidents"): "incident.read H, incident_count.read M, precision.read M",
    ("hotspot_chief", "observations"): "log.read H, log.write H, log.release H",
    ("hotspot_chief", "evening plan"): (
        "plan.read H, plan.write H, plan.agree H, assignment.read H, assignment.write H, "
        "commitment.read H, commitment.write H, amendment.read H, amendment.write H, "
        "proposal.read H, proposal.write H, suspension.read H, suspension.write H, "
        "staffed.read H, staffed.write H, "
        "staffed_hours.read H, staffed_hours.write H, team.read M, team.write M, shift.read M, "
        "shift.write M, absence.read M, absence.write M"
    ),
    ("hotspot_chief", "figures"): (
        "index.read M, published_index.read M, index.compute M, survey.read M"
    ),
    ("hotspot_chief", "projects"): (
        "project.read M, project.write M, funding.read M, funding.write M, action.read M, "
        "action.write M, goal.read M, goal.write M, goal_value.read M, goal_value.write M"
    ),
    ("hotspot_chief", "releases"): "release.read R, release.approve M, release.withdraw M",
    ("street_team", "incidents"): "incident.words H",
    ("street_team", "observations"): "log.read O, log.write O",
    ("street_team", "evening plan"): (
        "plan.read O, assignment.read O, commitment.read O, suspension.read H, staffed.read H, "
        "staffed_hours.read H, team.read O, shift.read O, absence.read O, absence.write O"
    ),
    ("street_team", "figures"): "index.read H, published_index.read H",
    ("street_team", "projects"): "project.read M, funding.read M, action.read M",
    ("street_team", "releases"): "release.read R",
    ("tmf", "incidents"): "incident_count.read M",
    ("tmf", "figures"): "index.read D, published_index.read D",
    ("tmf", "projects"): (
        "project.read M, project.write M, funding.read M, funding.write M, action.read M, "
        "action.write M, goal.read M, goal_value.read M"
    ),
    ("tmf", "releases"): "release.read R, release.propose M",
    ("partner", "projects"): "project.read O, funding.read O, action.read O",
    ("partner", "releases"): "release.read R",
    ("agency", "projects"): "goal.read O, goal_value.read O, goal_value.write O",
    ("agency", "releases"): "release.read R",
    ("council", "releases"): "release.read R, comment.write R, unsafe_place.write M",
    ("public", "releases"): "release.read R",
    ("admin", "administration"): (
        "user.read M, user.write M, audit.read M, retention.read M, retention.write M"
    ),
}
NO_DATA = {"open", "open_page", "account"}


@pytest.mark.parametrize("role", Role)
def test_a_role_has_the_rights_of_its_line_in_the_table_and_no_others(role: Role) -> None:
    declared = {
        f"{policy} {LETTERS[rights[role].limit]}"
        for policy, rights in RIGHTS.items()
        if role in rights and policy.split(".")[0] not in NO_DATA | set(BESIDE_THE_TABLE)
    }
    named = [cell for (who, _), cell in TABLE.items() if who == role]
    assert declared == {one for cell in named for one in cell.split(", ")}


def test_what_stands_beside_the_table_says_why_and_is_in_use() -> None:
    kinds = {policy.split(".")[0] for policy in RIGHTS}
    assert set(BESIDE_THE_TABLE) <= kinds
    in_table = {one.split(".")[0] for cell in TABLE.values() for one in cell.split(", ")}
    assert not in_table & set(BESIDE_THE_TABLE)
    assert all(BESIDE_THE_TABLE.values())
