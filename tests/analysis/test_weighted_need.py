"""Need with the user's weights: the sum of its types, by the model or by a baseline."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest

from geo_service.analysis.baselines import Baseline, baseline_rates
from geo_service.analysis.intervals import poisson_interval
from geo_service.analysis.need import PlainNeed
from geo_service.analysis.need_model import need_forecast
from geo_service.analysis.rolling_origin import METHODS
from geo_service.analysis.weighted_need import weighted_need, with_counted
from geo_service.domain.need_choice import NeedChoice
from geo_service.domain.vocabulary import PUBLIC_SPACE_TYPES
from geo_service.errors import InvalidInput


def town(seed: int, weeks: int = 60) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        kind: rng.poisson(rng.gamma(1, 0.3, (8, 1)), (weeks, 8, 6)).astype(float)
        for kind in ("vold", "uro")
    }


def test_equal_weights_are_the_sum_and_heavier_ones_move_need(seed: int) -> None:
    counts = town(seed)
    parts = {kind: need_forecast(table) for kind, table in counts.items()}
    even = weighted_need(counts, {"vold": 1, "uro": 1})
    assert even.need == pytest.approx(parts["vold"].rates + parts["uro"].rates)
    heavy = weighted_need(counts, {"vold": 4, "uro": 0.5})
    assert heavy.need == pytest.approx(4 * parts["vold"].rates + 0.5 * parts["uro"].rates)
    low, high = heavy.limits
    assert (low <= heavy.need).all()
    assert (heavy.need <= high).all()


def test_a_baseline_is_weighed_the_same_way_and_its_limits_are_about_poisson(seed: int) -> None:
    counts = town(seed)
    weights = {"vold": 2.0, "uro": 1.0}
    found = weighted_need(counts, weights, method=Baseline.last_12_months)
    plain = {kind: baseline_rates(table, Baseline.last_12_months) for kind, table in counts.items()}
    assert found.need == pytest.approx(2 * plain["vold"] + plain["uro"])
    alone = weighted_need({"uro": counts["uro"]}, {"uro": 1}, method=Baseline.last_12_months)
    low, high = poisson_interval(counts["uro"][-52:].sum(axis=0))
    often = alone.need * 52 > 10
    assert often.any()
    assert alone.limits[0][often] == pytest.approx(low[often] / 52, rel=0.15)
    assert alone.limits[1][often] == pytest.approx(high[often] / 52, rel=0.15)


def test_last_year_follows_the_week_that_is_asked_for(seed: int) -> None:
    counts = town(seed)
    one, next_one = (
        weighted_need(
            counts, {"vold": 1, "uro": 1}, method=Baseline.same_slot_last_year, ahead=ahead
        ).need
        for ahead in (0, 1)
    )
    both = counts["vold"] + counts["uro"]
    assert (one == both[-52]).all()
    assert (next_one == both[-51]).all()


@pytest.mark.parametrize("method", METHODS)
def test_where_nothing_was_seen_something_may_still_come(method: str) -> None:
    nothing = {"uro": np.zeros((60, 3, 2))}
    low, high = weighted_need(nothing, {"uro": 1}, method=method).limits
    assert (low == 0).all()
    assert (high > 0).all()


def test_what_was_not_seen_weighs_as_much_as_the_heaviest_type_on_its_share_of_ground() -> None:
    nothing = {kind: np.zeros((60, 2, 2)) for kind in ("vold", "uro")}
    found = weighted_need(nothing, {"vold": 4, "uro": 1}, method=Baseline.mean_so_far)
    assert found.limits[1] == pytest.approx(np.full((2, 2), 4 * 3 / 60))
    quarter = found.shared(np.array([[0.25, 0.0]]))
    assert quarter.limits[1] == pytest.approx(np.full((1, 2), 4 * 3 / 60 / 4))


def test_parts_of_a_unit_share_its_need_by_ground(seed: int) -> None:
    whole = weighted_need(town(seed), {"vold": 1, "uro": 1})
    shares = np.zeros((2, 8))
    shares[0, 0], shares[1, 0] = 0.25, 0.75
    parts = whole.shared(shares)
    assert parts.need.sum(axis=0) == pytest.approx(whole.need[0])
    assert parts.need[1] == pytest.approx(3 * parts.need[0])
    assert (parts.limits[1] >= parts.need).all()


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(InvalidInput, match="weight for each of uro"):
        weighted_need({"uro": np.zeros((4, 3, 2))}, {"vold": 1})
    with pytest.raises(InvalidInput, match="cannot be negative"):
        weighted_need({"uro": np.zeros((4, 3, 2))}, {"uro": -1})
    with pytest.raises(InvalidInput, match="ikke nok data"):
        weighted_need({"uro": np.zeros((4, 3, 2))}, {"uro": 1}, method=Baseline.last_12_months)


def test_a_choice_says_its_weights_and_refuses_what_is_none() -> None:
    even = dict.fromkeys(PUBLIC_SPACE_TYPES, 1.0)
    assert NeedChoice().is_even
    chosen = NeedChoice(8, even | {"vold": 4, "chikane": 0})
    assert not chosen.is_even
    assert "chikane" not in chosen.counted
    assert "vold og trusler om vold 4, " in chosen.sentence
    for half_life, weights in (
        (0, even),
        (float("nan"), even),
        (26, even | {"uro": -1}),
        (26, even | {"uro": float("inf")}),
        (26, dict.fromkeys(PUBLIC_SPACE_TYPES, 0.0)),
        (26, {"uro": 1.0}),
    ):
        with pytest.raises(InvalidInput):
            NeedChoice(half_life, weights)


def test_what_was_counted_beside_widens_by_its_own_variance_and_nothing_by_nothing() -> None:
    need = pd.DataFrame({"expected": [0.5, 0.5], "low": [0.3, 0.3], "high": [0.8, 0.8]})
    counted = SimpleNamespace(
        figures=pd.DataFrame({"expected": [0.0, 1 / 13], "low": [0, 0.002], "high": [0.28, 0.43]}),
        period_weeks=13,
    )
    found = with_counted(need, cast("PlainNeed", counted), 2.0)
    assert found.loc[0].to_dict() == pytest.approx(need.loc[0].to_dict())
    off = 1.96 * 2 / 13
    assert found.loc[1].to_dict() == pytest.approx(
        {
            "expected": 0.5 + 2 / 13,
            "low": 0.5 + 2 / 13 - np.hypot(0.2, off),
            "high": 0.5 + 2 / 13 + np.hypot(0.3, off),
        },
        abs=1e-4,
    )
