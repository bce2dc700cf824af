"""Why each team is where it is: the three strongest reasons, in Danish, each with its figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import numpy as np

from geo_service.domain.evenings import WEEKDAYS
from geo_service.domain.frames import rows_of
from geo_service.planning.optimise import Assignment
from geo_service.planning.plan_problem import POLICE, STREET_TEAM, UNIT, PlanProblem

MOST: Final = 3
WEEK: Final = timedelta(days=7)
N_IN: Final = {
    "rode": " i de roder, stedet ligger i",
    "250m": " i de felter, stedet ligger i",
    "point": "",
}
"""Where n was counted, by how precisely incidents are shown."""
WHOLE: Final = {"rode": " i hele roder", "250m": " i hele felter", "point": ""}
NOTHING_LEFT: Final = "Intet andet sted har udækket behov i tidsrummet."


@dataclass(frozen=True)
class Counting:
    """What the figures in a reason rest on."""

    period: str
    """When n was counted, in Danish: `de seneste 8 uger`."""
    weeks: int
    """How many weeks the expected need is counted over."""
    precision: str = "point"
    """How precisely incidents were shown; by rode or square, n is not the place's own."""
    weighted: bool = False
    """Whether types weigh differently: need is then no number of incidents, and not called one."""


def stretches(
    problem: PlanProblem, assignments: Iterable[Assignment]
) -> list[tuple[Assignment, ...]]:
    """Return what becomes one line each: a team at one place in slots in a row, joint or not."""
    plan = sorted(
        assignments,
        key=lambda one: (one.agency, one.team, one.place, problem.slots[_row(problem, one)]
                         .starts_at))  # fmt: skip
    found: list[list[Assignment]] = []
    for one in plan:
        last = found[-1][-1] if found else None
        if last is not None and replace(last, slot_id=one.slot_id) == one:
            before, slot = (problem.slots[_row(problem, each)] for each in (last, one))
            if before.evening == slot.evening and before.ends_at == slot.starts_at:
                found[-1].append(one)
                continue
        found.append([one])
    return [tuple(run) for run in found]


def reasons(
    problem: PlanProblem, assignments: Iterable[Assignment], counting: Counting
) -> dict[Assignment, tuple[str, ...]]:
    """Return up to three reasons for each assignment, the strongest first.

    Slots in a row that become one line have the reasons of that line, of its whole time.
    """
    plan = list(assignments)
    counted = _counted(problem)
    here = _Here(problem, plan)
    found: dict[Assignment, tuple[str, ...]] = {}
    for run in stretches(problem, plan):
        told = _all(problem, run, here, counted, counting)
        texts = tuple(text for _strength, text in sorted(told, key=lambda one: -one[0])[:MOST])
        found |= dict.fromkeys(run, texts)
    return found


def briefs(
    problem: PlanProblem, assignments: Iterable[Assignment], counting: Counting
) -> dict[Assignment, str]:
    """Return why each team is where it is in so few words that a sheet of paper holds them all."""
    counted = _counted(problem)
    return {
        one: text
        for run in stretches(problem, assignments)
        for text in [_brief(problem, run, counted, counting)]
        for one in run
    }


def _brief(
    problem: PlanProblem,
    run: tuple[Assignment, ...],
    counted: dict[tuple[int, str], Any],
    counting: Counting,
) -> str:
    """Say `Ventet 0,70 hændelser fredage kl. 20–22 (0,50–0,90), talt over 52 uger i hele roder; …`.

    It ends in `nr. 1 af 10 steder.`, by which a copy knows that its figures are older.
    """
    first = run[0]
    other = "gadeteamet" if first.agency == POLICE else "politiet"
    said = [f"Fælles med {other}."] if first.joint else []
    if figure := _figure(problem, run, counted):
        expected = _number(figure.expected)
        what = f"Vægtet behov {expected}" if counting.weighted else f"Ventet {expected} hændelser"
        said.append(
            f"{what} {_when(problem, run)} ({_number(figure.low)}–{_number(figure.high)}), talt "
            f"over {counting.weeks} uger{WHOLE[counting.precision]}; nr. {figure.rank} af "
            f"{len(problem.places)} steder."
        )
    return " ".join(said) or NOTHING_LEFT


@dataclass(frozen=True)
class _Figure:
    """The need of a place in slots in a row."""

    n: int
    n_is_at_most: bool
    """Whether an incident of uncertain time may be counted in several of the slots."""
    expected: float
    low: float
    high: float
    rank: int


