"""The style page: every part that pages are made of, in all its states, filled with examples."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.web.frame import Choice
from api.web.listing import Column, paging_of, sort_of
from api.web.notices import Notice
from api.web.page import render
from api.web.translations import _
from maps.danish import ZONE

router = APIRouter(include_in_schema=False)

COLUMNS: Final = (
    Column("place", _("Del af området"), sortable=True),
    Column("kind", _("Slags")),
    Column("status", _("Status"), sortable=True),
    Column("count", _("Hændelser"), numeric=True, sortable=True),
    Column("share", _("Andel"), numeric=True),
    Column("changed", _("Ændret"), sortable=True),
)
ROWS: Final = (
    ("Hothers Plads", _("uro"), _("aftalt"), "good", 1_214, 31.2, date(2026, 11, 27)),
    ("Mjølnerparken syd", _("hærværk"), _("drøftet"), "wait", 862, 22.1, date(2026, 11, 24)),
    ("Nørrebrohallen", _("tyveri"), _("hul"), "warn", 431, 11.1, date(2026, 11, 23)),
    ("Aldersrogade", _("uro"), _("ikke holdt"), "stop", 97, 2.5, date(2026, 11, 20)),
)
MOMENT: Final = datetime(2026, 11, 23, 10, 12, tzinfo=ZONE)
EVENING: Final = (
    date(2026, 11, 27),
    datetime(2026, 11, 27, 20, tzinfo=ZONE),
    datetime(2026, 11, 27, 22, tzinfo=ZONE),
)


@router.get("/stil")
def style(request: Request) -> HTMLResponse:
    """Show every component."""
    sort = sort_of(request, COLUMNS, default="-count")
    keys = {"place": 0, "status": 2, "count": 4, "changed": 6}
    rows = sorted(ROWS, key=lambda row: row[keys[sort.key]], reverse=sort.descending)
    return render(
        request,
        "pages/style.html",
        title=_("Stilside"),
        workspace="data",
        period="uge 48–49 2026",
        periods=(
            Choice("uge 48–49 2026", "/stil", current=True),
            Choice("uge 46–47 2026", "/stil"),
        ),
        crumbs=((_("Data"), "/data"),),
        notices=(Notice(_("Gemt."), undo="/stil"),),
        columns=COLUMNS,
        rows=rows,
        sort=sort,
        paging=paging_of(request, total=312, size=4),
        moment=MOMENT,
        evening=EVENING,
    )
