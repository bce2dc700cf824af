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

if TYPE_CHECKING:
    from geo_service.demo.load import DemoChoices, Loaded
    from geo_service.storage.database import Database
    from geo_service.workflows.import_areas import AreaReport

DEFAULT_SEED = 2026
FETCHED = "Københavns Kommune, hentet fra kommunens WFS"
INSTEAD = "The schematic outlines are used instead."


def demo(
    seed: Annotated[
        int | None,
        typer.Option(help=f"Another number, another made-up year. [default: {DEFAULT_SEED}]"),
    ] = None,
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

    from api.listening import require_free
    from geo_service.demo.accounts import ACCOUNTS, ensure_accounts
    from geo_service.demo.load import COPENHAGEN_CODE, loaded_demo
    from geo_service.domain.access import Role
    from geo_service.domain.callers import Caller, Job
    from geo_service.domain.evenings import COPENHAGEN
    from geo_service.settings import get_settings
    from geo_service.workflows.draw_evenings import draw_evenings
    from geo_service.workflows.draw_maps import DrawnFor, draw_maps

    now = datetime.now(UTC)
    day = as_of or now.astimezone(COPENHAGEN).date()
    settings = get_settings()
    if not no_serve:
        require_free(settings.host, port or settings.port)
    with working("Starting the database …"):
        database = open_database()
    job = Job(operator(), municipalities=None)
    with database.working(job) as session:
        loaded = loaded_demo(session)
    if loaded is None:
        report = _load(
            database,
            _choices(DEFAULT_SEED if seed is None else seed, day, areas, fetch=fetch_areas),
        )
        complain(report.rejections)
    else:
        _require_as_asked(loaded, seed=seed, as_of=as_of, areas=areas, fetch=fetch_areas)
        err.print(
            f"The demo of {loaded.as_of} is loaded already and stays as it is; for another one use "
            "`tryghed --state OTHER_FOLDER demo`.",
            markup=False,
        )
        day = loaded.as_of
    with database.session("web_auth") as session:
        ensure_accounts(session, actor=operator())
    wanted = DrawnFor(municipality=COPENHAGEN_CODE, as_of=day, drawn_at=now)
    chief = Caller(operator(), Role.hotspot_chief, COPENHAGEN_CODE)
    with working("Drawing the maps …"):
        evenings = draw_evenings(database, chief, wanted, settings.maps_dir)
        with database.acting(chief) as session:
            rest = draw_maps(
                session, wanted, settings.maps_dir, public_folder=settings.public_maps_dir
            )
    for drawn in (evenings, rest):
        complain(f"{name}: not drawn. {why}" for name, why in drawn.missing.items())
        for path in drawn.written:
            say(str(path))
    err.print(
        "Sign in without a password by the buttons of the sign-in page, or here with "
        f"`tryghed login LOGIN`: {', '.join(ACCOUNTS)}.",
        markup=False,
    )
    if not no_serve:
        # a process of its own: a web process never holds the connections of the role `job`
        number = [] if port is None else ["--port", str(port)]
        again = [sys.executable, "-m", "geo_service.cli", "serve", *number]
        os.execv(sys.executable, again)  # noqa: S606 - no shell is meant


def _require_as_asked(
    loaded: Loaded, *, seed: int | None, as_of: date | None, areas: Path | None, fetch: bool
) -> None:
    """Refuse to go on with a demo that is another one than was asked for.

    Raises
    ------
    AlreadyExists
        Naming the options that it cannot follow.
    """
    from geo_service.errors import AlreadyExists
    from geo_service.importing.sources import read_source

    asked = {
        "--seed": seed is not None and seed != loaded.seed,
        "--as-of": as_of is not None and as_of != loaded.as_of,
        "--areas": areas is not None and read_source(areas).sha256 != loaded.outlines_sha256,
        "--fetch-areas": areas is None and fetch and loaded.outline_source != FETCHED,
    }
    if other := [option for option, differs in asked.items() if differs]:
        raise AlreadyExists(
            f"A demo is loaded already: the year before {loaded.as_of}, seed {loaded.seed}, on "
            f"{loaded.outline_source}. It stays as it is, so {' and '.join(other)} cannot be "
            "followed. Make another one beside it: `tryghed --state OTHER_FOLDER demo …`."
        )


def _load(database: Database, choices: DemoChoices) -> AreaReport:
    """Load the demo; outlines that were fetched and cannot be used give way to the schematic."""
    from geo_service.demo.load import DemoChoices, load_demo
    from geo_service.domain.callers import Job
    from geo_service.errors import InvalidInput

    err.print(f"Outlines: '{choices.outline_source}'", markup=False)
    try:
        with database.working(Job(operator(), municipalities=None)) as session:
            return load_demo(
                session,
                choices,
                loaded_by=operator(),
                progress=lambda text: err.print(text, markup=False),
            )
    except InvalidInput as error:
        if choices.outline_source != FETCHED:
            raise
        err.print(f"{error} {INSTEAD}", markup=False)
    return _load(database, DemoChoices(seed=choices.seed, as_of=choices.as_of))


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
            err.print(f"{error} {INSTEAD}", markup=False)
        else:
            return DemoChoices(
                seed=seed,
                as_of=day,
                outlines=file,
                outline_source=FETCHED,
            )
    return DemoChoices(seed=seed, as_of=day)
