"""Drive the cover of need to its proven best by way of a small core of the choices.

Most places are out of the question in most slots: somewhere else there is far more need. What it
costs at least to go there is known from the relaxed rows (fractions allowed), so only cheap
choices are searched. If the best of them lies nearer to the relaxed optimum than the cheapest
choice left out, nothing better was left out: that is the proof. Otherwise the core is widened.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from geo_service.planning.plan_model import NOWHERE, PlanModel
from geo_service.planning.solver import Aim, Limits, Relaxed, Rows, Solved, Values

FIRST_SHARE: Final = 0.004
"""How far from the relaxed optimum, as a share of it, the first core reaches."""
CLOSE: Final = 1e-6


def drive_cover(model: PlanModel, aim: Aim, *, limits: Limits) -> Solved:
    """Drive an aim to its best; what cannot be in any best plan is closed for later stages.

    Parameters
    ----------
    model
        Its rows are narrowed: every choice that no best plan makes is fixed.
    aim
        The cover of need.
    limits
        As for `Rows.solve`.
    """
    rows = model.rows
    relaxed = rows.relaxed(aim)
    if relaxed is None:
        return Solved("infeasible")
    prices = _prices_together(model, relaxed)
    before = rows.bounds()
    reach = FIRST_SHARE * abs(relaxed.value) + 1
    if (known := _whole_answer(rows, aim, relaxed)) is not None:
        _close(rows, relaxed, prices, CLOSE * max(1.0, abs(relaxed.value)), before)
        return known
    while True:
        _close(rows, relaxed, prices, reach, before)
        found = rows.solve(aim, limits=limits)
        everything = not _dear(rows, relaxed, prices, reach, before).any()
        if found.state == "infeasible" and not everything:
            reach *= 8
            continue
        slack = abs(relaxed.value - found.value) if len(found.columns) else np.inf
        if everything or slack <= reach or found.state in ("infeasible", "limit"):
            break
        reach = slack + CLOSE * abs(slack)
    rows.bound(*before)
    if slack <= reach:  # what was closed costs more than all that is left to win
        _close(rows, relaxed, prices, slack + CLOSE * max(1.0, slack), before)
    elif found.state == "limit":
        open_to = int(np.floor(relaxed.value + CLOSE))
        return replace(found, bound=max(open_to, found.value))
    return found


def _whole_answer(rows: Rows, aim: Aim, relaxed: Relaxed) -> Solved | None:
    """Return the relaxed answer, if it has no fractions and so is the best there is."""
    whole, near = rows.whole, np.round(relaxed.columns)
    if (np.abs(relaxed.columns - near)[whole] > CLOSE).any():
        return None
    columns = np.where(whole, near, relaxed.columns)
    value = round(float(aim.cost(rows.width) @ columns))
    if abs(value - relaxed.value) > CLOSE * max(1.0, abs(value)):
        return None
    return Solved("proven", value, value, 0, columns)


def _prices_together(model: PlanModel, relaxed: Relaxed) -> Values:
    """Return what it costs at least to change each choice, its cover included.

    Whoever goes to a place covers its need: the two prices add up, as both must change.
    """
    prices = relaxed.prices.copy()
    alone = (model.problem.covers.sum(axis=0) == 1) & (model.problem.covers.sum(axis=1) == 1)
    for table in model.there.values():
        both = (table != NOWHERE) & (model.covered != NOWHERE) & alone[None, :]
        covers = model.covered[both]
        unseen = relaxed.columns[covers] < CLOSE
        prices[table[both]] += np.where(unseen, relaxed.prices[covers], 0.0)
    return prices


def _dear(
    rows: Rows, relaxed: Relaxed, prices: Values, reach: float, bounds: tuple[Values, Values]
) -> npt.NDArray[np.bool_]:
    """Return the choices that lie at a bound and cost more than `reach` to change."""
    lower, upper = bounds
    at = relaxed.columns
    free = rows.whole & (upper - lower > 1 / 2)
    return np.asarray(free & (prices > reach) & ((at < lower + CLOSE) | (at > upper - CLOSE)))


def _close(
    rows: Rows, relaxed: Relaxed, prices: Values, reach: float, bounds: tuple[Values, Values]
) -> None:
    """Fix the choices that cost more than `reach` to change."""
    lower, upper = bounds
    dear, at = _dear(rows, relaxed, prices, reach, bounds), np.round(relaxed.columns)
    rows.bound(np.where(dear, at, lower), np.where(dear, at, upper))
