"""Improvement projects, their money and the promises around them, as of a day.

The money of a project follows from its status; amounts are whole øre and the funders of a
project add up to its baseline cost exactly. Promises (aftalepunkter) before today's step are
done, the one at hand is due soon or overdue, those after it lie ahead.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_service.demo.project_facts import ARCHITECTS, BANE, DSB, PROJECTS, TMF, ProjectFact
from geo_service.domain.grid import DANISH_GRID

OERE_A_KRONE: Final = 100

MONEY: Final = {
    "idea": (0, 0, 0, 0),
    "examined": (0, 0, 0, 0),
    "applied": (100, 0, 0, 0),
    "granted": (100, 100, 0, 0),
    "designed": (100, 100, 15, 5),
    "tendered": (100, 100, 20, 10),
    "built": (100, 100, 90, 45),
    "delivered": (100, 100, 100, 95),
    "inspected": (100, 100, 100, 100),
    "in_operation": (100, 100, 100, 100),
    "reopened": (100, 100, 100, 100),
    "abandoned": (100, 0, 0, 0),
}
"""Applied, granted, committed and spent, in per cent of a funder's share."""

STEPS: Final = (
    ("examined", "Besigtige stedet sammen, også efter mørkets frembrud"),
    ("applied", "Sende ansøgning med skitse og overslag"),
    ("granted", "Give tilsagn om midler"),
    ("designed", "Udarbejde projekt og aftale, hvem der ejer og drifter"),
    ("tendered", "Indhente tilbud"),
    ("built", "Starte arbejdet og orientere beboerne"),
    ("delivered", "Holde afleveringsforretning på stedet"),
    ("inspected", "Efterse og måle lys og oversigt tre måneder efter"),
    ("in_operation", "Overdrage til drift"),
)
"""The step that takes a project into each status."""
DONE_WITH: Final = {
    "idea": 0,
    "examined": 1,
    "applied": 2,
    "granted": 3,
    "designed": 4,
    "tendered": 5,
    "built": 6,
    "delivered": 7,
    "inspected": 8,
    "in_operation": 9,
    "reopened": 7,
    "abandoned": 2,
}
DAYS_BETWEEN: Final = 45
OVERDUE: Final = 0.3

SJAELOR_ACTIONS: Final = (
    ("sj-01", ARCHITECTS, "Vise analyse og skitser af området", -100, -98),
    ("sj-01", DSB, "Afsætte midler til stationen i eget budget", -62, -60),
    ("sj-01", DSB, "Fremlægge skitse for stationen på næste møde", 20, None),
    ("sj-01", BANE, "Afklare sporspærring, mens trapperne fornyes", -12, None),
    ("sj-02", TMF, "Gennemgå lyset på stationen efter mørkets frembrud", -80, -80),
    ("sj-02", TMF, "Prøveopstille to armaturer på forpladsen", 12, None),
    ("sj-02", DSB, "Give adgang til tavlerummet på stationen", -25, -27),
)
"""Project, actor, what, due (days from today) and done: the whole list of these two."""
CHECKS: Final = ("economy_checked", "environment_checked", "planning_checked")


def improvement_projects(*, as_of: date) -> gpd.GeoDataFrame:
    """Return the projects, columns of `work.improvement_project`; geom EPSG:25832."""
    rows = [_project(fact, number, as_of) for number, fact in enumerate(PROJECTS, start=1)]
    return gpd.GeoDataFrame(pd.DataFrame(rows, dtype=object), geometry="geom", crs=DANISH_GRID)


def funding_lines(*, as_of: date) -> pd.DataFrame:
    """Return who pays what of each project, in øre: project_code and `work.funding_line`."""
    rows = []
    for fact in PROJECTS:
        for funder, kroner in fact.funders:
            whole = kroner * OERE_A_KRONE
            applied, granted, committed, spent = (
                whole * per_cent // 100 for per_cent in MONEY[fact.status]
            )
            rows.append(
                {
                    "project_code": fact.code,
                    "funder": funder,
                    "applied_oere": applied,
                    "granted_oere": granted,
                    "committed_oere": committed,
                    "spent_oere": spent,
                    "price_level_year": as_of.year,
                }
            )
    return pd.DataFrame(rows, dtype=object)


