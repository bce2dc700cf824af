"""What incidents and figures are called on the page, in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np

from api.web.formats import FILTERS
from api.web.translations import Message, _, in_language, translations
from geo_service.analysis.usual import Comparison, Level
from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.domain.evenings import COPENHAGEN, SLOTS, WEEKDAYS
from geo_service.domain.vocabulary import CRIME_TYPES, PRECISIONS, SETTINGS
from maps.palette import classes, nice_breaks

DAY_FIRST: Final = 6
"""A row of the week begins at six: the night after an evening stands below it."""
EVENING: Final = range(17, 26)
HOURS_A_DAY: Final = 24
TEN: Final = 10
DASH: Final = "\u2060–\u2060"
"""Between two hours that stay on one line."""
SHORT_DAYS: Final = (_("ma"), _("ti"), _("on"), _("to"), _("fr"), _("lø"), _("sø"))
DAY_NAMES: Final = (
    _("mandag"),
    _("tirsdag"),
    _("onsdag"),
    _("torsdag"),
    _("fredag"),
    _("lørdag"),
    _("søndag"),
)
FOUND_BY: Final = {
    "citizen": _("anmeldt"),
    "patrol": _("fundet af patrulje"),
    "unknown": _("ikke oplyst"),
}
LEVELS: Final = {
    Level.more: (_("Mere end plejer"), "warn"),
    Level.as_usual: (_("Som plejer"), "neutral"),
    Level.less: (_("Mindre end plejer"), "good"),
    Level.unknown: (_("For kort en tid til at sammenligne"), "neutral"),
}


def say(text: str, language: str) -> str:
    """Return a text of ours in a language."""
    if isinstance(text, Message):
        return in_language(text, language)
    return translations(language).gettext(text)


def when(since: datetime, until: datetime, language: str) -> str:
    """Write when something happened: a time, or between which two."""
    weekday, clock = FILTERS[language]["weekday"], FILTERS[language]["clock"]
    first, last = since.astimezone(COPENHAGEN), until.astimezone(COPENHAGEN)
    at = "kl. " if language == "da" else ""
    start = f"{weekday(first.date())} {at}{clock(first)}"
    if first == last:
        return start
    if first.date() == last.date():
        return f"{start}–{clock(last)}"
    return f"{start} – {weekday(last.date())} {at}{clock(last)}"


def type_of(code: str, language: str) -> str:
    """Return the word for a type of crime."""
    return say(CRIME_TYPES.get(code, code), language)


def setting_of(code: str, language: str) -> str:
    """Return the word for where something happened."""
    return say(SETTINGS.get(code, code), language)


def what_is_seen(caller: Caller, precision: str, others_see: str, language: str) -> list[Message]:
    """Say which incidents the caller sees, how precisely, and why."""
    if caller.role is Role.police:
        said = [
            _(
                "Du ser alle typer med punktet, fordi du er politi. Andre ser typer i det "
                "offentlige rum: %(precision)s.",
                precision=say(PRECISIONS[others_see], language),
            )
        ]
    else:
        said = [
            _(
                "Du ser typer i det offentlige rum med politiets nøjagtighed: %(precision)s.",
                precision=say(PRECISIONS[precision], language),
            ),
            _("Indbrud, tyveri og det, der skete indendørs, er kun talt pr. rode."),
        ]
    if caller.hotspot_areas is not None:
        said.append(_("Kun hændelser i dine hotspotområder er med."))
    return said


@dataclass(frozen=True)
class Hour:
    """A cell of the week: its hour, the figure in it, its class and whether it was asked for."""

    hour: int
    text: str
    level: int
    is_chosen: bool


@dataclass(frozen=True)
class WeekRow:
    """An hour of the clock over the seven days."""

    label: str
    is_evening: bool
    begins_evening: bool
    is_after_midnight: bool
    cells: tuple[Hour, ...]
    total: str


@dataclass(frozen=True)
class Week:
    """The hours of a week as a table, and what stands out in it."""

    rows: tuple[WeekRow, ...]
    totals: tuple[str, ...]
    busiest: tuple[Message, str] | None
    """Weekday and slot of the busiest evening slot, in words."""
    busiest_weight: float
    evening_share: float
    """Per cent of all that lies between 17 and 02."""


def week_of(weights: np.ndarray, chosen: Sequence[int] | None, language: str) -> Week:
    """Lay the 168 hours out by the clock, each night below the evening that it belongs to."""
    decimals = 0 if weights.max(initial=0) >= TEN else 1
    shown = np.where(weights < 0.5 / 10**decimals, 0, weights)
    levels = np.where(shown > 0, classes(shown, nice_breaks(shown)), 0)
    rows = []
    for clock in range(DAY_FIRST, DAY_FIRST + HOURS_A_DAY):
        hours = [(day * HOURS_A_DAY + clock) % len(weights) for day in range(len(WEEKDAYS))]
        cells = tuple(
            Hour(
                hour,
                _figure(float(weights[hour]), decimals, language),
                int(levels[hour]),
                chosen is not None and hour in chosen,
            )
            for hour in hours
        )
        rows.append(
            WeekRow(
                label=f"{clock % HOURS_A_DAY:02d}–{(clock + 1) % HOURS_A_DAY or 24:02d}",
                is_evening=clock in EVENING,
                begins_evening=clock == EVENING.start,
                is_after_midnight=clock >= HOURS_A_DAY,
                cells=cells,
                total=_figure(float(weights[hours].sum()), decimals, language),
            )
        )
    totals = tuple(
        _figure(
            float(
                weights[
                    [
                        (day * HOURS_A_DAY + clock) % len(weights)
                        for clock in range(DAY_FIRST, DAY_FIRST + HOURS_A_DAY)
                    ]
                ].sum()
            ),
            decimals,
            language,
        )
        for day in range(len(WEEKDAYS))
    )
    busiest, weight = _busiest(weights)
    return Week(tuple(rows), totals, busiest, weight, _evening_share(weights))


def _figure(weight: float, decimals: int, language: str) -> str:
    """Write a weight; a dot where there is next to nothing, so that the eye finds the rest."""
    if weight < 0.5 / 10**decimals:
        return "·"
    number: Any = FILTERS[language]["number"]
    return str(number(weight, decimals))


def _busiest(weights: np.ndarray) -> tuple[tuple[Message, str] | None, float]:
    """Return the evening slot with most per hour, by the evening it belongs to."""
    if not weights.sum():
        return None, 0.0
    found = []
    for day in range(len(WEEKDAYS)):
        for since, until in SLOTS:
            hours = [(day * HOURS_A_DAY + hour) % len(weights) for hour in range(since, until)]
            weight = float(weights[hours].sum())
            found.append((weight / (until - since), weight, day, since, until))
    _, weight, day, since, until = max(found)
    label = (
        f"{since % HOURS_A_DAY:02d}{DASH}"
        f"{until if until <= HOURS_A_DAY else until - HOURS_A_DAY:02d}"
    )
    return (DAY_NAMES[day], label), weight


def _evening_share(weights: np.ndarray) -> float:
    clock = np.arange(len(weights)) % HOURS_A_DAY
    evening = (clock >= EVENING.start) | (clock < EVENING.stop - HOURS_A_DAY)
    return float(100 * weights[evening].sum() / weights.sum()) if weights.sum() else 0.0


def usual_in_words(usual: Comparison, days: int, language: str) -> Message:
    """Say what a count was compared with, and how far it might be from that by chance."""
    number = FILTERS[language]["number"]
    if usual.level is Level.unknown:
        return _(
            "Der ligger %(periods)s tidligere perioder af %(days)s dage i tallene; der skal "
            "to til.",
            periods=usual.periods,
            days=days,
        )
    return _(
        "I %(periods)s tidligere perioder af %(days)s dage var der i gennemsnit %(mean)s. "
        "Mellem %(low)s og %(high)s er som plejer.",
        periods=usual.periods,
        days=days,
        mean=number(usual.mean),
        low=number(np.ceil(usual.low)),
        high=number(np.floor(usual.high)),
    )
