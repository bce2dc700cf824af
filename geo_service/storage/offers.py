"""Offers for young people with their hours, in and out of holidays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from geoalchemy2.shape import from_shape, to_shape
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from geo_service.domain.grid import DANISH_GRID_SRID
from geo_service.domain.offers import AgeGroup
from geo_service.domain.offers import Offer as Told
from geo_service.domain.opening_hours import DatedHours, WeeklyHours
from geo_service.messages import _
from geo_service.storage import locking
from geo_service.storage.tables import Offer, OfferDatedHours, OfferHours

WHAT = _("Tilbuddet")
TYPED = "skrevet på siden"


@dataclass(frozen=True)
class KeptOffer:
    """An offer as it is stored: its key, its version, since when it is no more, what it is."""

    id: int
    version: int
    ended_on: date | None
    offer: Told


def read_offers(session: Session, municipality: str) -> list[KeptOffer]:
    """Return the offers of a municipality with their hours, those that have ended last."""
    query = (
        select(Offer)
        .where(Offer.municipality_code == municipality)
        .order_by(Offer.ended_on.is_not(None), Offer.name)
    )
    weekly: dict[int, list[WeeklyHours]] = {}
    for row in session.scalars(select(OfferHours)):
        weekly.setdefault(row.offer_id, []).append(WeeklyHours(row.weekday, row.opens, row.closes))
    dated = _dated(session)
    return [
        KeptOffer(
            row.id,
            row.version,
            row.ended_on,
            Told(
                row.code,
                row.name,
                row.kind,
                row.operator,
                AgeGroup(row.age_from, row.age_to),
                to_shape(row.geom),
                tuple(sorted(weekly.get(row.id, []))),
                dated.get(row.id, ()),
                row.same_in_holidays,
            ),
        )
        for row in session.scalars(query)
    ]


def add_offer(
    session: Session, municipality: str, offer: Told, *, actor: str, now: datetime
) -> None:
    """Store an offer with its hours."""
    made = session.scalars(
        insert(Offer)
        .values(
            municipality_code=municipality,
            code=offer.code,
            source=TYPED,
            changed_by=actor,
            changed_at=now,
            **_values(offer),
        )
        .returning(Offer.id)
    ).one()
    _add_hours(session, municipality, made, offer)


def save_offer(
    session: Session,
    municipality: str,
    kept: KeptOffer,
    offer: Told,
    *,
    ended_on: date | None,
    version: int,
    actor: str,
    now: datetime,
) -> None:
    """Change an offer and its hours; raises Conflict if it has another version."""
    locking.save_version(
        session,
        Offer,
        Offer.id == kept.id,
        version=version,
        what=WHAT,
        actor=actor,
        now=now,
        ended_on=ended_on,
        **_values(offer),
    )
    session.execute(delete(OfferHours).where(OfferHours.offer_id == kept.id))
    session.execute(delete(OfferDatedHours).where(OfferDatedHours.offer_id == kept.id))
    _add_hours(session, municipality, kept.id, offer)


def _values(offer: Told) -> dict[str, Any]:
    return {
        "name": offer.name,
        "kind": offer.kind,
        "operator": offer.operator,
        "age_from": offer.ages.first,
        "age_to": offer.ages.last,
        "same_in_holidays": offer.same_in_holidays,
        "geom": from_shape(offer.at, srid=DANISH_GRID_SRID),
    }


def _dated(session: Session) -> dict[int, tuple[DatedHours, ...]]:
    """Return the days with other hours, by offer; rows of one period are one."""
    found: dict[int, dict[tuple[date, date], list[WeeklyHours]]] = {}
    for row in session.scalars(select(OfferDatedHours)):
        hours = found.setdefault(row.offer_id, {}).setdefault((row.first_day, row.last_day), [])
        if row.weekday is not None and row.opens is not None and row.closes is not None:
            hours.append(WeeklyHours(row.weekday, row.opens, row.closes))
    return {
        offer: tuple(
            DatedHours(first, last, tuple(sorted(hours)))
            for (first, last), hours in sorted(periods.items())
        )
        for offer, periods in found.items()
    }


def _add_hours(session: Session, municipality: str, offer_id: int, offer: Told) -> None:
    weekly = [
        {"offer_id": offer_id, "weekday": one.weekday, "opens": one.opens, "closes": one.closes}
        for one in offer.hours
    ]
    if weekly:
        session.execute(insert(OfferHours).inline().values(weekly))
    dated = [
        {
            "municipality_code": municipality,
            "offer_id": offer_id,
            "first_day": one.first,
            "last_day": one.last,
            **opening,
        }
        for one in offer.dated
        for opening in _openings(one.hours)
    ]
    if dated:
        session.execute(insert(OfferDatedHours).inline().values(dated))


def _openings(hours: Iterable[WeeklyHours]) -> list[dict[str, Any]]:
    """Return the openings of a period as columns; one row without times where it is closed."""
    rows = [{"weekday": one.weekday, "opens": one.opens, "closes": one.closes} for one in hours]
    return rows or [{"weekday": None, "opens": None, "closes": None}]
