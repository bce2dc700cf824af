"""`/api/v1/areas` and `/api/v1/status`: areas as GeoJSON, and what editions there are."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy import select

from api.dependencies import DB
from api.schemas import Areas, Edition, Feature, Status
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.grid import WEB
from geo_service.domain.vocabulary import AREA_KINDS
from geo_service.errors import InvalidInput, NotFound
from geo_service.storage import areas as store
from geo_service.storage.tables import Municipality

router = APIRouter(tags=["areas"])

DECIMALS = 6
FOUR_DIGITS = r"^[0-9]{4}$"


@router.get("/areas", responses={404: {"description": "No such areas"}})
def read_areas(
    session: DB,
    kind: Annotated[str, Query(description="rode, district, bydel, hotspot_area …")] = "rode",
    municipality: Annotated[str, Query(pattern=FOUR_DIGITS)] = "0101",
    on: Annotated[date | None, Query(description="In force on this day; default today.")] = None,
) -> Areas:
    """Return the areas of a kind as GeoJSON (longitude, latitude)."""
    if kind not in AREA_KINDS:
        raise InvalidInput(f"There is no kind of area {kind!r}; choose {', '.join(AREA_KINDS)}.")
    day = on or datetime.now(UTC).astimezone(COPENHAGEN).date()
    frame = store.read_areas(session, municipality, kind, day)
    if frame.empty:
        raise NotFound(f"Municipality {municipality} has no areas of the kind {kind}.")
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
                properties={
                    "code": row.code,
                    "name": row.name,
                    "valid_from": row.valid_from.isoformat(),
                },
            )
            for row, shape in zip(rows, shapes, strict=True)
        ],
    )


@router.get("/status")
def read_status(request: Request, session: DB) -> Status:
    """Return the version, whether the data are made up, and the editions of areas."""
    demo = session.scalars(select(Municipality.is_demo)).all()
    return Status(
        version=request.app.version,
        demo=any(demo),
        editions=[Edition(**row) for row in store.editions(session)],
    )


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    """Return the geometry with coordinates of about 0.1 m."""

    def round_all(value: Any) -> Any:
        if isinstance(value, float):
            return round(value, DECIMALS)
        return [round_all(part) for part in value]

    return geometry | {"coordinates": round_all(geometry["coordinates"])}
