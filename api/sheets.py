"""Drawn maps kept for the next page that shows the same ground; docs/web-maps.md tells why.

A sheet holds outlines and names of places, no incident and no person. Its key tells what it was
drawn from, as the caller sees it, so nobody gets a sheet of what they may not see.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final

from maps.sheet import Sheet

MOST: Final = 32
"""About a quarter of a megabyte each, with a base map."""


class Sheets:
    """The sheets of this web process; the one that was asked for longest ago goes first."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Sheet] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, draw: Callable[[], Sheet]) -> Sheet:
        """Return the sheet of a key, drawn now if it is not kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = draw()  # not under the lock: others need not wait for this one
        with self._lock:
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