def _figure(
    problem: PlanProblem, run: tuple[Assignment, ...], counted: dict[tuple[int, str], Any]
) -> _Figure | None:
    """Return the need of all slots of a run; None where there is none.

    Limits are added: the slots of a place rest on one rate of it, so the interval of their sum may
    be as wide as that, and is never wider.
    """
    rows = [_row(problem, one) for one in run]
    weight = problem.weight[rows].sum(axis=0)
    column = problem.place_at[run[0].place]
    figures = [counted[at] for one in run if (at := (one.slot_id, one.place)) in counted]
    if not figures or not weight[column]:
        return None
    n = [int(one.n) for one in figures]
    return _Figure(
        n=sum(n),
        n_is_at_most=sum(n) > max(n),
        expected=sum(float(one.expected) for one in figures),
        low=sum(float(one.low) for one in figures),
        high=sum(float(one.high) for one in figures),
        rank=int((weight > weight[column]).sum()) + 1,
    )


def _counted(problem: PlanProblem) -> dict[tuple[int, str], Any]:
    return {(row.slot_id, row.area_code): row for row in rows_of(problem.need)}


def _row(problem: PlanProblem, one: Assignment) -> int:
    return problem.slot_at[one.slot_id]


def _when(problem: PlanProblem, run: tuple[Assignment, ...]) -> str:
    """Say `fredage kl. 20–24`."""
    first, last = (problem.slots[_row(problem, one)] for one in (run[0], run[-1]))
    label = f"{first.label.partition('–')[0]}–{last.label.partition('–')[2]}"
    return f"{WEEKDAYS[first.evening.weekday()]}e kl. {label}"


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
    run: tuple[Assignment, ...],
    here: _Here,
    counted: dict[tuple[int, str], Any],
    counting: Counting,
) -> list[tuple[float, str]]:
    """Return every reason with its strength; only their order matters."""
    one, column = run[0], problem.place_at[run[0].place]
    rows = [_row(problem, each) for each in run]
    slots = [problem.slots[row] for row in rows]
    evening = slots[0].evening
    told: list[tuple[float, str]] = []
    if one.promised:
        told.append((100.0, "Tilsagnet står allerede i aftalen."))
    if one.joint:
        other = "gadeteamet" if one.agency == POLICE else "politiet"
        told.append((90.0, f"Fælles med {other}, et af de aftalte fælles besøg."))
    if figure := _figure(problem, run, counted):
        said = _need(figure, _when(problem, run), counting)
        told.append((80.0 - figure.rank, f"{said}; nr. {figure.rank} af {len(problem.places)}."))
    if alone := sum(here.alone(row, column) for row in rows):
        share = alone / max(1, int(problem.weight[rows].sum()))
        left = _number(alone / UNIT)
        need = f"et vægtet behov på {left}" if counting.weighted else f"{left} ventede hændelser"
        loss = f"{need} ({share * 100:.0f} % af tidsrummets)"
        told.append((60.0 + share, f"Uden holdet her ville {loss} stå udækket."))
    if one.agency == STREET_TEAM and any(
        (evening + by, STREET_TEAM, one.place) in here.visits for by in (WEEK, -WEEK)
    ):
        weekday = WEEKDAYS[evening.weekday()]
        told.append((50.0, f"Gadeteamet er her {weekday} begge uger: faste dage."))
    evenings = {each.evening for each in problem.slots}  # of others nothing is known
    before = evening - timedelta(days=1)
    if (
        one.agency == POLICE
        and not any((before, slot.hours, POLICE, one.place) in here.stays for slot in slots)
        and before in evenings
        and not one.promised
    ):
        told.append((40.0, "Politiet var her ikke aftenen før på samme tid."))
    if due := problem.places[column].due_a_week:
        told.append((30.0 + due, f"Stedet skal have {due} besøg om ugen efter sit niveau."))
    if not told:
        told.append((0.0, NOTHING_LEFT))
    return told


def _need(figure: _Figure, when: str, counting: Counting) -> str:
    """Say `12 hændelser fredage kl. 20–22 de seneste 8 uger (ventet 1,5, usikkerhed 1,0–2,2)`.

    By rode: `… i de roder, stedet ligger i (ventet 0,50 på stedet, …)`. Weighted need is no number
    of incidents: `(vægtet behov 3,5, …)`.
    """
    of_place = " på stedet" if WHOLE[counting.precision] else ""
    return (
        f"{'op til ' if figure.n_is_at_most else ''}{_times(figure.n)} {when} {counting.period}"
        f"{N_IN[counting.precision]} ({'vægtet behov' if counting.weighted else 'ventet'} "
        f"{_number(figure.expected)}{of_place}, usikkerhed {_number(figure.low)}–"
        f"{_number(figure.high)})"
    )


def _times(n: float) -> str:
    return "1 hændelse" if n == 1 else f"{n:.0f} hændelser"


def _number(value: float) -> str:
    """Return `1,5`, and `0,07` where one decimal would say nothing."""
    return f"{value:.{1 if value >= 1 else 2}f}".replace(".", ",")
