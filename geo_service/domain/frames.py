"""Small help with frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows as named tuples; their types are those of the columns."""
    return iter(frame.itertuples(index=False))
