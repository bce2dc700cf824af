"""What the API answers with; only here and in `maps` coordinates leave the Danish grid."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel


class AreaFacts(BaseModel):
    """What is known of an area beside its outline."""

    code: str
    name: str
    valid_from: date


class Feature(BaseModel):
    """One area as GeoJSON, longitude and latitude."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: dict[str, Any]
    properties: AreaFacts


class Areas(BaseModel):
    """The areas of one kind that are in force on a day."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    kind: str
    on: date
    outline: str | None
    """official, derived or schematic."""
    source: str | None
    features: list[Feature]


class Edition(BaseModel):
    """One edition of a kind of area."""

    municipality: str
    kind: str
    valid_from: date
    valid_to: date | None
    areas: int
    outline: str
    source: str


class Status(BaseModel):
    """The state of the service."""

    version: str
    demo: bool
    editions: list[Edition]
