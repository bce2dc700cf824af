"""The fields above the incidents: read from the address, so that a view can be passed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request

from api.incident_query import area_of
from api.web.translations import Message, _
from geo_service.domain.callers import Caller
from geo_service.domain.incident_question import MOST_DAYS, Question, slot_of
from geo_service.errors import InvalidInput, NotFound
from geo_service.workflows import see_incidents

DAYS: Final[dict[str, Message]] = {
    "": _("alle dage"),
    "man": _("mandag"),
    "tir": _("tirsdag"),
    "ons": _("onsdag"),
    "tor": _("torsdag"),
    "fre": _("fredag"),
    "lor": _("lørdag"),
    "son": _("søndag"),
    "hverdag": _("mandag–torsdag"),
    "weekend": _("fredag–lørdag"),
}
WEEKDAYS_OF: Final[dict[str, tuple[int, ...]]] = {
    "": (),
    **{
        key: (number,)
        for number, key in enumerate(("man", "tir", "ons", "tor", "fre", "lor", "son"))
    },
    "hverdag": (0, 1, 2, 3),
    "weekend": (4, 5),
}
HOURS: Final[dict[str, Message]] = {
    "": _("hele døgnet"),
    "17-02": _("aften, 17–02"),
    "17-18": _("17–18"),
    "18-20": _("18–20"),
    "20-22": _("20–22"),
    "22-24": _("22–24"),
    "00-02": _("00–02 (efter midnat)"),
    "02-06": _("nat, 02–06 (efter midnat)"),
    "06-17": _("dag, 06–17"),
}
AFTER_MIDNIGHT: Final = 6
"""Hours before this belong to the evening before: Friday 00–02 is the night to Saturday."""
EVERYWHERE: Final = "alle"
KEPT: Final = ("fra", "til", "type", "dag", "kl", "sted")


@dataclass(frozen=True)
class Filter:
    """What stands in the fields, the question it makes, and what was wrong with it."""

    question: Question
    roder: tuple[int, ...] | None
    values: Mapping[str, Any]
    errors: tuple[tuple[str, Message | str], ...] = ()

    @property
    def query(self) -> str:
        """The address of this view, without the page's own way of showing it."""
        kept = {name: self.values[name] for name in KEPT if self.values.get(name)}
        return urlencode(kept, doseq=True)

    def at(self, place: str) -> str:
        """Return the address of the same view of another place."""
        kept = {name: self.values[name] for name in KEPT if self.values.get(name)}
        return urlencode(kept | {"sted": place}, doseq=True)

    def over(self, first: date, until: date) -> str:
        """Return the address of the same view over another period [first, until)."""
        kept = {name: self.values[name] for name in KEPT if self.values.get(name)}
        last = until - timedelta(days=1)
        changed = kept | {"fra": first.isoformat(), "til": last.isoformat()}
        return urlencode(changed, doseq=True)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was chosen at all."""
        return bool(self.values["is_narrowed"])


def filter_of(request: Request, session: Any, caller: Caller, *, today: date) -> Filter:
    """Read the fields; a field that makes no sense is told of and left aside."""
    asked = request.query_params
    first, until = see_incidents.usual_period(session, today=today)
    errors: list[tuple[str, Message | str]] = []
    given = _day(asked.get("fra"), "fra", errors), _day(asked.get("til"), "til", errors)
    if given[1] is not None:
        until = given[1] + timedelta(days=1)
        first = until - timedelta(days=see_incidents.USUAL_DAYS)
    first = given[0] or first
    if not _is_period(first, until):
        errors.append(("f-fra", _("Perioden skal begynde, før den slutter, og højst vare ti år.")))
        first, until = see_incidents.usual_period(session, today=today)
    mine = see_incidents.types_for(caller)
    types = tuple(one for one in mine if one in asked.getlist("type")) or mine
    day = asked.get("dag", "") if asked.get("dag", "") in WEEKDAYS_OF else ""
    hours = asked.get("kl", "") if asked.get("kl", "") in HOURS else ""
    place = asked.get("sted") or _of_the_top_bar(request)
    question = Question(
        first=first, until=until, crime_types=types, slot=_slot(WEEKDAYS_OF[day], hours)
    )
    question, roder = _within(session, caller, question, place, errors)
    values = {
        "fra": first.isoformat(),
        "til": question.last.isoformat(),
        "type": list(types) if types != mine else [],
        "dag": day,
        "kl": hours,
        "sted": ":".join(question.area) if question.area else EVERYWHERE,
        "is_narrowed": bool(types != mine or question.area or day or hours)
        or any(asked.get(name) for name in ("fra", "til")),
    }
    return Filter(question, roder, values, tuple(errors))


def _day(text: str | None, name: str, errors: list[tuple[str, Message | str]]) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        errors.append((f"f-{name}", _("Skriv datoen som år-måned-dag, for eksempel 2026-11-23.")))
        return None
    if not date(1990, 1, 1) <= found < date(2100, 1, 1):
        errors.append((f"f-{name}", _("Datoen skal ligge mellem 1990 og 2099.")))
        return None
    return found


def _is_period(first: date, until: date) -> bool:
    return date(1990, 1, 1) <= first < until and (until - first).days <= MOST_DAYS


def _of_the_top_bar(request: Request) -> str:
    """Return the hotspot area that was chosen for all pages, where the form says nothing."""
    identity = getattr(request.state, "identity", None)
    chosen = identity.signed_in.chosen_hotspot if identity else None
    code = request.query_params.get("omraade") or chosen
    return f"hotspot_area:{code}" if code else EVERYWHERE


def _slot(weekdays: tuple[int, ...], hours: str) -> Any:
    if not hours:
        return slot_of(weekdays, None, None)
    since, until = (int(part) for part in hours.split("-"))
    if until <= AFTER_MIDNIGHT and since < AFTER_MIDNIGHT:  # told by the evening before
        days = weekdays or tuple(range(7))
        return slot_of(tuple((day + 1) % 7 for day in days), since, until)
    return slot_of(weekdays, since, until)


def _within(
    session: Any,
    caller: Caller,
    question: Question,
    place: str,
    errors: list[tuple[str, Message | str]],
) -> tuple[Question, tuple[int, ...] | None]:
    if place == EVERYWHERE:
        return question, None
    try:
        asked = Question(
            first=question.first,
            until=question.until,
            crime_types=question.crime_types,
            slot=question.slot,
            area=area_of(place),
        )
        return asked, see_incidents.roder_asked(session, caller, asked)
    except (InvalidInput, NotFound):
        errors.append(("f-sted", _("Området findes ikke. Vælg et fra listen.")))
        return question, None
