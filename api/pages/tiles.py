"""The optional background map: tiles from Datafordeler through us, so that the key stays here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from api.tile_cache import LAYERS, in_denmark
from api.web.backgrounds import cache_of
from geo_service.errors import NotFound

router = APIRouter(include_in_schema=False)

NOTHING: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000b4944415478da636000020000050001e9fadcd80000000049454e44ae42"
    "6082"
)
"""A transparent picture of one pixel: what a map shows where there is no tile."""


@router.get("/baggrundskort/{layer}/{z}/{x}/{y}")
def background_tile(request: Request, layer: str, z: int, x: int, y: int) -> Response:
    """Return a tile (Web Mercator), or a transparent one where none is to be had."""
    cache = cache_of(request)
    if layer not in LAYERS or not cache.is_on:
        raise NotFound("Der er intet baggrundskort.")
    tile = cache.tile(layer, z, x, y) if in_denmark(z, x, y) else None
    if tile is None:
        return Response(NOTHING, media_type="image/png", headers={"Cache-Control": "no-store"})
    return Response(
        tile.body, media_type=tile.kind, headers={"Cache-Control": "private, max-age=86400"}
    )
