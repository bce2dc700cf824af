"""Whose each drawn map is: a note beside it, read before anybody is shown the map."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from geo_service.domain.callers import Caller
from geo_service.domain.vocabulary import PRECISIONS
from geo_service.errors import NotReady

NOTE: Final = ".scope.json"
EVENING: Final = "aftenplan"
FINER: Final = tuple(PRECISIONS)
"""Precisions, each finer than the one before."""


@dataclass(frozen=True)
class DrawnScope:
    """The municipality, day and, where it has one, hotspot area that a map shows.

    `precision` is what the police had set when an evening map was drawn.
    """

    municipality: str
    as_of: str
    hotspot_area: str | None = None
    precision: str | None = None

    def lets_in(self, caller: Caller) -> bool:
        """Tell whether the map lies within the caller's scope."""
        return caller.municipality == self.municipality and (
            self.hotspot_area is None
            or caller.hotspot_areas is None
            or self.hotspot_area in caller.hotspot_areas
        )

    def tells_more_than(self, precision: str) -> bool:
        """Tell whether the map was drawn at a finer precision than the one now in force."""
        return FINER.index(self.precision or FINER[0]) > FINER.index(precision)


def board_name(folder: Path, scope: DrawnScope) -> str:
    """Return the name of the evening map of a hotspot area: its own, for as long as it is kept.

    The first one drawn in a folder is `aftenplan`, those of other areas have more to their name.
    """
    whose = (scope.municipality, scope.hotspot_area)
    known = read_scopes(folder)
    for name, held in known.items():
        if held.hotspot_area is not None and whose == (held.municipality, held.hotspot_area):
            return name
    if EVENING not in known:
        return EVENING
    code = scope.hotspot_area or ""
    fit = re.fullmatch(r"[a-z0-9-]+", code)
    mark = code if fit else hashlib.sha256(code.encode()).hexdigest()[:12]
    return f"{EVENING}-{scope.municipality}-{mark}"


def write_map(folder: Path, name: str, html: str, scope: DrawnScope) -> Path:
    """Write a map and whose it is; a map of another scope goes before its note does."""
    if read_scopes(folder).get(name) != scope:
        (folder / f"{name}.html").unlink(missing_ok=True)
    write_whole(folder / f"{name}{NOTE}", json.dumps(asdict(scope)))
    return write_whole(folder / f"{name}.html", html)


def read_scopes(folder: Path) -> dict[str, DrawnScope]:
    """Return whose the maps of a folder are, by name; a map without a note is nobody's."""
    found = {}
    for path in sorted(folder.glob(f"*{NOTE}")):
        try:
            scope = DrawnScope(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            continue
        if scope.precision is None or scope.precision in PRECISIONS:
            found[path.name.removesuffix(NOTE)] = scope
    return found


def write_whole(path: Path, text: str, *, folder_mode: int = 0o700, mode: int = 0o600) -> Path:
    """Write beside the name and rename, so that nobody ever opens half a page.

    The evening board is a plan: only its owner may read what is not public.

    Raises
    ------
    NotReady
        If it cannot be written.
    """
    making = path.with_name(f".{path.name}.making")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(folder_mode)
        making.write_text(text, encoding="utf-8")
        making.chmod(mode)
        making.replace(path)
    except OSError as error:
        making.unlink(missing_ok=True)
        raise NotReady(f"{path} could not be written: {error.strerror}.") from error
    return path
