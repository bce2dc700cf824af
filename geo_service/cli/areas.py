"""`tryghed areas …`: editions of areas, and which area belongs to which when."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from geo_service.cli import options
from geo_service.cli.console import complain, err, operator, say, working
from geo_service.cli.opening import open_database

app = typer.Typer(no_args_is_help=True, help="Load areas (roder, districts …) in editions.")


class OnInvalid(StrEnum):
    """What happens to an outline that is no valid area."""

    reject = "reject"
    repair = "repair"


class OnOverlap(StrEnum):
    """What happens to areas that share ground."""

    reject = "reject"
    accept = "accept"


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="GeoJSON, or CSV with a column of WKT.")],
    kind: Annotated[
        str, typer.Option(parser=options.area_kind, help="What the areas are, e.g. rode.")
    ],
    municipality: Annotated[str, typer.Option(help="Four digits; København is 0101.")],
    code: Annotated[str, typer.Option(help="Column with the area's code or number.")],
    valid_from: Annotated[
        date, typer.Option(parser=options.day, help="Day the edition begins, e.g. 2014-09-01.")
    ],
    name: Annotated[str | None, typer.Option(help="Column with the area's name.")] = None,
    within: Annotated[
        list[str] | None,
        typer.Option(
            help="KIND=COLUMN: the larger area it lies in, e.g. district=distrikt_nr. Repeat it."
        ),
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="EPSG:4326 or EPSG:25832, where the file does not state it.")
    ] = None,
    on_invalid: Annotated[
        OnInvalid | None, typer.Option(help="What to do with invalid outlines.")
    ] = None,
    on_overlap: Annotated[
        OnOverlap | None, typer.Option(help="What to do with areas that overlap.")
    ] = None,
    fix: Annotated[
        Path | None, typer.Option(help="CSV code;group_kind;group_code that corrects the file.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Source to state on maps.")] = None,
) -> None:
    """Store a file of areas as an edition; faults are named, and nothing is mended silently."""
    from geo_service.workflows.import_areas import AreaChoices, FaultyAreas, import_areas

    choices = AreaChoices(
        municipality=municipality,
        kind=kind,
        code=code,
        name=name,
        within=dict(options.kind_and_column(text) for text in within or []),
        valid_from=valid_from,
        crs=crs,
        on_invalid=on_invalid.value if on_invalid else None,
        on_overlap=on_overlap.value if on_overlap else None,
        fix=fix,
        source=source,
    )
    try:
        with working(f"Læser {file.name} …"):
            database = open_database()
            with database.session("job") as session:
                report = import_areas(session, file, choices, imported_by=operator())
    except FaultyAreas as error:
        complain(error.rejections)
        raise
    complain(report.remarks)
    if report.rejections:
        err.print("Afvist (ikke gemt):", style="yellow")
        complain(report.rejections)
    if report.held_back:
        err.print("Holdt tilbage, til en rettelse er givet med --fix:", style="yellow")
        complain(report.held_back)
    made = ", ".join(f"{count} {group}" for group, count in sorted(report.groups.items()))
    say(
        f"{file.name}: {report.rows} rows = {report.stored} stored + {report.known} there already"
        f" + {len({one.row for one in report.rejections})} rejected"
        f" + {len({one.row for one in report.held_back})} held back; "
        f"{report.memberships} memberships new{'; dissolved: ' + made if made else ''}."
    )
    raise typer.Exit(1 if report.held_back else 0)


@app.command("list")
def list_() -> None:
    """List the editions: kind, period, how many areas, and where the outlines come from."""
    from geo_service.storage.areas import editions

    database = open_database()
    with database.session("web_work") as session:
        found = editions(session)
    if not found:
        say("No areas yet. `tryghed areas import --help` shows how to load them.")
    for row in found:
        until = str(row["valid_to"] or "…")
        say(
            f"{row['municipality']}  {row['kind']:<13} {row['valid_from']} – {until:<10} "
            f"{row['areas']:>4}  {row['outline']:<9}  {row['source']}"
        )


@app.command()
def move(
    member: Annotated[str, typer.Argument(help="The area that moves, e.g. rode:157.")],
    group: Annotated[str, typer.Argument(help="Where it lies from that day, e.g. district:12.")],
    on: Annotated[date, typer.Option(parser=options.day, help="First day in the new group.")],
    municipality: Annotated[str, typer.Option(help="Four digits.")] = "0101",
    source: Annotated[str, typer.Option(help="Who says so.")] = "oplyst af bruger",
) -> None:
    """Let an area lie in another group from a day on; what was before is kept."""
    from geo_service.workflows.state_membership import move_member

    database = open_database()
    with database.session("job") as session:
        left = move_member(
            session,
            municipality=municipality,
            member=options.kind_and_code(member),
            group=options.kind_and_code(group),
            on=on,
            source=source,
            stated_by=operator(),
        )
    kind, code = options.kind_and_code(group)
    say(f"{member} lies in {kind} {left} until {on}, then in {kind} {code}.")


@app.command()
def member(
    member: Annotated[str, typer.Argument(help="The area, e.g. rode:157.")],
    group: Annotated[str, typer.Argument(help="Where it lay, e.g. district:11.")],
    valid_from: Annotated[date, typer.Option("--from", parser=options.day, help="First day.")],
    until: Annotated[
        date | None, typer.Option(parser=options.day, help="First day it no longer lay there.")
    ] = None,
    municipality: Annotated[str, typer.Option(help="Four digits.")] = "0101",
    source: Annotated[str, typer.Option(help="Who says so.")] = "oplyst af bruger",
) -> None:
    """State that an area lay in a group for a period that no file tells."""
    from geo_service.workflows.state_membership import add_membership

    database = open_database()
    with database.session("job") as session:
        add_membership(
            session,
            municipality=municipality,
            member=options.kind_and_code(member),
            group=options.kind_and_code(group),
            valid_from=valid_from,
            valid_to=until,
            source=source,
            stated_by=operator(),
        )
    say(f"{member} lies in {group} from {valid_from} to {until or '…'}.")
