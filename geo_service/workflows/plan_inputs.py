"""Gather what a plan of evenings rests on: need, rosters, absences, commitments, coverage areas.

Need is counted as a Hotspot chief of the one area is shown incidents, whoever asks: the police
see at least as much themselves, and nobody is shown more by way of a plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from geo_service.analysis.weighted_need import weeks_behind, with_counted
from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.domain.evenings import Slot, slots_of
from geo_service.errors import NotFound
from geo_service.planning.plan_duties import duties_of, promises_of, without_on_call
from geo_service.planning.plan_problem import POLICE, Place, PlanProblem, PlanRules
from geo_service.planning.plan_reasons import Counting
from geo_service.storage import choices, incident_precision
from geo_service.storage import coverage as coverage_store
from geo_service.storage import plan_proposals as store
from geo_service.storage.database import Database
from geo_service.workflows.evening_map import COUNTED_IN, period_of
from geo_service.workflows.evening_need import (
    EveningNeed,
    KnownIncidents,
    known_incidents,
    need_from,
    needs_beside,
)
from geo_service.workflows.hotspot_ground import hotspot_ground
from geo_service.workflows.need_method import (
    TRIED_WEEKS,
    NeedMethod,
    need_method,
    planned_need,
)
from geo_service.workflows.plan_request import Asked

NO_POLICE_ROSTERS: Final = (
    "Politiet viser ingen vagter; forslaget regner kun med de tilsagn, politiet har skrevet."
)


@dataclass(frozen=True)
class Gathered:
    """A problem, and what is to be told of where it comes from."""

    problem: PlanProblem
    period: str
    """What the need is counted from, in Danish."""
    counted: dict[str, Any]
    counting: Counting
    """The same, as reasons say it."""
    remarks: tuple[str, ...]


def gather(database: Database, caller: Caller, asked: Asked) -> Gathered:
    """Return what a plan rests on.

    Raises
    ------
    NotFound
        If the caller may not propose there, or the hotspot area has no coverage areas or roder.
    """
    areas = caller.hotspot_areas
    if not caller.may("proposal.write") or (areas and asked.hotspot_area not in areas):
        raise NotFound("Hotspotområdet findes ikke.")
    municipality = caller.municipality or ""
    chief = replace(caller, role=Role.hotspot_chief, hotspot_areas=(asked.hotspot_area,))
    slots = slots_of(asked.first_evening, asked.evenings)
    with database.acting(chief) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        kept = coverage_store.read_coverage(
            session, municipality, asked.hotspot_area, asked.first_evening
        )
        if not kept:
            raise NotFound(f"Hotspotområdet {asked.hotspot_area} har ingen dækningsområder.")
        precision = incident_precision.in_force(session, municipality).precision
        need, method = _need(session, municipality, asked, slots, precision)
    with database.acting(caller) as session:
        first, last = asked.first_evening, asked.last_evening
        rules, _who = choices.street_team_rules(session, municipality)
        due, _who = choices.visits_due(session, municipality)
        shows_rosters = choices.police_detail(session, municipality)[0].rosters
        shifts, absences = store.read_roster(session, municipality, first, last)
        members = store.read_members(session, municipality)
        promised = store.read_promises(session, municipality, first, last)
    if not shows_rosters:
        shifts = shifts[shifts["agency"] != POLICE]
    here = promised["hotspot_area"] == asked.hotspot_area
    on_duty = duties_of(
        shifts, absences, slots, elsewhere=promised[~here], rules=rules, members=members
    )
    duties = without_on_call(on_duty, promised[here], slots)
    places = tuple(
        Place(
            one.area.code,
            one.area.name,
            one.area.agency,
            one.area.not_at_night is not None,
            due[one.level],
            (middle.x, middle.y),
        )
        for one in kept
        for middle in [one.area.outline.representative_point()]
    )
    promises, remarks = promises_of(
        promised[here],
        slots,
        places=[place.code for place in places],
        duties=duties,
        least_minutes=rules.least_minutes,
    )
    problem = PlanProblem(
        tuple(slots),
        places,
        need.figures,
        tuple(duties),
        tuple(promises),
        PlanRules(
            joint_visits=asked.joint_visits,
            forbid_overlap=asked.forbid_overlap,
            least_visits={place.code: asked.least_visits for place in places}
            if asked.least_visits
            else {},
            most_share=asked.most_share,
        ),
    )
    remarks.append(method.sentence_until(asked.last_evening))
    if not method.choice.is_even:
        remarks.append(method.choice.sentence)
    if not shows_rosters:
        remarks.insert(0, NO_POLICE_ROSTERS)
    if not on_duty:
        remarks.insert(0, "Ingen hold er på vagt på aftenerne: læg vagter ind først.")
    period = period_of(need, asked.first_evening)
    return Gathered(
        problem,
        period + COUNTED_IN[precision],
        {
            "incidents": need.incidents,
            "weeks": need.weeks,
            "until": need.until.isoformat(),
            "precision": precision,
            "method": method.chosen or "counted",
            "half_life_weeks": method.choice.half_life_weeks,
            "weights": dict(method.choice.weights),
        },
        Counting(
            period,
            need.weeks if method.chosen is None else weeks_behind(method.weeks, method.chosen),
            precision,
            weighted=not method.choice.is_even,
        ),
        tuple(remarks),
    )


def _need(
    session: Session, municipality: str, asked: Asked, slots: list[Slot], precision: str
) -> tuple[EveningNeed, NeedMethod]:
    """Return the need with what the chosen method expects in it, and that method."""
    coverage, roder = hotspot_ground(session, municipality, asked.hotspot_area, asked.first_evening)
    if roder.empty:
        raise NotFound(f"Hotspotområdet {asked.hotspot_area} har ingen roder.")
    choice, _who = choices.need_choice(session, municipality)
    known = known_incidents(
        session, roder, before=asked.first_evening, precision=precision, weeks=TRIED_WEEKS
    )
    need = need_from(_of_types(known, choice.counted), coverage, roder, slots)
    method = need_method(known, coverage, choice)
    expected = planned_need(known, coverage, slots, method)
    if expected is None:
        return need, method
    # notes, and types that are known by rode, are no part of what the method was tried on
    figures = need.figures.drop(columns=["expected", "low", "high"]).merge(
        expected, on=["area_code", "slot_id"], validate="one_to_one"
    )
    for kind, beside in needs_beside(known, coverage, slots).items():
        figures = with_counted(figures, beside, choice.weights.get(kind, 1.0))
    return replace(need, figures=figures), method


def _of_types(known: KnownIncidents, types: tuple[str, ...]) -> KnownIncidents:
    """Return what is known of some types of incident: what has no weight is not counted."""
    return replace(
        known,
        events=known.events[known.events["crime_type"].isin(types)],
        by_rode=known.by_rode[known.by_rode["crime_type"].isin(types)],
        notes=known.notes[known.notes["crime_type"].isin(types)],
    )
