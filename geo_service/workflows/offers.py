"""Offers for young people: typed, compared with each other by age, day and part, and planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy.exc import IntegrityError

from geo_service.domain.calendar import SchoolHoliday
from geo_service.domain.coverage_areas import CODE
from geo_service.domain.danish_time import clock_words
from geo_service.domain.evenings import at_hour
from geo_service.domain.grid import DANISH_GRID
from geo_service.domain.hours_text import read_dated, read_hours
from geo_service.domain.log_guard import PUBLIC_PLACE, refuse_persons
from geo_service.domain.offers import AgeGroup, Offer
from geo_service.errors import AlreadyExists, InvalidInput
from geo_service.importing.coordinates import Look, looks_of
from geo_service.importing.danish import parse_number
from geo_service.messages import _
from geo_service.planning.holiday_plan import HolidayPlan, holiday_plan
from geo_service.planning.offer_grid import Holidays, offer_grid, serving
from geo_service.storage import calendar as calendar_store
from geo_service.storage import coverage as coverage_store
from geo_service.storage import offers as store
from geo_service.storage import staffed as staffed_store
from geo_service.storage.offers import KeptOffer
from geo_service.workflows.agreement_desk import Desk
from geo_service.workflows.coverage_drawing import outline_of

WHOLE: Final = ""
"""Code of the hotspot area as one part."""
WEEK: Final = 7
EVENING_BEGINS: Final = 17
LONGEST_NAME: Final = 80
AXES: Final = 2


@dataclass(frozen=True)
class OfferForm:
    """What somebody typed of an offer."""

    code: str
    name: str
    kind: str
    operator: str
    age_from: str
    age_to: str
    place: str
    hours: str
    dated: str
    same_in_holidays: bool = False
    ended: bool = False


def current(kept: list[KeptOffer], today: date) -> list[Offer]:
    """Return the offers that have not ended."""
    return [one.offer for one in kept if one.ended_on is None or one.ended_on > today]


def save_offer(
    desk: Desk, typed: OfferForm, *, before: KeptOffer | None = None, version: int = 0
) -> None:
    """Store an offer, or change the one there was.

    Raises
    ------
    InvalidInput
        If a field cannot be used; in Danish.
    AlreadyExists
        If the code is in use.
    Conflict
        If somebody else has changed it meanwhile.
    """
    offer = _offer(typed)
    if before is not None:
        store.save_offer(
            desk.session,
            desk.municipality,
            before,
            offer,
            ended_on=(before.ended_on or desk.today) if typed.ended else None,
            version=version,
            actor=desk.caller.actor,
            now=desk.now,
        )
        return
    try:
        with desk.session.begin_nested():
            store.add_offer(
                desk.session, desk.municipality, offer, actor=desk.caller.actor, now=desk.now
            )
    except IntegrityError as error:
        raise AlreadyExists(
            _("Koden %(code)s er i brug. Vælg en anden.", code=typed.code)
        ) from error


def parts_of(desk: Desk, hotspot_area: str | None) -> gpd.GeoDataFrame:
    """Return the hotspot area, with code "", and its coverage areas: code, name, geometry.

    Whoever may not see the coverage areas is shown the hotspot area as a whole.
    """
    if hotspot_area is None:
        return _parts([])
    whole = outline_of(desk, hotspot_area)
    rows = [(WHOLE, "", whole.geometry.union_all())] if len(whole) else []
    if not desk.caller.may("coverage.read"):
        return _parts(rows)
    areas = coverage_store.read_coverage(desk.session, desk.municipality, hotspot_area, desk.today)
    return _parts([*rows, *((one.area.code, one.area.name, one.area.outline) for one in areas)])


def week_grid(
    desk: Desk, offers: list[Offer], monday: date, parts: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return what is open for each age group on the days of a week in each part.

    As `offer_grid` gives it; without parts the whole municipality is one, with code "".
    """
    days = [monday + timedelta(days=offset) for offset in range(WEEK)]
    school = calendar_store.read_school_holidays(desk.session, desk.municipality)
    return offer_grid(
        offers,
        days,
        holidays=Holidays(desk.municipality, tuple(school)),
        parts=serving(offers, parts) if len(parts) else None,
    )


