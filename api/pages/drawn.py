"""The drawn maps, as the files they are: each to those who may, within their scope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import FileResponse

from api.access import Refused, Visit, needs
from api.dependencies import SettingsOf
from geo_service.domain.callers import Caller
from geo_service.settings import Settings
from geo_service.storage import incident_precision
from geo_service.workflows.drawn_scope import EVENING, DrawnScope, read_scopes

router = APIRouter(include_in_schema=False)

MAPS: Final = (EVENING, "byrum", "beboere")
RELEASED: Final = "beboere.html"


@dataclass(frozen=True)
class Board:
    """The evening map of a hotspot area that the caller may see."""

    hotspot_area: str
    name: str
    is_too_fine: bool
    """Drawn before the police chose that others see less: kept back until it is drawn anew."""


def map_file(settings: Settings, visit: Visit, name: str) -> Path | None:
    """Return the file of a map that the caller may see, None if there is none."""
    scope = read_scopes(settings.maps_dir).get(name)
    path = settings.maps_dir / f"{name}.html"
    if scope is None or not _may_see(visit.caller, name, scope) or not path.is_file():
        return None
    return None if _is_too_fine(visit, scope) else path


def boards(settings: Settings, visit: Visit) -> Iterator[Board]:
    """Yield the evening maps that lie within the caller's scope."""
    for name, scope in read_scopes(settings.maps_dir).items():
        path = settings.maps_dir / f"{name}.html"
        if scope.hotspot_area and _may_see(visit.caller, name, scope) and path.is_file():
            yield Board(scope.hotspot_area, name, _is_too_fine(visit, scope))


def _may_see(caller: Caller, name: str, scope: DrawnScope) -> bool:
    what = EVENING if scope.hotspot_area else name
    return what in MAPS and caller.sees("map.read", what) and scope.lets_in(caller)


def _is_too_fine(visit: Visit, scope: DrawnScope) -> bool:
    """Tell whether an evening map shows more than the police let others see by now."""
    if scope.hotspot_area is None:
        return False
    return scope.tells_more_than(
        incident_precision.in_force(visit.session, scope.municipality).precision
    )


def released_file(settings: Settings) -> Path | None:
    """Return the residents' page that somebody decided to show, None if nobody has."""
    path = settings.public_maps_dir / RELEASED
    return path if path.is_file() else None


@router.get("/kort/{name}.html")
def drawn_map(
    name: str, settings: SettingsOf, visit: Annotated[Visit, needs("map.read")]
) -> FileResponse:
    """Return one of the drawn maps."""
    path = map_file(settings, visit, name)
    if path is None:
        raise Refused
    visit.audit("read", ref=name)
    return FileResponse(path, media_type="text/html", headers={"Cache-Control": "no-store"})


@router.get("/kort/offentlig/beboere.html")
def released_map(
    settings: SettingsOf, _visit: Annotated[Visit, needs("release.read")]
) -> FileResponse:
    """Return the residents' page as the public site shows it."""
    path = released_file(settings)
    if path is None:
        raise Refused
    return FileResponse(path, media_type="text/html")
