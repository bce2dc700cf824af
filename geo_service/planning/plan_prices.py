"""What things cost in need that is left uncovered: each joint visit, and one team fewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from geo_service.planning.optimise import NoPlan
from geo_service.planning.plan_core import drive_cover
from geo_service.planning.plan_figures import covered_share
from geo_service.planning.plan_model import PlanModel
from geo_service.planning.plan_problem import POLICE, STREET_TEAM, Duty, PlanProblem
from geo_service.planning.solver import Limits

EXTRA: Final = "+1"
"""The code of a team that is not there."""
STEPS: Final = (0, 2, 4, 8, 16, 28)


@dataclass(frozen=True)
class Price:
    """The need that the best plan covers with so many joint visits."""

    joint_visits: int
    covered: int
    share: float


def best_cover(problem: PlanProblem, *, limits: Limits) -> int:
    """Return the most need that a plan can cover, in thousandths.

    Raises
    ------
    NoPlan
        If the rules cannot all be kept.
    """
    model = PlanModel(problem)
    found = drive_cover(model, model.cover(), limits=limits)
    if not len(found.columns):
        raise NoPlan("Reglerne kan ikke alle holdes på én gang.")
    return found.value


def is_possible(problem: PlanProblem, *, limits: Limits) -> bool:
    """Tell whether the rules can all be kept, by solving it."""
    try:
        best_cover(problem, limits=limits)
    except NoPlan:
        return False
    return True


def joint_prices(
    problem: PlanProblem, *, limits: Limits, steps: Sequence[int] = STEPS
) -> list[Price]:
    """Return the best cover for some numbers of joint visits, up to what is possible.

    The number that is asked for is among them.
    """
    prices = []
    for visits in sorted({*steps, problem.rules.joint_visits}):
        asked = problem.with_rules(joint_visits=visits)
        try:
            covered = best_cover(asked, limits=limits)
        except NoPlan:
            break
        prices.append(Price(visits, covered, covered_share(problem, covered)))
    return prices


def one_more(problem: PlanProblem, agency: str, evenings: Sequence[object]) -> PlanProblem:
    """Return the problem with one more team of an agency in every slot of some evenings."""
    # one that stands for a commitment nobody is on duty for is no team to add to
    spare = problem.teams(agency) - problem.stays_after_the_first(agency)
    on_duty = {slot.slot_id: 0 for slot in problem.slots}
    for one in problem.duties:
        on_duty[one.slot_id] += one.agency == agency
    extra = [
        Duty(slot.slot_id, agency, f"{EXTRA}.{number}")
        for row, slot in enumerate(problem.slots)
        if slot.evening in evenings
        for number in range(int(spare[row]) - on_duty[slot.slot_id] + 1)
    ]
    return replace(problem, duties=(*problem.duties, *extra))


def next_team(problem: PlanProblem, covered: int, *, limits: Limits) -> dict[str, int]:
    """Return how much more need one more team of each agency would cover, on every evening."""
    evenings = sorted({slot.evening for slot in problem.slots})
    return {
        agency: best_cover(one_more(problem, agency, evenings), limits=limits) - covered
        for agency in (STREET_TEAM, POLICE)
    }
