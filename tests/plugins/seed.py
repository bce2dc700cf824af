"""One seed for every test that draws numbers, so that a failure can be met again.

`TRYGHED_TEST_SEED` names it. In CI Hypothesis derives its examples from the test itself, so
that a run there never depends on the one before.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from geo_service.cli.quality import DEFAULT_SEED

# No deadline: the time of one example says more about the machine than about our code.
settings.register_profile("ci", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("local", deadline=None)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the profile, unless the command line did."""
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


@pytest.fixture(scope="session")
def seed() -> int:
    """Return the seed of this run, for a test's own random generator."""
    return int(os.environ.get("TRYGHED_TEST_SEED", DEFAULT_SEED))
