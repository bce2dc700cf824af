"""Copenhagen wall time to UTC, one moment at a time or a whole column at once.

The demo thinks in wall time (clubs open at 19.00, bars close at 5.00) and stores UTC. On the
nights when the clock changes an hour is missing or comes twice; both are settled the same way
everywhere: a missing time is an hour later, a doubled one is the first of the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_service.domain.evenings import COPENHAGEN

MOMENTS: Final = pd.DatetimeTZDtype("us", "UTC")
"""The dtype of every column of times in the demo."""

MINUTES_A_DAY: Final = 24 * 60
CLOCK_CHANGE: Final = timedelta(hours=1)


def moment(evening: date, minutes: int) -> datetime:
    """Return the UTC time `minutes` after the midnight before `evening`, by the clock."""
    day = evening + timedelta(days=minutes // MINUTES_A_DAY)
    clock = minutes % MINUTES_A_DAY
    wall = datetime.combine(day, time(clock // 60, clock % 60), tzinfo=COPENHAGEN)
    return wall.astimezone(UTC)


def to_utc(wall: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    """Return naive UTC times for naive Copenhagen wall times, both datetime64[m]."""
    index = pd.DatetimeIndex(wall.astype("datetime64[us]"))
    aware = index.tz_localize(
        COPENHAGEN, ambiguous=np.ones(len(index), dtype=bool), nonexistent=CLOCK_CHANGE
    )
    naive: npt.NDArray[np.datetime64] = aware.tz_convert("UTC").tz_localize(None).to_numpy()
    return naive.astype("datetime64[m]")


def as_moments(times: Iterable[datetime | None] | npt.NDArray[np.datetime64]) -> pd.Series:
    """Return a column of aware UTC times; None becomes NaT."""
    values = times if isinstance(times, np.ndarray) else list(times)
    return pd.Series(pd.DatetimeIndex(pd.to_datetime(values, utc=True)), dtype=MOMENTS)
