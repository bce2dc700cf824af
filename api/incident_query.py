"""What a program may ask of the incidents, read from the address into a `Question`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from fastapi import Query

from api.access import Visit
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.incident_question import Question, box_of, slot_of
from geo_service.domain.vocabulary import CRIME_TYPES
from geo_service.errors import InvalidInput
from geo_service.workflows import see_incidents

CRS84: Final = ("CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84")


@dataclass(frozen=True)
class Asked:
    """The parameters that every reading of incidents shares."""

    bbox: Annotated[
        str | None, Query(max_length=200, description="west,south,east,north in degrees (CRS84)")
    ] = None
    crs: Annotated[
        str | None, Query(alias="bbox-crs", max_length=100, description="Only CRS84.")
    ] = None
    since: Annotated[
        date | None, Query(description="First day; default eight weeks before `until`.")
    ] = None
    until: Annotated[
        date | None, Query(description="The day after the last; default after the newest.")
    ] = None
    types: Annotated[
        list[str] | None,
        Query(alias="type", max_length=20, description=f"{', '.join(CRIME_TYPES)}; repeatable"),
    ] = None
    weekday: Annotated[
        list[int] | None,
        Query(max_length=7, description="1 = Monday … 7; an evening's own day; repeatable"),
    ] = None
    from_hour: Annotated[int | None, Query(ge=0, le=23, description="By the clock.")] = None
    to_hour: Annotated[
        int | None, Query(ge=0, le=24, description="At or before from_hour: the next morning.")
    ] = None
    area: Annotated[
        str | None, Query(max_length=81, description="kind:code, as rode:157, district:12")
    ] = None

    def question(self, visit: Visit) -> Question:
        """Return the question, with the usual period where none was given.

        Raises
        ------
        InvalidInput
            If it makes no sense; says what would.
        """
        if self.crs is not None and self.crs not in CRS84:
            raise InvalidInput("bbox-crs kan kun være CRS84: grader, længde før bredde.")
        first, until = self.since, self.until
        if first is None or until is None:
            today = datetime.now(UTC).astimezone(COPENHAGEN).date()
            usual_first, usual_until = see_incidents.usual_period(visit.session, today=today)
            until = until or usual_until
            length = timedelta(days=see_incidents.USUAL_DAYS)
            first = first or (usual_first if self.until is None else _before(until, length))
        return Question(
            first=first,
            until=until,
            crime_types=tuple(dict.fromkeys(self.types)) if self.types else tuple(CRIME_TYPES),
            box=None if self.bbox is None else box_of(self.bbox),
            area=None if self.area is None else area_of(self.area),
            slot=slot_of(
                tuple(day - 1 for day in self.weekday or ()), self.from_hour, self.to_hour
            ),
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
        raise InvalidInput("Et område skrives som slags og nummer: rode:157, district:12.")
    return kind, code


def _before(day: date, length: timedelta) -> date:
    try:
        return day - length
    except OverflowError:
        return date.min
