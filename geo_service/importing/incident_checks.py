"""What can be wrong with the columns of an incident file, one check per kind of value.

Each check converts whole columns at once and adds one rejection per bad value; the values
of rejected rows mean nothing and are dropped by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import Transformer

from geo_service.domain.grid import DANISH_GRID
from geo_service.importing.coordinates import Look, in_denmark, looks_of
from geo_service.importing.csv_records import Table
from geo_service.importing.danish import (
    FIRST_YEAR,
    LAST_YEAR,
    LocalTimes,
    parse_numbers,
    parse_times,
)
from geo_service.importing.mapping import IncidentMapping
from geo_service.importing.report import Rejection, echo, enumeration

MAX_REF = 100
CLOCKS_DIFFER: Final = timedelta(minutes=15)
"""How far a source's clock may be ahead of ours before its times lie in the future."""
LONG_SPAN: Final = timedelta(days=31)
"""From-to longer than this is remarked on: it says almost nothing of when."""
LONGEST_SPAN: Final = timedelta(days=366)
"""Longer than this is a typing error in one of the two, most likely in the year."""
_CONTROL_SIGNS = r"[\x00-\x1f\x7f-\x9f]"


@dataclass
class IncidentChecks:
    """The text of the mapped columns, and the faults found in them so far.

    `text` has one row per usable record, indexed by row number; its columns are the
    fields of `IncidentColumns`, those that the file lacks filled with empty text.
    """

    file: str
    table: Table
    text: pd.DataFrame
    names: dict[str, str]
    rejections: list[Rejection] = field(default_factory=list)

    def reject(
        self,
        faulty: pd.Series[bool],
        fields: str,
        *,
        problem: str,
        expected: str,
        cure: str = "",
        words: bool = False,
    ) -> None:
        """Add one rejection per row where `faulty`; `fields` may name two, joined by a space."""
        if not faulty.any():
            return
        columns = fields.split()
        shown = " og ".join(self.names[name] for name in columns)
        for row, *values in self.text.loc[faulty, columns].itertuples(name=None):
            found = " og ".join(echo(value, words=words) for value in values)
            self.rejections.append(
                Rejection(
                    file=self.file,
                    row=int(row),
                    key=None,
                    column=shown,
                    found=found,
                    expected=expected,
                    cure=cure,
                    problem=problem,
                    unit=self.table.unit,
                )
            )


def check_refs(checks: IncidentChecks) -> None:
    """Reject numbers of incidents that are empty, too long or no plain text."""
    ref = checks.text["source_ref"]
    checks.reject(ref == "", "source_ref", problem="kan ikke være et nummer", expected="et nummer")
    unusable = (ref.str.len() > MAX_REF) | ref.str.contains(_CONTROL_SIGNS)
    checks.reject(
        unusable,
        "source_ref",
        problem="kan ikke være et nummer",
        expected=f"højst {MAX_REF} tegn på én linje",
    )


def check_words(checks: IncidentChecks, name: str, codes: dict[str, str]) -> pd.Series[str]:
    """Translate words to codes by the mapping's table."""
    found = checks.text[name].str.casefold().map(codes)
    known = enumeration([word for word in codes if word], most=20)
    checks.reject(
        found.isna(),
        name,
        problem="er ikke et kendt ord",
        expected=f"et af {known}",
        cure="Tilføj ordet i kolonnebeskrivelsen (TOML), eller ret det i kilden.",
        words=True,
    )
    return found


def check_times(
    checks: IncidentChecks, mapping: IncidentMapping, remarks: list[str], *, now: datetime
) -> tuple[pd.Series[pd.Timestamp], pd.Series[pd.Timestamp]]:
    """Return the earliest and latest instant of each row, in UTC; none may begin after `now`."""
    zone, formats = mapping.time_zone, mapping.formats
    ends = checks.text["occurred_to"]
    begin = parse_times(checks.text["occurred_from"], formats=formats, zone=zone)
    end = parse_times(ends, formats=formats, zone=zone)
    shown = " eller ".join(format_.shown for format_ in formats)
    for times, name, given in ((begin, "occurred_from", None), (end, "occurred_to", ends != "")):
        _reject_times(checks, times, name, given, shown)
        _reject_future(checks, times, name, given, now)

    last = end.last.where(ends != "", begin.last)
    backwards = begin.first.notna() & end.last.notna() & (begin.first > end.last)
    if backwards.any():
        checks.reject(
            backwards,
            "occurred_to",
            problem=f"ligger før tidspunktet i {checks.names['occurred_from']}",
            expected=f"samme tid eller senere end {checks.names['occurred_from']}",
        )
    _check_spans(checks, last - begin.first, remarks)
    twice = [str(row) for row in checks.text.index[begin.ambiguous | end.ambiguous]]
    if twice:
        remarks.append(
            "Tidspunkter i den time, der kommer to gange i oktober, er læst fra den første gang "
            f"til den anden: {checks.table.unit} {enumeration(twice)}."
        )
    return begin.first, last


