"""Why there is no plan, and the smallest change with which there is one, tried by solving again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from geo_service.domain.danish_time import day_words, either
from geo_service.planning.optimise import NoPlan
from geo_service.planning.plan_prices import is_possible, one_more
from geo_service.planning.plan_problem import POLICE, STREET_TEAM, PlanProblem
from geo_service.planning.solver import Limits

Works = Callable[[PlanProblem], bool]
TEAM_WORDS: Final = {STREET_TEAM: "et hold mere", POLICE: "en patrulje mere"}


def why_not(problem: PlanProblem, *, limits: Limits) -> NoPlan:
    """Return in Danish which rules cannot be kept together, and each small change that helps."""
    asked = problem.rules.joint_visits
    teams = [int(problem.teams(agency).max()) for agency in (STREET_TEAM, POLICE)]
    out = f"{_counted(teams[0], 'hold', 'hold')} og {_counted(teams[1], 'patrulje', 'patruljer')}"
    wanted = [f"{_counted(asked, 'fælles besøg', 'fælles besøg')}"] if asked else []
    if problem.rules.least_visits:
        wanted.append("de mindste antal besøg pr. sted og uge")
    if problem.rules.forbid_overlap:
        wanted.append("ellers aldrig samme sted på samme tid")
    if problem.rules.most_share < 1:
        wanted.append(
            f"højst {problem.rules.most_share:.0%} af ugen til ét sted".replace("%", " %")
        )
    said = f"Ikke muligt med {out} og {' og '.join(wanted)}"
    cures = list(_cures(problem, limits))
    if not cures:
        return NoPlan(f"{said}; heller ikke, hvis én regel lempes. Lemp flere, eller sæt flere ud.")
    return NoPlan(f"{said}; {either(cures)}.")


def _cures(problem: PlanProblem, limits: Limits) -> Iterator[str]:
    """Yield each single change with which there is a plan, in words."""

    def works(changed: PlanProblem) -> bool:
        return is_possible(changed, limits=limits)

    rules = problem.rules
    if rules.joint_visits:
        yield from _fewer_joint(problem, works)
    for code, least in sorted(rules.least_visits.items()):
        most = _most(
            [
                problem.with_rules(least_visits={**rules.least_visits, code: visits})
                for visits in range(least)
            ],
            works,
        )
        if most is not None:
            name = problem.places[problem.place_at[code]].name or code
            yield f"{_counted(most, 'besøg', 'besøg')} om ugen i {name}"
    for agency in TEAM_WORDS:
        yield from _more_teams(problem, agency, works)
    if rules.forbid_overlap and works(problem.with_rules(forbid_overlap=False)):
        yield "med lov til at være samme sted også ellers"
    if rules.most_share < 1 and works(problem.with_rules(most_share=1.0)):
        yield "uden loft for ét sted"


def _fewer_joint(problem: PlanProblem, works: Works) -> Iterator[str]:
    fewer = [
        problem.with_rules(joint_visits=visits) for visits in range(problem.rules.joint_visits)
    ]
    most = _most(fewer, works)
    if most is not None:
        yield f"{most} går" if most else "uden fælles besøg går det"
    if problem.rules.joint_places is not None and works(problem.with_rules(joint_places=None)):
        yield "fælles besøg også andre steder"


def _more_teams(problem: PlanProblem, agency: str, works: Works) -> Iterator[str]:
    evenings = sorted({slot.evening for slot in problem.slots})
    if not works(one_more(problem, agency, evenings)):
        return
    helped = next((one for one in evenings if works(one_more(problem, agency, [one]))), None)
    yield f"{TEAM_WORDS[agency]} {day_words(helped) if helped else 'hver aften'}"


def _most(changed: Sequence[PlanProblem], works: Works) -> int | None:
    """Return the last of some problems, each harder than the one before, that has a plan."""
    if not changed or not works(changed[0]):
        return None
    low, high = 0, len(changed)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if works(changed[middle]) else (low, middle)
    return low


def _counted(number: int, one: str, many: str) -> str:
    return f"{number or 'ingen'} {one if number == 1 else many}"
