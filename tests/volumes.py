"""How much a test does: a seeded slice in every run, the whole volume with `--full`."""

from __future__ import annotations

import os


def volume(normal: int, full: int) -> int:
    """Return `full` where `./tryghed test --full` asked for it, else `normal`."""
    return full if os.environ.get("TRYGHED_TEST_FULL") == "1" else normal
