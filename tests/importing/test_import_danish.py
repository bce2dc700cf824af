"""Danish numbers and times: read exactly, or not at all."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.errors import InvalidInput
from geo_service.importing.danish import TimeFormat, parse_number, parse_numbers, parse_times

COPENHAGEN = "Europe/Copenhagen"
MINUTES = (TimeFormat("%d-%m-%Y %H:%M"), TimeFormat("%d-%m-%Y"))


def number(text):
    return parse_numbers(pd.Series([text], dtype="str")).iloc[0]


def time(text):
    return parse_times(pd.Series([text], dtype="str"), formats=MINUTES, zone=COPENHAGEN)


def in_danish(value, *, thousands):
    digits = f"{value:,f}" if thousands else f"{value:f}"
    return digits.translate(str.maketrans(",.", ".,"))


@given(
    value=st.decimals(-(10**9), 10**9, places=3),
    thousands=st.booleans(),
)
def test_danish_numbers_come_back_as_they_went(value, thousands):
    assert number(in_danish(value, thousands=thousands)) == float(value)


@given(st.text(alphabet="0123456789.,-+ eE", max_size=14))
def test_a_number_is_never_read_at_another_scale(text):
    read = number(text)
    if pd.isna(read):
        return
    whole, _, decimals = text.partition(",")
    # Every dot that was dropped stood before exactly three digits of the whole part.
    assert all(len(group) == 3 for group in whole.split(".")[1:])
    assert "." not in decimals
    assert read == float(Decimal(whole.replace(".", "") + "." + (decimals or "0")))


@given(st.text(alphabet="0123456789.,-", max_size=12))
def test_one_number_is_read_as_a_column_of_them(text):
    one, column = parse_number(text), number(text)
    assert (one is None and pd.isna(column)) or one == column


@pytest.mark.parametrize(
    "text",
    [
        "725369.15",
        "725,369.15",
        "1e5",
        "NaN",
        "inf",
        "",
        "12,",
        ",5",
        "7.25.369",
        "+5",
        "٧٢٥",
        "--1",
    ],
)
def test_what_is_no_danish_number_is_refused(text):
    assert pd.isna(number(text))


minutes_since_1990 = st.integers(0, 110 * 365 * 24 * 60)


@given(minutes_since_1990)
def test_a_local_time_comes_back_as_the_same_instant(minutes):
    moment = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    local = moment.astimezone(ZoneInfo(COPENHAGEN))
    read = time(local.strftime("%d-%m-%Y %H:%M"))
    assert read.first.iloc[0] <= moment <= read.last.iloc[0]
    # Only the hour that comes twice is uncertain, and then by that hour.
    width = read.last.iloc[0] - read.first.iloc[0]
    assert width == (timedelta(hours=1) if read.ambiguous.iloc[0] else timedelta(0))


@pytest.mark.parametrize(
    ("day", "hours"), [("05-03-2026", 24), ("29-03-2026", 23), ("25-10-2026", 25)]
)
def test_a_date_alone_is_the_whole_local_day(day, hours):
    read = time(day)
    assert read.last.iloc[0] - read.first.iloc[0] == timedelta(hours=hours)
    assert read.first.iloc[0].tz_convert(COPENHAGEN).strftime("%d-%m-%Y %H:%M") == f"{day} 00:00"


def test_the_hour_that_spring_jumps_over_does_not_exist():
    read = time("29-03-2026 02:30")
    assert read.nonexistent.iloc[0]
    assert pd.isna(read.first.iloc[0])
    assert pd.isna(read.last.iloc[0])


def test_the_hour_that_comes_twice_spans_both():
    read = time("25-10-2026 02:30")
    assert read.ambiguous.iloc[0]
    assert read.first.iloc[0] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert read.last.iloc[0] == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["32-13-2026 10:00", "29-02-2026", "2026-03-05 10:00", "5-3-2026", "05-03-26", "05-03-0026",
     "05-03-2026 24:00", "05-03-2026 10:60", "05/03/2026", "05-03-2026  10:00", "03-2026", ""],
)  # fmt: skip
def test_what_is_no_time_is_refused(text):
    read = time(text)
    assert pd.isna(read.first.iloc[0])
    assert not read.nonexistent.iloc[0]


@pytest.mark.parametrize(
    ("text", "odd"),
    [("31-12-1899", True), ("01-01-1900", False), ("31-12-2099", False), ("01-01-2100", True),
     ("05-03-0026 10:00", True), ("29-02-1850", False), ("05-03-9999", True)],
)  # fmt: skip
def test_a_day_of_a_year_that_cannot_be_is_told_from_what_is_no_day(text, odd):
    read = time(text)
    assert read.odd_year.iloc[0] == odd
    assert not (odd and read.first.notna().iloc[0])


@pytest.mark.parametrize("bad", ["%d-%m", "%d-%m-%y", "%d-%m-%Y %d", "%d-%m-%Y %", "dd-mm"])
def test_a_format_that_cannot_be_exact_is_refused(bad):
    with pytest.raises(InvalidInput, match="Formatet"):
        TimeFormat(bad)


def test_a_format_is_shown_as_danes_write_it():
    assert TimeFormat("%d-%m-%Y %H:%M").shown == "dd-mm-åååå tt:mm"
