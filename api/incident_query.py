"""What a program may ask of the incidents, read from the address into a `Question`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final, Literal

from fastapi import Query
from pydantic import Field

from api.access import Visit
from api.web.translations import _
from geo_service.domain.evenings import COPENHAGEN, HOURS_A_DAY
from geo_service.domain.incident_question import Question, box_of, slot_of
from geo_service.domain.vocabulary import AREA_KINDS, CRIME_TYPES
from geo_service.errors import InvalidInput
from geo_service.workflows import see_incidents

CRS84 = Literal["CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"]
CrimeType = Literal["vold", "indbrud", "tyveri", "narkotika", "haervaerk", "chikane", "uro"]
Weekday = Annotated[int, Field(ge=1, le=7)]
Period = tuple[date, date]
_NUMBER: Final = r"-?[0-9]{1,7}(\.[0-9]{1,12})?"
BOX: Final = rf"^{_NUMBER}(,{_NUMBER}){{3}}$"
AREA: Final = rf"^({'|'.join(AREA_KINDS)}):[^\x00]+$"


@dataclass(frozen=True)
class Asked:
    """The parameters that every reading of incidents shares."""

    bbox: Annotated[
        str | None,
        Query(
            pattern=BOX,
            max_length=200,
            description="west,south,east,north in degrees (CRS84), within Denmark",
        ),
    ] = None
    crs: Annotated[CRS84 | None, Query(alias="bbox-crs", description="Only CRS84.")] = None
    since: Annotated[
        date | None, Query(description="First day; default eight weeks before `until`.")
    ] = None
    until: Annotated[
        date | None, Query(description="The day after the last; default after the newest.")
    ] = None
    types: Annotated[
        list[CrimeType] | None, Query(alias="type", max_length=20, description="Repeatable.")
    ] = None
    weekday: Annotated[
        list[Weekday] | None,
        Query(max_length=7, description="1 = Monday … 7; an evening's own day; repeatable"),
    ] = None
    from_hour: Annotated[
        int | None, Query(ge=0, le=23, description="By the clock; default 0 beside to_hour.")
    ] = None
    to_hour: Annotated[
        int | None,
        Query(
            ge=0,
            le=24,
            description="At or before from_hour: the next morning; default 24 beside from_hour.",
        ),
    ] = None
    area: Annotated[
        str | None,
        Query(pattern=AREA, max_length=81, description="kind:code, as rode:157, district:12"),
    ] = None

    def period(self, visit: Visit) -> Period:
        """Return the period asked for, with the usual one where a day was not given."""
        first, until = self.since, self.until
        if first is None or until is None:
            today = datetime.now(UTC).astimezone(COPENHAGEN).date()
            usual_first, usual_until = see_incidents.usual_period(visit.session, today=today)
            until = until or usual_until
            length = timedelta(days=see_incidents.USUAL_DAYS)
            first = first or (usual_first if self.until is None else _before(until, length))
        return first, until

    def question(self, first: date, until: date) -> Question:
        """Return the question over a period.

        Raises
        ------
        InvalidInput
            If nothing can answer to it: says what is wrong with it, in words.
        """
        since, to = self.from_hour, self.to_hour
        if since is not None or to is not None:
            since, to = since or 0, HOURS_A_DAY if to is None else to
        return Question(
            first=first,
            until=until,
            crime_types=tuple(dict.fromkeys(self.types)) if self.types else tuple(CRIME_TYPES),
            box=None if self.bbox is None else box_of(self.bbox),
            area=None if self.area is None else area_of(self.area),
            slot=slot_of(tuple(day - 1 for day in self.weekday or ()), since, to),
        )


def area_of(text: str) -> tuple[str, str]:
    """Read `kind:code`.

    Raises
    ------
    InvalidInput
        If it is something else.
    """
    kind, mark, code = text.partition(":")
    if not mark or not code or "\0" in text:
        raise InvalidInput(_("Et område skrives som slags og nummer: rode:157, district:12."))
    return kind, code


def _before(day: date, length: timedelta) -> date:
    try:
        return day - length
    except OverflowError:
        return date.min
