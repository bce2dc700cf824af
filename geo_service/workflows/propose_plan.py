"""Make a proposal for some evenings: gather, search, explain, store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from geo_service.domain.agreements import copied_evening, moved
from geo_service.domain.callers import Caller
from geo_service.planning.optimise import NoPlan, Plan, optimise
from geo_service.planning.plan_baselines import as_assignments, compared_all
from geo_service.planning.plan_duties import promises_of
from geo_service.planning.plan_prices import joint_prices, next_team
from geo_service.planning.plan_problem import POLICE, STREET_TEAM, Duty, PlanProblem
from geo_service.planning.plan_reasons import briefs, reasons
from geo_service.planning.plan_relaxation import why_not
from geo_service.planning.plan_told import told
from geo_service.planning.solver import Limits
from geo_service.storage import agreements as agreement_store
from geo_service.storage import audit
from geo_service.storage import plan_proposals as store
from geo_service.storage.database import Database
from geo_service.workflows.plan_inputs import gather
from geo_service.workflows.plan_request import Asked

MOST_NODES: Final = 200_000
"""Nodes of the search per aim; a plan that needs more is marked as cut."""
Say = Callable[[str, int, int], None]
AROUND: Final = 4
"""Steps beside the stages: need, explanations, prices, storing."""


@dataclass(frozen=True)
class Proposed:
    """The number of a stored proposal, and what it says."""

    number: int
    result: dict[str, Any]


def propose(
    database: Database,
    caller: Caller,
    asked: Asked,
    *,
    say: Say = lambda _text, _done, _total: None,
    storing: Callable[[int], None] = lambda _number: None,
) -> Proposed:
    """Make and store a proposal.

    Parameters
    ----------
    caller
        Police or Hotspot chief.
    asked
        Which evenings, under which rules.
    say
        Told in Danish what is done, and how many steps of how many are over.
    storing
        Told the number just before the proposal is committed.

    Raises
    ------
    NoPlan
        If the rules cannot all be kept; says the smallest change with which they can.
    NotFound
        If the caller may not, or the hotspot area has no coverage areas or roder.
    """
    say("Tæller behov", 0, AROUND)
    gathered = gather(database, caller, asked)
    problem = gathered.problem
    limits = Limits(gap=asked.gap, most_nodes=MOST_NODES, seed=asked.seed)
    try:
        plan = optimise(
            problem,
            limits=limits,
            progress=lambda text, done, total: say(text, done + 1, total + AROUND),
        )
    except NoPlan as refusal:
        say("Leder efter, hvad der går", 1, AROUND)
        raise why_not(problem, limits=limits) from refusal
    steps = len(plan.stages) + AROUND
    say("Regner på fælles besøg og et hold mere", steps - 2, steps)
    result = told(
        problem,
        plan,
        reasons(problem, plan.assignments, gathered.counting),
        briefs(problem, plan.assignments, gathered.counting),
        baselines=compared_all(
            problem, plan.assignments, others=_last_agreement(database, caller, asked, problem)
        ),
        prices=joint_prices(problem, limits=limits),
        next_team=next_team(problem, plan.stage("cover").value, limits=limits),
    )
    result |= {
        "hotspot_area": asked.hotspot_area,
        "from": asked.first_evening.isoformat(),
        "to": asked.last_evening.isoformat(),
        "asked": asked.as_json(),
        "ground": problem.ground_fingerprint,
        "counted": gathered.counted,
        "period": gathered.period,
        "remarks": list(gathered.remarks),
    }
    say("Gemmer", steps - 1, steps)
    return Proposed(_stored(database, caller, asked, plan, result, storing), result)


def _stored(
    database: Database,
    caller: Caller,
    asked: Asked,
    plan: Plan,
    result: dict[str, Any],
    storing: Callable[[int], None],
) -> int:
    with database.acting(caller) as session:
        number = store.add_proposal(
            session,
            caller.municipality or "",
            asked.hotspot_area,
            (asked.first_evening, asked.last_evening),
            result=result,
            actor=caller.actor,
        )
        audit.append(
            session,
            actor=caller.actor,
            role=caller.role.value,
            action="create",
            object_kind="proposal",
            object_ref=str(number),
            municipality=caller.municipality,
            detail={"inputs_hash": plan.fingerprint, "seed": plan.seed, "cut": plan.cut},
        )
        storing(number)
    return number


def _last_agreement(
    database: Database, caller: Caller, asked: Asked, problem: PlanProblem
) -> dict[str, Any]:
    """Return what was agreed last, moved to the same weekdays; nothing where there is none."""
    with database.acting(caller) as session:
        last = agreement_store.read_last_agreement(session, asked.hotspot_area, asked.first_evening)
        if last is None:
            return {}
        promised = store.read_promises(
            session, caller.municipality or "", last.first_evening, last.last_evening
        )
    evenings = (last.first_evening, last.last_evening)
    here = promised[promised["hotspot_area"] == asked.hotspot_area]
    later = [
        copied_evening(evening, old=evenings, new=(asked.first_evening, asked.last_evening))
        for evening in here["evening"]
    ]
    by = [
        None if new is None else new - old for new, old in zip(later, here["evening"], strict=True)
    ]
    kept = here[[one is not None for one in by]]
    steps = [one for one in by if isinstance(one, timedelta)]
    for column in ("starts_at", "ends_at"):
        kept = kept.assign(**{column: [moved(one, step) for one, step in
                                       zip(kept[column], steps, strict=True)]})  # fmt: skip
    # whoever was out then: a comparison asks what it covers, not whether it can be kept now
    everybody = [
        Duty(slot.slot_id, agency, str(team))
        for slot in problem.slots
        for agency in (POLICE, STREET_TEAM)
        for team in {*kept["team"].dropna(), *(f"#{n}" for n in range(len(problem.places)))}
    ]
    promises, _left_out = promises_of(
        kept, problem.slots, places=[place.code for place in problem.places], duties=everybody
    )
    return {"sidste aftale": as_assignments(promises)}
