"""How long work tells where it is: a sentence, and the steps done of how many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

MOST_TOLD: Final = 2_000
"""Rejections, and changes, that long work tells one by one; more are only counted."""
Progress = Callable[[str, int, int], None]


def silent(_text: str, _done: int, _total: int) -> None:
    """Say nothing."""
