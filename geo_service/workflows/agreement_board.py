"""The board of an agreement: coverage areas × evenings, who is promised where, what is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from geo_service.analysis.slot_history import DAYS_A_WEEK
from geo_service.domain.agreements import evenings_of
from geo_service.domain.evenings import Period, slots_of
from geo_service.domain.findings import Finding
from geo_service.domain.frames import rows_of
from geo_service.planning.board_checks import (
    Free,
    Promise,
    free_teams,
    holes,
    team_overlaps,
    team_rests,
    unagreed_doubles,
)
from geo_service.storage import agreements as store
from geo_service.storage import choices
from geo_service.storage import presence as presence_store
from geo_service.storage.agreements import Agreement, Line
from geo_service.workflows.agreement_desk import Desk
from geo_service.workflows.agreement_duties import duties_in
from geo_service.workflows.agreement_lines import commitment_of, warnings
from geo_service.workflows.agreement_need import AgreementNeed
from geo_service.workflows.evening_map import GAP_FROM
from geo_service.workflows.presence import staffed_now
from maps.palette import classes, nice_breaks


@dataclass(frozen=True)
class Cell:
    """One coverage area in one evening."""

    area_code: str
    evening: date
    need: Any | None
    """The row of `EveningNeed.figures` of the whole evening; None where nothing is known."""
    level: int
    """Class of the need, 1 to 5; 0 where nothing is known."""
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]

    @property
    def key(self) -> str:
        """What the cell is called in an address."""
        return f"c-{self.area_code}-{self.evening.isoformat()}"

    @property
    def rules(self) -> list[str]:
        """The rules that have something to say of it, each once."""
        return list(dict.fromkeys(one.rule for one in self.findings))


@dataclass(frozen=True)
class Board:
    """Everything the board shows of an agreement now."""

    agreement: Agreement
    areas: tuple[tuple[str, str], ...]
    """Code and name, by name."""
    weeks: tuple[tuple[date, ...], ...]
    cells: dict[tuple[str, date], Cell]
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    """What blocks first, then holes, then the rest by evening."""
    breaks: tuple[float, ...]
    """Limits of the need's classes, incidents an evening."""
    need: AgreementNeed | None
    free: tuple[Free, ...]
    """Teams that are on duty from today on, and when they are promised nowhere."""

    @property
    def busiest(self) -> date:
        """The evening with the greatest need of all."""
        evenings = [evening for week in self.weeks for evening in week]
        return max(evenings, key=self._expected)

    def _expected(self, evening: date) -> float:
        return sum(
            float(cell.need.expected)
            for code, _ in self.areas
            if (cell := self.cells[code, evening]).need is not None
        )


def agreement_board(desk: Desk, agreement: Agreement, need: AgreementNeed | None) -> Board:
    """Put an agreement's commitments beside its need and run every check.

    `need` is that of the agreement as `agreement_need` returns it; it is not counted again.
    """
    kept = desk.areas(agreement)
    names = {code: one.area.name for code, one in kept.items()}
    lines = store.read_lines(desk.session, agreement.id)
    findings = [
        *warnings(
            agreement,
            lines,
            {code: one.area for code, one in kept.items()},
            staffed=staffed_now(desk, agreement.hotspot_area),
        ),
        *_open_ends(desk, agreement, lines, names, need),
    ]
    evenings = evenings_of(agreement.first_evening, agreement.last_evening)
    known = need if need is not None and not need.news.is_empty else None
    figures, levels, breaks = _figures(known)
    here: dict[tuple[str, date], list[Line]] = defaultdict(list)
    for line in lines:
        here[line.area_code, line.evening].append(line)
    about: dict[tuple[str, date], list[Finding]] = defaultdict(list)
    for one in findings:
        for code in one.about:
            if one.evening is not None:
                about[code, one.evening].append(one)
    cells = {
        (code, evening): Cell(
            code,
            evening,
            figures.get((code, evening)),
            levels.get((code, evening), 0),
            tuple(here[code, evening]),
            tuple(about[code, evening]),
        )
        for code in names
        for evening in evenings
    }
    return Board(
        agreement=agreement,
        areas=tuple(names.items()),
        weeks=tuple(batched_evenings(evenings)),
        cells=cells,
        lines=tuple(lines),
        findings=tuple(sorted(findings, key=lambda one: not one.blocks)),
        breaks=breaks,
        need=need,
        free=tuple(_free(desk, agreement, lines)),
    )


def _free(desk: Desk, agreement: Agreement, lines: Sequence[Line]) -> list[Free]:
    first, last = max(agreement.first_evening, desk.today), agreement.last_evening
    if first > last:
        return []
    slots = slots_of(first, (last - first).days + 1)
    duties = duties_in(desk, agreement, slots, "street_team")
    return free_teams(duties, slots, [commitment_of(line) for line in lines])


def batched_evenings(evenings: Sequence[date]) -> list[tuple[date, ...]]:
    """Return evenings in weeks of seven, from the first one on."""
    return [tuple(evenings[at : at + DAYS_A_WEEK]) for at in range(0, len(evenings), DAYS_A_WEEK)]


def _figures(
    need: AgreementNeed | None,
) -> tuple[dict[tuple[str, date], Any], dict[tuple[str, date], int], tuple[float, ...]]:
    """Return the need of each cell, its class, and the limits of the classes."""
    if need is None:
        return {}, {}, ()
    evening_of = {slot.slot_id: slot.evening for slot in need.evenings}
    frame = need.by_evening.figures
    breaks = nice_breaks(frame["expected"])
    rows = {(str(row.area_code), evening_of[row.slot_id]): row for row in rows_of(frame)}
    levels = classes(frame["expected"], breaks)
    return rows, dict(zip(rows, (int(level) for level in levels), strict=True)), breaks


def _open_ends(
    desk: Desk,
    agreement: Agreement,
    lines: Sequence[Line],
    names: dict[str, str],
    need: AgreementNeed | None,
) -> list[Finding]:
    """Return what is left open from today on, holes first; evenings that are over are over."""
    promises = [Promise(commitment_of(line), line.reason) for line in lines]
    rules, _who = choices.street_team_rules(desk.session, desk.municipality)
    first, last = agreement.first_evening, agreement.last_evening
    day = timedelta(days=1)
    shifts: dict[str, list[Period]] = defaultdict(list)
    on_duty = presence_store.read_shifts(desk.session, desk.municipality, first - day, last + day)
    for row in rows_of(on_duty[on_duty["agency"] == "street_team"]):
        shifts[row.team].append(Period(row.starts_at.to_pydatetime(), row.ends_at.to_pydatetime()))
    found = [
        *(
            holes(
                [one.commitment for one in promises],
                need.by_slot.figures,
                [slot for slot in need.slots if slot.evening >= desk.today],
                names=names,
                gap_from=GAP_FROM,
                least_minutes=rules.least_minutes,
            )
            if need is not None
            else []
        ),
        *team_overlaps(promises, names=names),
        *unagreed_doubles(promises, names=names, least_minutes=rules.least_minutes),
        *team_rests(promises, shifts, rules=rules),
    ]
    return [one for one in found if one.evening is None or one.evening >= desk.today]
