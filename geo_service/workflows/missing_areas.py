"""Areas that are in force and not in the file of a new edition: asked about, never dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import geopandas as gpd
import numpy as np
from sqlalchemy.orm import Session

from geo_service.domain.danish_time import day_figures
from geo_service.domain.frames import rows_of
from geo_service.errors import InvalidInput
from geo_service.importing.areas import AreaFile
from geo_service.importing.memberships import danish_kind
from geo_service.importing.outlines import overlaps
from geo_service.importing.report import danish_number, enumeration
from geo_service.storage import editions
from geo_service.storage.areas import Edition

Missing = Literal["keep", "end"]
NAMED: Final = 5
"""How many of the areas are named."""


class MissingAreas(InvalidInput):
    """A file lacks areas that are in force, and the user has not said what becomes of them."""

    def __init__(self, file: str, edition: Edition, missing: gpd.GeoDataFrame, held: int) -> None:
        super().__init__(
            f"{file}: {len(missing)} af de {held} områder ({danish_kind(edition.kind)}), som den "
            f"nye udgave afløser {day_figures(edition.valid_from)}, er ikke i filen: "
            f"{_named(missing)}. Intet er gemt. Vælg: --on-missing keep (de gælder videre, som de "
            "er: filen retter enkelte områder) eller --on-missing end (de ophører den dag)."
        )


@dataclass(frozen=True)
class Settled:
    """What becomes of the areas that a file lacks: codes of those that go on, and the words.

    `schematic`: whether the outline of one that goes on is.
    """

    kept: list[str]
    remarks: list[str]
    schematic: bool = False


def settle_missing(
    session: Session,
    file: AreaFile,
    edition: Edition,
    *,
    name: str,
    choice: Missing | None,
    accept_overlap: bool,
) -> Settled:
    """Say what becomes of the areas in force that the file does not name.

    Raises
    ------
    MissingAreas
        If there are any and no choice was made.
    InvalidInput
        If one that goes on shares ground with one of the file, and that is not accepted.
    """
    held = editions.areas_ended_by(session, edition)
    if held.empty or file.areas.empty:
        return Settled([], [])
    day = day_figures(edition.valid_from)
    unstored = held[held["code"].isin(file.codes - set(file.areas["code"]))]
    remarks = []
    if not unstored.empty:
        remarks.append(f"Uden omrids fra {day}, til de er rettet i filen: {_counted(unstored)}.")
    missing = held[~held["code"].isin(file.codes)]
    if missing.empty:
        return Settled([], remarks)
    if choice is None:
        raise MissingAreas(name, edition, missing, len(held))
    if choice == "end":
        remarks.append(f"Ophører {day}, da de ikke er i filen: {_counted(missing)}.")
        return Settled([], remarks)
    remarks.append(f"Gælder videre fra {day}, som de var: {_counted(missing)}.")
    if shared := _shared_ground(file.areas, missing):
        if not accept_overlap:
            raise InvalidInput(
                f"{name}: fælles grund med områder, der gælder videre: {enumeration(shared)}. "
                "Intet er gemt. Tag naboen med i filen, eller vælg --on-overlap accept."
            )
        remarks.append(f"Overlap, gemt efter valg: {enumeration(shared)}.")
    schematic = bool((missing["outline"] == "schematic").any())
    return Settled(missing["code"].tolist(), remarks, schematic)


def _shared_ground(new: gpd.GeoDataFrame, kept: gpd.GeoDataFrame) -> list[str]:
    """Name the pairs of one of each that share more than a sliver."""
    codes = [*new["code"], *kept["code"]]
    outlines = np.concatenate([new.geometry.to_numpy(), kept.geometry.to_numpy()])
    return [
        f"{codes[first]} og {codes[second]} ({danish_number(shared)} m²)"
        for first, second, shared, is_sliver in overlaps(outlines)
        if not is_sliver and first < len(new) <= second
    ]


def _named(areas: gpd.GeoDataFrame) -> str:
    named = [
        row.code if row.code == row.name else f"{row.code} ({row.name})" for row in rows_of(areas)
    ]
    return enumeration(named, most=NAMED)


def _counted(areas: gpd.GeoDataFrame) -> str:
    return f"{len(areas)} ({_named(areas)})"
