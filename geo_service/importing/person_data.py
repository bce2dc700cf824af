"""The first gate against person data: a CPR number stops the whole file.

Ten digits whose first six are a date are taken for a CPR number. There is no modulus-11
test, since valid numbers without it have been given out since 2007. The number itself is
never part of a message.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from geo_service.errors import InvalidInput

# `\d` takes digits of every script, full-width ones included. Digits on either side would
# make it a part of something longer, such as a coordinate.
_CPR_SHAPE = re.compile(
    r"(?<!\d)(\d\d)(\d\d)\d\d[ \u00a0\u2007\u202f\u200b\u00ad\u2010-\u2015\u2212-]?\d{4}(?!\d)"
)
_LEAP_YEAR = 2000  # 29 February is a birthday in some year


def looks_like_cpr(text: str) -> bool:
    """Tell whether some part of `text` has the shape of a CPR number."""
    return any(_is_birthday(*found.groups()) for found in _CPR_SHAPE.finditer(text))


def _is_birthday(day: str, month: str) -> bool:
    """Tell whether there is such a day in some year."""
    try:
        date(_LEAP_YEAR, int(month), int(day))
    except ValueError:
        return False
    return True


def refuse_cpr(
    records: Iterable[Sequence[str]],
    *,
    file: str,
    header: Sequence[str],
    numbers: Collection[str] = (),
) -> None:
    """Raise InvalidInput at the first cell that holds something like a CPR number.

    Parameters
    ----------
    records
        All records of a file, the header as the first.
    file
        Name of the file, for the message.
    header
        Names of the columns.
    numbers
        Columns that are read as numbers, and therefore not searched.
    """
    for row, record in enumerate(records, start=1):
        for index, cell in enumerate(record):
            column = header[index].strip() if index < len(header) else f"nr. {index + 1}"
            if (row == 1 or column not in numbers) and looks_like_cpr(cell):
                named = f"nr. {index + 1}" if looks_like_cpr(column) else column
                raise InvalidInput(
                    f"{file} er ikke læst: række {row}, kolonne {named} ligner et CPR-nummer. "
                    "Fjern personnumre fra filen. Er det et sagsnummer, så skriv det på en måde, "
                    "der ikke er ti cifre i træk."
                )
