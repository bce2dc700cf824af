"""The incidents explorer: where and when it usually happens, and whether it is more than usual."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Visit, needs
from api.pages import incident_words as words
from api.pages.incident_filter import DAYS, HOURS, Filter, filter_of
from api.pages.incident_map import map_of
from api.web.frame import Choice, Frame, frame_of
from api.web.listing import Column, paging_of, sort_of
from api.web.page import nonce_of, render
from api.web.periods import in_words, usual_periods
from api.web.translations import _
from geo_service.analysis.usual import Level
from geo_service.domain.access import Role
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.vocabulary import AREA_KINDS, CRIME_TYPES, PUBLIC_SPACE_TYPES, SETTINGS
from geo_service.storage import incident_precision
from geo_service.storage import incidents_seen as seen
from geo_service.workflows import see_incidents
from maps import danish
from maps.facts import PageFacts

router = APIRouter(include_in_schema=False)

COLUMNS: Final = (
    Column("time", _("Hvornår"), sortable=True),
    Column("type", _("Type")),
    Column("rode", _("Rode")),
    Column("setting", _("Sted")),
)
POLICE_COLUMNS: Final = (Column("found_by", _("Kendt ved")), Column("source_ref", _("Nummer")))
RODE_COLUMNS: Final = (
    Column("rode", _("Rode")),
    Column("count", _("Hændelser"), numeric=True),
    Column("usual", _("Plejer"), numeric=True),
)
TYPE_COLUMNS: Final = (
    Column("type", _("Type")),
    Column("count", _("Hændelser"), numeric=True),
    Column("usual", _("Plejer"), numeric=True),
    Column("share", _("Andel"), numeric=True),
)
PLACES: Final = ("hotspot_area", "district", "bydel", "rode")
MOST_RODER: Final = 10
ROWS: Final = 25


@router.get("/data/haendelser")
def explore(request: Request, visit: Annotated[Visit, needs("incident.read")]) -> HTMLResponse:
    """Return the page for the filter in the address."""
    now = datetime.now(COPENHAGEN)
    asked = filter_of(request, visit.session, visit.caller, today=now.date())
    frame = frame_of(request)
    language = frame.language
    level = see_incidents.precision_for(visit.session, visit.caller)
    found = see_incidents.overview(visit.session, asked.question, asked.roder)
    columns = COLUMNS + tuple(
        one for one in POLICE_COLUMNS if visit.caller.sees("incident.read", one.key)
    )
    sort = sort_of(request, columns, default="-time")
    paging = paging_of(request, total=found.total, size=ROWS)
    rows, _following = seen.read_page(
        visit.session,
        asked.question,
        roder=asked.roder,
        most=paging.size,
        newest_first=sort.descending,
        skip=paging.offset,
    )
    months, counted = None, None
    if visit.caller.role is not Role.police:  # who sees every incident needs no counts of them
        months, counted = see_incidents.counted_only(
            visit.session, visit.caller, asked.question, asked.roder
        )
    export = f"/data/haendelser/csv?{asked.query}"
    visit.audit(
        "read",
        criterion=asked.question.criterion(),
        form="page",
        rows=len(rows),
        matched=found.total,
    )
    return render(
        request,
        "pages/incidents.html",
        title=_("Hændelser"),
        workspace="data",
        wide=True,
        status=422 if asked.errors else 200,
        crumbs=((_("Data"), "/data"),),
        nonce=nonce_of(request),
        period=in_words(asked.question.first, asked.question.last, language=language),
        periods=_periods(visit, asked, frame, now.date()),
        asked=asked,
        found=found,
        sees=words.what_is_seen(visit.caller, level, _others_see(visit), language),
        may_read_precision=visit.caller.may("precision.read"),
        may_import=visit.caller.may("incident.import"),
        may_set_precision=visit.caller.may("precision.write"),
        verdict=words.LEVELS[found.usual.level],
        usual=words.usual_in_words(found.usual, asked.question.days, language),
        week=words.week_of(found.weights, asked.question.hours, language),
        days=words.SHORT_DAYS,
        day_names=words.DAY_NAMES,
        columns=columns,
        sort=sort,
        paging=paging,
        rows=[_line(row, language) for row in rows],
        rode_columns=RODE_COLUMNS,
        type_columns=TYPE_COLUMNS,
        types=CRIME_TYPES,
        offered=_offered(visit, asked),
        months=months,
        counted=None if counted is None else _by_rode(counted),
        map=map_of(
            visit,
            asked,
            request.app.state.sheets,
            level=level,
            language=language,
            facts=_facts(visit, asked, now),
            csv=export,
        ),
        export=export,
        top_roder=found.by_rode[:MOST_RODER],
        other_roder=_outstanding(found.by_rode[MOST_RODER:]),
        levels=words.LEVELS,
    )


def _periods(visit: Visit, asked: Filter, frame: Frame, today: date) -> tuple[Choice, ...]:
    """Return the usual periods up to the newest incident, with what else is chosen kept."""
    _first, until = see_incidents.usual_period(visit.session, today=today)
    return usual_periods(
        until,
        (asked.question.first, asked.question.until),
        lambda first, last: frame.link(f"/data/haendelser?{asked.over(first, last)}"),
        language=frame.language,
    )


def _line(row: dict[str, Any], language: str) -> dict[str, Any]:
    rode = " ".join(filter(None, (row["rode"], row["rode_name"])))
    return {
        "time": words.when(row["occurred_from"], row["occurred_to"], language),
        "type": CRIME_TYPES[row["crime_type"]],
        "rode": rode,
        "setting": SETTINGS[row["setting"]],
        "found_by": words.FOUND_BY.get(row["found_by"] or "", ""),
        "source_ref": row["source_ref"] or "",
    }


def _outstanding(roder: tuple[see_incidents.Part, ...]) -> list[see_incidents.Part]:
    """Return the roder with more than usual, that few incidents keep out of the table."""
    return [part for part in roder if part.code and part.usual.level is Level.more][:MOST_RODER]


def _others_see(visit: Visit) -> str:
    place = visit.caller.municipality or ""
    return incident_precision.in_force(visit.session, place).precision


def _offered(visit: Visit, asked: Filter) -> dict[str, Any]:
    """Return what each field offers: only types and areas that the caller sees anything of."""
    day = asked.question.last
    return {
        "types": [(code, CRIME_TYPES[code]) for code in see_incidents.types_for(visit.caller)],
        "days": list(DAYS.items()),
        "hours": list(HOURS.items()),
        "places": [(AREA_KINDS[kind], _areas_of(visit, kind, day)) for kind in PLACES],
    }


def _areas_of(visit: Visit, kind: str, day: date) -> list[tuple[str, str]]:
    areas = see_incidents.areas_to_choose(visit.session, visit.caller, kind, day)
    return [
        (f"{kind}:{code}", name if kind == "hotspot_area" else f"{code} {name}")
        for code, name in areas
    ]


def _by_rode(counted: Any) -> list[dict[str, Any]]:
    """Return per rode: burglaries, thefts, and all the rest, indoors included."""
    kinds = [code for code in CRIME_TYPES if code not in PUBLIC_SPACE_TYPES]
    table: list[dict[str, Any]] = []
    for (rode, name), part in counted.groupby(["rode", "rode_name"], dropna=False):
        by_type = part.set_index("crime_type")["incidents"]
        shown = {code: int(by_type.get(code, 0)) for code in kinds}
        total = int(by_type.sum())
        table.append({"rode": rode, "name": name, "total": total, "by_type": shown})
    return sorted(table, key=lambda row: (-row["total"], len(row["rode"]), row["rode"]))


def _facts(visit: Visit, asked: Filter, now: datetime) -> PageFacts:
    question, signed_in = asked.question, visit.identity.signed_in
    return PageFacts(
        municipality=signed_in.municipality_name,
        place=signed_in.municipality_name,
        period=f"{danish.long_day(question.first)} – {danish.long_day(question.last)}",
        sources=("demo: opdigtet" if signed_in.is_demo else "politiets indlæste hændelser",),
        outline=see_incidents.outline_words(visit.session, visit.caller, question.last),
        drawn_at=now,
        demo=signed_in.is_demo,
    )
