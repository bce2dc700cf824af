"""The optimiser against PuLP with CBC on the same case, and its own time at real sizes."""

from __future__ import annotations

import os
from datetime import date

import numpy as np
import pandas as pd
import pulp
import pytest

from geo_service.domain.evenings import slots_of
from geo_service.planning.optimise import optimise
from geo_service.planning.plan_prices import best_cover
from geo_service.planning.plan_problem import (
    POLICE,
    STREET_TEAM,
    Duty,
    Place,
    PlanProblem,
    PlanRules,
)
from geo_service.planning.solver import Limits

LEAST_TIMES_AS_FAST = 2.0
NEAR_M = 250.0


def evenings(
    places: int, *, street: int, police: int, seed: int, reach_m: float = 0.0, joint: int = 0
) -> PlanProblem:
    """Return two weeks of made-up need: few places with much, most with little."""
    rng = np.random.default_rng(seed)
    slots = slots_of(date(2026, 11, 27), 14)
    level, profile = rng.gamma(0.6, 1, places), rng.gamma(2, 1, len(slots))
    expected = profile[:, None] * level[None, :] * rng.gamma(3, 0.1, (len(slots), places))
    at = rng.uniform(0, 2_500, (places, 2))
    codes = [f"a{number:03d}" for number in range(places)]
    need = pd.DataFrame(
        {
            "area_code": np.tile(codes, len(slots)),
            "slot_id": np.repeat([slot.slot_id for slot in slots], places),
            "n": 0,
            "expected": expected.ravel(),
            "low": 0.0,
            "high": 1.0,
        }
    )
    near = np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1)) <= reach_m
    reach = {code: frozenset(np.array(codes)[row]) for code, row in zip(codes, near, strict=True)}
    return PlanProblem(
        tuple(slots),
        tuple(
            Place(code, due_a_week=int(rng.choice([1, 3, 5])), at=(float(x), float(y)))
            for code, (x, y) in zip(codes, at, strict=True)
        ),
        need,
        tuple(
            Duty(slot.slot_id, agency, f"{agency}{number}")
            for slot in slots
            for agency, teams in ((STREET_TEAM, street), (POLICE, police))
            for number in range(teams)
        ),
        rules=PlanRules(joint_visits=joint),
        reach=reach if reach_m else {},
    )


def _seconds() -> float:
    """Return the processor time of this process and of those it waited for: CBC is one."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def by_pulp(problem: PlanProblem) -> float:
    """Solve the cover of one kind of teams as one writes it with PuLP; return the need covered."""
    covers, weight = problem.covers, problem.weight
    model = pulp.LpProblem("cover", pulp.LpMaximize)
    covered = {}
    for slot in range(weight.shape[0]):
        here = [
            model.add_variable(f"y_{slot}_{place}", cat="Binary")
            for place in range(weight.shape[1])
        ]
        model += pulp.lpSum(here) <= int(problem.teams(STREET_TEAM)[slot])
        for place in range(weight.shape[1]):
            covered[slot, place] = model.add_variable(f"x_{slot}_{place}", 0, 1)
            near = [here[other] for other in np.flatnonzero(covers[:, place])]
            model += covered[slot, place] <= pulp.lpSum(near)
    model += pulp.lpSum(int(weight[at]) * one for at, one in covered.items())
    assert model.solve(pulp.PULP_CBC_CMD(msg=False, threads=1, gapRel=0)) == 1
    return float(pulp.value(model.objective))


@pytest.mark.benchmark
@pytest.mark.filterwarnings(
    "ignore:PULP_CBC_CMD is deprecated:DeprecationWarning"
)  # comes with CBC
def test_the_same_cover_is_found_at_least_twice_as_fast_as_by_pulp_and_cbc(seed: int) -> None:
    problem = evenings(40, street=3, police=0, seed=seed, reach_m=NEAR_M)
    times = []
    for _ in range(3):
        began = _seconds()
        ours = best_cover(problem, limits=Limits())
        between = _seconds()
        theirs = by_pulp(problem)
        times.append((between - began, _seconds() - between))
        assert ours == round(theirs)
    mine, others = (min(column) for column in zip(*times, strict=True))
    assert others >= LEAST_TIMES_AS_FAST * mine, (mine, others)


@pytest.mark.benchmark
@pytest.mark.parametrize(
    ("places", "street", "police", "joint"), [(40, 2, 2, 8), (200, 8, 6, 40)], ids=["area", "city"]
)
def test_every_aim_is_proven_at_real_sizes(
    seed: int, places: int, street: int, police: int, joint: int
) -> None:
    problem = evenings(places, street=street, police=police, seed=seed, joint=joint)
    plan = optimise(problem)
    assert {stage.state for stage in plan.stages[:-1]} == {"proven"}
    assert plan.stage("cover").value <= problem.weight.sum()
