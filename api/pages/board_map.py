"""The map beside the board: the need of the coverage areas in one evening."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from api.access import Visit
from api.kept import Kept
from api.pages.incident_words import say
from api.web.formats import FILTERS
from api.web.translations import Message, _
from geo_service.domain.evenings import Slot
from geo_service.domain.frames import rows_of
from geo_service.storage import areas as area_store
from geo_service.workflows.agreement_board import Board
from geo_service.workflows.agreement_need import AgreementNeed
from geo_service.workflows.base_layers import ground_of, ground_state
from geo_service.workflows.drawn_outlines import outlines_of
from maps import base, danish, layers, palette
from maps.facts import PageFacts
from maps.inpage import Column, Legend, MapPanel, panel
from maps.inpage_rows import Cell as Told
from maps.inpage_rows import Row
from maps.sheet import Sheet, sheet_of


def slots_in(board: Board, evening: date) -> list[Slot]:
    """Return the slots of an evening that the map can show; none where nothing is known."""
    if board.need is None:
        return []
    return [slot for slot in board.need.slots if slot.evening == evening]


def board_map(
    visit: Visit,
    board: Board,
    shown: date | Slot,
    sheets: Kept[Sheet],
    *,
    language: str,
    query: Mapping[str, str],
) -> MapPanel | None:
    """Return the map of an evening or of a slot of it.

    None where there is no coverage area or no rode to draw.
    """
    need = board.need
    if need is None:
        return None
    evening = shown.evening if isinstance(shown, Slot) else shown
    here = f"/aften/aftaler/{board.agreement.id}/tavle"
    names = dict(board.areas)
    codes = [str(code) for code in need.coverage["code"] if str(code) in names]
    figures, breaks = _figures(board, shown)
    rows = [
        Row(
            title=names[code],
            cells=_cells(figures[code][0], language),
            level=figures[code][1],
            hidden=figures[code][1] == 0,
            mark=str(figures[code][1] or ""),
            href=f"{here}?sted={code}&aften={evening}#felt",
        )
        for code in codes
    ]
    return panel(
        _sheet(visit, need, codes, sheets),
        title=say(_title(shown, FILTERS[language]["weekday"](evening)), language),
        facts=_facts(visit, need, shown),
        rows=rows,
        columns=[
            Column("sted", say(_("Sted"), language)),
            Column("ventet", say(_("Ventede hændelser"), language), numeric=True),
            Column("talt", say(_("Talt (n)"), language), numeric=True),
        ],
        layer="coverage",
        legend=Legend(
            say(
                _("Ventede hændelser i tidsrummet")
                if isinstance(shown, Slot)
                else _("Ventede hændelser om aftenen"),
                language,
            ),
            palette.legend(breaks) if not need.news.is_empty else (),
            say(_("ingen hændelser indlæst"), language) if need.news.is_empty else None,
        ),
        query=query,
    )


def _title(shown: date | Slot, evening: str) -> Message:
    if isinstance(shown, Slot):
        return _("Behov %(evening)s kl. %(slot)s", evening=evening, slot=shown.label)
    return _("Behov %(evening)s", evening=evening)


def _figures(
    board: Board, shown: date | Slot
) -> tuple[dict[str, tuple[Any, int]], tuple[float, ...]]:
    """Return each area's figures and class, and the limits: of its evening, or of one slot.

    The limits of a slot are those of all slots, so that two slots can be compared.
    """
    if not isinstance(shown, Slot) or board.need is None:
        cells = {code: board.cells[code, shown] for code, _ in board.areas}  # type: ignore[index]
        return {code: (cell.need, cell.level) for code, cell in cells.items()}, board.breaks
    frame = board.need.by_slot.figures
    breaks = palette.nice_breaks(frame["expected"])
    here = frame[frame["slot_id"] == shown.slot_id]
    levels = palette.classes(here["expected"], breaks)
    known = not board.need.news.is_empty
    return {
        str(row.area_code): (row, int(level)) if known else (None, 0)
        for row, level in zip(rows_of(here), levels, strict=True)
    }, breaks


def _cells(need: Any | None, language: str) -> tuple[Told, ...]:
    if need is None:
        unknown = say(_("ukendt"), language)
        return Told(unknown), Told(unknown)
    span = f"{danish.estimate(need.low)}–{danish.estimate(need.high)}"
    return (
        Told(f"{danish.estimate(need.expected)} ({span})", float(need.expected)),
        Told(danish.number(need.n), float(need.n)),
    )


def _sheet(visit: Visit, need: AgreementNeed, codes: list[str], sheets: Kept[Sheet]) -> Sheet:
    place = visit.caller.municipality or ""
    day = need.slots[0].evening
    coverage = need.coverage[need.coverage["code"].isin(codes)]

    def draw() -> Sheet:
        made = base.new_map(coverage, name="kort")
        beneath = ground_of(visit.session, place, need.roder)
        base.add_ground(made, need.roder, base=beneath)
        layers.add_shapes(
            made,
            "coverage",
            layers.simplified(coverage, tolerance_m=1.0),
            css="shade",
            interactive=True,
        )
        bydele = area_store.read_areas(visit.session, place, "bydel", day)
        base.add_frame(made, need.roder, bydele, base=beneath)
        return sheet_of(made, coverage, base_names=base.add_base_names(made, beneath))

    outlines = tuple(coverage.geometry.to_wkb())
    return sheets.get(("board", ground_state(visit.session, place, day), hash(outlines)), draw)


def _facts(visit: Visit, need: AgreementNeed, shown: date | Slot) -> PageFacts:
    if isinstance(shown, Slot):
        when = f"{danish.long_day(shown.evening)} kl. {shown.label}"
    else:
        when = danish.long_day(shown)
    signed_in = visit.identity.signed_in
    outlines = outlines_of({"roder": need.roder})
    until = need.by_evening.until - timedelta(days=1)
    counted = f"{need.by_evening.weeks} uger til {danish.long_day(until)}"
    return PageFacts(
        municipality=signed_in.municipality_name,
        place="Dækningsområder",
        period=f"{when}; behov talt over {counted}",
        sources=(*outlines.sources, "egne indlæste data"),
        outline=outlines.words,
        schematic_parts=outlines.schematic,
        drawn_at=datetime.now(UTC),
        demo=signed_in.is_demo,
    )
