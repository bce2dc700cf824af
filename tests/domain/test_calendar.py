"""What kind of evening it is: known Danish dates, and rules that hold for every day."""

from datetime import date, timedelta

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.calendar import (
    Activity,
    SchoolHoliday,
    activities_in,
    calendar_of,
    evening_facts,
    evening_kind,
    holiday_name,
    is_off,
    is_public_holiday,
    overlapping_school_holidays,
    school_holiday_on,
)
from geo_service.domain.evenings import at_hour, slots_of
from geo_service.domain.vocabulary import EVENING_KINDS
from geo_service.errors import InvalidInput

AUTUMN = SchoolHoliday("0101", "Efterårsferie", date(2026, 10, 10), date(2026, 10, 18))
WINTER = SchoolHoliday("0101", "Vinterferie", date(2026, 2, 14), date(2026, 2, 22))
ELSEWHERE = SchoolHoliday("0851", "Vinterferie", date(2026, 2, 7), date(2026, 2, 15))
days = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "name", "public"),
    [
        (date(2026, 4, 2), "Skærtorsdag", True),
        (date(2026, 4, 6), "Anden påskedag", True),
        (date(2026, 5, 14), "Kristi himmelfartsdag", True),
        (date(2023, 5, 5), "Store bededag", True),
        (date(2026, 6, 5), "Grundlovsdag", False),
        (date(2026, 12, 31), "Nytårsaften", False),
        (date(2026, 11, 27), None, False),
    ],
)
def test_danish_holidays_by_name(day, name, public):
    assert holiday_name(day) == name
    assert is_public_holiday(day) == public


def test_store_bededag_is_abolished_from_2024():
    """Lov nr. 214 af 6. marts 2023: no holiday from 2024 on (it would be 26 April)."""
    assert holiday_name(date(2024, 4, 26)) is None


@pytest.mark.parametrize(
    ("evening", "kind"),
    [
        (date(2026, 11, 26), "weekday"),
        (date(2026, 11, 27), "weekend"),
        (date(2026, 11, 28), "weekend"),
        (date(2026, 11, 29), "sunday"),
        (date(2026, 5, 13), "before_holiday"),  # the day before Ascension
        (date(2026, 4, 2), "before_holiday"),  # Maundy Thursday, Good Friday follows
        (date(2026, 4, 3), "holiday"),
        (date(2026, 4, 4), "before_holiday"),
        (date(2026, 4, 6), "holiday"),
        (date(2026, 5, 1), "special_day"),
        (date(2026, 12, 24), "special_day"),
        (date(2026, 12, 25), "before_holiday"),
        (date(2026, 12, 31), "special_day"),
        (date(2027, 1, 1), "holiday"),
        (date(2008, 5, 1), "holiday"),  # Ascension fell on 1 May
    ],
)
def test_kinds_of_evening(evening, kind):
    assert evening_kind(evening) == kind


@given(days)
def test_every_evening_has_one_kind_and_the_calendar_agrees_with_it(day):
    kind = evening_kind(day)
    assert kind in EVENING_KINDS
    if kind in ("weekday", "weekend", "sunday"):
        assert holiday_name(day) is None
        assert not is_public_holiday(day + timedelta(days=1))
    if kind == "before_holiday":
        assert is_off(day + timedelta(days=1))


@given(st.integers(1990, 2060))
def test_easter_monday_is_50_days_before_whit_monday(year):
    first = date(year, 1, 1)
    by_name = {
        holiday_name(first + timedelta(days=n)): first + timedelta(days=n) for n in range(365)
    }
    pentecost = next(day for name, day in by_name.items() if name and "Anden pinsedag" in name)
    easter = next(day for name, day in by_name.items() if name and "Anden påskedag" in name)
    assert pentecost - easter == timedelta(days=49)


def test_school_holidays_are_those_of_the_municipality():
    day = date(2026, 2, 16)
    given_ = [WINTER, ELSEWHERE, AUTUMN]
    assert school_holiday_on(day, given_, municipality="0101") == WINTER
    assert school_holiday_on(day, given_, municipality="0851") is None
    assert WINTER.days[0] == WINTER.first
    assert WINTER.days[-1] == WINTER.last
    assert len(WINTER.days) == 9


def test_an_evening_knows_whether_there_is_school_tomorrow():
    friday, sunday = date(2026, 10, 9), date(2026, 10, 18)
    before, last = (evening_facts(day, [AUTUMN], municipality="0101") for day in (friday, sunday))
    assert (before.school_holiday, before.school_tomorrow, before.is_off_tomorrow) == (
        None,
        False,
        True,
    )
    assert (last.school_holiday, last.school_tomorrow) == ("Efterårsferie", True)


def test_the_calendar_of_a_plan_knows_the_long_night():
    calendar = calendar_of(date(2026, 10, 19), 14, [AUTUMN], municipality="0101")
    assert [facts.minutes for facts in calendar].index(1500) == 5  # Saturday 24 October
    assert sum(facts.minutes == 1440 for facts in calendar) == 13
    assert calendar_of(date(2026, 3, 28), 1, municipality="0101")[0].minutes == 1380


def test_activities_are_found_by_the_minutes_they_share_with_a_slot():
    match = Activity(
        "Hjemmekamp",
        "Nørrebrohallen",
        at_hour(date(2026, 11, 27), 19),
        at_hour(date(2026, 11, 27), 21),
        at=shapely.Point(722_480, 6_178_440),
    )
    slots = slots_of(date(2026, 11, 27), 1)
    assert [slot.label for slot in slots if activities_in(slot, [match])] == ["18–20", "20–22"]
    assert not activities_in(slots[1], [match], least_minutes=61)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"municipality": "9999"}, "kommune"),
        ({"name": " "}, "navn"),
        ({"last": date(2026, 10, 9)}, "før den første"),
    ],
)
def test_a_school_holiday_that_is_none_is_refused(change, words):
    fields = {
        "municipality": "0101",
        "name": "Efterårsferie",
        "first": date(2026, 10, 10),
        "last": date(2026, 10, 18),
    }
    with pytest.raises(InvalidInput, match=words):
        SchoolHoliday(**(fields | change))


@pytest.mark.parametrize(
    ("name", "place", "hours", "words"),
    [("", "Torvet", 2, "navn"), ("Fest", " ", 2, "sted"), ("Fest", "Torvet", 0, "efter starten")],
)
def test_an_activity_that_is_none_is_refused(name, place, hours, words):
    start = at_hour(date(2026, 11, 27), 18)
    with pytest.raises(InvalidInput, match=words):
        Activity(name, place, start, start + timedelta(hours=hours))


def test_overlapping_school_holidays_are_told_within_a_municipality():
    twice = SchoolHoliday("0101", "Ekstra uge", date(2026, 10, 17), date(2026, 10, 24))
    assert not overlapping_school_holidays([WINTER, ELSEWHERE, AUTUMN])
    (sentence,) = overlapping_school_holidays([twice, WINTER, AUTUMN])
    assert sentence == (
        "Efterårsferie (lør 10. okt – søn 18. okt) og Ekstra uge (lør 17. okt – lør 24. okt) "
        "overlapper hinanden. Ret den ene."
    )
