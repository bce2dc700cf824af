"""Places that draw incidents: stations, nightlife, squares, estates, parks and shops.

Positions are facts, to ten metres, and each is tied to its rode so that it stays there on
schematic outlines too. How much a place draws is made up.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import geopandas as gpd
import shapely

from geo_service.demo.ground import OUTSIDE, Ground


class Place(NamedTuple):
    """A point that draws incidents, how widely they spread and how many it draws.

    `weekdays` (0 = Monday) and `hour` say when it is at its liveliest, if it has such a time.
    """

    name: str
    kind: str
    rode: str
    east: float
    north: float
    spread_m: float
    weight: float
    weekdays: tuple[int, ...] = ()
    hour: float | None = None


KINDS: Final = ("station", "nightlife", "square", "estate", "park", "shopping")

PULL: Final = {
    "vold": (1.5, 5.0, 1.5, 1.8, 0.5, 0.4),
    "indbrud": (0.0, 0.3, 0.0, 1.0, 0.0, 0.5),
    "tyveri": (3.0, 3.5, 2.0, 0.3, 0.5, 4.0),
    "narkotika": (1.5, 2.5, 1.8, 2.4, 1.0, 0.0),
    "haervaerk": (1.3, 1.0, 1.0, 2.4, 1.0, 0.3),
    "chikane": (1.6, 2.0, 1.5, 2.0, 0.5, 0.5),
    "uro": (1.0, 2.0, 1.5, 4.0, 1.2, 0.3),
}
"""How strongly each of `KINDS` draws each type."""

SHARE_AT_PLACES: Final = {
    "vold": 0.55,
    "indbrud": 0.08,
    "tyveri": 0.45,
    "narkotika": 0.7,
    "haervaerk": 0.4,
    "chikane": 0.45,
    "uro": 0.7,
}
"""The rest of a type happens where people live."""

PLACES: Final = (
    Place("Strøget ved Rådhuspladsen", "nightlife", "3", 724640, 6175960, 90, 5.0),
    Place("Amagertorv", "shopping", "14", 725010, 6176080, 90, 3.5),
    Place("Købmagergade", "shopping", "10", 724890, 6176340, 80, 3.0),
    Place("Gothersgade", "nightlife", "9", 725050, 6176560, 80, 4.5),
    Place("Vestergade", "nightlife", "2", 724480, 6176060, 70, 4.0),
    Place("Rådhuspladsen", "square", "3", 724420, 6175830, 80, 3.0),
    Place("Nyhavn", "nightlife", "18", 725620, 6176250, 70, 1.5),
    Place("Kødbyen", "nightlife", "169", 723990, 6174880, 90, 4.5),
    Place("Istedgade", "nightlife", "168", 723780, 6175150, 90, 4.0),
    Place("Halmtorvet", "square", "169", 723880, 6175020, 60, 2.5),
    Place("Sankt Hans Torv", "nightlife", "112", 723530, 6177280, 60, 2.0),
    Place("Nørrebrogade ved Elmegade", "nightlife", "128", 723610, 6177150, 90, 2.5),
    Place("Nørrebrogade ved Ravnsborggade", "nightlife", "121", 723750, 6177250, 70, 1.8),
    Place("Blågårds Plads", "square", "133", 723540, 6176840, 70, 2.5),
    Place("Blågårdsgade", "estate", "126", 723650, 6176930, 90, 1.6),
    Place("Nørrebros Runddel", "square", "144", 723010, 6177760, 80, 2.0),
    Place("Jægersborggade", "nightlife", "141", 722730, 6177490, 70, 1.0),
    Place("Enghave Plads", "square", "185", 722970, 6174740, 70, 1.6),
    Place("Christianshavns Torv", "square", "39", 725830, 6175430, 60, 1.8),
    Place("Toftegårds Plads", "square", "208", 721200, 6174050, 60, 1.3),
    Place("Trianglen", "square", "107", 724670, 6178400, 60, 1.0),
    Place("Husum Torv", "square", "262", 718350, 6179450, 70, 1.2),
    Place("Sydhavns Plads", "square", "196", 722730, 6173240, 70, 1.0),
    Place("Amagerbrogade", "shopping", "360", 726700, 6174400, 110, 1.8),
    Place("Fisketorvet", "shopping", "170", 724000, 6174240, 60, 1.6),
    Place("Field's", "shopping", "391", 725200, 6170790, 80, 1.8),
    Place("Nørrebro Bycenter", "shopping", "308", 722310, 6178730, 60, 1.2),
    Place("Valby Langgade", "shopping", "217", 720900, 6174500, 80, 1.0),
    Place("Frederiksborggade", "shopping", "55", 724480, 6176720, 70, 1.5),
    Place("Mjølnerparken", "estate", "157", 722690, 6178950, 80, 2.8, (4, 5), 22.0),
    Place("Hothers Plads", "estate", "157", 722520, 6178600, 45, 2.4, (4,), 21.0),
    Place("Nørrebrohallen", "square", "157", 722480, 6178440, 60, 3.0, (1, 3), 19.0),
    Place("Superkilen", "park", "157", 722630, 6178690, 70, 1.5, (5, 6), 20.0),
    Place("Mimersparken", "park", "157", 722460, 6178880, 70, 1.2, (5,), 23.0),
    Place("Aldersrogade", "estate", "164", 722980, 6179040, 80, 2.4, (5,), 23.0),
    Place("Haraldsgade", "estate", "159", 723230, 6178880, 80, 1.5, (4, 5), 22.0),
    Place("Skjolds Plads", "square", "164", 722960, 6178790, 50, 1.5, (3, 4), 20.0),
    Place("Akacieparken", "estate", "209", 720990, 6173410, 80, 2.2, (4, 5), 22.0),
    Place("Sjælør Boulevard", "estate", "207", 721820, 6173430, 90, 2.1, (2, 4), 21.0),
    Place("Sjælør Station, forpladsen", "square", "201", 721900, 6172920, 45, 2.2, (3, 4), 19.0),
    Place("Carl Jacobsens Vej", "square", "209", 721390, 6173180, 70, 0.4),
    Place("Lundtoftegade", "estate", "145", 722360, 6177910, 80, 1.4),
    Place("Tingbjerg", "estate", "267", 718700, 180260, 160, 2.0),
    Place("Ruten", "square", "267", 719070, 180100, 60, 0.9),
    Place("Bispeparken", "estate", "312", 721930, 6179900, 110, 1.2),
    Place("Urbanplanen", "estate", "350", 726350, 6173100, 150, 1.5),
    Place("Folehaven", "estate", "225", 719900, 6172980, 120, 1.1),
    Place("Gadelandet", "estate", "257", 718700, 6179100, 90, 1.0),
    Place("Hørgården", "estate", "339", 726100, 6174250, 90, 0.8),
    Place("Bellahøj", "estate", "284", 720650, 6178900, 100, 0.7),
    Place("Nørrebroparken", "park", "146", 722580, 6177860, 90, 1.5),
    Place("Fælledparken", "park", "107", 724240, 6178700, 160, 1.2),
    Place("Ørstedsparken", "park", "51", 724220, 6176370, 80, 1.4),
    Place("Kongens Have", "park", "20", 725050, 6176840, 100, 1.0),
    Place("Islands Brygge", "park", "330", 724910, 6174800, 110, 1.3),
    Place("Remiseparken", "park", "351", 726290, 6173190, 80, 1.0),
)

BIG_STATIONS: Final = {
    "Københavns Hovedbanegård": 6.0,
    "Nørreport": 5.0,
    "Nørrebro": 2.2,
    "Kongens Nytorv": 1.6,
    "Vesterport": 1.5,
    "Valby": 1.5,
    "Sjælør": 1.8,
    "Amagerbro": 1.3,
    "Rådhuspladsen": 1.3,
    "Vanløse": 1.1,
    "Østerport": 1.1,
    "Husum": 1.0,
}
STATION_WEIGHT: Final = 0.7
STATION_SPREAD_M: Final = 60.0


def places_on(ground: Ground, stations: gpd.GeoDataFrame) -> list[Place]:
    """Return the places and stations that lie on this ground, each inside its rode."""
    settled = []
    for place in PLACES:
        if place.rode in ground.codes:
            east, north = ground.settle(place.rode, place.east, place.north)
            settled.append(place._replace(east=east, north=north))
    points = shapely.get_coordinates(stations.geometry.to_numpy())
    roder = ground.rode_at(points)
    for name, (east, north), rode in zip(stations["name"], points.tolist(), roder, strict=True):
        if rode != OUTSIDE:
            weight = BIG_STATIONS.get(name, STATION_WEIGHT)
            code = ground.codes[rode]
            spot = Place(name, "station", code, east, north, STATION_SPREAD_M, weight)
            settled.append(spot)
    return settled
