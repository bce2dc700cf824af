"""The table of a page's map as a file: one way for every map in a page (docs/web-maps.md).

    file = TableFile("tilbud", path=HERE, area=hotspot)
    kort = file.offered_on(offer_map(...))
    if file.is_asked(request):
        return file.answer(visit, kort, language)

The page answers itself, so that the file is under the page's own policy and holds what the page
shows to whoever asks: the rows and columns of "vis som tabel", in the order that was chosen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request, Response

from api.access import Refused, Visit
from api.csv_files import csv_answer
from api.pages.incident_words import say
from api.web.translations import _
from geo_service.domain.evenings import COPENHAGEN
from maps.inpage import Download, MapPanel

ASKS: Final = "hent"
FORM: Final = "csv"
PASSING: Final = frozenset({ASKS, "vis", "gjort", "gemt"})
"""Parts of an address that choose nothing of what the table holds."""
_ASCII: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


@dataclass(frozen=True)
class TableFile:
    """What the file is called, and where it is asked for."""

    name: str
    path: str
    area: str
    """Code or name of the area that the page is about."""
    day: date | None = None
    """The day that the page is about; today, if None."""
    confidential: bool = False
    """Whether each row says so, and the name: what tells where somebody will be."""

    def offered_on(self, kort: MapPanel | None) -> MapPanel | None:
        """Return the map with a link to the file; without one where there is no row."""
        if kort is None or not kort.rows:
            return kort
        kept = {key: value for key, value in kort.query.items() if key not in PASSING}
        return kort.with_download(
            Download(FORM.upper(), f"{self.path}?{urlencode({**kept, ASKS: FORM})}")
        )

    @staticmethod
    def is_asked(request: Request) -> bool:
        """Tell whether the address asks for the file in place of the page."""
        return request.method == "GET" and request.query_params.get(ASKS) == FORM

    def answer(self, visit: Visit, kort: MapPanel | None, language: str, **told: Any) -> Response:
        """Return the file, and write down that it was taken, with what else is to be told.

        Raises
        ------
        Refused
            If there is no map, and so no table.
        """
        if kort is None:
            raise Refused
        header = [column.label for column in kort.columns]
        rows = [[row.title, *(cell.text for cell in row.cells)] for _i, row in kort.rows]
        if self.confidential:
            mark = say(_("Fortroligt"), language)
            header, rows = [*header, mark], [[*row, mark] for row in rows]
        fields = [column.key for column in kort.columns]
        visit.audit("export", ref=self.path, form=FORM, rows=len(rows), fields=fields, **told)
        day = self.day or kort.facts.drawn_at.astimezone(COPENHAGEN).date()
        return csv_answer(self._file_name(day), header, rows)

    def _file_name(self, day: date) -> str:
        area = re.sub("[^a-z0-9]+", "-", self.area.casefold().translate(_ASCII)).strip("-")
        parts = ["fortroligt" if self.confidential else "", self.name, area, str(day)]
        return "-".join(part for part in parts if part)
