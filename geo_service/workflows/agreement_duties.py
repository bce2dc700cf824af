"""Who is on duty in the evenings of an agreement, as whoever is at the desk may see rosters."""

from __future__ import annotations

from collections.abc import Sequence

from geo_service.domain.evenings import Slot
from geo_service.planning.plan_duties import duties_of
from geo_service.planning.plan_problem import Duty
from geo_service.storage import choices
from geo_service.storage import plan_proposals as store
from geo_service.storage.agreements import Agreement
from geo_service.workflows.agreement_desk import Desk


def duties_in(desk: Desk, agreement: Agreement, slots: Sequence[Slot], agency: str) -> list[Duty]:
    """Return which teams of an agency are on duty in which slot; `slots` in order of time."""
    first, last = slots[0].evening, slots[-1].evening
    shifts, absences = store.read_roster(desk.session, desk.municipality, first, last)
    promised = store.read_promises(desk.session, desk.municipality, first, last)
    rules, _who = choices.street_team_rules(desk.session, desk.municipality)
    return duties_of(
        shifts[shifts["agency"] == agency],
        absences,
        slots,
        elsewhere=promised[promised["hotspot_area"] != agreement.hotspot_area],
        rules=rules,
        members=store.read_members(desk.session, desk.municipality),
    )
