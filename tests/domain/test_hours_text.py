"""Opening hours as people type them, and back again."""

from __future__ import annotations

from datetime import date, time

import pytest

from geo_service.domain.hours_text import dated_text, hours_text, read_dated, read_hours
from geo_service.domain.opening_hours import DatedHours, WeeklyHours
from geo_service.errors import InvalidInput


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ("", ""),
        ("ma-to 18-22", "ma–to 18–22"),
        ("Mandag – torsdag 18–22", "ma–to 18–22"),
        ("lø og sø 12.30-0\nfr 18:00–23.30", "fr 18–23.30, lø–sø 12.30–00"),
        ("ma on fr 14–18, ma 19–22", "ma 19–22, ma on fr 14–18"),
    ],
)
def test_hours_are_read_and_written_the_same(said: str, again: str) -> None:
    hours = read_hours(said)
    assert hours_text(hours) == again
    assert read_hours(again) == hours


def test_an_end_before_the_start_is_after_midnight() -> None:
    assert read_hours("fr 22–2") == (WeeklyHours(5, time(22), time(2)),)


@pytest.mark.parametrize(
    "said",
    ["hver dag", "ma 25–26", "ma 18", "fr–ma 18–22", "xx 18–22", "ma 18–22, ma 18–23", "18–22"],
)
def test_what_cannot_be_read_is_refused(said: str) -> None:
    with pytest.raises(InvalidInput):
        read_hours(said)


def test_days_with_other_hours_are_read_and_written_the_same() -> None:
    said = "12-10-2026 – 16-10-2026: ma–fr 12–17\n24-12-2026: lukket"
    dated = read_dated(said)
    assert dated[1] == DatedHours(date(2026, 12, 24), date(2026, 12, 24))
    assert dated_text(dated) == said
    for wrong in ("uge 42: lukket", "32-10-2026: lukket", "16-10-2026 – 12-10-2026: lukket"):
        with pytest.raises(InvalidInput):
            read_dated(wrong)
