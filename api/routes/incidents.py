"""`/api/v1/incidents`: incidents as the caller may see them, one by one, counted and by hour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

import pandas as pd
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from api.access import Visit, needs
from api.incident_query import Asked
from api.incident_schemas import (
    Count,
    CountFeature,
    Hours,
    Incident,
    IncidentFeature,
    Incidents,
    PrecisionChange,
    PrecisionHistory,
    PrecisionSetting,
)
from api.notes import note_for
from geo_service.domain.incident_question import HOURS_A_WEEK, Question
from geo_service.errors import InvalidInput
from geo_service.storage import incident_precision
from geo_service.storage import incidents_seen as seen
from geo_service.workflows import see_incidents

router = APIRouter(tags=["incidents"])

MOST_SINGLE: Final = 10_000
"""More than this and `form=auto` counts instead: a list cut short would show false empty places."""
SIDE_M: Final = 500
DECIMALS: Final = 6
OWN_FIELDS: Final = ("id", "source_system", "source_ref", "found_by")
SHARED_FIELDS: Final = ("crime_type", "setting", "occurred_from", "occurred_to", "rode")
DECLARED_AS: Final = {"rode": "rode_id"}
"""Fields of the answer that are declared under another name."""


class GeoJSON(JSONResponse):
    """GeoJSON says so."""

    media_type = "application/geo+json"


@router.get(
    "/incidents",
    response_model=Incidents,
    response_model_exclude_unset=True,
    response_class=GeoJSON,
    responses={404: {"description": "No such area"}},
)
def read_incidents(
    request: Request,
    visit: Annotated[Visit, needs("incident.read")],
    asked: Annotated[Asked, Depends()],
    form: Annotated[
        Literal["auto", "incidents", "counts"],
        Query(description=f"auto: single ones up to {MOST_SINGLE:,}, else counts."),
    ] = "auto",
    side_m: Annotated[int, Query(ge=100, le=10_000, description="Side of counted squares.")] = (
        SIDE_M
    ),
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    after: Annotated[
        str | None,
        Query(pattern=seen.PLACE, max_length=60, description="`next` of the page before."),
    ] = None,
) -> Incidents:
    """Return incidents in order of time, or counts: per rode for whoever sees only the rode."""
    level = see_incidents.precision_for(visit.session, visit.caller)
    first, until = asked.period(visit)
    try:
        question = asked.question(first, until)
        place = None if after is None else seen.place_of(after, within=question)
    except InvalidInput as wrong:
        visit.audit("read", form=form, rows=0, refused="question")
        return Incidents(
            seen_as=level,
            form="counts" if form == "counts" and after is None else "incidents",
            since=first,
            until=until,
            matched=None,
            returned=0,
            next=None,
            features=[],
            notes=[note_for(request, wrong)],
        )
    roder = see_incidents.roder_asked(visit.session, visit.caller, question)
    matched = None
    if after is None:
        counts = seen.read_counts(visit.session, question, roder=roder)
        matched = int(counts["incidents"].sum())
        if form == "auto":
            single = level == "point" and matched <= MOST_SINGLE
            form = "incidents" if single else "counts"
    found: list[IncidentFeature | CountFeature]
    following = None
    if form == "counts" and after is None:
        found = list(_counts(visit, question, roder, side_m, counts, level))
    else:
        form = "incidents"
        rows, following = seen.read_page(
            visit.session, question, roder=roder, most=limit, after=place
        )
        found = [_feature(visit, row) for row in rows]
    asked_for = question.criterion()
    visit.audit("read", criterion=asked_for, form=form, rows=len(found), matched=matched)
    return Incidents(
        seen_as=level,
        form=form,
        since=question.first,
        until=question.until,
        matched=matched,
        returned=len(found),
        next=None if following is None else str(following),
        features=found,
        notes=[],
    )


@router.get("/incidents/hours", responses={404: {"description": "No such area"}})
def read_hours(
    request: Request,
    visit: Annotated[Visit, needs("incident.read")],
    asked: Annotated[Asked, Depends()],
) -> Hours:
    """Return the hours of the week; weekday and hours of the question are left aside."""
    level = see_incidents.precision_for(visit.session, visit.caller)
    first, until = asked.period(visit)
    try:
        question = asked.question(first, until)
    except InvalidInput as wrong:
        visit.audit("read", form="hours", rows=0, refused="question")
        return Hours(
            seen_as=level,
            since=first,
            until=until,
            incidents=None,
            weights=[0.0] * HOURS_A_WEEK,
            notes=[note_for(request, wrong)],
        )
    roder = see_incidents.roder_asked(visit.session, visit.caller, question)
    weights, number = seen.read_hours(visit.session, question, roder=roder)
    visit.audit("read", criterion=question.criterion(), form="hours", rows=number)
    return Hours(
        seen_as=level,
        since=question.first,
        until=question.until,
        incidents=number,
        weights=[round(float(weight), 6) for weight in weights],
        notes=[],
    )


@router.get("/incident-precision")
def read_precision(visit: Annotated[Visit, needs("precision.read")]) -> PrecisionHistory:
    """Return how precisely others than the police see its incidents, and what it was before."""
    now, *earlier = incident_precision.history(visit.session, visit.caller.municipality or "")
    return PrecisionHistory(**_setting(now), earlier=[_precision(one) for one in earlier])


@router.put(
    "/incident-precision", responses={409: {"description": "Somebody else has set it meanwhile"}}
)
def set_precision(
    visit: Annotated[Visit, needs("precision.write")], change: PrecisionChange
) -> PrecisionSetting:
    """Set how precisely others see the incidents; nothing earlier is overwritten."""
    made = see_incidents.set_precision(
        visit.session, visit.caller, change.precision, version=change.version
    )
    visit.audit("set", ref=str(made.version), precision=change.precision, after=change.version)
    return _precision(made)


def _precision(one: incident_precision.Setting) -> PrecisionSetting:
    return PrecisionSetting(**_setting(one))


def _setting(one: incident_precision.Setting) -> dict[str, Any]:
    return {"precision": one.precision, "version": one.version, "set_at": one.set_at}


def _feature(visit: Visit, row: dict[str, Any]) -> IncidentFeature:
    sees = visit.caller.sees
    shown = [
        name
        for name in (*SHARED_FIELDS, *OWN_FIELDS)
        if sees("incident.read", DECLARED_AS.get(name, name))
    ]
    place = None
    if row["longitude"] is not None and sees("incident.read", "geom"):
        degrees = [round(row["longitude"], DECIMALS), round(row["latitude"], DECIMALS)]
        place = {"type": "Point", "coordinates": degrees}
    return IncidentFeature(
        type="Feature",
        geometry=place,
        properties=Incident.model_validate({name: row[name] for name in shown}),
    )


def _counts(
    visit: Visit,
    question: Question,
    roder: tuple[int, ...] | None,
    side_m: int,
    counts: pd.DataFrame,
    level: str,
) -> Iterator[CountFeature]:
    if level == "rode":
        by_rode = counts.fillna({"rode": ""}).groupby("rode")["incidents"].sum()
        for rode, number in by_rode.items():
            told = Count(incidents=int(number), rode=str(rode) or None)
            yield CountFeature(type="Feature", geometry=None, properties=told)
        return
    cells = seen.read_cells(visit.session, question, roder=roder, side_m=side_m)
    for shape, number, side in zip(
        seen.squares(cells), cells["incidents"].tolist(), cells["side_m"].tolist(), strict=True
    ):
        yield CountFeature(
            type="Feature",
            geometry={"type": "Polygon", "coordinates": [shape]},
            properties=Count(incidents=number, side_m=side),
        )
