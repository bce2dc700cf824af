"""The lines of an agreement: typed, checked against the rules, added and taken away.

The chief proposes lines of both agencies; the police change their own. After both have agreed,
each side changes its own lines only, from today on, with a reason that both can see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.exc import IntegrityError

from geo_service.domain.agreements import State, is_settled, moved
from geo_service.domain.commitments import Commitment, PoliceDetail, part_of_evening
from geo_service.domain.coverage_areas import CoverageArea
from geo_service.domain.danish_time import period_said
from geo_service.domain.evenings import Period
from geo_service.domain.findings import Finding, refuse
from geo_service.domain.staffing import StaffedPresence
from geo_service.domain.vocabulary import AGENCIES, PRESENCE_FORMS
from geo_service.errors import AlreadyExists, InvalidInput, NotFound
from geo_service.messages import Message, _
from geo_service.planning.board_checks import Promise, joint_alone
from geo_service.planning.commitment_checks import check_commitments
from geo_service.storage import agreements as store
from geo_service.storage import choices
from geo_service.storage import coverage as coverage_store
from geo_service.storage.agreements import Agreement, Line, NewLine
from geo_service.workflows.agreement_desk import (
    UNSIGNED,
    Desk,
    amend,
    may_change,
    refuse_persons_in,
    save,
)

LONGEST_REASON: Final = 300


@dataclass(frozen=True)
class LineForm:
    """What somebody typed about one commitment."""

    agency: str
    area_code: str
    evening: date
    part: str
    form: str
    reason: str = ""
    team: str = ""
    unit: str = ""


def add_line(desk: Desk, plan_id: int, version: int, typed: LineForm, *, why: str = "") -> None:
    """Store one commitment; `version` is the agreement as it was on the screen.

    Raises
    ------
    InvalidInput
        If it breaks a rule that blocks, or its text may point at a person; in Danish.
    NotFound
        If there is no such agreement, or the lines are not the caller's to change.
    Conflict
        If somebody else has changed the agreement meanwhile.
    """
    agreement = desk.agreement(plan_id)
    line = _checked(desk, agreement, typed)
    words = _said_new(line, typed, desk)
    _change(desk, agreement, version, typed.agency, line.evening, f"Tilføjet: {words}.", why)
    try:
        with desk.session.begin_nested():
            store.add_lines(desk.session, desk.municipality, plan_id, [line])
    except IntegrityError as error:
        raise AlreadyExists(_("Tilsagnet står der allerede: %(words)s.", words=words)) from error


def remove_line(desk: Desk, plan_id: int, version: int, line_id: int, *, why: str = "") -> Line:
    """Take one commitment away and return it, so that it can be put back.

    Raises
    ------
    NotFound
        If there is no such commitment, or it is not the caller's to change.
    Conflict
        If somebody else has changed the agreement meanwhile.
    """
    agreement = desk.agreement(plan_id)
    line = line_of(desk, plan_id, line_id)
    what = f"Fjernet: {said(line)}."
    _change(desk, agreement, version, line.agency, line.evening, what, why)
    store.remove_line(desk.session, plan_id, line_id, now=desk.now)
    return line


@dataclass(frozen=True)
class Target:
    """Where a commitment is to be moved; without a part of the evening it keeps its hours."""

    area_code: str
    evening: date
    part: str = ""


def move_line(
    desk: Desk, plan_id: int, version: int, line_id: int, to: Target, *, why: str = ""
) -> Line:
    """Put one commitment elsewhere or on another evening; return it as it was.

    Raises
    ------
    InvalidInput
        If it would break a rule that blocks, or stands there already; in Danish.
    AlreadyExists
        If the same commitment stands there.
    NotFound
        If there is no such commitment, or it is not the caller's to change.
    Conflict
        If somebody else has changed the agreement meanwhile.
    """
    agreement = desk.agreement(plan_id)
    line = line_of(desk, plan_id, line_id)
    by = to.evening - line.evening
    period = (
        part_of_evening(to.evening, to.part)
        if to.part.strip()
        else Period(moved(line.starts_at, by), moved(line.ends_at, by))
    )
    wanted = replace(
        commitment_of(line),
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        area_code=to.area_code,
        evening=to.evening,
    )
    if wanted == commitment_of(line):
        raise InvalidInput(_("Tilsagnet står der allerede. Vælg et andet sted eller en anden tid."))
    area = _allowed(desk, agreement, wanted, units=line.unit is not None)
    there = replace(
        line,
        area_name=area.area.name,
        evening=to.evening,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
    )
    what = f"Flyttet: {said(line)} → {said(there)}."
    _change(desk, agreement, version, line.agency, min(line.evening, to.evening), what, why)
    try:
        with desk.session.begin_nested():
            store.move_line(
                desk.session,
                plan_id,
                line_id,
                area_id=area.id,
                evening=to.evening,
                starts_at=wanted.starts_at,
                ends_at=wanted.ends_at,
            )
    except IntegrityError as error:
        raise AlreadyExists(
            _("Tilsagnet står der allerede: %(there)s.", there=said(there))
        ) from error
    return line


def line_of(desk: Desk, plan_id: int, line_id: int) -> Line:
    """Return one commitment that holds.

    Raises
    ------
    NotFound
        If there is none.
    """
    line = next((one for one in store.read_lines(desk.session, plan_id) if one.id == line_id), None)
    if line is None:
        raise NotFound("Tilsagnet findes ikke.")
    return line


def _change(
    desk: Desk,
    agreement: Agreement,
    version: int,
    agency: str,
    evening: date,
    what: str,
    why: str,
) -> None:
    """Take hold of the agreement for a change of its lines; what was agreed on is amended."""
    if not may_change(desk.caller, agreement, agency):
        raise NotFound("Linjen kan ikke ændres.")
    if agreement.state is State.sent:  # a yes was said to something else
        save(desk, agreement.id, version, **UNSIGNED)
        return
    if is_settled(agreement.state):
        if evening < desk.today:
            raise InvalidInput(_("Aftenen er gået. En aftale ændres kun fra i dag og frem."))
        amend(desk, agreement, what=what, why=why)
    save(desk, agreement.id, version)


def _checked(desk: Desk, agreement: Agreement, typed: LineForm) -> NewLine:
    """Return what was typed as a line, if no rule that blocks is broken."""
    reason = " ".join(typed.reason.split())
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(
            _(
                "Begrundelsen er for lang; skriv højst %(longest_reason)s tegn.",
                longest_reason=LONGEST_REASON,
            )
        )
    refuse_persons_in(desk, agreement, reason, _("Begrundelsen"))
    period = part_of_evening(typed.evening, typed.part)
    wanted = Commitment(
        period.starts_at,
        period.ends_at,
        typed.area_code,
        typed.evening,
        typed.form,
        typed.agency,
        typed.team or typed.unit.strip() or None,
    )
    teams = coverage_store.team_ids(desk.session, agency=typed.agency)
    if typed.team and typed.team not in teams:
        raise InvalidInput(_("Holdet findes ikke. Vælg et på listen."))
    area = _allowed(desk, agreement, wanted)
    return NewLine(
        agency=typed.agency,
        area_id=area.id,
        evening=typed.evening,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        form=typed.form,
        reason=reason,
        team_id=teams.get(typed.team),
        unit=None if typed.team else wanted.unit,
    )


def _allowed(
    desk: Desk, agreement: Agreement, wanted: Commitment, *, units: bool = False
) -> coverage_store.KeptArea:
    """Return the coverage area of a commitment, if no rule that blocks is broken."""
    areas = desk.areas(agreement)
    detail, _since = choices.police_detail(desk.session, desk.municipality)
    refuse(
        check_commitments(
            [wanted],
            areas={code: one.area for code, one in areas.items()},
            first_evening=agreement.first_evening,
            last_evening=agreement.last_evening,
            detail=replace(detail, unit_names=detail.unit_names or units),
        )
    )
    return areas[wanted.area_code]


def warnings(
    agreement: Agreement,
    lines: Sequence[Line],
    areas: Mapping[str, CoverageArea],
    *,
    staffed: Sequence[StaffedPresence],
) -> list[Finding]:
    """Return what the rules say of the lines, what blocks first; nothing is changed.

    `staffed`: the containers of the hotspot area, for visits to one.
    """
    named = [line for line in lines if line.area_code in areas]
    doubled = check_commitments(
        [commitment_of(line) for line in named],
        areas=areas,
        first_evening=agreement.first_evening,
        last_evening=agreement.last_evening,
        detail=PoliceDetail(unit_names=any(line.unit for line in named)),
        staffed=staffed,
    )
    unreasoned = [
        Finding(
            "no_reason",
            f"{said(line)} har ingen begrundelse. Skriv kort, hvorfor der.",
            (line.area_code,),
            line.evening,
        )
        for line in lines
        if not line.reason
    ]
    alone = joint_alone(
        [Promise(commitment_of(line), line.reason) for line in lines],
        names={line.area_code: line.area_name for line in lines},
    )
    return [*doubled, *unreasoned, *alone]


def commitment_of(line: Line) -> Commitment:
    """Return a stored line as the rules read it."""
    return Commitment(
        line.starts_at,
        line.ends_at,
        line.area_code,
        line.evening,
        line.form,
        line.agency,
        line.team or line.unit,
    )


def said(line: Line) -> Message:
    """Return a line in words: place, who, form and when."""
    return _line_said(line, line.area_name, line.team)


def _said_new(line: NewLine, typed: LineForm, desk: Desk) -> Message:
    name = coverage_store.name_of(desk.session, line.area_id)
    return _line_said(line, name, typed.team)


def _line_said(line: Line | NewLine, place: str, team: str | None) -> Message:
    return _(
        "%(place)s, %(who)s, %(form)s, %(when)s",
        place=place,
        who=team or _(AGENCIES[line.agency]),
        form=_(PRESENCE_FORMS[line.form]),
        when=period_said(line.starts_at, line.ends_at),
    )
