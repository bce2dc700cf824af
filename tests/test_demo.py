"""From nothing to three maps: the demo as a user starts it, in a new state folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from geo_service.demo.accounts import ACCOUNTS
from geo_service.importing.places import DISTRICTS
from geo_service.settings import PROJECT_ROOT
from geo_service.storage.cluster import open_cluster

AS_OF = "2026-11-23"
PAGES = [
    "aftenplan-0101-akacieparken-sjaelor.html",
    "aftenplan.html",
    "beboere.html",
    "byrum.html",
]


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder that does not exist yet; its cluster is stopped and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tryghed-test-"))
    folder.chmod(0o755)
    yield folder / "state"
    open_cluster(folder / "state").down()
    shutil.rmtree(folder)


def tryghed(state: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "TRYGHED_DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "geo_service.cli", "--state", str(state), *arguments],
        cwd=PROJECT_ROOT,
        env=kept | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _another_demo_than_asked_is_refused(state: Path) -> None:
    real = state.parent / "roder.geojson"
    real.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    for option in (("--as-of", "2026-12-24"), ("--areas", str(real)), ("--seed", "7")):
        other = tryghed(state, "demo", "--no-serve", *option)
        assert (other.returncode, other.stdout) == (1, ""), option
        assert f"so {option[0]} cannot be followed" in other.stderr
        assert f"the year before {AS_OF}, seed 2026, on skematiske roder" in other.stderr
        assert "--state OTHER_FOLDER" in other.stderr
    same = (
        "--as-of",
        AS_OF,
        "--seed",
        "2026",
        "--areas",
        str(DISTRICTS / "roder_schematic.geojson"),
    )
    for options in (same, ()):
        again = tryghed(state, "demo", "--no-serve", *options)
        assert again.returncode == 0, again.stderr
        assert f"demo of {AS_OF} is loaded already" in again.stderr


def test_the_demo_from_nothing(state: Path) -> None:
    done = tryghed(state, "demo", "--no-serve", "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    assert [Path(line).name for line in sorted(done.stdout.splitlines())] == PAGES
    assert "Outlines: 'skematiske roder" in done.stderr
    assert not re.search("[æøåÆØÅ]", re.sub("'[^']*'", "", done.stderr)), "one language in a run"
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

    _another_demo_than_asked_is_refused(state)
    kept = json.loads(tryghed(state, "status", "--json").stdout)["tables"]
    assert kept["adm.audit_entry"] > counts["adm.audit_entry"]  # the maps were drawn again
    assert _but_audit(kept) == _but_audit(counts)

    assert f"`tryghed login LOGIN`: {', '.join(ACCOUNTS)}." in done.stderr
    assert counts["adm.user_account"] == counts["adm.user_right"] == len(ACCOUNTS)
    assert tryghed(state, "areas", "list").returncode == 1, "nobody is signed in yet"
    entered = tryghed(state, "login", "hotspotchef")  # the demo's accounts need no password
    assert entered.stdout == "hotspotchef is signed in: Demo: hotspotchef.\n"
    exact = tryghed(state, "areas", "list").stdout
    assert "0101  rode" in exact
    drawn = tryghed(state, "maps", "--as-of", AS_OF)
    assert drawn.returncode == 0, drawn.stderr
    counts = json.loads(tryghed(state, "status", "--json").stdout)["tables"]
    backup = state.parent / "demo.backup"
    assert tryghed(state, "db", "backup", str(backup)).returncode == 0
    restored = tryghed(state, "db", "restore", str(backup), "--replace")
    assert restored.returncode == 0, restored.stderr
    kept = json.loads(tryghed(state, "status", "--json").stdout)["tables"]
    # of the backup, and of the restore: only these two are new
    assert kept.pop("adm.audit_entry") == counts.pop("adm.audit_entry") + 2
    assert kept.pop("adm.audit_seal") >= counts.pop("adm.audit_seal")
    assert kept == counts
    assert tryghed(state, "db", "status").returncode == 0
    assert tryghed(state, "db", "down").stdout == "The database was stopped.\n"
    assert tryghed(state, "db", "status").returncode == 3


def _but_audit(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if not name.startswith("adm.audit")}


def test_outlines_that_were_fetched_and_cannot_be_used_give_way(state: Path) -> None:
    text = (DISTRICTS / "roder_schematic.geojson").read_text(encoding="utf-8")
    roder = json.loads(text)
    roder["features"] = [one for one in roder["features"] if one["properties"]["rode_nr"] != 157]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(roder).encode())

        def log_message(self, *arguments: object) -> None:
            """Keep the tests' output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/ows"
        fetching = ("demo", "--no-serve", "--as-of", AS_OF, "--fetch-areas")
        done = tryghed(state, *fetching, TRYGHED_WFS_URL=url)
        server.shutdown()
    assert done.returncode == 0, done.stderr
    assert (state / "fetched" / "roder.geojson").exists()
    assert "needs rode 157" in done.stderr
    assert "The schematic outlines are used instead." in done.stderr
    assert "skematiske" in (state / "maps" / "aftenplan.html").read_text(encoding="utf-8")
    status = json.loads(tryghed(state, "status", "--json").stdout)
    roder_kept = [edition for edition in status["editions"] if edition["kind"] == "rode"]
    assert [(one["areas"], one["outline"]) for one in roder_kept] == [(396, "schematic")]


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
