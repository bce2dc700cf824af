"""Danish numbers and dates, escaping, classes, facts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.errors import InvalidInput
from maps import danish, palette
from maps.text import clean, embed, escape
from tests.maps import frames


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, 1, "1.234,5"),
        (0, 0, "0"),
        (-0.04, 1, "0,0"),
        (-41, 0, "−41"),
        (1e6, 0, "1.000.000"),
    ],
)
def test_numbers(value: float, decimals: int, text: str) -> None:
    assert danish.number(value, decimals=decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.04, "0"), (0.96, "1"), (2.25, "2,2"), (9.96, "10"), (14.2, "14"), (6, "6")],
)
def test_estimates(value: float, text: str) -> None:
    assert danish.estimate(value) == text


@pytest.mark.parametrize(
    ("value", "signed", "text"),
    [
        (7_000_000, False, "7 mio. kr."),
        (300_000, True, "+0,3 mio. kr."),
        (-300_000, True, "−0,3 mio. kr."),
        (45_500, False, "45.500 kr."),
    ],
)
def test_money(value: float, signed: bool, text: str) -> None:
    assert danish.kroner(value, signed=signed).replace("\u00a0", " ") == text


def test_a_slot_belongs_to_its_evening() -> None:
    friday = date(2026, 11, 27)
    evening = danish.slot(
        friday, datetime(2026, 11, 27, 19, tzinfo=UTC), datetime(2026, 11, 27, 21, tzinfo=UTC)
    )
    night = danish.slot(
        friday, datetime(2026, 11, 27, 23, tzinfo=UTC), datetime(2026, 11, 28, 1, tzinfo=UTC)
    )
    late = danish.slot(
        friday, datetime(2026, 11, 27, 21, tzinfo=UTC), datetime(2026, 11, 27, 23, tzinfo=UTC)
    )
    assert evening == "fre 27. nov kl. 20.00–22.00"
    assert night == "fre 27. nov kl. 00.00–02.00 (natten til lør)"
    assert late == "fre 27. nov kl. 22.00–24.00"


@given(st.text())
def test_escaped_text_has_no_mark_that_could_act(text: str) -> None:
    assert not set(escape(text)) & set("<>\"'`$\\{}\u2028\u2029")


@given(st.text(alphabet=st.characters(codec=None)))
def test_cleaned_text_can_be_written(text: str) -> None:
    assert "\x00" not in clean(text).encode("utf-8").decode("utf-8")


@given(st.recursive(st.text() | st.integers() | st.none(), lambda x: st.lists(x, max_size=3)))
def test_embedded_data_reads_back_and_cannot_end_the_script(value: object) -> None:
    written = str(embed(value))
    assert json.loads(written) == value
    assert not set(written) & set("<>&\u2028\u2029")


def test_missing_numbers_are_not_written_as_nan() -> None:
    with pytest.raises(ValueError, match="JSON"):
        embed([float("nan")])


@given(st.lists(st.floats(0, 1e6), max_size=60))
def test_classes_rise_and_are_at_most_five(values: list[float]) -> None:
    breaks = palette.nice_breaks(values)
    assert len(breaks) <= 4
    assert list(breaks) == sorted(set(breaks))
    found = palette.classes(values, breaks)
    assert all(1 <= level <= len(breaks) + 1 for level in found)
    assert len(palette.legend(breaks)) == len(breaks) + 1


def test_a_busy_evening_is_told_apart_within_itself() -> None:
    """A week of quiet evenings must not set the limits of the one that matters."""
    busy = np.array([7.2, 5.8, 5.1, 4.2, 4.1, 3.3, 2.0, 1.7, 1.4, 1.3, 1.2, 1.1, 1.0, 0.8, 0.7])
    quiet = np.tile(busy / 10, 20)
    breaks = palette.nice_breaks([*quiet, *busy])
    found = palette.classes(busy, breaks)
    assert 0 < (found == len(breaks) + 1).sum() <= len(busy) / 2
    assert palette.classes(quiet, breaks).max() < len(breaks) + 1


def test_class_limits_belong_to_the_upper_class() -> None:
    assert palette.classes([9.9, 10, float("nan")], (10.0,)).tolist() == [1, 2, 0]


def test_legend_says_limits_in_danish() -> None:
    words = [f"{e['word']}: {e['limits']}" for e in palette.legend((1.5, 10.0))]
    assert words == ["lav: under 1,5", "middel: 1,5 til 10", "høj: 10 og derover"]


@pytest.mark.parametrize(
    ("demo", "outline", "banner", "words"),
    [
        (
            True,
            "skematisk",
            "demo: opdigtede hændelser, svar, planer og projekter, skematiske roder",
            "Omrids: skematiske",
        ),
        (
            True,
            "roder 2014",
            "demo: opdigtede hændelser, svar, planer og projekter",
            "Omrids: roder 2014",
        ),
        (False, "skematisk", "obs: skematiske roder", "Omrids: skematiske"),
        (False, "roder 2014", None, "Omrids: roder 2014"),
    ],
)
def test_banner_follows_the_facts(demo: bool, outline: str, banner: str | None, words: str) -> None:
    facts = frames.facts(demo=demo, outline=outline)
    assert facts.banner == banner
    assert facts.outline_words == words


def test_facts_need_a_time_zone_and_a_source() -> None:
    with pytest.raises(InvalidInput, match="time zone"):
        frames.facts(drawn_at=datetime(2026, 11, 23, 9, 12))  # noqa: DTZ001
    with pytest.raises(InvalidInput, match="source"):
        frames.facts(sources=())


def test_a_noun_follows_its_number() -> None:
    assert danish.counted(1, "distrikt", "distrikter") == "1 distrikt"
    assert danish.counted(0, "distrikt", "distrikter") == "0 distrikter"
    assert danish.counted(1234, "svar", "svar") == "1.234 svar"


def test_words_in_a_row() -> None:
    assert danish.listed(["a"]) == "a"
    assert danish.listed(["a", "b", "c"]) == "a, b og c"
