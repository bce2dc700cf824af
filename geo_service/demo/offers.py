"""Offers for young people: clubs, the IT container, activities, with their hours.

That there is a container behind Sjælør Boulevard, run by the clubs, and one on its way in
Akacieparken is from the source; names, hours and the rest are made up.
"""

from __future__ import annotations

from datetime import time
from typing import Final, NamedTuple

import geopandas as gpd
import pandas as pd
import shapely

from geo_service.demo.ground import Ground, need_roder
from geo_service.domain.grid import DANISH_GRID

MADE_UP: Final = "opdigtet i demoen"
METHOD: Final = "Hotspot Valby, metode 2.4.2; åbningstider opdigtet i demoen"
CLUBS: Final = "Børne- og Ungdomsforvaltningen"

Hours = tuple[tuple[int, ...], time, time]
SAME_IN_HOLIDAYS: Final = frozenset({"aaben-hal-norrebro", "it-container-sjaelor"})
"""Offers whose operators have said that the weekly hours hold in holidays."""
SCHOOL_DAYS, MONDAY_TO_THURSDAY = (1, 2, 3, 4, 5), (1, 2, 3, 4)


class OfferFact(NamedTuple):
    """One offer; hours are weekdays (1 = Monday), opening and closing."""

    code: str
    name: str
    kind: str
    operator: str
    ages: tuple[int, int]
    rode: str
    east: float
    north: float
    source: str
    hours: tuple[Hours, ...]


OFFERS: Final = (
    OfferFact(
        "it-container-sjaelor",
        "IT-containeren bag Sjælør Boulevard",
        "it_container",
        "Klubberne i området",
        (12, 17),
        "207",
        721_760,
        6_173_380,
        METHOD,
        (((1, 3), time(16), time(20)), ((2, 4, 5), time(18), time(22))),
    ),
    OfferFact(
        "container-akacieparken",
        "Container i Akacieparken (på vej)",
        "it_container",
        "Klubberne i området",
        (12, 17),
        "209",
        720_990,
        6_173_400,
        METHOD,
        (),  # not open yet
    ),
    OfferFact(
        "klub-mjolnerparken",
        "Ungdomsklub i Mjølnerparken",
        "club",
        CLUBS,
        (14, 17),
        "157",
        722_700,
        6_178_900,
        MADE_UP,
        ((MONDAY_TO_THURSDAY, time(18), time(22)), ((5,), time(18), time(23))),
    ),
    OfferFact(
        "fritidsklub-haraldsgade",
        "Fritidsklub i Haraldsgade",
        "club",
        CLUBS,
        (10, 14),
        "159",
        723_220,
        6_178_900,
        MADE_UP,
        ((SCHOOL_DAYS, time(14), time(18)),),
    ),
    OfferFact(
        "klub-aldersrogade",
        "Ungdomsklub i Aldersrogade",
        "club",
        CLUBS,
        (14, 17),
        "164",
        722_960,
        6_179_060,
        MADE_UP,
        (((1, 3, 4), time(18, 30), time(22)), ((6,), time(17), time(22))),
    ),
    OfferFact(
        "aaben-hal-norrebro",
        "Åben hal i Nørrebrohallen",
        "activity",
        "Kultur- og Fritidsforvaltningen",
        (13, 25),
        "157",
        722_480,
        6_178_440,
        MADE_UP,
        (((2, 4), time(19), time(22)), ((5, 6), time(21), time(0, 30))),
    ),
    OfferFact(
        "bold-superkilen",
        "Bold og grill på Superkilen",
        "activity",
        "Boligsocial helhedsplan",
        (10, 17),
        "157",
        722_630,
        6_178_690,
        MADE_UP,
        (((7,), time(14), time(18)),),
    ),
    OfferFact(
        "klub-sjaelor",
        "Ungdomsklub ved Sjælør Boulevard",
        "club",
        CLUBS,
        (14, 17),
        "207",
        721_700,
        6_173_450,
        MADE_UP,
        (((1, 3), time(18), time(22)), ((5,), time(18), time(23))),
    ),
    OfferFact(
        "fritidsklub-akacieparken",
        "Fritidsklub ved Akacieparken",
        "club",
        CLUBS,
        (10, 14),
        "209",
        721_030,
        6_173_480,
        MADE_UP,
        ((SCHOOL_DAYS, time(14), time(17, 30)),),
    ),
    OfferFact(
        "vaerksted-ny-ellebjerg",
        "Knallertværksted ved Ny Ellebjerg",
        "activity",
        "Boligsocial helhedsplan",
        (15, 20),
        "209",
        721_280,
        6_173_030,
        MADE_UP,
        (((2,), time(17), time(21)), ((6,), time(12), time(16))),
    ),
)


def offers(ground: Ground) -> gpd.GeoDataFrame:
    """Return the offers, columns of `work.offer`; geom points, EPSG:25832.

    Raises
    ------
    InvalidInput
        If a rode that an offer stands in is not there.
    """
    need_roder(ground, {offer.rode for offer in OFFERS}, "the offers for young people")
    rows = [
        {
            "code": offer.code,
            "name": offer.name,
            "kind": offer.kind,
            "operator": offer.operator,
            "age_from": offer.ages[0],
            "age_to": offer.ages[1],
            "source": offer.source,
            "same_in_holidays": offer.code in SAME_IN_HOLIDAYS,
            "geom": shapely.Point(ground.settle(offer.rode, offer.east, offer.north)),
        }
        for offer in OFFERS
    ]
    return gpd.GeoDataFrame(pd.DataFrame(rows, dtype=object), geometry="geom", crs=DANISH_GRID)


def offer_hours() -> pd.DataFrame:
    """Return offer_code, weekday (1 = Monday), opens and closes (wall time)."""
    rows = [
        {"offer_code": offer.code, "weekday": weekday, "opens": opens, "closes": closes}
        for offer in OFFERS
        for weekdays, opens, closes in offer.hours
        for weekday in weekdays
    ]
    return pd.DataFrame(rows, dtype=object)
