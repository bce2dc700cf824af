"""Darkness by the sun's altitude, against printed times and by its own properties."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.domain.daylight import dark_shares, share_dark, sun_altitude
from geo_service.domain.evenings import Period, at_hour, slots_of
from geo_service.errors import InvalidInput

COPENHAGEN_TOWN_HALL = shapely.Point(724_330, 6_175_750)
SKAGEN = shapely.Point(594_500, 6_398_500)
SUNSET_DEG = -0.833  # the upper edge at the horizon, with refraction: what almanacs print
moments = st.integers(0, 60 * 24 * 365 * 10).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@pytest.mark.parametrize(
    ("day", "sets_at"),
    [(date(2026, 6, 21), 21 * 60 + 58), (date(2026, 12, 21), 15 * 60 + 38)],
    ids=["midsummer", "midwinter"],
)
def test_the_sun_sets_when_the_almanac_says(day, sets_at):
    """Copenhagen's sunset is 21.58 at midsummer and 15.38 at midwinter, to the minute."""
    noon, midnight = at_hour(day, 12), at_hour(day, 24)
    light = 1 - share_dark(COPENHAGEN_TOWN_HALL, noon, midnight, below_deg=SUNSET_DEG)
    assert 12 * 60 + light * 12 * 60 == pytest.approx(sets_at, abs=1.5)


def test_noon_altitude_is_what_latitude_and_declination_give():
    """At the solstices the sun stands 90° − 55.676° ± 23.44° high at noon."""
    for day, sign in ((date(2026, 6, 21), 1), (date(2026, 12, 21), -1)):
        highest = max(
            sun_altitude(COPENHAGEN_TOWN_HALL, at_hour(day, 11) + timedelta(minutes=minute))
            for minute in range(0, 180, 2)
        )
        assert highest == pytest.approx(90 - 55.676 + sign * 23.44, abs=0.05)


def test_evenings_are_light_in_june_and_dark_in_november():
    june = [slot.period for slot in slots_of(date(2026, 6, 19), 1)]
    november = [slot.period for slot in slots_of(date(2026, 11, 27), 1)]
    early, *_, late = dark_shares(COPENHAGEN_TOWN_HALL, june)
    assert early == 0
    assert late == 1
    assert dark_shares(COPENHAGEN_TOWN_HALL, november) == [1.0] * 5


@pytest.mark.parametrize(
    ("day", "declination"), [(date(2026, 6, 21), 23.44), (date(2026, 12, 21), -23.44)]
)
def test_dusk_lasts_as_long_as_the_triangle_on_the_sphere_says(day, declination):
    """From -0.833° to -6°, by cos H = (sin h − sin φ sin δ) / (cos φ cos δ) at the solstices."""
    latitude, sun = math.radians(55.676), math.radians(declination)

    def minutes_after_noon(altitude):
        height = math.sin(math.radians(altitude)) - math.sin(latitude) * math.sin(sun)
        return math.degrees(math.acos(height / (math.cos(latitude) * math.cos(sun)))) * 4

    noon, midnight = at_hour(day, 12), at_hour(day, 24)
    dusk = share_dark(COPENHAGEN_TOWN_HALL, noon, midnight, below_deg=SUNSET_DEG) - share_dark(
        COPENHAGEN_TOWN_HALL, noon, midnight
    )
    expected = minutes_after_noon(-6) - minutes_after_noon(SUNSET_DEG)
    assert dusk * 720 == pytest.approx(expected, abs=0.5)


def test_the_night_with_25_hours_counts_as_it_passes():
    evening = date(2026, 10, 24)
    period = Period(at_hour(evening, 18), at_hour(evening, 32))
    assert period.minutes == 15 * 60
    light = (1 - share_dark(COPENHAGEN_TOWN_HALL, *period)) * period.minutes
    before = share_dark(COPENHAGEN_TOWN_HALL, at_hour(evening, 18), at_hour(evening, 24))
    after = share_dark(COPENHAGEN_TOWN_HALL, at_hour(evening, 24), at_hour(evening, 32))
    assert light == pytest.approx((1 - before) * 360 + (1 - after) * 540, abs=0.1)


@settings(max_examples=30)
@given(start=moments, minutes=st.integers(2, 600), cut=st.floats(0.1, 0.9))
def test_parts_of_a_period_are_dark_as_long_as_the_whole(start, minutes, cut):
    end = start + timedelta(minutes=minutes)
    middle = start + timedelta(minutes=minutes * cut)
    whole = share_dark(SKAGEN, start, end)
    assert 0 <= whole <= 1
    parts = share_dark(SKAGEN, start, middle) * cut + share_dark(SKAGEN, middle, end) * (1 - cut)
    # a darkness of under five minutes may fall between two looks
    assert abs(parts - whole) * minutes <= 5


@settings(max_examples=30)
@given(start=moments, minutes=st.integers(1, 300), below=st.floats(-12, 0))
def test_a_stricter_limit_never_makes_it_darker(start, minutes, below):
    end = start + timedelta(minutes=minutes)
    loose = share_dark(SKAGEN, start, end, below_deg=below)
    strict = share_dark(SKAGEN, start, end, below_deg=below - 1)
    assert strict <= loose + 5 / minutes


def test_a_period_that_is_none_is_refused():
    start = at_hour(date(2026, 5, 1), 20)
    with pytest.raises(InvalidInput, match="end after"):
        share_dark(SKAGEN, start, start)
    with pytest.raises(InvalidInput, match="coordinates"):
        sun_altitude(shapely.Point(), start)
