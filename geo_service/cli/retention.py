"""`tryghed retention …`: delete what has become too old, and tell whether that happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Final

import typer

from geo_service.cli import options
from geo_service.cli.console import complain, err, operator, say, working
from geo_service.cli.opening import open_database, seal_what_was_done
from geo_service.cli.options import WholeSentences

if TYPE_CHECKING:
    from geo_service.workflows.retention import Ran

app = typer.Typer(
    cls=WholeSentences, no_args_is_help=True, help="Delete what has become too old, with a proof."
)

AT: Final = time(3, 15)
"""When the daily run begins, in Copenhagen."""
AGAIN_S: Final = 3_600
"""How soon a run that failed is tried again."""
FIRST_S: Final = 60
LOOK_S: Final = 5
"""How often a child looks whether its parent is still there."""


@app.command()
def run(
    as_of: Annotated[
        date | None,
        typer.Option(parser=options.day, help="The day that ages are counted to. [default: today]"),
    ] = None,
    municipality: Annotated[
        str | None, typer.Option(help="Four digits. [default: all of them]")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would go, and change nothing.")
    ] = False,
    early: Annotated[
        bool,
        typer.Option("--early", help="Allow a day that has not come: deletes what is not due."),
    ] = False,
) -> None:
    """Delete what is older than each municipality keeps it; say how much, and that none is left."""
    with working("Counting …" if dry_run else "Deleting what is too old …"):
        ran = _run_once(as_of, municipality, actor=operator(), dry_run=dry_run, early=early)
    _tell(ran, dry_run=dry_run)
    raise typer.Exit(1 if ran.failed else 0)


@app.command()
def status(
    municipality: Annotated[
        str | None, typer.Option(help="Four digits. [default: all of them]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what is due and when it last ran; exit code 3 if a deletion is overdue."""
    from geo_service.workflows.retention import retention_state

    states = retention_state(open_database(), today=_today(), municipality=municipality)
    if as_json:
        typer.echo(json.dumps([vars(one) for one in states], default=str, ensure_ascii=False))
    else:
        for one in states:
            kept = f"{one.keep_days} days{' (default)' if one.is_default else ''}"
            last = f"last run {one.last_as_of or 'never'}"
            late = "  OVERDUE" if one.overdue else ""
            say(
                f"{one.municipality or '–':<4}  {one.kind:<12} kept {kept:<20} "
                f"due {one.due:>7,}  {last}{late}"
            )
    raise typer.Exit(3 if any(one.overdue for one in states) else 0)


@app.command()
def daily(
    parent: Annotated[
        int | None, typer.Option(help="End when this process has ended; `serve` says its own.")
    ] = None,
) -> None:
    """Run now and every night at 03:15 until stopped; what fails is tried again in an hour."""
    from geo_service.errors import TryghedError

    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    wait_s: float = FIRST_S
    while _sleep(stop, wait_s, parent):
        try:
            ran = _run_once(None, None, actor="service")
            seal_what_was_done()
        except TryghedError as error:
            err.print(f"Nothing was deleted: {error} The next try is in an hour.", markup=False)
            wait_s = AGAIN_S
            continue
        _tell(ran, dry_run=False)
        wait_s = AGAIN_S if ran.failed else _until_next(datetime.now(UTC))


@contextmanager
def daily_beside(secrets: Path) -> Iterator[None]:
    """Let `retention daily` run beside us, in a process of its own that ends with us.

    Not where the password of `job` is not to be had: then somebody else runs it.
    """
    if not os.access(secrets / "job", os.R_OK):
        yield
        return
    command = [sys.executable, "-m", "geo_service.cli", "retention", "daily"]
    with subprocess.Popen([*command, "--parent", str(os.getpid())]) as child:
        try:
            yield
        finally:
            child.terminate()


def _run_once(
    as_of: date | None,
    municipality: str | None,
    *,
    actor: str,
    dry_run: bool = False,
    early: bool = False,
) -> Ran:
    from geo_service.settings import get_settings
    from geo_service.workflows.retention import Asked, run_retention

    today = _today()
    asked = Asked(
        as_of=as_of or today,
        today=today,
        actor=actor,
        municipality=municipality,
        dry_run=dry_run,
        early=early,
    )
    return run_retention(open_database(), asked, maps=get_settings().maps_dir)


def _tell(ran: Ran, *, dry_run: bool) -> None:
    for done in ran.deleted:
        place, before = done.municipality or "–", f"{done.cut_off:%Y-%m-%d}"
        what = "would go" if dry_run else "deleted, 0 older left"
        say(f"{place:<4}  {done.kind:<12} before {before}: {done.deleted:>7,} {what}")
    for path in ran.maps_removed:
        say(f"{path}: {'would go' if dry_run else 'removed'}, drawn before the cut-off")
    if ran.maps_to_redraw and not dry_run:
        err.print("May show what was deleted; draw them again with `tryghed maps`:", markup=False)
        complain(ran.maps_to_redraw)
    for (where, kind), why in ran.failed.items():
        err.print(f"{where or '–'} {kind}: not deleted. {why}", style="red", markup=False)


def _today() -> date:
    from geo_service.domain.evenings import COPENHAGEN

    return datetime.now(UTC).astimezone(COPENHAGEN).date()


def _until_next(now: datetime) -> float:
    """Return how many seconds there are until the next run."""
    from geo_service.domain.evenings import COPENHAGEN

    here = now.astimezone(COPENHAGEN)
    day = here.date() if here.time() < AT else here.date() + timedelta(days=1)
    return (datetime.combine(day, AT, COPENHAGEN) - now).total_seconds()


def _sleep(stop: Event, seconds: float, parent: int | None) -> bool:
    """Wait; return False if we are to end: stopped, or the parent is gone."""
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    while (left := (until - datetime.now(UTC)).total_seconds()) > 0:
        if stop.wait(min(left, LOOK_S)) or (parent is not None and os.getppid() != parent):
            return False
    return not stop.is_set()
