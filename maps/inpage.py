"""A Folium map in a page of the web application: what the macro `map_panel` takes.

The map and its list are two faces of the same rows: row i is feature i of one layer. Folium
gets geometry and class names only. Every text stands in the page itself, escaped by Jinja, or
in a JSON block that our script turns into text nodes; nothing of it meets HTML or a script.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import folium
import geopandas as gpd
from markupsafe import Markup

from geo_service.errors import InvalidInput
from maps import danish, ground
from maps.facts import PageFacts
from maps.inpage_rows import SORT, Cell, Column, Row, asked_order, in_order
from maps.sheet import Sheet, sheet_of
from maps.text import clean, embed

__all__ = [
    "Background",
    "Cell",
    "Column",
    "Download",
    "Legend",
    "MapPanel",
    "Points",
    "Row",
    "panel",
]

SHOW_TABLE = "vis"
MOST_CLASSES = 5
_NAME = re.compile(r"[a-z][a-z0-9]{0,19}")
_OUR_ADDRESS = re.compile(r"/(?![/\\])[^\s\\]*|\?[^\s\\]*")

GROUND_TOGGLES = (
    ("Vand", ("water",)),
    ("Grønne områder", ("green",)),
    ("Bebyggelse", ("block",)),
    ("Veje og jernbane", ("road", "road_main", "railway")),
    ("Stednavne", (ground.NAMES, "bydel_names")),
)
"""What a reader may take away from the ground, and the layers that hold it."""


@dataclass(frozen=True)
class Points:
    """Points that are fetched for what the map shows; docs/web-maps.md tells what is answered."""

    url: str
    label: str
    """What they are, in the plural: "hændelser"."""
    table: str | None = None
    """The page of ours that shows the same as a table."""


@dataclass(frozen=True)
class Background:
    """Tiles of ours with `{z}`, `{x}` and `{y}` in their address, and whom to credit."""

    label: str
    url: str
    credit: str


@dataclass(frozen=True)
class Download:
    """The same data as a file."""

    label: str
    href: str


@dataclass(frozen=True)
class Legend:
    """Classes in words: entries as `palette.legend` gives them; `hatched` explains the hatch."""

    title: str
    entries: Sequence[Mapping[str, Any]] = ()
    hatched: str | None = None
    note: str | None = None
    signs: Sequence[tuple[str, str]] = ()
    """Further signs: CSS class and words."""


@dataclass(frozen=True)
class MapPanel:
    """A map ready for the macro `map_panel`; made by `panel`."""

    name: str
    title: str
    summary: str
    html: Markup
    script: Markup
    data: Markup
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, Row], ...]
    legend: Legend
    facts: PageFacts
    toggles: tuple[tuple[str, str], ...]
    points: Points | None
    downloads: tuple[Download, ...]
    empty: str
    query: Mapping[str, str] = field(default_factory=dict)
    backgrounds: tuple[Background, ...] = ()

    def over(self, backgrounds: Sequence[Background]) -> MapPanel:
        """Return the panel with what a reader may choose to lie beneath it.

        Raises
        ------
        InvalidInput
            If an address leads to another host.
        """
        for one in backgrounds:
            _check_ours(one.url)
        return replace(self, backgrounds=tuple(backgrounds))

    def with_download(self, file: Download) -> MapPanel:
        """Return the panel with one more file to take home.

        Raises
        ------
        InvalidInput
            If its address leads to another host.
        """
        _check_ours(file.href)
        return replace(self, downloads=(*self.downloads, file))

    @property
    def sorted_by(self) -> tuple[str, bool]:
        """The column that the rows stand by, and whether the largest is first."""
        return asked_order(self.query, self.columns)

    @property
    def table_open(self) -> bool:
        """Whether the address asks for the table."""
        return self.query.get(SHOW_TABLE) == "tabel"

    @property
    def table_address(self) -> str:
        """Where the same stands as a table: below, or on the page that `points` names."""
        if self.points and self.points.table:
            return self.points.table
        return self._address(**{SHOW_TABLE: "tabel"})

    @property
    def drawn_at(self) -> str:
        """When the map was drawn, in words."""
        return danish.moment(self.facts.drawn_at)

    def sort_address(self, column: Column) -> str:
        """Return the address that sorts by a column; the other way round when it does so now."""
        key, falling = self.sorted_by
        turned = column.key == key and not falling
        return self._address(**{SORT: f"-{column.key}" if turned else column.key})

    def sort_state(self, column: Column) -> str:
        """Return what `aria-sort` says of a column."""
        key, falling = self.sorted_by
        return ("descending" if falling else "ascending") if column.key == key else "none"

    def _address(self, **changed: str) -> str:
        asked = {**self.query, SHOW_TABLE: "tabel", **changed}
        return f"?{urlencode(asked)}#{self.name}-tabel"


def panel(  # noqa: PLR0913 - all that a page may say of its map
    made: folium.Map | Sheet,
    *,
    title: str,
    facts: PageFacts,
    extent: gpd.GeoDataFrame | None = None,
    rows: Sequence[Row] = (),
    columns: Sequence[Column] = (Column("navn", "Navn"),),
    layer: str = "areas",
    legend: Legend | None = None,
    names: Mapping[str, Sequence[str]] | None = None,
    base_names: Sequence[Mapping[str, Any]] = (),
    summary: str = "",
    points: Points | None = None,
    toggles: Sequence[tuple[str, Sequence[str]]] = (),
    downloads: Sequence[Download] = (),
    empty: str = "Der er ingenting at vise for de valg, der er gjort.",
    query: Mapping[str, str] | None = None,
) -> MapPanel:
    """Turn a map and its rows into what the macro `map_panel` takes.

    Parameters
    ----------
    made
        From `base.new_map(extent, name=…)` with our layers; its name tells the panel from
        another on the page and is part of its addresses. Or a sheet that was drawn before:
        it has its own extent, `names` and `base_names`.
    extent
        What "vis det hele" shows (EPSG:25832).
    rows
        Row i belongs to feature i of `layer`. With `points` the list is filled by the script.
    columns
        The first is the title's; the others are those of `Row.cells`.
    names
        Layer of empty labels -> its texts, e.g. `{"bydel_names": [...]}`.
    base_names
        What `base.add_base_names` returned.
    toggles
        Further layers a reader may take away: words and keys. Those of the ground are there.
    query
        The page's own query, to keep when the table is sorted.

    Raises
    ------
    InvalidInput
        If the name cannot be an address, a row has another number of cells than there are
        columns, a class is none, or an address leads to another host.
    """
    if not isinstance(made, Sheet):
        if extent is None:
            raise InvalidInput("A map that is not a drawn sheet needs its extent.")
        made = sheet_of(made, extent, names=names, base_names=base_names)
    name = made.name
    _check(name, rows, columns, legend or Legend(title))
    for address in _addresses(rows, points, downloads):
        _check_ours(address)
    asked = dict(query or {})
    choices = [*toggles, *((label, keys) for label, keys in GROUND_TOGGLES)]
    present = [(label, " ".join(keys)) for label, keys in choices if made.holds(keys)]
    data = {
        "layer": layer,
        "bounds": made.bounds,
        "rows": [[row.level, int(row.hidden), clean(row.mark)] for row in rows],
        "names": {key: [clean(text) for text in texts] for key, texts in made.names.items()},
        "base_names": [dict(label) for label in made.base_names],
        "points": points.url if points else None,
    }
    return MapPanel(
        name=name,
        title=title,
        summary=summary,
        html=Markup(made.html),  # noqa: S704 - Folium's output: no text of the data is in it
        script=Markup(_wrapped(name, made.script)),  # noqa: S704
        data=embed(data),
        columns=tuple(columns),
        rows=tuple(sorted(enumerate(rows), key=in_order(asked, tuple(columns)))),
        legend=legend or Legend(title),
        facts=facts,
        toggles=tuple(present),
        points=points,
        downloads=tuple(downloads),
        empty=empty,
        query=asked,
    )


def _wrapped(name: str, script: str) -> str:
    """Give the map's script its own room: it waits for Leaflet and leaves no global behind."""
    body = f"(L, atlas) => {{\n{script}\nreturn map_{name};}}"
    return f'(window.mapQueue ??= []).push(["{name}", {body}]);'


