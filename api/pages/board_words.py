"""The need of a cell in words: n, interval, baselines, and what it was counted from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan
from typing import Any

from api.pages.agreement_news import LEFT_OUT
from api.web.translations import Message, _
from geo_service.analysis.baselines import SHOWN, Baseline, caption, standing_in
from geo_service.domain import vocabulary as words
from geo_service.domain.frames import rows_of
from geo_service.workflows.agreement_board import Cell
from geo_service.workflows.agreement_need import AgreementNeed

COUNTED_IN: dict[str, Message] = {
    "rode": _("Politiet har valgt, at andre kun ser roden. Rodens tal er delt ud på stederne "
        "efter areal, og n er alle hændelser i de roder, stedet ligger i (mindst en tiendedel af "
        "det ene i det andet)."),
    "250m": _("Politiet har valgt, at andre ser felter på 250 m. Feltets tal er delt ud på "
        "stederne efter areal, og n er alle hændelser i de felter, stedet ligger i (mindst en "
        "tiendedel af det ene i det andet)."),
    "point": _("Politiet har valgt, at andre ser punktet: n er talt inden for stedets omrids."),
}  # fmt: skip


N_IN: dict[str, Message | None] = {
    "rode": _("i de roder, stedet ligger i"),
    "250m": _("i de felter, stedet ligger i"),
    "point": None,
}
"""Where n was counted, where that is not the place itself."""


@dataclass(frozen=True)
class Figure:
    """What is expected in a slot, beside three baselines; None where there is not enough data."""

    label: str
    """The slot, `20–22`; empty for the whole evening."""
    n: int
    expected: float
    low: float
    high: float
    baselines: tuple[float | None, ...]


@dataclass(frozen=True)
class Story:
    """The whole evening of a cell, and its slots."""

    evening: Figure
    slots: tuple[Figure, ...]
    captions: tuple[str, ...]
    """Danish: what stands in each column of baselines."""


@dataclass(frozen=True)
class Facts:
    """What all figures of the board rest on."""

    weeks: int
    until: date
    """The last evening that was counted."""
    incidents: int
    types: tuple[str, ...]
    is_demo: bool
    n_in: Message | None
    remarks: tuple[Message, ...]


def cell_story(need: AgreementNeed | None, cell: Cell | None) -> Story | None:
    """Return the need of a cell; None where no cell is chosen or nothing is known."""
    if need is None or cell is None or cell.need is None:
        return None
    labels = {slot.slot_id: slot.label for slot in need.slots if slot.evening == cell.evening}
    figures = need.by_slot.figures
    here = figures[(figures["area_code"] == cell.area_code) & figures["slot_id"].isin(list(labels))]
    return Story(
        _figure("", cell.need),
        tuple(_figure(labels[row.slot_id], row) for row in rows_of(here)),
        tuple(caption(baseline, need.by_slot.history_weeks) for baseline in SHOWN),
    )


def _figure(label: str, row: Any) -> Figure:
    baselines = (float(getattr(row, str(baseline))) for baseline in SHOWN)
    return Figure(
        label,
        int(row.n),
        float(row.expected),
        float(row.low),
        float(row.high),
        tuple(None if isnan(value) else value for value in baselines),
    )


def need_facts(need: AgreementNeed | None, *, is_demo: bool) -> Facts | None:
    """Return what the figures rest on; None where nothing is known."""
    if need is None or need.news.is_empty:
        return None
    counted = need.by_evening
    remarks = [COUNTED_IN[need.precision], LEFT_OUT, _notes_counted(counted.notes)]
    if counted.chosen_types:
        remarks.append(
            _("Politiet har valgt, at indbrud eller tyveri tæller med. Det er talt i hele roder, "
                "uanset hvor nøjagtigt resten vises.")
        )  # fmt: skip
    if standing_in(Baseline.city_profile, counted.history_weeks) is not None:
        remarks.append(
            _("»Byens profil« er her hotspotområdets egen fordeling over ugen: længere ser chefen "
                "ikke.")
        )  # fmt: skip
    return Facts(
        weeks=counted.weeks,
        until=counted.until - timedelta(days=1),
        incidents=counted.incidents,
        types=tuple(
            words.CRIME_TYPES[code] for code in (*words.PUBLIC_SPACE_TYPES, *counted.chosen_types)
        ),
        is_demo=is_demo,
        n_in=N_IN[need.precision],
        remarks=tuple(remarks),
    )


def _notes_counted(notes: int) -> Message:
    if not notes:
        return _("Frigivne noter fra gadeteamets aftenlog tæller med; der er ingen i perioden.")
    return _(
        "Frigivne noter fra gadeteamets aftenlog tæller med: %(n)s i perioden. "
        "Patruljers gør ikke.",
        n=notes,
    )
