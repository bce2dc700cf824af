"""The calendar feed of a team: duty and times, and nothing else.

A feed is fetched by phones and by the companies behind them, so it holds no place, no reason, no
colleague and no code: `Vagt` and from when to when. The rest is behind the login.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from geo_service.domain.evenings import as_utc
from geo_service.domain.staffing import Shift
from geo_service.errors import InvalidInput

SUMMARY: Final = "Vagt"
PRODUCT: Final = "-//Tryghedskort//Vagter//DA"
REFRESH: Final = timedelta(hours=1)


def duty_feed(shifts: Iterable[Shift], *, feed_id: str, stamped_at: datetime) -> bytes:
    """Return an iCalendar file (RFC 5545) with one event per shift.

    Parameters
    ----------
    shifts
        Those of one team or member. Shifts with the same times are one event: the file does
        not say how many are out.
    feed_id
        What tells this feed's events from another's, such as a checksum of the feed's token;
        never the token or a name. It is stirred into the events' identities, which stay the
        same when a shift of an evening is moved.
    stamped_at
        Aware; when the shifts were read.

    Raises
    ------
    InvalidInput
        If there is no `feed_id`, or `stamped_at` has no time zone.
    """
    from icalendar import Calendar, Event

    if not feed_id:
        raise InvalidInput("A feed needs an identity of its own.")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Vagter")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    periods = sorted({(one.evening, one.starts_at, one.ends_at) for one in shifts})
    of_evening: Counter[str] = Counter()
    for evening, starts_at, ends_at in periods:
        number = of_evening[evening.isoformat()]
        of_evening[evening.isoformat()] += 1
        event = Event()
        event.add("uid", _identity(feed_id, evening.isoformat(), number))
        event.add("dtstamp", as_utc(stamped_at).replace(microsecond=0))
        event.add("dtstart", starts_at.astimezone(UTC))
        event.add("dtend", ends_at.astimezone(UTC))
        event.add("summary", SUMMARY)
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _identity(feed_id: str, evening: str, number: int) -> str:
    stirred = hashlib.sha256(f"{feed_id}\n{evening}\n{number}".encode()).hexdigest()
    return f"{stirred[:32]}@vagter.invalid"
