"""`tryghed check` and `tryghed test`: the gates, and then every test.

A gate is a program of its own that says no by its exit code; its output is shown only when it
does. The tests run in pytest as it is, with our plugins (`tests/plugins/`): nothing is
retried, hidden or switched off here. Promises: the exit code is 0 only if all is well, and where
the tests run in two parts, a failure in the first is said again after the second.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import typer

from geo_service.errors import NotReady

DEFAULT_SEED = "20261123"

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Context settings that `test` is registered with, so that pytest's options reach pytest."""


PLUGINS = ("seed", "needs", "resume", "minutes")

SIDE_BY_SIDE = ("-n2", "--dist=loadfile", "-m", "not benchmark", "-q", "--durations=15")
"""All but the benchmarks, a file at a time in each of two processes, each with its PostGIS."""

ALONE = ("-m", "benchmark", "-q")


@dataclass(frozen=True)
class Gate:
    """A check by another program: its name, and what Python is given to run it."""

    name: str
    arguments: tuple[str, ...]


LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"

GATES = (
    Gate("ruff check", ("-m", "ruff", "check", "--quiet")),
    Gate("ruff format", ("-m", "ruff", "format", "--check", "--quiet", "--diff")),
    Gate("mypy", ("-m", "mypy", "--no-error-summary")),
    Gate("import contracts", ("-c", LINT_IMPORTS)),
    Gate("migrations", ("-m", "pytest", "-q", "tests/storage/test_migrations.py")),
    Gate("documentation", ("-m", "pytest", "-q", "tests/test_docs.py")),
)


def run_gates(gates: Iterable[Gate]) -> list[str]:
    """Run gates one after another, with one line each; return the names of those that failed."""
    failed = []
    for gate in gates:
        began = time.perf_counter()
        result = _python(*gate.arguments, quiet=True)
        seconds = time.perf_counter() - began
        verdict = "FAILED" if result.returncode else "ok"
        typer.echo(f"{gate.name:<17} {seconds:6.1f} s  {verdict}")
        if result.returncode:
            failed.append(gate.name)
            typer.echo(result.stdout.rstrip())
    return failed


def check() -> None:
    """Run the gates: style, types, imports, migrations, documentation."""
    _require_test_packages()
    if failed := run_gates(GATES):
        typer.echo(f"Failed: {', '.join(failed)}.", err=True)
        raise typer.Exit(code=1)


def test(
    pytest_args: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PYTEST ARGS]...", help="Handed on, e.g. `-k import -x`."),
    ] = None,  # noqa: PT028 - a command, not a test
    *,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="With the large volumes (sets TRYGHED_TEST_FULL=1); what passed on the same "
            "code is not run again.",
        ),
    ] = False,  # noqa: PT028
) -> None:
    """Run the gates, then the tests; install what they need where apt may be used.

    With no arguments for pytest, the tests run on two cores; those that measure ratios run
    afterwards, alone.
    """
    check()
    os.environ.setdefault("TRYGHED_TEST_SEED", DEFAULT_SEED)
    if full:
        os.environ["TRYGHED_TEST_FULL"] = "1"
    if pytest_args:
        codes = [_pytest("--install-needs", *pytest_args).returncode]
    else:
        if code := _meet_needs():
            raise typer.Exit(code=code)
        codes = [_pytest(*part).returncode for part in (SIDE_BY_SIDE, ALONE)]
        if codes[0]:
            typer.echo("Failed: tests before the benchmarks; their summary is above.", err=True)
    raise typer.Exit(code=max(codes))


def _meet_needs() -> int:
    """Collect every test, in one process: install what they need, and say what is left out."""
    collected = _pytest("--collect-only", "-q", "--install-needs", quiet=True)
    lines = collected.stdout.splitlines()
    for line in lines:
        if collected.returncode or line.startswith("Left out: "):
            typer.echo(line)
    return collected.returncode


def _pytest(*arguments: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    plugins = [f"-ptests.plugins.{name}" for name in PLUGINS]
    seed = f"--hypothesis-seed={os.environ['TRYGHED_TEST_SEED']}"
    return _python("-m", "pytest", *plugins, seed, *arguments, quiet=quiet)


def _python(*arguments: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """Run this Python in the project's folder; `quiet` keeps what it writes in `stdout`."""
    from geo_service.settings import PROJECT_ROOT

    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def _require_test_packages() -> None:
    if importlib.util.find_spec("pytest") is None:
        raise NotReady(
            "The packages of the tests are not installed: "
            "start from the project's folder with `./tryghed check` or `./tryghed test`."
        )
