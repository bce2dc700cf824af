"""The public site: the residents' map, and nothing else."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse, RedirectResponse, Response

from api.access import needs
from api.dependencies import SettingsOf
from geo_service.errors import NotFound

router = APIRouter(include_in_schema=False)

PAGE = "beboere.html"


@router.get("/", dependencies=[needs("open")])
def start() -> RedirectResponse:
    """Lead to the map."""
    return RedirectResponse(f"/kort/{PAGE}")


@router.get("/favicon.ico", dependencies=[needs("open")])
def no_icon() -> Response:
    """Say that there is no icon."""
    return Response(status_code=204)


@router.get(f"/kort/{PAGE}", dependencies=[needs("open")])
def residents(settings: SettingsOf) -> FileResponse:
    """Return the residents' map."""
    path = settings.public_maps_dir / PAGE
    if not path.is_file():
        raise NotFound("Der er endnu ikke offentliggjort et kort.")
    return FileResponse(path, media_type="text/html")
