"""Why each team is where it is: the three strongest reasons, in Danish, each with its figure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import numpy as np

from geo_service.domain.evenings import WEEKDAYS, Slot
from geo_service.domain.frames import rows_of
from geo_service.planning.optimise import Assignment
from geo_service.planning.plan_problem import POLICE, STREET_TEAM, UNIT, PlanProblem

MOST: Final = 3
WEEK: Final = timedelta(days=7)
NOTHING_LEFT: Final = "Intet andet sted har udækket behov i tidsrummet."


def reasons(
    problem: PlanProblem,
    assignments: Iterable[Assignment],
    *,
    period: str,
    weighted: bool = False,
) -> dict[Assignment, tuple[str, ...]]:
    """Return up to three reasons for each assignment, the strongest first.

    Parameters
    ----------
    problem
        What the plan was made for.
    assignments
        The plan.
    period
        The period behind the need, in Danish: `de seneste 8 uger`.
    weighted
        Whether types weigh differently: need is then no number of incidents, and not called one.
    """
    plan = list(assignments)
    counted = {(row.slot_id, row.area_code): row for row in rows_of(problem.need)}
    here = _Here(problem, plan)
    return {
        one: tuple(text for _strength, text in sorted(
            _all(problem, one, here, counted, period, weighted), key=lambda told: -told[0])[:MOST])
        for one in plan
    }  # fmt: skip


def briefs(problem: PlanProblem, assignments: Iterable[Assignment]) -> dict[Assignment, str]:
    """Return why each team is where it is in so few words that a sheet of paper holds them all."""
    counted = {(row.slot_id, row.area_code): row for row in rows_of(problem.need)}
    return {one: _brief(problem, one, counted.get((one.slot_id, one.place))) for one in assignments}


def _brief(problem: PlanProblem, one: Assignment, figure: Any) -> str:
    """Say `Fælles med politiet. 22 hændelser torsdage kl. 18–20, nr. 1 af 10 steder.`."""
    row, column = problem.slot_at[one.slot_id], problem.place_at[one.place]
    slot, weight = problem.slots[row], problem.weight[row]
    other = "gadeteamet" if one.agency == POLICE else "politiet"
    said = [f"Fælles med {other}."] if one.joint else []
    if figure is not None and weight[column]:
        rank = int((weight > weight[column]).sum()) + 1
        when = f"{WEEKDAYS[slot.evening.weekday()]}e kl. {slot.label}"
        said.append(f"{_times(figure.n)} {when}, nr. {rank} af {len(weight)} steder.")
    return " ".join(said) or NOTHING_LEFT


class _Here:
    """Who else is where: counted once for all reasons."""

    def __init__(self, problem: PlanProblem, plan: list[Assignment]) -> None:
        self.problem = problem
        self.times = np.zeros(problem.weight.shape, dtype=np.int64)
        self.visits: set[tuple[object, str, str]] = set()
        self.stays: set[tuple[object, tuple[int, int], str, str]] = set()
        for one in plan:
            row = problem.slot_at[one.slot_id]
            self.times[row] += problem.covers[problem.place_at[one.place]]
            slot = problem.slots[row]
            self.visits.add((slot.evening, one.agency, one.place))
            self.stays.add((slot.evening, slot.hours, one.agency, one.place))

    def alone(self, row: int, column: int) -> int:
        """Return the need that nobody else covers, in thousandths."""
        own = self.problem.covers[column] & (self.times[row] == 1)
        return int(self.problem.weight[row][own].sum())


def _all(
    problem: PlanProblem,
    one: Assignment,
    here: _Here,
    counted: dict[tuple[int, str], Any],
    period: str,
    weighted: bool,
) -> list[tuple[float, str]]:
    """Return every reason with its strength; only their order matters."""
    row, column = problem.slot_at[one.slot_id], problem.place_at[one.place]
    slot, weight = problem.slots[row], problem.weight[row]
    told: list[tuple[float, str]] = []
    if one.promised:
        told.append((100.0, "Tilsagnet står allerede i aftalen."))
    if one.joint:
        other = "gadeteamet" if one.agency == POLICE else "politiet"
        told.append((90.0, f"Fælles med {other}, et af de aftalte fælles besøg."))
    figure = counted.get((one.slot_id, one.place))
    if figure is not None and weight[column]:
        rank = int((weight > weight[column]).sum()) + 1
        told.append(
            (80.0 - rank, f"{_need(figure, slot, period, weighted)}; nr. {rank} af {len(weight)}.")
        )
    if alone := here.alone(row, column):
        share = alone / max(1, int(weight.sum()))
        left = _number(alone / UNIT)
        need = f"et vægtet behov på {left}" if weighted else f"{left} ventede hændelser"
        loss = f"{need} ({share * 100:.0f} % af tidsrummets)"
        told.append((60.0 + share, f"Uden holdet her ville {loss} stå udækket."))
    if one.agency == STREET_TEAM and any(
        (slot.evening + by, STREET_TEAM, one.place) in here.visits for by in (WEEK, -WEEK)
    ):
        weekday = WEEKDAYS[slot.evening.weekday()]
        told.append((50.0, f"Gadeteamet er her {weekday} begge uger: faste dage."))
    evenings = {each.evening for each in problem.slots}  # of others nothing is known
    before = (slot.evening - timedelta(days=1), slot.hours, POLICE, one.place)
    if (
        one.agency == POLICE
        and before not in here.stays
        and before[0] in evenings
        and not one.promised
    ):
        told.append((40.0, "Politiet var her ikke aftenen før på samme tid."))
    if due := problem.places[column].due_a_week:
        told.append((30.0 + due, f"Stedet skal have {due} besøg om ugen efter sit niveau."))
    if not told:
        told.append((0.0, NOTHING_LEFT))
    return told


def _need(figure: Any, slot: Slot, period: str, weighted: bool) -> str:
    """Say `12 hændelser fredage kl. 20–22 de seneste 8 uger (ventet 1,5, usikkerhed 1,0–2,2)`.

    Weighted need is no number of incidents: `(vægtet behov 3,5, …)`.
    """
    expected = "vægtet behov" if weighted else "ventet"
    weekday = WEEKDAYS[slot.evening.weekday()]
    return (
        f"{_times(figure.n)} {weekday}e kl. {slot.label} {period} ({expected} "
        f"{_number(figure.expected)}, usikkerhed {_number(figure.low)}–{_number(figure.high)})"
    )


def _times(n: float) -> str:
    return "1 hændelse" if n == 1 else f"{n:.0f} hændelser"


def _number(value: float) -> str:
    """Return `1,5`, and `0,07` where one decimal would say nothing."""
    return f"{value:.{1 if value >= 1 else 2}f}".replace(".", ",")
