"""Tables for spreadsheets: CSV as Danish programs open it, and text that stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

BOM: Final = "\ufeff"
# the wide forms count as well: some spreadsheets take them for the narrow ones
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BEGINS_A_CELL: Final = ("\t", "\r", "\n")


def cell(value: object) -> str | int | float:
    """Return a value as a cell: text that would be a formula begins with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        text = str(value).replace("\x00", "")
        is_formula = text.lstrip().startswith(_BEGINS_A_FORMULA)
        return f"'{text}" if is_formula or text.startswith(_BEGINS_A_CELL) else text
    return value


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a CSV file: UTF-8 with a byte order mark, semicolons, Windows line ends."""
    out = io.StringIO(newline="")
    out.write(BOM)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([cell(one) for one in header])
    writer.writerows([cell(one) for one in row] for row in rows)
    return out.getvalue()
