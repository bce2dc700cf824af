"""What a page tells in its status area after something has been done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Notice:
    """A sentence for the status area; `undo` is the address that a form posts to."""

    text: str
    kind: Literal["good", "info", "warn", "stop"] = "good"
    undo: str | None = None
