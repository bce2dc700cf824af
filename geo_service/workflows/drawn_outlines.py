"""Whose outlines a map shows and which of them are schematic, read off what is drawn on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import pandas as pd

from maps import danish

SCHEMATIC: Final = "schematic"


@dataclass(frozen=True)
class Outlines:
    """What a map says of its outlines: in words, their sources, and which are schematic."""

    words: str
    sources: tuple[str, ...]
    schematic: tuple[str, ...]


def outlines_of(drawn: Mapping[str, gpd.GeoDataFrame]) -> Outlines:
    """Return what a map has to say of the areas on it.

    `drawn` holds them by what they are called on screen, in the plural: 'roder'. Each frame has
    the columns outline, source and valid_from, as `geo_service.storage.areas.read_areas`
    returns them.
    """
    parts = {name: frame for name, frame in drawn.items() if len(frame)}
    if not parts:
        return Outlines("ingen", (), ())
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "name": name,
                    "outline": frame["outline"],
                    "source": frame["source"],
                    "year": [pd.Timestamp(day).year for day in frame["valid_from"]],
                }
            ).drop_duplicates()
            for name, frame in parts.items()
        ],
        ignore_index=True,
    )
    schematic = tuple(dict.fromkeys(rows.loc[rows["outline"] == SCHEMATIC, "name"]))
    measured = rows[rows["outline"] != SCHEMATIC]
    words = [f"skematiske {danish.listed(schematic)}"] if schematic else []
    words += [_edition(group) for _, group in measured.groupby(["year", "source"], sort=False)]
    by_source = rows.groupby("source", sort=False)["name"].unique()
    sources = [
        f"Områder: {source}" if len(by_source) == 1 else f"{_capital(names)}: {source}"
        for source, names in by_source.items()
    ]
    return Outlines("; ".join(words), tuple(sources), schematic)


def _capital(names: Iterable[str]) -> str:
    words = danish.listed(names)
    return words[:1].upper() + words[1:]


def _edition(group: pd.DataFrame) -> str:
    names = danish.listed(group["name"].unique())
    edition = f"udgave {group['year'].iloc[0]} ({group['source'].iloc[0]})"
    if (group["outline"] == "derived").all():
        return f"{names} samlet af officielle områder, {edition}"
    return f"officielle {names}, {edition}"
