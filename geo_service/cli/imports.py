"""`tryghed import …`: files with data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo_service.cli.console import complain, operator, say, working
from geo_service.cli.opening import open_database

app = typer.Typer(no_args_is_help=True, help="Load incidents and other data from files.")


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
) -> None:
    """Store a file of incidents: whole, or not at all."""
    from geo_service.importing.mapping import load_mapping
    from geo_service.workflows.import_incidents import FaultyRows, import_incidents

    columns = load_mapping(mapping) if mapping else load_mapping()
    try:
        with working(f"Læser {file.name} …"):
            database = open_database()
            with database.session("job") as session:
                report = import_incidents(
                    session,
                    file,
                    mapping=columns,
                    municipality=municipality,
                    accept_partial=accept_partial,
                    imported_by=operator(),
                )
    except FaultyRows as error:
        complain(error.rejections)
        raise
    complain([*report.remarks, *report.rejections])
    say(
        f"{file.name}: {report.rows} rows = {report.stored} stored + {report.duplicates} "
        f"duplicates + {report.rejected_rows} rejected; {report.outside} outside all roder."
    )
