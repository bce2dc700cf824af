"""Days and times read as Danes write them, and never a day late."""

from datetime import UTC, date, datetime

import pytest

from geo_service.domain.danish_time import (
    clock_words,
    day_words,
    days_words,
    length_words,
    moment_words,
    period_words,
)
from geo_service.errors import InvalidInput


def test_a_period_is_written_under_its_evening():
    assert (
        period_words(datetime(2026, 11, 27, 19, tzinfo=UTC), datetime(2026, 11, 27, 21, tzinfo=UTC))
        == "fre 27. nov kl. 20.00–22.00"
    )
    assert (
        period_words(datetime(2026, 11, 27, 23, tzinfo=UTC), datetime(2026, 11, 28, 1, tzinfo=UTC))
        == "fre 27. nov kl. 00.00–02.00"
    )


def test_a_moment_after_midnight_names_its_night():
    assert moment_words(datetime(2026, 11, 27, 22, tzinfo=UTC)) == "fre 27. nov kl. 23.00"
    assert moment_words(datetime(2026, 11, 28, 0, tzinfo=UTC)) == "natten til lør 28. nov kl. 01.00"
    assert moment_words(datetime(2026, 11, 28, 6, tzinfo=UTC)) == "lør 28. nov kl. 07.00"


def test_days_may_show_their_year():
    assert day_words(date(2026, 3, 1), year=True) == "søn 1. mar 2026"
    assert days_words(date(2026, 12, 21), date(2027, 1, 2)) == "man 21. dec – lør 2. jan"
    assert days_words(date(2026, 5, 1), date(2026, 5, 1)) == "fre 1. maj"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutter"),
        (1, "1 minut"),
        (59.6, "1 time"),
        (60, "1 time"),
        (630, "10 timer og 30 minutter"),
    ],
)
def test_lengths_in_words(minutes, words):
    assert length_words(minutes) == words


def test_a_time_without_a_zone_is_not_written():
    with pytest.raises(InvalidInput, match="time zone"):
        clock_words(datetime(2026, 11, 27, 20))  # noqa: DTZ001
