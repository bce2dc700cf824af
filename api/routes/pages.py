"""The start page that leads each group to its map, and the maps themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import select

from api.dependencies import DB, SettingsOf
from geo_service.errors import NotFound
from geo_service.storage.tables import Municipality

router = APIRouter(include_in_schema=False)

MAPS: Final = ("aftenplan.html", "byrum.html", "beboere.html")
STYLE: Final = Path(__file__).resolve().parent.parent / "static" / "start.css"
templates = Environment(
    loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@router.get("/")
def start(request: Request, session: DB, settings: SettingsOf) -> HTMLResponse:
    """Return the start page: three groups, three maps."""
    municipality = session.scalars(select(Municipality).order_by(Municipality.code)).first()
    page = templates.get_template("start.html").render(
        drawn=[name for name in MAPS if (settings.maps_dir / name).is_file()],
        municipality=municipality.name if municipality else None,
        demo=bool(municipality and municipality.is_demo),
        version=request.app.version,
    )
    return HTMLResponse(page)


@router.get("/start.css")
def style() -> FileResponse:
    """Return the start page's style."""
    return FileResponse(STYLE, media_type="text/css")


@router.get("/favicon.ico")
def no_icon() -> Response:
    """Say that there is no icon, instead of a 404 in every browser's console."""
    return Response(status_code=204)


@router.get("/kort/{name}")
def drawn_map(name: str, settings: SettingsOf) -> FileResponse:
    """Return one of the drawn maps, by its known name only."""
    if name not in MAPS or not (settings.maps_dir / name).is_file():
        raise NotFound("Kortet findes ikke. `tryghed maps` tegner kortene.")
    return FileResponse(settings.maps_dir / name, media_type="text/html")
