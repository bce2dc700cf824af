"""What was made once and is asked for again: kept for the next page that rests on the same.

Keys tell what a thing was made from, as the caller sees it, so nobody gets what was made for
eyes that see more. One of each per web process; docs/web-maps.md and docs/agreements.md tell why.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final, Generic, TypeVar

T = TypeVar("T")
SHEETS: Final = 32
"""Drawn maps: outlines and names of places, about a quarter of a megabyte each."""
NEEDS: Final = 16
"""The need of agreements: counts per coverage area and slot, no incident and no person."""


class Kept(Generic[T]):
    """The things of this web process; the one that was asked for longest ago goes first."""

    def __init__(self, *, most: int = SHEETS) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the thing of a key, made now if it is not kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()  # not under the lock: others need not wait for this one
        with self._lock:
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