def coming_holidays(desk: Desk) -> list[SchoolHoliday]:
    """Return the school holidays that are not over, the nearest first."""
    found = calendar_store.read_school_holidays(desk.session, desk.municipality)
    return [one for one in found if one.last >= desk.today]


def plan_of(
    desk: Desk, offers: list[Offer], holiday: SchoolHoliday, parts: gpd.GeoDataFrame
) -> HolidayPlan:
    """Return the holiday plan for the hotspot area as a whole."""
    whole = parts[parts["code"] == WHOLE]
    return holiday_plan(
        offers,
        holiday,
        school_holidays=calendar_store.read_school_holidays(desk.session, desk.municipality),
        parts=serving(offers, whole) if len(whole) else None,
    )


def fixed_tonight(desk: Desk, hotspot_area: str, evening: date) -> list[tuple[str, str]]:
    """Return names and hours of the adults who are there anyway: offers, containers, clubs."""
    school = calendar_store.read_school_holidays(desk.session, desk.municipality)
    is_holiday = Holidays(desk.municipality, tuple(school)).holds_on(evening)
    offers = current(store.read_offers(desk.session, desk.municipality), desk.today)
    parts = parts_of(desk, hotspot_area)
    whole = parts[parts["code"] == WHOLE]
    near = set(serving(offers, whole).get(WHOLE, [])) if len(whole) else set()
    found = [
        (period, one.name)
        for one in offers
        if one.code in near
        for period in one.openings(evening, is_holiday=is_holiday)
    ]
    found += [
        (period, one.place.name)
        for one in staffed_store.read_staffed(desk.session, desk.municipality, hotspot_area)
        if one.ended_on is None or one.ended_on > evening
        for period in one.place.periods(evening)
    ]
    return [
        (name, f"{clock_words(period.starts_at)}–{clock_words(period.ends_at)}")
        for period, name in sorted(found)
        if period.ends_at > at_hour(evening, EVENING_BEGINS)
    ]


def _parts(rows: list[tuple[str, str, shapely.Geometry]]) -> gpd.GeoDataFrame:
    frame = pd.DataFrame([row[:2] for row in rows], columns=["code", "name"], dtype=object)
    shapes = np.array([row[2] for row in rows], dtype=object)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=DANISH_GRID)


def _offer(typed: OfferForm) -> Offer:
    name, operator = (" ".join(text.split()) for text in (typed.name, typed.operator))
    if not CODE.fullmatch(typed.code) or len(typed.code) > 40:  # noqa: PLR2004 - of the column
        raise InvalidInput(_("Koden er små bogstaver, tal og bindestreger, fx klub-torvet."))
    if max(len(name), len(operator)) > LONGEST_NAME:
        raise InvalidInput(_("Navne har højst %(longest_name)s tegn.", longest_name=LONGEST_NAME))
    for text, what in ((name, _("Navnet")), (operator, _("Feltet Drives af"))):
        refuse_persons(text, what=what, may_hold=PUBLIC_PLACE)
    ages = [text.strip() for text in (typed.age_from, typed.age_to)]
    if not all(text.isascii() and text.isdigit() and len(text) <= 3 for text in ages):  # noqa: PLR2004
        raise InvalidInput(_("Alderen skrives i hele år, fx 14 og 17."))
    return Offer(
        typed.code,
        name,
        typed.kind,
        operator,
        AgeGroup(int(ages[0]), int(ages[1])),
        _place(typed.place),
        read_hours(typed.hours),
        read_dated(typed.dated),
        typed.same_in_holidays,
    )


def _place(text: str) -> shapely.Point:
    numbers = [parse_number(word) for word in text.split()]
    east, north = [*numbers, None, None][:AXES]
    if len(numbers) != AXES or east is None or north is None:
        raise InvalidInput(_("Stedet er øst og nord i meter, fx 722400 6178400. Klik på kortet."))
    look = Look(looks_of(np.array([east]), np.array([north]))[0])
    if look is not Look.METRES:
        words = _(str(look))
        raise InvalidInput(
            _(
                "Stedet ligner %(look)s (ombyttet?); skriv øst og nord i meter, fx 722400 6178400.",
                look=words,
            )
            if look.swapped
            else _(
                "Stedet ligner %(look)s; skriv øst og nord i meter, fx 722400 6178400.",
                look=words,
            )
        )
    return shapely.Point(east, north)
