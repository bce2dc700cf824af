"""Lists that can be sorted and read piece by piece, by links alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from fastapi import Request

MOST = 1_000
"""Rows that one page shows at most, whatever the address says."""


@dataclass(frozen=True)
class Column:
    """A column of a table; `numeric` aligns it to the right."""

    key: str
    label: str
    numeric: bool = False
    sortable: bool = False


@dataclass(frozen=True)
class Sort:
    """How a table is sorted, and the addresses that sort it otherwise."""

    key: str
    descending: bool = False
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    def state(self, key: str) -> Literal["ascending", "descending", "none"]:
        """Return what `aria-sort` says of a column."""
        if key != self.key:
            return "none"
        return "descending" if self.descending else "ascending"

    def href(self, key: str) -> str:
        """Return the address that sorts by `key`, the other way round if it is in force."""
        mark = "-" if key == self.key and not self.descending else ""
        return f"{self.path}?{urlencode({**self.query, 'sorter': mark + key})}"


def sort_of(request: Request, columns: Sequence[Column], *, default: str) -> Sort:
    """Read `?sorter=key` or `?sorter=-key`; a column that cannot be sorted by is ignored.

    `default` is written the same way.
    """
    allowed = {column.key for column in columns if column.sortable}
    asked = request.query_params.get("sorter", "")
    if asked.removeprefix("-") not in allowed:
        asked = default
    query = {k: v for k, v in request.query_params.items() if k not in {"sorter", "side"}}
    return Sort(asked.removeprefix("-"), asked.startswith("-"), request.url.path, query)


@dataclass(frozen=True)
class Paging:
    """Which rows of how many are shown; pages count from 1."""

    page: int
    size: int
    total: int
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """Return the number of pages; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """Return how many rows stand before this page."""
        return (self.page - 1) * self.size

    @property
    def first(self) -> int:
        """Return the number of the first row shown, 0 when there is none."""
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        """Return the number of the last row shown."""
        return min(self.page * self.size, self.total)

    @property
    def near(self) -> list[int | None]:
        """Return the pages worth a link: both ends and the neighbours; None is a gap."""
        wanted = sorted(
            {1, self.pages, *range(max(1, self.page - 1), min(self.pages, self.page + 1) + 1)}
        )
        steps: list[int | None] = []
        for number in wanted:
            before = steps[-1] if steps else None
            if before is not None and number - before > 1:
                steps.append(None)
            steps.append(number)
        return steps

    def href(self, page: int) -> str:
        """Return the address of another page."""
        return f"{self.path}?{urlencode({**self.query, 'side': page})}"

    @property
    def more(self) -> str | None:
        """Return the address that shows twice as many rows, None when all are shown."""
        if self.last >= self.total or self.size >= MOST:
            return None
        return f"{self.path}?{urlencode({**self.query, 'vis': min(2 * self.size, MOST)})}"


def paging_of(request: Request, *, total: int, size: int = 50) -> Paging:
    """Read `?side=` and `?vis=` of an address; nonsense means the first page."""
    size = min(_whole(request.query_params.get("vis"), size), MOST)
    page = min(_whole(request.query_params.get("side"), 1), max(1, -(-total // size)))
    query = {k: v for k, v in request.query_params.items() if k not in {"side", "vis"}}
    kept = {"vis": str(size)} if "vis" in request.query_params else {}
    return Paging(page, size, total, request.url.path, query | kept)


def _whole(text: str | None, otherwise: int) -> int:
    if not text or not text.isascii() or not text.isdigit() or len(text) > len(str(MOST)) + 2:
        return otherwise
    return max(1, int(text))
