"""What the API answers about incidents; a field that the caller does not see is not there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.described import Whole
from api.notes import NOTES

Precision = Literal["rode", "250m", "point"]


class Incident(BaseModel):
    """One incident. Number, source and finder are the police's own."""

    crime_type: str
    setting: str = Field(description="public_space, indoor or unknown")
    occurred_from: datetime
    occurred_to: datetime = Field(description="The same as occurred_from where the time is known.")
    rode: str | None = Field(description="Code; at 250m the rode at the middle of the field.")
    id: int | None = None
    source_system: str | None = None
    source_ref: str | None = None
    found_by: str | None = None


class IncidentFeature(BaseModel):
    """An incident as GeoJSON; without geometry where only the rode is shown."""

    type: Literal["Feature"] = "Feature"
    geometry: dict[str, Any] | None
    properties: Incident


class Count(BaseModel):
    """How many incidents lie in a square of the Danish grid, or in a rode."""

    incidents: int
    side_m: int | None = Field(None, description="Side of the square.")
    rode: str | None = Field(None, description="Code of the rode; its outline: /api/v1/areas.")


class CountFeature(BaseModel):
    """A count as GeoJSON: a square, or a rode by its code and without geometry."""

    type: Literal["Feature"] = "Feature"
    geometry: dict[str, Any] | None
    properties: Count


class Incidents(BaseModel):
    """Incidents of a box and a period, or their counts."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    seen_as: Precision
    form: Literal["incidents", "counts"]
    since: date
    until: date = Field(description="The day after the last.")
    matched: int | None = Field(
        description="All that fit; on a first page only, and null where `notes` say why not."
    )
    returned: int = Field(description="Features in this answer.")
    next: str | None = Field(description="The `after` of the next page, null on the last.")
    features: list[IncidentFeature | CountFeature]
    notes: list[str] = Field(description=NOTES)


class Hours(BaseModel):
    """Incidents over the hours of the week, shared out over the time they may have happened in."""

    seen_as: Precision
    since: date
    until: date
    incidents: int | None = Field(description="Null where `notes` say why nothing was counted.")
    weights: list[float] = Field(
        description="168 numbers, 0 = Monday 00–01 by Copenhagen's clock; together `incidents`."
    )
    notes: list[str] = Field(description=NOTES)


class PrecisionSetting(BaseModel):
    """How precisely others than the police see its incidents, and since when."""

    precision: Precision
    version: int = Field(description="0: nobody has set it, so it is the rode.")
    set_at: datetime | None


class PrecisionHistory(PrecisionSetting):
    """The setting in force, and every one before it, the newest first."""

    earlier: list[PrecisionSetting]


class PrecisionChange(BaseModel):
    """A new precision, and the version that it is to follow."""

    model_config = ConfigDict(extra="forbid")

    precision: Precision
    version: Whole = Field(ge=0, le=2**53)
