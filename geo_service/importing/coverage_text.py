"""Coverage areas as plain text: a list with coordinates, read with checks.

An area is one line of words and then its corners, one per line, metres east and north:

    yn-hallen; Nørrebrohallen; runde; gadeteam; 2; Hallen er lukket
    722400 6178400
    722500 6178400
    722500 6178500,5

The words are code, name, kind, who covers it, most teams at a time, and why not at night; the
last two may be left out. `del` begins another part of the same area, `hul` a hole in the part
above. Blank lines and lines that begin with `#` say nothing. `coverage_text` of the domain writes
the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_service.domain.coverage_areas import (
    CODE,
    HOLE,
    PART,
    CoverageArea,
    attribute_fault,
    reason_fault,
)
from geo_service.domain.frames import rows_of
from geo_service.domain.grid import DANISH_GRID
from geo_service.domain.vocabulary import AGENCIES, COVERAGE_KINDS
from geo_service.errors import InvalidInput
from geo_service.importing.coordinates import Look, looks_of
from geo_service.importing.danish import parse_number
from geo_service.importing.outlines import validity_faults
from geo_service.importing.person_data import refuse_cpr
from geo_service.importing.report import Rejection, danish_number, echo

MAX_CHARACTERS: Final = 2_000_000
MOST_AREAS: Final = 500
COLUMNS: Final = ("code", "name", "kind", "agency", "capacity", "not_at_night", "row", "geometry")
_LEAST_CORNERS: Final = 3
_AXES: Final = 2
_LEAST_WORDS, _MOST_WORDS = 4, 6
_COMMENT: Final = "#"
_KIND_OF: Final = {words: code for code, words in COVERAGE_KINDS.items()}
_AGENCY_OF: Final = {words: code for code, words in AGENCIES.items()}
_INDEX_OF_CAPACITY, _INDEX_OF_REASON = 4, 5


@dataclass(frozen=True)
class CoverageFile:
    """What a text holds.

    Attributes
    ----------
    areas
        n rows, EPSG:25832: code, name, kind, agency, capacity, not_at_night (or None), row (of
        the line of words), geometry (MULTIPOLYGON).
    rejections
        One per bad value; `row` is the line.
    in_file
        Areas in the text: those read, and those with a rejection.
    """

    areas: gpd.GeoDataFrame
    rejections: list[Rejection]
    in_file: int

    def as_areas(self) -> list[CoverageArea]:
        """Return the rows as coverage areas."""
        return [
            CoverageArea(
                row.code,
                row.name,
                row.kind,
                row.agency,
                row.geometry,
                capacity=int(row.capacity),
                not_at_night=row.not_at_night,
            )
            for row in rows_of(self.areas)
        ]


@dataclass
class _Draft:
    """An area on its way through the checks; rings are lists of (line, words)."""

    row: int
    words: list[str]
    rings: list[tuple[str, int, list[tuple[int, list[str]]]]] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.words[0]


def read_coverage_text(text: str, *, file: str = "listen") -> CoverageFile:
    """Read coverage areas from a text.

    Parameters
    ----------
    text
        As above; decimals by comma, thousands by dot or not at all.
    file
        What the text is called in messages.

    Raises
    ------
    InvalidInput
        If the text is too long, begins with no line of words, or holds something like a CPR
        number among its words.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidInput(f"{file} er for lang: højst {danish_number(MAX_CHARACTERS)} tegn.")
    drafts = list(_drafts(text, file))
    if len(drafts) > MOST_AREAS:
        raise InvalidInput(f"{file} har over {MOST_AREAS} dækningsområder. Del den op.")
    refuse_cpr((draft.words for draft in drafts), file=file, header=["kode", "navn"])
    rejections: list[Rejection] = []
    seen: dict[str, int] = {}
    rows = []
    for draft in drafts:
        faults = _Faults(file, draft, rejections)
        attributes = _attributes(faults)
        outline = _outline(faults)
        if draft.code in seen:
            faults.add(
                draft.row,
                "kode",
                echo(draft.code, words=True),
                f"står allerede i række {seen[draft.code]}",
                expected="hver kode én gang",
            )
        seen.setdefault(draft.code, draft.row)
        if not faults.found and attributes is not None:
            rows.append((*attributes, draft.row, outline))
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    areas = gpd.GeoDataFrame(
        frame.astype({"capacity": int, "row": int}), geometry="geometry", crs=DANISH_GRID
    )
    return CoverageFile(areas, rejections, len(drafts))


@dataclass
class _Faults:
    """Where the faults of one area go."""

    file: str
    draft: _Draft
    rejections: list[Rejection]
    found: bool = False

    def add(
        self, row: int, column: str, found: str, problem: str, *, expected: str, cure: str = ""
    ) -> None:
        code = self.draft.code
        key = f"dækningsområde {code}" if CODE.fullmatch(code) else None
        self.found = True
        self.rejections.append(
            Rejection(self.file, row, key, column, found, expected, cure, problem)
        )


