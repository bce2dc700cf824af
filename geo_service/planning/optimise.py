"""The best evening plan there is: one model, aim after aim, each driven to its proven best.

The aims in order, none of which may cost anything of those before it: cover need; the joint
visits that are asked for, where most need is; no other overlap of the agencies; the visits that
places are due; the street team where it is a week later, too; patrols that are not where they
were the evening before; and least walking. Promises stand, and rules hold throughout.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geo_service.errors import InvalidInput
from geo_service.planning.plan_core import drive_cover
from geo_service.planning.plan_model import PlanModel
from geo_service.planning.plan_problem import POLICE, STREET_TEAM, PlanProblem
from geo_service.planning.solver import Aim, Limits, Solved
from geo_service.planning.walks import Round, Walked, least_walking

STAGES: Final = {
    "cover": "Behov, der dækkes",
    "joint": "Behov ved de aftalte fælles besøg",
    "overlap": "Uønsket overlap",
    "spread": "Besøg, der mangler efter stedernes niveau",
    "regular": "Aftener, hvor gadeteamet er samme sted ugen efter",
    "varied": "Patruljer samme sted og tid som aftenen før",
    "walking": "Meter, der gås",
}
"""What each stage is called, in their order."""
TO_THE_PROOF: Final = Limits()
Progress = Callable[[str, int, int], None]


class NoPlan(InvalidInput):
    """The rules cannot all be kept; says so, and `plan_relaxation` says what would go."""


@dataclass(frozen=True)
class Stage:
    """How far one aim was driven: what it reached, and what no plan can be better than."""

    name: str
    value: int
    bound: int
    state: str
    """`proven`, `gap` (stopped near the bound) or `limit` (the search was cut)."""
    nodes: int = 0

    @property
    def gap(self) -> float:
        """How far the value lies from the bound, as a share of the value."""
        return abs(self.bound - self.value) / max(1, abs(self.value))

    @property
    def words(self) -> str:
        """Say in Danish how sure it is."""
        if self.state == "proven":
            return "bevist bedst"
        far = f"højst {self.gap * 100:.1f} % fra det bedste mulige".replace(".", ",")
        return f"stoppet {far}" if self.state == "gap" else f"afbrudt af grænsen, {far}"


@dataclass(frozen=True, order=True)
class Assignment:
    """One team in one place in one slot."""

    slot_id: int
    agency: str
    place: str
    team: str = ""
    """Empty: the promise does not say which."""
    joint: bool = False
    """Whether both agencies are there, on purpose."""
    promised: bool = False


@dataclass(frozen=True)
class Plan:
    """Who is where, and how sure it is that nothing is better."""

    assignments: tuple[Assignment, ...]
    stages: tuple[Stage, ...]
    fingerprint: str
    seed: int

    @property
    def cut(self) -> bool:
        """Whether a limit ended the search: the same inputs may then give another plan."""
        return any(stage.state == "limit" for stage in self.stages)

    def stage(self, name: str) -> Stage:
        """Return one stage by name."""
        return next(stage for stage in self.stages if stage.name == name)


def optimise(
    problem: PlanProblem, *, limits: Limits = TO_THE_PROOF, progress: Progress | None = None
) -> Plan:
    """Return the best plan.

    Parameters
    ----------
    problem
        Everything it depends on.
    limits
        How far to go; to the proof by default. The same problem and seed give the same plan.
    progress
        Told in Danish what is done, and how many stages of how many are over.

    Raises
    ------
    NoPlan
        If the rules cannot all be kept, or a limit came before any plan was found.
    """
    tell = progress or (lambda _text, _done, _total: None)
    model = PlanModel(problem)
    stages: list[Stage] = []
    found: Solved | None = None
    for aim_of in (
        model.cover,
        model.joint_need,
        model.overlap,
        model.missing_visits,
        model.regular_evenings,
        model.repeated_patrols,
    ):
        aim = aim_of()
        tell(STAGES[aim.name], len(stages), len(STAGES))
        found = _drive(model, aim, found, limits)
        stages.append(Stage(aim.name, found.value, found.bound, found.state, found.nodes))
        bounds = {"least": found.value} if aim.most else {"most": found.value}
        model.rows.row(aim.columns, aim.values, **bounds)
    assert found is not None  # noqa: S101 - there are stages
    tell(STAGES["walking"], len(stages), len(STAGES))
    there = model.presence(found.columns)
    joint = np.zeros(problem.weight.shape, dtype=bool)
    joint[model.joint >= 0] = found.columns[model.joint[model.joint >= 0]] > 1 / 2
    assignments, walked = _with_teams(problem, there, joint, limits)
    stages.append(walked)
    tell("Færdig", len(stages), len(STAGES))
    return Plan(tuple(sorted(assignments)), tuple(stages), problem.fingerprint, limits.seed)


def _drive(model: PlanModel, aim: Aim, before: Solved | None, limits: Limits) -> Solved:
    if before is None:
        found = drive_cover(model, aim, limits=limits)
    elif not len(aim.columns):
        return Solved("proven", columns=before.columns)
    else:
        # the plan so far is no help to HiGHS as a start, and can mislead it: its value comes back
        # from a smaller problem that counts otherwise; only when nothing else is found it is used
        found = model.rows.solve(aim, limits=limits)
        if found.state == "limit" and not len(found.columns):
            found = model.rows.solve(aim, limits=limits, start=before.columns)
    if found.state == "infeasible" or not len(found.columns):
        raise NoPlan(
            "Reglerne kan ikke alle holdes på én gang."
            if found.state == "infeasible"
            else "Grænsen for søgningen kom, før en plan var fundet. Giv den flere knuder."
        )
    return found


def _with_teams(
    problem: PlanProblem,
    there: dict[str, npt.NDArray[np.bool_]],
    joint: npt.NDArray[np.bool_],
    limits: Limits,
) -> tuple[list[Assignment], Stage]:
    """Name the team of each presence, evening by evening, so that they walk least."""
    points = {place.code: place.at for place in problem.places}
    assignments: list[Assignment] = []
    walks: list[Walked] = []
    for agency in (STREET_TEAM, POLICE):
        for evening in sorted({slot.evening for slot in problem.slots}):
            rows = [row for row, slot in enumerate(problem.slots) if slot.evening == evening]
            rounds = [_round(problem, agency, row, there[agency][row]) for row in rows]
            walked = least_walking(rounds, points, limits=limits)
            walks.append(walked)
            for row, place_of in zip(rows, walked.place_of, strict=True):
                assignments += _assigned(problem, agency, row, dict(place_of), joint[row])
    metres, least = (
        sum(getattr(one, name) for one in walks) for name in ("metres", "least_metres")
    )
    state = "proven" if metres == least else "gap" if limits.most_nodes is None else "limit"
    return assignments, Stage("walking", metres, least, state)


def _round(problem: PlanProblem, agency: str, row: int, there: npt.NDArray[np.bool_]) -> Round:
    """Return the places of a slot, and who may take them; a team without a name is numbered."""
    slot_id = problem.slots[row].slot_id
    named = [one.team for one in problem.duties if (one.slot_id, one.agency) == (slot_id, agency)]
    promises = [one for one in problem.promises if (one.slot_id, one.agency) == (slot_id, agency)]
    fixed: dict[str, str] = {}
    for one in promises:
        if one.team and one.place not in fixed.values():
            # one after another within a slot: the second stay is walked as a team of its own
            again = one.team if one.team not in fixed else f"{one.team}#{len(fixed)}"
            fixed[again] = one.place
    places = tuple(problem.places[column].code for column in np.flatnonzero(there))
    teams = list(dict.fromkeys([*named, *fixed]))
    extra = len(places) - len(teams)
    teams += [f"#{number}" for number in range(1, extra + 1)]
    return Round(places, tuple(teams), fixed)


def _assigned(
    problem: PlanProblem,
    agency: str,
    row: int,
    place_of: dict[str, str],
    joint: npt.NDArray[np.bool_],
) -> list[Assignment]:
    slot_id = problem.slots[row].slot_id
    promised = Counter(
        one.place for one in problem.promises if (one.slot_id, one.agency) == (slot_id, agency)
    )
    made = []
    for team, place in place_of.items():
        is_joint = bool(joint[problem.place_at[place]])
        name = team.partition("#")[0]
        made.append(Assignment(slot_id, agency, place, name, is_joint, place in promised))
    for place, times in promised.items():  # several of one agency in one place: all of them stand
        is_joint = bool(joint[problem.place_at[place]])
        made += [Assignment(slot_id, agency, place, "", is_joint, True)] * (times - 1)
    return made
