"""What was wrong in a file: one rejection per bad value, in words its owner understands.

A rejection is shown on screens and may be stored, so it must not become a way for person
data to leave the file: a value is echoed only when it is plainly a number, a time or a
code. Everything else is named by its class and length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from geo_service.domain.person_numbers import looks_like_cpr

Unit = Literal["række", "post", "objekt"]
"""What `row` counts: lines of a plain CSV, records of a CSV with line breaks inside
quotation marks, or features of a GeoJSON."""

ECHO_LENGTH = 40
WHOLE_ROW = "hele rækken"
"""Stands for the column where the fault is not in a single one."""

_NUMBER_OR_TIME = re.compile(r"[-+]?[0-9][0-9 .,:/T+-]*Z?|[-+]?(nan|inf(inity)?)", re.IGNORECASE)
_CODE = re.compile(r"[^\W_][\w./-]{0,23}")


@dataclass(frozen=True)
class Rejection:
    """One bad value: where it is, what was found, what was wanted and how to cure it.

    Attributes
    ----------
    file
        Name of the file, without its folder.
    row
        1-based: the header of a CSV is row 1, the first feature of a GeoJSON is 1. None
        where the fault is not in one row.
    key
        What the row is about in the user's words, such as "rode 196".
    column
        Column or property; for outlines "geometri".
    found
        The value in quotation marks, cut to 40 characters, or what class of thing it is.
    expected
        What would have been right.
    cure
        What the owner of the file can do; may be empty when it says itself.
    problem
        The verb between `found` and `expected`, such as "er ikke et tidspunkt".
    unit
        What `row` counts.
    """

    file: str
    row: int | None
    key: str | None
    column: str
    found: str
    expected: str
    cure: str
    problem: str = "kan ikke bruges"
    unit: Unit = "række"

    @property
    def place(self) -> str:
        """Where in the file, such as "rode 196 (objekt 12)" or "række 4711"."""
        row = "" if self.row is None else f"{self.unit} {self.row}"
        if self.key is None:
            return row or self.file
        return f"{self.key} ({row})" if row else self.key

    def __str__(self) -> str:
        wanted = f" (ventet {self.expected})" if self.expected else ""
        return f"{self.place}, kolonne {self.column}: {self.found} {self.problem}{wanted}"


@dataclass(frozen=True)
class Change:
    """A row that is stored already, and now says something else; what is stored stays.

    Attributes
    ----------
    row, unit
        As in `Rejection`.
    columns
        The columns that differ, as the file spells them.
    """

    row: int
    unit: Unit
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.unit} {self.row}: ændret, siden den blev gemt, i {enumeration(self.columns)}; "
            "det gemte er ikke rørt"
        )


def rejected_rows(rejections: Iterable[Rejection]) -> set[int]:
    """Return the numbers of the rows that have at least one rejection."""
    return {rejection.row for rejection in rejections if rejection.row is not None}


def cures(rejections: Iterable[Rejection]) -> list[str]:
    """Return the different cures in the order they first occur, to print once below a list."""
    return list(dict.fromkeys(rejection.cure for rejection in rejections if rejection.cure))


def echo(value: object, *, words: bool = False) -> str:
    """Return `value` in quotation marks, or only its class when it could say too much.

    Numbers and times are shown. With `words`, a single short word is shown too: for
    columns that hold codes, where the word is the fault.
    """
    text = "" if value is None else str(value).strip()
    if not text:
        return "tomt felt"
    if looks_like_cpr(text):
        return "noget, der ligner et CPR-nummer,"
    if _NUMBER_OR_TIME.fullmatch(text) or (words and _CODE.fullmatch(text)):
        return f"'{_cut(text)}'"
    return f"tekst på {len(text)} tegn"


def danish_number(value: float, *, decimals: int = 0) -> str:
    """Return `1333156.4` as `1.333.156`: thousands by dot, decimals by comma."""
    english = f"{value:,.{decimals}f}"
    return english.translate(str.maketrans(",.", ".,"))


def enumeration(words: Iterable[str], *, most: int = 12) -> str:
    """Return "a, b og c", each word cut to 40 signs; past `most` words the rest is counted."""
    listed = [_cut(word.encode("utf-8", "replace").decode()) for word in words]
    if len(listed) > most:
        return f"{', '.join(listed[:most])} og {len(listed) - most} til"
    return " og ".join([", ".join(listed[:-1]), listed[-1]]) if len(listed) > 1 else "".join(listed)


def _cut(text: str) -> str:
    return text if len(text) <= ECHO_LENGTH else text[: ECHO_LENGTH - 1] + "…"
