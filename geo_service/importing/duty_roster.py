"""A duty roster as a table, Excel or CSV: bytes in, checked shifts and rejections out.

One row per duty: member (a code), date, from, to; a team, if the file has one. The date is that
of the calendar on which the duty begins; an end at or before the start lies on the day after.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from geo_service.domain.evenings import exact_moment
from geo_service.errors import InvalidInput
from geo_service.importing.csv_records import Table, sort_records, split_records
from geo_service.importing.duty_calendar import is_calendar, read_duty_calendar
from geo_service.importing.duty_rows import DutyChecks, DutyFile
from geo_service.importing.person_data import refuse_cpr
from geo_service.importing.report import echo, enumeration
from geo_service.importing.sheets import is_workbook, read_sheet
from geo_service.importing.sources import Source, decode

SEPARATOR: Final = ";"
_DAY: Final = re.compile(
    r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})|([0-9]{4})-([0-9]{2})-([0-9]{2})"
)
_CLOCK: Final = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2})(?:[:.]00)?)?")
_HOURS, _MINUTES = 24, 60


@dataclass(frozen=True)
class RosterColumns:
    """Names of the columns, as the file has them; capitals and small letters are the same."""

    member: str = "betegnelse"
    day: str = "dato"
    starts: str = "fra"
    ends: str = "til"
    team: str = "hold"

    @property
    def needed(self) -> tuple[str, ...]:
        """Those that must be there."""
        return self.member, self.day, self.starts, self.ends


def read_duties(
    content: bytes,
    *,
    file: str,
    members: Collection[str] | None = None,
    member: str | None = None,
    columns: RosterColumns | None = None,
    sheet: str | None = None,
) -> DutyFile:
    """Read a duty roster of any kind, told apart by its content; see the two readers.

    Raises
    ------
    InvalidInput
        If the file as a whole cannot be used; in Danish.
    """
    if is_calendar(content):
        return read_duty_calendar(content, file=file, members=members, member=member)
    return read_duty_roster(content, file=file, members=members, columns=columns, sheet=sheet)


def read_duty_roster(
    content: bytes,
    *,
    file: str,
    members: Collection[str] | None = None,
    columns: RosterColumns | None = None,
    sheet: str | None = None,
) -> DutyFile:
    """Read a duty roster from an .xlsx file or a CSV with semicolons.

    Parameters
    ----------
    content
        The bytes of the file.
    file
        Its name, for messages.
    members
        The codes that are known; None where every code is taken.
    columns
        Names of the columns.
    sheet
        Name of the sheet; the first without it.

    Raises
    ------
    InvalidInput
        If it is no roster, lacks a column, or holds something like a CPR number; in Danish.
    """
    named = columns or RosterColumns()
    remarks: list[str] = []
    if is_workbook(content):
        records = _without_empty_end(read_sheet(content, file=file, sheet=sheet))
    else:
        if not content.strip():
            raise InvalidInput(f"{file} er tom.")
        source = Source(file, content, hashlib.sha256(content).hexdigest())
        records = split_records(decode(source, remarks), separator=SEPARATOR, file=file)
    header = records[0] if records else []
    refuse_cpr(records, file=file, header=header)
    _require_columns(header, named, file)
    table = sort_records(records, file=file)
    found = _columns_of(table, named)
    if others := sum(bool(name) for name in table.header) - len(found):
        # a column's name may be a person's, so they are only counted
        remarks.append(f"{others} kolonner er ikke læst ind.")
    checks = DutyChecks(file, table.unit, members, [*table.rejections])
    for position, row in enumerate(table.rows):
        _check(checks, row, {key: cells[position] for key, cells in found.items()}, named)
    return checks.done(len(table.rows) + len(table.rejections), remarks)


def _check(checks: DutyChecks, row: int, cells: dict[str, str], named: RosterColumns) -> None:
    member = checks.member(row, named.member, cells["member"])
    team = checks.member(row, named.team, cells.get("team", ""), required=False)
    day = _day(cells["day"])
    if day is None:
        checks.reject(
            row, named.day, echo(cells["day"]), "er ikke en dato", expected="dd-mm-åååå", key=member
        )
    clocks = {}
    for key, column in (("starts", named.starts), ("ends", named.ends)):
        clocks[key] = _clock(cells[key])
        if clocks[key] is None:
            checks.reject(
                row,
                column,
                echo(cells[key]),
                "er ikke et klokkeslæt",
                expected="tt:mm",
                key=member,
            )
    starts, ends = clocks["starts"], clocks["ends"]
    if member is None or day is None or starts is None or ends is None:
        return
    end_day = day + timedelta(days=ends <= starts)
    times: list[datetime] = []
    for column, on, clock in ((named.starts, day, starts), (named.ends, end_day, ends)):
        try:
            times.append(_moment(on, clock))
        except InvalidInput as error:
            checks.reject(
                row,
                column,
                echo(f"{clock // _MINUTES:02d}:{clock % _MINUTES:02d}"),
                "kan ikke bruges den nat",
                expected="et tidspunkt, der findes én gang",
                cure=str(error),
                key=member,
            )
    if len(times) == len(clocks):
        checks.add(row, f"{named.starts} og {named.ends}", member, team, (times[0], times[1]))


def _moment(day: date, minutes: int) -> datetime:
    days, rest = divmod(minutes, _HOURS * _MINUTES)
    return exact_moment(day + timedelta(days=days), time(rest // _MINUTES, rest % _MINUTES))


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text.strip())
    if not found:
        return None
    parts = (found[3], found[2], found[1]) if found[3] else (found[4], found[5], found[6])
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _clock(text: str) -> int | None:
    """Return minutes since midnight, 24.00 included; None for what is no time of day."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    minutes = int(found[1]) * _MINUTES + int(found[2] or 0)
    is_time = int(found[2] or 0) < _MINUTES and minutes <= _HOURS * _MINUTES
    return minutes if is_time else None


def _require_columns(header: list[str], named: RosterColumns, file: str) -> None:
    spelt = {name.strip().casefold() for name in header}
    if missing := [name for name in named.needed if name.casefold() not in spelt]:
        # the header is not shown: in many rosters the columns are people
        raise InvalidInput(
            f"{file} mangler kolonnen {enumeration(missing)}. Første række skal have kolonnerne "
            f"{enumeration(named.needed)}, og hver vagt sin række."
        )


def _columns_of(table: Table, named: RosterColumns) -> dict[str, list[str]]:
    spelt = {name.casefold(): name for name in table.header}
    wanted = {
        "member": named.member,
        "day": named.day,
        "starts": named.starts,
        "ends": named.ends,
        "team": named.team,
    }
    return {
        key: table.column(spelt[name.casefold()])
        for key, name in wanted.items()
        if name.casefold() in spelt
    }


def _without_empty_end(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows without empty ones at the end, all as long as the longest that says a thing.

    A sheet is as wide as its widest row, formats included.
    """
    width = max((n + 1 for row in rows for n, cell in enumerate(row) if cell.strip()), default=0)
    return [row[:width] for row in rows]
