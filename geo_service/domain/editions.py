"""The days an edition of areas may begin on: what lies outside is a typing error."""

from __future__ import annotations

from datetime import date
from typing import Final

EARLIEST: Final = date(1900, 1, 1)
YEARS_AHEAD: Final = 2
"""How far ahead an edition may be loaded: longer than any change of borders is decided before."""


def latest_start(today: date) -> date:
    """Return the last day on which an edition may begin."""
    return date(today.year + YEARS_AHEAD, 12, 31)


def is_plausible_start(day: date, *, today: date) -> bool:
    """Tell whether an edition may begin on a day."""
    return EARLIEST <= day <= latest_start(today)
