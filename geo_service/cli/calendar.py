"""`tryghed calendar …`: the school holidays that offers and evenings are planned by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo_service.cli.acting import As, act
from geo_service.cli.console import complain, say
from geo_service.cli.options import WholeSentences

app = typer.Typer(
    cls=WholeSentences,
    no_args_is_help=True,
    help="Load the school holidays of a municipality.",
)


@app.callback()
def group() -> None:
    """Keep `import-holidays` a command of its own, now that it is the only one."""


@app.command("import-holidays")
def import_holidays_(
    file: Annotated[Path, typer.Argument(help="CSV: ferie;første dag;sidste dag.")],
    municipality: Annotated[str, typer.Option(help="Four digits; København is 0101.")],
    as_: As = None,
) -> None:
    """Store the holidays of a file, all of them or none; those that are known stay."""
    from geo_service.importing.sources import read_source
    from geo_service.workflows.calendar_dates import import_holidays

    acting = act("school_holiday.write", municipality=municipality, login=as_)
    content = read_source(file).content
    with acting.working() as session:
        report = import_holidays(
            session,
            content,
            file=file.name,
            municipality=municipality,
            imported_by=acting.caller.actor,
        )
    complain(str(one) for one in report.rejections)
    complain(report.remarks)
    say(
        f"{file.name}: {report.rows} rows = {report.stored} stored + {report.known} known"
        f" + {report.rows - report.stored - report.known} refused."
    )
    if report.rejections:
        raise typer.Exit(code=1)
