"""What a plan is compared with: the greedy one, an even spread, and what was agreed last time.

They keep the promises and go only where each agency goes, and no other rule: how many joint
visits each has is told beside its cover, since a plan without them covers more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from geo_service.planning.optimise import Assignment
from geo_service.planning.plan_figures import covered_need, covered_share, joint_visits
from geo_service.planning.plan_problem import POLICE, STREET_TEAM, PlanProblem, Promise, Table


@dataclass(frozen=True)
class Compared:
    """A plan beside the proposal: what it covers, and its joint visits."""

    name: str
    covered: int
    """Thousandths of an expected incident."""
    share: float
    joint_visits: int


def compared(name: str, problem: PlanProblem, plan: Iterable[Assignment]) -> Compared:
    """Return what a plan comes to."""
    assignments = list(plan)
    need = covered_need(problem, assignments)
    return Compared(name, need, covered_share(problem, need), joint_visits(assignments))


def greedy(problem: PlanProblem) -> list[Assignment]:
    """Send each team where most need is that nobody covers yet, slot by slot."""

    def gain(row: int, covered: Table, _visits: Table) -> Table:
        left = np.where(covered, 0, problem.weight[row])
        return np.asarray(problem.covers.astype(np.int64) @ left)

    return _placed(problem, gain, least=1)


def even_spread(problem: PlanProblem) -> list[Assignment]:
    """Send each team where fewest have been so far, whatever the need is."""

    def gain(_row: int, covered: Table, visits: Table) -> Table:
        return np.asarray(-visits * 2 - covered)

    return _placed(problem, gain, least=None)


def as_assignments(promises: Iterable[Promise]) -> list[Assignment]:
    """Return promises as a plan: what was agreed last time, moved to these evenings."""
    return [
        Assignment(one.slot_id, one.agency, one.place, one.team, promised=True) for one in promises
    ]


def _placed(
    problem: PlanProblem, gain: Callable[[int, Table, Table], Table], *, least: int | None
) -> list[Assignment]:
    """Place the free teams one after another where `gain` is highest; ties go to the lower code."""
    plan = as_assignments(problem.promises)
    visits = np.zeros(len(problem.places), dtype=np.int64)
    for row, slot in enumerate(problem.slots):
        here = [one for one in plan if one.slot_id == slot.slot_id]
        covered = np.zeros(len(problem.places), dtype=bool)
        for one in here:
            covered |= problem.covers[problem.place_at[one.place]]
        # the street team first: the police can go wherever it cannot
        for agency in (STREET_TEAM, POLICE):
            taken = Counter(one.place for one in here if one.agency == agency)
            for _ in range(int(problem.teams(agency)[row]) - sum(taken.values())):
                worth = gain(row, covered, visits).astype(float)
                worth[~problem.may_go(agency)[row]] = -np.inf
                worth[[problem.place_at[code] for code in taken]] = -np.inf
                best = int(np.argmax(worth))
                if not np.isfinite(worth[best]) or (least is not None and worth[best] < least):
                    break
                code = problem.places[best].code
                plan.append(Assignment(slot.slot_id, agency, code))
                taken[code] += 1
                covered |= problem.covers[best]
                visits[best] += 1
    return plan


def compared_all(
    problem: PlanProblem,
    plan: Iterable[Assignment],
    *,
    others: Mapping[str, Iterable[Assignment]] | None = None,
) -> list[Compared]:
    """Return the proposal, the greedy plan, the even spread and other plans, in that order."""
    named = {"forslaget": plan, "grådig plan": greedy(problem), "jævn fordeling":
             even_spread(problem), **(others or {})}  # fmt: skip
    return [compared(name, problem, one) for name, one in named.items()]