def actions(rng: np.random.Generator, *, as_of: date) -> pd.DataFrame:
    """Return the promises of all projects: project_code and columns of `work.action`."""
    rows: list[dict[str, Any]] = []
    by_hand = {code for code, *_ in SJAELOR_ACTIONS}
    for fact in PROJECTS:
        if fact.code not in by_hand:
            rows += _steps(rng, fact, as_of)
    for code, actor, what, due, done in SJAELOR_ACTIONS:
        done_on = None if done is None else as_of + timedelta(days=done)
        row = _action(code, actor, what, as_of + timedelta(days=due), done_on)
        rows.append({**row, **_checks(rng, is_done=done is not None)})
    return pd.DataFrame(rows, dtype=object)


def _project(fact: ProjectFact, number: int, as_of: date) -> dict[str, Any]:
    cost = sum(kroner for _, kroner in fact.funders) * OERE_A_KRONE if fact.funders else None
    end = None if fact.baseline_end is None else as_of + timedelta(days=fact.baseline_end)
    given_up = fact.status == "abandoned"
    decided = None if fact.decided is None else as_of - timedelta(days=fact.decided)
    return {
        "hotspot_area_code": fact.hotspot,
        "code": fact.code,
        "name": fact.name,
        "kind": fact.kind,
        "status": fact.status,
        "place": fact.place,
        "aim": fact.aim,
        "owner": fact.owner,
        "partners": list(fact.partners),
        "case_number": None if decided is None else f"demo-{decided.year}-{number:03d}",
        "case_url": None,
        "decided_on": decided,
        "baseline_cost_oere": cost,
        "baseline_end": end,
        "forecast_cost_oere": (
            None if cost is None or given_up else cost + fact.dearer_kr * OERE_A_KRONE
        ),
        "forecast_end": None if end is None or given_up else end + timedelta(days=fact.late),
        "source": fact.source,
        "updated_on": as_of - timedelta(days=3 + number * 7 % 25),
        "geom": _shape(fact),
    }


def _shape(fact: ProjectFact) -> shapely.Geometry:
    if fact.shape == "point":
        return shapely.Point(fact.corners[0])
    if fact.shape == "line":
        return shapely.LineString(fact.corners)
    return shapely.Polygon(fact.corners)


def _steps(rng: np.random.Generator, fact: ProjectFact, as_of: date) -> list[dict[str, Any]]:
    """Return the last two steps done, the one at hand and the one after it."""
    at_hand = DONE_WITH[fact.status]
    rows = []
    first, last = max(0, at_hand - 2), min(at_hand + 2, len(STEPS))
    if fact.status == "abandoned":
        last = at_hand
    for step in range(first, last):
        steps_ahead = step - at_hand
        due_in = steps_ahead * DAYS_BETWEEN + int(rng.integers(10, 35))
        done_on = None
        if steps_ahead < 0:
            due_in -= 20  # so that what is done was due before today
            slip = int(rng.integers(-10, 5))
            done_on = as_of + timedelta(days=min(due_in + slip, -1))
        elif steps_ahead == 0 and rng.random() < OVERDUE:
            due_in = -int(rng.integers(4, 30))
        status, what = STEPS[step]
        actor = fact.funders[0][0] if status == "granted" and fact.funders else fact.owner
        row = _action(fact.code, actor, what, as_of + timedelta(days=due_in), done_on)
        rows.append({**row, **_checks(rng, is_done=done_on is not None)})
    return rows


def _action(code: str, actor: str, what: str, due_on: date, done_on: date | None) -> dict[str, Any]:
    return {
        "project_code": code,
        "actor": actor,
        "what": what,
        "due_on": due_on,
        "done_on": done_on,
    }


def _checks(rng: np.random.Generator, *, is_done: bool) -> dict[str, str]:
    """Return what the actor's own organisation says on economy, environment and planning."""
    if is_done:
        return dict.fromkeys(CHECKS, "yes")
    answers = rng.choice(("yes", "pending", "no"), size=len(CHECKS), p=(0.4, 0.5, 0.1))
    return {check: str(answer) for check, answer in zip(CHECKS, answers, strict=True)}
