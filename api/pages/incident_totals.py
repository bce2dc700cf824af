"""Counts per rode, type and month as a table: for those who see no incident, and those who do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.access import Visit, needs
from api.csv_files import csv_answer
from api.web.frame import frame_of
from api.web.listing import Column, paging_of
from api.web.page import render
from api.web.translations import _
from geo_service.domain.frames import rows_of
from geo_service.domain.vocabulary import CRIME_TYPES
from geo_service.storage import incident_totals as store
from geo_service.storage.incident_totals import CountsAsked

router = APIRouter(include_in_schema=False)

HERE: Final = "/data/antal"
ROWS: Final = 100
MONTHS: Final = 12
"""What is shown first: a year back from the newest month."""
COLUMNS: Final = (
    Column("rode", _("Rode")),
    Column("name", _("Navn")),
    Column("type", _("Type")),
    Column("incidents", _("Hændelser"), numeric=True),
)
HEADINGS: Final = ("rode", "rodenavn", "måned", "type", "antal")
Reader = Annotated[Visit, needs("incident_count.read")]
Month = Annotated[str, Query(max_length=7)]


@dataclass(frozen=True)
class Typed:
    """What the address asks for, as it stands there."""

    fra: str
    til: str
    rode: str
    type: str


def _typed(
    fra: Month = "",
    til: Month = "",
    rode: Annotated[str, Query(max_length=63)] = "",
    crime_type: Annotated[str, Query(alias="type", max_length=40)] = "",
) -> Typed:
    return Typed(fra, til, rode, crime_type)


Asked = Annotated[Typed, Depends(_typed)]


@router.get(HERE)
def totals(request: Request, visit: Reader, typed: Asked) -> HTMLResponse:
    """Return the counts of the months, the rode and the type that are chosen."""
    known = store.months_counted(visit.session)
    roder = store.roder_counted(visit.session)
    asked = _asked(typed, known)
    found = store.read_totals(visit.session, asked) if asked else None
    paging = paging_of(request, total=0 if found is None else len(found), size=ROWS)
    part = [] if found is None else list(rows_of(found[paging.offset : paging.last]))
    return render(
        request,
        "pages/incident_totals.html",
        title=_("Antal pr. rode"),
        workspace="data",
        crumbs=((_("Data"), "/data"),),
        here=HERE,
        asked=asked,
        columns=COLUMNS,
        rows=part,
        total=0 if found is None else int(found["incidents"].sum()),
        names=dict(roder),
        roder=[("", _("alle")), *((code, f"{code} {name or ''}".strip()) for code, name in roder)],
        types=[("", _("alle")), *CRIME_TYPES.items()],
        type_words=CRIME_TYPES,
        paging=paging,
        file=frame_of(request).link(f"{HERE}/csv?{urlencode(vars(typed))}"),
    )


@router.get(f"{HERE}/csv")
def totals_file(visit: Reader, typed: Asked) -> Response:
    """Return the counts of each month that is chosen as a Danish CSV."""
    asked = _asked(typed, store.months_counted(visit.session))
    names = dict(store.roder_counted(visit.session))
    found = [] if asked is None else rows_of(store.read_totals(visit.session, asked, by_month=True))
    lines = [
        [one.rode, names[one.rode] or "", f"{one.month:%Y-%m}", CRIME_TYPES[one.crime_type],
         int(one.incidents)]
        for one in found
    ]  # fmt: skip
    criterion = vars(asked) if asked else {}
    visit.audit(
        "export",
        form="csv",
        rows=len(lines),
        criterion={key: str(value) for key, value in criterion.items() if value is not None},
        fields=["rode_code", "month", "crime_type", "incidents"],
    )
    period = f"-{asked.first:%Y-%m}-{asked.last:%Y-%m}" if asked else ""
    return csv_answer(f"antal-pr-rode{period}", HEADINGS, lines)


def _asked(typed: Typed, known: tuple[date, date] | None) -> CountsAsked | None:
    """Return the question, None where nothing is counted; what is no month is the newest year."""
    if known is None:
        return None
    last = _month(typed.til) or known[1]
    first = _month(typed.fra) or max(known[0], _back(last, MONTHS - 1))
    kind = typed.type if typed.type in CRIME_TYPES else None
    return CountsAsked(min(first, last), max(first, last), typed.rode or None, kind)


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _back(month: date, months: int) -> date:
    whole = month.year * 12 + month.month - 1 - months
    return date(whole // 12, whole % 12 + 1, 1) if whole >= 12 else date.min  # noqa: PLR2004
