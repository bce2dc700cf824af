"""What may lie beneath every map of a page: the tiles that we pass on, where there is a key."""

from __future__ import annotations

from fastapi import Request

from api.tile_cache import CREDIT, LAYERS, TileCache
from api.web.translations import shown
from maps.inpage import Background

ADDRESS = "/baggrundskort/{layer}/{{z}}/{{x}}/{{y}}"


def cache_of(request: Request) -> TileCache:
    """Return the application's one cache of tiles."""
    state = request.app.state
    if getattr(state, "tiles", None) is None:
        state.tiles = TileCache.of(state.settings)
    found: TileCache = state.tiles
    return found


def backgrounds_of(request: Request, language: str) -> tuple[Background, ...]:
    """Return the background maps that a reader may choose; none without a key to Datafordeler."""
    if not cache_of(request).is_on:
        return ()
    return tuple(
        Background(str(shown(layer.label, language)), ADDRESS.format(layer=name), CREDIT)
        for name, layer in LAYERS.items()
    )