def _check_spans(
    checks: IncidentChecks, spans: pd.Series[pd.Timedelta], remarks: list[str]
) -> None:
    """Reject what lasts longer than a year, and remark on what lasts longer than a month."""
    if "occurred_to" not in checks.names:
        return
    checks.reject(
        spans > LONGEST_SPAN,
        "occurred_from occurred_to",
        problem=f"ligger over {LONGEST_SPAN.days} dage fra hinanden",
        expected=f"højst {LONGEST_SPAN.days} dage fra først til sidst",
        cure="Se efter, om årstallet er rigtigt i begge felter.",
    )
    long = spans[(spans > LONG_SPAN) & (spans <= LONGEST_SPAN)]
    if not long.empty:
        told = [f"{row} ({span.days} dage)" for row, span in long.items()]
        remarks.append(
            f"Over {LONG_SPAN.days} dage fra først til sidst, så tiden er så godt som ukendt: "
            f"{checks.table.unit} {enumeration(told)}."
        )


def _reject_times(
    checks: IncidentChecks,
    times: LocalTimes,
    name: str,
    given: pd.Series[bool] | None,
    shown: str,
) -> None:
    """Reject what is no time, and times that the clock jumped over; `given` None means all."""
    checks.reject(
        times.odd_year if given is None else times.odd_year & given,
        name,
        problem="ligger uden for de år, der læses ind",
        expected=f"et årstal fra {FIRST_YEAR} til {LAST_YEAR}",
        cure="Se efter, om årstallet er rigtigt.",
    )
    unread = times.first.isna() & ~times.nonexistent & ~times.odd_year
    checks.reject(
        unread if given is None else unread & given,
        name,
        problem="er ikke et tidspunkt",
        expected=shown,
    )
    checks.reject(
        times.nonexistent,
        name,
        problem="findes ikke: uret blev stillet frem",
        expected="et klokkeslæt uden for den oversprungne time",
        cure="Se efter i kilden, om tiden er i dansk tid.",
    )


def _reject_future(
    checks: IncidentChecks,
    times: LocalTimes,
    name: str,
    given: pd.Series[bool] | None,
    now: datetime,
) -> None:
    """Reject what has not happened yet. Today's date without hours has: it began at midnight."""
    future = times.first.notna() & (times.first > pd.Timestamp(now + CLOCKS_DIFFER))
    checks.reject(
        future if given is None else future & given,
        name,
        problem="ligger i fremtiden",
        expected="senest det øjeblik, filen indlæses",
        cure="Se efter, om dag og måned er byttet om, og om årstallet er rigtigt.",
    )


def check_points(
    checks: IncidentChecks, crs: str
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return east and north in EPSG:25832; those of rejected rows mean nothing."""
    numbers = {}
    for name in ("east", "north"):
        parsed = parse_numbers(checks.text[name])
        checks.reject(
            parsed.isna(),
            name,
            problem="er ikke et dansk tal",
            expected="et tal med decimalkomma, fx 725369,15",
            cure="Brug komma foran decimaler, og punktum kun mellem tusinder.",
        )
        numbers[name] = np.asarray(parsed, dtype=np.float64)
    x, y = numbers["east"], numbers["north"]
    east, north = Transformer.from_crs(crs, DANISH_GRID, always_xy=True).transform(x, y)
    expected = Look.METRES if crs == DANISH_GRID else Look.DEGREES
    looks = looks_of(x, y)
    misplaced = np.isfinite(x) & np.isfinite(y)
    misplaced &= ~in_denmark(east, north) | (looks != expected)
    for look in sorted(set(looks[misplaced])):
        checks.reject(
            pd.Series(misplaced & (looks == look), index=checks.text.index),
            "east north",
            problem=(
                "er vist ombyttede (ombyttet?)"
                if Look(look).swapped
                else f"ligger uden for Danmark: de ligner {look}"
            ),
            expected=f"{expected} i Danmark",
            cure="Se efter kolonner og koordinatsystem i kolonnebeskrivelsen (TOML).",
        )
    return east, north


def reject_conflicts(checks: IncidentChecks) -> None:
    """Reject all rows that share a number but say different things: none is known to be right."""
    ref = checks.text["source_ref"]
    distinct = checks.text.drop_duplicates()["source_ref"]
    conflicting = set(distinct[distinct.duplicated()]) - {""}
    if conflicting:
        checks.reject(
            ref.isin(conflicting),
            "source_ref",
            problem="står flere gange med forskelligt indhold",
            expected="ét indhold per nummer",
            cure="Ret i kilden, hvilken række der gælder.",
            words=True,
        )
