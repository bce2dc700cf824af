"""The incidents of the page as a file: what the caller sees, as an import would read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response

from api.access import Visit, needs
from api.csv_files import csv_answer
from api.pages.incident_filter import Filter, filter_of
from api.pages.incident_words import FOUND_BY
from api.web.translations import _
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.vocabulary import CRIME_TYPES, SETTINGS
from geo_service.errors import InvalidInput
from geo_service.storage import incidents_seen as seen

router = APIRouter(include_in_schema=False)

MOST_EXPORTED: Final = 100_000
AT_A_TIME: Final = 5_000
HEADINGS: Final = {
    "source_ref": ("id",),
    "crime_type": ("type",),
    "occurred_from": ("fra",),
    "occurred_to": ("til",),
    "geom": ("øst", "nord"),
    "setting": ("rum",),
    "found_by": ("kendt_ved",),
    "rode_id": ("rode", "rodenavn"),
}
"""Declared fields in the order of the columns; those of an import come first, as it reads them."""


@router.get("/data/haendelser/csv")
def export(request: Request, visit: Annotated[Visit, needs("incident.read")]) -> Response:
    """Return the incidents of the filter as a Danish CSV: the fields that the caller sees."""
    today = datetime.now(COPENHAGEN).date()
    asked = filter_of(request, visit.session, visit.caller, today=today)
    if asked.errors:
        raise InvalidInput(asked.errors[0][1])
    fields = [name for name in HEADINGS if visit.caller.sees("incident.read", name)]
    header = [heading for name in fields for heading in HEADINGS[name]]
    lines = [
        [cell for name in fields for cell in _cells(name, row)] for row in _all_rows(visit, asked)
    ]
    visit.audit(
        "export", criterion=asked.question.criterion(), form="csv", rows=len(lines), fields=fields
    )
    name = f"haendelser-{asked.question.first}-{asked.question.last}"
    return csv_answer(name, header, lines)


def _all_rows(visit: Visit, asked: Filter) -> Iterator[dict[str, Any]]:
    told, after = 0, None
    while True:
        page, after = seen.read_page(
            visit.session, asked.question, roder=asked.roder, most=AT_A_TIME, after=after
        )
        told += len(page)
        if told > MOST_EXPORTED:
            raise InvalidInput(
                _("Filen ville få over 100.000 rækker. Vælg en kortere periode eller færre typer.")
            )
        yield from page
        if after is None:
            return


def _cells(field: str, row: dict[str, Any]) -> tuple[str, ...]:
    value = row.get(field)
    match field:
        case "occurred_from" | "occurred_to":
            written = [f"{row[field].astimezone(COPENHAGEN):%d-%m-%Y %H:%M}"]
        case "geom":
            place = (row["east"], row["north"])
            written = ["" if one is None else f"{one:.2f}".replace(".", ",") for one in place]
        case "crime_type":
            written = [CRIME_TYPES[row[field]].casefold()]
        case "setting":
            written = ["" if value == "unknown" else SETTINGS[row[field]]]
        case "found_by":
            written = [str(FOUND_BY.get(row[field] or "", ""))]
        case "rode_id":
            written = [row["rode"] or "", row["rode_name"] or ""]
        case _:
            written = [str(value or "")]
    return tuple(written)
