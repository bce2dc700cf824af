"""Baselines: what each one means, and that those that need a year say when there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.analysis.baselines import (
    BASELINE_WORDS,
    SHOWN,
    WEEKS_A_YEAR,
    Baseline,
    baseline_rates,
    caption,
    city_profile,
    standing_in,
)


def numbered(weeks: int) -> np.ndarray:
    """Return counts of two areas and three slots in which each week has its own number."""
    return np.arange(weeks, dtype=float)[:, None, None] + np.zeros((weeks, 2, 3))


def test_each_baseline_reads_the_weeks_it_says() -> None:
    counts = numbered(60)  # the last week is number 59
    assert baseline_rates(counts, Baseline.same_slot_last_year)[0, 0] == 8
    assert baseline_rates(counts, Baseline.same_slot_last_year, ahead=1)[0, 0] == 9
    assert baseline_rates(counts, Baseline.last_12_months)[0, 0] == np.arange(8, 60).mean()
    assert baseline_rates(counts, Baseline.last_8_weeks)[0, 0] == np.arange(52, 60).mean()
    assert baseline_rates(counts, Baseline.mean_so_far)[0, 0] == np.arange(60).mean()
    assert baseline_rates(counts, Baseline.city_profile)[0, 0] == np.arange(8, 60).mean()


def test_a_year_ahead_there_is_no_same_slot_last_year_yet() -> None:
    counts = numbered(120)
    assert baseline_rates(counts, Baseline.same_slot_last_year, ahead=51)[0, 0] == 119
    assert baseline_rates(counts, Baseline.same_slot_last_year, ahead=52) is None


@given(weeks=st.integers(0, 70))
def test_what_is_said_to_stand_there_is_what_can_be_counted(weeks: int) -> None:
    counts = numbered(weeks)
    for baseline in SHOWN:
        standing = standing_in(baseline, weeks)
        own = baseline_rates(counts, baseline)
        assert (standing is baseline) == (own is not None)
        if standing is None:
            assert weeks < 8
        else:
            assert baseline_rates(counts, standing) is not None


def test_without_a_year_the_caption_says_so_and_names_the_replacement() -> None:
    last_year, twelve, profile = (caption(one, 34) for one in SHOWN)
    assert last_year == (
        "samme tidsrum sidste år: ikke nok data; i stedet: samme tidsrum, seneste 8 uger"
    )
    assert twelve == (
        "gennemsnit af de seneste 12 måneder: ikke nok data; i stedet: gennemsnit indtil nu"
    )
    assert profile == BASELINE_WORDS[Baseline.city_profile]
    assert caption(Baseline.last_12_months, WEEKS_A_YEAR) == ("gennemsnit af de seneste 12 måneder")
    assert caption(Baseline.city_profile, 3).endswith(": ikke nok data")


tables = st.integers(0, 2**32).map(lambda seed: np.random.default_rng(seed).poisson(0.7, (9, 4, 5)))


@given(counts=tables)
def test_the_profile_keeps_what_each_area_and_each_slot_has_in_all(counts: np.ndarray) -> None:
    rates = city_profile(counts)
    assert rates.sum(axis=1) == pytest.approx(counts.mean(axis=0).sum(axis=1))
    assert rates.sum(axis=0) == pytest.approx(counts.mean(axis=0).sum(axis=0))


def test_a_city_without_incidents_expects_none() -> None:
    assert not city_profile(np.zeros((5, 2, 3))).any()
