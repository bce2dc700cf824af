"""`tryghed maps`, `serve` and `status`: draw, show, and say what is there."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date
from typing import Annotated

import typer

from geo_service.cli import options
from geo_service.cli.acting import As, act
from geo_service.cli.console import complain, err, say, working
from geo_service.cli.opening import open_database
from geo_service.cli.retention import daily_beside


def maps(
    municipality: Annotated[str, typer.Option(help="Four digits.")] = "0101",
    hotspot: Annotated[
        str | None,
        typer.Option(help="Hotspot area whose evening map is drawn. [default: each of yours]"),
    ] = None,
    as_of: Annotated[
        date | None,
        typer.Option(parser=options.day, help="First evening of the map. [default: today]"),
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="Also show the residents' page on the public site.")
    ] = False,
    as_: As = None,
) -> None:
    """Draw the maps from what you may see: projects, residents, and evenings per hotspot area."""
    from datetime import UTC, datetime

    from geo_service.settings import get_settings
    from geo_service.workflows.draw_evenings import draw_evenings
    from geo_service.workflows.draw_maps import DrawnFor, draw_maps

    settings = get_settings()
    now = datetime.now(UTC)
    acting = act("map.draw", login=as_, municipality=municipality, hotspot_area=hotspot)
    if public:
        acting.require("map.publish")
    wanted = DrawnFor(
        municipality=municipality,
        as_of=as_of or now.astimezone().date(),
        drawn_at=now,
    )
    shown = settings.public_maps_dir if public else None
    with working("Drawing the maps …"):
        with acting.reading() as session:
            drawn = [draw_maps(session, wanted, settings.maps_dir, public_folder=shown)]
            acting.note(session, "draw", "map", names=[p.stem for p in drawn[0].written])
            if public:
                acting.note(session, "disclose", "map", to="public site")
        drawn += [
            draw_evenings(acting.database, caller, wanted, settings.maps_dir, hotspot_area=hotspot)
            for caller in acting.callers
        ]
    for done in drawn:
        complain(f"{name}: not drawn. {why}" for name, why in done.missing.items())
        for path in done.written:
            say(f"{path}  {path.stat().st_size / 1e6:.1f} MB")


def serve(
    public: Annotated[
        bool, typer.Option("--public", help="The residents' map and nothing else.")
    ] = False,
    host: Annotated[str | None, typer.Option(help="Address. [default: 127.0.0.1]")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port. [default: 8470]")
    ] = None,
) -> None:
    """Show the pages and the API, on this machine; a proxy in front of it speaks TLS."""
    run_server(public=public, host=host, port=port)


def run_server(*, public: bool, host: str | None, port: int | None) -> None:
    """Serve until stopped.

    Raises
    ------
    InvalidInput
        If the address can be reached from other machines.
    NotReady
        If the port is taken or the database is not ready.
    """
    import uvicorn

    from api.connections import server_options
    from api.listening import listening_socket, require_loopback
    from api.main import make_app
    from geo_service.domain.access import POOL_OF, POOLS_SIGNED_IN, Role
    from geo_service.settings import get_settings
    from geo_service.storage.assertions import assert_walls
    from geo_service.storage.bootstrap import prepare
    from geo_service.storage.database import connect

    settings = get_settings()
    address, number = host or settings.host, port or settings.port
    require_loopback(address, is_private=settings.host_is_private)
    with listening_socket(address, number) as listening:
        database = connect(settings)
        if not public:
            prepare(database)
        pools = [POOL_OF[Role.public]] if public else POOLS_SIGNED_IN
        assert_walls(database, pools, open_catalog=settings.open_catalog)
        app = make_app(settings, database, public=public)
        seen = settings.origin or f"http://{address}:{number}"
        err.print(f"Tryghedskort is at {seen}/. Stop with Ctrl-C.", markup=False)
        server = uvicorn.Server(uvicorn.Config(app, **server_options()))
        with nullcontext() if public else daily_beside(settings.secrets):
            server.run(sockets=[listening])


def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what the database holds: counts per table, versions, editions, and where it is."""
    from geo_service.settings import get_settings
    from geo_service.workflows.report_status import report_status

    settings = get_settings()
    database = open_database()
    report = report_status(settings, database)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    server = report["database"]
    say(f"PostgreSQL {server['postgresql']}, PostGIS {server['postgis']}")
    say(f"schema    {report['schema']['head']} (newest: {report['schema']['needed']})")
    say(f"demo      {'yes: the data are made up' if report['demo'] else 'no'}")
    for name, place in report["places"].items():
        say(f"{name:<9} {place}")
    for name, count in report["tables"].items():
        if count:
            say(f"  {name:<28} {count:>9,}")
    for row in report["editions"]:
        say(
            f"  {row['municipality']} {row['kind']:<13} from {row['valid_from']}: "
            f"{row['areas']} ({row['outline']})"
        )
