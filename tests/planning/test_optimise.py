"""The best plan is the best of all plans there are, under every rule, and says how sure it is."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil

import numpy as np
import pytest

from geo_service.domain.evenings import slots_of
from geo_service.errors import InvalidInput
from geo_service.planning.optimise import STAGES, NoPlan, Plan, optimise
from geo_service.planning.plan_figures import covered_need, covered_share, gaps, joint_visits
from geo_service.planning.plan_problem import (
    POLICE,
    STREET_TEAM,
    Duty,
    Place,
    PlanProblem,
    PlanRules,
    Promise,
)
from geo_service.planning.plan_relaxation import why_not
from geo_service.planning.solver import Limits
from tests.planning.plans import every_plan, need_of, problem_of, random_problem, slots
from tests.volumes import volume


def aims_of(problem: PlanProblem, street: np.ndarray, police: np.ndarray) -> tuple[int, ...] | None:
    """Count what a plan comes to, lower is better, by plain loops; None if it breaks a rule."""
    rules, promised = problem.rules, [problem.promised(one) for one in (STREET_TEAM, POLICE)]
    both = (street > 0) & (police > 0)
    both_promised = (promised[0] > 0) & (promised[1] > 0)
    wanted = both & problem.joint_wanted
    if wanted.sum() < rules.joint_visits:
        return None
    counted = max(rules.joint_visits, int(both_promised.sum()))
    if rules.forbid_overlap and ((both & ~problem.joint_wanted).any() or both.sum() > counted):
        return None
    visits = street + police
    for week in set(problem.week_of):
        here = problem.week_of == week
        teams = sum(problem.teams(agency)[here].sum() for agency in (STREET_TEAM, POLICE))
        most = np.maximum(ceil(rules.most_share * teams), sum(promised)[here].sum(axis=0))
        if rules.most_share < 1 and (visits[here].sum(axis=0) > most).any():
            return None
    covered = (visits > 0).astype(int) @ problem.covers.astype(int) > 0
    best_joint = sorted(problem.weight[wanted], reverse=True)[:counted]
    missing = 0
    for week, evenings in enumerate(problem.evenings_of_week):
        for number, place in enumerate(problem.places):
            due = place.due_a_week * evenings // 7
            missing += max(0, due - visits[problem.week_of == week, number].sum())
    days = [(slot.evening - problem.slots[0].evening).days for slot in problem.slots]
    regular = repeats = 0
    for one, day in enumerate(days):
        for other, later in enumerate(days):
            regular += ((street[one] > 0) & (street[other] > 0)).sum() * (later - day == 7)
            repeats += ((police[one] > 0) & (police[other] > 0)).sum() * (later - day == 1)
    return (
        -int(problem.weight[covered].sum()),
        -int(sum(best_joint)),
        int(both.sum() - min(counted, wanted.sum())),
        int(missing),
        -int(regular),
        int(repeats),
    )


def told(plan: Plan) -> tuple[int, ...]:
    """Return what the stages say, lower is better, walking left out."""
    return tuple(
        -stage.value if stage.name in ("cover", "joint", "regular") else stage.value
        for stage in plan.stages[:-1]
    )


def test_the_best_plan_is_the_best_of_all_there_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    impossible = 0
    for _ in range(volume(120, 600)):
        problem = random_problem(rng)
        found = [aims for plan in every_plan(problem) if (aims := aims_of(problem, *plan))]
        if not found:
            impossible += 1
            with pytest.raises(NoPlan):
                optimise(problem)
            continue
        plan = optimise(problem)
        assert told(plan) == min(found)
        assert {stage.state for stage in plan.stages} == {"proven"}, plan.stages
        assert all(stage.value == stage.bound for stage in plan.stages)
        assert covered_need(problem, plan.assignments) == plan.stage("cover").value
        tables = [np.zeros(problem.weight.shape, dtype=int) for _ in range(2)]
        for one in plan.assignments:
            at = problem.slot_at[one.slot_id], problem.place_at[one.place]
            tables[one.agency == POLICE][at] += 1
        assert aims_of(problem, *tables) == min(found)  # who is where keeps every rule
    assert impossible > 5


def test_floors_and_ceilings_hold_in_every_week() -> None:
    table = [[1.0, 0.5, 0.25]] * 14
    free = optimise(problem_of(table, street=1))
    assert {one.place for one in free.assignments} == {"a"}
    rules = PlanRules(least_visits={"c": 2}, most_share=0.5)
    plan = optimise(problem_of(table, street=1, rules=rules))
    for week in (0, 1):
        visits = [one.place for one in plan.assignments if one.slot_id // 7 == week]
        assert (visits.count("a"), visits.count("b"), visits.count("c")) == (4, 1, 2)


def test_a_higher_joint_floor_never_covers_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(volume(10, 60)):
        problem = problem_of(rng.integers(0, 9, (4, 4)) / 4, street=2, police=1)
        covers = [
            optimise(problem.with_rules(joint_visits=floor)).stage("cover").value
            for floor in range(5)
        ]
        assert covers == sorted(covers, reverse=True)
        plan = optimise(problem.with_rules(joint_visits=3))
        assert joint_visits(plan.assignments) >= 3
        assert sum(one.joint for one in plan.assignments) == 2 * 3


def test_without_joint_visits_forbidden_overlap_is_nowhere_at_all() -> None:
    # nine visits in seven evenings with one slot each: on two of them both would have to come
    floors = problem_of([[2.0, 1.0]] * 7, street=1, police=1,
                        rules=PlanRules(least_visits={"a": 9}))  # fmt: skip
    assert len(_overlaps(floors)) == 2
    apart = floors.with_rules(forbid_overlap=True)
    with pytest.raises(NoPlan):
        optimise(apart)
    assert len(_overlaps(apart.with_rules(joint_visits=2))) == 2
    assert not _overlaps(apart.with_rules(least_visits={"a": 7}))
    assert "samme sted også ellers" in str(why_not(apart, limits=Limits()))


def _overlaps(problem: PlanProblem) -> set[tuple[int, str]]:
    """Return where both agencies are at once."""
    street, police = (
        {(one.slot_id, one.place) for one in optimise(problem).assignments if one.agency == agency}
        for agency in (STREET_TEAM, POLICE)
    )
    return street & police


def test_forbidden_overlap_is_nowhere_but_on_the_list(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rules = PlanRules(joint_visits=1, joint_places=frozenset("b"), forbid_overlap=True)
    for _ in range(10):
        problem = problem_of(rng.integers(0, 9, (3, 3)) / 4, street=2, police=2, rules=rules)
        agencies: dict[tuple[int, str], set[str]] = {}
        for one in optimise(problem).assignments:
            agencies.setdefault((one.slot_id, one.place), set()).add(one.agency)
        shared = {place for (_slot, place), both in agencies.items() if len(both) > 1}
        assert shared == {"b"}


def test_promises_stand_and_the_same_inputs_give_the_same_plan(seed: int) -> None:
    rng = np.random.default_rng(seed)
    promises = (Promise(0, POLICE, "d"), Promise(1, STREET_TEAM, "d", "S2"))
    problem = problem_of(rng.random((6, 5)), street=2, police=1, promises=promises)
    plan = optimise(problem)
    kept = {(one.slot_id, one.agency, one.place) for one in plan.assignments if one.promised}
    assert kept == {(0, POLICE, "d"), (1, STREET_TEAM, "d")}
    assert [one.team for one in plan.assignments if one.promised][1] == "S2"
    mixed = PlanProblem(
        problem.slots[::-1], problem.places[::-1], problem.need[::-1], problem.duties[::-1],
        promises[::-1],
    )  # fmt: skip
    assert mixed.fingerprint == problem.fingerprint
    assert optimise(mixed) == plan
    other = problem.with_rules(joint_visits=1)
    assert other.fingerprint != problem.fingerprint


def test_a_cut_plan_says_so_and_progress_is_told(seed: int) -> None:
    problem = problem_of(np.random.default_rng(seed).random((4, 4)), street=1, police=1)
    said: list[tuple[str, int, int]] = []
    plan = optimise(problem, progress=lambda *told: said.append(told))
    assert not plan.cut
    assert [text for text, _done, _total in said] == [*STAGES.values(), "Færdig"]
    assert said[-1][1:] == (len(STAGES), len(STAGES))
    assert all(stage.words == "bevist bedst" for stage in plan.stages)


def test_nobody_on_duty_no_incidents_and_a_clock_change_are_still_plans() -> None:
    nobody = problem_of([[1.0, 2.0]])
    plan = optimise(nobody)
    assert plan.assignments == ()
    assert [gap.place for gap in gaps(nobody, plan.assignments)] == ["b", "a"]
    quiet = problem_of([[0.0, 0.0]] * 2, street=1, police=1)
    assert covered_share(quiet, optimise(quiet).stage("cover").value) == 1
    with pytest.raises(NoPlan):
        optimise(nobody.with_rules(joint_visits=1))
    night = slots_of(date(2026, 10, 24), 2)  # 25 hours from Saturday to Sunday
    changed = PlanProblem(
        tuple(night),
        (Place("a"), Place("b", not_at_night=True)),
        need_of([[1.0, 2.0]] * len(night), ["a", "b"]),
        tuple(Duty(slot.slot_id, STREET_TEAM, "G1") for slot in night),
    )
    where = {one.slot_id: one.place for one in optimise(changed).assignments}
    assert [where[slot.slot_id] for slot in night] == ["b", "b", "b", "b", "a"] * 2


def test_k14_places_on_a_line_are_covered_by_weight() -> None:
    """K14: demand at 0, 1, 2, 6, 7, 12, radius 1: one site covers 23, two 39, three all 43."""
    x, weights = [0, 1, 2, 6, 7, 12], [10, 5, 8, 7, 9, 4]
    codes = "abcdef"
    reach = {
        code: frozenset(o for o, there in zip(codes, x, strict=True) if abs(there - at) <= 1)
        for code, at in zip(codes, x, strict=True)
    }
    covers = []
    for teams in range(1, 4):
        problem = problem_of([weights], street=teams, reach=reach)
        plan = optimise(problem)
        covers.append(plan.stage("cover").value // 1000)
        if teams == 1:
            assert [one.place for one in plan.assignments] == ["b"]
            assert round(covered_share(problem, plan.stage("cover").value) * 100, 2) == 53.49
    assert covers == [23, 39, 43]


def test_k15_the_best_two_sets_are_not_those_of_the_greedy() -> None:
    """K15: G = 2345, L = 123, R = 456; the best two cover six, the greedy ones five."""
    reach = {"a": frozenset("cdef"), "g": frozenset("bcd"), "h": frozenset("efi")}
    table = [[0, 1, 1, 1, 1, 1, 0, 0, 1]]  # b c d e f i are 1 to 6
    nowhere = {code: {"agency": POLICE} for code in "bcdefi"}
    problem = problem_of(table, street=2, reach=reach, places=nowhere)
    plan = optimise(problem)
    assert {one.place for one in plan.assignments} == {"g", "h"}
    assert plan.stage("cover").value == 6_000


def test_what_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(InvalidInput, match="dækningsområdet x"):
        problem_of([[1.0]], promises=(Promise(0, POLICE, "x"),))
    with pytest.raises(InvalidInput, match="to gange"):
        problem_of([[1.0]], street=1).__class__(
            tuple(slots((0,))), (Place("a"), Place("a", "igen")), need_of([[1.0]], ["a"])
        )
    with pytest.raises(InvalidInput, match="negativt"):
        PlanRules(joint_visits=-1)
    with pytest.raises(InvalidInput, match="mindst 0"):
        problem_of([[-1.0]])


def test_a_stage_that_stops_near_the_bound_says_so() -> None:
    rng = np.random.default_rng(1)
    problem = problem_of(rng.random((5, 5)), street=2, police=1)
    plan = optimise(problem, limits=Limits(gap=0.01))
    best = optimise(problem)
    assert plan.stage("cover").value >= 0.99 * best.stage("cover").value
    assert plan.stage("cover").bound >= best.stage("cover").value


def test_evenings_apart_by_a_week_are_kept_and_patrols_vary() -> None:
    table = [[0.5, 0.5]] * 8
    plan = optimise(problem_of(table, street=1))
    assert plan.stage("regular").value == 1
    assert optimise(problem_of(table, police=1)).stage("varied").value == 0
    later = slots((0,))[0].evening + timedelta(days=7)
    assert later.weekday() == slots((0,))[0].evening.weekday()
