"""The plugins and the gates, in small test suites of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from geo_service.cli import quality
from tests.plugins import minutes, needs

PROJECT = Path(__file__).resolve().parent.parent.parent
SUITE = """
import pytest
@pytest.mark.shared_data
def test_real(): pass
@pytest.mark.browser
@pytest.mark.benchmark
def test_page(): pass
@pytest.mark.parametrize("clients", [1], ids=["clients"])
def test_plain(seed, clients): assert seed == 7
"""


def run_suite(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the suite above with our plugins; no program but Python is on the path."""
    (folder / "test_suite.py").write_text(SUITE)
    markers = "\n".join(f"    {name}: x" for name in minutes.MARKERS)
    (folder / "pytest.ini").write_text(f"[pytest]\nmarkers =\n{markers}\n")
    plugins = [f"-ptests.plugins.{name}" for name in quality.PLUGINS]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-pno:cacheprovider", *plugins, *options],
        cwd=folder,
        env={"PATH": str(folder), "PYTHONPATH": str(PROJECT), "TRYGHED_TEST_SEED": "7"}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def browser_in(folder: Path) -> None:
    (folder / "chromium").write_text("#!/bin/sh\n")
    (folder / "chromium").chmod(0o755)


def test_what_is_missing_is_left_out_with_a_line(tmp_path: Path) -> None:
    done = run_suite(tmp_path, TRYGHED_SHARED_DATA=str(tmp_path / "none"))
    assert done.returncode == 0, done.stdout
    left_out = [x for x in done.stdout.splitlines() if x.startswith("Left out: ")]
    assert [x.split("marked ")[1].split()[0] for x in left_out] == ["shared_data", "browser"]
    assert "set TRYGHED_SHARED_DATA" in left_out[0]
    assert "1 passed, 2 deselected" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("missing", ["shared_data", "browser"])
def test_in_ci_what_is_missing_is_an_error(tmp_path: Path, missing: str) -> None:
    data = tmp_path / ("none" if missing == "shared_data" else "")
    if missing != "browser":
        browser_in(tmp_path)
    done = run_suite(tmp_path, CI="true", TRYGHED_SHARED_DATA=str(data))
    assert done.returncode == 1
    assert f"marked {missing} cannot run here" in done.stdout + done.stderr


def test_what_nobody_runs_needs_nothing(tmp_path: Path) -> None:
    done = run_suite(tmp_path, "-k", "plain", CI="true", TRYGHED_SHARED_DATA="/none")
    assert done.returncode == 0, done.stdout + done.stderr


def test_minutes_count_a_test_under_each_of_its_markers(tmp_path: Path) -> None:
    browser_in(tmp_path)
    done = run_suite(tmp_path, TRYGHED_SHARED_DATA=str(tmp_path))
    *_, line, closing = done.stdout.splitlines()
    assert line == (
        "Minutes per marker: benchmark 0.0 (1 tests), browser 0.0 (1 tests), "
        "other 0.0 (1 tests), shared_data 0.0 (1 tests)"
    )
    assert "3 passed" in closing


def test_a_full_run_goes_on_where_it_was_ended(tmp_path: Path) -> None:
    git = shutil.which("git")
    assert git, "git is missing: apt-get install git"
    (tmp_path / "git").symlink_to(git)
    browser_in(tmp_path)
    choices = {"TRYGHED_SHARED_DATA": str(tmp_path), "TRYGHED_TEST_FULL": "1"}
    run_suite(tmp_path, **choices, TRYGHED_TEST_SEED="8")  # no git yet: nothing is noted
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    (tmp_path / ".gitignore").write_text("*\n!test_suite.py\n!code.py\n")
    (tmp_path / "code.py").write_text("")
    for command in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "x")):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)

    first = run_suite(tmp_path, **choices, TRYGHED_TEST_SEED="8")
    assert "1 failed, 2 passed" in first.stdout
    second = run_suite(tmp_path, **choices)
    assert "2 tests passed before on this code" in second.stdout
    assert "1 passed, 2 deselected" in second.stdout
    for workers in ("-n0", "-n1"):
        third = run_suite(tmp_path, workers, "-q", **choices)
        assert third.returncode == 0, third.stdout + third.stderr
        assert "3 tests passed before on this code" in third.stdout
    assert run_suite(tmp_path, "-k", "nothing", **choices).returncode == 5
    (tmp_path / "code.py").write_text("changed = True")
    assert "3 passed" in run_suite(tmp_path, **choices).stdout
    assert "passed before" not in run_suite(tmp_path, **choices | {"TRYGHED_TEST_FULL": "0"}).stdout


def test_every_marker_of_the_project_is_counted() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = [line.split(":")[0] for line in project["tool"]["pytest"]["markers"]]
    assert sorted(declared) == sorted(minutes.MARKERS)
    assert {need.marker for need in needs.NEEDS} == set(declared) - {"benchmark"}


def test_a_gate_shows_its_output_only_when_it_says_no(capsys: pytest.CaptureFixture[str]) -> None:
    gates = (
        quality.Gate("good", ("-c", "print('all fine')")),
        quality.Gate(
            "bad", ("-c", "import sys; print('line 3', flush=True); sys.exit('too long')")
        ),
    )
    assert quality.run_gates(gates) == ["bad"]
    said = capsys.readouterr().out
    assert "all fine" not in said
    assert said.index("bad") < said.index("FAILED") < said.index("line 3") < said.index("too long")


def test_check_and_test_fail_when_a_gate_does(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = quality.Gate("bad", ("-c", "raise SystemExit(3)"))
    monkeypatch.setattr(quality, "GATES", (bad,))
    with pytest.raises(typer.Exit) as stopped:
        quality.check()
    assert stopped.value.exit_code == 1
    with pytest.raises(typer.Exit) as stopped:
        quality.test(["--version"])  # which pytest itself would answer with 0
    assert stopped.value.exit_code == 1


def test_the_tests_get_the_options_the_seed_and_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    suite = tmp_path / "test_it.py"
    suite.write_text("import os\ndef test_full(): assert os.environ['TRYGHED_TEST_FULL'] == '1'\n")
    monkeypatch.setattr(quality, "GATES", ())
    monkeypatch.setattr(os, "environ", dict(os.environ))
    for full, code in ((True, 0), (False, 1)):
        os.environ.pop("TRYGHED_TEST_FULL", None)
        with pytest.raises(typer.Exit) as stopped:
            quality.test(["-q", "--confcutdir", str(tmp_path), str(suite)], full=full)
        assert stopped.value.exit_code == code
    assert os.environ["TRYGHED_TEST_SEED"]
