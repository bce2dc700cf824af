"""What is said of a plan: reasons, comparisons, prices, and why there is none."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from geo_service.domain.agreements import FIGURES
from geo_service.domain.evenings import Slot, at_hour
from geo_service.planning import plan_told
from geo_service.planning.optimise import NoPlan, optimise
from geo_service.planning.plan_baselines import as_assignments, compared_all
from geo_service.planning.plan_figures import covered_need
from geo_service.planning.plan_prices import (
    best_cover,
    is_possible,
    joint_prices,
    next_team,
    one_more,
)
from geo_service.planning.plan_problem import POLICE, STREET_TEAM, PlanProblem, PlanRules, Promise
from geo_service.planning.plan_reasons import Counting, briefs, reasons
from geo_service.planning.plan_relaxation import why_not
from geo_service.planning.solver import Limits
from tests.planning.plans import FRIDAY, LONGEST_BRIEF, problem_of, random_problem, slots

ASK = {"limits": Limits()}
COUNTING = Counting("de seneste 8 uger", 52)
BY_RODE = replace(COUNTING, precision="rode")


def test_the_best_is_no_worse_than_the_greedy_which_is_no_worse_than_an_even_spread(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    better = [0, 0]
    for _ in range(30):
        table = rng.integers(0, 9, (5, 5)) / 4
        promises = (Promise(int(rng.integers(5)), POLICE, "c"),)
        problem = problem_of(table, street=2, police=1, promises=promises)
        plan = optimise(problem)
        best, greedy, even = (one.covered for one in compared_all(problem, plan.assignments))
        assert best >= greedy >= even
        assert best == plan.stage("cover").value
        better[0] += best > greedy
        better[1] += greedy > even
    assert better[1] > 20
    reach = {"a": frozenset("bcde"), "f": frozenset("abc"), "g": frozenset("deh")}
    nobody = {code: {"agency": POLICE} for code in "bcdeh"}
    trap = problem_of([[1, 1, 1, 1, 1, 0, 0, 1]], street=2, reach=reach, places=nobody)
    best, greedy, _even = compared_all(trap, optimise(trap).assignments)
    assert (best.covered, greedy.covered) == (6_000, 5_000)  # K15


def test_the_last_agreement_is_compared_too() -> None:
    problem = problem_of([[2.0, 1.0]] * 2, street=1)
    last = as_assignments([Promise(0, STREET_TEAM, "b"), Promise(1, POLICE, "a")])
    told = compared_all(problem, optimise(problem).assignments, others={"sidste aftale": last})
    assert (told[-1].name, told[-1].covered, round(told[-1].share, 3)) == (
        "sidste aftale",
        3_000,
        0.5,
    )


def test_joint_visits_have_a_price_and_a_team_more_a_worth() -> None:
    problem = problem_of([[4.0, 3.0, 1.0]] * 4, street=1, police=1)
    prices = joint_prices(problem, **ASK, steps=(0, 1, 2, 9))
    assert [(one.joint_visits, one.covered) for one in prices] == [
        (0, 28_000),
        (1, 25_000),
        (2, 22_000),
    ]
    assert next_team(problem, 28_000, **ASK) == {STREET_TEAM: 4_000, POLICE: 4_000}
    promised = problem_of([[4.0, 3.0, 1.0]], street=1, promises=(Promise(0, POLICE, "c"),))
    assert best_cover(promised, **ASK) == 5_000
    more = one_more(promised, POLICE, [promised.slots[0].evening])
    assert best_cover(more, **ASK) == 8_000


def test_what_is_impossible_says_what_works_and_it_does() -> None:
    problem = problem_of([[1.0, 1.0]] * 7, street=1, police=1)
    refusal = str(why_not(problem.with_rules(joint_visits=8), **ASK))
    assert refusal == "Ikke muligt med 1 hold og 1 patrulje og 8 fælles besøg; 7 går."
    assert is_possible(problem.with_rules(joint_visits=7), **ASK)
    assert not is_possible(problem.with_rules(joint_visits=8), **ASK)
    alone = problem_of([[1.0, 1.0]] * 7, police=1, rules=PlanRules(joint_visits=1))
    assert "ingen hold og 1 patrulje" in str(why_not(alone, **ASK))
    assert "uden fælles besøg går det" in str(why_not(alone, **ASK))
    assert "et hold mere fre 27. nov" in str(why_not(alone, **ASK))
    floors = problem_of([[1.0, 1.0]] * 7, street=1, rules=PlanRules(least_visits={"a": 9}))
    assert "7 besøg om ugen i A" in str(why_not(floors, **ASK))


def test_every_relaxation_that_is_named_works(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tried = 0
    for _ in range(60):
        problem = random_problem(rng)
        if is_possible(problem, **ASK):
            continue
        tried += 1
        said = str(why_not(problem, **ASK))
        found = re.search(r"(\d+) går|uden fælles besøg går det", said)
        assert found, said
        visits = int(found[1] or 0)
        assert is_possible(problem.with_rules(joint_visits=visits), **ASK)
        assert not is_possible(problem.with_rules(joint_visits=visits + 1), **ASK)
    assert tried > 3


def test_reasons_are_the_three_strongest_and_true() -> None:
    promises = (Promise(0, POLICE, "b"),)
    problem = problem_of(
        [[2.0, 1.0, 0.5]] * 8, street=1, police=1, promises=promises,
        rules=PlanRules(joint_visits=1), places={"a": {"due_a_week": 5}},
    )  # fmt: skip
    plan = optimise(problem)
    told = reasons(problem, plan.assignments, COUNTING)
    assert all(1 <= len(texts) <= 3 for texts in told.values())
    for one, texts in told.items():
        assert (texts[0] == "Tilsagnet står allerede i aftalen.") == one.promised
        assert any("et af de aftalte fælles besøg" in text for text in texts) == one.joint
    street = next(one for one in told if one.agency == STREET_TEAM and one.place == "a"
                  and not one.joint)  # fmt: skip
    assert told[street][0].startswith("16 hændelser ")
    assert "nr. 1 af 3" in told[street][0]
    alone = next(text for text in told[street] if text.startswith("Uden holdet"))
    assert "2,0 ventede hændelser (57 % af tidsrummets)" in alone
    without = [one for one in plan.assignments if one != street]
    assert covered_need(problem, plan.assignments) - covered_need(problem, without) == 2_000


def test_in_brief_the_places_own_figure_is_told_and_its_rank_agrees_with_it() -> None:
    problem = problem_of([[2.0, 1.0, 0.5]] * 8, street=1, police=1, rules=PlanRules(joint_visits=1))
    plan = optimise(problem).assignments
    told = briefs(problem, plan, BY_RODE)
    # the longest that may be said on the sheet: `test_sheet` holds 42 such lines on one page
    assert all(len(text) <= len(LONGEST_BRIEF) for text in told.values())
    for one, text in told.items():
        assert text.startswith("Fælles med ") == one.joint
        assert FIGURES.search(text)
        assert "talt over 52 uger i hele roder; nr. " in text
    ranks = {
        one.place: re.search(r"Ventet (\S+) hændelser .*nr. (\d)", text).groups()  # type: ignore[union-attr]
        for one, text in told.items()
    }
    assert ranks["a"] == ("2,0", "1")
    assert ranks["b"] == ("1,0", "2")
    nothing = problem_of([[0.0, 0.0]], street=1)
    assert set(briefs(nothing, optimise(nothing).assignments, COUNTING).values()) <= {
        "Intet andet sted har udækket behov i tidsrummet."
    }


def test_by_rode_n_is_said_to_be_of_the_roder() -> None:
    problem = problem_of([[3.5, 1.0]], street=1)
    plan = optimise(problem).assignments
    for precision, where in (
        ("rode", "i de roder, stedet ligger i (ventet 3,5 på stedet, "),
        ("250m", "i de felter, stedet ligger i (ventet 3,5 på stedet, "),
        ("point", "de seneste 8 uger (ventet 3,5, "),
    ):
        (found,) = reasons(problem, plan, replace(COUNTING, precision=precision)).values()
        assert where in found[0]


def one_evening(table: list[list[float]], **more: Any) -> PlanProblem:
    """Return a problem of one Friday whose slots follow each other from 18 on."""
    problem = problem_of(table, **more)
    hours = tuple((18 + 2 * number, 20 + 2 * number) for number in range(len(table)))
    return replace(problem, slots=tuple(slots((0,), hours)))


def told_lines(problem: PlanProblem) -> list[dict[str, Any]]:
    plan = optimise(problem)
    found = (act(problem, plan.assignments, COUNTING) for act in (reasons, briefs))
    result = plan_told.told(problem, plan, *found, baselines=[], prices=[], next_team={})
    return plan_told.lines_of(result)


def test_a_line_of_several_slots_says_the_figures_of_its_whole_time() -> None:
    (line,) = told_lines(one_evening([[2.0, 0.0], [1.5, 0.0], [0.5, 0.25]], street=1))
    assert line["brief"] == (
        "Ventet 4,0 hændelser fredage kl. 18–24 (0,00–7,0), talt over 52 uger; nr. 1 af 2 steder."
    )
    assert line["reasons"][0].startswith("op til 32 hændelser fredage kl. 18–24 ")
    assert "4,0 ventede hændelser (94 % af tidsrummets)" in line["reasons"][1]


def test_a_line_is_joint_for_its_whole_time_or_not_at_all() -> None:
    promises = (Promise(1, POLICE, "a"),)
    rules = PlanRules(joint_visits=1)
    problem = one_evening([[2.0], [2.0]], street=1, promises=promises, rules=rules)
    early, late = told_lines(problem)
    assert (early["joint"], late["joint"]) == (False, True)
    assert early["ends_at"] == late["starts_at"]
    assert "kl. 18–20" in early["brief"]
    assert "Fælles" not in early["brief"]
    assert late["brief"].startswith("Fælles med politiet. Ventet 2,0 hændelser fredage kl. 20–22 ")


def test_nothing_is_said_of_the_evening_before_the_first() -> None:
    problem = problem_of([[2.0, 0.0], [0.0, 2.0]], police=1)
    early, late = (
        Slot(number, FRIDAY, *during, "", hours)
        for number, (during, hours) in enumerate(
            [((at_hour(FRIDAY, 18), at_hour(FRIDAY, 20)), (18, 20)),
             ((at_hour(FRIDAY, 20), at_hour(FRIDAY, 22)), (20, 22))]
        )
    )  # fmt: skip
    evening = replace(problem, slots=(early, late))
    never = "Politiet var her ikke aftenen før"
    for told in reasons(evening, optimise(evening).assignments, COUNTING).values():
        assert not any(never in text for text in told)
    second = reasons(problem, optimise(problem).assignments, COUNTING)
    assert any(never in text for told in second.values() for text in told)


def test_weighted_need_is_not_called_a_number_of_incidents() -> None:
    problem = problem_of([[3.5, 1.0]], street=1)
    plan = optimise(problem).assignments
    weighted = replace(COUNTING, weighted=True)
    (told,) = reasons(problem, plan, weighted).values()
    assert "(vægtet behov 3,5, usikkerhed 0,00–4,5)" in told[0]
    assert "Uden holdet her ville et vægtet behov på 3,5 (78 % af tidsrummets)" in told[1]
    assert not any("ventet" in text for text in told)
    (short,) = briefs(problem, plan, weighted).values()
    assert short == (
        "Vægtet behov 3,5 fredage kl. 20–22 (0,00–4,5), talt over 52 uger; nr. 1 af 2 steder."
    )
    (plain,) = reasons(problem, plan, COUNTING).values()
    assert "(ventet 3,5" in plain[0]


def test_no_plan_is_an_error_that_can_be_shown() -> None:
    assert isinstance(why_not(problem_of([[1.0]]).with_rules(joint_visits=1), **ASK), NoPlan)
