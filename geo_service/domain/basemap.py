"""What a base map is made of, and how much each part of it matters.

A rank says from how near a thing is worth drawing: 1 on every map, 5 only close by.
"""

from __future__ import annotations

from typing import Final

BASEMAP_KINDS: Final = {
    "water": "vand",
    "green": "grønne områder",
    "block": "bebyggelse",
    "road": "større veje",
    "railway": "jernbane",
    "name": "stednavne",
}
"""Kinds of base map feature, and their Danish words; in the order in which they are drawn."""

AREA_KINDS: Final = ("water", "green", "block")
LINE_KINDS: Final = ("road", "railway")

FIRST_RANK: Final = 1
LAST_RANK: Final = 5

_HECTARE_M2: Final = 10_000.0
_AREA_RANKS: Final = ((10.0, 1), (2.0, 2), (0.5, 3), (0.1, 4))
"""From so many hectares on, this rank."""

_ROAD_RANKS: Final = {
    "motorvej": 1,
    "motortrafikvej": 1,
    "regional vej": 1,
    "fordelingsgade": 2,
    "trafikvej": 2,
    "bydelsgade": 3,
    "strøggade": 3,
}
_NAME_RANKS: Final = {
    "bydel": 1,
    "by": 1,
    "park": 2,
    "rekreativt område": 2,
    "natur, mose og vådområde": 2,
    "kirkegård/begravelsesplads": 3,
    "idrætsanlæg": 3,
    "slotte": 3,
    "indkøbscentre": 3,
    "havekoloni": 4,
    "højere læreanstalter, universitet": 4,
    "sundhedsvæsen": 4,
}


def area_rank(area_m2: float) -> int:
    """Return the rank of a lake, a park or a block by its size."""
    hectares = area_m2 / _HECTARE_M2
    return next((rank for least, rank in _AREA_RANKS if hectares >= least), LAST_RANK)


def class_rank(kind: str, word: str) -> int:
    """Return the rank of a road or a name by the word that the source classes it with."""
    known, other = (_NAME_RANKS, LAST_RANK) if kind == "name" else (_ROAD_RANKS, 3)
    return known.get(word.strip().casefold(), other)
