"""The command `tryghed`: one app, its commands in files of their own.

Everything heavy is imported inside the commands, so that `--help` is quick.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from geo_service.cli import areas, database, demo, imports, quality, serving
from geo_service.cli.console import err
from geo_service.errors import TryghedError

app = typer.Typer(
    name="tryghed",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
    help=(
        "Tryghedskort: maps of safety (tryghed), and joint evening plans of police and street "
        "team.\n\n"
        "New here? [bold]./tryghed demo[/bold] makes a database, fills it with a made-up year in "
        "Copenhagen, draws three maps and shows them on http://127.0.0.1:8470.\n\n"
        "Then with your own data: [bold]areas import[/bold] (roder, districts), [bold]import "
        "incidents[/bold], [bold]maps[/bold]. Every command has --help."
    ),
)
app.add_typer(database.app, name="db", rich_help_panel="The database")
app.add_typer(areas.app, name="areas", rich_help_panel="Your data")
app.add_typer(imports.app, name="import", rich_help_panel="Your data")
app.command("demo", rich_help_panel="Start here")(demo.demo)
app.command("maps", rich_help_panel="Start here")(serving.maps)
app.command("serve", rich_help_panel="Start here")(serving.serve)
app.command("status", rich_help_panel="The database")(serving.status)
app.command("check", rich_help_panel="For developers")(quality.check)
app.command("test", rich_help_panel="For developers", context_settings=quality.PASS_ON)(
    quality.test
)


@app.callback()
def common(
    state: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the database, its secrets and the maps. [default: .tryghed]",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Take the options that come before the command."""
    if state is not None:
        os.environ["TRYGHED_STATE"] = str(state)


def main() -> None:
    """Run a command; what a user can mend is one sentence and exit code 1."""
    try:
        app(prog_name="tryghed")
    except TryghedError as error:
        err.print(str(error), style="red", markup=False)
        sys.exit(1)
