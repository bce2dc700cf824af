"""The calendar feed: duty and times, and nothing that tells where, why or who."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from geo_service.domain.evenings import at_hour
from geo_service.domain.staffing import Shift
from geo_service.errors import InvalidInput
from geo_service.planning.duty_feed import duty_feed

FRIDAY = date(2026, 11, 27)
NOW = datetime(2026, 11, 25, 9, 30, 15, 123, tzinfo=UTC)
SHIFTS = [
    Shift(at_hour(FRIDAY, 18), at_hour(FRIDAY, 23), "G1", "G10"),
    Shift(at_hour(FRIDAY, 18), at_hour(FRIDAY, 23), "G2", "G10"),
    Shift(at_hour(date(2026, 10, 24), 20), at_hour(date(2026, 10, 24), 29), "G1"),
]


def events(content: bytes):
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_a_feed_has_one_event_per_time_in_utc():
    found = events(duty_feed(SHIFTS, feed_id="abc", stamped_at=NOW))
    assert [(one["DTSTART"].dt, one["DTEND"].dt) for one in found] == [
        (datetime(2026, 10, 24, 18, tzinfo=UTC), datetime(2026, 10, 25, 4, tzinfo=UTC)),
        (datetime(2026, 11, 27, 17, tzinfo=UTC), datetime(2026, 11, 27, 22, tzinfo=UTC)),
    ]
    assert {str(one["SUMMARY"]) for one in found} == {"Vagt"}


def test_a_feed_says_nothing_but_duty_and_times():
    content = duty_feed(SHIFTS, feed_id="abc", stamped_at=NOW).decode()
    properties = {line.split(":")[0].split(";")[0] for line in content.split("\r\n") if line}
    assert properties == {
        "BEGIN", "END", "VERSION", "PRODID", "METHOD", "X-WR-CALNAME", "REFRESH-INTERVAL",
        "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS",
    }  # fmt: skip
    assert not [word for word in ("G1", "G2", "G10", "abc") if word in content]


def test_a_moved_shift_keeps_its_identity_and_feeds_do_not_share_theirs():
    first = events(duty_feed(SHIFTS[:1], feed_id="abc", stamped_at=NOW))[0]["UID"]
    moved = Shift(SHIFTS[0].starts_at + timedelta(hours=1), SHIFTS[0].ends_at, "G1")
    assert events(duty_feed([moved], feed_id="abc", stamped_at=NOW))[0]["UID"] == first
    assert events(duty_feed(SHIFTS[:1], feed_id="xyz", stamped_at=NOW))[0]["UID"] != first


def test_the_same_shifts_give_the_same_bytes_in_any_order():
    once = duty_feed(SHIFTS, feed_id="abc", stamped_at=NOW)
    assert duty_feed(reversed(SHIFTS), feed_id="abc", stamped_at=NOW) == once


def test_two_shifts_of_an_evening_are_two_events():
    split = [
        Shift(at_hour(FRIDAY, 14), at_hour(FRIDAY, 17), "G1"),
        Shift(at_hour(FRIDAY, 19), at_hour(FRIDAY, 23), "G1"),
    ]
    assert (
        len({str(one["UID"]) for one in events(duty_feed(split, feed_id="a", stamped_at=NOW))}) == 2
    )


def test_a_feed_without_identity_or_moment_is_refused():
    with pytest.raises(InvalidInput, match="identity"):
        duty_feed(SHIFTS, feed_id="", stamped_at=NOW)
    with pytest.raises(InvalidInput, match="time zone"):
        duty_feed(SHIFTS, feed_id="a", stamped_at=NOW.replace(tzinfo=None))
