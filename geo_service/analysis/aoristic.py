"""Aoristic time: an incident known to lie between two times counts a share in each hour.

A burglary reported as "between 08 and 17" is one ninth of an incident in each of nine hours;
an incident with a known time is one whole in its hour. The shares of an incident always sum
to 1. Lengths are elapsed time, so the night when the clock goes back has its extra hour.
"""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from geo_service.errors import InvalidInput

HOURS_OF_WEEK: Final = 7 * 24
SECONDS_AN_HOUR: Final = 3_600


def hour_of_week_shares(
    occurred_from: pd.Series, occurred_to: pd.Series, *, zone: ZoneInfo
) -> pd.DataFrame:
    """Spread each incident over the hours of the week in which it may have happened.

    Parameters
    ----------
    occurred_from, occurred_to
        n aware times each, from <= to; equal means that the time is known.
    zone
        Whose clock the hours are read from; its hours begin with those of UTC.

    Returns
    -------
    DataFrame
        Columns `row` (position of the incident, 0 … n - 1), `hour` (0 = Monday 00–01 …
        167) and `share`; shares of a row sum to 1, an hour may stand more than once.
        A span of a week or more is spread evenly over all 168 hours.

    Raises
    ------
    InvalidInput
        If a time is missing, has no time zone, or a span ends before it begins.

    References
    ----------
    Ratcliffe, J. H. (2000). Aoristic analysis: the spatial interpretation of unspecific
    temporal events. International Journal of Geographical Information Science 14, 669-679.
    """
    start = _seconds(occurred_from)
    end = _seconds(occurred_to)
    if np.any(end < start):
        raise InvalidInput("An incident ends before it begins.")
    first_hour = np.floor_divide(start, SECONDS_AN_HOUR)
    # an end on the full hour belongs to the hour before it, unless nothing lies before it
    last_hour = np.floor_divide(np.where(end > start, end - 1, end), SECONDS_AN_HOUR)
    long = (end - start) >= HOURS_OF_WEEK * SECONDS_AN_HOUR
    hours = np.where(long, HOURS_OF_WEEK, last_hour - first_hour + 1)

    row = np.repeat(np.arange(len(start)), hours)
    step = np.arange(len(row)) - np.repeat(np.cumsum(hours) - hours, hours)
    hour_start = (first_hour[row] + step) * SECONDS_AN_HOUR
    covered = np.minimum(hour_start + SECONDS_AN_HOUR, end[row]) - np.maximum(
        hour_start, start[row]
    )
    length = (end - start)[row]
    share = np.divide(covered, length, out=np.ones(len(row), dtype=float), where=length > 0)
    share = np.where(long[row], 1 / HOURS_OF_WEEK, share)
    clock = pd.DatetimeIndex(pd.to_datetime(hour_start, unit="s", utc=True)).tz_convert(zone)
    # a week with a clock change has 167 or 169 hours, so 168 in a row would miss one
    hour = np.where(long[row], step, np.asarray(clock.day_of_week * 24 + clock.hour))
    return pd.DataFrame({"row": row, "hour": hour, "share": share})


def _seconds(times: pd.Series) -> np.ndarray:
    """Return whole seconds since 1970 (UTC)."""
    if times.isna().any():
        raise InvalidInput("An incident has no time; leave it out and say how many there are.")
    if any(time.tzinfo is None for time in times):
        raise InvalidInput("A time has no time zone: say whose clock it is (tz_localize).")
    utc = pd.DatetimeIndex(pd.to_datetime(times, utc=True)).as_unit("s")
    return np.asarray(utc.asi8)