def _addresses(
    rows: Sequence[Row],
    points: Points | None,
    downloads: Sequence[Download],
) -> list[str]:
    given = [row.href for row in rows if row.href is not None]
    given += [one.href for one in downloads]
    if points:
        given += [points.url] + ([points.table] if points.table else [])
    return given


def _check_ours(address: str) -> None:
    if not _OUR_ADDRESS.fullmatch(address):
        raise InvalidInput(f"{address!r} is no address of this service: begin it with '/'.")


def _check(name: str, rows: Sequence[Row], columns: Sequence[Column], legend: Legend) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"A map is named by small letters, such as 'kort', not {name!r}.")
    if len(legend.entries) > MOST_CLASSES:
        raise InvalidInput(f"A map has at most {MOST_CLASSES} classes, not {len(legend.entries)}.")
    for i, row in enumerate(rows):
        if len(row.cells) != len(columns) - 1:
            raise InvalidInput(
                f"Row {i} has {len(row.cells)} cells for {len(columns) - 1} columns."
            )
        if not 0 <= row.level <= MOST_CLASSES:
            raise InvalidInput(f"Row {i} has class {row.level}; classes are 1 to {MOST_CLASSES}.")
        if row.hidden and (row.level or row.mark):
            raise InvalidInput(f"Row {i} is hidden, so it has neither class nor mark.")
