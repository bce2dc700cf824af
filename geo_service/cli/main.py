"""The command `tryghed`: one app, its commands in files of their own.

Everything heavy is imported inside the commands, so that `--help` is quick.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from geo_service.cli import (
    areas,
    audit,
    basemap,
    calendar,
    database,
    demo,
    imports,
    plan,
    quality,
    retention,
    serving,
    signing_in,
    users,
)
from geo_service.cli.console import err
from geo_service.cli.opening import seal_what_was_done
from geo_service.errors import TryghedError

HELP = """Tryghedskort: maps of safety (tryghed), and joint evening plans of police and street
team.

New here? This makes a database, fills it with a made-up year in Copenhagen, draws three
maps and shows them on http://127.0.0.1:8470:

\b
  ./tryghed demo

With data of your own, as a signed-in user:

\b
  ./tryghed users first-admin LOGIN --name NAME --municipality 0101
  ./tryghed login LOGIN                who acts from now on
  ./tryghed areas import FILE …        roder, districts: what a map is made of
  ./tryghed import incidents FILE …    what happened there
  ./tryghed maps                       draw the three maps again
  ./tryghed serve                      show them

Every command explains itself: ./tryghed areas import --help
"""

# plain help: the boxes of rich take longer to load than all the rest together
app = typer.Typer(
    name="tryghed",
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 100},
)
app.command("demo", short_help="From nothing to three maps on the screen.")(demo.demo)
app.command("maps", short_help="Draw the maps from what you may see.")(serving.maps)
app.command("serve", short_help="Show the start page, the maps and the API.")(serving.serve)
app.command("status", short_help="Say what the database holds, and where.")(serving.status)
app.add_typer(areas.app, name="areas", short_help="Load areas in editions; who lies in what.")
app.add_typer(basemap.app, name="basemap", short_help="Load what lies beneath the maps.")
app.add_typer(calendar.app, name="calendar", short_help="Load the school holidays.")
app.add_typer(imports.app, name="import", short_help="Load incidents from files.")
app.add_typer(plan.app, name="plan", short_help="Propose who is where in the evenings, and why.")
app.add_typer(audit.app, name="audit", short_help="Seal, verify and export the audit.")
app.add_typer(retention.app, name="retention", short_help="Delete what has become too old.")
app.add_typer(users.app, name="users", short_help="Administer users; the first administrator.")
app.command("login", short_help="Sign in, to load and draw data as somebody.")(signing_in.login)
app.command("logout", short_help="Sign out.")(signing_in.logout)
app.command("whoami", short_help="Say who acts, and under which rights.")(signing_in.whoami)
app.add_typer(database.app, name="db", short_help="Start, stop, migrate, back up, restore.")
app.command("check", short_help="For developers: style, types, imports, docs.")(quality.check)
app.command(
    "test",
    short_help="For developers: the checks, then every test.",
    context_settings=quality.PASS_ON,
)(quality.test)


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
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            where = f" of{where}" if where else ""
            text = f"The disk{where} is full. Free some space and run the command again."
            err.print(text, style="red", markup=False)
            sys.exit(1)
        err.print(f"Stopped:{where} {error.strerror or error}.", style="red", markup=False)
        sys.exit(1)
    except ValueError as error:
        if (fault := _fault_of_a_setting(error)) is None:
            raise
        err.print(fault, style="red", markup=False)
        sys.exit(1)
    finally:
        seal_what_was_done()


def _fault_of_a_setting(error: ValueError) -> str | None:
    """Return the sentence for a setting that cannot be used; None for any other error."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or error.title != "Settings":
        return None
    first = error.errors()[0]
    name = "_".join(str(part) for part in first["loc"]).upper()
    return f"The setting TRYGHED_{name} cannot be used: {first['msg']}."
