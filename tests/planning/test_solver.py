"""The search for whole numbers: a known answer, proofs, limits, where it begins."""

from __future__ import annotations

import numpy as np

from geo_service.planning.solver import Aim, Limits, Rows


def test_k16_one_median_on_a_line() -> None:
    """K16: the p-median of K14's line for p = 1 lies at 2 and costs 138."""
    x, weights = np.array([0, 1, 2, 6, 7, 12]), np.array([10, 5, 8, 7, 9, 4])
    rows = Rows()
    chosen = rows.columns(0, np.ones(6), whole=True)
    served = rows.columns(0, np.ones((6, 6)))
    rows.row(chosen, 1, least=1, most=1)
    for demand in range(6):
        rows.row(served[demand], 1, least=1)
        for site in range(6):
            rows.row([served[demand, site], chosen[site]], [1, -1], most=0)
    cost = weights[:, None] * np.abs(x[:, None] - x[None, :])
    found = rows.solve(Aim("cost", served.ravel(), cost.ravel(), most=False), limits=Limits())
    assert (found.state, found.value, found.bound) == ("proven", 138, 138)
    assert x[found.columns[chosen] > 0.5].tolist() == [2]


def knapsack(rng: np.random.Generator) -> tuple[Rows, Aim]:
    rows = Rows()
    taken = rows.columns(0, np.ones(60), whole=True)
    for _ in range(5):
        sizes = rng.integers(10, 99, 60)
        rows.row(taken, sizes, most=int(sizes.sum() // 3))
    return rows, Aim("worth", taken, rng.integers(10, 99, 60), most=True)


def test_a_limit_counts_nodes_and_leaves_an_honest_bound(seed: int) -> None:
    rows, aim = knapsack(np.random.default_rng(seed))
    best = rows.solve(aim, limits=Limits())
    assert best.state == "proven"
    cut = rows.solve(aim, limits=Limits(most_nodes=1))
    assert cut.state == "limit"
    assert cut.value <= best.value <= cut.bound
    near = rows.solve(aim, limits=Limits(gap=0.05))
    assert near.state in ("gap", "proven")
    assert near.value <= best.value <= near.bound <= near.value * 1.06


def test_what_is_known_is_where_the_search_begins(seed: int) -> None:
    rows, aim = knapsack(np.random.default_rng(seed))
    best = rows.solve(aim, limits=Limits())
    begun = rows.solve(aim, limits=Limits(most_nodes=0), start=best.columns)
    assert begun.value == best.value


def test_what_cannot_be_is_infeasible() -> None:
    rows = Rows()
    one = rows.columns(0, [1.0], whole=True)
    rows.row(one, 1, least=2)
    aim = Aim("it", one, np.ones(1, dtype=np.int64), most=True)
    assert rows.solve(aim, limits=Limits()).state == "infeasible"
    assert rows.relaxed(aim) is None