def _drafts(text: str, file: str) -> Iterator[_Draft]:
    draft: _Draft | None = None
    for row, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        said = line.strip()
        if not said or said.startswith(_COMMENT):
            continue
        if ";" in said:
            if draft is not None:
                yield draft
            draft = _Draft(row, [word.strip() for word in said.split(";")])
        elif draft is None:
            raise InvalidInput(
                f"{file}, række {row}: et dækningsområde begynder med en linje som "
                "'kode; navn; dækningsområde; gadeteam; 1'."
            )
        elif said.casefold() in (PART, HOLE):
            draft.rings.append((said.casefold(), row, []))
        else:
            if not draft.rings:
                draft.rings.append((PART, row, []))
            draft.rings[-1][2].append((row, said.split()))
    if draft is not None:
        yield draft


def _attributes(faults: _Faults) -> tuple[str, str, str, str, int, str | None] | None:
    """Return code, name, kind, agency, capacity and reason; None, and rejections, if one is bad."""
    draft = faults.draft
    words = draft.words
    while len(words) > _LEAST_WORDS and not words[-1]:
        words = words[:-1]
    if not _LEAST_WORDS <= len(words) <= _MOST_WORDS:
        faults.add(
            draft.row,
            "hele rækken",
            f"{len(words)} felter",
            "er ikke det rigtige antal",
            expected="kode; navn; art; hvem; antal hold; hvorfor ikke om natten",
        )
        return None
    code, name, kind_word, agency_word = words[:_LEAST_WORDS]
    if not CODE.fullmatch(code):
        faults.add(
            draft.row,
            "kode",
            echo(code, words=True),
            "er ikke en kode",
            expected="små bogstaver, tal og bindestreger",
        )
    kind, agency = _KIND_OF.get(kind_word.casefold()), _AGENCY_OF.get(agency_word.casefold())
    for column, word, known, listed in (
        ("art", kind_word, kind, COVERAGE_KINDS),
        ("hvem", agency_word, agency, AGENCIES),
    ):
        if known is None:
            faults.add(
                draft.row,
                column,
                echo(word, words=True),
                "kendes ikke",
                expected=" / ".join(listed.values()),
            )
    capacity = words[_INDEX_OF_CAPACITY] if len(words) > _INDEX_OF_CAPACITY else "1"
    teams = int(capacity) if re.fullmatch("[0-9]{1,3}", capacity) else 0
    reason = words[_INDEX_OF_REASON] if len(words) > _INDEX_OF_REASON else None
    if kind is None or agency is None:
        return None
    for fault in filter(None, (attribute_fault(name, kind, agency, teams), reason_fault(reason))):
        problem = f"kan ikke bruges: {str(fault).rstrip('.')}"
        faults.add(draft.row, "hele rækken", "ordene", problem, expected="")
    return code, name, kind, agency, teams, reason


def _outline(faults: _Faults) -> shapely.MultiPolygon | None:
    """Return the outline of an area; None, and rejections, if it has none."""
    draft = faults.draft
    if not draft.rings:
        faults.add(
            draft.row, "hjørner", "ingen", "mangler", expected="mindst tre hjørner, øst og nord"
        )
        return None
    shells: list[tuple[list[tuple[float, float]], list[list[tuple[float, float]]]]] = []
    for what, row, lines in draft.rings:
        corners = [corner for line, words in lines if (corner := _corner(faults, line, words))]
        if len(set(corners)) < _LEAST_CORNERS:
            if len(corners) == len(lines):
                faults.add(
                    row, "hjørner", f"{len(set(corners))}", "er for få", expected="mindst tre"
                )
            continue
        if what == PART:
            shells.append((corners, []))
        elif shells:
            shells[-1][1].append(corners)
        else:
            faults.add(
                row, "hjørner", "et hul", "ligger ikke i noget", expected="en del før hullet"
            )
    if faults.found or not shells:
        return None
    outline = shapely.MultiPolygon([shapely.Polygon(shell, holes) for shell, holes in shells])
    (fault,) = validity_faults(np.array([outline], dtype=object))
    if fault:
        faults.add(
            draft.row, "hjørner", "omridset", fault, expected="en flade", cure="Tegn det igen."
        )
        return None
    return outline


def _corner(faults: _Faults, row: int, words: list[str]) -> tuple[float, float] | None:
    expected = "øst og nord i meter, fx 722400 6178400"
    numbers = [number for word in words if (number := parse_number(word)) is not None]
    if len(words) != _AXES or len(numbers) != _AXES:
        faults.add(row, "hjørner", echo(" ".join(words)), "er ikke et hjørne", expected=expected,
                   cure="Skriv decimaler med komma.")  # fmt: skip
        return None
    east, north = numbers
    look = Look(looks_of(np.array([east]), np.array([north]))[0])
    if look is not Look.METRES:
        hint = " (ombyttet?)" if look.swapped else ""
        faults.add(
            row,
            "hjørner",
            echo(" ".join(words)),
            f"ligner {look}{hint}",
            expected=expected,
        )
        return None
    return east, north
