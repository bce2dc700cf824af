"""The map beside the board: the need of the coverage areas in one evening."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from api.access import Visit
from api.kept import Kept
from api.pages.incident_words import say
from api.web.formats import FILTERS
from api.web.translations import _
from geo_service.storage import areas as area_store
from geo_service.workflows.agreement_board import Board, Cell
from geo_service.workflows.agreement_need import AgreementNeed
from geo_service.workflows.base_layers import ground_of, ground_state
from geo_service.workflows.drawn_outlines import outlines_of
from maps import base, danish, layers, palette
from maps.facts import PageFacts
from maps.inpage import Column, Legend, MapPanel, panel
from maps.inpage_rows import Cell as Told
from maps.inpage_rows import Row
from maps.sheet import Sheet, sheet_of


def board_map(
    visit: Visit,
    board: Board,
    evening: date,
    sheets: Kept[Sheet],
    *,
    language: str,
    query: Mapping[str, str],
) -> MapPanel | None:
    """Return the map of an evening; None where there is no coverage area or no rode to draw."""
    need = board.need
    if need is None:
        return None
    here = f"/aften/aftaler/{board.agreement.id}/tavle"
    names = dict(board.areas)
    codes = [str(code) for code in need.coverage["code"] if str(code) in names]
    rows = [
        Row(
            title=names[code],
            cells=_cells(board.cells[code, evening], language),
            level=board.cells[code, evening].level,
            hidden=board.cells[code, evening].level == 0,
            mark=str(board.cells[code, evening].level or ""),
            href=f"{here}?sted={code}&aften={evening}#felt",
        )
        for code in codes
    ]
    return panel(
        _sheet(visit, need, codes, sheets),
        title=say(_("Behov %(evening)s", evening=FILTERS[language]["weekday"](evening)), language),
        facts=_facts(visit, need, evening),
        rows=rows,
        columns=[
            Column("sted", say(_("Sted"), language)),
            Column("ventet", say(_("Ventede hændelser"), language), numeric=True),
            Column("talt", say(_("Talt (n)"), language), numeric=True),
        ],
        layer="coverage",
        legend=Legend(
            say(_("Ventede hændelser om aftenen"), language),
            palette.legend(board.breaks) if not need.news.is_empty else (),
            say(_("ingen hændelser indlæst"), language) if need.news.is_empty else None,
        ),
        query=query,
    )


def _cells(cell: Cell, language: str) -> tuple[Told, ...]:
    if cell.need is None:
        unknown = say(_("ukendt"), language)
        return Told(unknown), Told(unknown)
    span = f"{danish.estimate(cell.need.low)}–{danish.estimate(cell.need.high)}"
    return (
        Told(f"{danish.estimate(cell.need.expected)} ({span})", float(cell.need.expected)),
        Told(danish.number(cell.need.n), float(cell.need.n)),
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


def _facts(visit: Visit, need: AgreementNeed, evening: date) -> PageFacts:
    signed_in = visit.identity.signed_in
    outlines = outlines_of({"roder": need.roder})
    until = need.by_evening.until - timedelta(days=1)
    counted = f"{need.by_evening.weeks} uger til {danish.long_day(until)}"
    return PageFacts(
        municipality=signed_in.municipality_name,
        place="Dækningsområder",
        period=f"{danish.long_day(evening)}; behov talt over {counted}",
        sources=(*outlines.sources, "egne indlæste data"),
        outline=outlines.words,
        schematic_parts=outlines.schematic,
        drawn_at=datetime.now(UTC),
        demo=signed_in.is_demo,
    )
