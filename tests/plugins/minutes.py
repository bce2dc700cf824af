"""Minutes per marker, at the end of a run: where the time of the tests goes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Generator

import pytest

MARKERS = ("shared_data", "browser", "clients", "benchmark")
OTHER = "other"

seconds: defaultdict[str, float] = defaultdict(float)
tests: Counter[str] = Counter()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note the markers on the report; its keywords hold names of folders too."""
    report = yield
    report.markers = [x for x in MARKERS if item.get_closest_marker(x)] or [OTHER]
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count set-up, test and tear-down; a test with two markers counts under both."""
    for marker in getattr(report, "markers", [OTHER]):  # a worker that died has none
        seconds[marker] += report.duration
        tests[marker] += report.when == "call"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line, e.g. `Minutes per marker: browser 1.3 (14 tests), other 4.2 (310 tests)`."""
    parts = [f"{name} {seconds[name] / 60:.1f} ({tests[name]} tests)" for name in sorted(seconds)]
    terminalreporter.write_line(f"Minutes per marker: {', '.join(parts) or 'none ran'}")
