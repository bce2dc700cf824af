"""Aoristic time: an incident known to lie between two times counts a share in each hour.

A burglary reported as "between 08 and 17" is one ninth of an incident in each of nine hours;
an incident with a known time is one whole in its hour. The shares of an incident always sum
to 1. Lengths are elapsed time, so the night when the clock goes back has its extra hour.
"""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
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
    start, end = span_seconds(occurred_from, occurred_to)
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


def span_seconds(
    occurred_from: pd.Series, occurred_to: pd.Series
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the spans of incidents in whole seconds since 1970 (UTC).

    Raises
    ------
    InvalidInput
        As `hour_of_week_shares`.
    """
    start, end = _seconds(occurred_from), _seconds(occurred_to)
    if np.any(end < start):
        raise InvalidInput("An incident ends before it begins.")
    return start, end


def shares_in_windows(
    start: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
    group: npt.NDArray[np.int64],
    *,
    groups: int,
    opens: npt.NDArray[np.int64],
    closes: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Sum the shares of incidents that fall in each of some stretches of time, per group.

    Parameters
    ----------
    start, end
        Spans of n incidents, seconds, start <= end; equal means that the time is known.
    group
        The group of each incident, 0 … groups - 1.
    groups
        How many groups there are.
    opens, closes
        m windows [opens, closes), seconds, in any order; they may overlap. One that closes
        no later than it opens, such as the hour that the clock skips, holds nothing.

    Returns
    -------
    ndarray of float, shape (groups, m)
        The share of a span is its elapsed time within the window over its length. Windows
        that cover all time without overlap hold every incident once, whatever its length.

    Notes
    -----
    The windows cut time into pieces. A span fills all pieces between its first and its last
    evenly, so that it is written down as one rise and one fall; the cost does not grow with
    the lengths of spans.
    """
    shares = np.zeros((groups, len(opens)))
    real = np.flatnonzero(closes > opens)
    if not len(real) or not len(start):
        return shares
    cuts = np.unique(np.concatenate([opens[real], closes[real]]))
    pieces = len(cuts) + 1
    first = np.searchsorted(cuts, start, side="right")
    last = np.searchsorted(cuts, end, side="right")
    cell, last_cell = group * pieces + first, group * pieces + last
    across = np.flatnonzero(last > first)
    length = (end - start)[across]
    in_first = np.ones(len(start))
    in_first[across] = (cuts[first[across]] - start[across]) / length
    in_last = (end[across] - cuts[last[across] - 1]) / length

    def summed(cells: npt.NDArray[np.int64], weights: npt.ArrayLike) -> npt.NDArray[np.float64]:
        # a last column, so that a sum up to the end of time has where to stop
        each = np.broadcast_to(weights, len(cells))
        table = np.bincount(cells, each, minlength=groups * pieces).reshape(groups, pieces)
        return np.pad(table, ((0, 0), (0, 1)))

    held = summed(cell, in_first) + summed(last_cell[across], in_last)
    through = across[last[across] > first[across] + 1]
    if len(through):
        density = 1 / (end - start)[through]
        begun = summed(cell[through] + 1, density) - summed(last_cell[through], density)
        open_spans = summed(cell[through] + 1, 1) - summed(last_cell[through], 1)
        width = np.pad(np.diff(cuts), (1, 2))
        # counted too, since rises and falls of fractions leave dust where no span is open
        filled = np.where(np.cumsum(open_spans, axis=1) > 0, np.cumsum(begun, axis=1), 0)
        held += np.maximum(filled, 0) * width
    from_piece = np.searchsorted(cuts, opens[real], side="right")
    to_piece = np.searchsorted(cuts, closes[real], side="left") + 1
    bounds = np.column_stack([from_piece, to_piece]).ravel()
    shares[:, real] = np.add.reduceat(held, bounds, axis=1)[:, ::2]
    return shares


def _seconds(times: pd.Series) -> np.ndarray:
    """Return whole seconds since 1970 (UTC)."""
    if times.isna().any():
        raise InvalidInput("An incident has no time; leave it out and say how many there are.")
    if not isinstance(times.dtype, pd.DatetimeTZDtype) and any(t.tzinfo is None for t in times):
        raise InvalidInput("A time has no time zone: say whose clock it is (tz_localize).")
    utc = pd.DatetimeIndex(pd.to_datetime(times, utc=True)).as_unit("s")
    return np.asarray(utc.asi8)
