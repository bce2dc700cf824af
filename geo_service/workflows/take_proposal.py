"""Take a proposal up: each side puts its own lines in the draft; what was typed stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pandas as pd

from geo_service.domain.agreements import State, is_settled
from geo_service.domain.callers import Caller
from geo_service.domain.commitments import Commitment
from geo_service.domain.evenings import Slot, overlap_minutes, slots_of
from geo_service.errors import InvalidInput, NotFound
from geo_service.messages import _
from geo_service.planning.commitment_checks import check_commitments
from geo_service.planning.plan_duties import NO_PLACE, without_on_call
from geo_service.planning.plan_told import lines_of
from geo_service.storage import agreements as agreement_store
from geo_service.storage import coverage as coverage_store
from geo_service.storage import plan_proposals as store
from geo_service.storage.agreements import Agreement, Line, NewLine
from geo_service.storage.database import Database
from geo_service.storage.plan_proposals import Proposal
from geo_service.workflows.agreement_desk import OWN_AGENCY, UNSIGNED, Desk, may_change, save
from geo_service.workflows.agreement_duties import duties_in
from geo_service.workflows.agreement_lines import LONGEST_REASON
from geo_service.workflows.plan_inputs import gather
from geo_service.workflows.plan_request import Asked


@dataclass(frozen=True)
class Taken:
    """How many lines were put in, and how many were left out as something typed stands there."""

    added: int
    left_out: int
    proposal: Proposal


def for_agreement(desk: Desk, agreement: Agreement) -> Proposal | None:
    """Return the newest proposal for an agreement's evenings that nobody has dropped."""
    found = store.read_proposals(
        desk.session,
        hotspot_area=agreement.hotspot_area,
        evenings=(agreement.first_evening, agreement.last_evening),
        limit=1,
    )
    return found[0] if found and found[0].dropped_at is None else None


def own_lines(desk: Desk, proposal: Proposal) -> list[dict[str, Any]]:
    """Return the lines that are the caller's side to take up."""
    own = OWN_AGENCY.get(desk.caller.role)
    return [line for line in lines_of(proposal.result) if line["agency"] == own]


def take(
    desk: Desk, plan_id: int, proposal_id: int, version: int, chosen: Collection[int]
) -> Taken:
    """Put some lines of a proposal into the agreement, as those of the caller's side.

    A line that overlaps one that stands there already, of the same place or the same team, is
    left out: nothing that was typed is changed.

    Raises
    ------
    InvalidInput
        If no line was chosen, or both have agreed already.
    NotFound
        If there is no such agreement or proposal, or they are not for the same evenings.
    Conflict
        If somebody else has changed the agreement meanwhile.
    """
    agreement = desk.agreement(plan_id)
    proposal = store.read_proposal(desk.session, proposal_id)
    own = OWN_AGENCY.get(desk.caller.role, "")
    if not _fits(agreement, proposal) or not may_change(desk.caller, agreement, own):
        raise NotFound("Forslaget er ikke til den aftale.")
    if is_settled(agreement.state):
        raise InvalidInput(_("Begge har godkendt. En aftale, der gælder, ændres linje for linje."))
    wanted = [line for line in own_lines(desk, proposal) if line["number"] in chosen]
    if not wanted:
        raise InvalidInput(_("Vælg mindst én linje af forslaget."))
    save(desk, plan_id, version, **(UNSIGNED if agreement.state is State.sent else {}))
    standing = agreement_store.read_lines(desk.session, plan_id)
    new = _new_lines(desk, agreement, wanted, standing)
    agreement_store.add_lines(desk.session, desk.municipality, plan_id, new)
    return Taken(len(new), len(wanted) - len(new), proposal)


def is_outdated(database: Database, caller: Caller, proposal: Proposal) -> bool:
    """Tell whether places, need or duties are others now than those a proposal was made from."""
    known = proposal.result.get("ground")
    if known is None or "asked" not in proposal.result:
        return False
    try:
        now = gather(database, caller, Asked.of_json(proposal.result["asked"]))
    except NotFound:
        return True
    return bool(now.problem.ground_fingerprint != known)


