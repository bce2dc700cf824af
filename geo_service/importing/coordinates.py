"""Which coordinate system a file is in: stated by somebody, and believed only if it fits.

A file states its system or its user does; it is never chosen because the numbers look
like it. What they look like serves to contradict a wrong statement, and to help the user
who is asked.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geo_service.domain.grid import (
    DANISH_GRID,
    DENMARK_EAST_M,
    DENMARK_NORTH_M,
    DENMARK_SOUTH_M,
    DENMARK_WEST_M,
    WEB,
)
from geo_service.errors import InvalidInput

WEST_DEG, SOUTH_DEG, EAST_DEG, NORTH_DEG = 7.0, 54.0, 16.0, 58.5
"""A box around Denmark in degrees."""

_CRS84: Final = "URN:OGC:DEF:CRS:OGC:1.3:CRS84"
_USABLE: Final = {DANISH_GRID: "meter", WEB: "grader"}


class Look(StrEnum):
    """What a pair of coordinates looks like."""

    DEGREES = "grader (længde, bredde)"
    METRES = "meter (øst, nord)"
    SWAPPED_DEGREES = "grader med ombyttede akser (bredde, længde)"
    SWAPPED_METRES = "meter med ombyttede akser (nord, øst)"
    ZERO = "0,0"
    ELSEWHERE = "et sted uden for Danmark"

    @property
    def swapped(self) -> bool:
        """Whether the axes seem to have changed places."""
        return self in (Look.SWAPPED_DEGREES, Look.SWAPPED_METRES)


_EXPECTED: Final = {DANISH_GRID: Look.METRES, WEB: Look.DEGREES}
_SWAPPED: Final = {DANISH_GRID: Look.SWAPPED_METRES, WEB: Look.SWAPPED_DEGREES}


def looks_of(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.object_]:
    """Return what each of n pairs looks like, as n `Look`."""
    return np.select(
        [
            in_denmark(x, y),
            _in_degrees(x, y),
            in_denmark(y, x),
            _in_degrees(y, x),
            (x == 0) & (y == 0),
        ],
        [
            np.array(look, dtype=object)
            for look in (
                Look.METRES,
                Look.DEGREES,
                Look.SWAPPED_METRES,
                Look.SWAPPED_DEGREES,
                Look.ZERO,
            )
        ],
        default=np.array(Look.ELSEWHERE, dtype=object),
    )


def in_denmark(
    east: npt.NDArray[np.float64], north: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Tell which of n points (EPSG:25832) lie in the box of Denmark; NaN does not."""
    inside: npt.NDArray[np.bool_] = (
        (east >= DENMARK_WEST_M)
        & (east <= DENMARK_EAST_M)
        & (north >= DENMARK_SOUTH_M)
        & (north <= DENMARK_NORTH_M)
    )
    return inside


def crs_of_geojson(member: Any, *, file: str) -> str | None:
    """Return the system that the `crs` member of a GeoJSON names; None without the member.

    Understands the two forms of the 2008 specification in use, `name` and `EPSG`.

    Raises
    ------
    InvalidInput
        If the member names a system that we do not read, or none.
    """
    if member is None:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    named = properties if isinstance(properties, dict) else {}
    code, name = str(named.get("code", "")), str(named.get("name", "")).upper()
    if _is_old_epsg_form(member) and code.isascii() and code.isdigit():
        crs = f"EPSG:{code}"
    elif name == _CRS84:
        crs = WEB
    elif name.startswith("URN:OGC:DEF:CRS:EPSG:"):
        crs = f"EPSG:{name.rpartition(':')[2]}"
    else:
        crs = name
    if crs not in _USABLE:
        raise InvalidInput(
            f"{file}: filens 'crs' er ikke {WEB} eller {DANISH_GRID}. Omregn filen til et af dem."
        )
    return crs


def settle_crs(
    *, file: str, in_file: str | None, is_geojson: bool, given: str | None, look: Look
) -> tuple[str, str]:
    """Return the system of a file and, in Danish, who stated it.

    Parameters
    ----------
    file
        Name of the file.
    in_file
        What the file states in so many words.
    is_geojson
        Whether the absence of a statement means degrees (RFC 7946).
    given
        What the user states.
    look
        What most of the coordinates look like.

    Raises
    ------
    InvalidInput
        If nobody states it, the statements differ, or the coordinates contradict them.
    """
    wanted = given.strip().upper() if given is not None else None
    if wanted is not None and wanted not in _USABLE:
        raise InvalidInput(f"--crs kan være {WEB} eller {DANISH_GRID}, ikke noget andet.")
    if wanted and in_file and wanted != in_file:
        raise InvalidInput(
            f"{file} oplyser selv {in_file}, men --crs siger {wanted}. Udelad --crs, "
            "eller ret filen, hvis den tager fejl."
        )
    if in_file:
        crs, stated_by = in_file, "filen"
    elif wanted:
        crs, stated_by = wanted, "brugeren"
    elif is_geojson:
        crs, stated_by = WEB, "RFC 7946"
    else:
        raise InvalidInput(
            f"{file} oplyser ikke sit koordinatsystem. Tallene ligner {look}. "
            f"Angiv --crs {WEB} for grader eller --crs {DANISH_GRID} for meter."
        )
    _refuse_contradiction(file, crs, stated_by, look)
    return crs, stated_by


def _is_old_epsg_form(member: Any) -> bool:
    """Tell whether a `crs` member is of the old form {"type": "EPSG", ...}."""
    return isinstance(member, dict) and str(member.get("type", "")).upper() == "EPSG"


def _refuse_contradiction(file: str, crs: str, stated_by: str, look: Look) -> None:
    """Raise InvalidInput if most coordinates plainly are of another system."""
    if look == _SWAPPED[crs]:
        raise InvalidInput(
            f"{file}: akserne er vist ombyttede (ombyttet?). Tallene ligner {look}. "
            "Eksportér filen igen med øst/længde før nord/bredde."
        )
    other = next(known for known in _USABLE if known != crs)
    if look in (_EXPECTED[other], _SWAPPED[other]):
        cure = (
            f"Angiv --crs {other}, hvis det er det, filen er i."
            if stated_by != "filen"
            else "Ret filens 'crs', eller eksportér den igen."
        )
        raise InvalidInput(
            f"{file} er efter {stated_by} i {crs}, altså {_USABLE[crs]}, "
            f"men tallene ligner {look}. {cure}"
        )


def _in_degrees(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    inside: npt.NDArray[np.bool_] = (
        (lon >= WEST_DEG) & (lon <= EAST_DEG) & (lat >= SOUTH_DEG) & (lat <= NORTH_DEG)
    )
    return inside
