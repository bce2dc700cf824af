"""`tryghed demo`: from nothing to three maps on the screen."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_service.cli import options
from geo_service.cli.console import complain, err, operator, say, working
from geo_service.cli.opening import open_database
from geo_service.cli.serving import HOTSPOT_AREA

if TYPE_CHECKING:
    from geo_service.demo.load import DemoChoices

DEFAULT_SEED = 2026


def demo(
    seed: Annotated[int, typer.Option(help="Another number, another made-up year.")] = DEFAULT_SEED,
    as_of: Annotated[
        date | None,
        typer.Option(parser=options.day, help="Day after the made-up year. [default: today]"),
    ] = None,
    areas: Annotated[
        Path | None, typer.Option(help="Real outlines of Copenhagen's roder (GeoJSON).")
    ] = None,
    fetch_areas: Annotated[
        bool,
        typer.Option("--fetch-areas", help="Fetch the official outlines from Copenhagen's WFS."),
    ] = False,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Draw the maps and stop.")] = False,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port. [default: 8470]")
    ] = None,
) -> None:
    """Make a database with a made-up year in Copenhagen, draw three maps and show them."""
    from datetime import UTC, datetime

    from geo_service.demo.load import COPENHAGEN_CODE, load_demo, loaded_year
    from geo_service.domain.evenings import COPENHAGEN
    from geo_service.settings import get_settings
    from geo_service.workflows.draw_maps import DrawnFor, draw_maps

    now = datetime.now(UTC)
    day = as_of or now.astimezone(COPENHAGEN).date()
    settings = get_settings()
    with working("Starting the database …"):
        database = open_database()
    with database.session("job") as session:
        loaded = loaded_year(session)
    if loaded is None:
        choices = _choices(seed, day, areas, fetch=fetch_areas)
        err.print(f"Outlines: {choices.outline_source}", markup=False)
        with database.session("job") as session:
            report = load_demo(
                session,
                choices,
                loaded_by=operator(),
                progress=lambda text: err.print(text, markup=False),
            )
        complain(report.rejections)
    else:
        err.print(
            f"The demo of {loaded} is loaded already and stays as it is; for another one use "
            "`tryghed --state OTHER_FOLDER demo`.",
            markup=False,
        )
        day = loaded
    wanted = DrawnFor(
        municipality=COPENHAGEN_CODE, hotspot_area=HOTSPOT_AREA, as_of=day, drawn_at=now
    )
    with working("Drawing the maps …"), database.session("job") as session:
        drawn = draw_maps(
            session, wanted, settings.maps_dir, public_folder=settings.public_maps_dir
        )
    complain(f"{name}: ikke tegnet. {why}" for name, why in drawn.missing.items())
    for path in drawn.written:
        say(str(path))
    if not no_serve:
        # a process of its own: a web process never holds the connections of the role `job`
        number = [] if port is None else ["--port", str(port)]
        again = [sys.executable, "-m", "geo_service.cli", "serve", *number]
        os.execv(sys.executable, again)  # noqa: S606 - no shell is meant


def _choices(seed: int, day: date, areas: Path | None, *, fetch: bool) -> DemoChoices:
    """Return what to load; a failed fetch means the schematic outlines, and says so."""
    from geo_service.demo.load import DemoChoices
    from geo_service.errors import NotReady
    from geo_service.importing.wfs import fetch_roder
    from geo_service.settings import get_settings

    if areas is not None:
        return DemoChoices(
            seed=seed, as_of=day, outlines=areas, outline_source=f"{areas.name}, Københavns Kommune"
        )
    if fetch:
        settings = get_settings()
        try:
            file = fetch_roder(settings.wfs_url, settings.state / "fetched" / "roder.geojson")
        except NotReady as error:
            err.print(f"{error} The schematic outlines are used instead.", markup=False)
        else:
            return DemoChoices(
                seed=seed,
                as_of=day,
                outlines=file,
                outline_source="Københavns Kommune, hentet fra kommunens WFS",
            )
    return DemoChoices(seed=seed, as_of=day)
