"""More, as usual or less than usual: rarely wrong, and plain about it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.analysis.change import (
    PlaceChange,
    level_words,
    place_changes,
    sentence,
    unrest_of,
)
from geo_service.analysis.usual import Level
from geo_service.errors import InvalidInput
from tests.volumes import volume

WEEKS = 26


def different(changes: list[PlaceChange]) -> int:
    return sum(change.level is not Level.as_usual for change in changes)


@pytest.mark.parametrize("shape", [None, 0.8], ids=["chance alone", "restless streets"])
@pytest.mark.parametrize("places", [20, 400])
def test_where_nothing_has_changed_hardly_any_meeting_hears_otherwise(
    shape: float | None, places: int, seed: int
) -> None:
    """A fortnight like the others: in at most one meeting of ten is any place called different."""
    rng = np.random.default_rng(seed)
    meetings = volume(60, 400)
    with_any = 0
    for _ in range(meetings):
        mean = rng.gamma(0.7, 3.0, places)
        if shape is None:
            counts = rng.poisson(mean, (WEEKS, places))
        else:  # the variance is more than twice the mean
            counts = rng.poisson(mean * rng.gamma(shape, 1 / shape, (WEEKS, places)))
        with_any += different(place_changes(counts)) > 0
    assert with_any <= 0.1 * meetings


def test_a_clear_rise_and_a_clear_fall_are_told(seed: int) -> None:
    """Among 20 places: three times as many as the usual ten are mostly seen, four times always."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(volume(100, 400)):
        counts = rng.poisson(5.0, (WEEKS, 20))
        counts[-2:, 3] = rng.poisson(15.0, 2)
        counts[-2:, 5] = rng.poisson(20.0, 2)
        counts[-2:, 8] = 0
        levels = [change.level for change in place_changes(counts)]
        found.append([levels[3] is Level.more, levels[5] is Level.more, levels[8] is Level.less])
    three, four, none = np.mean(found, axis=0)
    assert three > 0.5
    assert four > 0.95
    assert none > 0.5


def test_the_latest_weeks_alone_are_new() -> None:
    counts = np.full((WEEKS, 2), 4)
    counts[-2:, 0] = 30
    counts[-4:-2, 1] = 30
    first, second = place_changes(counts)
    assert (first.level, first.now, first.usual) == (Level.more, 60, 8)
    assert second.level is Level.as_usual
    assert second.now == 8


def test_restless_places_need_a_larger_difference() -> None:
    calm = np.tile([[3], [4], [3], [4]], (7, 1))
    restless = np.tile([[0], [0], [0], [14]], (7, 1))
    for table in (calm, restless):
        table[-2:] = 12
    assert place_changes(calm)[0].level is Level.more
    assert place_changes(restless)[0].level is Level.as_usual


@given(
    counts=st.integers(0, 2**32).map(
        lambda seed: np.random.default_rng(seed).poisson(2.0, (WEEKS, 4))
    )
)
def test_chances_are_chances_and_more_never_turns_into_less(counts: np.ndarray) -> None:
    order = {Level.less: 0, Level.as_usual: 1, Level.more: 2}
    before = place_changes(counts)
    raised = counts.copy()
    raised[-1, 0] += 3
    assert order[place_changes(raised)[0].level] >= order[before[0].level]
    for change in before:
        assert 0 <= change.p <= change.q <= 1
        assert (change.level is not Level.as_usual) == (change.q <= 0.05)


def test_the_sentences_are_danish_and_have_both_figures() -> None:
    assert sentence(Level.more, 14, 6.04, 2) == (
        "Mere end plejer: 14 hændelser de seneste 2 uger; det plejer at være omkring 6,0."
    )
    assert sentence(Level.as_usual, 1, 12.4, 1) == (
        "Som plejer: 1 hændelse den seneste uge; det plejer at være omkring 12."
    )
    assert sentence(Level.less, 0, 0.01, 3) == (
        "Mindre end plejer: ingen hændelser de seneste 3 uger; det plejer at være næsten ingen."
    )


def test_too_few_weeks_are_no_measure() -> None:
    (short,) = place_changes(np.ones((5, 1)))
    assert short.level is Level.unknown
    assert short.sentence == ("Kan ikke siges: der er tal for 3 tidligere uger, og der skal 8 til.")
    assert np.isnan(short.usual)


def test_the_list_names_what_is_different_the_clearest_first() -> None:
    counts = np.full((WEEKS, 3), 4)
    counts[-2:] = [[13, 4, 30], [13, 4, 30]]
    lines = level_words(place_changes(counts), ["Nord", "Midt", "Syd"])
    assert [line.split(":")[0] for line in lines] == ["Syd", "Nord"]


def test_a_burst_of_one_evening_in_an_empty_place_is_no_fault() -> None:
    counts = np.zeros((WEEKS, 2))
    counts[0, 0] = 1
    counts[3, 1] = 40
    assert {change.level for change in place_changes(counts)} == {Level.as_usual}


def test_an_empty_place_is_as_usual_and_no_places_are_no_answer() -> None:
    assert place_changes(np.zeros((WEEKS, 1)))[0].level is Level.as_usual
    assert place_changes(np.zeros((WEEKS, 0))) == []
    assert unrest_of(np.zeros((WEEKS, 2))).tolist() == [1, 1]


@pytest.mark.parametrize("counts", [[[1, -1]], [[0.5, 1]], [1, 2, 3]])
def test_what_is_no_count_is_refused(counts: list[list[float]]) -> None:
    with pytest.raises(InvalidInput, match="whole counts"):
        place_changes(counts)


def test_more_new_weeks_than_weeks_are_refused() -> None:
    with pytest.raises(InvalidInput, match="got 1"):
        place_changes([[1, 2]])
