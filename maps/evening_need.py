"""A piece of an evening and what is expected in it, each with its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from maps import danish
from maps.checks import given


@dataclass(frozen=True)
class Slot:
    """A piece of an evening, with its words."""

    id: int
    evening: date
    label: str
    starts_at: datetime
    words: str


@dataclass(frozen=True)
class Need:
    """Expected incidents of one area in one slot."""

    expected: float
    low: float
    high: float
    n: int

    @property
    def words(self) -> str:
        """`6 (3–9)`."""
        span = f"{danish.estimate(self.low)}–{danish.estimate(self.high)}"
        return f"{danish.estimate(self.expected)} ({span})"


NOTHING = Need(0.0, 0.0, 0.0, 0)


def read_slots(slots: pd.DataFrame) -> list[Slot]:
    """Return the rows of `slots` in time order."""
    found = []
    for row in slots.to_dict("records"):
        evening = pd.Timestamp(row["evening"]).date()
        words = danish.slot(evening, row["starts_at"], row["ends_at"])
        found.append(Slot(int(row["slot_id"]), evening, str(row["label"]), row["starts_at"], words))
    return sorted(found, key=lambda slot: (slot.evening, slot.starts_at))


def read_needs(need: pd.DataFrame) -> dict[tuple[int, str], Need]:
    """Return the rows of `need` by slot and area; a missing figure counts as none."""

    def figure(value: object) -> float:
        return float(str(value)) if given(value) else 0.0

    return {
        (int(row["slot_id"]), str(row["area_code"])): Need(
            figure(row["expected"]), figure(row["low"]), figure(row["high"]), int(figure(row["n"]))
        )
        for row in need.to_dict("records")
    }
