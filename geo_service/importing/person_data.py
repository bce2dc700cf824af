"""The first gate against person data: a CPR number stops the whole file.

The number itself is never part of a message.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from geo_service.domain.person_numbers import looks_like_cpr
from geo_service.errors import InvalidInput


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
