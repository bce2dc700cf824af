"""From nothing to three maps: the demo as a user starts it, in a new state folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo_service.settings import PROJECT_ROOT
from geo_service.storage.cluster import open_cluster

AS_OF = "2026-11-23"
PAGES = ["aftenplan.html", "beboere.html", "byrum.html"]


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder that does not exist yet; its cluster is stopped and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tryghed-test-"))
    folder.chmod(0o755)
    yield folder / "state"
    open_cluster(folder / "state").down()
    shutil.rmtree(folder)


def tryghed(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "geo_service.cli", "--state", str(state), *arguments],
        cwd=PROJECT_ROOT,
        env={name: value for name, value in os.environ.items() if name != "TRYGHED_DATABASE_URL"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_demo_from_nothing(state: Path) -> None:
    done = tryghed(state, "demo", "--no-serve", "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    assert [Path(line).name for line in sorted(done.stdout.splitlines())] == PAGES
    assert "skematiske" in done.stderr
    for name in PAGES:
        html = (state / "maps" / name).read_text(encoding="utf-8")
        assert len(html) < 5_000_000
        assert "opdigtede" in html
        assert "skematiske" in html
    assert [path.name for path in (state / "public").iterdir()] == ["beboere.html"]

    status = json.loads(tryghed(state, "status", "--json").stdout)
    assert status["demo"] is True
    counts = status["tables"]
    assert 55_000 <= counts["raw.incident"] <= 65_000
    assert counts["work.improvement_project"] == 30
    for table in (
        *("raw.coverage_area", "raw.commitment", "raw.team", "raw.shift", "raw.evening_log"),
        *("work.offer", "work.offer_hours", "work.effect_goal", "work.effect_goal_value"),
        *("work.survey_result", "work.published_index_result", "work.population", "work.action"),
        *("work.funding_line", "work.incident_count", "adm.audit_entry"),
    ):
        assert counts[table] > 0, table
    roder = [edition for edition in status["editions"] if edition["kind"] == "rode"]
    assert [(edition["areas"], edition["outline"]) for edition in roder] == [(396, "schematic")]

    again = tryghed(state, "demo", "--no-serve", "--as-of", "2026-12-24")
    assert again.returncode == 0, again.stderr
    assert f"demo of {AS_OF} is loaded already" in again.stderr
    assert json.loads(tryghed(state, "status", "--json").stdout)["tables"] == counts

    exact = tryghed(state, "areas", "list").stdout
    assert "0101  rode" in exact
    backup = state.parent / "demo.backup"
    assert tryghed(state, "db", "backup", str(backup)).returncode == 0
    restored = tryghed(state, "db", "restore", str(backup), "--replace")
    assert restored.returncode == 0, restored.stderr
    assert json.loads(tryghed(state, "status", "--json").stdout)["tables"] == counts
    assert tryghed(state, "db", "status").returncode == 0
    assert tryghed(state, "db", "down").stdout == "The database was stopped.\n"
    assert tryghed(state, "db", "status").returncode == 3


@pytest.mark.shared_data
def test_the_demo_on_real_outlines(state: Path, shared_data: Path) -> None:
    roder = shared_data / "copenhagen" / "roder_2014.geojson"
    done = tryghed(state, "demo", "--no-serve", "--as-of", AS_OF, "--areas", str(roder))
    assert done.returncode == 0, done.stderr
    page = (state / "maps" / "aftenplan.html").read_text(encoding="utf-8")
    assert "opdigtede" in page
    assert "skematiske roder" not in page
    status = json.loads(tryghed(state, "status", "--json").stdout)
    outlines = {edition["outline"] for edition in status["editions"]}
    assert outlines == {"official", "derived"}
