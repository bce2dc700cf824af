"""`tryghed audit …`: seal and verify the chain of the audit, and export what concerns somebody."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from geo_service.cli.acting import As, act
from geo_service.cli.console import err, operator, say, working
from geo_service.cli.opening import open_database
from geo_service.cli.options import WholeSentences

app = typer.Typer(
    cls=WholeSentences,
    no_args_is_help=True,
    help="Seal and verify the chain of the audit; export for a subject.",
)


@app.command()
def seal() -> None:
    """Chain what is committed and not in the chain yet; the service does it by itself."""
    from geo_service.storage.audit_chain import head_of
    from geo_service.storage.audit_chain import seal as seal_now

    database = open_database()
    sealed = seal_now(database)
    with database.session("web_auth") as session:
        head = head_of(session)
    say(f"{sealed} entries sealed; head {head}")


@app.command()
def verify(
    expect: Annotated[
        list[str] | None,
        typer.Option(help="A head kept elsewhere that the chain must have gone through."),
    ] = None,
    restored: Annotated[
        bool,
        typer.Option(
            "--restored",
            help="A backup was put back: set the heads written down before aside.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Follow the whole chain; name the first place where it does not hold, with exit code 1."""
    from geo_service.settings import get_settings
    from geo_service.workflows.audit_control import control

    with working("Following the chain …"):
        done = control(
            open_database(),
            folder=get_settings().state,
            actor=operator(),
            now=datetime.now(UTC),
            expected=tuple(expect or ()),
            restored=restored,
        )
    verdict, fault = done.verdict, done.verdict.fault
    if as_json:
        found = {
            "whole": fault is None,
            "position": verdict.head.position,
            "hash": verdict.head.hash,
            "forgotten": verdict.forgotten,
            "compared": done.compared,
            "fault": None if fault is None else vars(fault),
        }
        typer.echo(json.dumps(found, ensure_ascii=False))
    elif fault is None:
        say(f"The chain is whole: {verdict.links} links, {verdict.forgotten} deleted by age.")
        say(f"Held against {done.compared} heads written down before ({done.heads}).")
        say(f"head {verdict.head}")
    if fault is not None:
        err.print(f"The chain does not hold: {fault}.", style="red", markup=False)
        err.print(
            f"Whole up to {verdict.head}. Touch nothing, keep the database's files and the "
            f"backups, and compare with the heads in {done.heads}: see docs/audit.md.",
            markup=False,
        )
        raise typer.Exit(1)


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="File to write, .csv or .json; must not exist.")],
    account: Annotated[
        str | None, typer.Option(help="Number of the account that it concerns, e.g. 7.")
    ] = None,
    thing: Annotated[
        str | None, typer.Option("--object", help="Or a thing by kind and number, e.g. import:12.")
    ] = None,
    municipality: Annotated[
        str | None, typer.Option(help="Only what belongs to it. [default: what you administer]")
    ] = None,
    as_: As = None,
) -> None:
    """Write what the audit says of an account or a thing, without naming colleagues."""
    from geo_service.errors import InvalidInput
    from geo_service.storage.audit_search import EVERYWHERE
    from geo_service.workflows.audit_export import (
        FORMATS,
        subject_file,
        subject_of,
        told_to_subject,
    )

    subject = subject_of(account, thing)
    form = out.suffix.removeprefix(".").lower()
    if form not in FORMATS:
        raise InvalidInput(f"{out}: name a file that ends in .csv or .json.")
    acting = act("audit.read", municipality=municipality, login=as_)
    place = municipality or acting.caller.municipality or EVERYWHERE
    with acting.reading() as session:
        rows = told_to_subject(session, subject, municipality=place)
        acting.note(session, "disclose", "audit", str(subject), rows=len(rows), format=form)
        _write_new(out, subject_file(rows, form))
    say(f"{out}: {len(rows)} entries about {subject}; colleagues are numbers.")


def _write_new(path: Path, text: str) -> None:
    """Write a file that only we may read; never over one that is there."""
    from geo_service.errors import AlreadyExists

    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise AlreadyExists(f"{path} exists already; an export is never overwritten.") from error
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
