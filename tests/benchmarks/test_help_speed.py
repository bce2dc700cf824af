"""`tryghed --help` against the least that any command line of this kind costs."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from geo_service.settings import PROJECT_ROOT

ROUNDS = 5
MOST_TIMES_AS_LONG = 4.0


def seconds(*arguments: str) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], cwd=PROJECT_ROOT, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - began


@pytest.mark.benchmark
def test_help_is_at_most_four_times_the_imports_it_cannot_do_without() -> None:
    """The best of some rounds, taken in turn, so that a busy machine slows both."""
    pairs = [
        (seconds("-m", "geo_service.cli", "--help"), seconds("-c", "import typer, rich"))
        for _ in range(ROUNDS)
    ]
    ratio = min(ours for ours, _ in pairs) / min(theirs for _, theirs in pairs)
    assert ratio <= MOST_TIMES_AS_LONG, f"--help took {ratio:.2f} times as long"
