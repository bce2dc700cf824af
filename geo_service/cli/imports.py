"""`tryghed import …`: files with data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo_service.cli.acting import As, act
from geo_service.cli.console import complain, say, working
from geo_service.cli.options import WholeSentences

app = typer.Typer(
    cls=WholeSentences, no_args_is_help=True, help="Load incidents and other data from files."
)


@app.callback()
def group() -> None:
    """Keep `incidents` a command of its own, now that it is the only one."""


@app.command()
def incidents(
    file: Annotated[Path, typer.Argument(help="CSV with ; and decimal comma.")],
    municipality: Annotated[str, typer.Option(help="Four digits; København is 0101.")],
    mapping: Annotated[
        Path | None, typer.Option(help="TOML that says which column is what. [default: ours]")
    ] = None,
    accept_partial: Annotated[
        bool, typer.Option("--accept-partial", help="Store the good rows although some are bad.")
    ] = False,
    as_: As = None,
) -> None:
    """Store a file of incidents: whole, or not at all."""
    from datetime import UTC, datetime

    from geo_service.importing.mapping import load_mapping
    from geo_service.workflows.import_incidents import FaultyRows, import_incidents

    columns = load_mapping(mapping) if mapping else load_mapping()
    acting = act("incident.import", municipality=municipality, login=as_)
    try:
        with working(f"Reading {file.name} …"), acting.working() as session:
            report = import_incidents(
                session,
                file,
                mapping=columns,
                municipality=municipality,
                accept_partial=accept_partial,
                imported_by=acting.caller.actor,
                now=datetime.now(UTC),
            )
    except FaultyRows as error:
        complain(error.rejections)
        raise
    complain([*report.remarks, *report.rejections, *report.changes])
    changed = f" ({len(report.changes)} of them changed since)" if report.changes else ""
    say(
        f"{file.name}: {report.rows} rows = {report.stored} stored + {report.duplicates} "
        f"duplicates{changed} + {report.rejected_rows} rejected; "
        f"{report.outside} outside all roder."
    )
