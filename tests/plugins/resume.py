"""A run of the large volumes goes on where it was ended: what passed is not run again.

With `TRYGHED_TEST_FULL=1` every test that passes is noted, under a name that tells the state of
the code. Tests of a later run on the same code are left out, and one line says so. Without git
there is no such name: then nothing is noted. A change of any tracked file begins anew, and so does
a new file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

noted_in = pytest.StashKey[Path]()
left_out = pytest.StashKey[int]()
noted_before = pytest.StashKey[int]()


def state_of(folder: Path) -> str | None:
    """Name the state of the tracked files, for those that git keeps."""
    if shutil.which("git") is None:
        return None
    parts = []
    for command in (("rev-parse", "HEAD"), ("diff", "HEAD"), ("status", "--porcelain")):
        done = subprocess.run(["git", *command], cwd=folder, capture_output=True, check=False)
        if done.returncode:
            return None
        parts.append(done.stdout)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def pytest_configure(config: pytest.Config) -> None:
    """Choose the file of what passed; a worker notes nothing, its reports come to the first."""
    if os.environ.get("TRYGHED_TEST_FULL") != "1" or config.option.collectonly:
        return
    if state := state_of(config.rootpath):
        folder = config.rootpath / ".pytest_cache" / "full"
        folder.mkdir(parents=True, exist_ok=True)
        config.stash[noted_in] = path = folder / state
        config.stash[noted_before] = len(_lines(path))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what passed before on this very code."""
    path = config.stash.get(noted_in, None)
    if path is None:
        return
    passed = set(_lines(path))
    before = [item for item in items if item.nodeid in passed]
    config.stash[left_out] = len(before)
    if before:
        config.hook.pytest_deselected(items=before)
        items[:] = [item for item in items if item.nodeid not in passed]


def _passed_before(config: pytest.Config) -> int:
    """Count what was left out: here, or by the workers, who leave out all that is noted."""
    if getattr(config.option, "dist", "no") == "no":
        return config.stash.get(left_out, 0)
    return config.stash.get(noted_before, 0)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Call a run good whose every test passed before."""
    if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and _passed_before(session.config):
        session.exitstatus = pytest.ExitCode.OK


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many were left out, and how to run them again."""
    if count := _passed_before(config):
        terminalreporter.write_line(
            f"{count} tests passed before on this code and were left out; to run them again, "
            f"delete {config.stash[noted_in]}."
        )


class _Notes:
    """Notes what passed whole: set-up, test and tear-down."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._good: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        good = self._good.get(report.nodeid, True) and report.passed
        self._good[report.nodeid] = good
        if good and report.when == "teardown":
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{report.nodeid}\n")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin to note, in the process that hears of every test."""
    path = session.config.stash.get(noted_in, None)
    if path is not None and not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(_Notes(path))
