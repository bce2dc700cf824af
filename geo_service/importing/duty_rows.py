"""Duties on their way to shifts: the checks that a roster and a calendar share.

A member is known by a code such as G1. What stands where a code should be is never echoed, since
rosters mostly have names there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import pandas as pd

from geo_service.domain.danish_time import length_words
from geo_service.domain.evenings import as_utc, elapsed_minutes, evening_of
from geo_service.domain.frames import rows_of
from geo_service.domain.staffing import LONGEST_SHIFT_HOURS, MEMBER_CODE, Shift
from geo_service.importing.report import Rejection, Unit, echo, rejected_rows

COLUMNS: Final = ("member", "team", "evening", "starts_at", "ends_at", "row")
MOMENT: Final = pd.DatetimeTZDtype("us", "UTC")
FIRST_YEAR, LAST_YEAR = 2000, 2099
USE_A_CODE: Final = "Brug en kort betegnelse af bogstaver og tal, fx G1, i stedet for navne."


@dataclass(frozen=True)
class DutyFile:
    """What was read from one roster or calendar.

    Attributes
    ----------
    shifts
        n rows: member (code), team (code or None), evening (date), starts_at, ends_at (UTC),
        row (int, in the file); ordered by time.
    rejections
        One per bad value.
    duplicates
        Duties that stand in the file already.
    rows
        Duties in the file: shifts, duplicates and rows with a rejection.
    remarks
        How the file was understood, in Danish.
    unit
        What `row` counts.
    """

    shifts: pd.DataFrame
    rejections: list[Rejection]
    duplicates: int
    rows: int
    remarks: list[str]
    unit: Unit

    def as_shifts(self) -> list[Shift]:
        """Return the rows as shifts."""
        return [
            Shift(row.starts_at, row.ends_at, row.member, row.team) for row in rows_of(self.shifts)
        ]


@dataclass
class DutyChecks:
    """The duties of a file and the faults found in them so far."""

    file: str
    unit: Unit
    members: Collection[str] | None
    rejections: list[Rejection] = field(default_factory=list)
    duties: list[tuple[int, str, str | None, datetime, datetime]] = field(default_factory=list)

    def reject(
        self,
        row: int,
        column: str,
        found: str,
        problem: str,
        *,
        expected: str,
        cure: str = "",
        key: str | None = None,
    ) -> None:
        """Add a rejection of one value."""
        self.rejections.append(
            Rejection(self.file, row, key, column, found, expected, cure, problem, self.unit)
        )

    def member(self, row: int, column: str, text: str, *, required: bool = True) -> str | None:
        """Return the code that a text is; None, and a rejection, if it is none."""
        code = text.strip()
        if not code and not required:
            return None
        if not MEMBER_CODE.fullmatch(code):
            # a word may be a name, so only its length is told
            self.reject(
                row,
                column,
                echo(code),
                "er ikke en betegnelse",
                expected="bogstaver og tal som G1",
                cure=USE_A_CODE,
            )
            return None
        if required and self.members is not None and code not in self.members:
            self.reject(
                row,
                column,
                echo(code, words=True),
                "er ikke oprettet",
                expected="et medlem af gadeteamet",
                cure="Opret betegnelsen i gadeteamet først, eller ret filen.",
            )
            return None
        return code

    def add(
        self, row: int, column: str, member: str, team: str | None, times: tuple[datetime, datetime]
    ) -> None:
        """Add a duty if its times can be those of one."""
        starts_at, ends_at = times
        minutes = elapsed_minutes(starts_at, ends_at)
        if not FIRST_YEAR <= starts_at.year <= LAST_YEAR:
            self.reject(
                row,
                column,
                str(starts_at.year),
                "er ikke et år, der kan planlægges i",
                expected=f"{FIRST_YEAR}–{LAST_YEAR}",
                key=member,
            )
        elif not 0 < minutes <= LONGEST_SHIFT_HOURS * 60:
            self.reject(
                row,
                column,
                f"en vagt på {length_words(minutes)}" if minutes > 0 else "slut før start",
                "kan ikke være en vagt",
                expected=f"over 0 og højst {LONGEST_SHIFT_HOURS:.0f} timer",
                cure="Del en lang vagt i to, og skriv sluttidspunktet som klokkeslæt.",
                key=member,
            )
        else:
            self.duties.append((row, member, team, as_utc(starts_at), as_utc(ends_at)))

    def done(self, rows: int, remarks: list[str]) -> DutyFile:
        """Return what the file holds."""
        bad = rejected_rows(self.rejections)
        table = pd.DataFrame(
            [
                (member, team, evening_of(starts_at), starts_at, ends_at, row)
                for row, member, team, starts_at, ends_at in self.duties
                if row not in bad
            ],
            columns=list(COLUMNS),
            dtype=object,  # so that a missing team stays None
        ).astype({"member": "str", "starts_at": MOMENT, "ends_at": MOMENT, "row": int})
        repeated = table.duplicated(["member", "starts_at", "ends_at"])
        return DutyFile(
            shifts=table[~repeated]
            .sort_values(["starts_at", "member"], kind="stable")
            .reset_index(drop=True),
            rejections=sorted(self.rejections, key=lambda one: one.row or 0),
            duplicates=int(repeated.sum()),
            rows=rows,
            remarks=remarks,
            unit=self.unit,
        )
