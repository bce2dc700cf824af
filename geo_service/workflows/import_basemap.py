"""Load a base map: the file is read apart, and takes the place of the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from geo_service.errors import NotFound
from geo_service.importing.basemap import Layer, read_basemap_file
from geo_service.storage.areas import has_areas
from geo_service.storage.basemap import replace_basemap
from geo_service.storage.imports import FileFacts, close_batch, open_batch


@dataclass(frozen=True)
class BasemapReport:
    """What became of a file: rows = stored + left out, always."""

    rows: int
    stored: int
    by_kind: dict[str, int]
    left_out: list[str]


def import_basemap(
    session: Session,
    path: Path,
    *,
    municipality: str,
    source: str,
    imported_by: str,
    layers: Sequence[Layer] = (),
) -> BasemapReport:
    """Replace a municipality's base map by the one in a GeoPackage.

    Raises
    ------
    NotFound
        If there is no such municipality or file.
    InvalidInput
        If the file cannot be used; the old base map stays.
    """
    if not has_areas(session, municipality):
        raise NotFound(
            f"Der er ingen data for kommune {municipality} endnu. Indlæs dens områder først med "
            "`tryghed areas import`."
        )
    file = read_basemap_file(path, layers)
    facts = FileFacts(
        municipality=municipality,
        kind="basemap",
        file_name=path.name,
        sha256=file.sha256,
        imported_by=imported_by,
    )
    batch = open_batch(session, facts, rows=file.rows)
    stored = replace_basemap(session, file.features, municipality=municipality, source=source)
    close_batch(session, batch, stored=stored, duplicate=0, remarks=file.left_out)
    counts = file.features["kind"].value_counts()
    return BasemapReport(
        file.rows, stored, {str(kind): int(n) for kind, n in counts.items()}, file.left_out
    )
