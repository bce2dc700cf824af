"""What a plan comes to, counted from who is where and from nothing that the search said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geo_service.planning.optimise import Assignment
from geo_service.planning.plan_problem import UNIT, PlanProblem, Table

GAP_FROM: Final = 0.5
"""Expected incidents in a slot from which a place without anybody is called a gap."""


@dataclass(frozen=True)
class Gap:
    """A place that nobody covers in a slot, and what is expected there."""

    slot_id: int
    place: str
    expected: float


def presence(problem: PlanProblem, assignments: Iterable[Assignment], agency: str) -> Table:
    """Return how many teams of an agency are where, shape (slots, places)."""
    table = np.zeros(problem.weight.shape, dtype=np.int64)
    for one in assignments:
        if one.agency == agency:
            table[problem.slot_at[one.slot_id], problem.place_at[one.place]] += 1
    return table


def covered(problem: PlanProblem, assignments: Iterable[Assignment]) -> npt.NDArray[np.bool_]:
    """Return whose need is covered, shape (slots, places)."""
    there = np.zeros(problem.weight.shape, dtype=bool)
    for one in assignments:
        there[problem.slot_at[one.slot_id], problem.place_at[one.place]] = True
    return np.asarray(there.astype(np.int64) @ problem.covers.astype(np.int64) > 0)


def covered_need(problem: PlanProblem, assignments: Iterable[Assignment]) -> int:
    """Return the need that is covered, in thousandths of an expected incident."""
    return int(problem.weight[covered(problem, assignments)].sum())


def covered_share(problem: PlanProblem, need: int) -> float:
    """Return a need as a share of all need, by weight and not by places; 1 where there is none."""
    total = int(problem.weight.sum())
    return need / total if total else 1.0


def joint_visits(assignments: Iterable[Assignment]) -> int:
    """Return in how many places and slots both agencies are."""
    agencies = Counter(
        (slot, place)
        for slot, place, _agency in {(a.slot_id, a.place, a.agency) for a in assignments}
    )
    return sum(1 for times in agencies.values() if times > 1)


def gaps(
    problem: PlanProblem, assignments: Iterable[Assignment], *, least: float = GAP_FROM
) -> list[Gap]:
    """Return the places that nobody covers though much is expected, the most first."""
    bare = ~covered(problem, assignments) & (problem.weight >= least * UNIT)
    found = [
        Gap(
            problem.slots[slot].slot_id,
            problem.places[place].code,
            problem.weight[slot, place] / UNIT,
        )
        for slot, place in np.argwhere(bare)
    ]
    return sorted(found, key=lambda gap: (-gap.expected, gap.slot_id, gap.place))
