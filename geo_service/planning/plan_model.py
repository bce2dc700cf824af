"""The evening plan as columns and rows: who is where, what is covered, who meets whom.

One model over all evenings and both agencies (maximal covering after Church & ReVelle 1974, with
two kinds of teams, joint presence, floors, ceilings). Only "an agency is in a place in a slot" is
a yes or no to be searched for; everything else follows from it.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt

from geo_service.planning.plan_problem import DAYS_A_WEEK, POLICE, STREET_TEAM, PlanProblem
from geo_service.planning.solver import Aim, Columns, Rows, Values

NOWHERE: Final = -1


class PlanModel:
    """Rows of a problem; `aims` are driven one after another, the first counts most.

    Tables of columns have the shape (slots, places); `NOWHERE` stands where there is none.
    """

    def __init__(self, problem: PlanProblem) -> None:
        self.problem = problem
        self.rows = Rows()
        self.there = {agency: self._presence(agency) for agency in (STREET_TEAM, POLICE)}
        self.joint = self._joint()
        self.covered = np.full(problem.weight.shape, NOWHERE)
        self._floors_and_ceilings()
        if problem.rules.forbid_overlap:
            self._forbid_overlap()

    # --- who is where -----------------------------------------------------------------------------

    def _presence(self, agency: str) -> Columns:
        """Return yes or no per slot and place; what is promised is a yes."""
        problem = self.problem
        promised, teams = problem.promised(agency), problem.teams(agency)
        possible = (problem.may_go(agency) & (teams > 0)[:, None]) | (promised > 0)
        table = np.full(possible.shape, NOWHERE)
        table[possible] = self.rows.columns(
            (promised > 0)[possible], np.ones(int(possible.sum())), whole=True
        )
        beside = np.maximum(promised - 1, 0).sum(axis=1)
        for slot, columns in enumerate(table):
            here = columns[columns != NOWHERE]
            if len(here) > teams[slot] - beside[slot]:
                self.rows.row(here, 1, most=float(teams[slot] - beside[slot]))
        return table

    def _joint(self) -> Columns:
        """Return which joint visits count as wanted: no more than were asked for or promised."""
        problem, (street, police) = self.problem, self.there.values()
        possible = (street != NOWHERE) & (police != NOWHERE) & problem.joint_wanted
        table = np.full(possible.shape, NOWHERE)
        table[possible] = self.rows.columns(0, np.ones(int(possible.sum())))
        for agency in (street, police):
            for one, other in zip(table[possible], agency[possible], strict=True):
                self.rows.row([one, other], [1, -1], most=0)
        asked = problem.rules.joint_visits
        promised = (problem.promised(POLICE) > 0) & (problem.promised(STREET_TEAM) > 0)
        if possible.any():
            self.rows.row(
                table[possible], 1, least=asked, most=float(max(asked, int(promised.sum())))
            )
        elif asked:
            self.rows.row(self.rows.columns(0, [0.0]), 1, least=asked)  # cannot be: says so
        return table

    def _forbid_overlap(self) -> None:
        """Let both be in one place at once only as one of the joint visits that are asked for."""
        street, police = self.there.values()
        both = (street != NOWHERE) & (police != NOWHERE)
        for one, other, joint in zip(street[both], police[both], self.joint[both], strict=True):
            wanted = [joint] if joint != NOWHERE else []
            self.rows.row([one, other, *wanted], [1, 1, *[-1] * len(wanted)], most=1)

    # --- floors and ceilings ----------------------------------------------------------------------

    def visits(self, place: int, week: int) -> tuple[Columns, int]:
        """Return the columns of a place's visits in a week, and how many are promised beside them.

        Two teams of one agency that are promised for the same slot are two visits.
        """
        here = self.problem.week_of == week
        columns = np.concatenate([table[here, place] for table in self.there.values()])
        beside = sum(
            int(np.maximum(self.problem.promised(agency)[here, place] - 1, 0).sum())
            for agency in self.there
        )
        return columns[columns != NOWHERE], beside

    def _floors_and_ceilings(self) -> None:
        problem, rules = self.problem, self.problem.rules
        for week, evenings in enumerate(problem.evenings_of_week):
            here = problem.week_of == week
            teams = sum(int(problem.teams(agency)[here].sum()) for agency in self.there)
            for number, place in enumerate(problem.places):
                columns, beside = self.visits(number, week)
                least = rules.least_visits.get(place.code, 0)
                if least and evenings == DAYS_A_WEEK:
                    if not len(columns):
                        columns = self.rows.columns(0, [0.0])  # cannot be: says so
                    self.rows.row(columns, 1, least=least - beside)
                if rules.most_share < 1 and len(columns):
                    promised = sum(
                        int(problem.promised(agency)[here, number].sum()) for agency in self.there
                    )
                    most = max(ceil(rules.most_share * teams), promised)
                    self.rows.row(columns, 1, most=float(most - beside))

    # --- the stages -------------------------------------------------------------------------------

    def cover(self) -> Aim:
        """Return the need that is covered, in thousandths, as an aim."""
        problem = self.problem
        wanted = problem.weight > 0
        table = np.full(wanted.shape, NOWHERE)
        table[wanted] = self.rows.columns(0, np.ones(int(wanted.sum())))
        covering = [
            np.flatnonzero(problem.covers[:, place]).tolist() for place in range(wanted.shape[1])
        ]
        numbers, joint_of = table.tolist(), self.joint.tolist()
        there = [of.tolist() for of in self.there.values()]
        for slot, place in np.argwhere(wanted).tolist():
            near = [of[slot][other] for of in there for other in covering[place]]
            near = [column for column in near if column != NOWHERE]
            # a joint visit takes two teams for the one cover: fractions may not halve that
            own = problem.covers[place, place] and joint_of[slot][place] != NOWHERE
            joint = [joint_of[slot][place]] if own else []
            parts = [numbers[slot][place], *joint, *near]
            self.rows.row(parts, [*[1.0] * (1 + len(joint)), *[-1.0] * len(near)], most=0)
        self.covered = table
        return Aim("cover", table[wanted], problem.weight[wanted], most=True)

    def joint_need(self) -> Aim:
        """Return the need where the wanted joint visits are."""
        here = self.joint != NOWHERE
        return Aim("joint", self.joint[here], self.problem.weight[here], most=True)

    def overlap(self) -> Aim:
        """Return how often both agencies are in one place without that being wanted."""
        street, police = self.there.values()
        both = (street != NOWHERE) & (police != NOWHERE)
        made = self.rows.columns(0, np.ones(int(both.sum())))
        for column, one, other, joint in zip(
            made, street[both], police[both], self.joint[both], strict=True
        ):
            wanted = [joint] if joint != NOWHERE else []
            self.rows.row([one, other, column, *wanted], [1, 1, -1, *[-1] * len(wanted)], most=1)
        return Aim("overlap", made, np.ones(len(made), dtype=np.int64), most=False)

    def missing_visits(self) -> Aim:
        """Return how many visits are missing of those each place is due by its level."""
        problem = self.problem
        missing = []
        for week, evenings in enumerate(problem.evenings_of_week):
            for number, place in enumerate(problem.places):
                due = place.due_a_week * evenings // DAYS_A_WEEK
                columns, beside = self.visits(number, week)
                if due > beside:
                    short = self.rows.columns(0, [float(due)])[0]
                    self.rows.row([*columns, short], 1, least=due - beside)
                    missing.append(short)
        return Aim("spread", np.array(missing, dtype=np.int64), _ones(missing), most=False)

    def regular_evenings(self) -> Aim:
        """Return on how many evenings the street team is where it is a week later, too."""
        problem, street = self.problem, self.there[STREET_TEAM]
        evenings = sorted({slot.evening for slot in problem.slots})
        rows_of = {
            evening: [row for row, slot in enumerate(problem.slots) if slot.evening == evening]
            for evening in evenings
        }
        again: list[int] = []
        for first in evenings:
            later = first + timedelta(days=DAYS_A_WEEK)
            if later not in rows_of:
                continue
            for place in range(len(problem.places)):
                stays = [
                    [column for column in street[rows_of[evening], place] if column != NOWHERE]
                    for evening in (first, later)
                ]
                if not all(stays):
                    continue
                kept = int(self.rows.columns(0, [1.0])[0])
                for columns in stays:
                    self.rows.row([kept, *columns], [1, *[-1] * len(columns)], most=0)
                again.append(kept)
        return Aim("regular", np.array(again, dtype=np.int64), _ones(again), most=True)

    def repeated_patrols(self) -> Aim:
        """Return how often the police are in a place at the same hours as the evening before."""
        police = self.there[POLICE]
        repeats: list[int] = []
        for earlier, later in next_evenings(self.problem):
            both = (police[earlier] != NOWHERE) & (police[later] != NOWHERE)
            for pair in zip(police[earlier][both], police[later][both], strict=True):
                made = int(self.rows.columns(0, [1.0])[0])
                self.rows.row([*pair, made], [1, 1, -1], most=1)
                repeats.append(made)
        return Aim("varied", np.array(repeats, dtype=np.int64), _ones(repeats), most=False)

    def presence(self, columns: Values) -> dict[str, npt.NDArray[np.bool_]]:
        """Return where each agency is in a solution, shape (slots, places)."""
        return {
            agency: np.asarray((table != NOWHERE) & (columns[table] > 1 / 2))
            for agency, table in self.there.items()
        }


def next_evenings(problem: PlanProblem) -> list[tuple[int, int]]:
    """Return the rows of each slot and of the one with the same hours an evening later."""
    row_of = {(slot.evening.toordinal(), slot.hours): row for row, slot in enumerate(problem.slots)}
    return [
        (row, row_of[day + 1, hours])
        for (day, hours), row in row_of.items()
        if (day + 1, hours) in row_of
    ]


def _ones(columns: list[int]) -> npt.NDArray[np.int64]:
    return np.ones(len(columns), dtype=np.int64)
