"""What somebody asks of the incidents: when, which, where, and in which hours of the week.

One question stands behind the list, the map, the hours and the counts, so that they always tell
of the same incidents. It knows nothing of who asks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from geo_service.domain.evenings import COPENHAGEN, HOURS_A_DAY, WEEKDAYS
from geo_service.domain.vocabulary import AREA_KINDS, CRIME_TYPES
from geo_service.errors import InvalidInput
from geo_service.messages import _

FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 1, 1)
MOST_DAYS: Final = 3_660
WIDEST_DEGREES: Final = 2.0
DENMARK: Final = (7.5, 54.3, 15.7, 58.1)
"""West, south, east, north in degrees."""
HOURS_A_WEEK: Final = 7 * HOURS_A_DAY

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Slot:
    """Hours by the clock on some weekdays; after midnight they belong to the evening before.

    `weekdays` count from 0 = Monday; `until` is past 24 where the slot crosses midnight.
    """

    weekdays: tuple[int, ...]
    since: int
    until: int

    def __post_init__(self) -> None:
        if not self.weekdays or any(not 0 <= day < len(WEEKDAYS) for day in self.weekdays):
            raise InvalidInput(_("Ugedage tælles fra 1 (mandag) til 7 (søndag)."))
        if not 0 <= self.since < self.until <= self.since + HOURS_A_DAY:
            raise InvalidInput(_("Et tidsrum går fra en hel time til en senere, højst et døgn."))

    @property
    def hours_of_week(self) -> tuple[int, ...]:
        """Hours of the week (0 = Monday 00–01) that the slot covers."""
        covered = {
            (day * HOURS_A_DAY + hour) % HOURS_A_WEEK
            for day in self.weekdays
            for hour in range(self.since, self.until)
        }
        return tuple(sorted(covered))


def slot_of(weekdays: tuple[int, ...], since: int | None, until: int | None) -> Slot | None:
    """Return a slot from what was chosen; None where nothing was.

    `until` at or before `since` is on the next day: 22 to 2 is four hours.

    Raises
    ------
    InvalidInput
        If only one end is given, or a day or hour does not exist.
    """
    if (since is None) != (until is None):
        raise InvalidInput(_("Angiv både fra og til klokken, eller ingen af dem."))
    if not weekdays and since is None:
        return None
    days = tuple(sorted(set(weekdays))) or tuple(range(len(WEEKDAYS)))
    if since is None or until is None:
        return Slot(days, 0, HOURS_A_DAY)
    if not (0 <= since < HOURS_A_DAY and 0 <= until <= HOURS_A_DAY):
        raise InvalidInput(_("Klokkeslæt går fra 0 til 24."))
    return Slot(days, since, until if until > since else until + HOURS_A_DAY)


@dataclass(frozen=True)
class Question:
    """Incidents that may have begun in [first, until), Copenhagen days, of some types.

    Raises
    ------
    InvalidInput
        If the period is empty, too long or out of the world, or a type or area is unknown.
    """

    first: date
    until: date
    crime_types: tuple[str, ...] = tuple(CRIME_TYPES)
    box: Box | None = None
    """West, south, east, north in degrees (CRS84)."""
    area: tuple[str, str] | None = None
    """Kind and code."""
    slot: Slot | None = None

    def __post_init__(self) -> None:
        if not FIRST_DAY <= self.first < self.until <= LAST_DAY:
            raise InvalidInput(_("Perioden skal begynde, før den slutter, og ligge efter 1990."))
        if self.days > MOST_DAYS:
            raise InvalidInput(_("Perioden er for lang; vælg højst ti år."))
        if unknown := set(self.crime_types) - CRIME_TYPES.keys():
            known = ", ".join(CRIME_TYPES)
            raise InvalidInput(
                _(
                    "Typen »%(unknown)s« findes ikke; vælg blandt %(known)s.",
                    unknown=min(unknown),
                    known=known,
                )
            )
        if self.area is not None and self.area[0] not in AREA_KINDS:
            known = ", ".join(AREA_KINDS)
            raise InvalidInput(
                _(
                    "Områdetypen »%(area)s« findes ikke; vælg blandt %(known)s.",
                    area=self.area[0],
                    known=known,
                )
            )

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.until - self.first).days

    @property
    def last(self) -> date:
        """The last day of the period."""
        return self.until - timedelta(days=1)

    @property
    def before(self) -> datetime:
        """The midnight at which the period ends."""
        return midnight(self.until)

    @property
    def hours(self) -> tuple[int, ...] | None:
        """The hours of the week that are asked for, None for all."""
        return None if self.slot is None else self.slot.hours_of_week

    def begin(self, *, earlier: int = 0) -> datetime:
        """Return the midnight `earlier` periods of the same length before this one."""
        return midnight(max(self.first - earlier * timedelta(days=self.days), FIRST_DAY))

    def criterion(self) -> dict[str, object]:
        """Return what the audit writes down: the box in whole hundredths, nothing that was seen."""
        return {
            "since": self.first.isoformat(),
            "until": self.until.isoformat(),
            "types": list(self.crime_types),
            "box": None if self.box is None else [round(side, 2) for side in self.box],
            "area": None if self.area is None else ":".join(self.area),
            "slot": None
            if self.slot is None
            else {
                "weekdays": [day + 1 for day in self.slot.weekdays],
                "hours": [self.slot.since, self.slot.until],
            },
        }


def midnight(day: date) -> datetime:
    """Return the begin of a day by Copenhagen's clock."""
    return datetime.combine(day, time(), tzinfo=COPENHAGEN)


def box_of(text: str) -> Box:
    """Read `west,south,east,north` in degrees.

    Raises
    ------
    InvalidInput
        If it is not four finite numbers in order, not in Denmark, swapped, in metres, or larger
        than a municipality can be.
    """
    parts = text.split(",")
    try:
        sides = [float(part) for part in parts]
    except ValueError:
        sides = []
    if len(sides) != 4 or not all(math.isfinite(side) for side in sides):  # noqa: PLR2004
        raise InvalidInput(_("bbox er fire tal: vest,syd,øst,nord i grader."))
    west, south, east, north = sides
    if max(abs(side) for side in sides) > 180:  # noqa: PLR2004
        raise InvalidInput(_("bbox skal være i grader (CRS84); det her ligner meter."))
    if not (west < east and south < north):
        raise InvalidInput(_("bbox skal gå fra vest til øst og fra syd til nord."))
    if _in_denmark(south, west, north, east) and not _in_denmark(west, south, east, north):
        raise InvalidInput(_("bbox har byttet om på længde og bredde: skriv vest,syd,øst,nord."))
    if not _in_denmark(west, south, east, north):
        raise InvalidInput(_("bbox ligger uden for Danmark."))
    if east - west > WIDEST_DEGREES or north - south > WIDEST_DEGREES:
        raise InvalidInput(
            _(
                "bbox er for stor; højst %(widest_degrees)s grader på hver led.",
                widest_degrees=round(WIDEST_DEGREES),
            )
        )
    return west, south, east, north


def _in_denmark(west: float, south: float, east: float, north: float) -> bool:
    return west < DENMARK[2] and east > DENMARK[0] and south < DENMARK[3] and north > DENMARK[1]
