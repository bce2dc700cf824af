"""What marked tests need beside Python: the real data, a browser, GDAL's programs.

Where something is missing, the tests that need it are left out and one line says so and what
would help. With `CI=true` it is an error instead: a green run there has run everything.
With `--install-needs` Debian's packages are installed first, where that is allowed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from geo_service.settings import get_settings

APT = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120")

left_out = pytest.StashKey[list[str]]()


@dataclass(frozen=True)
class Need:
    """What the tests of one marker need, as a question, and the cure if the answer is no."""

    marker: str
    is_met: Callable[[], bool]
    cure: str
    packages: tuple[str, ...] = ()
    """Debian's packages that meet it; none where no package does."""


def _has_shared_data() -> bool:
    return get_settings().shared_data.is_dir()


def _has_browser() -> bool:
    """Whether there is a Chromium, and what drives it starts: its own Node wants libatomic."""
    if shutil.which("chromium") is None or importlib.util.find_spec("playwright") is None:
        return False
    from playwright._impl._driver import compute_driver_executable

    node = compute_driver_executable()[0]
    return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0


def _has_gdal() -> bool:
    return shutil.which("ogr2ogr") is not None


NEEDS = (
    Need("shared_data", _has_shared_data, "set TRYGHED_SHARED_DATA to the folder of real data"),
    Need(
        "browser",
        _has_browser,
        "sudo apt-get install chromium libatomic1",
        ("chromium", "libatomic1"),
    ),
    Need("clients", _has_gdal, "sudo apt-get install gdal-bin", ("gdal-bin",)),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Installing packages is asked for, never a surprise of a plain `pytest`."""
    parser.addoption(
        "--install-needs", action="store_true", help="Install by apt what marked tests need."
    )


@pytest.hookimpl(trylast=True)  # after -k and -m: what nobody runs needs nothing
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Meet the needs of the tests that were chosen, or leave those tests out with a word."""
    config.stash[left_out] = []
    for need in NEEDS:
        waiting = [item for item in items if item.get_closest_marker(need.marker)]
        if not waiting or need.is_met():
            continue
        if need.packages and config.getoption("--install-needs"):
            _install(need.packages)
            if need.is_met():
                continue
        complaint = f"{len(waiting)} tests marked {need.marker} cannot run here: {need.cure}"
        if os.environ.get("CI") == "true":
            pytest.exit(complaint, returncode=1)
        config.stash[left_out].append(f"Left out: {complaint}.")
        config.hook.pytest_deselected(items=waiting)
        items[:] = [item for item in items if item not in waiting]


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say what is left out, before the first test runs."""
    return config.stash.get(left_out, [])


def _install(packages: tuple[str, ...]) -> None:
    """Install Debian packages as root or by a sudo that asks nothing; else do nothing."""
    if shutil.which("apt-get") is None:
        return
    sudo = () if os.geteuid() == 0 else ("sudo", "-n")
    if sudo and (shutil.which("sudo") is None or not _runs(*sudo, "true")):
        return
    _runs(*sudo, *APT, "update")
    _runs(*sudo, *APT, "install", "-y", "--no-install-recommends", *packages)


def _runs(*command: str) -> bool:
    """Run a command; its output is shown only if it fails."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode and "-n" not in command[:2]:
        os.write(2, f"{' '.join(command)}\n{done.stdout}{done.stderr}".encode())
    return done.returncode == 0
