"""`tryghed basemap …`: what lies beneath every map, so that it is one without the internet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo_service.cli import options
from geo_service.cli.acting import As, act
from geo_service.cli.console import complain, say, working
from geo_service.cli.options import WholeSentences

app = typer.Typer(
    cls=WholeSentences,
    no_args_is_help=True,
    help="Load water, green, roads and names beneath the maps.",
)


@app.callback()
def group() -> None:
    """Keep `import` a command of its own, now that it is the only one."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="GeoPackage.")],
    municipality: Annotated[str, typer.Option(help="Four digits; København is 0101.")],
    layer: Annotated[
        list[str] | None,
        typer.Option(
            help="KIND=LAYER[:NAME_COLUMN[:CLASS_COLUMN]], e.g. water=soer. Repeat it. "
            "[default: the layers that are known by their names]"
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Whom to credit on maps. [default: the file's name]")
    ] = None,
    as_: As = None,
) -> None:
    """Replace the municipality's base map by the layers of a file."""
    from geo_service.workflows.import_basemap import import_basemap

    layers = [options.basemap_layer(text) for text in layer or []]
    acting = act("area.write", municipality=municipality, login=as_)
    with working(f"Reading {file.name} …"), acting.working() as session:
        report = import_basemap(
            session,
            file,
            municipality=municipality,
            source=source or file.name,
            imported_by=acting.caller.actor,
            layers=layers,
        )
    complain(report.left_out)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(report.by_kind.items()))
    say(
        f"{file.name}: {report.rows} rows = {report.stored} stored"
        f" + {report.rows - report.stored} left out; {kinds}."
    )
