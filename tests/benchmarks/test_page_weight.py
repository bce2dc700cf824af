"""What the demo's map pages weigh, against the most that a phone should be asked to fetch."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from geo_service.settings import PROJECT_ROOT
from geo_service.storage.cluster import open_cluster

MOST_BYTES = 5_000_000


@pytest.mark.benchmark
def test_each_page_is_under_five_megabytes() -> None:
    embedded = {name: value for name, value in os.environ.items() if name != "TRYGHED_DATABASE_URL"}
    with tempfile.TemporaryDirectory(prefix="tryghed-test-") as folder:
        Path(folder).chmod(0o755)  # the server's user must reach it
        state = Path(folder) / "state"
        try:
            drawn = subprocess.run(
                [sys.executable, "-m", "geo_service.cli", "--state", state, "demo", "--no-serve"],
                cwd=PROJECT_ROOT,
                env=embedded,
                check=True,
                capture_output=True,
                text=True,
            )
            pages = [Path(line) for line in drawn.stdout.splitlines()]
            weights = {page.name: page.stat().st_size / MOST_BYTES for page in pages}
        finally:
            open_cluster(state).down()
    assert {"aftenplan.html", "byrum.html", "beboere.html"} <= weights.keys()
    assert max(weights.values()) < 1, weights
