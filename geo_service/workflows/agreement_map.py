"""The evening plan of an agreement as one file: need, and who has promised to be where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pandas as pd

from geo_service.domain.agreements import State, is_settled
from geo_service.domain.evenings import Slot, overlap_minutes
from geo_service.importing.places import read_stations
from geo_service.planning.board_checks import says_joint
from geo_service.planning.greedy import COLUMNS
from geo_service.storage import areas as area_store
from geo_service.storage import choices
from geo_service.storage.agreements import Agreement, Line
from geo_service.storage.database import seen_as
from geo_service.workflows.agreement_desk import Desk
from geo_service.workflows.agreement_need import AgreementNeed, chief_of
from geo_service.workflows.draw_evenings import SHOWN_BY
from geo_service.workflows.draw_maps import DrawnFor, page_facts
from geo_service.workflows.evening_map import EveningBoard, draw_evening
from maps import danish
from maps.facts import PageFacts

NO_REASON = "ingen begrundelse"


def agreement_map(
    desk: Desk,
    agreement: Agreement,
    lines: Sequence[Line],
    need: AgreementNeed,
    *,
    place: str,
    drawn_at: datetime,
) -> str:
    """Return the HTML page of an agreement's evenings: one file that asks no host for anything.

    Parameters
    ----------
    lines
        The agreement's commitments.
    need
        As `agreement_need` counted it.
    place
        What the hotspot area is called.
    drawn_at
        When it is drawn; with a time zone.
    """
    rules, _who = choices.street_team_rules(desk.session, desk.municipality)
    known = {str(code) for code in need.coverage["code"]}
    shown = [line for line in lines if line.area_code in known]
    board = EveningBoard(
        need.slots,
        need.coverage,
        need.by_slot,
        promised(shown, need.slots, least_minutes=rules.least_minutes),
        need.roder,
        need.precision,
    )
    with seen_as(desk.session, chief_of(desk.caller, agreement.hotspot_area)):
        return draw_evening(
            desk.session,
            board,
            municipality=desk.municipality,
            stations=read_stations(),
            facts=_facts(desk, agreement, shown, need, place=place, drawn_at=drawn_at),
        )


def promised(lines: Sequence[Line], slots: Sequence[Slot], *, least_minutes: float) -> pd.DataFrame:
    """Return who is where in each slot: columns of `greedy.COLUMNS`, and joint.

    One who is on call, or there for fewer than `least_minutes` of a slot, is nowhere. Both in one
    place are joint where a reason says so. The police are numbered within a slot, not named; a
    street team without a name of its own is, too.
    """
    rows = []
    for slot in slots:
        numbers = {"police": 0, "street_team": 0}
        for line in lines:
            shared = overlap_minutes((line.starts_at, line.ends_at), slot.period)
            if line.form == "on_call" or shared < least_minutes:
                continue
            numbers[line.agency] += 1
            mark = "P" if line.agency == "police" else "H"
            team = line.team or f"{mark}{numbers[line.agency]}"
            reason = line.reason or NO_REASON
            rows.append((slot.slot_id, team, line.agency, line.area_code, line.form, reason))
    plan = pd.DataFrame(rows, columns=list(COLUMNS))
    there = plan.assign(said=plan["reason"].map(says_joint)).groupby(["slot_id", "area_code"])
    both = there["agency"].transform("nunique") > 1
    return plan.assign(joint=both & there["said"].transform("any"))


def _facts(
    desk: Desk,
    agreement: Agreement,
    lines: Sequence[Line],
    need: AgreementNeed,
    *,
    place: str,
    drawn_at: datetime,
) -> PageFacts:
    counted = need.by_slot
    until = danish.long_day(counted.until - timedelta(days=1))
    first, last = (
        danish.long_day(day) for day in (agreement.first_evening, agreement.last_evening)
    )
    bydele = area_store.read_areas(
        desk.session, desk.municipality, "bydel", agreement.first_evening
    )
    return page_facts(
        desk.session,
        DrawnFor(desk.municipality, agreement.first_evening, drawn_at),
        place=place,
        period=f"{first} – {last}; behov talt over {counted.weeks} uger til {until}",
        drawn={"roder": need.roder, "bydele": bydele},
        stations=True,
        notes=(
            _state(agreement),
            (
                f"{danish.number(counted.incidents)} hændelser i hotspotområdet i "
                f"{counted.weeks} uger til {until}: uro, vold og trusler, hærværk, narkotika, "
                "chikane. Det, der er sket indendørs, og det, politiet selv har fundet, er ikke "
                "med."
            ),
            SHOWN_BY[need.precision],
            *_on_call(lines),
        ),
    )


def _on_call(lines: Sequence[Line]) -> list[str]:
    """Say who is on call: they are on no map, since they are nowhere."""
    said = [
        f"{line.area_name} {danish.slot(line.evening, line.starts_at, line.ends_at)}"
        for line in lines
        if line.form == "on_call"
    ]
    return [f"Til rådighed, men ikke på stedet: {'; '.join(said)}."] if said else []


def _state(agreement: Agreement) -> str:
    if is_settled(agreement.state) or agreement.state is State.reviewed:
        return f"Planen er aftalt af politi og hotspotchef; udgave {agreement.version}."
    return f"Planen er en kladde, som ikke begge har aftalt; udgave {agreement.version}."
