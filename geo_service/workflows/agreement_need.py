"""The need of an agreement's evenings, as its Hotspot chief sees it, whoever of the two asks.

Police and chief look at one figure: both are shown what a chief who is limited to the hotspot
area is shown, at the precision that the police have set.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date

import geopandas as gpd
from sqlalchemy.orm import Session

from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.domain.commitments import WHOLE_EVENING
from geo_service.domain.evenings import Slot, slots_of
from geo_service.storage import areas as area_store
from geo_service.storage import choices, incident_precision, incidents_seen
from geo_service.storage import presence as presence_store
from geo_service.storage.agreements import Agreement
from geo_service.storage.database import seen_as
from geo_service.storage.evening_log import newest_released
from geo_service.storage.incidents_needed import newest_import
from geo_service.workflows.evening_need import EveningNeed, known_incidents, need_from
from geo_service.workflows.hotspot_ground import hotspot_ground
from geo_service.workflows.place_news import News, place_news


@dataclass(frozen=True)
class AgreementNeed:
    """What is expected in the evenings of an agreement, and what is new since the last one."""

    slots: list[Slot]
    evenings: list[Slot]
    """Each evening as one slot, 17 to 02; `slot_id` counts the evenings."""
    coverage: gpd.GeoDataFrame
    roder: gpd.GeoDataFrame
    by_slot: EveningNeed
    by_evening: EveningNeed
    news: News
    precision: str
    """How precisely the places of incidents were shown, a code of `PRECISIONS`."""


def chief_of(caller: Caller, hotspot_area: str) -> Caller:
    """Return the caller as a Hotspot chief who is limited to one hotspot area."""
    return replace(caller, role=Role.hotspot_chief, hotspot_areas=(hotspot_area,), team=None)


def need_inputs(
    session: Session, caller: Caller, agreement: Agreement, *, last_met: date | None
) -> Hashable:
    """Return what the need of an agreement depends on: another value after any of it changes."""
    place, area = caller.municipality or "", agreement.hotspot_area
    with seen_as(session, chief_of(caller, area)):
        return (
            place,
            area,
            agreement.first_evening,
            agreement.last_evening,
            last_met,
            incidents_seen.read_days(session),
            newest_import(session, place),
            newest_released(session),
            choices.police_detail(session, place)[1].version,
            incident_precision.in_force(session, place).version,
            presence_store.coverage_state(session, place, area, agreement.first_evening),
            area_store.fingerprint(session, place, "rode", agreement.first_evening),
            incidents_seen.roder_of(session, place, ("hotspot_area", area)),
        )


def agreement_need(
    session: Session, caller: Caller, agreement: Agreement, *, last_met: date | None = None
) -> AgreementNeed | None:
    """Count the need; None where the hotspot area has no coverage areas or no roder."""
    place, area = caller.municipality or "", agreement.hotspot_area
    first = agreement.first_evening
    number = (agreement.last_evening - first).days + 1
    with seen_as(session, chief_of(caller, area)):
        coverage, roder = hotspot_ground(session, place, area, first)
        if coverage.empty or roder.empty:
            return None
        precision = incident_precision.in_force(session, place).precision
        known = known_incidents(session, roder, before=first, precision=precision)
    slots = slots_of(first, number)
    evenings = slots_of(first, number, hours_of_slots=(WHOLE_EVENING,))
    return AgreementNeed(
        slots=slots,
        evenings=evenings,
        coverage=coverage,
        roder=roder,
        by_slot=need_from(known, coverage, roder, slots),
        by_evening=need_from(known, coverage, roder, evenings),
        news=place_news(known, coverage, roder, last_met=last_met),
        precision=precision,
    )
