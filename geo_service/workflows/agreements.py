"""Make, agree on and close who is where: the steps of the meeting between police and chief."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.exc import IntegrityError

from geo_service.domain.agreements import (
    MOST_EVENINGS,
    SIDE_OF,
    State,
    Step,
    copied_evening,
    copied_reason,
    is_settled,
    moved,
    steps_for,
)
from geo_service.domain.danish_time import days_said
from geo_service.domain.findings import refuse
from geo_service.domain.vocabulary import KEPT
from geo_service.errors import AlreadyExists, InvalidInput, NotFound
from geo_service.messages import _
from geo_service.storage import agreements as store
from geo_service.storage import coverage as coverage_store
from geo_service.storage.agreements import Agreement, NewLine
from geo_service.workflows.agreement_desk import (
    OWN_AGENCY,
    UNSIGNED,
    Desk,
    amend,
    may_change,
    refuse_persons_in,
    save,
)
from geo_service.workflows.agreement_lines import said, warnings

FAR_AHEAD: Final = timedelta(days=366)


@dataclass(frozen=True)
class Copied:
    """The number of a new draft, and the lines of the last agreement that did not come along."""

    plan_id: int
    left_out: tuple[str, ...] = ()


def start(
    desk: Desk, hotspot_area: str, evenings: tuple[date, date], *, copy: bool = True
) -> Copied:
    """Make a draft, as a copy of the last agreement if there is one.

    Raises
    ------
    InvalidInput
        If the evenings are not in order, in the past, too many or too far ahead; in Danish.
    AlreadyExists
        If another agreement of the hotspot area holds one of the evenings.
    """
    first, last = evenings
    if not first <= last or (last - first).days >= MOST_EVENINGS:
        raise InvalidInput(
            _(
                "En aftale dækker 1 til %(most_evenings)s aftener i rækkefølge.",
                most_evenings=MOST_EVENINGS,
            )
        )
    if first < desk.today or last > desk.today + FAR_AHEAD:
        raise InvalidInput(_("En aftale begynder i dag eller senere og ligger højst et år frem."))
    old = store.read_last_agreement(desk.session, hotspot_area, first) if copy else None
    try:
        with desk.session.begin_nested():
            plan_id = store.add_agreement(
                desk.session,
                desk.municipality,
                hotspot_area,
                evenings,
                actor=desk.caller.actor,
                copied_from=old.id if old else None,
            )
    except IntegrityError as error:
        raise AlreadyExists(
            _(
                "Der er allerede en aftale, der dækker en af aftenerne %(days)s. Åbn den, "
                "eller vælg andre aftener.",
                days=days_said(first, last),
            )
        ) from error
    if old is None:
        return Copied(plan_id)
    lines, left_out = _copies(desk, old, desk.agreement(plan_id))
    store.add_lines(desk.session, desk.municipality, plan_id, lines)
    return Copied(plan_id, tuple(left_out))


def _copies(desk: Desk, old: Agreement, new: Agreement) -> tuple[list[NewLine], list[str]]:
    areas = desk.areas(new)
    teams = coverage_store.team_ids(desk.session)
    copies: list[NewLine] = []
    left_out: list[str] = []
    for line in store.read_lines(desk.session, old.id):
        evening = copied_evening(
            line.evening,
            old=(old.first_evening, old.last_evening),
            new=(new.first_evening, new.last_evening),
        )
        if evening is None:
            left_out.append(f"{said(line)}: aftenen ligger ikke i den nye aftale")
        elif line.area_code not in areas:
            left_out.append(f"{said(line)}: dækningsområdet findes ikke længere")
        else:
            by = evening - line.evening
            copies.append(
                NewLine(
                    agency=line.agency,
                    area_id=areas[line.area_code].id,
                    evening=evening,
                    starts_at=moved(line.starts_at, by),
                    ends_at=moved(line.ends_at, by),
                    form=line.form,
                    reason=copied_reason(line.reason, old.first_evening),
                    team_id=teams.get(line.team or ""),
                    unit=line.unit,
                )
            )
    return copies, left_out


def take_step(desk: Desk, plan_id: int, version: int, step: Step) -> None:
    """Send, take back, agree or close an agreement, as the caller's side of it.

    Raises
    ------
    InvalidInput
        If the agreement holds nothing, or a rule that blocks is broken.
    NotFound
        If there is no such agreement, or the step is not the caller's to take now.
    Conflict
        If somebody else has changed it meanwhile.
    """
    agreement = desk.agreement(plan_id)
    role = desk.caller.role
    steps = steps_for(
        agreement.state,
        role,
        signed=agreement.signed,
        last=agreement.last_evening,
        today=desk.today,
    )
    if step not in steps:
        if version != agreement.version:  # somebody took a step since the page was shown
            save(desk, plan_id, version)
        raise NotFound("Det trin kan ikke tages nu.")
    if step in (Step.send, Step.agree):
        _ready(desk, agreement)
    save(desk, plan_id, version, **_values(desk, step, SIDE_OF[role]))


def _ready(desk: Desk, agreement: Agreement) -> None:
    lines = store.read_lines(desk.session, agreement.id)
    if not lines:
        raise InvalidInput(_("Aftalen er tom. Skriv mindst ét tilsagn, før den sendes."))
    areas = {code: one.area for code, one in desk.areas(agreement).items()}
    refuse(warnings(agreement, lines, areas, staffed=()))  # a closed container never blocks


def _values(desk: Desk, step: Step, side: str) -> dict[str, Any]:
    actor, now = desk.caller.actor, desk.now
    signature = {f"agreed_{side}_by": actor, f"agreed_{side}_at": now}
    if step is Step.send:
        return {"state": State.sent.value, "sent_by": actor, "sent_at": now, **signature}
    if step is Step.agree:
        return {"state": State.agreed.value, **signature}
    if step is Step.review:
        return {"state": State.reviewed.value, "reviewed_at": now}
    return dict(UNSIGNED)


def keep(desk: Desk, plan_id: int, version: int, kept: Mapping[int, str]) -> None:
    """Store what became of the commitments: holdt, delvist, ikke; empty for not said.

    Raises
    ------
    InvalidInput
        If a word is none of these, or an evening is still to come.
    NotFound
        If there is no such agreement, or none of the lines is in it.
    Conflict
        If somebody else has changed the agreement meanwhile.
    """
    agreement = desk.agreement(plan_id)
    if desk.caller.role not in SIDE_OF or not is_settled(agreement.state):
        raise NotFound("Aftalen kan ikke gennemgås nu.")
    lines = {line.id: line for line in store.read_lines(desk.session, plan_id)}
    if set(kept) - set(lines):
        raise NotFound("Et tilsagn findes ikke længere. Genindlæs siden.")
    stored: dict[int, str | None] = {}
    for line_id, verdict in kept.items():
        if verdict and verdict not in KEPT:
            raise InvalidInput(_("Et tilsagn er holdt, delvist eller ikke."))
        if verdict and lines[line_id].evening > desk.today:
            raise InvalidInput(_("En aften, der ikke har været endnu, kan ikke gennemgås."))
        stored[line_id] = verdict or None
    save(desk, plan_id, version)
    store.set_kept(desk.session, plan_id, stored)


def write_minutes(desk: Desk, plan_id: int, version: int, text: str, *, why: str = "") -> None:
    """Store what else the meeting agreed on; after both have agreed it is an amendment.

    Raises
    ------
    InvalidInput
        If the text may point at a person, which is not in the sentence, or no reason is given
        for a change of something agreed.
    NotFound
        If there is no such agreement, or it is not the caller's to write in.
    Conflict
        If somebody else has changed the agreement meanwhile.
    """
    agreement = desk.agreement(plan_id)
    if not may_change(desk.caller, agreement, OWN_AGENCY.get(desk.caller.role, "")):
        raise NotFound("Aftalen kan ikke ændres.")
    refuse_persons_in(desk, agreement, text, _("Teksten"))
    if is_settled(agreement.state) and text.strip() != agreement.minutes:
        amend(desk, agreement, what="»Andet, der er aftalt« er skrevet om.", why=why)
    unsigned = UNSIGNED if agreement.state is State.sent else {}
    save(desk, plan_id, version, minutes=text.strip(), **unsigned)
