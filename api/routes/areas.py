"""`/api/v1/areas` and `/api/v1/status`: areas as GeoJSON, and what editions there are."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from sqlalchemy import select

from api.access import Visit, needs
from api.schemas import AreaFacts, Areas, Edition, Feature, Status
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.grid import WEB
from geo_service.errors import NotFound
from geo_service.storage import areas as store
from geo_service.storage.tables import Municipality

router = APIRouter(tags=["areas"])

AreaKind = Literal[
    "rode",
    "district",
    "bydel",
    "hotspot_area",
    "housing_estate",
    "lokaludvalg",
    "quarter",
    "public_area",
]
DECIMALS = 6
FOUR_DIGITS = r"^[0-9]{4}$"


@router.get("/areas", responses={404: {"description": "No such areas"}})
def read_areas(
    visit: Annotated[Visit, needs("area.read")],
    kind: AreaKind = "rode",
    municipality: Annotated[
        str | None, Query(pattern=FOUR_DIGITS, description="Default: the caller's own.")
    ] = None,
    on: Annotated[date | None, Query(description="In force on this day; default today.")] = None,
) -> Areas:
    """Return the areas of a kind as GeoJSON (longitude, latitude)."""
    day = on or datetime.now(UTC).astimezone(COPENHAGEN).date()
    frame = store.read_areas(
        visit.session, municipality or visit.caller.municipality or "", kind, day
    )
    if frame.empty:
        raise NotFound("There are no such areas.")
    shapes = json.loads(frame[["geometry"]].to_crs(WEB).to_json(drop_id=True))["features"]
    rows = frame.drop(columns="geometry").itertuples(index=False)
    return Areas(
        kind=kind,
        on=day,
        outline=str(frame["outline"].iloc[0]),
        source=str(frame["source"].iloc[0]),
        features=[
            Feature(
                id=f"{kind}:{row.code}",
                geometry=_rounded(shape["geometry"]),
                properties=AreaFacts(
                    code=str(row.code), name=str(row.name), valid_from=row.valid_from
                ),
            )
            for row, shape in zip(rows, shapes, strict=True)
        ],
    )


@router.get("/status")
def read_status(request: Request, visit: Annotated[Visit, needs("area.read")]) -> Status:
    """Return the version, whether the data are made up, and the editions of areas."""
    demo = visit.session.scalars(select(Municipality.is_demo)).all()
    return Status(
        version=request.app.version,
        demo=any(demo),
        editions=[Edition(**row) for row in store.editions(visit.session)],
    )


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    """Return the geometry with coordinates of about 0.1 m."""

    def round_all(value: Any) -> Any:
        if isinstance(value, float):
            return round(value, DECIMALS)
        return [round_all(part) for part in value]

    return geometry | {"coordinates": round_all(geometry["coordinates"])}
