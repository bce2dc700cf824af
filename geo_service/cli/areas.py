"""`tryghed areas …`: editions of areas, and which area belongs to which when."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from geo_service.cli import options
from geo_service.cli.acting import As, act
from geo_service.cli.console import complain, err, say, working
from geo_service.cli.options import WholeSentences

app = typer.Typer(
    cls=WholeSentences, no_args_is_help=True, help="Load areas (roder, districts …) in editions."
)


class OnInvalid(StrEnum):
    """What happens to an outline that is no valid area."""

    reject = "reject"
    repair = "repair"


class OnOverlap(StrEnum):
    """What happens to areas that share ground."""

    reject = "reject"
    accept = "accept"


class OnMissing(StrEnum):
    """What becomes of areas in force that the file does not name."""

    keep = "keep"
    end = "end"


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
    on_missing: Annotated[
        OnMissing | None,
        typer.Option(help="What becomes of areas in force that the file lacks: go on, or end."),
    ] = None,
    fix: Annotated[
        Path | None, typer.Option(help="CSV code;group_kind;group_code that corrects the file.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Source to state on maps.")] = None,
    as_: As = None,
) -> None:
    """Store a file of areas as an edition; faults are named, and nothing is mended silently."""
    from datetime import UTC, datetime

    from geo_service.domain.evenings import COPENHAGEN
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
        on_missing=on_missing.value if on_missing else None,
        fix=fix,
        source=source,
    )
    acting = act("area.write", municipality=municipality, login=as_)
    try:
        with working(f"Reading {file.name} …"), acting.working() as session:
            report = import_areas(
                session,
                file,
                choices,
                imported_by=acting.caller.actor,
                today=datetime.now(UTC).astimezone(COPENHAGEN).date(),
            )
    except FaultyAreas as error:
        complain(error.rejections)
        raise
    complain(report.remarks)
    if report.rejections:
        err.print("Rejected (not stored):", style="yellow")
        complain(report.rejections)
    if report.held_back:
        err.print("Held back until --fix corrects them:", style="yellow")
        complain(report.held_back)
    made = ", ".join(f"{count} {group}" for group, count in sorted(report.groups.items()))
    say(
        f"{file.name}: {report.rows} rows = {report.stored} stored + {report.known} there already"
        f" + {len({one.row for one in report.rejections})} rejected"
        f" + {len({one.row for one in report.held_back})} held back; "
        f"{report.memberships} memberships new{'; dissolved: ' + made if made else ''}."
    )
    raise typer.Exit(1 if report.held_back else 0)


@app.command()
def withdraw(
    kind: Annotated[
        str, typer.Option(parser=options.area_kind, help="What the areas are, e.g. rode.")
    ],
    municipality: Annotated[str, typer.Option(help="Four digits; København is 0101.")],
    valid_from: Annotated[
        date, typer.Option(parser=options.day, help="Day the edition begins, as `list` has it.")
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without, what would follow is told.")
    ] = False,
    as_: As = None,
) -> None:
    """Withdraw an edition that was loaded by mistake; what it ended goes on."""
    from datetime import UTC, datetime

    from geo_service.domain.evenings import COPENHAGEN
    from geo_service.storage.withdrawing import Held
    from geo_service.workflows.withdraw_edition import Unconfirmed, withdraw_edition

    acting = act("area.write", municipality=municipality, login=as_)
    try:
        with acting.working() as session:
            done = withdraw_edition(
                session,
                Held(municipality, kind, valid_from),
                withdrawn_by=acting.caller.actor,
                today=datetime.now(UTC).astimezone(COPENHAGEN).date(),
                confirmed=yes,
            )
    except Unconfirmed as error:
        complain(error.withdrawal.lines())
        raise
    for line in done.lines():
        say(line)


@app.command("list")
def list_(as_: As = None) -> None:
    """List the editions: kind, period, how many areas, and where the outlines come from."""
    from geo_service.storage.areas import editions

    acting = act("area.read", login=as_)
    found = []
    for caller in {one.municipality: one for one in acting.callers}.values():
        with acting.reading(caller) as session:
            found += editions(session)
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
    accept_unknown: Annotated[
        bool, typer.Option("--accept-unknown", help="The code is meant, although nothing knows it.")
    ] = False,
    as_: As = None,
) -> None:
    """Let an area lie in another group from a day on; what was before is kept."""
    from geo_service.workflows.state_membership import Statement, move_member

    acting = act("area.write", municipality=municipality, login=as_)
    statement = Statement(
        municipality=municipality,
        member=options.kind_and_code(member),
        group=options.kind_and_code(group),
        source=source,
        stated_by=acting.caller.actor,
        accept_unknown=accept_unknown,
    )
    with acting.working() as session:
        left = move_member(session, statement, on=on)
    kind, code = statement.group
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
    accept_unknown: Annotated[
        bool, typer.Option("--accept-unknown", help="The code is meant, although nothing knows it.")
    ] = False,
    as_: As = None,
) -> None:
    """State that an area lay in a group for a period that no file tells."""
    from geo_service.workflows.state_membership import Statement, add_membership

    acting = act("area.write", municipality=municipality, login=as_)
    statement = Statement(
        municipality=municipality,
        member=options.kind_and_code(member),
        group=options.kind_and_code(group),
        source=source,
        stated_by=acting.caller.actor,
        accept_unknown=accept_unknown,
    )
    with acting.working() as session:
        add_membership(session, statement, valid_from=valid_from, valid_to=until)
    say(f"{member} lies in {group} from {valid_from} to {until or '…'}.")
