"""Small evenings to plan, by chance or by hand, and every plan there is for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from geo_service.domain.evenings import Slot, slots_of
from geo_service.planning.plan_problem import (
    POLICE,
    STREET_TEAM,
    Duty,
    Place,
    PlanProblem,
    PlanRules,
    Promise,
)

FRIDAY = date(2026, 11, 27)
AGENCIES = (STREET_TEAM, POLICE)
LONGEST_BRIEF = (
    "Fælles med gadeteamet. Ventet 12,3 hændelser torsdage kl. 18–20 (10,1–15,2), talt over 104 "
    "uger i hele felter; nr. 10 af 40 steder."
)
"""As long as a proposal's brief reason gets."""


def slots(days: tuple[int, ...], hours: tuple[tuple[int, int], ...] = ((20, 22),)) -> list[Slot]:
    """Return slots of some evenings after a Friday, numbered in order."""
    return [
        Slot(number, one.evening, one.starts_at, one.ends_at, one.label, one.hours)
        for number, one in enumerate(
            slot
            for day in days
            for slot in slots_of(FRIDAY + timedelta(days=day), 1, hours_of_slots=hours)
        )
    ]


def need_of(table: Any, codes: list[str]) -> pd.DataFrame:
    """Return need figures of a table with a row per slot and a column per place."""
    rows = [
        (code, slot, round(value * 8), float(value), 0.0, float(value) + 1)
        for slot, row in enumerate(table)
        for code, value in zip(codes, row, strict=True)
    ]
    return pd.DataFrame(rows, columns=["area_code", "slot_id", "n", "expected", "low", "high"])


def problem_of(
    table: Any,
    *,
    street: int = 0,
    police: int = 0,
    days: tuple[int, ...] | None = None,
    places: dict[str, dict[str, Any]] | None = None,
    **more: Any,
) -> PlanProblem:
    """Return a problem with the same teams in every slot; places are a, b, c …."""
    codes = [chr(ord("a") + number) for number in range(len(table[0]))]
    return PlanProblem(
        slots=tuple(slots(days or tuple(range(len(table))))),
        places=tuple(Place(code, code.upper(), **(places or {}).get(code, {})) for code in codes),
        need=need_of(table, codes),
        duties=tuple(
            Duty(slot, agency, f"{agency[0].upper()}{number}")
            for slot in range(len(table))
            for agency, count in zip(AGENCIES, (street, police), strict=True)
            for number in range(1, count + 1)
        ),
        **more,
    )


def random_problem(rng: np.random.Generator) -> PlanProblem:
    """Return two or three slots with two or three places and every kind of rule."""
    days = [(0, 1), (0, 7), (0, 1, 7), (0, 1, 2)][rng.integers(4)]
    count = 3 if len(days) == 2 else 2
    codes = ["a", "b", "c"][:count]
    table = rng.integers(0, 6, (len(days), count)) / 4
    places = tuple(
        Place(
            code,
            agency=POLICE if rng.random() < 0.2 else STREET_TEAM,
            due_a_week=int(rng.choice([0, 7, 14])),
            at=(float(rng.integers(500)), 0.0),
        )
        for code in codes
    )
    duties = [
        Duty(slot, agency, f"{agency[0].upper()}{number}")
        for slot in range(len(days))
        for agency in AGENCIES
        for number in range(rng.integers(0, 3))
    ]
    promises = [
        Promise(slot, agency, str(rng.choice(codes)))
        for slot in range(len(days))
        for agency in AGENCIES
        if rng.random() < 0.15
    ]
    rules = PlanRules(
        joint_visits=int(rng.integers(0, 3)),
        joint_places=None if rng.random() < 0.6 else frozenset(codes[:1]),
        forbid_overlap=bool(rng.random() < 0.3),
        most_share=1.0 if rng.random() < 0.6 else 0.5,
    )
    reach = {} if rng.random() < 0.7 else {codes[0]: frozenset(codes[:2])}
    return PlanProblem(
        tuple(slots(days)), places, need_of(table, codes), tuple(duties), tuple(promises), rules,
        reach,
    )  # fmt: skip


def every_plan(problem: PlanProblem) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield street team and police, shape (slots, places), of all that hold promises and teams."""
    per_slot = []
    for row in range(len(problem.slots)):
        ways = []
        for agency in AGENCIES:
            promised = problem.promised(agency)[row]
            spare = problem.teams(agency)[row] - promised.sum()
            open_to = np.flatnonzero(problem.may_go(agency)[row] & (promised == 0))
            of_agency = []
            for size in range(min(spare, len(open_to)) + 1):
                for chosen in combinations(open_to, size):
                    way = promised.copy()
                    way[list(chosen)] += 1
                    of_agency.append(way)
            ways.append(of_agency)
        per_slot.append(list(product(*ways)))
    for choice in product(*per_slot):
        yield np.array([one[0] for one in choice]), np.array([one[1] for one in choice])
