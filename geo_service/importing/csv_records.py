"""CSV text to records that keep their row numbers, whatever is wrong with single rows.

Rows are numbered as a spreadsheet shows them: the header is row 1 and blank lines count.
Where a cell holds line breaks, rows and lines differ; then the number is that of the
record, and messages say "post" instead of "række". One row with a separator too many is
one rejection. A quotation mark that is never closed, on the other hand, swallows rows
that nobody would miss, so it stops the file.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from geo_service.errors import InvalidInput
from geo_service.importing.report import WHOLE_ROW, Rejection, Unit

MAX_FIELD_CHARACTERS = 50_000_000  # an outline in WKT is one long field


@dataclass(frozen=True)
class Table:
    """The records of a CSV file.

    Attributes
    ----------
    header
        Names of the columns, without space around them.
    rows
        Row number of each usable record.
    records
        The usable records, each as long as the header.
    rejections
        One per record with another number of fields.
    blank
        How many lines inside the file were blank.
    unit
        What a row number counts.
    """

    header: list[str]
    rows: list[int]
    records: list[list[str]]
    rejections: list[Rejection] = field(repr=False)
    blank: int
    unit: Unit

    def column(self, name: str) -> list[str]:
        """Return the cells of one column, without space around them."""
        index = self.header.index(name)
        return [record[index].strip() for record in self.records]


def split_records(text: str, *, separator: str, file: str) -> list[list[str]]:
    """Split CSV text into records; a blank line is an empty record.

    Raises
    ------
    InvalidInput
        If quotation marks do not pair up, so that rows would run together.
    """
    csv.field_size_limit(MAX_FIELD_CHARACTERS)  # for the process; only ever raised
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error as error:
        raise _unpaired_quotes(file, len(records) + 1) from error
    width = len(records[0]) if records else 0
    for row, record in enumerate(records, start=1):
        if has_line_break(record) and _swallows_rows(record, separator, width):
            raise _unpaired_quotes(file, row)
    return records


def sort_records(records: list[list[str]], *, file: str) -> Table:
    """Sort the records of a file into usable ones, blank ones and rejections.

    Raises
    ------
    InvalidInput
        If there is no header, a column name stands twice, or no row follows the header.
    """
    header = [name.strip() for name in records[0]] if records else []
    if not any(header):
        raise InvalidInput(f"{file}: den første linje skal være kolonnernes navne.")
    if doubled := sorted({name for name in header if name and header.count(name) > 1}):
        raise InvalidInput(f"{file}: kolonnen {doubled[0]!r} står to gange. Omdøb den ene.")

    unit: Unit = "post" if any(map(has_line_break, records)) else "række"
    rows: list[int] = []
    kept: list[list[str]] = []
    rejections: list[Rejection] = []
    blank = pending = 0
    for row, record in enumerate(records[1:], start=2):
        if not any(cell.strip() for cell in record):
            pending += 1
            continue
        blank, pending = blank + pending, 0  # blank lines at the end are nothing to tell
        if len(record) == len(header):
            rows.append(row)
            kept.append(record)
        else:
            rejections.append(
                Rejection(
                    file=file,
                    row=row,
                    key=None,
                    column=WHOLE_ROW,
                    found=f"{len(record)} felter",
                    expected=f"{len(header)} felter som i overskriften",
                    cure="Sæt anførselstegn om felter, der indeholder skilletegnet.",
                    problem="er ikke det rigtige antal",
                    unit=unit,
                )
            )
    if not rows and not rejections:
        raise InvalidInput(f"{file} har ingen rækker under overskriften.")
    return Table(header, rows, kept, rejections, blank, unit)


def has_line_break(record: list[str]) -> bool:
    """Tell whether a cell of the record goes over several lines."""
    joined = "".join(record)
    return "\n" in joined or "\r" in joined


def _swallows_rows(record: list[str], separator: str, width: int) -> bool:
    """Tell whether a record with line breaks is really several rows run together.

    Two rows that share one pair of stray quotation marks leave either another number of
    fields, or at least as many separators inside the cell as a row has.
    """
    most = max(cell.count(separator) for cell in record if has_line_break([cell]))
    return width > 1 and (len(record) != width or most >= width - 1)


def _unpaired_quotes(file: str, row: int) -> InvalidInput:
    return InvalidInput(
        f'{file}, post {row}: anførselstegnene (") går ikke op, så rækker flyder sammen. '
        "Ret dem i kilden, og eksportér igen."
    )
