"""The verdict on the model: it wins where there is something to win, and says so if not."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.analysis.baselines import BASELINE_WORDS, Baseline, baseline_rates
from geo_service.analysis.need_model import need_forecast
from geo_service.analysis.rolling_origin import (
    METHODS,
    MODEL,
    forecast_of,
    rolling_origin,
    sign_flip_p,
    verdict,
)
from geo_service.errors import InvalidInput

AREAS, SLOTS = 40, 35
SIZE = np.ones((AREAS, SLOTS))


def own_evenings(rng: np.random.Generator, weeks: int) -> np.ndarray:
    """Return counts of a city whose areas each have their own evenings."""
    area, profile = rng.gamma(1, 4, AREAS), rng.dirichlet(np.ones(SLOTS) * 5)
    truth = np.outer(area, profile) * rng.gamma(1, 1, (AREAS, SLOTS))
    return rng.poisson(truth, (weeks, AREAS, SLOTS)).astype(float)


def alike(rng: np.random.Generator, weeks: int) -> np.ndarray:
    """Return counts of a city whose areas differ in number only."""
    area, profile = rng.gamma(1, 6, AREAS), rng.dirichlet(np.ones(SLOTS) * 5)
    return rng.poisson(np.outer(area, profile), (weeks, AREAS, SLOTS)).astype(float)


def test_where_areas_have_their_own_evenings_the_model_wins(seed: int) -> None:
    counts = own_evenings(np.random.default_rng(seed), 34)
    test = rolling_origin(counts, SIZE)
    found = verdict(test)
    assert found.model_is_better
    assert found.chosen == MODEL
    ours, theirs = (
        f"−{-test.table['log_score'][method]:.4f}".replace(".", ",")
        for method in (MODEL, found.best_baseline)
    )
    assert found.sentence.startswith(
        "Modellen er bedre end de tre sammenligninger, der kunne prøves her (log-score "
        f"{ours} mod {theirs} for »{BASELINE_WORDS[Baseline(found.best_baseline)]}«; højere er "
        "bedre): dens tal passede bedre på uger, som den ikke kendte. Ikke prøvet er »samme "
        "tidsrum sidste år« og »gennemsnit af de seneste 12 måneder«: det kræver et år før de "
        "prøvede uger. I en prøve over 12 uger lå "
    )
    expected = need_forecast(counts).rates
    assert forecast_of(found.chosen, counts) == pytest.approx(expected)


def test_where_the_profile_of_the_city_is_all_there_is_the_profile_is_chosen(seed: int) -> None:
    counts = alike(np.random.default_rng(seed), 34)
    found = verdict(rolling_origin(counts, SIZE))
    assert not found.model_is_better
    assert found.chosen == found.best_baseline == Baseline.city_profile
    assert found.sentence.startswith("Modellen er ikke bedre end de enkle sammenligninger her.")
    assert re.search(
        r"Log-score \(højere er bedre\): −0,\d{4} mod −0,\d{4} for »byens", found.sentence
    )
    assert found.sentence.endswith("Derfor bruges »byens profil gange områdets sum«.")
    assert forecast_of(found.chosen, counts) == pytest.approx(
        baseline_rates(counts, Baseline.city_profile)
    )


def test_without_a_year_the_yearly_baselines_are_out_and_the_short_ones_are_in(seed: int) -> None:
    table = rolling_origin(own_evenings(np.random.default_rng(seed), 34), SIZE).table
    assert table.index.tolist() == list(METHODS)
    assert table["enough"].to_dict() == {
        "model": True,
        "same_slot_last_year": False,
        "last_12_months": False,
        "city_profile": True,
        "last_8_weeks": True,
        "mean_so_far": True,
    }
    assert table.loc["last_12_months"].drop("enough").isna().all()


def test_with_a_year_before_the_first_fold_they_are_in(seed: int) -> None:
    counts = own_evenings(np.random.default_rng(seed), 64)
    test = rolling_origin(counts, SIZE, folds=12)
    assert test.table["enough"].all()
    assert "Ikke prøvet" not in verdict(test).sentence
    assert "alle fem sammenligninger her" in verdict(test).sentence
    # with one week less, the first fold has no year behind it
    short = rolling_origin(counts[1:], SIZE, folds=12).table["enough"]
    assert not short["same_slot_last_year"]


@pytest.mark.parametrize("method", METHODS)
def test_no_method_sees_the_week_it_is_tested_on(method: str, seed: int) -> None:
    """The last week may be anything: what is said of the weeks before stays the same."""
    rng = np.random.default_rng(seed)
    counts = own_evenings(rng, 70)
    changed = counts.copy()
    changed[-1] = rng.poisson(5, (AREAS, SLOTS))
    once, again = (rolling_origin(one, SIZE).folds[method] for one in (counts, changed))
    assert [fold.log_score for fold in once[:-1]] == [fold.log_score for fold in again[:-1]]
    assert once[-1].log_score != again[-1].log_score
    before = forecast_of(method, counts[:-1])
    assert once[-1].captured.predicted.sum() == again[-1].captured.predicted.sum()
    assert before is not None


def test_a_change_of_level_is_followed_sooner_with_a_short_half_life(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = np.concatenate([alike(rng, 40), 3 * alike(rng, 10)])
    short, long = (need_forecast(counts, half_life_weeks=weeks).rates.sum() for weeks in (4, 260))
    assert short > 1.3 * long


def test_a_city_where_nothing_happened_gets_a_baseline_and_a_reason() -> None:
    found = verdict(rolling_origin(np.zeros((30, 3, 4)), np.ones((3, 4))))
    assert not found.model_is_better
    assert found.sentence.startswith("Der skete intet i de 12 uger")
    assert not forecast_of(found.chosen, np.zeros((30, 3, 4))).any()


@given(d=st.lists(st.floats(-3, 3), min_size=1, max_size=10))
def test_sign_flips_are_all_tried(d: list[float]) -> None:
    """Oracle: every way to set the signs."""
    ways = [np.dot(signs, d) for signs in product([1, -1], repeat=len(d))]
    reached = np.array(ways) >= sum(d) - 1e-12 * max(np.abs(d).sum(), 1e-300)
    assert sign_flip_p(d) == pytest.approx(reached.mean(), abs=1.5 / 2 ** len(d))
    assert 0 < sign_flip_p(d) <= 1


def test_twelve_weeks_all_better_are_beyond_chance_and_forty_can_be_asked() -> None:
    assert sign_flip_p(np.ones(12)) == pytest.approx(1 / 2**12)
    assert sign_flip_p(np.full(40, 0.1)) == pytest.approx(0, abs=1e-11)
    assert sign_flip_p(np.tile([1, -1], 20)) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("weeks", "folds"), [(40, 11), (90, 41), (19, 12)])
def test_too_few_weeks_for_a_test_are_refused(weeks: int, folds: int) -> None:
    with pytest.raises(InvalidInput, match="folds"):
        rolling_origin(np.zeros((weeks, 2, 2)), np.ones((2, 2)), folds=folds)