def drop(desk: Desk, plan_id: int, proposal_id: int) -> bool:
    """Say that nobody takes a proposal up; False if that was said before.

    Raises
    ------
    NotFound
        If there is no such proposal for the agreement.
    """
    if not _fits(desk.agreement(plan_id), store.read_proposal(desk.session, proposal_id)):
        raise NotFound("Forslaget er ikke til den aftale.")
    return store.drop_proposal(desk.session, proposal_id, actor=desk.caller.actor, now=desk.now)


def _fits(agreement: Agreement, proposal: Proposal) -> bool:
    return (agreement.hotspot_area, agreement.first_evening, agreement.last_evening) == (
        proposal.hotspot_area,
        proposal.first_evening,
        proposal.last_evening,
    )


def _new_lines(
    desk: Desk, agreement: Agreement, wanted: list[dict[str, Any]], standing: list[Line]
) -> list[NewLine]:
    areas = desk.areas(agreement)
    teams = coverage_store.team_ids(desk.session, agency="street_team")
    left = _left_beside_on_call(desk, agreement, standing, wanted[0]["agency"])
    lines = []
    for told in wanted:
        commitment = Commitment(
            datetime.fromisoformat(told["starts_at"]),
            datetime.fromisoformat(told["ends_at"]),
            told["place"],
            date.fromisoformat(told["evening"]),
            told["form"],
            told["agency"],
            told["team"] or None,
        )
        if commitment.agency == "police":  # the police promise presence, not units
            commitment = replace(commitment, unit=None)
        findings = check_commitments(
            [commitment],
            areas={code: one.area for code, one in areas.items()},
            first_evening=agreement.first_evening,
            last_evening=agreement.last_evening,
        )
        slots = [slot for slot in left if overlap_minutes(slot.period, commitment.period) > 0]
        nobody = any(left[slot] < 1 for slot in slots)
        if any(one.blocks for one in findings) or _stands_there(commitment, standing) or nobody:
            continue
        for slot in slots:
            left[slot] -= 1
        lines.append(
            NewLine(
                agency=commitment.agency,
                area_id=areas[commitment.area_code].id,
                evening=commitment.evening,
                starts_at=commitment.starts_at,
                ends_at=commitment.ends_at,
                form=commitment.form,
                reason=told["brief"][:LONGEST_REASON],
                team_id=teams.get(commitment.unit or ""),
            )
        )
    return lines


def _stands_there(one: Commitment, standing: list[Line]) -> bool:
    """Tell whether a line of the same place, or of the same team, overlaps this one.

    A team that is on call counts as being somewhere.
    """
    return any(
        line.agency == one.agency
        and overlap_minutes((line.starts_at, line.ends_at), one.period) > 0
        and (line.area_code == one.area_code or (one.unit and line.team == one.unit))
        for line in standing
    )


def _left_beside_on_call(
    desk: Desk, agreement: Agreement, standing: list[Line], agency: str
) -> dict[Slot, int]:
    """Return how many of an agency can still be sent out, in slots in which one is on call.

    Only where a line does not say which team it is: the others are found by their name.
    """
    own = [line for line in standing if line.agency == agency]
    unnamed = [line for line in own if line.form == NO_PLACE and not line.team]
    if not unnamed:
        return {}
    evenings = (agreement.last_evening - agreement.first_evening).days + 1
    slots = slots_of(agreement.first_evening, evenings)
    columns = ["agency", "team", "starts_at", "ends_at", "form"]
    promised = pd.DataFrame(
        [[getattr(line, name) for name in columns] for line in own], columns=columns, dtype=object
    )
    duties = without_on_call(duties_in(desk, agreement, slots, agency), promised, slots)
    out = Counter(duty.slot_id for duty in duties)

    def there(slot: Slot, lines: list[Line]) -> list[Line]:
        return [line for line in lines
                if overlap_minutes((line.starts_at, line.ends_at), slot.period) > 0]  # fmt: skip

    left = {}
    for slot in (slot for slot in slots if there(slot, unnamed)):
        here = [line for line in there(slot, own) if line.form != NO_PLACE]
        busy = len({line.team for line in here if line.team})
        busy += sum(not line.team for line in here)
        left[slot] = out[slot.slot_id] - busy
    return left
