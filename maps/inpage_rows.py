"""The rows of a map in a page: what is drawn, listed and told in the table, and their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SORT = "sorter"
"""The part of the address that says by which column; a minus before it turns it round."""


@dataclass(frozen=True)
class Column:
    """A column of the table; `numeric` stands to the right and sorts by value."""

    key: str
    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Cell:
    """A text, and the value it sorts by; without one it sorts by the text."""

    text: str
    value: float | str | None = None

    @property
    def sorts_by(self) -> str | float:
        """The value, or the text where there is none."""
        return self.text.casefold() if self.value is None else self.value


@dataclass(frozen=True)
class Row:
    """One row of list, table and map.

    Attributes
    ----------
    title
        What it is called: the first column.
    cells
        One per further column.
    level
        Class 1–5 of the shading; 0: none.
    hidden
        Too few or not to be shown: hatched, and never with a figure.
    mark
        What stands on the area: the number of its class, or a short figure.
    story
        Further sentences for the side panel.
    href
        A page of ours that tells more.
    """

    title: str
    cells: tuple[Cell, ...] = ()
    level: int = 0
    hidden: bool = False
    mark: str = ""
    story: tuple[str, ...] = ()
    href: str | None = None


def asked_order(query: Mapping[str, str], columns: Sequence[Column]) -> tuple[str, bool]:
    """Return the column that a query asks to sort by ("" for none), and whether largest first."""
    asked = query.get(SORT, "")
    falling, key = asked.startswith("-"), asked.removeprefix("-")
    return (key, falling) if key in {column.key for column in columns} else ("", False)


def in_order(query: Mapping[str, str], columns: tuple[Column, ...]) -> Any:
    """Return what sorts (i, row) as the query asks; without a wish they stay as they come."""
    key, falling = asked_order(query, columns)
    if not key:
        return lambda _: 0
    at = [column.key for column in columns].index(key)
    turn = _Falling if falling else lambda value: value

    def order(pair: tuple[int, Row]) -> Any:
        _, row = pair
        value = row.title.casefold() if at == 0 else row.cells[at - 1].sorts_by
        return (row.hidden, isinstance(value, str), turn(value))  # hidden ones always last

    return order


class _Falling:
    """Turns an order round for texts and numbers alike."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Falling) -> bool:
        return bool(other.value < self.value)
