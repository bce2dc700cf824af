"""Whole numbers by HiGHS: rows are added, one aim after another is driven to its proven best.

One thread and a fixed seed, and limits that count nodes: the same rows give the same answer on
every run. Every aim is a sum of whole numbers, so a bound less than 1 away is a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import highspy
import numpy as np
import numpy.typing as npt

Columns = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
State = Literal["proven", "gap", "limit", "infeasible"]

SMALL: Final = 1e-6
RELATIVE: Final = 1e-9
ONE_APART: Final = 0.5
"""A bound nearer than this leaves no other whole number: less than 1, with room for rounding."""


@dataclass(frozen=True)
class Aim:
    """One stage: a sum of columns with whole factors, driven high (`most`) or low."""

    name: str
    columns: Columns
    values: npt.NDArray[np.int64]
    most: bool

    @property
    def sign(self) -> float:
        """What to multiply by so that lower is better."""
        return -1.0 if self.most else 1.0

    def cost(self, width: int) -> Values:
        """Return the factor of each column."""
        factors = np.zeros(width)
        np.add.at(factors, self.columns, self.values.astype(float))
        return factors


@dataclass(frozen=True)
class Relaxed:
    """The best that fractions allow: its value, the columns, and the price of changing each."""

    value: float
    columns: Values
    prices: Values


@dataclass(frozen=True)
class Limits:
    """How far to go: `gap` 0 is to the proof, `most_nodes` counts nodes of the search per aim."""

    gap: float = 0.0
    most_nodes: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class Solved:
    """How far an aim was driven: its value, what no plan can be better than, and the columns."""

    state: State
    value: int = 0
    bound: int = 0
    nodes: int = 0
    columns: Values = field(default_factory=lambda: np.zeros(0))


class Rows:
    """Columns and rows under way; `solve` may be called again after more rows."""

    def __init__(self) -> None:
        self._lower: list[npt.NDArray[np.float64]] = []
        self._upper: list[npt.NDArray[np.float64]] = []
        self._whole: list[npt.NDArray[np.bool_]] = []
        self.width = 0
        self._starts = [0]
        self._index: list[int] = []
        self._value: list[float] = []
        self._least: list[float] = []
        self._most: list[float] = []

    def columns(self, lower: Any, upper: Any, *, whole: bool = False) -> Columns:
        """Add columns with the shape of `upper` and return their numbers in that shape."""
        top = np.asarray(upper, dtype=float)
        low = np.broadcast_to(np.asarray(lower, dtype=float), top.shape)
        numbers = np.arange(self.width, self.width + top.size).reshape(top.shape)
        self.width += top.size
        self._lower.append(low.ravel())
        self._upper.append(top.ravel())
        self._whole.append(np.full(top.size, whole))
        return numbers

    def row(
        self, columns: Any, values: Any, *, least: float = -np.inf, most: float = np.inf
    ) -> None:
        """Add least ≤ Σ values × columns ≤ most; one value counts for every column."""
        numbers = columns if isinstance(columns, list) else np.ravel(columns).tolist()
        factors = values if isinstance(values, list) else np.ravel(values).tolist()
        self._index += numbers
        self._value += factors if len(factors) == len(numbers) else factors * len(numbers)
        self._starts.append(len(self._index))
        self._least.append(least)
        self._most.append(most)

    def solve(
        self,
        aim: Aim,
        *,
        limits: Limits,
        start: Values | None = None,
    ) -> Solved:
        """Drive an aim as high or as low as it goes, within the rows so far.

        Parameters
        ----------
        aim
            Which sum of columns is driven, and where to.
        limits
            How far to go.
        start
            An earlier answer; its whole columns are kept as the first guess.
        """
        highs = self._loaded(aim, limits)
        if start is not None:
            known = np.flatnonzero(self.whole[: len(start)]).astype(np.int32)
            highs.setSolution(len(known), known, np.round(start[known]))
        highs.run()
        return _answer(highs, aim.cost(self.width), most=aim.most)

    def relaxed(self, aim: Aim) -> Relaxed | None:
        """Return the aim with fractions allowed, None if even that cannot be.

        The price of a yes or no says how much worse the aim gets, at least, if it is changed.
        """
        highs = self._loaded(aim, Limits(), relaxed=True)
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = highs.getSolution()
        return Relaxed(
            value=highs.getInfo().objective_function_value * aim.sign,
            columns=np.array(solution.col_value),
            prices=np.abs(np.array(solution.col_dual)),
        )

    def bounds(self) -> tuple[Values, Values]:
        """Return the lower and upper bounds of all columns."""
        return _joined(self._lower).copy(), _joined(self._upper).copy()

    def bound(self, lower: Values, upper: Values) -> None:
        """Set the bounds of all columns."""
        self._lower, self._upper = [lower], [upper]

    @property
    def whole(self) -> npt.NDArray[np.bool_]:
        """Which columns are whole numbers."""
        return np.asarray(_joined(self._whole))

    def _loaded(self, aim: Aim, limits: Limits, *, relaxed: bool = False) -> Any:
        highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        highs.setOptionValue("log_to_console", False)
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("random_seed", limits.seed)
        highs.setOptionValue("mip_rel_gap", limits.gap)
        highs.setOptionValue("mip_abs_gap", ONE_APART if not limits.gap else SMALL)
        if limits.most_nodes is not None:
            highs.setOptionValue("mip_max_nodes", limits.most_nodes)
        model = highspy.HighsLp()
        model.num_col_ = self.width
        model.num_row_ = len(self._least)
        model.col_cost_ = aim.sign * aim.cost(self.width)
        model.col_lower_ = _joined(self._lower)
        model.col_upper_ = _joined(self._upper)
        if not relaxed:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[whole] for whole in _joined(self._whole).astype(int)]
        model.row_lower_ = np.array(self._least)
        model.row_upper_ = np.array(self._most)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.num_col_ = self.width
        model.a_matrix_.num_row_ = len(self._least)
        model.a_matrix_.start_ = np.array(self._starts, dtype=np.int32)
        model.a_matrix_.index_ = np.array(self._index, dtype=np.int32)
        model.a_matrix_.value_ = np.array(self._value, dtype=float)
        highs.passModel(model)
        return highs


def _answer(highs: Any, aim: Values, *, most: bool) -> Solved:
    told, info = highs.getModelStatus(), highs.getInfo()
    nodes = max(0, int(info.mip_node_count))
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        cut = told == highspy.HighsModelStatus.kSolutionLimit
        return Solved("limit" if cut else "infeasible", nodes=nodes)
    found = np.array(highs.getSolution().col_value)
    value = round(float(aim @ found))
    sign = -1.0 if most else 1.0
    far = sign * info.mip_dual_bound
    if info.mip_node_count < 0:  # without whole columns there is nothing to search
        far = float(value)
    bound = _whole_bound(far, value, most=most)
    if value == bound:
        state: State = "proven"
    else:
        state = "gap" if told == highspy.HighsModelStatus.kOptimal else "limit"
    return Solved(state, value, bound, nodes, found)


def _whole_bound(far: float, value: int, *, most: bool) -> int:
    """Return the best whole number that the bound leaves open; no better one is known as inf."""
    if not np.isfinite(far):
        return value + 2**53 if most else value - 2**53
    if most:
        return max(value, int(np.floor(far + SMALL + RELATIVE * abs(far))))
    return min(value, int(np.ceil(far - SMALL - RELATIVE * abs(far))))


def _joined(parts: Sequence[Any]) -> Any:
    return np.concatenate(parts) if parts else np.zeros(0)
